import { insight, network, rootUser, roleSession, signIn } from "../../helpers/record-parts.ts";
import { ACCOUNT, iamUser, type RecordFields } from "../../helpers/trail-maker.ts";
import { at, by, call, CONSOLE, DAY, many, outOfScope, REFUSED, type BothSides } from "./parts.ts";

const plain = call("ec2:DescribeInstances");
const withMfa = roleSession("x", {
  type: "IAMUser",
  sessionContext: { attributes: { mfaAuthenticated: "true", creationDate: "2024-03-01T09:00:00Z" } },
});
const idc: RecordFields = {
  userIdentity: {
    type: "IdentityCenterUser",
    accountId: ACCOUNT,
    onBehalfOf: { userId: "u-1", identityStoreArn: "arn:aws:identitystore::1:identitystore/d-1" },
  },
};
const login = (result: string, changes: RecordFields = {}): RecordFields => ({
  ...signIn("ConsoleLogin", result),
  ...changes,
});
const secondFactor = (MFAUsed: string): RecordFields => ({ additionalEventData: { MFAUsed } });

export const TRIAGE_AND_IDENTITY: Readonly<Record<string, BothSides>> = {
  "abused-api-summary": {
    found: [call("iam:CreateAccessKey")],
    passed: [call("iam:CreateAccessKey", null, insight), call("ec2:DescribeMovingAddresses")],
  },
  "access-denied": {
    found: [call("iam:ListUsers", null, REFUSED)],
    passed: [
      call("iam:ListUsers", null, { ...by("bob"), errorCode: "ThrottlingException" }),
      call("iam:ListUsers", null, { ...by("eve"), ...network }),
    ],
  },
  "activity-histogram": outOfScope([plain]),
  "console-actions": {
    found: [call("ec2:StopInstances", null, { ...CONSOLE, sessionCredentialFromConsole: "true" })],
    passed: [
      call("ec2:StopInstances"),
      call("ec2:DescribeInstances", null, { ...CONSOLE, sessionCredentialFromConsole: "true" }),
    ],
  },
  "error-summary": {
    found: [call("s3:GetBucketTagging", null, { errorCode: "NoSuchTagSet" })],
    passed: [plain, call("s3:GetObject", null, network)],
  },
  overview: outOfScope([plain]),
  "principal-dossier": {
    found: [plain],
    passed: [call("ec2:DescribeInstances", null, by("alice2"))],
    asked: { params: { principal: `arn:aws:iam::${ACCOUNT}:user/alice` } },
  },
  "resources-created": {
    found: [call("ec2:CreateVolume")],
    passed: [call("ec2:CreateVolume", null, REFUSED), call("ec2:CreateTags"), call("ec2:ModifyVolume")],
  },
  "root-activity": {
    found: [call("iam:ListUsers", null, { userIdentity: rootUser })],
    passed: [
      call("iam:ListUsers", null, by("root")),
      call("kms:RotateKey", null, { userIdentity: rootUser, eventType: "AwsServiceEvent" }),
    ],
  },
  "top-principals": outOfScope([plain]),
  "write-actions": { found: [call("ec2:StopInstances")], passed: [plain, call("ec2:StopInstances", null, network)] },

  "key-exposed": {
    found: [
      call("iam:AttachUserPolicy", {
        userName: "bob",
        policyArn: "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3",
      }),
    ],
    passed: [call("iam:AttachUserPolicy", { userName: "bob", policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" })],
  },
  "key-from-many-ips": {
    found: many(3, (i) => ({ ...plain, sourceIPAddress: `203.0.${i}.1` })),
    passed: many(3, (i) => ({ ...plain, ...by("bob"), sourceIPAddress: `203.0.113.${i}` })),
  },
  "key-inventory": {
    found: [plain],
    passed: [{ ...plain, userIdentity: { type: "AWSService", invokedBy: "ec2.amazonaws.com" } }],
  },
  "key-usage": {
    found: [plain],
    passed: [{ ...plain, ...by("alice2") }],
    asked: { params: { access_key: String(iamUser("alice")["accessKeyId"]) } },
  },
  "mfa-changes": {
    found: [call("iam:DeactivateMFADevice", { userName: "bob" })],
    passed: [call("iam:ListMFADevices", { userName: "bob" })],
  },
  "new-credentials": {
    found: [call("iam:CreateAccessKey", { userName: "bob" })],
    passed: [call("iam:UpdateAccessKey", { userName: "bob", accessKeyId: "AKIABOB", status: "Inactive" })],
  },
  "no-mfa-writes": {
    found: [call("ec2:StopInstances")],
    passed: [
      call("ec2:StopInstances", null, { userIdentity: withMfa }),
      call("ec2:DescribeInstances"),
      call("ec2:StopInstances", null, {
        userIdentity: { ...iamUser("alice"), invokedBy: "cloudformation.amazonaws.com" },
      }),
    ],
  },

  "console-login-no-mfa": {
    found: [login("Success", secondFactor("No"))],
    passed: [
      login("Success", secondFactor("Yes")),
      login("Failure", { ...secondFactor("No"), errorMessage: "Failed authentication" }),
    ],
  },
  "console-logins": {
    found: [login("Success")],
    passed: [call("sts:GetSessionToken"), call("iam:CreateLoginProfile", { userName: "bob" })],
  },
  "identity-center-logins": {
    found: [call("signin:UserAuthentication", null, { ...idc, eventType: "AwsServiceEvent" })],
    passed: [call("sso:ListInstances"), login("Success")],
  },
  "login-bruteforce": {
    found: many(6, () => login("Failure", { errorMessage: "Failed authentication", sourceIPAddress: "203.0.113.7" })),
    passed: many(3, () =>
      login("Failure", { ...by("bob"), errorMessage: "Failed authentication", sourceIPAddress: "203.0.113.8" }),
    ),
  },
  "mfa-fatigue": {
    found: many(4, () => login("Failure", { ...secondFactor("Yes"), errorMessage: "Failed authentication" })),
    passed: many(4, () =>
      login("Failure", { ...by("bob"), ...secondFactor("No"), errorMessage: "Failed authentication" }),
    ),
  },
  "root-takeover": {
    found: [call("iam:CreateAccessKey", null, { userIdentity: rootUser })],
    passed: [call("iam:CreateAccessKey", { userName: "bob" }, { userIdentity: rootUser }), call("iam:CreateAccessKey")],
  },
  "suspicious-user-agents": {
    found: [{ ...plain, userAgent: "aws-cli/2.15.0 md/Botocore#1 os/linux#6.1-kali-amd64 md/distrib#kali.2023" }],
    passed: [plain, { ...plain, userAgent: "Boto3/1.26 md/Botocore#1.29 os/linux#6.1" }],
  },

  "dormant-principal": {
    found: [plain],
    passed: [
      { ...plain, ...at(-40 * DAY) },
      { ...plain, ...by("bob"), ...at(-DAY) },
      { ...plain, ...by("bob") },
    ],
  },
  "error-bursts": {
    found: many(25, (i) => call(`iam:ListUsers${i}`, null, { ...REFUSED, sourceIPAddress: "203.0.113.7" })),
    passed: many(3, () => call("iam:ListUsers", null, { ...by("bob"), ...REFUSED, sourceIPAddress: "203.0.113.8" })),
  },
  "impossible-travel": {
    found: ["203.0.113.7", "198.18.0.9"].map((sourceIPAddress) => ({ ...plain, sourceIPAddress })),
    passed: ["192.0.2.1", "192.0.2.2"].map((sourceIPAddress) => ({ ...plain, ...by("bob"), sourceIPAddress })),
  },
  "new-behaviour": {
    found: [call("iam:ListUsers")],
    passed: [
      { ...plain, ...at(-500) },
      { ...plain, sourceIPAddress: "198.51.100.1" },
    ],
    asked: { params: { pivot_time: "2024-03-01T09:59:00Z", dims: "api" } },
  },
  "off-hours": {
    found: [call("ec2:StopInstances", null, at(13 * 3600))],
    passed: [
      call("ec2:StopInstances", null, { ...by("bob"), ...at(60) }),
      call("ec2:DescribeInstances", null, { ...by("eve"), ...at(13 * 3600) }),
    ],
  },
  "rare-events": { found: [call("iam:ListUsers")], passed: many(30, () => plain) },

  "category-coverage": outOfScope([plain]),
  "delivery-quality": outOfScope([plain]),
  "insight-events": {
    found: [
      call("ec2:RunInstances", null, {
        ...insight,
        insightDetails: {
          state: "Start",
          eventSource: "ec2.amazonaws.com",
          eventName: "RunInstances",
          insightType: "ApiCallRateInsight",
        },
      }),
    ],
    passed: [call("ec2:RunInstances")],
  },
  "log-coverage": {
    found: [...many(60, (i) => ({ ...plain, ...at(i * 60) })), { ...plain, ...at(60_000) }],
    passed: many(60, (i) => ({ ...plain, awsRegion: "eu-west-1", ...at(i * 1010) })),
  },
  "cli-commands": { found: [plain], passed: [{ ...plain, userAgent: "Boto3/1.26 aws-cli-like" }] },
  "ip-pivot": {
    found: [{ ...plain, sourceIPAddress: "203.0.113.7" }],
    passed: [{ ...plain, sourceIPAddress: "203.0.113.70" }],
    asked: { params: { ip: "203.0.113.7" } },
  },
  "ip-summary": outOfScope([plain]),
  "network-activity": { found: [call("s3:GetObject", null, network)], passed: [call("s3:GetObject", null, REFUSED)] },
  "resource-pivot": {
    found: [call("s3:GetBucketAcl", { bucketName: "payroll" })],
    passed: [call("s3:GetBucketAcl", { bucketName: "other" })],
    asked: { params: { resource: "payroll" } },
  },
  "tls-anomalies": {
    found: [
      {
        ...plain,
        tlsDetails: { tlsVersion: "TLSv1", cipherSuite: "x", clientProvidedHostHeader: "ec2.us-east-1.amazonaws.com" },
      },
    ],
    passed: [
      {
        ...plain,
        tlsDetails: {
          tlsVersion: "TLSv1.2",
          cipherSuite: "x",
          clientProvidedHostHeader: "ec2.us-east-1.amazonaws.com",
        },
      },
    ],
  },
  "ua-pivot": {
    found: [plain],
    passed: [{ ...plain, userAgent: "Boto3/1.26" }],
    asked: { params: { ua: "aws-cli/*" } },
  },
  "ua-summary": outOfScope([plain]),
};
