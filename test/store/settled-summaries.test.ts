import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { ENTITY_COLUMNS } from "../../src/store/settle.ts";
import { askCase } from "../helpers/case-content.ts";
import { quickIngest } from "../helpers/quick-ingest.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { iamUser, logFileName, makeRecord, makeRecords, writeTrail } from "../helpers/trail-maker.ts";

// What is counted ahead must equal what a query counts, after every ingest.

const evidence = writeTrail(temporaryFolder(), {
  [logFileName(5)]: [
    ...makeRecords(1, 40),
    makeRecord(50, { userIdentity: iamUser("bob") }),
    makeRecord(51, { userIdentity: iamUser("carol"), errorCode: "AccessDenied" }),
    makeRecord(52, {
      userIdentity: { type: "AWSService", invokedBy: "ec2.amazonaws.com" },
      sourceIPAddress: "ec2.amazonaws.com",
    }),
    makeRecord(53, { eventTime: "no time" }),
    { eventVersion: "1.09", eventCategory: "Aggregated", eventId: "aggregated", awsRegion: "us-east-1" },
  ],
  // The same events in better copies, which differ, and some new ones.
  [logFileName(1)]: [
    makeRecord(50, { userIdentity: iamUser("dave"), sourceIPAddress: "203.0.113.9" }),
    makeRecord(51, { userIdentity: iamUser("carol"), errorCode: "AccessDenied" }),
    ...makeRecords(100, 30, { userIdentity: iamUser("bob") }),
  ],
  [logFileName(9)]: [makeRecord(1, { eventTime: "2029-01-01T00:00:00Z" }), makeRecord(54, { eventTime: "no time" })],
});

describe.each([
  ["one ingest", [logFileName(5)]],
  ["a second one with better copies", [logFileName(5), logFileName(1)]],
  ["a third one that repeats an eventID with another time", [logFileName(5), logFileName(1), logFileName(9)]],
  ["all at once", ["."]],
])("after %s", (_, files) => {
  const caseFolder = join(temporaryFolder(), "case");
  beforeAll(async () => {
    for (const file of files)
      await quickIngest(caseFolder, [join(evidence, file)], { roots: [`evidence=${evidence}`] });
  });

  test.each(ENTITY_COLUMNS)("the summary of %s equals the counts over events", async (column) => {
    const counted = await askCase(
      caseFolder,
      `SELECT ${column} AS value, count(*) AS n, count(*) FILTER (WHERE outcome = 'denied') AS n_denied,
         min(event_time) AS first_event, max(event_time) AS last_event
       FROM events GROUP BY ${column} ORDER BY n DESC, value NULLS LAST`,
    );
    const summary = await askCase(
      caseFolder,
      `SELECT * EXCLUDE (column_name) FROM entity_summary WHERE column_name = '${column}' ORDER BY n DESC, value NULLS LAST`,
    );

    expect(summary.length).toBeGreaterThan(0);
    expect(summary).toEqual(counted);
  });

  test("the minute index equals the counts over events, and its rows are the first of their minutes", async () => {
    const index = await askCase(caseFolder, "SELECT minute, n, first_row FROM event_minutes ORDER BY minute");
    const counted = await askCase(
      caseFolder,
      `SELECT date_trunc('minute', event_time) AS minute, count(*) AS n, min(rowid) AS first_row FROM event_rows
       WHERE event_category IS DISTINCT FROM 'Aggregated' GROUP BY 1 ORDER BY 1`,
    );

    expect(index).toEqual(counted);
  });
});
