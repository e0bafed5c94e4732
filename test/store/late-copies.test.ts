import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { askCase, caseContent } from "../helpers/case-content.ts";
import { quickIngest } from "../helpers/quick-ingest.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { logFileName, makeRecord, makeRecords, type RecordFields, writeTrail } from "../helpers/trail-maker.ts";

// A batch looks for copies in the hours that it covers; what lies elsewhere is found at the end of the run.

const DECADE = 10 * 365 * 24 * 60;
const at = (eventTime: string | undefined): RecordFields => ({ eventTime });

/** Each scene: files, in the order in which they are ingested, one run each. The record 1 occurs in the first and the last. */
const SCENES: Readonly<Record<string, readonly (readonly [name: string, records: readonly RecordFields[]])[]>> = {
  "a file delivered again ten years later": [
    [logFileName(1), makeRecords(1, 3)],
    [logFileName(2), makeRecords(500, 3)],
    [logFileName(DECADE), makeRecords(1, 2)],
  ],
  "a late file among others of its time": [
    [logFileName(1), makeRecords(1, 3)],
    [logFileName(DECADE), [makeRecord(1), makeRecord(900, at("2034-03-01T10:00:00Z"))]],
  ],
  "a second trail under another path": [
    [`a/${logFileName(1)}`, makeRecords(1, 3)],
    [`b/${logFileName(1, { unique: "bbbbbbbbbbbbbbbb" })}`, makeRecords(1, 3)],
  ],
  "an eventID that comes again with a time years apart": [
    [logFileName(1), makeRecords(1, 3)],
    [logFileName(2), [makeRecord(1, at("2019-03-01T10:00:00Z")), makeRecord(700)]],
  ],
  "an eventID that comes again with a time years later, in the better copy": [
    [logFileName(2), [makeRecord(1, at("2029-03-01T10:00:00Z")), makeRecord(700)]],
    [logFileName(1), makeRecords(1, 3)],
  ],
  "an undated event and its dated copy": [
    [logFileName(1), [makeRecord(1, at("not a time")), makeRecord(2)]],
    [logFileName(2), makeRecords(1, 1)],
  ],
  "two undated copies": [
    [logFileName(1), [makeRecord(1, at(undefined)), makeRecord(2)]],
    [logFileName(2), [makeRecord(1, at(undefined)), makeRecord(3, at("2030-01-01T00:00:00Z"))]],
  ],
  "three times for one eventID, each with an equal copy": [
    [logFileName(1), [makeRecord(1)]],
    [logFileName(2), [makeRecord(1, at("2019-03-01T10:00:00Z"))]],
    [logFileName(3), [makeRecord(1, at("2019-03-01T10:00:00Z"))]],
    [logFileName(4), [makeRecord(1, at("2029-03-01T10:00:00Z"))]],
    [logFileName(5), [makeRecord(1), makeRecord(1, at("2029-03-01T10:00:00Z"))]],
  ],
};

describe.each(Object.entries(SCENES))("%s", (_, files) => {
  const evidence = writeTrail(temporaryFolder(), Object.fromEntries(files));
  const roots = { roots: [`evidence=${evidence}`] };

  test("is one event, whether the files come one by one, in reverse, or at once", async () => {
    const folder = temporaryFolder();
    const contents: string[][] = [];
    for (const [name, order] of [
      ["forwards", files.map(([path]) => path)],
      ["backwards", files.map(([path]) => path).toReversed()],
      ["at once", ["."]],
    ] as const) {
      const caseFolder = join(folder, name);
      for (const path of order) await quickIngest(caseFolder, [join(evidence, path)], roots);
      expect(await askCase(caseFolder, "SELECT event_id FROM events GROUP BY event_id HAVING count(*) > 1")).toEqual(
        [],
      );
      contents.push(await caseContent(caseFolder));
    }

    expect(contents[1]).toEqual(contents[0]);
    expect(contents[2]).toEqual(contents[0]);
  });

  test("leaves every count right, run by run", async () => {
    const caseFolder = join(temporaryFolder(), "case");
    let stored = 0;
    for (const [path, records] of files) {
      const { summary } = await quickIngest(caseFolder, [join(evidence, path)], roots);
      expect(summary.records).toMatchObject({ seen: records.length, rejected: 0 });
      expect(summary.records.stored + summary.records.duplicate).toBe(records.length);
      stored += summary.records.stored;
    }

    expect(await askCase(caseFolder, "SELECT count(*) AS n FROM event_rows")).toEqual([{ n: stored }]);
    expect(
      await askCase(
        caseFolder,
        `SELECT path FROM evidence_files f WHERE records <> stored + duplicate + rejected
           OR stored <> (SELECT count(*) FROM event_rows r WHERE r.file_id = f.file_id)
           OR duplicate <> (SELECT count(*) FROM event_occurrences o WHERE o.file_id = f.file_id)`,
      ),
    ).toEqual([]);
  });
});

test("a record that repeats an eventID with another time is listed as conflicting, and a later better one is counted as replacing", async () => {
  const evidence = writeTrail(temporaryFolder(), {
    [logFileName(2)]: [makeRecord(1, at("2029-03-01T10:00:00Z"))],
    [logFileName(1)]: [makeRecord(1)],
  });
  const caseFolder = join(temporaryFolder(), "case");
  await quickIngest(caseFolder, [join(evidence, logFileName(2))]);
  const { summary } = await quickIngest(caseFolder, [join(evidence, logFileName(1))]);

  expect(summary.records).toEqual({ seen: 1, stored: 0, duplicate: 1, rejected: 0, replaced: 1 });
  expect(await askCase(caseFolder, "SELECT CAST(event_time AS VARCHAR) AS t FROM events")).toEqual([
    { t: "2024-03-01 10:00:01" },
  ]);
  expect(await askCase(caseFolder, "SELECT relation, fields FROM event_occurrences")).toEqual([
    { relation: "conflicting", fields: '["eventTime"]' },
  ]);
});
