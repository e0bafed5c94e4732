import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { askCase, caseContent } from "../../helpers/case-content.ts";
import { quickIngest } from "../../helpers/quick-ingest.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { idOf, logFileName, makeRecord, makeRecords, writeTrail } from "../../helpers/trail-maker.ts";

// Which record is shown, and every other thing that a case says, never depends on the way the evidence came in.

const DAY = "AWSLogs/111122223333/CloudTrail/us-east-1/2024/03/01";
const nameAt = (minute: number): string => `${DAY}/${logFileName(minute)}`;
const KEYLESS = makeRecord(30, { eventID: undefined, eventName: "WithoutId" });

const ALPHA = {
  [nameAt(0)]: makeRecords(1, 10),
  [nameAt(5)]: [...makeRecords(8, 8), KEYLESS, KEYLESS, makeRecord(20), makeRecord(20)],
  [nameAt(10)]: [
    makeRecord(3, { userAgent: "curl/8", readOnly: false, errorCode: "AccessDenied" }),
    makeRecord(4, { tlsDetails: undefined, managementEvent: undefined }),
    Object.fromEntries(Object.entries(makeRecord(5)).toReversed()),
    "17",
    makeRecord(40, { eventTime: "not a time" }),
  ],
  [`${DAY}/notes.txt`]: Buffer.from("collected on Monday"),
};
/** The base name is ALPHA's, one file is a copy, and one has ALPHA's path with other content. */
const BETA = {
  [nameAt(0)]: ALPHA[nameAt(0)]!,
  [nameAt(2)]: [
    makeRecord(3, { userAgent: "wget" }),
    makeRecord(12),
    makeRecord(13, { userAgent: "console.amazonaws.com" }),
    KEYLESS,
    makeRecord(20, { requestParameters: { instancesSet: { items: [] }, filterSet: {} } }),
  ],
  [nameAt(10)]: [makeRecord(5), makeRecord(50), makeRecord(4, { resources: [] })],
};

let folder: string;
let alpha: string;
let beta: string;
let expected: string[];

beforeAll(async () => {
  folder = temporaryFolder();
  alpha = writeTrail(join(folder, "a", "logs"), ALPHA);
  beta = writeTrail(join(folder, "b", "logs"), BETA);
  expected = await caseContent(await ingested("first", [[alpha, beta]], 1));
});

/** Ingests each group of paths in an ingest of its own. */
async function ingested(name: string, groups: readonly (readonly string[])[], jobs: number): Promise<string> {
  const caseFolder = join(folder, name);
  const roots = [`logs=${alpha}`, `others=${beta}`];
  for (const paths of groups) await quickIngest(caseFolder, paths, { roots, jobs });
  return caseFolder;
}

const filesOf = (root: string, archive: object): string[] => Object.keys(archive).map((path) => join(root, path));

describe("the same evidence makes the same case", () => {
  test.each<[string, () => string[][], number]>([
    ["with eight readers", () => [[alpha, beta]], 8],
    ["with the archives in the other order", () => [[beta, alpha]], 2],
    ["one archive after the other", () => [[alpha], [beta]], 1],
    ["one archive after the other, the other way round", () => [[beta], [alpha]], 1],
    [
      "file by file, from the last",
      () => [...filesOf(alpha, ALPHA), ...filesOf(beta, BETA)].toReversed().map((file) => [file]),
      1,
    ],
    [
      "offered twice over",
      () => [
        [alpha, alpha, join(alpha, DAY)],
        [beta, alpha, beta],
      ],
      2,
    ],
  ])("%s", async (way, groups, jobs) => {
    expect(await caseContent(await ingested(way, groups(), jobs))).toEqual(expected);
  });

  test("after a rebuild from nothing but the evidence", async () => {
    const caseFolder = join(folder, "rebuilt");
    cpSync(join(folder, "first"), caseFolder, { recursive: true });
    rmSync(join(caseFolder, "coldtrail.duckdb"));

    expect(await caseContent(await ingested("rebuilt", [[beta, alpha]], 2))).toEqual(expected);
  });

  test("with labels that two archives of one base name get by themselves, in either order", async () => {
    const [ab, ba] = [join(folder, "ab"), join(folder, "ba")];
    await quickIngest(ab, [alpha, beta]);
    await quickIngest(ba, [beta, alpha]);

    expect(await caseContent(ab)).toEqual(expected);
    expect(await caseContent(ba)).toEqual(expected);
  });

  test("with an archive and a copy of it, in either order: every record of the copy is an identical duplicate", async () => {
    const copy = join(folder, "c", "logs");
    cpSync(alpha, copy, { recursive: true });
    const contents: string[][] = [];
    for (const [name, paths] of [
      ["original first", [alpha, copy]],
      ["copy first", [copy, alpha]],
    ] as const) {
      const caseFolder = join(folder, name);
      for (const path of paths) await quickIngest(caseFolder, [path]);
      contents.push(await caseContent(caseFolder));
    }
    const sums = await askCase(
      join(folder, "copy first"),
      "SELECT sum(records) AS records, sum(stored) AS stored, sum(duplicate) AS duplicate, sum(rejected) AS rejected FROM evidence_files",
    );

    expect(contents[0]).toEqual(contents[1]);
    expect(sums).toEqual([{ records: 54, stored: 19, duplicate: 33, rejected: 2 }]);
  });
});

describe("that case", () => {
  test("holds every record once, as an event or as another copy", async () => {
    const sums = `
      SELECT (SELECT count(*) FROM events) AS events, (SELECT count(*) FROM event_occurrences) AS copies,
        (SELECT count(*) FROM rejected_records) AS broken, sum(records) AS records, sum(stored) AS stored,
        sum(duplicate) AS duplicate, sum(rejected) AS rejected,
        count(*) FILTER (WHERE records <> stored + duplicate + rejected) AS uneven
      FROM evidence_files`;

    expect(await askCase(join(folder, "first"), sums)).toEqual([
      { events: 20, copies: 24, broken: 1, records: 45, stored: 20, duplicate: 24, rejected: 1, uneven: 0 },
    ]);
  });

  test("shows the record that was delivered first, and lists the others with how they relate to it", async () => {
    const ids = [3, 4, 5, 12, 20].map((n) => `'${idOf(n)}'`).join(", ");
    const copies = await askCase(
      join(folder, "first"),
      `SELECT right(e.event_id, 2) AS id, strftime(s.name_delivered_at, '%M') AS shown, strftime(f.name_delivered_at, '%M') AS copy,
         relation, fields
       FROM event_occurrences o JOIN evidence_files f USING (file_id)
         JOIN events e ON e.event_id = o.event_id JOIN evidence_files s ON s.file_id = e.file_id
       WHERE e.event_id IN (${ids}) ORDER BY ALL`,
    );

    expect(copies.map((row) => Object.values(row).join(" "))).toMatchInlineSnapshot(`
      [
        "03 00 00 identical ",
        "03 00 02 conflicting ["userAgent"]",
        "03 00 10 conflicting ["readOnly","userAgent"]",
        "04 00 00 identical ",
        "04 00 10 subset ",
        "04 00 10 subset ",
        "05 00 00 identical ",
        "05 00 10 identical ",
        "05 00 10 identical ",
        "12 02 05 identical ",
        "20 02 05 conflicting ["requestParameters.instancesSet.items"]",
        "20 02 05 conflicting ["requestParameters.instancesSet.items"]",
      ]
    `);
  });

  test("keeps records without an eventID apart inside one file, and takes them for copies across files", async () => {
    const events = "SELECT count(*) AS n FROM events WHERE event_name = 'WithoutId'";
    const copies = "SELECT count(*) AS n FROM event_occurrences WHERE record_key IS NOT NULL";

    expect(await askCase(join(folder, "first"), events)).toEqual([{ n: 2 }]);
    expect(await askCase(join(folder, "first"), copies)).toEqual([{ n: 1 }]);
  });
});
