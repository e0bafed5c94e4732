import { beforeAll, expect, test } from "vitest";
import { readLibrary } from "../../src/queries/library.ts";
import { ask } from "../helpers/ask-library.ts";
import { neededParameters } from "../helpers/query-parameters.ts";
import { caseOf } from "../helpers/small-case.ts";
import { ACCOUNT, iamUser, makeRecord } from "../helpers/trail-maker.ts";

// One bad record must not take the answer about all the others with it: whatever an attacker can put into a field.

const DEEP = Array.from({ length: 400 }).reduce<unknown>((inner) => [inner], "x");
const VALUES: readonly unknown[] = [
  { a: "\ud800", "\udfff": "lone" },
  { a: "nul \u0000 and \u001b[2J" },
  { eventSelectors: "\ud800", bucketName: { a: 1 }, keyId: 7, name: ["x"], s3BucketName: [] },
  { eventSelectors: [null, 5, "x", { readWriteType: null }], advancedEventSelectors: { a: DEEP } },
  "{not json",
  [],
  5,
  DEEP,
];
const FIELDS = ["requestParameters", "responseElements", "additionalEventData", "resources", "serviceEventDetails"];
const CALLS = [
  ["cloudtrail.amazonaws.com", "PutEventSelectors"],
  ["s3.amazonaws.com", "PutBucketPolicy"],
  ["kms.amazonaws.com", "PutKeyPolicy"],
  ["signin.amazonaws.com", "ConsoleLogin"],
] as const;

const bad = FIELDS.flatMap((field) =>
  VALUES.flatMap((value) =>
    CALLS.map(([eventSource, eventName]) => ({ [field]: value, eventSource, eventName, readOnly: false })),
  ),
);
const odd = [
  { userIdentity: "root", eventTime: 5, sourceIPAddress: ["10.0.0.1"], errorCode: { a: 1 } },
  {
    userIdentity: iamUser("%_*?'\";--", { arn: "arn:\ud800" }),
    userAgent: "=cmd()|' \u202e",
    errorCode: "AccessDenied",
    errorMessage: "\ud800 on resource: ",
  },
  { eventName: null, eventSource: null, recipientAccountId: null, awsRegion: null, eventID: null, readOnly: "yes" },
  { eventName: "x".repeat(100_000), errorCode: "AccessDenied", errorMessage: "y".repeat(100_000) },
];
const RECORDS = [...bad, ...odd].map((changes, i) => makeRecord(i, changes));
const good = [
  makeRecord(9000, {
    eventID: "good",
    userIdentity: {
      type: "Root",
      principalId: ACCOUNT,
      arn: `arn:aws:iam::${ACCOUNT}:root`,
      accountId: ACCOUNT,
      accessKeyId: "AKIAGOODXXXXXXXXXXXX",
    },
  }),
  makeRecord(9001, {
    eventID: "stop",
    eventSource: "cloudtrail.amazonaws.com",
    eventName: "StopLogging",
    readOnly: false,
    requestParameters: { name: "main" },
  }),
];
let caseFolder: string;
beforeAll(async () => {
  caseFolder = await caseOf([...RECORDS, ...good]);
});

/** Queries about everything: none of the records above may leave their answers empty. The others ask for calls by name. */
const ABOUT_ALL = new Set([
  "access-denied",
  "activity-histogram",
  "category-coverage",
  "error-summary",
  "ip-pivot",
  "ip-summary",
  "key-inventory",
  "key-usage",
  "overview",
  "principal-dossier",
  "resource-pivot",
  "top-principals",
  "ua-pivot",
  "ua-summary",
  "write-actions",
]);

test.each([...readLibrary([]).queries.values()].map((query) => [query.id, query] as const))(
  "%s answers all the same",
  async (id, query) => {
    const params = neededParameters(query, { access_key: "AKIAGOODXXXXXXXXXXXX" });
    const { rows } = await ask(caseFolder, id, { params });

    if (ABOUT_ALL.has(id)) expect(rows.length).toBeGreaterThan(0);
    for (const cell of rows.flatMap((row) => Object.values(row))) expect(String(cell).isWellFormed()).toBe(true);
  },
);

test("and finds what is plain among them", async () => {
  expect((await ask(caseFolder, "root-activity")).rows.map(({ event_id }) => event_id)).toEqual(["good"]);
  expect(
    (await ask(caseFolder, "cloudtrail-tampering")).rows.find(({ event_id }) => event_id === "stop"),
  ).toMatchObject({ effect: "weakened" });
  expect((await ask(caseFolder, "overview")).rows.reduce((sum, { n_records }) => sum + Number(n_records), 0)).toBe(
    RECORDS.length + good.length,
  );
});
