import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { askCase, type Cells } from "../helpers/case-content.ts";
import { quickIngest } from "../helpers/quick-ingest.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { idOf, logFileName, makeRecord, makeRecords, type RecordFields, writeTrail } from "../helpers/trail-maker.ts";

// Records with one eventID: semantics.md section 5. The file of an earlier minute is the better copy.

const [EARLY, LATE] = [logFileName(1), logFileName(2)];

async function unevenFiles(caseFolder: string): Promise<Cells[]> {
  return await askCase(
    caseFolder,
    `SELECT path, records, stored, duplicate, rejected FROM evidence_files f
     WHERE records <> stored + duplicate + rejected
       OR stored <> (SELECT count(*) FROM event_rows r WHERE r.file_id = f.file_id)
       OR duplicate <> (SELECT count(*) FROM event_occurrences o WHERE o.file_id = f.file_id)`,
  );
}

interface Copy {
  readonly shown: string;
  readonly relation: string;
  readonly fields: string | null;
  readonly record: string | null;
}

/** The two copies of each scene: the one in the earlier file, and the one in the later. */
const SCENES: readonly (readonly [RecordFields, RecordFields | string])[] = [
  [makeRecord(0), withOtherLooks(makeRecord(0))],
  [makeRecord(1), makeRecord(1, { tlsDetails: undefined })],
  [
    makeRecord(2),
    makeRecord(2, { userAgent: "curl", requestParameters: { instancesSet: { items: [] }, filterSet: {} } }),
  ],
  [
    makeRecord(3, { requestParameters: { n: 1 } }),
    textOf(makeRecord(3, { requestParameters: { n: 1 } })).replace('"n":1', '"n":1.0'),
  ],
  [makeRecord(4), textOf(makeRecord(4)).replace("aws-cli", String.raw`\ud800`)],
  [makeRecord(5), makeRecord(5)],
];
const KEYLESS = makeRecord(6, { eventID: undefined });

function textOf(record: RecordFields): string {
  return JSON.stringify(record);
}

/** The same record with its keys in another order and some characters escaped. */
function withOtherLooks(record: RecordFields): string {
  const text = textOf(Object.fromEntries(Object.entries(record).toReversed()));
  return text.replace('"aws-cli/2.15.0"', String.raw`"\u0061ws-cli\/2.15.0"`);
}

describe.each(["early first", "late first"] as const)("two copies of one event, %s", (order) => {
  let caseFolder: string;
  let replaced = 0;

  beforeAll(async () => {
    const folder = temporaryFolder();
    const evidence = writeTrail(join(folder, "evidence"), {
      [EARLY]: [...SCENES.map(([early]) => early), KEYLESS],
      [LATE]: [...SCENES.map(([, late]) => late), KEYLESS, KEYLESS, KEYLESS],
    });
    caseFolder = join(folder, "case");
    for (const name of order === "early first" ? [EARLY, LATE] : [LATE, EARLY]) {
      const { summary } = await quickIngest(caseFolder, [join(evidence, name)]);
      replaced += summary.records.replaced;
      expect(await unevenFiles(caseFolder)).toEqual([]);
    }
  });

  async function copiesOf(scene: number): Promise<Copy[]> {
    const rows = await askCase(
      caseFolder,
      `SELECT f.path AS shown, relation, fields, record FROM event_occurrences o JOIN events e ON e.event_id = o.event_id
       JOIN evidence_files f ON f.file_id = e.file_id WHERE e.event_id = '${idOf(scene)}'`,
    );
    return rows as unknown as Copy[];
  }

  test("are identical when their tokens are, whatever the order of keys and the spelling of escapes", async () => {
    expect(await copiesOf(0)).toEqual([{ shown: EARLY, relation: "identical", fields: null, record: null }]);
  });

  test("are a subset when one lacks fields and the rest agrees; its content is kept", async () => {
    const [copy] = await copiesOf(1);

    expect(copy).toMatchObject({ shown: EARLY, relation: "subset", fields: null });
    expect(JSON.parse(copy!.record!)).toEqual(JSON.parse(textOf(SCENES[1]![1] as RecordFields)));
  });

  test("conflict when a field differs: the fields are listed and the record is kept", async () => {
    const [copy] = await copiesOf(2);

    expect(copy).toMatchObject({
      shown: EARLY,
      relation: "conflicting",
      fields: '["requestParameters.instancesSet.items","userAgent"]',
    });
    expect(JSON.parse(copy!.record!)).toEqual(SCENES[2]![1]);
  });

  test("conflict when a number is written differently", async () => {
    const [copy] = await copiesOf(3);

    expect(copy).toMatchObject({ shown: EARLY, relation: "conflicting", fields: '["requestParameters.n"]' });
    expect(copy!.record).toContain('"n":1.0');
  });

  test("conflict in an unpaired surrogate, which is kept to the letter", async () => {
    const [copy] = await copiesOf(4);

    expect(copy).toMatchObject({ shown: EARLY, relation: "conflicting", fields: '["userAgent"]' });
    expect((JSON.parse(copy!.record!) as Record<string, string>)["@text"]).toContain(
      String.raw`"userAgent":"\ud800/2.15.0"`,
    );
  });

  test("are identical when they are the same to the letter", async () => {
    expect(await copiesOf(5)).toEqual([{ shown: EARLY, relation: "identical", fields: null, record: null }]);
  });

  test("without an eventID they collapse across files, but not inside one", async () => {
    const counts = `SELECT (SELECT count(*) FROM events WHERE event_id IS NULL) AS events,
      (SELECT count(*) FROM event_occurrences WHERE event_id IS NULL) AS copies`;

    expect(await askCase(caseFolder, counts)).toEqual([{ events: 3, copies: 1 }]);
  });

  test("are counted as replaced when the better one came later", () => {
    expect(replaced).toBe(order === "late first" ? SCENES.length + 1 : 0);
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
  const evidence = writeTrail(join(folder, "evidence"), {
    [EARLY]: [makeRecord(1), makeRecord(1), makeRecord(1, { userAgent: "curl" })],
  });
  await quickIngest(join(folder, "case"), [evidence]);

  expect(await askCase(join(folder, "case"), "SELECT record_index FROM events")).toEqual([{ record_index: 0 }]);
  expect(
    await askCase(join(folder, "case"), "SELECT record_index, relation FROM event_occurrences ORDER BY 1"),
  ).toEqual([
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
  expect(
    await askCase(caseFolder, "SELECT count(*) AS n, count(DISTINCT sha256_stored) AS hashes FROM evidence_files"),
  ).toEqual([{ n: 2, hashes: 2 }]);
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
  expect(before).toMatchObject([
    { path: ".DS_Store", status: "not_events" },
    { path: EARLY, status: "unreadable" },
  ]);
  expect(third.summary.files).toMatchObject({ offered: 2, imported: 1, skipped: 1 });
  expect(third.summary.warnings).toEqual([]);
  expect(await askCase(caseFolder, "SELECT path, status FROM evidence_files ORDER BY path")).toEqual([
    { path: ".DS_Store", status: "not_events" },
    { path: EARLY, status: "imported" },
  ]);
});
