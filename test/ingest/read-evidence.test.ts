import { rmSync, utimesSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { SHARD_COLUMNS } from "../../src/store/case-schema.ts";
import {
  evidenceFolder,
  readFileAt,
  recordOf,
  sha256,
  trailOf,
  TRAIL_NAME,
  writeEvidence,
  type ReadResult,
} from "./evidence-fixture.ts";

const folder = evidenceFolder();
afterAll(() => rmSync(folder, { recursive: true }));

let written = 0;

/** Reads content under a name of its own folder. */
async function readContent(content: string | Uint8Array, name = "events.json"): Promise<ReadResult> {
  written += 1;
  const path = `${written}/${name}`;
  writeEvidence(folder, path, content);
  return await readFileAt(folder, path);
}

function column(result: ReadResult, name: string): unknown[] {
  const index = SHARD_COLUMNS.findIndex(([shardColumn]) => shardColumn === name);
  return result.rows.map((row) => row[index]);
}

const GOOD = trailOf(recordOf("a"), recordOf("b"));
const BROKEN_ONE = trailOf(recordOf("a"), '{"eventVersion":"1.08","x":nil}', recordOf("b"));

interface Expected {
  status: string;
  reason: RegExp | null;
  records?: number;
  rejected?: number;
  fidelity?: string;
}

describe("a file is", () => {
  test.each<[string, string | Uint8Array, Expected]>([
    ["a trail file", GOOD, { status: "imported", reason: null, records: 2 }],
    ["a gzipped one", gzipSync(GOOD), { status: "imported", reason: null, records: 2 }],
    ["one gzipped twice", gzipSync(gzipSync(GOOD)), { status: "imported", reason: null, records: 2 }],
    [
      "one of several members",
      Buffer.concat([gzipSync(GOOD), gzipSync(GOOD)]),
      { status: "imported", reason: /^several gzip members$/, records: 4 },
    ],
    ["one without records", '{"Records":[]}', { status: "imported", reason: null, records: 0 }],
    ["one in UTF-16", Buffer.from(`\ufeff${GOOD}`, "utf16le"), { status: "imported", reason: /UTF-16/, records: 2 }],
    [
      "one with an unknown version",
      trailOf(recordOf("a", { eventVersion: "2.0" })),
      { status: "imported", reason: /eventVersion 2.0, newer/, records: 1 },
    ],
    ["one with a stranger in front", trailOf("{}", recordOf("a")), { status: "imported", reason: null, records: 2 }],
    [
      "one with a broken record",
      BROKEN_ONE,
      { status: "partial", reason: /^1 of 3 records rejected$/, records: 3, rejected: 1 },
    ],
    [
      "one with a text for a record",
      trailOf('"x"', recordOf("a")),
      { status: "partial", reason: /1 of 2 records rejected/, records: 2, rejected: 1 },
    ],
    [
      "one of broken records alone",
      trailOf('{"eventVersion":x}', '{"eventVersion":y}'),
      { status: "partial", reason: /2 of 2/, records: 2, rejected: 2 },
    ],
    [
      "one that is cut off",
      GOOD.slice(0, -30),
      {
        status: "partial",
        reason: /cut off inside the list of records; 1 of 2 records rejected/,
        records: 2,
        rejected: 1,
      },
    ],
    [
      "one that is cut off between records",
      GOOD.slice(0, -2),
      { status: "partial", reason: /^cut off inside the list of records$/, records: 2 },
    ],
    ["one with text behind it", `${GOOD}x`, { status: "partial", reason: /unexpected text/, records: 2 }],
    [
      "a gzipped one that is cut off",
      gzipSync(GOOD).subarray(0, -9),
      { status: "partial", reason: /^cut off inside the compressed data/ },
    ],
    [
      "a gzipped one without its end",
      gzipSync(GOOD).subarray(0, -3),
      { status: "partial", reason: /^cut off before its checksum$/, records: 2 },
    ],
    [
      "a gzipped one with a bad checksum",
      withBadChecksum(gzipSync(GOOD)),
      { status: "partial", reason: /checksum does not match/, records: 2 },
    ],
    ["a digest file", '{"digestPublicKeyFingerprint":"x"}', { status: "not_events", reason: /digest file/ }],
    [
      "notifications",
      '{"Records":[{"eventVersion":"2.1","eventName":"ObjectCreated:Put","s3":{}}]}',
      { status: "not_events", reason: /^a pointer to logs, not logs$/ },
    ],
    [
      "another list of records",
      '{"Records":[{"a":1},{"b":2}]}',
      { status: "not_events", reason: /^JSON, not CloudTrail$/ },
    ],
    ["a text", "# read me", { status: "not_events", reason: /^text, not CloudTrail$/ }],
    ["another kind of JSON", '{"a":1}', { status: "not_events", reason: /^JSON, not CloudTrail$/ }],
    [
      "JSON lines",
      `${recordOf("a")}\n${recordOf("b")}\n`,
      { status: "imported", reason: null, records: 2, fidelity: "bare" },
    ],
    ["a rar", "Rar!\x1a\x07\x01\0", { status: "unsupported", reason: /^rar is not read: unpack it/ }],
    ["the beginning of a zip", "PK\x03\x04\x14\0", { status: "unreadable", reason: /directory of the zip is missing/ }],
    ["empty", "", { status: "unreadable", reason: /^empty$/ }],
    ["blank", "\n\n", { status: "unreadable", reason: /^empty$/ }],
    ["a gzip of nothing", gzipSync(""), { status: "unreadable", reason: /^empty$/ }],
    ["the beginning of a trail file", '{"Records":', { status: "unreadable", reason: /breaks off/ }],
    ["without records", '{"Records":null}', { status: "unreadable", reason: /not an array/ }],
    [
      "the beginning of a gzip",
      gzipSync(GOOD).subarray(0, 9),
      { status: "unreadable", reason: /not a complete gzip header/ },
    ],
    ["a bomb", gzipSync(Buffer.alloc(70 * 1024 * 1024)), { status: "unreadable", reason: /more than 64 MiB/ }],
  ])("%s", async (_what, content, { status, reason, records = 0, rejected = 0, fidelity = "trail" }) => {
    const result = await readContent(content);
    expect(result.file.status).toBe(status);
    if (reason === null) expect(result.file.reason).toBeNull();
    else expect(result.file.reason).toMatch(reason);
    if (status !== "partial" || records > 0) expect(result.file).toMatchObject({ records, rejected });
    expect(result.file.records).toBe(result.rows.length + result.rejected.length);
    expect(result.file.rejected).toBe(result.rejected.length);
    expect(result.file.source_fidelity).toBe(status === "imported" || status === "partial" ? fidelity : null);
    if (status !== "partial" && status !== "imported") expect(result.rows).toEqual([]);
  });

  test.each([
    [
      "a picture",
      Buffer.from("\x89PNG\r\n\x1a\n\0\0", "latin1"),
      /named like a CloudTrail log file, but holds binary data/,
    ],
    ["a text", "# read me", /named like a CloudTrail log file, but holds text/],
    ["another list of records", '{"Records":[{"a":1}]}', /not CloudTrail/],
    ["broken JSON", '{"a":', /named like a CloudTrail log file, but holds JSON that breaks off/],
  ])("unreadable when it is named like a trail file and holds %s", async (_what, content, reason) => {
    const { file } = await readContent(content, TRAIL_NAME);
    expect(file).toMatchObject({ status: "unreadable", reason: expect.stringMatching(reason), records: 0 });
  });

  test("no events when it is named like a trail file and holds notifications or a digest", async () => {
    for (const content of ['{"Records":[{"Sns":{}}]}', '{"digestPublicKeyFingerprint":"x"}']) {
      expect((await readContent(content, TRAIL_NAME)).file.status).toBe("not_events");
    }
  });
});

function withBadChecksum(stored: Buffer): Buffer {
  stored[stored.length - 5]! ^= 1;
  return stored;
}

describe("what is known of a file", () => {
  test("are its size, both hashes, its time and what its name says", async () => {
    const stored = gzipSync(GOOD);
    const path = `AWSLogs/o-abcdef1234/111122223333/CloudTrail/eu-west-1/2023/07/10/${TRAIL_NAME}`;
    const absolute = writeEvidence(folder, path, stored);
    utimesSync(absolute, 1_688_992_065.25, 1_688_992_065.25);
    const { file, rows } = await readFileAt(folder, path);
    expect(file).toEqual({
      ordinal: 7,
      root: "lab",
      path,
      member_path: null,
      container: "gzip",
      size_bytes: stored.length,
      sha256_stored: sha256(stored),
      sha256_inflated: sha256(GOOD),
      inflated_bytes: Buffer.byteLength(GOOD),
      modified_at: 1_688_992_065_250_000n,
      name_account_id: "111122223333",
      name_kind: "CloudTrail",
      name_region: "eu-west-1",
      name_organization_id: "o-abcdef1234",
      name_delivered_at: BigInt(Date.UTC(2023, 6, 10, 12, 30)) * 1000n,
      status: "imported",
      reason: null,
      records: 2,
      rejected: 0,
      source_fidelity: "trail",
      wrapping: "Records[]",
    });
    expect(rows.length).toBe(2);
  });

  test("are equal hashes for a plain file, over its bytes as they are", async () => {
    for (const content of [
      GOOD,
      `\ufeff${GOOD}`,
      Buffer.from(`\ufeff${GOOD}`, "utf16le"),
      "# text",
      Buffer.from([0xff]),
    ]) {
      const { file } = await readContent(content);
      const hash = sha256(content);
      expect(file).toMatchObject({ container: "", sha256_stored: hash, sha256_inflated: hash });
      expect(file.inflated_bytes).toBe(Buffer.byteLength(content));
    }
  });

  test("of a damaged gzip is the hash of what came out of it", async () => {
    const stored = gzipSync(GOOD).subarray(0, -2);
    const { file } = await readContent(stored);
    expect(file).toMatchObject({ sha256_stored: sha256(stored), sha256_inflated: sha256(GOOD) });
  });

  test.each([
    ["an empty file", "", sha256("")],
    ["a zip", "PK\x03\x04", sha256("PK\x03\x04")],
  ])("of %s is the hash of its bytes alone", async (_what, content, hash) => {
    const { file } = await readContent(content);
    expect(file).toMatchObject({ sha256_stored: hash, sha256_inflated: null, inflated_bytes: null });
  });

  test("is the same whatever the name", async () => {
    for (const name of ["no extension", "x.png", "x.csv.zip", TRAIL_NAME]) {
      expect((await readContent(GOOD, name)).file).toMatchObject({ status: "imported", records: 2 });
    }
  });
});

describe("records", () => {
  test("carry their place: the file and the position in it, rejected ones counted", async () => {
    const result = await readContent(BROKEN_ONE);
    expect(column(result, "file_ordinal")).toEqual([7, 7]);
    expect(column(result, "record_index")).toEqual([0, 2]);
    expect(column(result, "event_id")).toEqual(["a", "b"]);
    expect(result.rejected).toEqual([
      {
        ordinal: 7,
        record_index: 1,
        byte_offset: Buffer.from(BROKEN_ONE).indexOf('{"eventVersion":"1.08","x":nil}'),
        reason: expect.stringMatching(/^not a JSON value \(byte \d+\)$/),
        excerpt: '{"eventVersion":"1.08","x":nil}',
      },
    ]);
  });

  test("that are rejected stand where the file says, also behind a byte order mark and other letters", async () => {
    const content = `\ufeff{"é":1,"Records":[${recordOf("a")},nil]}`;
    const { rejected } = await readContent(content);
    expect(rejected.map(({ byte_offset }) => byte_offset)).toEqual([Buffer.from(content).indexOf("nil")]);
  });

  test("that are rejected are shown in part, without half a character", async () => {
    const { rejected } = await readContent(trailOf(recordOf("a"), `"${"x".repeat(298)}😀😀"`));
    expect(rejected[0]).toMatchObject({
      excerpt: `"${"x".repeat(298)}\ufffd`,
      reason: expect.stringMatching(/^not an object: "x+$/),
    });
  });

  test("without an eventID are told apart within a file, and alike in two", async () => {
    const keyless = recordOf("", {});
    const other = keyless.replace("GetObject", "PutObject");
    const first = await readContent(trailOf(keyless, keyless, other, recordOf("a")));
    const second = await readContent(trailOf(other, keyless));
    const [one, two, three, four] = column(first, "record_key");
    expect(one).toMatch(/^sha256:[0-9a-f]{40}#1$/);
    expect(two).toBe(String(one).replace("#1", "#2"));
    expect([three, one]).toEqual(column(second, "record_key"));
    expect(four).toBeNull();
  });

  test("keep the bytes of what a store could trip over", async () => {
    const result = await readContent(trailOf(recordOf("a", { userAgent: "a\0b\u001b[31m", errorMessage: "" })));
    expect(column(result, "user_agent")).toEqual(["a\0b\u001b[31m"]);
    expect(column(result, "error_message")).toEqual([""]);
  });
});
