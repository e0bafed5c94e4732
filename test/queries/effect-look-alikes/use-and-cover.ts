import { ACCOUNT, timeAt } from "../../helpers/trail-maker.ts";
import {
  DAY,
  CONSOLE,
  TERRAFORM,
  STRANGE_KEY,
  DENIED,
  times,
  by,
  forService,
  lifecycle,
  trail,
  type Scenes,
} from "./parts.ts";

export const USE_AND_COVER: Scenes = {
  // Machines and models.
  "a group for 999 machines": [
    "compute-hijack",
    "medium",
    [["autoscaling:CreateAutoScalingGroup", { minSize: 20, maxSize: 999, desiredCapacity: 20 }]],
  ],
  "a group for ten machines": [
    "compute-hijack",
    "no row",
    [["autoscaling:CreateAutoScalingGroup", { minSize: 2, maxSize: 10, desiredCapacity: 2 }]],
  ],
  "a type that a template holds": [
    "compute-hijack",
    "medium",
    [
      [
        "ec2:RunInstances",
        { launchTemplate: { launchTemplateId: "lt-1" }, instancesSet: { items: [{ maxCount: 1 }] } },
        { responseElements: { instancesSet: { items: [{ instanceId: "i-1", instanceType: "p3.2xlarge" }] } } },
      ],
    ],
  ],
  "a machine made larger": [
    "compute-hijack",
    "medium",
    [["ec2:ModifyInstanceAttribute", { instanceId: "i-1", instanceType: { value: "p3.16xlarge" } }]],
  ],
  "a cluster for training": [
    "compute-hijack",
    "medium",
    [["sagemaker:CreateCluster", { instanceGroups: [{ instanceCount: 4, instanceType: "ml.p4d.24xlarge" }] }]],
  ],
  "a data cluster's machines": [
    "compute-hijack",
    "low",
    [["ec2:RunInstances", { instanceType: "r5.24xlarge" }, forService("elasticmapreduce")]],
  ],
  "models used after a look at their logs": [
    "bedrock-llmjacking",
    "medium",
    [["bedrock:GetModelInvocationLoggingConfiguration"], ["bedrock:InvokeModel", { modelId: "m" }]],
  ],
  "models used": ["bedrock-llmjacking", "informational", [["bedrock:InvokeModel", { modelId: "m" }]]],

  // Logs.
  "logs of functions with telling names": [
    "log-sources-off",
    "low",
    [
      ["logs:DeleteLogGroup", { logGroupName: "/aws/lambda/graphql-resolver" }],
      ["logs:DeleteLogGroup", { logGroupName: "/aws/lambda/audit-service" }],
      ["logs:DeleteLogGroup", { logGroupName: "/app/waffles" }],
    ],
  ],
  "logs of a network": ["log-sources-off", "high", [["logs:DeleteLogGroup", { logGroupName: "vpc-flow-logs" }]]],
  "old versions of logs expire": [
    "lifecycle-expiry",
    "low",
    [trail("l1", "logs-1"), lifecycle("logs-1", { NoncurrentVersionExpiration: { NoncurrentDays: 7 } })],
  ],
  "logs expire": [
    "lifecycle-expiry",
    "high",
    [trail("l2", "logs-2"), lifecycle("logs-2", { Expiration: { Days: 1 } })],
  ],
  // Anybody can write a user agent, and this is what one would hide first.
  "a trail taken down by a client that calls itself a deployment tool": [
    "cloudtrail-tampering",
    "high",
    [["cloudtrail:DeleteTrail", { name: "d1" }, TERRAFORM]],
  ],
  "a trail taken down by CloudFormation": [
    "cloudtrail-tampering",
    "medium",
    [["cloudtrail:DeleteTrail", { name: "d2" }, forService("cloudformation")]],
  ],
  "a setting sent along as it was": [
    "cloudtrail-tampering",
    "low",
    [
      trail("c1", "settings-1", { enableLogFileValidation: false, isMultiRegionTrail: true }),
      ["cloudtrail:UpdateTrail", { name: "c1", enableLogFileValidation: false, isMultiRegionTrail: true }, CONSOLE],
    ],
  ],
  "a setting switched off": [
    "cloudtrail-tampering",
    "high",
    [
      trail("c2", "settings-2", { enableLogFileValidation: true }),
      ["cloudtrail:UpdateTrail", { name: "c2", enableLogFileValidation: false }, CONSOLE],
    ],
  ],

  // Given away, with accounts that were replaced.
  "an image for an account by another name": [
    "snapshot-and-image-sharing",
    "high",
    [["ec2:ModifyImageAttribute", { imageId: "a", launchPermission: { add: { items: [{ userId: "<account-7>" }] } } }]],
  ],
  "a copy under a stranger's key": [
    "snapshot-and-image-sharing",
    "medium",
    [["ec2:CopySnapshot", { sourceSnapshotId: "snap-1", kmsKeyId: STRANGE_KEY }]],
  ],
  "disks under a stranger's key": [
    "snapshot-and-image-sharing",
    "medium",
    [["ec2:ModifyEbsDefaultKmsKeyId", { ModifyEbsDefaultKmsKeyIdRequest: { KmsKeyId: STRANGE_KEY } }]],
  ],

  // Refusals and reads, day after day; root; keys and addresses that were replaced.
  "a scanner refused every day": [
    "access-denied",
    "medium",
    times(60, (i) => [
      `ec2:Describe${"ABCDEFGHIJKL"[i % 12]!}`,
      null,
      { at: Math.floor(i / 12) * DAY + 7200 + (i % 12), ...by("SCANNER", "s"), ...DENIED },
    ]),
  ],
  "somebody who tries everything": [
    "access-denied",
    "high",
    times(12, (i) => [`ec2:Describe${"ABCDEFGHIJKL"[i]!}`, null, DENIED]),
  ],
  "root reads, with its second factor": [
    "root-activity",
    "low",
    [
      [
        "s3:ListBuckets",
        null,
        {
          userIdentity: {
            type: "Root",
            accountId: ACCOUNT,
            arn: `arn:aws:iam::${ACCOUNT}:root`,
            accessKeyId: "key-9",
            sessionContext: { attributes: { mfaAuthenticated: "true", creationDate: timeAt(0) } },
          },
        },
      ],
    ],
  ],
  "root in an old console": [
    "root-activity",
    "high",
    [
      [
        "ec2:RunInstances",
        null,
        {
          userIdentity: {
            type: "Root",
            accountId: ACCOUNT,
            arn: `arn:aws:iam::${ACCOUNT}:root`,
            accessKeyId: "ASIAOLD",
            invokedBy: "signin.amazonaws.com",
          },
        },
      ],
    ],
  ],
  "a key used from places by other names": [
    "key-from-many-ips",
    "low",
    times(3, (i) => ["ec2:DescribeVpcs", null, { sourceIPAddress: `host-${i}` }]),
  ],

  // Records that do not say whether a call reads.
  "many questions of long ago": [
    "discovery-bursts",
    "low",
    times(15, (i) => [`ec2:Describe${"ABCDEFGHIJKLMNO"[i]!}`, null, { eventVersion: "1.05", readOnly: undefined }]),
  ],
  "a change of long ago": [
    "no-mfa-writes",
    "low",
    [["ec2:RunInstances", null, { eventVersion: "1.05", readOnly: undefined }]],
  ],
  "flow logs, beside a database": [
    "log-sources-off",
    "high",
    [
      ["ec2:DeleteFlowLogs", { DeleteFlowLogsRequest: { FlowLogId: { content: "fl-1" } } }],
      ["rds:DeleteDBInstance", { dBInstanceIdentifier: "d" }],
    ],
  ],
  "flow logs, with their network": [
    "log-sources-off",
    "medium",
    [
      ["ec2:DeleteFlowLogs", { DeleteFlowLogsRequest: { FlowLogId: { content: "fl-2" } } }],
      ["ec2:DeleteVpc", { vpcId: "vpc-1" }],
    ],
  ],
  "a bucket open from the start": [
    "resource-shared-externally",
    "high",
    [["s3:CreateBucket", { bucketName: "open", "x-amz-acl": "public-read" }]],
  ],
  "a bucket": ["resource-shared-externally", "no row", [["s3:CreateBucket", { bucketName: "closed" }]]],
};
