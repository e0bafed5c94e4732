import { createHash } from "node:crypto";

/*
 * The manifest of an evidence folder: what was fetched from S3, line by line, for good. Each line is one JSON object
 * whose last key is `hash`, the SHA-256 (hex) of the line's text before it; `prev` is the hash of the line before. So
 * no line can be changed, taken out or put in without every later hash changing.
 */

/** File name of the manifest, at the root of the evidence folder. */
export const MANIFEST_NAME = "coldtrail-manifest.jsonl";

/** Folder of the trail configuration and public keys that were fetched beside the logs. */
export const CONTEXT_FOLDER = "coldtrail-context";

/** `prev` of the first line. */
export const FIRST_PREV = "0".repeat(64);

/** How the bytes of an object were checked while it was fetched. */
export interface ObjectChecks {
  /** `ok` when the MD5 equals the ETag; `not-possible` for multipart and KMS or customer keys. */
  readonly md5: "ok" | "not-possible";
  /** Name of a checksum that S3 keeps (`crc64nvme`, `sha256`…) and that was compared, or null. */
  readonly checksum: string | null;
}

/** An object that is in the folder: where it came from, and what it was when it arrived. */
export interface ObjectLine {
  readonly type: "object";
  readonly bucket: string;
  /** Key as S3 has it; `path` is what it is called on disk, with `/`, relative to the folder. */
  readonly key: string;
  readonly path: string;
  /** Null when the bucket has no versions, or they were not told. */
  readonly version_id: string | null;
  readonly size_bytes: number;
  readonly etag: string | null;
  /** UTC. */
  readonly last_modified: string | null;
  readonly storage_class: string | null;
  readonly server_side_encryption: string | null;
  readonly kms_key_id: string | null;
  readonly content_type: string | null;
  readonly content_encoding: string | null;
  /** User metadata; of a digest file its `signature`. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly checks: ObjectChecks;
  /** Hex, of the bytes on disk. */
  readonly sha256: string;
  /** Hex, of the bytes inside the gzip, which is what digests name; null when it is no gzip. */
  readonly sha256_inflated: string | null;
  readonly retrieved_at: string;
  readonly request_id: string | null;
  readonly extended_request_id: string | null;
  readonly attempts: number;
  /** `fetched` from S3, or `adopted` from another tool's copy, of which nothing but the bytes is known. */
  readonly origin: "fetched" | "adopted";
}

/** What is not as it was, or should not be: for the investigator to weigh. */
export interface FindingLine {
  readonly type: "finding";
  readonly finding: "changed-at-source" | "missing-at-source" | "delete-marker" | "older-version" | "altered-on-disk";
  readonly bucket: string;
  readonly key: string;
  readonly version_id: string | null;
  readonly found_at: string;
  /** In words. */
  readonly detail: string;
}

/** An object that could not be fetched. */
export interface FailureLine {
  readonly type: "failure";
  readonly bucket: string;
  readonly key: string;
  readonly reason: string;
  readonly attempts: number;
  readonly failed_at: string;
}

/** Trail configuration and public keys that were kept beside the logs; what was refused is said in words. */
export interface ContextLine {
  readonly type: "context";
  readonly files: readonly { readonly path: string; readonly sha256: string; readonly size_bytes: number }[];
  readonly refused: readonly string[];
  readonly public_keys: number;
  readonly fetched_at: string;
}

/** Begins a run. */
export interface RunStartLine {
  readonly type: "run-start";
  readonly tool_version: string;
  readonly argv: readonly string[];
  /** ARN of the caller, or null when STS did not say. */
  readonly caller_arn: string | null;
  readonly source: string;
  readonly endpoint: string | null;
  readonly region: string | null;
  readonly started_at: string;
  /** Server's clock minus this machine's, in milliseconds; null when the server told no time. */
  readonly clock_skew_ms: number | null;
}

/** Ends a run; a run without one was cut off. */
export interface RunEndLine {
  readonly type: "run-end";
  readonly ended_at: string;
  readonly outcome: "complete" | "with-failures" | "interrupted" | "stopped" | "adopted";
  readonly counts: Readonly<Record<string, number>>;
}

export type ManifestEntry = ObjectLine | FindingLine | FailureLine | ContextLine | RunStartLine | RunEndLine;

/** A line as it stands in the file. */
export interface ManifestLine {
  readonly seq: number;
  readonly prev: string;
  readonly hash: string;
  readonly entry: ManifestEntry;
}

/** The text of a line, without its line end, and its hash. */
export function formatLine(
  entry: ManifestEntry,
  { seq, prev }: { seq: number; prev: string },
): { text: string; hash: string } {
  const body = inOneLine(JSON.stringify({ seq, prev, ...entry })).slice(0, -1);
  const hash = sha256(body);
  return { text: `${body},"hash":"${hash}"}`, hash };
}

/** JSON in which nothing is left that a reader of lines takes for a line end: JSON itself leaves U+2028 as it is. */
export function inOneLine(json: string): string {
  return json.replaceAll("\u2028", String.raw`\u2028`).replaceAll("\u2029", String.raw`\u2029`);
}

const HASH_AT_END = /,"hash":"([0-9a-f]{64})"\}$/;
const TYPES = new Set<string>(["object", "finding", "failure", "context", "run-start", "run-end"]);

/** Reads a line; null when it is torn, is no such line, or its hash is not that of its text. */
export function parseLine(text: string): ManifestLine | null {
  const end = HASH_AT_END.exec(text);
  if (end === null) return null;
  const body = text.slice(0, end.index);
  const hash = end[1]!;
  if (sha256(body) !== hash) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const { seq, prev, hash: _hash, ...entry } = value as Record<string, unknown>;
  if (typeof seq !== "number" || typeof prev !== "string" || !TYPES.has(String(entry["type"]))) return null;
  return { seq, prev, hash, entry: entry as unknown as ManifestEntry };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
