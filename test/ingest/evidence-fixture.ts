import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ShardValue } from "../../src/ingest/event-row.ts";
import type { FileOutcome, FileTask } from "../../src/ingest/file-outcome.ts";
import { readEvidence } from "../../src/ingest/read-evidence.ts";

export function evidenceFolder(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), "coldtrail-evidence-")));
}

/** Writes a file, and the folders that it lies in; returns its path. */
export function writeEvidence(folder: string, path: string, content: string | Uint8Array): string {
  const absolute = join(folder, path);
  mkdirSync(dirname(absolute), { recursive: true });
  writeFileSync(absolute, content);
  return absolute;
}

export interface ReadResult extends FileOutcome {
  readonly rows: (readonly ShardValue[])[];
  /** What became of the members, when the file is an archive. */
  readonly members: FileOutcome[];
}

/** Reads one file below a folder as ingest would. */
export async function readFileAt(
  folder: string,
  path: string,
  ordinal = 7,
  more: Partial<FileTask> = {},
): Promise<ReadResult> {
  const rows: (readonly ShardValue[])[] = [];
  const task = { ordinal, root: "lab", path, absolute: join(folder, path), ...more };
  const members: FileOutcome[] = [];
  const outcome = await readEvidence(task, (row) => rows.push(row), {
    nextOrdinal: () => -2 - members.length,
    isSelected: () => true,
    take: (member) => members.push(member),
  });
  return { ...outcome, rows, members };
}

export function sha256(bytes: string | Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** A small record of its own eventID. */
export function recordOf(eventId: string, changes: Record<string, unknown> = {}): string {
  return JSON.stringify({
    eventVersion: "1.08",
    userIdentity: { type: "IAMUser", principalId: "AIDAEXAMPLE", arn: "arn:aws:iam::111122223333:user/ada" },
    eventTime: "2023-07-10T12:27:45Z",
    eventSource: "s3.amazonaws.com",
    eventName: "GetObject",
    awsRegion: "eu-west-1",
    sourceIPAddress: "203.0.113.7",
    requestParameters: { bucketName: "b", key: "naïve/😀" },
    responseElements: null,
    eventID: eventId,
    recipientAccountId: "111122223333",
    ...changes,
  });
}

export function trailOf(...records: string[]): string {
  return `{"Records":[${records.join(",")}]}`;
}

export const TRAIL_NAME = "111122223333_CloudTrail_eu-west-1_20230710T1230Z_abcdefghijklmnop.json.gz";
