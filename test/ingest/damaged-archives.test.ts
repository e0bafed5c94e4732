import { rmSync } from "node:fs";
import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { BZIP2_OF_TAR, BZIP2_OF_TRAIL } from "../helpers/bzip2-samples.ts";
import { applyAll, damages } from "../helpers/damage.ts";
import { tarOf } from "../helpers/tar-maker.ts";
import { zipOf } from "../helpers/zip-maker.ts";
import { evidenceFolder, readFileAt, recordOf, trailOf, writeEvidence, type ReadResult } from "./evidence-fixture.ts";
import { expectOneOutcome } from "./one-outcome.ts";

const folder = evidenceFolder();
afterAll(() => rmSync(folder, { recursive: true }));

async function read(bytes: Buffer): Promise<ReadResult> {
  writeEvidence(folder, "damaged", bytes);
  return await readFileAt(folder, "damaged");
}

const trail = (id: string): string => trailOf(recordOf(`${id}-0`), recordOf(`${id}-1`));
const PARTS = [
  { name: "logs/a.json", content: trail("a") },
  { name: "logs/b.json.gz", content: gzipSync(trail("b")) },
  { name: "readme.txt", content: "collected on Monday" },
  { name: "logs/c.json", content: trail("c") },
];

/** A whole file of every format that is opened, also inside each other. */
const FORMATS: Readonly<Record<string, Buffer>> = {
  gzip: gzipSync(trail("a")),
  zstd: zstdCompressSync(trail("a")),
  bzip2: BZIP2_OF_TRAIL,
  "a zip": zipOf(PARTS),
  "a stored zip": zipOf(PARTS.map((part) => ({ ...part, method: 0 }))),
  "a zip64 with data descriptors": zipOf(
    PARTS.map((part, i) => ({ ...part, zip64: i === 0, descriptor: i === 1 })),
    {
      zip64: true,
    },
  ),
  "a tar archive": tarOf(PARTS),
  "a tar archive with long names": tarOf(
    PARTS.map((part, i) => ({ ...part, ...(i === 0 ? { pax: { path: "x".repeat(300), mtime: "1.5" } } : {}) })),
  ),
  "a tar.gz": gzipSync(tarOf(PARTS)),
  "a tar.zst": zstdCompressSync(tarOf(PARTS)),
  "a tar.bz2": BZIP2_OF_TAR,
  "a zip in a zip": zipOf([{ name: "in.zip", content: zipOf(PARTS), method: 0 }, ...PARTS]),
  "a tar.gz in a zip in a tar": tarOf([
    { name: "a.zip", content: zipOf([{ name: "b.tgz", content: gzipSync(tarOf(PARTS)) }]) },
  ]),
};
const formats = fc.constantFrom(...Object.keys(FORMATS));
const BOUNDED = { numRuns: 2500, interruptAfterTimeLimit: 6000 };

test("whatever happens to a file of any format, it and every member end in one status, and their records add up", async () => {
  await fc.assert(
    fc.asyncProperty(formats, damages, async (format, all) => {
      expectOneOutcome(await read(applyAll(FORMATS[format]!, all)));
    }),
    BOUNDED,
  );
});

test("whatever is spliced from two formats ends in one status, and its records add up", async () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  await fc.assert(
    fc.asyncProperty(formats, formats, share, share, async (first, second, upTo, from) => {
      const [head, tail] = [FORMATS[first]!, FORMATS[second]!];
      const spliced = [head.subarray(0, upTo * head.length), tail.subarray(from * tail.length)];
      expectOneOutcome(await read(Buffer.concat(spliced)));
    }),
    { ...BOUNDED, numRuns: 800 },
  );
});

test("whatever is nested in whatever ends in one status, and no deeper than four containers", async () => {
  const wrappers: Record<string, (inner: Buffer) => Buffer> = {
    gzip: (inner) => gzipSync(inner),
    zstd: (inner) => zstdCompressSync(inner),
    zip: (inner) => zipOf([{ name: "inner", content: inner }]),
    tar: (inner) => tarOf([{ name: "inner", content: inner }]),
  };
  const layers = fc.array(fc.constantFrom(...Object.keys(wrappers)), { maxLength: 7 });
  await fc.assert(
    fc.asyncProperty(layers, damages, fc.boolean(), async (names, all, isDamaged) => {
      const core = isDamaged ? applyAll(Buffer.from(trail("a")), all) : Buffer.from(trail("a"));
      const result = await read(names.reduce((inner, name) => wrappers[name]!(inner), core));
      expectOneOutcome(result);
      const deepest = [result, ...result.members].map(({ file }) => file.container.split(">").length);
      expect(Math.max(...deepest)).toBeLessThanOrEqual(4);
      if (!isDamaged && names.length <= 4) expect(result.rows).toHaveLength(2);
      if (names.length > 4) expect(result.rows).toHaveLength(0);
    }),
    { ...BOUNDED, numRuns: 400 },
  );
});

describe("a damaged member costs no record of another one:", () => {
  const others = (result: ReadResult): Set<unknown> => new Set(result.rows.flatMap((row) => row.filter(isId)));
  const isId = (value: unknown): boolean => typeof value === "string" && /^[abc]-[01]$/.test(value);

  test.each([
    ["a zip", (content: Buffer): Buffer => zipOf([PARTS[0]!, { name: "bad", content }, PARTS[3]!])],
    ["a tar archive", (content: Buffer): Buffer => tarOf([PARTS[0]!, { name: "bad", content }, PARTS[3]!])],
    ["a tar.gz", (content: Buffer): Buffer => gzipSync(tarOf([PARTS[0]!, { name: "bad", content }, PARTS[3]!]))],
  ])("in %s", async (_what, archive) => {
    await fc.assert(
      fc.asyncProperty(formats, damages, async (format, all) => {
        const result = await read(archive(applyAll(FORMATS[format]!, all)));
        expectOneOutcome(result);
        expect([...others(result)]).toEqual(expect.arrayContaining(["a-0", "a-1", "c-0", "c-1"]));
      }),
      { ...BOUNDED, numRuns: 300 },
    );
  });
});
