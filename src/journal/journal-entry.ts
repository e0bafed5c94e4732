/**
 * One line of a journal. The hash covers the exact bytes of the line up to its last key, which is `hash` itself, so a
 * line can be checked without knowing its keys: a journal written by a newer tool still verifies with this one.
 */
import { createHash } from "node:crypto";

/** `prev` of the first line of every journal. */
export const GENESIS_HASH = "0".repeat(64);

/** No line is written longer than this, and a longer one is never read into memory whole. */
export const MAX_LINE_BYTES = 16 * 1024 * 1024;

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };
export type JsonObject = { readonly [key: string]: JsonValue };

export type EntryKind = "command" | "tag" | "untag" | "note";
export type ExaminerSource = "option" | "environment" | "os-user";

/** One journal line as it is stored; the keys are written in this order. */
export interface JournalEntry {
  readonly v: 1;
  /** Counts from 1 in each file, without gaps. */
  readonly seq: number;
  readonly kind: EntryKind;
  readonly examiner: string;
  readonly examiner_source: ExaminerSource;
  readonly host: string;
  /** `2023-07-10T12:27:45.123Z`, by the clock of `host`. */
  readonly time_utc: string;
  /** The same instant with that host's offset: `2023-07-10T14:27:45.123+02:00`. */
  readonly time_local: string;
  readonly tool_version: string;
  readonly argv: readonly string[];
  readonly counts: JsonObject;
  readonly result_sha256: string | null;
  /** Only for an ingest: over the sorted list of evidence files. */
  readonly evidence_sha256: string | null;
  readonly exit_code: number;
  readonly elapsed_ms: number;
  /** What the kind needs beyond the command line; `{}` for a command. */
  readonly body: JsonObject;
  /** Present when unreadable bytes of a killed writer lie between this line and the one it chains to. */
  readonly after_torn_line?: true;
  /** SHA-256 of those bytes, without their last line end, so that they cannot be changed unnoticed either. */
  readonly torn_sha256?: string;
  readonly prev: string;
  readonly hash: string;
}

/** The part of a line that makes the chain. */
export interface ChainLink {
  readonly seq: number;
  readonly examiner: string;
  readonly host: string;
  /** Null when the line claims to follow directly on the one it chains to. */
  readonly tornSha256: string | null;
  readonly prev: string;
  readonly hash: string;
}

const HASH_TAIL = /,"hash":"([0-9a-f]{64})"\}$/;
const HASH_TAIL_BYTES = ',"hash":""}'.length + 64;
const SHA256_HEX = /^[0-9a-f]{64}$/;

/** The line without its line end. Keys are written in the order given. */
export function sealLine(fields: Omit<JournalEntry, "hash">): { line: string; hash: string } {
  const unsealed = JSON.stringify(fields);
  const hash = sha256Hex(unsealed);
  return { line: `${unsealed.slice(0, -1)},"hash":"${hash}"}`, hash };
}

/** What the hash of a whole line must be, from its bytes as they lie in the file. */
export function expectedHash(line: Buffer): string {
  return createHash("sha256").update(line.subarray(0, -HASH_TAIL_BYTES)).update("}").digest("hex");
}

/** Null when the bytes are no whole journal line of any version: the prefix of a JSON object never is. */
export function parseLine(line: Buffer): { link: ChainLink; entry: JournalEntry | null } | null {
  const text = line.toString("utf8");
  const hash = HASH_TAIL.exec(text)?.[1];
  const fields = hash === undefined ? null : parseObject(text);
  if (hash === undefined || fields === null) return null;

  const { seq, examiner, host, prev, torn_sha256: torn } = fields;
  if (!isCount(seq) || typeof examiner !== "string" || typeof host !== "string" || !isSha256(prev)) return null;
  const tornSha256 = fields["after_torn_line"] === true && isSha256(torn) ? torn : null;
  return { link: { seq, examiner, host, tornSha256, prev, hash }, entry: isEntry(fields) ? fields : null };
}

export function sha256Hex(bytes: string | Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

type Fields = Record<string, unknown>;

function parseObject(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    // Not JSON is an answer here, not a failure: the caller asks whether the bytes are a line.
    return null;
  }
}

const KINDS: ReadonlySet<unknown> = new Set<EntryKind>(["command", "tag", "untag", "note"]);
const SOURCES: ReadonlySet<unknown> = new Set<ExaminerSource>(["option", "environment", "os-user"]);
const TIME_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

// A colleague's journal is untrusted: a line is an entry only when every field has the type promised above.
function isEntry(fields: Fields): fields is Fields & JournalEntry {
  return (
    fields["v"] === 1 &&
    KINDS.has(fields["kind"]) &&
    SOURCES.has(fields["examiner_source"]) &&
    typeof fields["time_utc"] === "string" &&
    TIME_UTC.test(fields["time_utc"]) &&
    typeof fields["time_local"] === "string" &&
    typeof fields["tool_version"] === "string" &&
    Array.isArray(fields["argv"]) &&
    fields["argv"].every((argument) => typeof argument === "string") &&
    isObject(fields["counts"]) &&
    (fields["result_sha256"] === null || isSha256(fields["result_sha256"])) &&
    (fields["evidence_sha256"] === null || isSha256(fields["evidence_sha256"])) &&
    typeof fields["exit_code"] === "number" &&
    typeof fields["elapsed_ms"] === "number" &&
    isObject(fields["body"])
  );
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function isSha256(value: unknown): value is string {
  return typeof value === "string" && SHA256_HEX.test(value);
}
