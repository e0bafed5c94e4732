import { rmSync } from "node:fs";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { SHARD_COLUMNS } from "../../src/store/case-schema.ts";
import { recordText } from "../helpers/generated-records.ts";
import { evidenceFolder, readFileAt, recordOf, trailOf, writeEvidence, type ReadResult } from "./evidence-fixture.ts";

const folder = evidenceFolder();
afterAll(() => rmSync(folder, { recursive: true }));

async function readBytes(bytes: Buffer): Promise<ReadResult> {
  writeEvidence(folder, "damaged.json", bytes);
  return await readFileAt(folder, "damaged.json");
}

type Damage = (bytes: Buffer) => Buffer;

/** One thing that happens to files; places are fractions of the length. */
const damage: fc.Arbitrary<Damage> = fc
  .record({
    kind: fc.constantFrom("truncate", "behead", "flip", "overwrite", "insert", "remove", "repeat", "zero"),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.integer({ min: 1, max: 400 }),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 6 }),
  })
  .map(({ kind, at, length, bytes }) => (whole) => {
    const from = Math.min(Math.floor(at * whole.length), Math.max(0, whole.length - 1));
    const [before, middle, after] = [
      whole.subarray(0, from),
      whole.subarray(from, from + length),
      whole.subarray(from + length),
    ];
    switch (kind) {
      case "truncate":
        return before;
      case "behead":
        return whole.subarray(from);
      case "flip":
        return Buffer.concat([
          before,
          Buffer.from([(whole[from] ?? 0) ^ (1 << (length % 8))]),
          whole.subarray(from + 1),
        ]);
      case "overwrite":
        return Buffer.concat([before, bytes, whole.subarray(from + bytes.length)]);
      case "insert":
        return Buffer.concat([before, bytes, whole.subarray(from)]);
      case "remove":
        return Buffer.concat([before, after]);
      case "repeat":
        return Buffer.concat([before, middle, middle, after]);
      default:
        return Buffer.concat([before, Buffer.alloc(middle.length), after]);
    }
  });

const damages = fc.array(damage, { minLength: 1, maxLength: 3 });
const RECORDS = Array.from({ length: 6 }, (_, i) => recordOf(`event-${i}`, { userAgent: "é😀", n: i }));
const TRAIL = Buffer.from(trailOf(...RECORDS));

/** What holds for every file, whatever is in it. */
function expectOneOutcome({ file, rows, rejected }: ReadResult): void {
  expect(["imported", "partial", "not_events", "unsupported", "unreadable"]).toContain(file.status);
  expect(file.records).toBe(rows.length + rejected.length);
  expect(file.rejected).toBe(rejected.length);
  expect(rows.every((row) => row.length === SHARD_COLUMNS.length)).toBe(true);
  if (file.status !== "imported") expect(file.reason).toMatch(/\w/);
  if (file.status === "imported") expect(rejected).toEqual([]);
  if (file.status !== "imported" && file.status !== "partial") expect(file.records).toBe(0);
}

function applyAll(bytes: Buffer, all: readonly Damage[]): Buffer {
  return all.reduce((damaged, apply) => apply(damaged), bytes);
}

const BOUNDED = { numRuns: 1500, interruptAfterTimeLimit: 2500 };

test("whatever happens to a trail file, it ends in one status, and its records add up", async () => {
  await fc.assert(
    fc.asyncProperty(damages, async (all) => {
      expectOneOutcome(await readBytes(applyAll(TRAIL, all)));
    }),
    BOUNDED,
  );
});

test("whatever happens to a gzipped trail file, it ends in one status, and its records add up", async () => {
  await fc.assert(
    fc.asyncProperty(damages, fc.boolean(), async (all, twice) => {
      const stored = gzipSync(TRAIL);
      expectOneOutcome(await readBytes(applyAll(twice ? gzipSync(stored) : stored, all)));
    }),
    BOUNDED,
  );
});

test("whatever happens inside a gzip file, it ends in one status, and its records add up", async () => {
  const records = fc.array(recordText, { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(records, damages, async (texts, all) => {
      expectOneOutcome(await readBytes(gzipSync(applyAll(Buffer.from(trailOf(...texts)), all))));
    }),
    { ...BOUNDED, numRuns: 300 },
  );
});

test("whatever is written over one record, all others are read", async () => {
  const noise = fc.oneof(
    fc.string({ unit: fc.constantFrom(...'{}[]",:\\ 1entrulasf\0\n'), minLength: 1, maxLength: 40 }),
    fc.string({ unit: "binary", minLength: 1, maxLength: 40 }).map((text) => text.toWellFormed()),
  );
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: 5 }), fc.nat(), noise, async (index, at, text) => {
      const record = RECORDS[index]!;
      // Not the first characters: they are what a record is found again by.
      const from = 20 + (at % (record.length - 60));
      const damaged = record.slice(0, from) + text + record.slice(from + text.length);
      const result = await readBytes(Buffer.from(trailOf(...RECORDS.with(index, damaged))));
      expectOneOutcome(result);
      const ids = new Set(result.rows.map((row) => row[EVENT_ID]));
      const missing = RECORDS.map((_, other) => other).filter((other) => other !== index && !ids.has(`event-${other}`));
      expect(missing).toEqual([]);
    }),
    BOUNDED,
  );
});

const EVENT_ID = SHARD_COLUMNS.findIndex(([name]) => name === "event_id");

test("a changed bit in the data of a gzip file never goes unnoticed", async () => {
  const stored = gzipSync(TRAIL);
  for (let bit = 80; bit < stored.length * 8; bit += 5) {
    const damaged = Buffer.from(stored);
    damaged[bit >> 3]! ^= 1 << (bit & 7);
    const { file } = await readBytes(damaged);
    expect([bit, file.reason]).toEqual([bit, expect.stringMatching(/\w/)]);
    expect(["partial", "unreadable", "not_events"]).toContain(file.status);
  }
});

test("a trail file cut anywhere is never taken for a whole one", async () => {
  for (let end = 0; end < TRAIL.length; end += 3) {
    const result = await readBytes(TRAIL.subarray(0, end));
    expectOneOutcome(result);
    expect([end, result.file.status]).toEqual([end, expect.stringMatching(/partial|unreadable|not_events/)]);
    if (end > 12) expect(result.file.status).toBe("partial");
  }
});
