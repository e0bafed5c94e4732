import { beforeAll, describe, expect, test } from "vitest";
import { ask, type Answer } from "../helpers/ask-library.ts";
import { caseOf } from "../helpers/small-case.ts";
import { iamUser, makeRecord, type RecordFields } from "../helpers/trail-maker.ts";

// What the query says about each kind of change, and that it says nothing about the look-alikes.

const HOUR = 3600;
const DENIED = { errorCode: "AccessDenied", errorMessage: "not authorized to perform", requestParameters: null };
const FAILED = { errorCode: "TrailNotFoundException" };
const records: RecordFields[] = [];
const expectations: [id: string, effect: string | null, severity: string][] = [];
let n = 0;

/** A call `second` seconds after ten; its id tells what the query is to say of it, and a number makes it unique. */
function call(
  service: string,
  [name, request, changes = {}]: readonly [name: string, request: RecordFields | null, changes?: RecordFields],
  { second, expected = "no row" }: { second: number; expected?: string },
): void {
  n += 1;
  const eventID = `${n} ${service} ${name}: ${expected}`;
  records.push(
    makeRecord(second, {
      eventID,
      eventSource: `${service}.amazonaws.com`,
      eventName: name,
      readOnly: false,
      requestParameters: request,
      ...changes,
    }),
  );
  if (expected === "no row") return;
  const [effect = "", severity = ""] = expected.split(", ");
  expectations.push([eventID, effect === "not judged" ? null : effect, severity]);
}

const cloudtrail = (parts: Parameters<typeof call>[1], at: Parameters<typeof call>[2]): void =>
  call("cloudtrail", parts, at);
const s3 = (parts: Parameters<typeof call>[1], at: Parameters<typeof call>[2]): void => call("s3", parts, at);
const kms = (parts: Parameters<typeof call>[1], at: Parameters<typeof call>[2]): void => call("kms", parts, at);

// What a trail records: every selector on a trail of its own, and nothing before it.
const basic = (...selectors: RecordFields[]): RecordFields => ({ eventSelectors: selectors });
const advanced = (...selectors: RecordFields[][]): RecordFields => ({
  advancedEventSelectors: selectors.map((fieldSelectors) => ({ name: "n", fieldSelectors })),
});
const field = (name: string, operator: string, value: string): RecordFields => ({ field: name, [operator]: [value] });
const management = field("eventCategory", "equals", "Management");
const dataCategory = field("eventCategory", "equals", "Data");
const readsOnly = field("readOnly", "equals", "true");

const SELECTORS: readonly (readonly [request: RecordFields, expected: string])[] = [
  [basic({ readWriteType: "All", includeManagementEvents: false, dataResources: [] }), "weakened, high"],
  [
    basic(
      { readWriteType: "All", includeManagementEvents: false },
      { readWriteType: "All", includeManagementEvents: true },
    ),
    "not judged, low",
  ],
  [
    basic({
      includeManagementEvents: true,
      dataResources: [{ type: "AWS::S3::Object", values: ["arn:aws:s3"] }],
      readWriteType: "ReadOnly",
    }),
    "weakened, high",
  ],
  [basic({ readWriteType: "WriteOnly" }), "weakened, high"],
  [basic({ readWriteType: "ReadOnly" }, { readWriteType: "WriteOnly" }), "not judged, low"],
  [basic({}), "not judged, low"],
  [basic({ readWriteType: "All", excludeManagementEventSources: ["kms.amazonaws.com"] }), "weakened, medium"],
  [basic({ readWriteType: "All", excludeManagementEventSources: [] }), "not judged, low"],
  [advanced([management]), "not judged, low"],
  [advanced([dataCategory]), "weakened, high"],
  [advanced([management, readsOnly]), "weakened, high"],
  [advanced([readsOnly, field("eventSource", "equals", "ec2.amazonaws.com"), management]), "weakened, high"],
  [advanced([management, field("readOnly", "equals", "false")]), "weakened, high"],
  [advanced([management], [dataCategory, readsOnly]), "not judged, low"],
  [advanced([dataCategory, readsOnly], [management]), "not judged, low"],
  [advanced([management, field("eventSource", "notEquals", "kms.amazonaws.com")]), "weakened, medium"],
];
SELECTORS.forEach(([request, expected], i) => {
  cloudtrail(["PutEventSelectors", { trailName: `selectors-${i}`, ...request }], { second: 0, expected });
});
// The answer, which is whole, counts more than the request.
cloudtrail(
  [
    "PutEventSelectors",
    { trailName: "answered", ...basic({}) },
    { responseElements: basic({ readWriteType: "All", includeManagementEvents: false }) },
  ],
  { second: 0, expected: "weakened, high" },
);
cloudtrail(["PutEventSelectors", null, DENIED], { second: 0, expected: "attempted, medium" });
cloudtrail(["PutEventSelectors", { trailName: "no-such", ...basic({ includeManagementEvents: false }) }, FAILED], {
  second: 0,
  expected: "attempted, medium",
});
cloudtrail(["PutEventSelectors", { trailName: "no-such", ...basic({}) }, FAILED], { second: 0 });

// Off and on again. A start is a finding only after a stop of the same trail, by name or by ARN.
const arn = (name: string): RecordFields => ({ name: `arn:aws:cloudtrail:us-east-1:111122223333:trail/${name}` });
cloudtrail(["StartLogging", { name: "main" }], { second: 0 });
cloudtrail(["StopLogging", { name: "main" }], { second: 10, expected: "weakened, high" });
cloudtrail(["StartLogging", { name: "main" }, FAILED], { second: 20 });
cloudtrail(["StartLogging", arn("main")], { second: 30, expected: "restored, informational" });
cloudtrail(["StartLogging", { name: "main" }], { second: 40 });
cloudtrail(["StopLogging", { name: "main" }, { awsRegion: "eu-west-1" }], { second: 50, expected: "weakened, high" });
cloudtrail(["StartLogging", { name: "main" }], { second: 60 });
cloudtrail(["StopLogging", { name: "refused" }, DENIED], { second: 0, expected: "attempted, medium" });
cloudtrail(["StartLogging", { name: "refused" }], { second: 10 });
cloudtrail(["StopLogging", { name: "one-second" }], { second: 5, expected: "weakened, high" });
cloudtrail(["StartLogging", { name: "one-second" }], { second: 5, expected: "restored, informational" });
cloudtrail(["CreateTrail", { name: "again" }], { second: 0 });
cloudtrail(["DeleteTrail", { name: "again" }], { second: 10, expected: "removed, high" });
cloudtrail(["CreateTrail", { name: "again" }], { second: 20, expected: "restored, informational" });
cloudtrail(["DescribeTrails", { trailNameList: [] }, { readOnly: true }], { second: 0 });

// Settings, Insights, Lake.
cloudtrail(["UpdateTrail", { name: "update", isMultiRegionTrail: false }], { second: 0, expected: "weakened, high" });
cloudtrail(["UpdateTrail", { name: "update", isMultiRegionTrail: true }], {
  second: 10,
  expected: "restored, informational",
});
cloudtrail(["UpdateTrail", { name: "update-2", snsTopicName: "topic" }], { second: 0, expected: "not judged, low" });
cloudtrail(["UpdateTrail", { name: "update-3", cloudWatchLogsLogGroupArn: "" }], {
  second: 0,
  expected: "weakened, high",
});
cloudtrail(["CreateTrail", { name: "moved", s3BucketName: "first-bucket" }], { second: 0 });
cloudtrail(["UpdateTrail", { name: "moved", s3BucketName: "second-bucket" }], {
  second: 10,
  expected: "weakened, high",
});
cloudtrail(["PutInsightSelectors", { trailName: "insights", insightSelectors: [] }], {
  second: 0,
  expected: "weakened, high",
});
cloudtrail(
  ["PutInsightSelectors", { trailName: "insights", insightSelectors: [{ insightType: "ApiCallRateInsight" }] }],
  { second: 10, expected: "restored, informational" },
);
cloudtrail(
  ["StopEventDataStoreIngestion", { eventDataStore: "arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/e" }],
  { second: 0, expected: "weakened, high" },
);
cloudtrail(["DeleteEventDataStore", { eventDataStore: "arn:aws:cloudtrail:us-east-1:111122223333:eventdatastore/e" }], {
  second: 10,
  expected: "removed, high",
});
cloudtrail(["UpdateEventDataStore", { eventDataStore: "e", terminationProtectionEnabled: false }], {
  second: 0,
  expected: "weakened, high",
});
cloudtrail(["DeleteChannel", { channel: "arn:aws:cloudtrail:us-east-1:111122223333:channel/c" }], {
  second: 0,
  expected: "removed, high",
});
cloudtrail(["DeregisterOrganizationDelegatedAdmin", { delegatedAdminAccountId: "444455556666" }], {
  second: 0,
  expected: "removed, high",
});

// The storage of a trail that Alice made long before.
const bucket = { bucketName: "logs" };
const key = "AWSLogs/111122223333/CloudTrail/us-east-1/2024/03/01/x.json.gz";
const service = { userIdentity: { type: "AWSService", invokedBy: "cloudtrail.amazonaws.com" } };
const mallory = { userIdentity: iamUser("mallory") };
const days = (count: number): RecordFields => ({
  ...bucket,
  LifecycleConfiguration: { Rule: { Status: "Enabled", Expiration: { Days: count } } },
});
const policyFor = (principal: string): RecordFields => ({
  ...bucket,
  bucketPolicy: { Statement: [{ Effect: "Allow", Principal: { Service: principal } }] },
});
cloudtrail(
  ["CreateTrail", { name: "old", s3BucketName: "logs", kmsKeyId: "arn:aws:kms:us-east-1:111122223333:key/k-1" }],
  { second: -2 * HOUR },
);
s3(["PutBucketLifecycle", days(1)], { second: 0, expected: "weakened, high" });
s3(["DeleteBucketLifecycle", bucket], { second: 10, expected: "restored, informational" });
s3(["PutBucketLifecycle", days(365)], { second: 20, expected: "not judged, low" });
s3(["DeleteBucketPolicy", bucket], { second: 0, expected: "weakened, high" });
s3(["PutBucketPolicy", policyFor("cloudtrail.amazonaws.com")], { second: 10, expected: "restored, informational" });
s3(["PutBucketPolicy", policyFor("cloudtrail.amazonaws.com")], { second: 20, expected: "not judged, low" });
s3(["PutBucketPolicy", policyFor("config.amazonaws.com")], { second: 30, expected: "weakened, high" });
s3(["PutBucketVersioning", { ...bucket, VersioningConfiguration: { Status: "Suspended" } }], {
  second: 0,
  expected: "weakened, high",
});
s3(["PutBucketVersioning", { ...bucket, VersioningConfiguration: { Status: "Enabled" } }], {
  second: 10,
  expected: "restored, informational",
});
s3(["PutBucketAcl", bucket], { second: 0, expected: "not judged, low" });
s3(["DeleteBucket", bucket, { errorCode: "BucketNotEmpty" }], { second: 0, expected: "attempted, medium" });
s3(["DeleteObject", { ...bucket, key }, { eventCategory: "Data" }], { second: 0, expected: "removed, high" });
s3(["DeleteObjects", { ...bucket, delete: "" }, { eventCategory: "Data" }], { second: 0, expected: "removed, high" });
s3(["PutObject", { ...bucket, key }, { eventCategory: "Data", ...mallory }], {
  second: 0,
  expected: "created, medium",
});
s3(["PutObject", { ...bucket, key }, { eventCategory: "Data", ...service }], { second: 0 });
s3(["DeleteObject", { ...bucket, key: "config/x.json" }, { eventCategory: "Data" }], { second: 0 });
s3(["GetObject", { ...bucket, key }, { eventCategory: "Data", readOnly: true }], { second: 0 });
s3(["DeleteObject", { bucketName: "photos", key: "CloudTrail/x" }, { eventCategory: "Data" }], { second: 0 });
s3(["DeleteBucketPolicy", { bucketName: "photos" }], { second: 0 });
kms(["DisableKey", { keyId: "k-1" }], { second: 0, expected: "weakened, high" });
kms(["EnableKey", { keyId: "arn:aws:kms:us-east-1:111122223333:key/k-1" }], {
  second: 10,
  expected: "restored, informational",
});
kms(["ScheduleKeyDeletion", { keyId: "k-1", pendingWindowInDays: 7 }], { second: 20, expected: "weakened, high" });
kms(["PutKeyPolicy", { keyId: "k-1", policy: '{"Statement":[{"Principal":{"AWS":"*"}}]}' }], {
  second: 0,
  expected: "weakened, high",
});
kms(["ScheduleKeyDeletion", { keyId: "k-2", pendingWindowInDays: 7 }], { second: 0 });

// A bucket that only CloudTrail's own visits give away, and a second trail on it to hide behind.
s3(["GetBucketAcl", { bucketName: "visited" }, { ...service, readOnly: true }], { second: 0 });
cloudtrail(["CreateTrail", { name: "cover", s3BucketName: "visited" }, mallory], { second: 60 });
s3(["PutBucketLifecycle", { ...days(1), bucketName: "visited" }, mallory], { second: 70, expected: "weakened, high" });

// Making a trail: what its maker does to the new bucket is set-up for an hour, what others do is not.
s3(["PutBucketPolicy", { ...policyFor("cloudtrail.amazonaws.com"), bucketName: "fresh" }], { second: -5 });
cloudtrail(["CreateTrail", { name: "fresh", s3BucketName: "fresh" }], { second: 0 });
s3(["GetBucketAcl", { bucketName: "fresh" }, { ...service, readOnly: true }], { second: -1 });
s3(["PutBucketLifecycle", { ...days(1), bucketName: "fresh" }], { second: 4 });
s3(["PutBucketLifecycle", { ...days(1), bucketName: "fresh" }, mallory], { second: 5, expected: "weakened, high" });
s3(["DeleteBucketPolicy", { bucketName: "fresh" }], { second: HOUR + 1, expected: "weakened, high" });

let caseFolder: string;
let rows: Answer["rows"];
beforeAll(async () => {
  caseFolder = await caseOf(records);
  ({ rows } = await ask(caseFolder, "cloudtrail-tampering"));
});

const rowOf = (id: string): Answer["rows"][number] | undefined => rows.find((row) => row["event_id"] === id);

test.each(expectations)("%s", (id, effect, severity) => {
  expect(rowOf(id)).toMatchObject({ effect, severity });
});

test("everything else is no finding", () => {
  expect(rows.map((row) => String(row["event_id"])).toSorted()).toEqual(expectations.map(([id]) => id).toSorted());
});

test("every effect is one of the five words, or empty where the case does not tell", () => {
  expect(new Set(rows.map((row) => row["effect"]))).toEqual(
    new Set(["attempted", "created", "removed", "restored", "weakened", null]),
  );
});

describe("a weakening", () => {
  const undone = (id: string): unknown => rowOf(expectations.find(([known]) => known.includes(id))![0])!["undone_at"];

  test("says when it was undone, or nothing when the case does not hold that", () => {
    expect(
      rows.find((row) => row["event_name"] === "StopLogging" && row["thing"] === "us-east-1:111122223333:trail/main"),
    ).toMatchObject({ undone_at: "2024-03-01T10:00:30Z" });
    expect(rows.find((row) => row["event_name"] === "StopLogging" && row["region"] === "eu-west-1")).toMatchObject({
      undone_at: null,
    });
    expect(undone("DeleteChannel")).toBeNull();
  });
});

test("without the time for set-up, what the maker of a trail did is reported too", async () => {
  const all = await ask(caseFolder, "cloudtrail-tampering", { params: { setup: "0s" } });
  const more = all.rows.filter((row) => !rows.some((known) => known["event_id"] === row["event_id"]));

  expect(more.map(({ event_name, effect, target }) => [event_name, effect, target])).toEqual([
    ["PutBucketPolicy", null, "fresh"],
    ["PutBucketLifecycle", "weakened", "fresh"],
  ]);
});

test.each([
  ["the cause alone", { until: "2024-03-01T10:00:05Z" }],
  ["the effect alone", { since: "2024-03-01T10:00:06Z" }],
  ["one region", { region: ["us-east-1"] }],
])("a scope that leaves %s changes which rows are reported, never what they say", async (_, scope) => {
  const scoped = await ask(caseFolder, "cloudtrail-tampering", { scope });

  expect(scoped.rows.length).toBeGreaterThan(0);
  expect(scoped.rows.length).toBeLessThan(rows.length);
  for (const row of scoped.rows) expect(row).toEqual(rowOf(String(row["event_id"])));
});
