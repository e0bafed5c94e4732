import { gzipSync } from "node:zlib";
import type { Bucket, PutOptions } from "./s3-fixture/bucket.ts";
import type { S3Fixture } from "./s3-fixture/server.ts";
import { coldtrail, type Finished, type RunOptions } from "../helpers/coldtrail.ts";
import { logFileName, makeRecord, trailText } from "../helpers/trail-maker.ts";

export const BUCKET = "org-trail-logs";
const ACCOUNT = "111122223333";

/** The key of a log file delivered `minute` minutes after ten on 1 March 2024. */
export function logKey(minute: number, kind = "CloudTrail"): string {
  return `AWSLogs/${ACCOUNT}/${kind}/us-east-1/2024/03/01/${logFileName(minute, { unique: `file${String(minute).padStart(12, "0")}` })}`;
}

/** Puts log files of one event each; returns their keys. */
export function putLogs(bucket: Bucket, minutes: readonly number[], options: PutOptions = {}): string[] {
  return minutes.map((minute) => {
    bucket.put(logKey(minute), gzipSync(trailText([makeRecord(minute)])), options);
    return logKey(minute);
  });
}

/** Runs `coldtrail sync` against the fixture. */
export async function sync(
  server: S3Fixture,
  folder: string,
  more: readonly string[] = [],
  options: RunOptions = {},
): Promise<Finished> {
  const flags = ["--endpoint-url", server.url, "--path-style", "--bucket-region", "us-east-1"];
  return coldtrail(["sync", `s3://${BUCKET}`, folder, ...flags, ...more], {
    ...options,
    env: { ...server.environment, ...options.env },
  });
}
