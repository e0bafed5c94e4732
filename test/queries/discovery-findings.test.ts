import { beforeAll, expect, test } from "vitest";
import { ask } from "../helpers/ask-library.ts";
import { insight, roleSession } from "../helpers/record-parts.ts";
import { caseOf } from "../helpers/small-case.ts";
import { ACCOUNT, iamUser, makeRecord, timeAt, type RecordFields } from "../helpers/trail-maker.ts";

// Looking around, keys and clients: what is a finding, how grave, and what looks like one.

const TERRAFORM = { userAgent: "APN/1.0 HashiCorp/1.0 Terraform/1.5.0" };
const DENIED = { errorCode: "AccessDenied", errorMessage: "not authorized to perform" };
const records: RecordFields[] = [];

function add(second: number, [id, service, name]: readonly [string, string, string], changes: RecordFields = {}): void {
  records.push(
    makeRecord(second, {
      eventID: id,
      eventSource: `${service}.amazonaws.com`,
      eventName: name,
      requestParameters: null,
      ...changes,
    }),
  );
}
const by = (name: string, more: RecordFields = {}): RecordFields => ({
  userIdentity: iamUser(name),
  sourceIPAddress: "198.51.100.7",
  ...more,
});
const instance = (id: string, key: string): RecordFields =>
  roleSession(id, {
    accessKeyId: key,
    sessionContext: {
      sessionIssuer: {
        type: "Role",
        principalId: "AROADEPLOYXXXXXXXXXXX",
        arn: `arn:aws:iam::${ACCOUNT}:role/deploy`,
        accountId: ACCOUNT,
        userName: "deploy",
      },
      ec2RoleDelivery: "2.0",
    },
  });

// A survey of identities, one look, and a tool that does it all day.
for (const [i, name] of ["ListUsers", "ListRoles", "ListGroups", "GetAccountSummary", "ListAccessKeys"].entries()) {
  add(i, [`survey-${i}`, "iam", name], by("surveyor"));
  add(i, [`plan-${i}`, "iam", name], by("deployer", TERRAFORM));
  // What pages of the console ask comes by way of AWS.
  add(
    i,
    [`page-${i}`, "iam", name],
    by("clicker", { userAgent: "AWS Internal", sessionCredentialFromConsole: "true" }),
  );
}
add(100, ["look", "iam", "ListUsers"], by("looker"));
add(101, ["look-refused", "organizations", "ListAccounts"], by("looker", DENIED));
add(102, ["not-identities", "iam", "GetServerCertificate"], by("looker"));
add(103, ["namesake", "greengrass", "ListGroups"], by("looker"));
add(104, ["insight", "iam", "ListUsers"], { ...insight, ...by("looker") });

// Who am I: as a first act, as a first act from a new address, and long afterwards.
const stolen = { userIdentity: iamUser("victim") };
add(200, ["at-home", "ec2", "DescribeInstances"], { ...stolen, sourceIPAddress: "198.51.100.20" });
add(300, ["whoami-elsewhere", "sts", "GetCallerIdentity"], { ...stolen, sourceIPAddress: "203.0.113.5" });
add(310, ["whoami-new", "sts", "GetCallerIdentity"], {
  userIdentity: iamUser("newcomer"),
  sourceIPAddress: "203.0.113.6",
});
for (let i = 0; i < 4; i += 1)
  add(320 + i, [`before-${i}`, "s3", "ListBuckets"], {
    userIdentity: iamUser("worker"),
    sourceIPAddress: "203.0.113.7",
  });
add(330, ["whoami-late", "sts", "GetCallerIdentity"], {
  userIdentity: iamUser("worker"),
  sourceIPAddress: "203.0.113.7",
});
add(340, ["whoami-terraform", "sts", "GetCallerIdentity"], {
  userIdentity: iamUser("runner"),
  sourceIPAddress: "203.0.113.8",
  ...TERRAFORM,
});

// User data.
for (let i = 0; i < 5; i += 1)
  add(400 + i, [`userdata-${i}`, "ec2", "DescribeInstanceAttribute"], {
    ...by("sweeper"),
    requestParameters: { instanceId: `i-${i}`, attribute: "userData" },
  });
for (let i = 0; i < 5; i += 1)
  add(400 + i, [`userdata-denied-${i}`, "ec2", "DescribeInstanceAttribute"], {
    ...by("refused", DENIED),
    requestParameters: { instanceId: `i-${i}`, attribute: "userData" },
  });
add(410, ["userdata-one", "ec2", "DescribeInstanceAttribute"], {
  ...by("one"),
  requestParameters: { instanceId: "i-9", attribute: "userData" },
});
add(411, ["other-attribute", "ec2", "DescribeInstanceAttribute"], {
  ...by("one"),
  requestParameters: { instanceId: "i-9", attribute: "instanceType" },
});
add(412, ["template", "ec2", "GetLaunchTemplateData"], {
  ...by("one"),
  requestParameters: { GetLaunchTemplateDataRequest: { InstanceId: "i-9" } },
});

// Bursts.
for (let i = 0; i < 20; i += 1)
  add(600 + i, [`burst-${i}`, ["ec2", "s3", "rds", "lambda", "kms"][i % 5]!, `DescribeThing${i}`], {
    userIdentity: iamUser("burster"),
    ...(i === 3 ? DENIED : {}),
  });
for (let i = 0; i < 20; i += 1)
  add(600 + i * 700, [`slow-${i}`, "ec2", `DescribeSlow${i}`], { userIdentity: iamUser("slow") });

// Buckets and defences.
for (let i = 0; i < 6; i += 1)
  add(1200 + i, [`bucket-${i}`, "s3", "GetBucketAcl"], {
    userIdentity: iamUser("bucketeer"),
    requestParameters: { bucketName: `b-${i}` },
    ...DENIED,
  });
for (let i = 0; i < 6; i += 1)
  add(1200 + i, [`one-bucket-${i}`, "s3", "GetBucketAcl"], {
    userIdentity: iamUser("owner"),
    requestParameters: { bucketName: "mine" },
  });
add(1300, ["trails", "cloudtrail", "DescribeTrails"], by("looker"));
add(1301, ["trails-terraform", "cloudtrail", "DescribeTrails"], by("deployer", TERRAFORM));
add(1302, ["trails-instance", "guardduty", "ListDetectors"], {
  userIdentity: instance("i-0abc1234", "ASIAINSTANCEXXXXXXXX"),
});
add(1303, ["not-defences", "cloudtrail", "ListTags"], by("looker"));

// Workloads.
for (const [i, [service, name]] of (
  [
    ["iam", "ListUsers"],
    ["s3", "ListBuckets"],
    ["sts", "GetCallerIdentity"],
    ["ec2", "DescribeSnapshots"],
  ] as const
).entries()) {
  add(1400 + i, [`workload-${i}`, service, name], { userIdentity: instance("i-0def5678", "ASIAWORKLOADXXXXXXXX") });
}
add(1410, ["agent", "ec2", "DescribeTags"], { userIdentity: instance("i-0aaa9999", "ASIAAGENTXXXXXXXXXXX") });
add(1411, ["person", "iam", "ListUsers"], { userIdentity: roleSession("alice") });

// One key in two places with two clients, and one that merely moves within a network.
const two = (second: number, id: string, address: string, userAgent: string): void =>
  add(second, [id, "ec2", "DescribeInstances"], {
    userIdentity: roleSession("x", { accessKeyId: "ASIATWOPLACESXXXXXXX" }),
    sourceIPAddress: address,
    userAgent,
  });
two(3600, "place-1", "198.51.100.9", "aws-cli/2.15.0");
two(3700, "place-2", "203.0.113.9", "Boto3/1.34");
for (const [i, address] of ["192.0.2.1", "192.0.2.200"].entries())
  add(3600 + i, [`near-${i}`, "ec2", "DescribeInstances"], {
    userIdentity: roleSession("y", { accessKeyId: "ASIASAMENETXXXXXXXXX" }),
    sourceIPAddress: address,
  });

// Clients.
add(5000, ["pacu", "iam", "ListRoles"], { ...by("tester"), userAgent: "Pacu/1.0 aws-cli/2" });
add(5001, ["kali", "sts", "GetCallerIdentity"], { ...by("tester"), userAgent: "aws-cli/2.15 md/distrib#kali.2024" });
add(5002, ["browser-s3", "s3", "ListBuckets"], { ...by("clicker"), userAgent: "[S3 Browser/11.5]" });

let folder: string;
const judged = async (query: string): Promise<string[]> =>
  (await ask(folder, query)).rows.map(({ event_id, severity }) => `${String(event_id)} ${String(severity)}`);

beforeAll(async () => {
  folder = await caseOf(records);
});

test("identity-recon", async () => {
  const rows = await judged("identity-recon");
  expect(rows.filter((row) => row.startsWith("survey"))).toEqual([0, 1, 2, 3, 4].map((i) => `survey-${i} medium`));
  expect(rows.filter((row) => row.startsWith("plan"))).toEqual([0, 1, 2, 3, 4].map((i) => `plan-${i} informational`));
  expect(rows.filter((row) => row.startsWith("page"))).toEqual([0, 1, 2, 3, 4].map((i) => `page-${i} informational`));
  expect(rows).toEqual(expect.arrayContaining(["look low", "look-refused low"]));
  expect(rows.join()).not.toMatch(/not-identities|namesake|insight/);
});

test("first-call-whoami", async () => {
  const rows = await judged("first-call-whoami");
  expect(rows).toEqual(
    expect.arrayContaining(["whoami-elsewhere medium", "whoami-new low", "whoami-terraform informational"]),
  );
  expect(rows.join()).not.toContain("whoami-late");
  const { rows: scoped } = await ask(folder, "first-call-whoami", {
    scope: { since: timeAt(300), until: timeAt(301) },
  });
  expect(scoped).toMatchObject([{ event_id: "whoami-elsewhere", n_elsewhere_before: 1 }]);
});

test("ec2-userdata-reads", async () => {
  const rows = await judged("ec2-userdata-reads");
  expect(rows.filter((row) => row.endsWith("high"))).toHaveLength(5);
  expect(rows.filter((row) => row.startsWith("userdata-denied")).every((row) => row.endsWith("medium"))).toBe(true);
  expect(rows).toEqual(expect.arrayContaining(["userdata-one low", "template low"]));
  expect(rows.join()).not.toContain("other-attribute");
});

test("discovery-bursts", async () => {
  const { rows } = await ask(folder, "discovery-bursts");
  expect(rows).toMatchObject([
    { access_key: "AKIABURSTERXXXXXXXXX", n_apis: 20, n_services: 5, n_denied: 1, severity: "medium" },
  ]);
});

test("s3-bucket-recon", async () => {
  const { rows } = await ask(folder, "s3-bucket-recon");
  expect(rows).toMatchObject([{ n_buckets: 6, n_denied: 6, severity: "medium" }]);
});

test("security-tooling-recon", async () => {
  expect(await judged("security-tooling-recon")).toEqual([
    "trails low",
    "trails-terraform informational",
    "trails-instance medium",
  ]);
});

test("instance-role-enumeration", async () => {
  const { rows } = await ask(folder, "instance-role-enumeration");
  expect(rows.map(({ access_key, n_apis, severity, workload }) => [access_key, n_apis, severity, workload])).toEqual([
    ["ASIAWORKLOADXXXXXXXX", 4, "medium", "instance"],
    ["ASIAINSTANCEXXXXXXXX", 1, "low", "instance"],
  ]);
});

test("key-from-many-ips", async () => {
  const { rows } = await ask(folder, "key-from-many-ips");
  const keys = new Map(rows.map((row) => [row["access_key"], row]));
  expect(keys.get("ASIATWOPLACESXXXXXXX")).toMatchObject({ most_networks: 2, n_clients: 2, severity: "medium" });
  expect(keys.has("ASIASAMENETXXXXXXXXX")).toBe(false);
});

test("key-inventory", async () => {
  const { rows } = await ask(folder, "key-inventory", { params: { kind: "temporary" } });
  expect(new Set(rows.map(({ kind }) => kind))).toEqual(new Set(["temporary"]));
  expect(rows.find(({ access_key }) => access_key === "ASIATWOPLACESXXXXXXX")).toMatchObject({
    n_records: 2,
    n_actions: 2,
    n_source_ips: 2,
  });
});

test("suspicious-user-agents", async () => {
  const { rows } = await ask(folder, "suspicious-user-agents");
  expect(rows.map(({ first_event_id, severity, client }) => [first_event_id, severity, client])).toEqual([
    ["pacu", "medium", "attack-tool"],
    ["browser-s3", "low", "s3-client"],
    ["kali", "medium", "aws-cli"],
  ]);
  const more = await ask(folder, "suspicious-user-agents", { params: { pattern: "^Boto3/1[.]34$" } });
  expect(more.rows.map(({ why }) => why)).toContain("matches the pattern given");
});

test("abused-api-summary", async () => {
  const { rows } = await ask(folder, "abused-api-summary");
  expect(rows.find(({ event_name }) => event_name === "GetCallerIdentity")).toMatchObject({
    event_source: "sts.amazonaws.com",
    in_wild: true,
  });
  expect(rows.some(({ event_name }) => event_name === "DescribeThing3")).toBe(false);
});

test("resources-created says what was taken away again, whatever the scope", async () => {
  const made = await caseOf([
    makeRecord(1, {
      eventID: "gone",
      eventSource: "iam.amazonaws.com",
      eventName: "CreateUser",
      readOnly: false,
      requestParameters: { userName: "x" },
      responseElements: { user: { userName: "x" } },
    }),
    makeRecord(2, {
      eventID: "stays",
      eventSource: "iam.amazonaws.com",
      eventName: "CreateUser",
      readOnly: false,
      requestParameters: { userName: "y" },
      responseElements: { user: { userName: "y" } },
    }),
    makeRecord(3, {
      eventID: "failed",
      eventSource: "iam.amazonaws.com",
      eventName: "CreateUser",
      readOnly: false,
      requestParameters: { userName: "z" },
      errorCode: "EntityAlreadyExistsException",
    }),
    makeRecord(9, {
      eventID: "deleted",
      eventSource: "iam.amazonaws.com",
      eventName: "DeleteUser",
      readOnly: false,
      requestParameters: { userName: "x" },
    }),
  ]);
  const { rows } = await ask(made, "resources-created", { scope: { until: timeAt(5) } });
  expect(rows.map(({ event_id, deleted_at }) => [event_id, deleted_at])).toEqual([
    ["gone", timeAt(9)],
    ["stays", null],
  ]);
});

test("identity-center-logins", async () => {
  const person = {
    type: "IdentityCenterUser",
    accountId: ACCOUNT,
    onBehalfOf: { userId: "u-1", identityStoreArn: "arn:aws:identitystore::1:identitystore/d-1" },
  };
  const sso = (second: number, id: string, source: string, name: string, address: string): RecordFields =>
    makeRecord(second, {
      eventID: id,
      eventSource: `${source}.amazonaws.com`,
      eventName: name,
      userIdentity: person,
      requestParameters: null,
      sourceIPAddress: address,
    });
  const center = await caseOf([
    sso(1, "signed-in", "signin", "UserAuthentication", "198.51.100.1"),
    sso(2, "token", "sso-oauth", "CreateToken", "198.51.100.1"),
    sso(3, "token-elsewhere", "sso-oauth", "CreateToken", "203.0.113.1"),
    sso(4, "role", "sso", "GetRoleCredentials", "198.51.100.1"),
    sso(5, "other", "sso", "DescribeInstance", "198.51.100.1"),
  ]);
  const { rows } = await ask(center, "identity-center-logins");
  expect(rows.map(({ event_id, severity }) => [event_id, severity])).toEqual([
    ["signed-in", "informational"],
    ["token", "informational"],
    ["token-elsewhere", "medium"],
    ["role", "informational"],
  ]);
});
