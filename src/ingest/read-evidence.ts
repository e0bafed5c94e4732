import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { compactText } from "../cloudtrail/json-tokens.ts";
import { claimsCloudTrail } from "../cloudtrail/log-file-key.ts";
import type { FileStatus, ReadFile, RejectedRecord } from "../store/evidence-file.ts";
import { unpack } from "./container.ts";
import { eventRow, type ShardValue } from "./event-row.ts";
import { readFirstItems } from "./first-items.ts";
import { recognise } from "./recognise.ts";
import { nameColumns, type FileOutcome, type FileTask } from "./file-outcome.ts";
import { readRecords, type RecordItem } from "./record-reader.ts";

type Sink = (row: readonly ShardValue[]) => void;

/** Larger stored files are refused rather than held in memory. */
const STORED_BYTES_MAX = 1024 * 1024 * 1024;
const EXCERPT_CHARS = 300;

/**
 * Reads one file: both hashes, every record into `sink`, and what became of it. One decode and one buffer: the bytes
 * hashed are the bytes ingested. Never throws for what the file holds; only for what `sink` throws.
 */
export async function readEvidence(task: FileTask, sink: Sink): Promise<FileOutcome> {
  const reading = new FileReading(task, sink);
  let stored: Buffer;
  try {
    stored = readWhole(task.absolute, reading);
  } catch (error) {
    return reading.finish("unreadable", reasonOf(error as NodeJS.ErrnoException));
  }
  reading.sha256_stored = sha256(stored);
  if (stored.length === 0) return reading.finish("unreadable", "empty");
  const unpacked = await unpack(stored);
  reading.container = unpacked.container;
  if (unpacked.kind !== "bytes") return reading.finish(unpacked.kind, unpacked.reason);
  reading.inflated(unpacked.bytes, unpacked.container === "" ? reading.sha256_stored : null);
  return readContent(reading, unpacked);
}

interface Content {
  readonly bytes: Buffer;
  readonly damage: string | null;
  readonly note: string | null;
}

function readContent(reading: FileReading, content: Content): FileOutcome {
  const found = recognise(content.bytes);
  const reason = (text: string): string => [content.damage, text].filter((part) => part !== null).join("; ");
  const claims = claimsCloudTrail(reading.task.path);
  switch (found.kind) {
    case "other":
      return reading.finish("not_events", reason(found.reason));
    case "unsupported":
      return reading.finish("unsupported", reason(found.reason));
    case "foreign":
      return claims
        ? reading.finish("unreadable", reason(`named like a CloudTrail log file, but holds ${found.reason}`))
        : reading.finish("not_events", reason(found.reason));
    case "broken":
      return reading.finish("unreadable", reason(found.reason));
    default:
      return readTrail(reading, found, content);
  }
}

function readTrail(
  reading: FileReading,
  found: { bytes: Buffer; from: number; note: string | null },
  content: Content,
): FileOutcome {
  const notes = [content.note, found.note];
  const problems = [content.damage];
  const list = readRecords(found.bytes, found.from);
  const first = readFirstItems(list);
  if (first.foreign === "notifications")
    return reading.finish("not_events", "notifications that point to logs, not logs");
  if (first.foreign !== null) {
    const claims = claimsCloudTrail(reading.task.path);
    return reading.finish(claims ? "unreadable" : "not_events", "Records that are not CloudTrail's");
  }
  const take = (item: RecordItem): void => {
    if (item.kind !== "end") reading.take(item);
    else {
      problems.push(item.problem);
      notes.push(item.note);
    }
  };
  for (const item of first.items) take(item);
  for (const item of list) take(item);
  const damaged = problems.some((problem) => problem !== null) || reading.rejected.length > 0;
  if (reading.rejected.length > 0) problems.push(`${reading.rejected.length} of ${reading.records} records rejected`);
  const reason = [...problems, ...notes, ...reading.notes].filter((part) => part !== null).join("; ");
  return reading.finish(damaged ? "partial" : "imported", reason === "" ? null : reason);
}

/** Everything known of a file while it is read. */
class FileReading {
  readonly task: FileTask;
  container = "";
  sha256_stored: string | null = null;
  size_bytes: number | null = null;
  modified_at: bigint | null = null;
  records = 0;
  readonly rejected: RejectedRecord[] = [];
  readonly notes = new Set<string>();
  private sha256_inflated: string | null = null;
  private inflated_bytes: number | null = null;
  private readonly sink: Sink;
  private readonly keyless = new Map<string, number>();

  constructor(task: FileTask, sink: Sink) {
    this.task = task;
    this.sink = sink;
  }

  inflated(bytes: Buffer, knownHash: string | null): void {
    this.sha256_inflated = knownHash ?? sha256(bytes);
    this.inflated_bytes = bytes.length;
  }

  take(item: Exclude<RecordItem, { kind: "end" }>): void {
    const record_index = this.records;
    this.records += 1;
    const reason = item.kind === "broken" ? item.reason : rejectionOf(item);
    if (reason !== null) {
      const text = item.kind === "broken" ? item.text : item.text.slice(item.node.start, item.node.end);
      const excerpt = text.slice(0, EXCERPT_CHARS).toWellFormed();
      this.rejected.push({ ordinal: this.task.ordinal, record_index, byte_offset: item.byteOffset, reason, excerpt });
    } else if (item.kind === "record" && item.node.kind === "object") {
      const place = { ordinal: this.task.ordinal, record_index, source_fidelity: "trail", keyless: this.keyless };
      this.sink(eventRow(item.text, item.node, place));
      this.noteVersion(item);
    }
  }

  finish(status: FileStatus, reason: string | null): FileOutcome {
    const { task } = this;
    const file: ReadFile = {
      ordinal: task.ordinal,
      root: task.root,
      path: task.path,
      member_path: null,
      container: this.container,
      size_bytes: this.size_bytes,
      sha256_stored: this.sha256_stored,
      sha256_inflated: this.sha256_inflated,
      inflated_bytes: this.inflated_bytes,
      modified_at: this.modified_at,
      ...nameColumns(task.path),
      status,
      reason,
      records: this.records,
      rejected: this.rejected.length,
      source_fidelity: status === "imported" || status === "partial" ? "trail" : null,
    };
    return { file, rejected: this.rejected };
  }

  private noteVersion(item: RecordItem): void {
    if (item.kind !== "record" || item.node.kind !== "object") return;
    const version = item.node.values[item.node.keys.findIndex((key) => key.value === "eventVersion")];
    if (version?.kind === "string" && /^\d+\./.test(version.value) && !version.value.startsWith("1.")) {
      this.notes.add(`records of eventVersion ${version.value}, newer than any known`);
    }
  }
}

function rejectionOf(item: Extract<RecordItem, { kind: "record" }>): string | null {
  if (item.node.kind === "object") return null;
  return `not an object: ${compactText(item.text, item.node).slice(0, 40)}`;
}

function readWhole(path: string, reading: FileReading): Buffer {
  const descriptor = openSync(path, "r");
  try {
    const stat = fstatSync(descriptor, { bigint: true });
    if (!stat.isFile()) throw new Error("not a regular file");
    reading.size_bytes = Number(stat.size);
    reading.modified_at = stat.mtimeNs / 1000n;
    if (stat.size > BigInt(STORED_BYTES_MAX)) throw new Error("larger than 1 GiB, the limit for one file");
    const bytes = Buffer.allocUnsafe(Number(stat.size));
    let at = 0;
    while (at < bytes.length) {
      const read = readSync(descriptor, bytes, at, bytes.length - at, at);
      if (read === 0) throw new Error("became shorter while it was read");
      at += read;
    }
    return bytes;
  } finally {
    closeSync(descriptor);
  }
}

const SYSTEM_REASONS: Record<string, string> = {
  EACCES: "no permission to read it",
  EPERM: "no permission to read it",
  ENOENT: "vanished before it was read",
  EISDIR: "a folder",
  EIO: "the disk reports a read error",
  ELOOP: "a loop of symbolic links",
};

function reasonOf(error: NodeJS.ErrnoException): string {
  return SYSTEM_REASONS[error.code ?? ""] ?? error.message;
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}
