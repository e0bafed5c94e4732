import { beforeAll, describe, expect, test } from "vitest";
import { ask, type Answer } from "../helpers/ask-library.ts";
import { insight, roleSession } from "../helpers/record-parts.ts";
import { caseOf } from "../helpers/small-case.ts";
import { ACCOUNT, iamUser, makeRecord, OTHER_ACCOUNT, type RecordFields } from "../helpers/trail-maker.ts";

// Secrets, parameters, passwords and instance credentials: what is a finding, how grave, and what looks like one.

const DAY = 86_400;
const DENIED = { errorCode: "AccessDenied", errorMessage: "not authorized to perform", requestParameters: null };
const TERRAFORM = "APN/1.0 HashiCorp/1.0 Terraform/1.5.0";
const records: RecordFields[] = [];

/** Adds a record whose id is its label; the caller is a user of that name unless the changes say otherwise. */
function add(second: number, [id, source, name]: readonly [string, string, string], changes: RecordFields = {}): void {
  records.push(
    makeRecord(second, {
      eventID: id,
      eventSource: `${source}.amazonaws.com`,
      eventName: name,
      requestParameters: null,
      ...changes,
    }),
  );
}
const read = (second: number, id: string, secret: string, changes: RecordFields = {}): void =>
  add(second, [id, "secretsmanager", "GetSecretValue"], { requestParameters: { secretId: secret }, ...changes });
const by = (name: string): RecordFields => ({ userIdentity: iamUser(name) });
const arnOf = (name: string): string => `arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:${name}-AbCdEf`;

// Secrets. The harvester takes 20 on the second day, the reader one, twice, by name and by ARN.
read(0, "early", "db", by("reader"));
read(60, "again", arnOf("db"), by("reader"));
for (let i = 0; i < 20; i += 1) read(2 * DAY + i, `harvest-${i}`, `s-${i}`, by("harvester"));
for (let i = 0; i < 20; i += 1)
  read(3 * DAY + i, `terraform-${i}`, `s-${i}`, { ...by("deployer"), userAgent: TERRAFORM });
for (let i = 0; i < 5; i += 1) read(4 * DAY + i, `five-${i}`, `s-${i}`, by("five"));
for (let i = 0; i < 5; i += 1) read(4 * DAY + i * 7200, `slow-${i}`, `s-${i}`, by("slow"));
for (let i = 0; i < 5; i += 1) read(5 * DAY + i, `refused-${i}`, "", { ...by("refused"), ...DENIED });
read(5 * DAY, "refused-once", "", { ...by("once"), ...DENIED });
add(5 * DAY, ["batch", "secretsmanager", "BatchGetSecretValue"], {
  ...by("batcher"),
  requestParameters: { filters: [{ key: "name", values: ["prod"] }] },
});
add(5 * DAY, ["list", "secretsmanager", "ListSecrets"], by("batcher"));
read(5 * DAY, "service", "rds!cluster", { userIdentity: { type: "AWSService", invokedBy: "rds.amazonaws.com" } });
add(5 * DAY, ["describe", "secretsmanager", "DescribeSecret"], by("batcher"));
add(5 * DAY, ["namesake", "vault", "GetSecretValue"], by("batcher"));
read(5 * DAY, "insight", "db", { ...insight, ...by("batcher") });
add(5 * DAY, ["odd-secret", "secretsmanager", "GetSecretValue"], {
  ...by("odd"),
  requestParameters: { secretId: [1] },
});

// Parameters.
const parameter = (second: number, id: string, request: RecordFields | null, changes: RecordFields = {}): void =>
  add(second, [id, "ssm", typeof request?.["names"] === "object" ? "GetParameters" : "GetParameter"], {
    requestParameters: request,
    ...changes,
  });
const names = Array.from({ length: 10 }, (_, i) => `/app/p-${i}`);
for (let i = 0; i < 4; i += 1)
  parameter(
    2 * DAY + i,
    `ten-${i}`,
    { names: names.map((name) => `${name}-${i}`), withDecryption: true },
    by("sweeper"),
  );
parameter(2 * DAY, "one", { name: "/app/key", withDecryption: true }, by("app"));
parameter(2 * DAY + 5, "one-more", { name: "/app/key", withDecryption: true }, by("app"));
parameter(2 * DAY, "plain", { name: "/app/key", withDecryption: false }, by("app"));
parameter(2 * DAY, "silent", { name: "/app/key" }, by("app"));
parameter(2 * DAY, "ami", { name: "/aws/service/ami-amazon-linux-latest/x", withDecryption: true }, by("app"));
parameter(2 * DAY, "denied-parameter", null, { ...DENIED, ...by("app") });
parameter(2 * DAY, "odd-names", { names: { a: 1 }, withDecryption: "true" }, by("odd"));
add(2 * DAY, ["tree", "ssm", "GetParametersByPath"], {
  ...by("walker"),
  requestParameters: { path: "/", recursive: true, withDecryption: true },
});
add(2 * DAY, ["branch", "ssm", "GetParametersByPath"], {
  ...by("walker"),
  requestParameters: { path: "/app", recursive: true, withDecryption: true },
});
add(2 * DAY, ["put", "ssm", "PutParameter"], { requestParameters: { name: "/x", value: "v" } });

// Windows passwords.
const password = (second: number, id: string, instance: string, changes: RecordFields = {}): void =>
  add(second, [id, "ec2", "GetPasswordData"], { requestParameters: { instanceId: instance }, ...changes });
const REFUSED = { errorCode: "Client.UnauthorizedOperation", errorMessage: "You are not authorized" };
for (let i = 0; i < 5; i += 1) password(10 + i, `pw-${i}`, `i-0000000000000000${i}`, { ...by("guesser"), ...REFUSED });
for (let i = 0; i < 5; i += 1) password(10 + i, `taken-${i}`, `i-0000000000000000${i}`, by("taker"));
for (let i = 0; i < 9; i += 1) password(10 + i, `packer-${i}`, "i-0aaaaaaaaaaaaaaaa", by("packer"));
for (let i = 0; i < 5; i += 1)
  password(10 + i, `planned-${i}`, `i-0000000000000000${i}`, { ...by("planner"), userAgent: TERRAFORM });

let caseFolder: string;
beforeAll(async () => {
  caseFolder = await caseOf(records);
});

const verdicts = ({ rows }: Answer): Record<string, string> =>
  Object.fromEntries(rows.map((row) => [String(row["event_id"]), String(row["severity"])]));
const many = (prefix: string, count: number, severity: string): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}-${i}`, severity]));

describe("secrets-access", () => {
  test("tells a harvest from the daily bread", async () => {
    expect(verdicts(await ask(caseFolder, "secrets-access"))).toEqual({
      early: "low",
      again: "informational",
      ...many("harvest", 20, "high"),
      ...many("terraform", 20, "low"),
      ...many("five", 5, "medium"),
      ...many("slow", 5, "low"),
      ...many("refused", 5, "medium"),
      "refused-once": "low",
      batch: "medium",
      list: "informational",
      service: "informational",
      "odd-secret": "low",
    });
  });

  test("counts first reads around each row, and knows a secret by name and by ARN", async () => {
    const { rows } = await ask(caseFolder, "secrets-access");
    const row = (id: string): Answer["rows"][number] => rows.find(({ event_id }) => event_id === id)!;

    expect(row("harvest-3")).toMatchObject({ is_first_read: true, n_first_reads_in_window: 20 });
    expect(row("slow-4")).toMatchObject({ n_first_reads_in_window: 1, n_secrets_of_caller: 5 });
    expect(row("again")).toMatchObject({ is_first_read: false, n_secrets_of_caller: 1 });
    expect(row("refused-0")).toMatchObject({ n_denied_in_window: 5, outcome: "denied" });
  });

  test("takes other thresholds", async () => {
    const { rows } = await ask(caseFolder, "secrets-access", { params: { window: "3h", min_secrets: "2" } });

    expect(rows.find(({ event_id }) => event_id === "slow-1")).toMatchObject({ severity: "medium" });
  });
});

test("ssm-parameter-access reports decryption alone, and counts every name", async () => {
  const answer = await ask(caseFolder, "ssm-parameter-access");

  expect(verdicts(answer)).toEqual({
    ...many("ten", 4, "high"),
    one: "low",
    "one-more": "informational",
    ami: "informational",
    "denied-parameter": "low",
    "odd-names": "low",
    tree: "medium",
    branch: "low",
  });
  expect(answer.rows.find(({ event_id }) => event_id === "ten-0")).toMatchObject({
    n_names: 10,
    n_first_reads_in_window: 40,
  });
});

test("ec2-password-data tells a sweep from one machine asked many times", async () => {
  const answer = await ask(caseFolder, "ec2-password-data");

  expect(verdicts(answer)).toEqual({
    ...many("pw", 5, "medium"),
    ...many("taken", 5, "high"),
    ...many("packer", 9, "low"),
    ...many("planned", 5, "low"),
  });
  expect(answer.rows.find(({ event_id }) => event_id === "pw-2")).toMatchObject({
    n_instances_in_window: 5,
    n_denied_of_caller: 5,
  });
});

test.each([
  ["secrets-access", { since: "2024-03-03T10:00:05Z", until: "2024-03-03T10:00:08Z" }, 3],
  ["ssm-parameter-access", { since: "2024-03-03T10:00:02Z" }, 3],
  ["ec2-password-data", { principal: ["*guesser*"], until: "2024-03-01T10:00:12Z" }, 2],
])("%s says the same of a row whatever the scope", async (id, scope, reported) => {
  const whole = await ask(caseFolder, id);
  const { rows } = await ask(caseFolder, id, { scope });

  expect(rows.length).toBeGreaterThanOrEqual(reported);
  expect(rows.length).toBeLessThan(whole.rows.length);
  for (const row of rows) expect(whole.rows).toContainEqual(row);
});

describe("instance-credentials-misuse", () => {
  const session = (instance: string, key: string, changes: RecordFields = {}): RecordFields =>
    roleSession(instance, {
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/deploy/${instance}`,
      accessKeyId: key,
      ...changes,
    });
  const call = (
    second: number,
    [id, instance, address]: readonly [string, string, string],
    changes: RecordFields = {},
  ): RecordFields =>
    makeRecord(second, {
      eventID: id,
      userIdentity: session(instance, `ASIA${instance.slice(-10).toUpperCase()}`),
      sourceIPAddress: address,
      userAgent: "Boto3/1.34 md/Botocore ua/2.0 os/linux",
      ...changes,
    });
  const agent = (second: number, id: string, instance: string, address: string, changes = {}): RecordFields =>
    call(second, [id, instance, address], {
      eventSource: "ssm.amazonaws.com",
      eventName: "UpdateInstanceInformation",
      userAgent: "aws-sdk-go/1.41.4 (go1.18.3; linux; amd64) amazon-ssm-agent/",
      ...changes,
    });
  const one = "i-0aaaaaaaaaaaaaaa1";
  const two = "i-0aaaaaaaaaaaaaaa2";
  const endpoint = (account: string): RecordFields => ({
    vpcEndpointId: "vpce-1",
    vpcEndpointAccountId: account,
    sourceIPAddress: "10.0.0.9",
  });
  let folder: string;
  let rows: Answer["rows"];

  beforeAll(async () => {
    folder = await caseOf([
      agent(0, "agent", one, "198.51.100.10"),
      call(60, ["at-home", one, "198.51.100.10"]),
      call(120, ["away", one, "203.0.113.5"]),
      call(3 * DAY, ["moved", one, "203.0.113.99"]),
      call(120, ["neighbour's-gateway", one, "198.51.100.20"]),
      // Some clients send no user agent: the calls are an agent's all the same.
      agent(0, "agent-2", two, "198.51.100.20", { userAgent: null }),
      call(60, ["by-its-endpoint", two, "10.0.0.9"], endpoint(ACCOUNT)),
      call(60, ["by-another's-endpoint", two, "10.0.0.9"], endpoint(OTHER_ACCOUNT)),
      call(60, ["over-ipv6", two, "2001:db8::1"]),
      call(60, ["for-it", two, "203.0.113.6"], {
        userIdentity: { ...session(two, "ASIAX"), invokedBy: "lambda.amazonaws.com" },
      }),
      call(60, ["internal", two, "AWS Internal"]),
      agent(0, "private-agent", "i-0bbbbbbbbbbbbbbb1", "10.1.1.1"),
      call(60, ["behind-nat", "i-0bbbbbbbbbbbbbbb1", "198.51.100.30"]),
      call(0, ["mac", "i-0ccccccccccccccc1", "203.0.113.40"], {
        userAgent: "[aws-cli/1.18 Python/3.8 Darwin/19.5.0]",
      }),
      call(0, ["kali", "i-0ccccccccccccccc2", "203.0.113.41"], { userAgent: "aws-cli/2.1 md/distrib#kali.2023" }),
      call(0, ["lonely", "i-0ddddddddddddddd1", "203.0.113.50"]),
      call(0, ["shared", "i-0ddddddddddddddd2", "203.0.113.51"]),
      makeRecord(5, { eventID: "thief", userIdentity: iamUser("mallory"), sourceIPAddress: "203.0.113.51" }),
      call(0, ["spread-1", "i-0eeeeeeeeeeeeeee1", "203.0.113.60"]),
      call(9, ["spread-2", "i-0eeeeeeeeeeeeeee1", "192.0.2.60"]),
      call(0, ["own-machine", "i-0fffffffffffffff1", "203.0.113.70"]),
      call(DAY, ["own-machine-later", "i-0fffffffffffffff1", "203.0.113.70"]),
      makeRecord(9, { eventID: "app", userIdentity: iamUser("app"), sourceIPAddress: "203.0.113.70" }),
      makeRecord(0, { eventID: "no-instance", userIdentity: roleSession("i-am-a-person") }),
      call(0, ["odd", "i-0ddddddddddddddd3", "08.1.250.216"], { userAgent: null, requestParameters: "x" }),
    ]);
    ({ rows } = await ask(folder, "instance-credentials-misuse"));
  });

  test("flags what the instance cannot have done, and none of its own work", () => {
    expect(Object.fromEntries(rows.map(({ event_id, severity }) => [event_id, severity]))).toEqual({
      away: "high",
      moved: "medium",
      "by-another's-endpoint": "high",
      mac: "high",
      kali: "high",
      shared: "medium",
      "spread-1": "medium",
      "spread-2": "medium",
    });
  });

  test("shows the instance, its home, and who else was at the address", () => {
    const row = (id: string): Answer["rows"][number] => rows.find(({ event_id }) => event_id === id)!;

    expect(row("away")).toMatchObject({ instance: one, home_addresses: "198.51.100.10" });
    expect(row("shared")).toMatchObject({ address_also_used_by: `arn:aws:iam::${ACCOUNT}:user/mallory` });
    expect(row("by-another's-endpoint")).toMatchObject({ endpoint_account: OTHER_ACCOUNT });
  });

  test("knows an instance's home, and who else was at an address, by what lies outside the scope", async () => {
    const later = await ask(folder, "instance-credentials-misuse", { scope: { since: "2024-03-01T10:02:00Z" } });
    const first = await ask(folder, "instance-credentials-misuse", { scope: { until: "2024-03-01T10:00:05Z" } });

    expect(later.rows.map(({ event_id }) => event_id)).toEqual(["away", "moved"]);
    for (const row of [...later.rows, ...first.rows]) expect(rows).toContainEqual(row);
    expect(first.rows.map(({ event_id }) => event_id)).toContain("shared");
  });
});
