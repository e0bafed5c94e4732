import { beforeAll, expect, test } from "vitest";
import { ask, type Answer } from "../helpers/ask-library.ts";
import { insight, roleSession } from "../helpers/record-parts.ts";
import { caseOf } from "../helpers/small-case.ts";
import { ACCOUNT, iamUser, makeRecord, type RecordFields } from "../helpers/trail-maker.ts";

// Logs, detectors and guardrails switched off. The label of each record says what its query is to make of it.

const HOUR = 3600;
const DENIED = { errorCode: "AccessDenied", errorMessage: "not authorized to perform", requestParameters: null };
const TERRAFORM = { userAgent: "APN/1.0 HashiCorp/1.0 Terraform/1.5.0" };
const LINKED = {
  userIdentity: roleSession("x", {
    sessionContext: {
      sessionIssuer: {
        type: "Role",
        principalId: "AROALINKEDXXXXXXXXXXX",
        arn: `arn:aws:iam::${ACCOUNT}:role/aws-service-role/s/AWSServiceRoleForS`,
        accountId: ACCOUNT,
      },
    },
  }),
};
const records: RecordFields[] = [];
const expected: Record<string, [id: string, effect: string | null, severity: string][]> = {};
let n = 0;

interface Called {
  /** The query that is to report it, with effect and severity: `log-sources-off: removed, high`. */
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

// Lifecycle rules.
const rule = (...rules: RecordFields[]): RecordFields => ({
  bucketName: "data",
  LifecycleConfiguration: { Rule: rules.length === 1 ? rules[0] : rules },
});
const expires = (days: number, more: RecordFields = {}): RecordFields => ({
  ID: "r",
  Status: "Enabled",
  Filter: { Prefix: "" },
  Expiration: { Days: days },
  ...more,
});
const lifecycle = (request: RecordFields | null, called: Called = {}): void =>
  call("s3:PutBucketLifecycle", request, called);
lifecycle(rule(expires(1)), { finding: "lifecycle-expiry: weakened, medium" });
lifecycle(rule(expires(1)), { finding: "lifecycle-expiry: weakened, low", more: TERRAFORM });
lifecycle(rule(expires(400), expires(3)), { finding: "lifecycle-expiry: weakened, medium" });
lifecycle(rule(expires(1, { Filter: { Prefix: "tmp/" } })), { finding: "lifecycle-expiry: weakened, low" });
lifecycle(rule(expires(1, { Status: "Disabled" })), { finding: "lifecycle-expiry: weakened, low" });
lifecycle(rule(expires(0, { Expiration: { Date: "2024-03-02T00:00:00Z" } })), {
  finding: "lifecycle-expiry: weakened, medium",
});
lifecycle(rule(expires(0, { Expiration: undefined, NoncurrentVersionExpiration: { NoncurrentDays: 1 } })), {
  finding: "lifecycle-expiry: weakened, medium",
});
lifecycle(rule(expires(31)));
lifecycle(rule(expires(0, { Expiration: undefined, Transition: { Days: 1, StorageClass: "GLACIER" } })));
lifecycle(rule(expires(0, { Expiration: undefined, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } })));
lifecycle(null, { finding: "lifecycle-expiry: attempted, low", more: DENIED });
lifecycle({ bucketName: "data", LifecycleConfiguration: ["odd"] });
call("cloudtrail:CreateTrail", { name: "old", s3BucketName: "logs" }, { second: -2 * HOUR });
lifecycle({ ...rule(expires(2)), bucketName: "logs" }, { finding: "lifecycle-expiry: weakened, high" });
call("s3:DeleteBucketLifecycle", { bucketName: "logs" }, { second: 10 });
call("cloudtrail:CreateTrail", { name: "new", s3BucketName: "fresh" });
lifecycle({ ...rule(expires(2)), bucketName: "fresh" }, { finding: "lifecycle-expiry: weakened, medium", second: 5 });
lifecycle(rule(expires(1)), { more: insight });

// Logs. Everybody else has nothing to do with the teardown of eve.
const eve = { userIdentity: iamUser("eve") };
const elsewhere = { userIdentity: iamUser("bob") };
const flow = { DeleteFlowLogsRequest: { FlowLogId: { content: "fl-0123456789abcdef0", tag: 1 } } };
call("ec2:DeleteFlowLogs", flow, { finding: "log-sources-off: removed, high", more: elsewhere });
call("ec2:DeleteFlowLogs", flow, {
  finding: "log-sources-off: removed, medium",
  more: { ...elsewhere, ...TERRAFORM },
});
call("ec2:DeleteFlowLogs", flow, { finding: "log-sources-off: removed, medium", more: eve });
call("ec2:DeleteVpc", { vpcId: "vpc-1" }, { second: 1200, more: eve });
call("ec2:DeleteFlowLogs", flow, { finding: "log-sources-off: removed, high", second: 3 * HOUR, more: eve });
call("ec2:DeleteFlowLogs", null, { finding: "log-sources-off: attempted, medium", more: DENIED });
call("ec2:DescribeFlowLogs", {}, { more: { readOnly: true } });
call(
  "route53resolver:DeleteResolverQueryLogConfig",
  { resolverQueryLogConfigId: "rqlc-1" },
  { finding: "log-sources-off: removed, high" },
);
call("logs:DeleteLogGroup", { logGroupName: "/aws/lambda/x" }, { finding: "log-sources-off: removed, low" });
call("logs:DeleteLogGroup", { logGroupName: "cloudtrail-main" }, { finding: "log-sources-off: removed, high" });
call(
  "logs:PutRetentionPolicy",
  { logGroupName: "app", retentionInDays: 1 },
  { finding: "log-sources-off: weakened, low" },
);
call("logs:PutRetentionPolicy", { logGroupName: "app", retentionInDays: 90 });
call("logs:PutRetentionPolicy", { logGroupName: "app", retentionInDays: "many" });
call(
  "s3:PutBucketLogging",
  { bucketName: "b", BucketLoggingStatus: {} },
  { finding: "log-sources-off: weakened, medium" },
);
call("s3:PutBucketLogging", { bucketName: "b", BucketLoggingStatus: { LoggingEnabled: { TargetBucket: "l" } } });
const clusterLogging = (enabled: boolean): RecordFields => ({
  name: "c",
  logging: { clusterLogging: [{ types: ["api", "audit"], enabled }] },
});
call("eks:UpdateClusterConfig", clusterLogging(false), { finding: "log-sources-off: weakened, high" });
call("eks:UpdateClusterConfig", clusterLogging(true));
call("rds:StopActivityStream", { resourceArn: "arn:x" }, { finding: "log-sources-off: weakened, high" });
call(
  "rds:ModifyDBInstance",
  { cloudwatchLogsExportConfiguration: { disableLogTypes: ["audit"] } },
  { finding: "log-sources-off: weakened, medium" },
);
call("rds:ModifyDBInstance", { cloudwatchLogsExportConfiguration: { enableLogTypes: ["audit"] } });
const accessLogs = (value: string): RecordFields => ({
  loadBalancerArn: "arn:lb",
  attributes: [{ key: "access_logs.s3.enabled", value }],
});
call("elasticloadbalancing:ModifyLoadBalancerAttributes", accessLogs("false"), {
  finding: "log-sources-off: weakened, medium",
});
call("elasticloadbalancing:ModifyLoadBalancerAttributes", accessLogs("true"));
call("bedrock:DeleteModelInvocationLoggingConfiguration", null, { finding: "log-sources-off: removed, high" });
call(
  "logs:DeleteLogStream",
  { logGroupName: "g", logStreamName: "s" },
  {
    finding: "log-sources-off: removed, informational",
    more: LINKED,
  },
);

// Detectors.
call("guardduty:DeleteDetector", { detectorId: "d" }, { finding: "security-services-off: removed, high" });
call(
  "guardduty:DeleteDetector",
  { detectorId: "d" },
  {
    finding: "security-services-off: removed, medium",
    more: TERRAFORM,
  },
);
call(
  "guardduty:DeleteDetector",
  { detectorId: "d" },
  {
    finding: "security-services-off: attempted, medium",
    more: { ...DENIED, requestParameters: { detectorId: "d" } },
  },
);
call(
  "guardduty:UpdateDetector",
  { detectorId: "d", enable: false },
  {
    finding: "security-services-off: weakened, high",
  },
);
call(
  "guardduty:UpdateDetector",
  { detectorId: "d", features: [{ name: "S3_DATA_EVENTS", status: "DISABLED" }] },
  {
    finding: "security-services-off: weakened, medium",
  },
);
call("guardduty:UpdateDetector", { detectorId: "d", enable: true, findingPublishingFrequency: "SIX_HOURS" });
call(
  "guardduty:CreateFilter",
  { action: "ARCHIVE", name: "f" },
  {
    finding: "security-services-off: weakened, medium",
  },
);
call("guardduty:CreateFilter", { action: "NOOP", name: "f" });
call(
  "guardduty:CreateIPSet",
  { activate: true, location: "s3://x" },
  {
    finding: "security-services-off: weakened, medium",
  },
);
call("securityhub:DisableSecurityHub", null, { finding: "security-services-off: weakened, high" });
call(
  "securityhub:BatchUpdateFindings",
  { workflow: { status: "SUPPRESSED" } },
  {
    finding: "security-services-off: weakened, low",
  },
);
call("securityhub:BatchUpdateFindings", { workflow: { status: "NOTIFIED" } });
call(
  "config:StopConfigurationRecorder",
  { configurationRecorderName: "default" },
  {
    finding: "security-services-off: weakened, high",
  },
);
call(
  "config:DeleteConfigRule",
  { configRuleName: "r" },
  {
    finding: "security-services-off: removed, informational",
    more: LINKED,
  },
);
call("config:StartConfigurationRecorder", { configurationRecorderName: "default" });
call("wafv2:DisassociateWebACL", { resourceArn: "arn:lb" }, { finding: "security-services-off: weakened, medium" });
call("monitoring:DeleteAlarms", { alarmNames: ["cpu-high"] }, { finding: "security-services-off: removed, low" });
call(
  "monitoring:DeleteAlarms",
  { alarmNames: ["root-login-alert"] },
  {
    finding: "security-services-off: removed, medium",
  },
);
call("events:DisableRule", { name: "guardduty-to-sns" }, { finding: "security-services-off: weakened, medium" });
call("elasticloadbalancing:DeleteRule", { ruleArn: "arn:r" });
call("macie2:UpdateMacieSession", { status: "PAUSED" }, { finding: "security-services-off: weakened, medium" });
call("macie2:UpdateMacieSession", { status: "ENABLED" });
call("guardduty:UpdateDetector", { detectorId: 5, enable: "no", features: "DISABLED" });

// Guardrails.
call("organizations:LeaveOrganization", null, { finding: "org-guardrails: attempted, medium", more: DENIED });
call("organizations:LeaveOrganization", null, { finding: "org-guardrails: removed, high" });
call(
  "organizations:DetachPolicy",
  { policyId: "p-1", targetId: ACCOUNT },
  {
    finding: "org-guardrails: removed, medium",
  },
);
call("organizations:CreateAccount", { accountName: "x" }, { finding: "org-guardrails: created, low" });
call("iam:DetachPolicy", { policyId: "p-1" });
const block = (value: boolean): RecordFields => ({
  PublicAccessBlockConfiguration: { BlockPublicAcls: value, RestrictPublicBuckets: value },
});
call("s3:PutAccountPublicAccessBlock", block(false), { finding: "org-guardrails: weakened, high" });
call("s3:PutAccountPublicAccessBlock", block(false), { finding: "org-guardrails: weakened, medium", more: TERRAFORM });
call("s3:PutAccountPublicAccessBlock", block(true));
call("s3:DeleteAccountPublicAccessBlock", { host: ["x"] }, { finding: "org-guardrails: removed, high" });
call("s3:DeletePublicAccessBlock", { bucketName: "b" });
call("s3:DeleteBucketEncryption", { bucketName: "b" }, { finding: "org-guardrails: weakened, low" });
call("s3:DeleteBucketEncryption", null, { finding: "org-guardrails: attempted, low", more: DENIED });
call("s3:PutBucketEncryption", { bucketName: "b" });
call("ec2:DisableSnapshotBlockPublicAccess", {}, { finding: "org-guardrails: weakened, high" });
call("account:EnableRegion", { RegionName: "ap-east-1" }, { finding: "org-guardrails: created, medium" });
call("iam:UpdateAccountPasswordPolicy", { minimumPasswordLength: 6 }, { finding: "org-guardrails: weakened, medium" });
call("iam:UpdateAccountPasswordPolicy", { minimumPasswordLength: 16 });
call("account:PutAlternateContact", { alternateContactType: "BILLING" });
call(
  "account:PutAlternateContact",
  { alternateContactType: "SECURITY" },
  {
    finding: "org-guardrails: weakened, low",
  },
);

let caseFolder: string;
const answers = new Map<string, Answer>();
beforeAll(async () => {
  caseFolder = await caseOf(records);
  for (const query of Object.keys(expected)) answers.set(query, await ask(caseFolder, query));
});

test.each(Object.keys(expected))("%s reports these, with these verdicts, and nothing else", (query) => {
  const { rows } = answers.get(query)!;
  const byNumber = (a: string[], b: string[]): number => Number.parseInt(a[0]!, 10) - Number.parseInt(b[0]!, 10);
  const found = rows.map((row) => [row["event_id"], row["effect"], row["severity"]].map(String)).toSorted(byNumber);

  expect(found).toEqual(expected[query]!.map((row) => row.map(String)));
  for (const row of rows) expect(String(row["why"])).toMatch(/\S/);
});

test("a rule that expires logs says what the bucket holds and when it was undone", () => {
  const row = answers.get("lifecycle-expiry")!.rows.find(({ bucket }) => bucket === "logs")!;

  expect(row).toMatchObject({ days: 2, bucket_holds: "a trail", undone_at: "2024-03-01T10:00:10Z" });
});

test("a teardown is one only by the same caller and about the same time", () => {
  const teardowns = answers.get("log-sources-off")!.rows.filter(({ is_teardown }) => is_teardown === true);

  expect(teardowns.map(({ actor }) => actor)).toEqual([`arn:aws:iam::${ACCOUNT}:user/eve`]);
});

test.each([
  ["lifecycle-expiry", { since: "2024-03-01T09:59:00Z" }],
  ["log-sources-off", { until: "2024-03-01T10:00:01Z" }],
])("%s says the same of a row whatever the scope", async (query, scope) => {
  const { rows } = await ask(caseFolder, query, { scope });

  expect(rows.length).toBeGreaterThan(5);
  for (const row of rows) expect(answers.get(query)!.rows).toContainEqual(row);
});
