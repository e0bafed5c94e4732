import { describe, expect, test } from "vitest";
import { ask } from "../helpers/ask-library.ts";
import { roleSession } from "../helpers/record-parts.ts";
import { caseOf } from "../helpers/small-case.ts";
import { iamUser, makeRecord, OTHER_ACCOUNT, type RecordFields } from "../helpers/trail-maker.ts";

// Attack techniques of Stratus Red Team that no run was logged of: records made from what is known of their calls.

const BUCKET = "payroll";
const attacker = { userIdentity: iamUser("mallory"), sourceIPAddress: "203.0.113.66", userAgent: "aws-sdk-go-v2/1.20" };
const DATA = { eventCategory: "Data", managementEvent: false };

type Call = readonly [name: string, request: unknown, changes?: RecordFields];

const calls = (...made: Call[]): RecordFields[] =>
  made.map(([name, requestParameters, changes = {}], i) => {
    const [service = "", eventName = ""] = name.split(":");
    const readOnly = /^(?:Get|List|Describe)/.test(eventName);
    return makeRecord(i, {
      ...attacker,
      eventID: `${i} ${name}`,
      eventSource: `${service}.amazonaws.com`,
      eventName,
      readOnly,
      requestParameters,
      ...changes,
    });
  });
const many = (count: number, make: (i: number) => Call): Call[] => Array.from({ length: count }, (_, i) => make(i));
const object = (name: string, key: string, more: object = {}): Call => [
  `s3:${name}`,
  { bucketName: BUCKET, key, ...more },
  DATA,
];

/** By way of the instance whose role it has taken. */
const onInstance = {
  userIdentity: roleSession("i-0dbc91f429e48eeed", { accessKeyId: "ASIAINSTANCEXXXXXXXX" }),
  userAgent: "aws-cli/2.15.0",
};
const taken = many(30, (i) => object("GetObject", `${i}.csv`));
const note = object("PutObject", "FILES-DELETED.txt");

const TECHNIQUES: Readonly<
  Record<string, readonly [records: RecordFields[], rows: Readonly<Record<string, string[]>>]>
> = {
  "defense-evasion.cloudtrail-lifecycle-rule": [
    calls([
      "s3:PutBucketLifecycle",
      {
        bucketName: "trail-logs",
        LifecycleConfiguration: {
          Rule: { ID: "nuke", Status: "Enabled", Expiration: { Days: 1 }, Filter: { Prefix: "" } },
        },
      },
    ]),
    { "lifecycle-expiry": ["medium"] },
  ],
  "discovery.ec2-enumerate-from-instance": [
    calls(
      ["ssm:SendCommand", { instanceIds: ["i-0dbc91f429e48eeed"], documentName: "AWS-RunShellScript" }],
      ...[
        "sts:GetCallerIdentity",
        "s3:ListBuckets",
        "iam:GetAccountSummary",
        "iam:ListRoles",
        "iam:ListUsers",
        "iam:GetAccountAuthorizationDetails",
        "ec2:DescribeSnapshots",
        "cloudtrail:DescribeTrails",
        "guardduty:ListDetectors",
      ].map((name): Call => [name, null, onInstance]),
    ),
    {
      "instance-role-enumeration": ["medium"],
      "security-tooling-recon": ["medium", "medium"],
      "ssm-remote-execution": ["medium"],
    },
  ],
  "discovery.ses-enumerate": [
    calls(
      ["ses:GetAccountSendingEnabled", null],
      ["ses:ListIdentities", { identityType: "EmailAddress" }],
      ["ses:GetIdentityVerificationAttributes", { identities: ["a@b.example"] }],
      ["ses:GetSendQuota", null],
    ),
    { "messaging-abuse": ["medium", "medium", "medium", "medium"] },
  ],
  "execution.sagemaker-update-lifecycle-config": [
    calls(
      [
        "sagemaker:CreateNotebookInstanceLifecycleConfig",
        { notebookInstanceLifecycleConfigName: "evil", onStart: [{ content: "x" }] },
      ],
      ["sagemaker:StopNotebookInstance", { notebookInstanceName: "nb" }],
      ["sagemaker:UpdateNotebookInstance", { notebookInstanceName: "nb", lifecycleConfigName: "evil" }],
      ["sagemaker:StartNotebookInstance", { notebookInstanceName: "nb" }],
    ),
    { "startup-code": ["low", "medium"] },
  ],
  "exfiltration.s3-backdoor-bucket-policy": [
    calls([
      "s3:PutBucketPolicy",
      {
        bucketName: BUCKET,
        bucketPolicy: {
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Principal: { AWS: `arn:aws:iam::${OTHER_ACCOUNT}:root` },
              Action: ["s3:GetObject", "s3:ListBucket"],
              Resource: [`arn:aws:s3:::${BUCKET}/*`, `arn:aws:s3:::${BUCKET}`],
            },
          ],
        },
      },
    ]),
    { "resource-shared-externally": ["high"] },
  ],
  "impact.ec2-deregister-ami": [
    calls(["ec2:DeregisterImage", { imageId: "ami-0abc" }]),
    { "destructive-actions": ["low"] },
  ],
  "impact.s3-ransomware-batch-deletion": [
    calls(
      ["s3:ListObjects", { bucketName: BUCKET }, DATA],
      ...taken,
      ["s3:ListObjectVersions", { bucketName: BUCKET }, DATA],
      ["s3:DeleteObjects", { bucketName: BUCKET, delete: "" }, DATA],
      note,
    ),
    { "s3-ransom": ["critical"], "s3-bulk-download": ["informational"] },
  ],
  "impact.s3-ransomware-client-side-encryption": [
    calls(
      ...taken,
      ...many(30, (i) =>
        object("CopyObject", `${i}.csv`, {
          "x-amz-copy-source": `${BUCKET}/${i}.csv`,
          "x-amz-server-side-encryption-customer-algorithm": "AES256",
        }),
      ),
      note,
    ),
    { "s3-ransom": ["critical"] },
  ],
  "impact.s3-ransomware-individual-deletion": [
    calls(...taken, ...many(30, (i) => object("DeleteObject", `${i}.csv`)), note),
    { "s3-ransom": ["critical"] },
  ],
};

describe.each(Object.entries(TECHNIQUES))("%s", (_technique, [records, expected]) => {
  test("is found, and judged, by the queries that are for it", async () => {
    const caseFolder = await caseOf(records);
    for (const [query, severities] of Object.entries(expected)) {
      const { rows } = await ask(caseFolder, query);

      expect([query, ...rows.map(({ severity }) => severity)]).toEqual([query, ...severities]);
      expect(rows.length).toBeLessThanOrEqual(records.length);
    }
  });
});
