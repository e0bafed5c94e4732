import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { DERIVED_FIELDS } from "../../../src/cloudtrail/derived-fields.ts";
import { SHARD_COLUMNS } from "../../../src/store/case-schema.ts";
import { TwoReaders } from "./both-ways.ts";

const FIRST_DERIVED = SHARD_COLUMNS.findIndex(([name]) => name === DERIVED_FIELDS[0].column);

const readers = new TwoReaders();
afterAll(() => readers.close());

/** Records of one event that differ in what is given. */
function recordsOf(event: string, ...members: Record<string, unknown>[]): string[] {
  const [service, eventName] = event.split(":");
  const base = {
    eventVersion: "1.08",
    eventTime: "2024-03-01T10:00:00Z",
    eventSource: `${service}.amazonaws.com`,
    eventName,
  };
  return members.map((rest, i) => JSON.stringify({ ...base, eventID: `e${i}`, ...rest }));
}

const filtered = (name: string, option?: string): Record<string, unknown> => ({
  requestParameters: {
    filters: [{ key: name, option, values: ["i-1"] }],
    filterSet: { items: [{ name, valueSet: { items: [{ value: "i-2" }] } }] },
  },
});
const signIn = (verdict: string): Record<string, unknown> => ({
  eventType: "AwsConsoleSignIn",
  responseElements: { ConsoleLogin: verdict },
});
const role = (accessKeyId: string | null, assumedRoleId: string): Record<string, unknown> => ({
  responseElements: { credentials: { accessKeyId }, assumedRoleUser: { assumedRoleId } },
});

// What the fast path keeps for records that are alike must not be taken for records that only look alike.
test.each<[what: string, records: string[]]>([
  [
    "filters by another field",
    recordsOf("ec2:DescribeInstances", filtered("instance-id"), filtered("tag-key"), filtered("instance-id")),
  ],
  [
    "filters with another option",
    recordsOf(
      "ssm:DescribeThings",
      { requestParameters: { filters: [{ key: "InstanceIds", option: "Equals", values: ["i-1"] }] } },
      { requestParameters: { filters: [{ key: "InstanceIds", option: "BeginsWith", values: ["i-1"] }] } },
    ),
  ],
  [
    "items that were not done",
    recordsOf(
      "ec2:CreateFlowLogs",
      { responseElements: { UnsuccessfulSet: {} } },
      { responseElements: { UnsuccessfulSet: [1] } },
    ),
  ],
  [
    "sign-ins that fail or not",
    recordsOf("signin:ConsoleLogin", signIn("Success"), signIn("Failure"), signIn("Success")),
  ],
  [
    "details of sign-ins",
    recordsOf(
      "sso:UserAuthentication",
      { serviceEventDetails: { UserAuthentication: "Success" } },
      { serviceEventDetails: { UserAuthentication: "Failure" } },
    ),
  ],
  [
    "one name twice, then two names",
    recordsOf(
      "ec2:StopInstances",
      { requestParameters: { instanceIds: ["a", "a"] } },
      { requestParameters: { instanceIds: ["a", "b"] } },
    ),
  ],
  [
    "a number for a name",
    recordsOf("x:GetThing", { requestParameters: { thingId: 5 } }, { requestParameters: { thingId: 6 } }),
  ],
  [
    "names in the response",
    recordsOf("x:CreateThing", { responseElements: { thingId: "a" } }, { responseElements: { thingId: "b" } }),
  ],
  ["keys handed out", recordsOf("sts:AssumeRole", role("ASIA1", "AROA:a"), role("ASIA2", "AROA:b"), role(null, ""))],
  [
    "keys named",
    recordsOf(
      "iam:UpdateAccessKey",
      { requestParameters: { status: "Inactive", accessKeyId: "AKIA1", userName: "ada" } },
      { requestParameters: { status: "Inactive", accessKeyId: "AKIA2", userName: "ada" } },
      { requestParameters: { accessKeyId: "" } },
      { requestParameters: { accessKeyId: 5 } },
      { requestParameters: { inner: { accessKeyId: "AKIA3" } } },
      { requestParameters: [{ accessKeyId: "AKIA3" }] },
      { requestParameters: "accessKeyId" },
      { requestParameters: { policy: '{"a":"b"}', accessKeyId: "AKIA4" } },
      { requestParameters: { long: Array.from({ length: 200 }, (_, i) => `x${i}`), accessKeyId: "AKIA5" } },
    ),
  ],
  [
    "callers known by the recipient alone",
    recordsOf("x:Get", { recipientAccountId: "1", userIdentity: {} }, { recipientAccountId: "2", userIdentity: {} }),
  ],
  [
    "anonymous callers of S3 alone",
    [
      ...recordsOf("s3:Get", { userIdentity: { principalId: "", type: "x" } }),
      ...recordsOf("ec2:Get", { userIdentity: { principalId: "", type: "x" } }),
    ],
  ],
])("%s", async (_, records) => {
  const { general, fast, written } = await readers.readTrail(...records, ...records);
  expect(fast.rows).toEqual(general.rows);
  expect(written).toBe(records.length * 2);
  // The case is one: something that is derived differs.
  const derived = general.rows
    .slice(0, records.length)
    .map((row) => JSON.stringify(row.slice(FIRST_DERIVED, FIRST_DERIVED + DERIVED_FIELDS.length)));
  expect(new Set(derived).size).toBeGreaterThan(1);
});

// Targets are derived from an outline instead of the record, so here are records of few outlines and many values.

const leaf = fc.constantFrom<unknown>(
  "a",
  "b/c",
  "",
  " x",
  "x ",
  "\u2003",
  "H",
  "HIDDEN_DUE_TO_SECURITY_REASONS",
  "***",
  "*",
  "<sensitiveDataRemoved>",
  "<x>",
  "é",
  "😀",
  "x".repeat(1000),
  "y".repeat(1025),
  '"',
  5,
  1e21,
  -0,
  true,
  false,
  null,
);
const id = fc.constantFrom<unknown>("i-1", "i-2", "i-1", "", null, 7);
const filter = fc.record(
  {
    name: fc.constantFrom<unknown>("instance-id", "tag-key", "group-name", "x", null),
    key: fc.constantFrom("InstanceIds", "owner-id"),
    option: fc.constantFrom("Equals", "BeginsWith"),
    values: fc.array(leaf, { maxLength: 2 }),
    valueSet: fc.record({ items: fc.array(fc.record({ value: leaf }), { maxLength: 2 }) }),
  },
  { requiredKeys: [] },
);
const request = fc.oneof(
  fc.record({ bucketName: leaf, key: leaf, Host: leaf, name: leaf }, { requiredKeys: [] }),
  fc.record({ roleName: leaf, userName: leaf, policyArn: leaf, description: leaf }, { requiredKeys: [] }),
  fc.record(
    {
      instancesSet: fc.record({ items: fc.array(fc.record({ instanceId: id }), { maxLength: 2 }) }),
      filterSet: fc.oneof(fc.record({ items: fc.array(filter, { maxLength: 2 }) }), filter),
    },
    { requiredKeys: [] },
  ),
  fc.record({ filters: fc.array(filter, { maxLength: 2 }), maxResults: leaf }, { requiredKeys: [] }),
  fc.record({ DescribeThingRequest: fc.record({ ThingId: leaf, Filter: filter, name: leaf }, { requiredKeys: [] }) }),
  fc.record(
    { thing: fc.record({ thingId: leaf, name: leaf }), thingName: leaf, things: fc.array(leaf, { maxLength: 2 }) },
    { requiredKeys: [] },
  ),
  fc.dictionary(
    fc.constantFrom("id", "arn", "name", "1", "0", "__proto__", "resourceArn", "logGroupName", "logStreamName"),
    leaf,
    { maxKeys: 4 },
  ),
  leaf,
);
const resources = fc.array(
  fc.record({ ARN: leaf, ARNPrefix: leaf, type: leaf, accountId: leaf }, { requiredKeys: [] }),
  { maxLength: 2 },
);
const response = fc.oneof(
  fc.constant(null),
  fc.record(
    {
      roleArn: leaf,
      failures: fc.array(leaf, { maxLength: 1 }),
      ConsoleLogin: fc.constantFrom("Success", "Failure"),
      credentials: fc.record({ accessKeyId: leaf }),
      assumedRoleUser: fc.record({ assumedRoleId: leaf }),
    },
    { requiredKeys: [] },
  ),
);
const event = fc.constantFrom(
  "s3:GetObject",
  "iam:CreateRole",
  "ec2:DescribeInstances",
  "ssm:DescribeThing",
  "kms:Decrypt",
  "x:CreateThing",
  "sts:AssumeRole",
  "signin:ConsoleLogin",
  "logs:PutLogEvents",
  "ec2:CreateSnapshot20150331v2",
);
const message = fc.constantFrom(
  null,
  "",
  "User: arn:aws:iam::1:user/a is not authorized to perform: x on resource: arn:aws:s3:::b because no",
  "The role 'x' does not exist",
);
const record = fc
  .record({
    event,
    request,
    resources,
    response,
    message,
    additional: leaf,
    details: fc.option(fc.record({ thingId: leaf })),
    code: fc.constantFrom(null, "AccessDenied", ""),
  })
  .map(({ event: called, ...parts }) => {
    const [service = "", name = ""] = called.split(":");
    return JSON.stringify({
      eventVersion: "1.08",
      eventID: "e",
      eventTime: "2024-03-01T10:00:00Z",
      eventSource: `${service}.amazonaws.com`,
      eventName: name,
      requestParameters: parts.request,
      resources: parts.resources.length === 0 ? undefined : parts.resources,
      responseElements: parts.response,
      errorMessage: parts.message ?? undefined,
      errorCode: parts.code ?? undefined,
      additionalEventData: parts.additional,
      serviceEventDetails: parts.details ?? undefined,
    });
  });

test("what is derived from a record is what the general path derives, whatever outlines were met before", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(record, { minLength: 40, maxLength: 120 }), async (records) => {
      const { general, fast } = await readers.readTrail(...records);
      expect(fast.rows).toEqual(general.rows);
    }),
    { numRuns: 60, interruptAfterTimeLimit: 6000 },
  );
});
