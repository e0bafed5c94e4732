import { roleSession } from "../../helpers/record-parts.ts";
import { by, call, DATA, launch, many, object, onInstance, own, policy, STRANGER, type BothSides } from "./parts.ts";

const nobody = { userIdentity: { type: "AWSAccount", principalId: "", accountId: "anonymous" } };
export const ATTACK_EFFECTS: Readonly<Record<string, BothSides>> = {
  "ec2-password-data": {
    found: [call("ec2:GetPasswordData", { instanceId: "i-1" })],
    passed: [call("ec2:GetConsoleOutput", { instanceId: "i-1" })],
  },
  "instance-credentials-misuse": {
    found: [
      call("s3:ListBuckets", null, onInstance("203.0.113.7", { userAgent: "aws-cli/2.15.0 os/macos#23" })),
      call("s3:ListBuckets", null, onInstance("198.18.0.9", { userAgent: "aws-cli/2.15.0 os/macos#23" })),
    ],
    passed: [
      call(
        "ssm:UpdateInstanceInformation",
        null,
        onInstance("192.0.2.50", { userAgent: "aws-sdk-go/1.44 amazon-ssm-agent/" }),
      ),
      call("s3:ListBuckets", null, { userIdentity: roleSession("alice") }),
    ],
  },
  "other-credential-reads": {
    found: [call("lightsail:DownloadDefaultKeyPair")],
    passed: [
      call("apigateway:GetApiKeys", { includeValues: false }),
      call("ec2:GetPasswordData", { instanceId: "i-1" }),
    ],
  },
  "secrets-access": {
    found: [call("secretsmanager:GetSecretValue", { secretId: "s" })],
    passed: [call("secretsmanager:DescribeSecret", { secretId: "s" })],
  },
  "sensitive-object-reads": {
    found: [object("GetObject", "b/keys/id_rsa.pem")],
    passed: [object("GetObject", "b/photos/cat.jpg"), object("PutObject", "b/keys/id_rsa.pem")],
  },
  "ssm-parameter-access": {
    found: [call("ssm:GetParameter", { name: "/db/password", withDecryption: true })],
    passed: [call("ssm:PutParameter", { name: "/db/password" }), call("ssm:DescribeDocument", { name: "d" })],
  },

  "container-and-shell-exec": {
    found: [call("ecs:ExecuteCommand", { cluster: "c", task: "t", command: "/bin/sh" })],
    passed: [call("ecs:RunTask", { cluster: "c", taskDefinition: "t:1" })],
  },
  "instance-connect": {
    found: [call("ec2-instance-connect:SendSSHPublicKey", { instanceId: "i-1", instanceOSUser: "ec2-user" })],
    passed: [call("ec2:DescribeInstanceConnectEndpoints")],
  },
  "ssm-remote-execution": {
    found: [call("ssm:SendCommand", { documentName: "AWS-RunShellScript", instanceIds: ["i-1"] })],
    passed: [call("ssm:ListCommands"), call("ssm:UpdateInstanceInformation")],
  },

  "anonymous-s3": {
    found: [object("GetObject", "site/index.html", nobody)],
    passed: [object("GetObject", "site/index.html")],
  },
  "database-exfil": {
    found: [call("rds:RestoreDBInstanceFromDBSnapshot", { dBInstanceIdentifier: "copy", publiclyAccessible: true })],
    passed: [
      call("rds:ModifyDBInstance", { dBInstanceIdentifier: "d", allocatedStorage: 50 }),
      call("rds:DescribeDBInstances"),
    ],
  },
  "network-capture": {
    found: [
      call("ec2:CreateTrafficMirrorSession", { CreateTrafficMirrorSessionRequest: { NetworkInterfaceId: "eni-1" } }),
    ],
    passed: [call("ec2:CreateNetworkInterface"), call("ec2:DeleteTrafficMirrorSession")],
  },
  "resource-shared-externally": {
    found: [
      call("s3:PutBucketPolicy", {
        bucketName: "b",
        bucketPolicy: JSON.parse(policy({ AWS: `arn:aws:iam::${STRANGER}:root` })) as unknown,
      }),
    ],
    passed: [
      call("s3:PutBucketPolicy", { bucketName: "b2", bucketPolicy: JSON.parse(policy(own("reader"))) as unknown }),
    ],
  },
  "s3-bulk-download": {
    found: many(25, (i) => object("GetObject", `b/k-${i}`)),
    passed: [
      ...many(19, (i) => object("GetObject", `b/k-${i}`, by("bob"))),
      ...many(30, () => object("GetObject", "b/k", by("eve"))),
    ],
  },
  "s3-replication-and-copy": {
    found: [
      call("s3:PutBucketReplication", {
        bucketName: "b",
        ReplicationConfiguration: { Rule: { Destination: { Bucket: "arn:aws:s3:::theirs", Account: STRANGER } } },
      }),
    ],
    passed: [object("CopyObject", "b/k"), call("s3:GetBucketReplication", { bucketName: "b" })],
  },
  "snapshot-and-image-sharing": {
    found: [
      call("ec2:ModifySnapshotAttribute", {
        snapshotId: "snap-1",
        attributeType: "CREATE_VOLUME_PERMISSION",
        createVolumePermission: { add: { items: [{ userId: STRANGER }] } },
      }),
    ],
    passed: [call("ec2:CreateSnapshot", { volumeId: "vol-1" })],
  },

  "access-removal": {
    found: [call("iam:DeleteUser", { userName: "bob" })],
    passed: [
      call("iam:UpdateAccessKey", { userName: "bob", status: "Active" }),
      call("iam:AttachUserPolicy", { userName: "bob", policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }),
    ],
  },
  "bedrock-llmjacking": {
    found: [call("bedrock:InvokeModel", { modelId: "m" })],
    passed: [
      call("iam:PutUserPolicy", { userName: "bob", policyDocument: policy(own("x")) }),
      call("bedrock:TagResource"),
    ],
  },
  "compute-hijack": { found: [launch("p4d.24xlarge")], passed: [launch("t3.micro")] },
  "destructive-actions": {
    found: [call("dynamodb:DeleteTable", { tableName: "t" })],
    passed: [call("dynamodb:UpdateTable", { tableName: "t" }), call("ec2:DeleteTags")],
  },
  "domain-hijack": {
    found: [call("route53domains:DisableDomainTransferLock", { domainName: "example.com" })],
    passed: [call("route53domains:GetDomainDetail", { domainName: "example.com" })],
  },
  "messaging-abuse": {
    found: [call("ses:GetSendQuota")],
    passed: [call("sns:Publish", { topicArn: "arn:aws:sns:us-east-1:1:t" }, DATA)],
  },
  "recovery-inhibited": {
    found: [call("backup:DeleteRecoveryPoint", { backupVaultName: "v" })],
    passed: [
      call("rds:ModifyDBInstance", { dBInstanceIdentifier: "d", backupRetentionPeriod: 14 }),
      call("backup:StartBackupJob"),
    ],
  },
  "s3-ransom": {
    found: [...many(25, (i) => object("DeleteObject", `b/k-${i}`)), object("PutObject", "b/FILES-DELETED.txt")],
    passed: many(5, (i) => object("DeleteObject", `tidied/k-${i}`, by("bob"))),
  },
};
