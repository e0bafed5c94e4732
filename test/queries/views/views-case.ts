import { quickIngest } from "../../helpers/quick-ingest.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import {
  ACCOUNT,
  iamUser,
  idOf,
  logFileName,
  makeRecord,
  OTHER_ACCOUNT,
  writeTrail,
} from "../../helpers/trail-maker.ts";
import type { RecordFields } from "../../helpers/trail-maker.ts";
import { roleSession } from "../../helpers/record-parts.ts";

/*
 * Some thousands of events that are hard to keep in order: many in one second and one minute, equal and absent event
 * ids, undated ones, and a day without any file.
 */

const NAMES = ["GetObject", "ListUsers", "DescribeInstances", "CreateUser", "AssumeRole"];
const DAY_SECONDS = 86_400;

function record(n: number): RecordFields {
  // Pseudo-random but always the same.
  const r = (n * 7919) % 10_007;
  const day = (r % 4) + (r % 4 > 1 ? 1 : 0);
  const second = n % 3 === 0 ? 0 : r % 5000;
  return {
    ...makeRecord(day * DAY_SECONDS + second, {}),
    eventID: idOf(n),
    eventName: NAMES[r % NAMES.length],
    awsRegion: r % 3 === 0 ? "eu-west-1" : "us-east-1",
    sourceIPAddress: r % 11 === 0 ? "cloudtrail.amazonaws.com" : `198.51.100.${r % 50}`,
    userAgent: r % 13 === 0 ? "curl/8.0 \u202Eevil\u001B[31m" : "aws-cli/2.15.0",
    recipientAccountId: r % 5 === 0 ? OTHER_ACCOUNT : ACCOUNT,
    userIdentity: r % 2 === 0 ? iamUser("alice") : roleSession(`s${r % 7}`),
    ...(r % 10 === 0 ? { errorCode: "AccessDenied", errorMessage: "no" } : {}),
  };
}

export const ODD_RECORDS: readonly RecordFields[] = [
  { ...makeRecord(1), eventID: "odd-undated-b", eventTime: "no time at all" },
  { ...makeRecord(2), eventID: "odd-undated-a", eventTime: "neither" },
  { ...makeRecord(3), eventID: undefined },
  { ...makeRecord(3), eventID: undefined, eventName: "PutObject" },
  {
    ...makeRecord(4),
    eventID: "odd-key",
    eventSource: "iam.amazonaws.com",
    eventName: "DeleteAccessKey",
    requestParameters: { accessKeyId: "AKIANAMEDXXXXXXXXXXX", userName: "bob" },
  },
  {
    ...makeRecord(5),
    eventID: "odd-issued",
    eventSource: "iam.amazonaws.com",
    eventName: "CreateAccessKey",
    requestParameters: { userName: "bob" },
    responseElements: {
      accessKey: { accessKeyId: "AKIANAMEDXXXXXXXXXXX", userName: "bob", status: "Active", createDate: "Mar 1, 2024" },
    },
  },
  { ...makeRecord(6), eventID: "odd-user", userIdentity: iamUser("bob", { accessKeyId: "AKIANAMEDXXXXXXXXXXX" }) },
  {
    ...makeRecord(7),
    eventID: "odd-quote",
    eventName: "O'Brien%_\\*",
    userAgent: "a'); DROP TABLE event_rows; --\n\0x",
    requestParameters: { bucketName: "it's", deep: { list: [{ id: "x y" }] } },
    resources: [{ ARN: "arn:aws:s3:::it's", type: "AWS::S3::Bucket", accountId: ACCOUNT }],
  },
  { ...makeRecord(8), eventID: "odd-old", eventTime: "1969-12-31T23:59:30Z" },
];

/** The case folder; made anew for each test file that asks. */
export async function viewsCase(count = 9000): Promise<string> {
  const folder = temporaryFolder();
  const records = Array.from({ length: count }, (_, n) => record(n));
  const half = Math.floor(count / 2);
  writeTrail(`${folder}/evidence`, {
    [logFileName(5, { unique: "bbbbbbbbbbbbbbbb" })]: records.slice(0, half),
    [logFileName(24 * 60 + 7)]: records.slice(half),
    [logFileName(4 * 24 * 60 + 9)]: ODD_RECORDS,
  });
  await quickIngest(`${folder}/case`, [`${folder}/evidence`]);
  return `${folder}/case`;
}
