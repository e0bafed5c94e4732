import { describe, expect, test } from "vitest";
import { targetOf, type TargetCase } from "./target-case.ts";

describe("the table", () => {
  test.each<[string, TargetCase, string, string]>([
    [
      "s3:GetObject",
      { request: { bucketName: "b", Host: "b.s3.amazonaws.com", key: "a/c.txt" } },
      "b/a/c.txt",
      "requestParameters.bucketName/key",
    ],
    [
      "s3:PutBucketPolicy",
      { request: { bucketName: "b", bucketPolicy: {}, policy: "" } },
      "b",
      "requestParameters.bucketName",
    ],
    [
      "s3:ListAccessPoints",
      { request: { bucket: "b", Host: "1.s3-control.us-east-1.amazonaws.com" } },
      "b",
      "requestParameters.bucket",
    ],
    [
      "iam:AttachUserPolicy",
      { request: { policyArn: "arn:aws:iam::aws:policy/AdministratorAccess", userName: "eve" } },
      "eve",
      "requestParameters.userName",
    ],
    [
      "iam:PutRolePolicy",
      { request: { policyName: "inline", roleName: "r", policyDocument: "{}" } },
      "r",
      "requestParameters.roleName",
    ],
    [
      "iam:GetPolicyVersion",
      { request: { policyArn: "arn:aws:iam::1:policy/p", versionId: "v1" } },
      "arn:aws:iam::1:policy/p",
      "requestParameters.policyArn",
    ],
    [
      "iam:CreatePolicy",
      { request: { policyName: "p" }, response: { policy: { arn: "arn:aws:iam::1:policy/p" } } },
      "arn:aws:iam::1:policy/p",
      "responseElements.policy.arn",
    ],
    [
      "iam:CreateAccessKey",
      { request: null, response: { accessKey: { userName: "self", accessKeyId: "AKIA1" } } },
      "self",
      "responseElements.accessKey.userName",
    ],
    ["iam:DeleteAccessKey", { request: { accessKeyId: "AKIA1" } }, "AKIA1", "requestParameters.accessKeyId"],
    [
      "iam:AddRoleToInstanceProfile",
      { request: { roleName: "r", instanceProfileName: "p" } },
      "p",
      "requestParameters.instanceProfileName",
    ],
    [
      "sts:AssumeRole",
      { request: { roleSessionName: "s", roleArn: "arn:aws:iam::1:role/r" } },
      "arn:aws:iam::1:role/r",
      "requestParameters.roleArn",
    ],
    ["sts:GetFederationToken", { request: { name: "x", policy: "{}" } }, "x", "requestParameters.name"],
    [
      "kms:Encrypt",
      { request: { keyId: "alias/aws/ssm" }, resources: [{ ARN: "arn:aws:kms:us-east-1:1:key/k" }] },
      "arn:aws:kms:us-east-1:1:key/k",
      "resources",
    ],
    ["kms:DisableKey", { request: { keyId: "k" } }, "k", "requestParameters.keyId"],
    [
      "ec2:TerminateInstances",
      { request: { instancesSet: { items: [{ instanceId: "i-1" }] } } },
      "i-1",
      "requestParameters.instancesSet.items[].instanceId",
    ],
    [
      "ec2:DescribeVpcClassicLink",
      { request: { vpcSet: { item: [{ vpcId: "vpc-1" }] }, filterSet: {} } },
      "vpc-1",
      "requestParameters.vpcSet.item[].vpcId",
    ],
    [
      "ec2:CreateTags",
      { request: { resourcesSet: { items: [{ resourceId: "ami-1" }] } } },
      "ami-1",
      "requestParameters.resourcesSet.items[].resourceId",
    ],
    [
      "ec2:RunInstances",
      {
        request: { instancesSet: { items: [{ imageId: "ami-1" }] } },
        response: { instancesSet: { items: [{ instanceId: "i-1", imageId: "ami-1" }] } },
      },
      "i-1",
      "responseElements.instancesSet.items[].instanceId",
    ],
    [
      "ec2:RunInstances",
      { request: { instancesSet: { items: [{ imageId: "ami-1" }] } } },
      "ami-1",
      "requestParameters.instancesSet.items[].imageId",
    ],
    [
      "ec2:CreateFlowLogs",
      {
        request: { CreateFlowLogsRequest: { ResourceId: { tag: 1, content: "vpc-1" } } },
        response: { CreateFlowLogsResponse: { flowLogIdSet: { item: "fl-1" }, unsuccessful: "" } },
      },
      "fl-1",
      "responseElements.CreateFlowLogsResponse.flowLogIdSet.item",
    ],
    [
      "lambda:UpdateFunctionCode",
      { request: { functionName: "f", fullyQualifiedArn: { arnPrefix: {} } } },
      "f",
      "requestParameters.functionName",
    ],
    ["cloudtrail:StopLogging", { request: { name: "trail" } }, "trail", "requestParameters.name"],
    [
      "cloudtrail:PutEventSelectors",
      { request: { trailName: "trail", eventSelectors: [] } },
      "trail",
      "requestParameters.trailName",
    ],
    [
      "secretsmanager:GetSecretValue",
      { request: { secretId: "arn:s", versionId: "v" } },
      "arn:s",
      "requestParameters.secretId",
    ],
    [
      "secretsmanager:StartSecretVersionDelete",
      { additional: { ARN: "arn:s", Name: "s" } },
      "arn:s",
      "additionalEventData.ARN",
    ],
    [
      "ssm:GetParameters",
      { request: { names: ["/a", "/b"], withDecryption: true } },
      '["/a","/b"]',
      "requestParameters.names",
    ],
    [
      "ssm:SendCommand",
      { request: { instanceIds: ["i-1"], documentName: "AWS-RunShellScript" } },
      "i-1",
      "requestParameters.instanceIds",
    ],
    [
      "ssm:SendCommand",
      { request: { targets: [{ key: "InstanceIds", values: ["i-1", "i-2"] }], documentName: "d" } },
      '["i-1","i-2"]',
      "requestParameters.targets[].values",
    ],
    ["ssm:StartSession", { request: { target: "i-1" } }, "i-1", "requestParameters.target"],
    [
      "logs:DeleteLogStream",
      { request: { logGroupName: "g", logStreamName: "s" } },
      "g/s",
      "requestParameters.logGroupName/logStreamName",
    ],
    ["organizations:AttachPolicy", { request: { policyId: "p-1", targetId: "1" } }, "1", "requestParameters.targetId"],
    ["sqs:SendMessage", { request: { queueUrl: "https://q" } }, "https://q", "requestParameters.queueUrl"],
    [
      "ec2:SharedSnapshotVolumeCreated",
      { details: { snapshotId: "snap-1" } },
      "snap-1",
      "serviceEventDetails.snapshotId",
    ],
  ])("%s of %j is %s", (event, record, ...[target, target_source]) => {
    expect(targetOf(event, record)).toEqual({ target, target_source });
  });

  test("an event of a known service that the table does not name uses the service's paths", () => {
    expect(targetOf("iam:SomethingNew", { request: { userName: "u" } }).target).toBe("u");
  });
});
