import { join } from "node:path";
import { constants, gunzipSync, gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { askCase } from "../../helpers/case-content.ts";
import { coldtrail, type Finished } from "../../helpers/coldtrail.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import {
  type FileContent,
  logFileName,
  makeRecord,
  makeRecords,
  trailBytes,
  trailText,
  writeTrail,
} from "../../helpers/trail-maker.ts";

// One archive with every kind of damage that the investigator will meet, in one ingest.

const name = (minute: number): string => logFileName(minute);
const whole = trailBytes("x.gz", makeRecords(10, 200));
const badCrc = Buffer.from(trailBytes("x.gz", makeRecords(300, 5)));
badCrc.writeUInt32LE(0xdeadbeef, badCrc.length - 8);
const digest = {
  awsAccountId: "111122223333",
  digestStartTime: "2024-03-01T09:00:00Z",
  digestPublicKeyFingerprint: "00",
  logFiles: [],
};

const FILES: Readonly<Record<string, FileContent>> = {
  [name(0)]: makeRecords(1, 5),
  [name(1)]: whole.subarray(0, Math.floor(whole.length / 2)),
  [name(2)]: badCrc,
  [name(3)]: Buffer.alloc(0),
  "digest.json.gz": gzipSync(JSON.stringify(digest)),
  [name(4)]: Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), Buffer.alloc(200, 7)]),
  [name(5)]: [makeRecord(400), makeRecord(401), '{"eventVersion":"1.09","eventName": oops}', makeRecord(402)],
  [name(6)]: gzipSync(`${trailText(makeRecords(500, 3)).slice(0, -2)},42]}`),
  "README.md": Buffer.from("# Collected on Monday"),
};
/** What zlib alone makes of the truncated file: all records but the one that is cut. */
const TRUNCATED_TEXT = gunzipSync(FILES[name(1)] as Buffer, { finishFlush: constants.Z_SYNC_FLUSH }).toString();
const TRUNCATED_RECORDS = TRUNCATED_TEXT.split('{"eventVersion"').length - 2;

let folder: string;
let first: Finished;
let second: Finished;
let summary: Record<string, unknown>;

beforeAll(async () => {
  folder = temporaryFolder();
  const args = [
    "ingest",
    writeTrail(join(folder, "evidence"), FILES),
    "--case",
    join(folder, "case"),
    "--format",
    "json",
  ];
  first = await coldtrail(args);
  second = await coldtrail(args);
  summary = JSON.parse(first.stdout) as Record<string, unknown>;
});

const sumOf = (counts: unknown, names: readonly string[]): number =>
  names.reduce((sum, key) => sum + (counts as Record<string, number>)[key]!, 0);

describe("the first ingest", () => {
  test("exits with 3 and prints nothing but the summary", () => {
    expect(first.code).toBe(3);
    expect(first.stdout.trim().split("\n")).toHaveLength(1);
  });

  test("has exactly the documented keys", () => {
    expect(Object.keys(summary)).toEqual([
      "case",
      "files",
      "records",
      "first_event",
      "last_event",
      "accounts",
      "regions",
      "warnings",
      "elapsed_ms",
    ]);
    expect(Object.keys(summary["files"]!)).toEqual([
      "offered",
      "imported",
      "partial",
      "not_events",
      "unsupported",
      "unreadable",
      "skipped",
      "not_selected",
    ]);
    expect(Object.keys(summary["records"]!)).toEqual(["seen", "stored", "duplicate", "rejected", "replaced"]);
    for (const warning of summary["warnings"] as object[]) expect(Object.keys(warning)).toEqual(["file", "reason"]);
  });

  test("accounts for every file and every record", () => {
    expect(summary["files"]).toEqual({
      offered: 9,
      imported: 1,
      partial: 4,
      not_events: 2,
      unsupported: 0,
      unreadable: 2,
      skipped: 0,
      not_selected: 0,
    });
    const { files, records } = summary;
    expect(
      sumOf(
        files,
        Object.keys(files!).filter((key) => key !== "offered"),
      ),
    ).toBe(9);
    expect(sumOf(records, ["stored", "duplicate", "rejected"])).toBe(sumOf(records, ["seen"]));
  });

  test("names each file that is not plainly imported, with its reason, the problems first", () => {
    const warnings = summary["warnings"] as { file: string; reason: string }[];

    expect(warnings.map(({ file }) => file)).toEqual([
      name(1),
      name(2),
      name(3),
      name(4),
      name(5),
      name(6),
      "README.md",
      "digest.json.gz",
    ]);
    expect(warnings.map(({ reason }) => reason.replaceAll(/\d+/g, "N"))).toMatchInlineSnapshot(`
      [
        "cut off inside the compressed data, or before its checksum; cut off inside the list of records; N of N records rejected",
        "the gzip checksum does not match",
        "empty",
        "named like a CloudTrail log file, but holds binary data, not CloudTrail",
        "N of N records rejected",
        "N of N records rejected",
        "text, not CloudTrail",
        "CloudTrail digest file, kept for verification: holds no events",
      ]
    `);
  });

  test("stores every good record", async () => {
    const rows = await askCase(
      join(folder, "case"),
      "SELECT path, stored AS n FROM evidence_files WHERE stored > 0 ORDER BY path",
    );
    const stored = new Map(rows.map(({ path, n }) => [path, n]));

    expect(TRUNCATED_RECORDS).toBeGreaterThan(50);
    expect(stored).toEqual(
      new Map([
        [name(0), 5],
        [name(1), TRUNCATED_RECORDS],
        [name(2), 5],
        [name(5), 3],
        [name(6), 3],
      ]),
    );
  });

  test("keeps what was rejected, with its place and its beginning", async () => {
    const rejected = await askCase(
      join(folder, "case"),
      `SELECT path, record_index, r.reason, excerpt FROM rejected_records r JOIN evidence_files USING (file_id)
       WHERE path IN ('${name(5)}', '${name(6)}') ORDER BY path`,
    );

    expect(rejected).toMatchObject([
      {
        record_index: 2,
        reason: expect.stringMatching(/byte \d+/),
        excerpt: '{"eventVersion":"1.09","eventName": oops}',
      },
      { record_index: 3, reason: "not an object: 42", excerpt: "42" },
    ]);
  });
});

test("the second ingest reads again only what could not be read", () => {
  const { files, records } = JSON.parse(second.stdout) as Record<string, Record<string, number>>;

  expect(second.code).toBe(3);
  expect(files).toMatchObject({ offered: 9, skipped: 7, unreadable: 2, imported: 0, partial: 0, not_events: 0 });
  expect(records).toEqual({ seen: 0, stored: 0, duplicate: 0, rejected: 0, replaced: 0 });
});

test("the summary for a person says the same, and no word of it is about an internal number", async () => {
  const { code, stdout } = await coldtrail(["ingest", join(folder, "evidence"), "--case", join(folder, "other")]);

  expect(code).toBe(3);
  expect(stdout).toContain("Files     9 offered = 1 imported + 4 partial + 2 not events + 2 unreadable");
  for (const path of Object.keys(FILES).slice(1)) expect(stdout).toContain(`  ${path}: `);
});
