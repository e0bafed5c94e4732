import { beforeAll, describe, expect, test } from "vitest";
import { ask, type Answer } from "../helpers/ask-library.ts";
import { rootUser } from "../helpers/record-parts.ts";
import { caseOf } from "../helpers/small-case.ts";
import { ACCOUNT, iamUser, makeRecord, OTHER_ACCOUNT, type RecordFields } from "../helpers/trail-maker.ts";

// Ways to come back. The label of each record says what its query is to make of it; chains are asked apart.

const DAY = 86_400;
const DENIED = { errorCode: "AccessDenied", errorMessage: "not authorized to perform", requestParameters: null };
const TERRAFORM = { userAgent: "APN/1.0 HashiCorp/1.0 Terraform/1.5.0" };
const records: RecordFields[] = [];
const expected: Record<string, [id: string, effect: string, severity: string][]> = {};
let n = 0;

interface Called {
  readonly finding?: string;
  readonly second?: number;
  readonly more?: RecordFields;
}

function call(name: string, request: RecordFields | null, { finding, second = 0, more = {} }: Called = {}): void {
  n += 1;
  const [service = "", eventName = ""] = name.split(":");
  const id = `${n} ${name}: ${finding ?? "no row"}`;
  records.push(
    makeRecord(second, {
      eventID: id,
      eventSource: `${service}.amazonaws.com`,
      eventName,
      readOnly: false,
      requestParameters: request,
      ...more,
    }),
  );
  if (finding === undefined) return;
  const [query = "", verdict = ""] = finding.split(": ");
  const [effect = "", severity = ""] = verdict.split(", ");
  (expected[query] ??= []).push([id, effect, severity]);
}
const user = (name: string): RecordFields => ({ userIdentity: iamUser(name) });

// Tokens. Fay's keys are taken away at second 100; her token goes on.
const federated = (name: string): RecordFields => ({
  userIdentity: {
    type: "FederatedUser",
    principalId: `${ACCOUNT}:visitor`,
    arn: `arn:aws:sts::${ACCOUNT}:federated-user/visitor`,
    accountId: ACCOUNT,
    accessKeyId: "ASIAVISITORXXXXXXXXX",
    sessionContext: {
      sessionIssuer: {
        type: "IAMUser",
        principalId: `AIDA${name.toUpperCase()}`,
        arn: `arn:aws:iam::${ACCOUNT}:user/${name}`,
        accountId: ACCOUNT,
        userName: name,
      },
    },
  },
});
const policy = (statement: unknown): string => JSON.stringify({ Version: "2012-10-17", Statement: statement });
const everything = policy([{ Effect: "Allow", Action: "*", Resource: "*" }]);
const little = policy({ Effect: "Allow", Action: "s3:GetObject", Resource: "*" });
call("sts:GetFederationToken", { name: "v", policy: everything }, { finding: "federation-tokens: created, high" });
call("sts:GetFederationToken", { name: "v", policy: little }, { finding: "federation-tokens: created, medium" });
call(
  "sts:GetFederationToken",
  { name: "v", policyArns: [{ arn: "arn:aws:iam::aws:policy/AdministratorAccess" }] },
  {
    finding: "federation-tokens: created, high",
  },
);
call("sts:GetFederationToken", null, { finding: "federation-tokens: attempted, low", more: DENIED });
call("sts:GetFederationToken", { name: "v", policy: "{not json" }, { finding: "federation-tokens: created, medium" });
call(
  "sts:GetSessionToken",
  { serialNumber: "arn:mfa", tokenCode: "1" },
  {
    finding: "federation-tokens: created, informational",
  },
);
call("sts:GetSessionToken", null, { finding: "federation-tokens: created, low" });
call("sts:GetSessionToken", null, { finding: "federation-tokens: created, medium", more: { userIdentity: rootUser } });
call("sts:GetCallerIdentity", null, { finding: "federation-tokens: null, low", second: 50, more: federated("fay") });
call("iam:UpdateAccessKey", { userName: "fay", accessKeyId: "AKIAX", status: "Inactive" }, { second: 100 });
call("iam:UpdateAccessKey", { userName: "gus", accessKeyId: "AKIAY", status: "Active" }, { second: 100 });
call("s3:ListBuckets", null, { finding: "federation-tokens: null, high", second: 150, more: federated("fay") });
call("s3:ListBuckets", null, { finding: "federation-tokens: null, low", second: 150, more: federated("gus") });
call("iam:DeleteAccessKey", { userName: "hal", accessKeyId: "AKIAZ" }, { second: 100 });
call("s3:ListBuckets", null, { finding: "federation-tokens: null, high", second: 150, more: federated("hal") });
call("sts:AssumeRole", { roleArn: "arn:r" });

// Providers and anchors.
const anchor = (source: RecordFields): RecordFields => ({ name: "a", enabled: true, source: { sourceData: source } });
call("rolesanywhere:CreateTrustAnchor", anchor({ x509CertificateData: "-----BEGIN CERTIFICATE-----" }), {
  finding: "idp-and-trust-anchors: created, high",
  more: { responseElements: { trustAnchor: { trustAnchorId: "ta-1" } } },
});
call("rolesanywhere:DeleteTrustAnchor", { trustAnchorId: "ta-1" }, { second: 60 });
call("rolesanywhere:CreateTrustAnchor", anchor({ acmPcaArn: "arn:pca" }), {
  finding: "idp-and-trust-anchors: created, medium",
});
call("rolesanywhere:CreateProfile", { roleArns: ["arn:r"] }, { finding: "idp-and-trust-anchors: created, medium" });
call("b2bi:CreateProfile", { name: "partner" });
call(
  "iam:CreateOpenIDConnectProvider",
  { url: "https://evil.test" },
  {
    finding: "idp-and-trust-anchors: created, medium",
  },
);
call(
  "iam:CreateOpenIDConnectProvider",
  { url: "https://ci.test" },
  {
    finding: "idp-and-trust-anchors: created, low",
    more: TERRAFORM,
  },
);
call("iam:CreateSAMLProvider", null, { finding: "idp-and-trust-anchors: attempted, low", more: DENIED });
call("iam:UpdateSAMLProvider", { sAMLProviderArn: "arn:s" }, { finding: "idp-and-trust-anchors: weakened, medium" });
call("iam:DeleteSAMLProvider", { sAMLProviderArn: "arn:s" }, { finding: "idp-and-trust-anchors: removed, low" });
call("iam:ListSAMLProviders", null, { more: { readOnly: true } });

// Functions. The deployer has been at it since the first day, the stranger comes on the third.
const permission = (principal: unknown, more: RecordFields = {}): RecordFields => ({
  functionName: "f",
  statementId: "s",
  action: "lambda:InvokeFunction",
  principal,
  ...more,
});
const lambda = (name: string, request: RecordFields | null, called: Called): void =>
  call(`lambda:${name}20150331v2`, request, called);
lambda("UpdateFunctionCode", { functionName: "f" }, { finding: "lambda-backdoors: null, low", more: user("deployer") });
lambda(
  "UpdateFunctionCode",
  { functionName: "f" },
  {
    finding: "lambda-backdoors: null, low",
    second: 3 * DAY,
    more: user("deployer"),
  },
);
lambda(
  "UpdateFunctionCode",
  { functionName: "f" },
  {
    finding: "lambda-backdoors: null, medium",
    second: 3 * DAY,
    more: user("stranger"),
  },
);
lambda("UpdateFunctionCode", null, { finding: "lambda-backdoors: attempted, low", more: DENIED });
lambda(
  "UpdateFunctionConfiguration",
  { functionName: "f", environment: {}, memorySize: 512 },
  { more: user("deployer") },
);
const layer = (account: string): RecordFields => ({
  functionName: "f",
  layers: [`arn:aws:lambda:us-east-1:${account}:layer:x:1`],
});
lambda("UpdateFunctionConfiguration", layer(ACCOUNT), {
  finding: "lambda-backdoors: null, low",
  more: user("deployer"),
});
lambda("UpdateFunctionConfiguration", layer(OTHER_ACCOUNT), {
  finding: "lambda-backdoors: null, medium",
  more: user("deployer"),
});
lambda("AddPermission", permission("*"), { finding: "lambda-backdoors: weakened, high" });
lambda("AddPermission", permission("*", { principalOrgID: "o-1" }), {
  finding: "lambda-backdoors: weakened, informational",
});
lambda("AddPermission", permission("*", { functionUrlAuthType: "NONE" }), {
  finding: "lambda-backdoors: weakened, medium",
});
lambda("AddPermission", permission(OTHER_ACCOUNT), { finding: "lambda-backdoors: weakened, medium" });
lambda("AddPermission", permission(`arn:aws:iam::${ACCOUNT}:root`), { finding: "lambda-backdoors: weakened, low" });
lambda("AddPermission", permission("s3.amazonaws.com"), { finding: "lambda-backdoors: weakened, low" });
lambda("AddPermission", permission("s3.amazonaws.com", { sourceArn: "arn:b" }), {
  finding: "lambda-backdoors: weakened, informational",
});
lambda("AddPermission", permission({ AWS: ["*"] }), { finding: "lambda-backdoors: weakened, medium" });
call("lambda:RemovePermission20150331v2", { functionName: "f", statementId: "s" }, { second: 60 });
lambda(
  "CreateFunctionUrlConfig",
  { functionName: "f", authType: "NONE" },
  {
    finding: "lambda-backdoors: created, medium",
  },
);
lambda(
  "CreateFunctionUrlConfig",
  { functionName: "f", authType: "AWS_IAM" },
  {
    finding: "lambda-backdoors: created, low",
  },
);
call("lambda:CreateFunction20150331", { functionName: "g" });

// Startup code.
const data = (id: string): RecordFields => ({ instanceId: id, userData: "<sensitiveDataRemoved>" });
const instances = (...ids: string[]): RecordFields => ({
  instancesSet: { items: ids.map((instanceId) => ({ instanceId })) },
});
call("ec2:StopInstances", instances("i-00000000000000001", "i-00000000000000009"), { second: 10 });
call("ec2:ModifyInstanceAttribute", data("i-00000000000000001"), {
  finding: "startup-code: created, high",
  second: 20,
});
call("ec2:StartInstances", instances("i-00000000000000001"), { second: 30 });
call("ec2:ModifyInstanceAttribute", data("i-00000000000000009"), {
  finding: "startup-code: created, low",
  second: 20,
  more: TERRAFORM,
});
call("ec2:ModifyInstanceAttribute", data("i-00000000000000002"), { finding: "startup-code: created, medium" });
call("ec2:StartInstances", instances("i-00000000000000002"), { second: DAY });
call(
  "ec2:ModifyInstanceAttribute",
  { instanceId: "i-00000000000000003", attribute: "userData", value: "x" },
  {
    finding: "startup-code: attempted, medium",
    more: { errorCode: "Client.UnauthorizedOperation" },
  },
);
call("ec2:ModifyInstanceAttribute", { instanceId: "i-00000000000000003", disableApiTermination: { value: false } });
call("ec2:RunInstances", { userData: "x", instancesSet: {} }, { finding: "startup-code: created, low" });
call("ec2:RunInstances", { instancesSet: {} });
call(
  "ec2:CreateLaunchTemplateVersion",
  { CreateLaunchTemplateVersionRequest: { LaunchTemplateData: { UserData: "x" } } },
  {
    finding: "startup-code: created, medium",
  },
);
call(
  "sagemaker:UpdateNotebookInstance",
  { notebookInstanceName: "n", lifecycleConfigName: "l" },
  {
    finding: "startup-code: created, medium",
  },
);
call("sagemaker:UpdateNotebookInstance", { notebookInstanceName: "n", volumeSizeInGB: 9 });

// Openings.
const items = (...rules: RecordFields[]): RecordFields => ({ groupId: "sg-1", ipPermissions: { items: rules } });
const from = (cidrIp: string, port: number): RecordFields => ({
  ipProtocol: "tcp",
  fromPort: port,
  toPort: port,
  ipRanges: { items: [{ cidrIp }] },
});
const ingress = (request: RecordFields | null, called: Called = {}): void =>
  call("ec2:AuthorizeSecurityGroupIngress", request, called);
ingress(items(from("0.0.0.0/0", 22)), { finding: "network-openings: weakened, high" });
ingress(items(from("0.0.0.0/0", 22)), { finding: "network-openings: weakened, medium", more: TERRAFORM });
ingress(items(from("0.0.0.0/0", 22)), {
  finding: "network-openings: attempted, medium",
  more: { errorCode: "Client.UnauthorizedOperation" },
});
ingress(null, { finding: "network-openings: attempted, low", more: DENIED });
ingress(items(from("0.0.0.0/0", 443)), { finding: "network-openings: weakened, low" });
ingress(items(from("10.0.0.0/8", 22)));
ingress(
  { groupId: "sg-2", cidrIp: "208.236.235.254/0", fromPort: 0, toPort: 65_535, ipProtocol: "tcp" },
  {
    finding: "network-openings: weakened, high",
  },
);
ingress({ groupId: "sg-2", ipPermissions: "odd" });
call("ec2:RevokeSecurityGroupIngress", items(from("0.0.0.0/0", 443)), { second: 90 });
call("ec2:AuthorizeSecurityGroupEgress", items(from("0.0.0.0/0", 22)));
const acl = (cidrBlock: string, ruleAction: string, egress: boolean): RecordFields => ({
  networkAclId: "acl-1",
  cidrBlock,
  ruleAction,
  egress,
});
call("ec2:CreateNetworkAclEntry", acl("0.0.0.0/0", "allow", false), { finding: "network-openings: weakened, low" });
call("ec2:CreateNetworkAclEntry", acl("0.0.0.0/0", "deny", false));
call("ec2:CreateNetworkAclEntry", acl("0.0.0.0/0", "allow", true));
call(
  "ec2:CreateRoute",
  { destinationCidrBlock: "0.0.0.0/0", gatewayId: "igw-1" },
  {
    finding: "network-openings: created, low",
  },
);
call("ec2:CreateRoute", { destinationCidrBlock: "0.0.0.0/0", natGatewayId: "nat-1" });
call("rds:ModifyDBInstance", { publiclyAccessible: true }, { finding: "network-openings: weakened, medium" });
call("rds:ModifyDBInstance", { publiclyAccessible: false });
call(
  "ec2:ModifyInstanceMetadataOptions",
  { ModifyInstanceMetadataOptionsRequest: { HttpTokens: "optional" } },
  {
    finding: "network-openings: weakened, medium",
  },
);
call("ec2:ModifyInstanceMetadataOptions", { ModifyInstanceMetadataOptionsRequest: { HttpTokens: "required" } });

let caseFolder: string;
const answers = new Map<string, Answer>();
beforeAll(async () => {
  caseFolder = await caseOf(records);
  for (const query of Object.keys(expected)) answers.set(query, await ask(caseFolder, query));
});

test.each(Object.keys(expected))("%s reports these, with these verdicts, and nothing else", (query) => {
  const byNumber = (a: string[], b: string[]): number => Number.parseInt(a[0]!, 10) - Number.parseInt(b[0]!, 10);
  const { rows } = answers.get(query)!;

  expect(rows.map((row) => [row["event_id"], row["effect"], row["severity"]].map(String)).toSorted(byNumber)).toEqual(
    expected[query],
  );
});

describe("what came after", () => {
  const row = (query: string, part: string): Answer["rows"][number] =>
    answers.get(query)!.rows.find(({ event_id }) => String(event_id).includes(part))!;

  test("is told beside the row, also when a scope leaves it out", async () => {
    const until = { scope: { until: "2024-03-01T10:00:25Z" } };
    const scoped = async (query: string): Promise<Answer["rows"]> => (await ask(caseFolder, query, until)).rows;

    expect(row("idp-and-trust-anchors", "CreateTrustAnchor")).toMatchObject({ deleted_at: "2024-03-01T10:01:00Z" });
    expect(row("lambda-backdoors", "AddPermission")).toMatchObject({ removed_at: "2024-03-01T10:01:00Z" });
    expect(row("startup-code", "created, high")).toMatchObject({
      stopped_at: "2024-03-01T10:00:10Z",
      started_at: "2024-03-01T10:00:30Z",
    });
    expect(row("network-openings", "AuthorizeSecurityGroupIngress: network-openings: weakened, low")).toMatchObject({
      ports: "443",
      closed_at: "2024-03-01T10:01:30Z",
    });
    for (const query of ["idp-and-trust-anchors", "lambda-backdoors", "startup-code", "network-openings"])
      for (const found of await scoped(query)) expect(answers.get(query)!.rows).toContainEqual(found);
  });

  test("of a token's parent is told by its keys, whatever the scope", async () => {
    const { rows } = await ask(caseFolder, "federation-tokens", { scope: { since: "2024-03-01T10:02:00Z" } });

    expect(rows.map(({ parent_user, severity }) => [parent_user, severity])).toEqual([
      ["fay", "high"],
      ["gus", "low"],
      ["hal", "high"],
    ]);
    expect(rows[0]).toMatchObject({ parent_keys_removed_at: "2024-03-01T10:01:40Z" });
  });
});
