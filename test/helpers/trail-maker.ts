/** Small, deterministic CloudTrail files: equal arguments give equal bytes. */
import type { Buffer as Bytes } from "node:buffer";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";

export type RecordFields = Readonly<Record<string, unknown>>;

/** What a file holds: records (objects, or JSON texts taken as they are), or bytes. */
export type FileContent = readonly (RecordFields | string)[] | Bytes;

export const ACCOUNT = "111122223333";
export const OTHER_ACCOUNT = "444455556666";
const FIRST_SECOND = Date.UTC(2024, 2, 1, 10, 0, 0);

/** `2024-03-01T10:00:00Z` and `n` seconds. */
export function timeAt(n: number): string {
  return `${new Date(FIRST_SECOND + n * 1000).toISOString().slice(0, 19)}Z`;
}

/** A canonical eventID made from a number. */
export function idOf(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
}

/** A management event of second `n`. A change to `undefined` removes the key. */
export function makeRecord(n: number, changes: RecordFields = {}): RecordFields {
  return {
    eventVersion: "1.09",
    userIdentity: iamUser("alice"),
    eventTime: timeAt(n),
    eventSource: "ec2.amazonaws.com",
    eventName: "DescribeInstances",
    awsRegion: "us-east-1",
    sourceIPAddress: `198.51.100.${n % 250}`,
    userAgent: "aws-cli/2.15.0",
    requestParameters: { instancesSet: { items: [{ instanceId: `i-${String(n).padStart(17, "0")}` }] }, filterSet: {} },
    responseElements: null,
    requestID: `11111111-0000-4000-8000-${String(n).padStart(12, "0")}`,
    eventID: idOf(n),
    readOnly: true,
    eventType: "AwsApiCall",
    managementEvent: true,
    recipientAccountId: ACCOUNT,
    eventCategory: "Management",
    tlsDetails: { tlsVersion: "TLSv1.3", cipherSuite: "TLS_AES_128_GCM_SHA256", clientProvidedHostHeader: "ec2.test" },
    ...changes,
  };
}

export function makeRecords(from: number, count: number, changes: RecordFields = {}): RecordFields[] {
  return Array.from({ length: count }, (_, i) => makeRecord(from + i, changes));
}

export function iamUser(name: string, changes: RecordFields = {}): RecordFields {
  return {
    type: "IAMUser",
    principalId: `AIDA${name.toUpperCase().padEnd(17, "X")}`,
    arn: `arn:aws:iam::${ACCOUNT}:user/${name}`,
    accountId: ACCOUNT,
    accessKeyId: `AKIA${name.toUpperCase().padEnd(16, "X")}`,
    userName: name,
    ...changes,
  };
}

/** The name that AWS gives a log file delivered `minute` minutes after ten. */
export function logFileName(
  minute: number,
  changes: { account?: string; region?: string; unique?: string } = {},
): string {
  const { account = ACCOUNT, region = "us-east-1", unique = "abcdefghijklmnop" } = changes;
  const stamp = new Date(FIRST_SECOND + minute * 60_000).toISOString().slice(0, 16).replaceAll(/[-:]/g, "");
  return `${account}_CloudTrail_${region}_${stamp}Z_${unique}.json.gz`;
}

/** The bytes of a log file before compression. */
export function trailText(records: readonly (RecordFields | string)[]): string {
  const texts = records.map((record) => (typeof record === "string" ? record : JSON.stringify(record)));
  return `{"Records":[${texts.join(",")}]}`;
}

export function trailBytes(name: string, content: FileContent): Buffer {
  if (Buffer.isBuffer(content)) return content;
  const text = Buffer.from(trailText(content as readonly (RecordFields | string)[]));
  return name.endsWith(".gz") ? gzipSync(text) : text;
}

/** Writes files by relative path; a name that ends in `.gz` is compressed. Returns the folder. */
export function writeTrail(folder: string, files: Readonly<Record<string, FileContent>>): string {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, trailBytes(path, content));
  }
  return folder;
}
