import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { gunzipSync } from "node:zlib";
import type { ArchiveFile } from "../data/demo/archive.ts";

export const LOG_PATH =
  /^cloudtrail\/AWSLogs\/o-fernhollow1\/(\d{12})\/CloudTrail\/([a-z0-9-]+)\/(\d{4})\/(\d{2})\/(\d{2})\/\1_CloudTrail_\2_(\3\4\5T\d{4}Z)_[A-Za-z0-9]{16}\.json\.gz$/;
const DIGEST_PATH = /\/(\d{12})\/CloudTrail-Digest\/([a-z0-9-]+)\/[^.]*\.json\.gz$/;

/** Only what the tests look at; read from the written bytes, not from the generator's own objects. */
export interface WrittenRecord {
  readonly eventID: string;
  readonly eventTime: string;
  readonly eventSource: string;
  readonly eventName: string;
  readonly eventVersion: string;
  readonly awsRegion: string;
  readonly recipientAccountId: string;
  readonly sourceIPAddress: string;
  readonly userAgent: string;
  readonly requestID?: string;
  readonly sharedEventID?: string;
  readonly errorCode?: string;
  readonly requestParameters: unknown;
  readonly responseElements: { credentials?: { accessKeyId: string } } | null;
  readonly userIdentity: {
    readonly type?: string;
    readonly arn?: string;
    readonly accessKeyId?: string;
    readonly sessionContext?: { readonly sessionIssuer: object };
  };
  readonly addendum?: { readonly originalEventID: string };
}

export interface WrittenLog {
  readonly path: string;
  readonly accountId: string;
  readonly region: string;
  readonly deliveredAt: number;
  readonly records: readonly WrittenRecord[];
}

interface DigestDocument {
  readonly awsAccountId: string;
  readonly digestStartTime: string;
  readonly digestEndTime: string;
  readonly digestS3Bucket: string;
  readonly digestS3Object: string;
  readonly digestPublicKeyFingerprint: string;
  readonly previousDigestS3Object: string | null;
  readonly previousDigestHashValue: string | null;
  readonly previousDigestSignature: string | null;
  readonly logFiles: readonly { readonly s3Object: string; readonly hashValue: string }[];
}

/** The whole log files among an archive's; the truncated one, which no plain gunzip reads, must be named. */
export function readLogs(files: readonly ArchiveFile[], truncatedPath: string): WrittenLog[] {
  return files.filter((file) => LOG_PATH.test(file.path) && file.path !== truncatedPath).map(readLog);
}

function readLog(file: ArchiveFile): WrittenLog {
  const [, accountId = "", region = "", , , , minute = ""] = LOG_PATH.exec(file.path) ?? [];
  const iso = minute.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:00Z");
  const parsed = JSON.parse(gunzipSync(file.bytes).toString()) as { Records: WrittenRecord[] };
  return { path: file.path, accountId, region, deliveredAt: Date.parse(iso) / 1000, records: parsed.Records };
}

/** Everything below a folder, sorted by path, as the generator lists it. */
export function readFolder(folder: string): ArchiveFile[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ path: relative(folder, file).replaceAll(sep, "/"), bytes: readFileSync(file) }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

export function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** One hash over the sorted paths and the hashes of their bytes. */
export function hashOf(files: readonly ArchiveFile[]): string {
  return sha256(Buffer.from(files.map((file) => `${sha256(file.bytes)}  ${file.path}\n`).join("")));
}

export function idsOf(log: WrittenLog): string[] {
  return log.records.map((record) => record.eventID);
}

interface WrittenDigest {
  readonly path: string;
  readonly document: DigestDocument;
  readonly content: Buffer;
}

/** By account and region; the files' order is that of their end times. */
export function readChains(files: readonly ArchiveFile[]): ReadonlyMap<string, readonly WrittenDigest[]> {
  const digests = files.filter(({ path }) => DIGEST_PATH.test(path));
  const read = digests.map(({ path, bytes }): WrittenDigest => {
    const content = gunzipSync(bytes);
    return { path, content, document: JSON.parse(content.toString()) as DigestDocument };
  });
  return Map.groupBy(read, ({ path }) => (DIGEST_PATH.exec(path) ?? []).slice(1).join("/"));
}

/** What AWS documents as the string to sign. */
export function textToSign(document: DigestDocument, content: Buffer): Buffer {
  const { digestEndTime, digestS3Bucket, digestS3Object, previousDigestSignature } = document;
  const location = `${digestS3Bucket}/${digestS3Object}`;
  return Buffer.from([digestEndTime, location, sha256(content), previousDigestSignature ?? "null"].join("\n"));
}

/** By fingerprint. Throws when one is not the MD5 of its key. */
export function readPublicKeys(files: readonly ArchiveFile[]): ReadonlyMap<string, KeyObject> {
  const lists = files.filter(({ path }) => path.endsWith("/public-keys.json"));
  const entries = lists.flatMap(({ bytes }) => {
    const list = JSON.parse(bytes.toString()) as { PublicKeyList: { Value: string; Fingerprint: string }[] };
    return list.PublicKeyList.map(({ Value, Fingerprint }): [string, KeyObject] => {
      const key = Buffer.from(Value, "base64");
      if (createHash("md5").update(key).digest("hex") !== Fingerprint) throw new Error(`Wrong key: ${Fingerprint}`);
      return [Fingerprint, createPublicKey({ key, format: "der", type: "pkcs1" })];
    });
  });
  return new Map(entries);
}

/** From the head-object file beside a digest. */
export function readHeadSignature(files: readonly ArchiveFile[], digestPath: string): string {
  const head = files.find(({ path }) => path === `${digestPath}.head.json`);
  const parsed = JSON.parse(String(head?.bytes)) as { Metadata: { signature: string } };
  return parsed.Metadata.signature;
}
