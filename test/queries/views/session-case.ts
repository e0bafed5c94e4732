import { ACCOUNT, iamUser, makeRecord, timeAt, type RecordFields } from "../../helpers/trail-maker.ts";

/** Sessions of every kind, and what was recorded of their beginnings. */

export const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/admin`;
export const ALICE = "AKIAALICEXXXXXXXXXXX";
export const ASSUMED = "ASIAASSUMEDXXXXXXXXX";
export const OLD = "ASIAOLDXXXXXXXXXXXXX";
export const FORWARDED = "ASIAFORWARDEDXXXXXXX";
export const CONSOLE = "ASIACONSOLEXXXXXXXXX";
export const HOSTILE = `ASIA\u001b[2J\u202e${"x".repeat(100_000)}`;

export const ASSUMED_GROUP = `AROAADMIN:work@${timeAt(10)}`;
export const CONSOLE_GROUP = `AIDABOBXXXXXXXXXXXXXX@${timeAt(31)}`;

function roleSession(key: string, created: string, changes: RecordFields = {}): RecordFields {
  return {
    type: "AssumedRole",
    principalId: "AROAADMIN:work",
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/admin/work`,
    accountId: ACCOUNT,
    accessKeyId: key,
    sessionContext: {
      sessionIssuer: { type: "Role", principalId: "AROAADMIN", arn: ROLE_ARN, accountId: ACCOUNT, userName: "admin" },
      attributes: { creationDate: created, mfaAuthenticated: "false" },
    },
    ...changes,
  };
}

export const SESSION_RECORDS: readonly RecordFields[] = [
  makeRecord(0, { sourceIPAddress: "198.51.100.1" }),
  makeRecord(1, { sourceIPAddress: "198.51.100.2", errorCode: "AccessDenied" }),
  makeRecord(2, { sourceIPAddress: "198.51.100.2", userAgent: "Boto3/1.34" }),
  makeRecord(10, {
    eventSource: "sts.amazonaws.com",
    eventName: "AssumeRole",
    sourceIPAddress: "198.51.100.1",
    requestParameters: { roleArn: ROLE_ARN, roleSessionName: "work" },
    responseElements: {
      credentials: { accessKeyId: ASSUMED, expiration: timeAt(3600) },
      assumedRoleUser: { assumedRoleId: "AROAADMIN:work", arn: `arn:aws:sts::${ACCOUNT}:assumed-role/admin/work` },
    },
  }),
  makeRecord(11, { userIdentity: roleSession(ASSUMED, timeAt(10)), sourceIPAddress: "203.0.113.9" }),
  makeRecord(12, {
    userIdentity: roleSession(ASSUMED, timeAt(10)),
    sourceIPAddress: "203.0.113.9",
    awsRegion: "eu-west-1",
  }),
  makeRecord(13, { userIdentity: roleSession(OLD, "2024-01-01T00:00:00Z"), sourceIPAddress: "203.0.113.9" }),
  makeRecord(14, {
    userIdentity: roleSession(FORWARDED, timeAt(5), { invokedBy: "cloudformation.amazonaws.com" }),
    sourceIPAddress: "cloudformation.amazonaws.com",
  }),
  makeRecord(30, {
    eventSource: "signin.amazonaws.com",
    eventName: "ConsoleLogin",
    eventType: "AwsConsoleSignIn",
    userIdentity: iamUser("bob", { accessKeyId: "" }),
    responseElements: { ConsoleLogin: "Success" },
    sourceIPAddress: "203.0.113.50",
  }),
  makeRecord(40, {
    userIdentity: iamUser("bob", {
      accessKeyId: CONSOLE,
      sessionContext: { attributes: { creationDate: timeAt(31), mfaAuthenticated: "true" } },
    }),
    sessionCredentialFromConsole: "true",
    sourceIPAddress: "203.0.113.50",
  }),
  makeRecord(50, {
    userIdentity: { type: "AWSService", invokedBy: "ec2.amazonaws.com" },
    sourceIPAddress: "ec2.amazonaws.com",
  }),
  makeRecord(60, {
    userIdentity: roleSession(HOSTILE, timeAt(59)),
    userAgent: "\u001b]0;owned\u0007",
    sourceIPAddress: "203.0.113.66",
  }),
];
