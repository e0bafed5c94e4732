/** A folder as `coldtrail sync` leaves it: files, and a manifest of them. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ManifestWriter } from "../../src/manifest/append-manifest.ts";
import type { FindingLine, ManifestEntry, ObjectLine } from "../../src/manifest/manifest-line.ts";
import { hashesOf } from "../../src/manifest/object-hashes.ts";
import { writeTrail, type FileContent } from "./trail-maker.ts";

export const BUCKET = "org-trail-logs";
export const FETCHED_AT = "2024-03-02T08:00:00.000Z";

/** What a fetch would have written of a file that is in the folder. */
export function objectLine(folder: string, key: string, changes: Partial<ObjectLine> = {}): ObjectLine {
  const path = `${BUCKET}/${key}`;
  const { md5, sha256, sha256_inflated, size_bytes } = hashesOf(readFileSync(join(folder, path)));
  return {
    type: "object",
    bucket: BUCKET,
    key,
    path,
    version_id: `v-${key}`,
    size_bytes,
    etag: `"${md5}"`,
    last_modified: "2024-03-01T10:00:00.000Z",
    storage_class: "STANDARD",
    server_side_encryption: "AES256",
    kms_key_id: null,
    content_type: "application/json",
    content_encoding: "gzip",
    metadata: {},
    checks: { md5: "ok", checksum: null },
    sha256,
    sha256_inflated,
    retrieved_at: FETCHED_AT,
    request_id: "REQUEST",
    extended_request_id: null,
    attempts: 1,
    origin: "fetched",
    ...changes,
  };
}

const RUN_START: ManifestEntry = {
  type: "run-start",
  tool_version: "test",
  argv: ["sync"],
  caller_arn: null,
  source: `s3://${BUCKET}/`,
  endpoint: null,
  region: "us-east-1",
  started_at: "2024-03-02T07:59:00.000Z",
  clock_skew_ms: 0,
};
const RUN_END: ManifestEntry = {
  type: "run-end",
  ended_at: "2024-03-02T08:01:00.000Z",
  outcome: "complete",
  counts: {},
};

export function finding(key: string): FindingLine {
  return {
    type: "finding",
    finding: "delete-marker",
    bucket: BUCKET,
    key,
    version_id: "v",
    found_at: FETCHED_AT,
    detail: "it is deleted",
  };
}

/** Adds entries to the manifest of a folder, as one run. */
export async function addRun(folder: string, entries: readonly ManifestEntry[]): Promise<void> {
  const writer = await ManifestWriter.open(folder);
  for (const entry of [RUN_START, ...entries, RUN_END]) writer.append(entry);
  writer.close();
}

/** Writes files by their keys, and a run that fetched them. Returns the folder. */
export async function writeSynced(folder: string, files: Readonly<Record<string, FileContent>>): Promise<string> {
  writeTrail(join(folder, BUCKET), files);
  await addRun(
    folder,
    Object.keys(files).map((key) => objectLine(folder, key)),
  );
  return folder;
}
