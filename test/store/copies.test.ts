import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { askCase, type Cells } from "../helpers/case-content.ts";
import { quickIngest } from "../helpers/quick-ingest.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { logFileName, makeRecord, makeRecords, type RecordFields, writeTrail } from "../helpers/trail-maker.ts";

// Records with one eventID: semantics.md section 5. The file of an earlier minute is the better copy.

const [EARLY, LATE] = [logFileName(1), logFileName(2)];
const RECORD = makeRecord(1);

interface Copy {
  readonly relation: string;
  readonly fields: string | null;
  readonly record: string | null;
}

/** Ingests two files one after the other and tells what the case says of the first event. */
async function copiesOf(
  early: readonly (RecordFields | string)[],
  late: readonly (RecordFields | string)[],
  first: "early first" | "late first",
): Promise<{ shown: Cells; copies: Copy[]; replaced: number }> {
  const folder = temporaryFolder();
  const evidence = writeTrail(join(folder, "evidence"), { [EARLY]: early, [LATE]: late });
  const caseFolder = join(folder, "case");
  let replaced = 0;
  for (const name of first === "early first" ? [EARLY, LATE] : [LATE, EARLY]) {
    const { summary } = await quickIngest(caseFolder, [join(evidence, name)]);
    replaced += summary.records.replaced;
    expect(await unevenFiles(caseFolder)).toEqual([]);
  }
  const [shown = {}] = await askCase(caseFolder, `SELECT path, user_agent, extra FROM events JOIN evidence_files USING (file_id)`);
  const copies = await askCase(caseFolder, "SELECT relation, fields, record FROM event_occurrences ORDER BY ALL");
  return { shown, copies: copies as unknown as Copy[], replaced };
}

async function unevenFiles(caseFolder: string): Promise<Cells[]> {
  return await askCase(
    caseFolder,
    `SELECT path, records, stored, duplicate, rejected FROM evidence_files f
     WHERE records <> stored + duplicate + rejected
       OR stored <> (SELECT count(*) FROM event_rows r WHERE r.file_id = f.file_id)
       OR duplicate <> (SELECT count(*) FROM event_occurrences o WHERE o.file_id = f.file_id)`,
  );
}

describe.each(["early first", "late first"] as const)("two copies of one event, %s", (order) => {
  const replaced = order === "late first" ? 1 : 0;

  test("are identical when their tokens are, whatever the order of keys and the spelling of escapes", async () => {
    const text = JSON.stringify(Object.fromEntries(Object.entries(RECORD).toReversed()));
    const found = await copiesOf([RECORD], [text.replace('"aws-cli/2.15.0"', String.raw`"\u0061ws-cli\/2.15.0"`)], order);

    expect(found.copies).toEqual([{ relation: "identical", fields: null, record: null }]);
    expect(found).toMatchObject({ shown: { path: EARLY }, replaced });
  });

  test("are a subset when one lacks fields and the rest agrees; its content is kept", async () => {
    const lossy = makeRecord(1, { tlsDetails: undefined });
    const found = await copiesOf([RECORD], [lossy], order);

    expect(found.copies).toMatchObject([{ relation: "subset", fields: null }]);
    expect(JSON.parse(found.copies[0]!.record!)).toEqual(JSON.parse(JSON.stringify(lossy)));
    expect(found).toMatchObject({ shown: { path: EARLY }, replaced });
  });

  test("conflict when a field differs: the fields are listed and the record is kept", async () => {
    const other = makeRecord(1, { userAgent: "curl", requestParameters: { instancesSet: { items: [] }, filterSet: {} } });
    const found = await copiesOf([RECORD], [other], order);

    expect(found.copies).toMatchObject([{ relation: "conflicting", fields: '["requestParameters.instancesSet.items","userAgent"]' }]);
    expect(JSON.parse(found.copies[0]!.record!)).toEqual(other);
    expect(found).toMatchObject({ shown: { path: EARLY, user_agent: "aws-cli/2.15.0" }, replaced });
  });

  test("conflict when a number is written differently", async () => {
    const found = await copiesOf([makeRecord(1, { requestParameters: { n: 1 } })], [
      JSON.stringify(makeRecord(1, { requestParameters: { n: 1 } })).replace('"n":1', '"n":1.0'),
    ], order);

    expect(found.copies).toMatchObject([{ relation: "conflicting", fields: '["requestParameters.n"]' }]);
    expect(found.copies[0]!.record).toContain('"n":1.0');
  });

  test("conflict in an unpaired surrogate, which is kept to the letter", async () => {
    const text = JSON.stringify(RECORD).replace("aws-cli", String.raw`\ud800`);
    const found = await copiesOf([RECORD], [text], order);

    expect(found.copies).toMatchObject([{ relation: "conflicting", fields: '["userAgent"]' }]);
    expect((JSON.parse(found.copies[0]!.record!) as Record<string, string>)["@text"]).toContain(String.raw`"userAgent":"\ud800/2.15.0"`);
  });

  test("without an eventID they collapse across files, but not inside one", async () => {
    const keyless = makeRecord(1, { eventID: undefined });
    const found = await copiesOf([keyless], [keyless, keyless, keyless], order);

    expect(found.copies).toEqual([{ relation: "identical", fields: null, record: null }]);
    expect(found.replaced).toBe(replaced);
  });
});

test("a better copy that comes later is counted, and the earlier file's records become duplicates", async () => {
  const folder = temporaryFolder();
  const evidence = writeTrail(join(folder, "evidence"), { [EARLY]: makeRecords(1, 3), [LATE]: makeRecords(1, 5) });
  const caseFolder = join(folder, "case");
  const counts = `SELECT path, stored, duplicate FROM evidence_files ORDER BY path`;

  const first = await quickIngest(caseFolder, [join(evidence, LATE)]);
  expect(first.summary.records).toEqual({ seen: 5, stored: 5, duplicate: 0, rejected: 0, replaced: 0 });

  const second = await quickIngest(caseFolder, [join(evidence, EARLY)]);
  expect(second.summary.records).toEqual({ seen: 3, stored: 0, duplicate: 3, rejected: 0, replaced: 3 });
  expect(await askCase(caseFolder, counts)).toEqual([
    { path: EARLY, stored: 3, duplicate: 0 },
    { path: LATE, stored: 2, duplicate: 3 },
  ]);
  expect(await unevenFiles(caseFolder)).toEqual([]);
});

test("three copies in one file: the first is shown, the others are listed with their place", async () => {
  const folder = temporaryFolder();
  const evidence = writeTrail(join(folder, "evidence"), { [EARLY]: [RECORD, RECORD, makeRecord(1, { userAgent: "curl" })] });
  await quickIngest(join(folder, "case"), [evidence]);

  expect(await askCase(join(folder, "case"), "SELECT record_index FROM events")).toEqual([{ record_index: 0 }]);
  expect(await askCase(join(folder, "case"), "SELECT record_index, relation FROM event_occurrences ORDER BY 1")).toEqual([
    { record_index: 1, relation: "identical" },
    { record_index: 2, relation: "conflicting" },
  ]);
});

test("a file that changed under its path is a second file, with a warning, and both are kept", async () => {
  const folder = temporaryFolder();
  const evidence = join(folder, "evidence");
  const caseFolder = join(folder, "case");
  writeTrail(evidence, { [EARLY]: makeRecords(1, 2) });
  await quickIngest(caseFolder, [evidence]);
  writeTrail(evidence, { [EARLY]: makeRecords(1, 4) });
  const { summary } = await quickIngest(caseFolder, [evidence]);

  expect(summary.records).toMatchObject({ seen: 4, stored: 2, duplicate: 2 });
  expect(summary.warnings).toEqual([
    { file: EARLY, reason: "differs from the file ingested earlier under this path; both are kept", isProblem: true },
  ]);
  expect(await askCase(caseFolder, "SELECT count(*) AS n, count(DISTINCT sha256_stored) AS hashes FROM evidence_files")).toEqual([
    { n: 2, hashes: 2 },
  ]);
});

test("a file that could not be read is read again, and replaces what was noted of it", async () => {
  const folder = temporaryFolder();
  const evidence = join(folder, "evidence");
  const caseFolder = join(folder, "case");
  writeTrail(evidence, { [EARLY]: Buffer.from("not gzip at all"), ".DS_Store": Buffer.from("x") });
  const first = await quickIngest(caseFolder, [evidence]);
  const again = await quickIngest(caseFolder, [evidence]);
  const before = await askCase(caseFolder, "SELECT * FROM evidence_files ORDER BY path");
  writeTrail(evidence, { [EARLY]: makeRecords(1, 2) });
  const third = await quickIngest(caseFolder, [evidence]);

  expect(first.summary.files).toMatchObject({ offered: 2, unreadable: 1, not_events: 1, skipped: 0 });
  expect(again.summary.files).toMatchObject({ offered: 2, unreadable: 1, not_events: 0, skipped: 1 });
  expect(before).toMatchObject([{ path: ".DS_Store", status: "not_events" }, { path: EARLY, status: "unreadable" }]);
  expect(third.summary.files).toMatchObject({ offered: 2, imported: 1, skipped: 1 });
  expect(third.summary.warnings).toEqual([]);
  expect(await askCase(caseFolder, "SELECT path, status FROM evidence_files ORDER BY path")).toEqual([
    { path: ".DS_Store", status: "not_events" },
    { path: EARLY, status: "imported" },
  ]);
});
