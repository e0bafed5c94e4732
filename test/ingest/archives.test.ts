import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { knownKey } from "../../src/ingest/file-outcome.ts";
import { BZIP2_OF_TAR } from "../helpers/bzip2-samples.ts";
import { tarOf } from "../helpers/tar-maker.ts";
import { zipOf } from "../helpers/zip-maker.ts";
import {
  evidenceFolder,
  readFileAt,
  recordOf,
  sha256,
  TRAIL_NAME,
  trailOf,
  writeEvidence,
  type ReadResult,
} from "./evidence-fixture.ts";

const folder = evidenceFolder();
afterAll(() => rmSync(folder, { recursive: true }));

const trail = (...ids: string[]): string => trailOf(...ids.map((id) => recordOf(id)));

async function read(content: Uint8Array, name = "archive"): Promise<ReadResult> {
  writeEvidence(folder, name, content);
  return await readFileAt(folder, name);
}

/** What became of each member: its place, the containers around it, status and number of records. */
function members({ members: found }: ReadResult): string[] {
  return found.map(
    ({ file }) => `${file.member_path} in ${file.container}: ${file.status} ${file.records}${suffix(file.reason)}`,
  );
}

function suffix(reason: string | null): string {
  return reason === null ? "" : ` (${reason})`;
}

const TWO = [
  { name: "logs/a.json", content: trail("a", "b") },
  { name: "readme.txt", content: "collected on Monday" },
];

const FORMS: [string, Buffer, string][] = [
  ["zip", zipOf(TWO), "zip"],
  ["zip of stored members", zipOf(TWO.map((part) => ({ ...part, method: 0 }))), "zip"],
  ["zip with data descriptors", zipOf(TWO.map((part) => ({ ...part, descriptor: true }))), "zip"],
  [
    "zip64",
    zipOf(
      TWO.map((part) => ({ ...part, zip64: true })),
      { zip64: true },
    ),
    "zip",
  ],
  ["zip with a comment", zipOf(TWO, { comment: "PK\x05\x06 is no end" }), "zip"],
  [
    "zip of zstd members",
    zipOf(TWO.map((part) => ({ ...part, method: 93, packed: zstdCompressSync(Buffer.from(part.content)) }))),
    "zip",
  ],
  ["ustar", tarOf(TWO), "tar"],
  ["GNU tar", tarOf(TWO.map((part) => ({ ...part, form: "gnu" as const, isBinarySize: true }))), "tar"],
  ["tar without a mark", tarOf(TWO.map((part) => ({ ...part, form: "v7" as const }))), "tar"],
  ["tar.gz", gzipSync(tarOf(TWO)), "gzip>tar"],
  ["tar.zst", zstdCompressSync(tarOf(TWO)), "zstd>tar"],
  ["zip in gzip", gzipSync(zipOf(TWO)), "gzip>zip"],
];

describe("every member of an archive is read as a file of its own", () => {
  test.each(FORMS)("from %s", async (_what, stored, container) => {
    const result = await read(stored);
    expect(result.file).toMatchObject({ status: "imported", reason: null, container, records: 0, member_path: null });
    expect(result.file).toMatchObject({ sha256_stored: sha256(stored), sha256_inflated: null, inflated_bytes: null });
    expect(members(result)).toEqual([
      `logs/a.json in ${container}: imported 2`,
      `readme.txt in ${container}: not_events 0 (text, not CloudTrail)`,
    ]);
    expect(result.rows).toHaveLength(2);
  });

  test("from tar.bz2", async () => {
    const result = await read(BZIP2_OF_TAR);
    expect(members(result)).toEqual(["logs/a.json in bzip2>tar: imported 2"]);
    expect(result.file).toMatchObject({ status: "imported", reason: null, sha256_stored: sha256(BZIP2_OF_TAR) });
  });

  test("with its size and its hashes, also of what it holds itself", async () => {
    const inner = gzipSync(trail("a"));
    const { members: found } = await read(zipOf([{ name: "a.json.gz", content: inner }]));
    expect(found[0]!.file).toMatchObject({
      container: "zip>gzip",
      size_bytes: inner.length,
      sha256_stored: sha256(inner),
      sha256_inflated: sha256(trail("a")),
      inflated_bytes: Buffer.byteLength(trail("a")),
    });
  });

  test("with what its name and its folders say", async () => {
    const name = `x/AWSLogs/o-abcde12345/111122223333/CloudTrail/eu-west-1/2023/07/10/${TRAIL_NAME}`;
    const { members: found } = await read(zipOf([{ name, content: gzipSync(trail("a")) }]));
    expect(found[0]!.file).toMatchObject({
      name_account_id: "111122223333",
      name_region: "eu-west-1",
      name_organization_id: "o-abcde12345",
    });
  });

  test("under an ordinal of its own, which its rows and its rejected records carry", async () => {
    const broken = trail("c").replace('"eventID"', "eventID");
    const result = await read(zipOf([TWO[0]!, { name: "c.json", content: broken }]));
    const ordinals = result.members.map(({ file }) => file.ordinal);
    expect(new Set([...ordinals, result.file.ordinal]).size).toBe(3);
    expect(result.members[1]!.rejected.map(({ ordinal }) => ordinal)).toEqual([ordinals[1]]);
    expect(result.rows.every((row) => row.includes(ordinals[0]!))).toBe(true);
  });
});

describe("a large member", () => {
  // Text that hardly compresses, so that the member is large in its archive too.
  const noise = randomBytes(11_000_000).toString("base64");
  const large = trailOf(recordOf("large", { requestParameters: { noise } }), recordOf("last"));

  test.each([
    ["plain", large, ""],
    ["gzip", gzipSync(large), ">gzip"],
    ["zstd", zstdCompressSync(Buffer.from(large)), ">zstd"],
  ])("is read as a stream: %s", async (_what, content, container) => {
    const size_bytes = Buffer.byteLength(content);
    expect(size_bytes).toBeGreaterThan(8 * 1024 * 1024);
    for (const [kind, stored] of [
      ["zip", zipOf([{ name: "large", content }, TWO[0]!])],
      ["tar", tarOf([{ name: "large", content }, TWO[0]!])],
      ["gzip>tar", gzipSync(tarOf([{ name: "large", content }, TWO[0]!]), { level: 1 })],
    ] as const) {
      const result = await read(stored);
      expect(members(result)).toEqual([
        `large in ${kind}${container}: imported 2`,
        `logs/a.json in ${kind}: imported 2`,
      ]);
      expect(result.members[0]!.file).toMatchObject({
        size_bytes,
        sha256_stored: sha256(content),
        sha256_inflated: sha256(large),
        inflated_bytes: Buffer.byteLength(large),
      });
    }
  });

  test("that is an archive is walked as it comes", async () => {
    const inner = tarOf([
      { name: "x.json", content: large },
      { name: "readme", content: noise },
    ]);
    const result = await read(zipOf([{ name: "in.tar.gz", content: gzipSync(inner, { level: 1 }), method: 0 }]));
    expect(members(result)).toEqual([
      "in.tar.gz!/x.json in zip>gzip>tar: imported 2",
      "in.tar.gz!/readme in zip>gzip>tar: not_events 0 (text, not CloudTrail)",
      "in.tar.gz in zip>gzip>tar: imported 0",
    ]);
    expect(result.members[2]!.file.sha256_stored).toBe(sha256(gzipSync(inner, { level: 1 })));
  });

  test("that the case holds already is hashed and not read", async () => {
    writeEvidence(folder, "large.zip", zipOf([{ name: "large", content: large }]));
    const key = knownKey("large", sha256(large));
    const result = await readFileAt(folder, "large.zip", 7, { known: [{ key, problem: null }] });
    expect(result).toMatchObject({ members: [], rows: [], skipped: { count: 1 } });
  });
});

describe("archives inside archives", () => {
  test("are opened up to four containers deep, and listed themselves behind their members", async () => {
    const tar = gzipSync(tarOf([{ name: "x.json", content: trail("x") }]));
    const stored = zipOf([
      { name: "in.zip", content: zipOf([{ name: "t.tgz", content: tar }]) },
      { name: "b.json", content: trail("b") },
    ]);
    const result = await read(stored);
    expect(members(result)).toEqual([
      "in.zip!/t.tgz!/x.json in zip>zip>gzip>tar: imported 1",
      "in.zip!/t.tgz in zip>zip>gzip>tar: imported 0",
      "in.zip in zip>zip: imported 0",
      "b.json in zip: imported 1",
    ]);
  });

  test("that lie deeper are not opened, and cost nobody else", async () => {
    let inner: Buffer = Buffer.from(trail("deep"));
    for (let i = 0; i < 4; i += 1) inner = zipOf([{ name: `${i}`, content: inner }]);
    const result = await read(zipOf([{ name: "deep", content: inner }, TWO[0]!]));
    expect(members(result)[0]).toBe(
      "deep!/3!/2!/1 in zip>zip>zip>zip: unreadable 0 (inside 4 containers is another one: not opened)",
    );
    expect(members(result).at(-1)).toBe("logs/a.json in zip: imported 2");
  });

  test("are not_events when nothing in them is", async () => {
    const result = await read(zipOf([{ name: "in.zip", content: zipOf([TWO[1]!]) }]));
    expect(result.file).toMatchObject({ status: "not_events", reason: "an archive of one member, none with events" });
    expect(result.members.map(({ file }) => file.status)).toEqual(["not_events", "not_events"]);
    expect((await read(zipOf([]))).file).toMatchObject({ status: "not_events", reason: "an empty archive" });
  });
});

describe("a member's name is data:", () => {
  const NAMES = [
    "../../x.json",
    "/etc/passwd",
    "C:\\Windows\\x.json",
    "..\\..\\x.json",
    "a\u001b[2Jb\u0007.json",
    "a\nb.json",
    "\u202egpj.json",
    "__proto__",
    "constructor",
    "é😀",
    "-rf",
    "x".repeat(65_000),
    "a//b/./c.json",
    "con",
    " ",
    "",
  ];

  test.each([
    ["zip", (name: string): Buffer => zipOf([{ name, content: trail("a") }])],
    ["tar", (name: string): Buffer => tarOf([{ name: "x", pax: { path: name }, content: trail("a") }])],
  ])("in %s it is kept as it is, and nothing is written under it", async (_what, archive) => {
    for (const name of NAMES) {
      const result = await read(archive(name));
      // An empty name in an extended header is none.
      const expected = name === "" && _what === "tar" ? [""] : [name];
      expect(result.members.map(({ file }) => file.member_path)).toEqual(expected);
      expect(result.file.status).toBe("imported");
    }
  });

  test("in the letters of DOS it is read so", async () => {
    const result = await read(zipOf([{ name: Buffer.from([0x81, 0x2e, 0x6a]), flags: 0, content: trail("a") }]));
    expect(result.members[0]!.file.member_path).toBe("ü.j");
  });

  test("the same twice is read twice, and said", async () => {
    for (const stored of [
      zipOf([TWO[0]!, { ...TWO[0]!, content: trail("c") }]),
      tarOf([TWO[0]!, { ...TWO[0]!, content: trail("c") }]),
    ]) {
      const result = await read(stored);
      expect(result.members.map(({ file }) => [file.member_path, file.records])).toEqual([
        ["logs/a.json", 2],
        ["logs/a.json", 1],
      ]);
      expect(result.file.reason).toBe("names that an earlier member has too: 1; all were read");
    }
  });

  test("of what an operating system leaves is passed over", async () => {
    const names = ["__MACOSX/logs/._a.json", "._a.json", "x/.DS_Store", "Thumbs.db", "a\\Thumbs.db"];
    const result = await read(zipOf(names.map((name) => ({ name, content: trail("a") }))));
    expect(result.members.map(({ file }) => file.reason)).toEqual(
      names.map(() => "left by an operating system; not read"),
    );
  });
});

describe("members that the case holds already", () => {
  test("are not read again, as often as it holds them", async () => {
    writeEvidence(folder, "again.zip", zipOf([TWO[0]!, TWO[0]!, { name: "c.json", content: trail("c") }]));
    const key = knownKey("logs/a.json", sha256(trail("a", "b")));
    const result = await readFileAt(folder, "again.zip", 7, { known: [{ key, problem: "cut off" }] });
    expect(members(result)).toEqual(["logs/a.json in zip: imported 2", "c.json in zip: imported 1"]);
    expect(result.skipped).toEqual({
      count: 1,
      problems: [{ name: "again.zip!/logs/a.json", reason: "cut off" }],
    });
    expect(result.file.status).toBe("imported");
  });

  test("under the same name with other content are read", async () => {
    writeEvidence(folder, "changed.zip", zipOf([TWO[0]!]));
    const key = knownKey("logs/a.json", sha256(trail("other")));
    const result = await readFileAt(folder, "changed.zip", 7, { known: [{ key, problem: null }] });
    expect(result.members).toHaveLength(1);
    expect(result.skipped!.count).toBe(0);
  });
});
