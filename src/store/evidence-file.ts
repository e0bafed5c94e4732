import type { DuckDBValue } from "@duckdb/node-api";
import { timestampValue } from "@duckdb/node-api";
import type { Database } from "./database.ts";

export type FileStatus = "imported" | "partial" | "not_events" | "unsupported" | "unreadable" | "not_selected";

/** One file or archive member as it was read; with a `file_id` it is a row of `evidence_files`. */
export interface ReadFile {
  /** Number given to the file when it was handed out for reading; rows of its shard carry it. */
  readonly ordinal: number;
  readonly root: string;
  /** Relative to the root, with forward slashes. */
  readonly path: string;
  readonly member_path: string | null;
  /** Outermost first, e.g. `gzip`; empty for a plain file. */
  readonly container: string;
  readonly size_bytes: number | null;
  readonly sha256_stored: string | null;
  readonly sha256_inflated: string | null;
  readonly inflated_bytes: number | null;
  /** Microseconds since 1970 UTC; a hint only. */
  readonly modified_at: bigint | null;
  readonly name_account_id: string | null;
  readonly name_kind: string | null;
  readonly name_region: string | null;
  readonly name_organization_id: string | null;
  readonly name_delivered_at: bigint | null;
  readonly status: FileStatus;
  /** Why it is not plainly `imported`, in words. */
  readonly reason: string | null;
  readonly records: number;
  readonly rejected: number;
  readonly source_fidelity: string | null;
  /** What its first record is wrapped in, outermost first, e.g. `Events[] > CloudTrailEvent`; null without records. */
  readonly wrapping: string | null;
}

export type EvidenceFile = ReadFile & { readonly file_id: bigint };

export interface RejectedRecord {
  /** Ordinal of its file. */
  readonly ordinal: number;
  readonly record_index: number;
  /** Offset in the inflated bytes. */
  readonly byte_offset: number;
  readonly reason: string;
  /** Start of the record's text. */
  readonly excerpt: string;
}

/** Makes the temp table `batch_files`: ordinals and manifest rows, of which nothing is counted as stored yet. */
export async function stageFiles(database: Database, files: readonly EvidenceFile[]): Promise<void> {
  await database.run(`
    CREATE OR REPLACE TEMP TABLE batch_files AS SELECT CAST(NULL AS INTEGER) AS ordinal, * FROM evidence_files LIMIT 0`);
  const appender = await database.connection.createAppender("batch_files", "main", "temp");
  for (const file of files) {
    appender.appendInteger(file.ordinal);
    appendAll(appender, [
      file.file_id,
      file.root,
      file.path,
      file.member_path,
      file.container,
      bigintOf(file.size_bytes),
      file.sha256_stored,
      file.sha256_inflated,
      bigintOf(file.inflated_bytes),
      timeOf(file.modified_at),
      file.name_account_id,
      file.name_kind,
      file.name_region,
      file.name_organization_id,
      timeOf(file.name_delivered_at),
      file.status,
      file.reason,
      BigInt(file.records),
      0n,
      BigInt(file.records - file.rejected),
      BigInt(file.rejected),
      file.source_fidelity,
      file.wrapping,
    ]);
  }
  appender.closeSync();
}

export async function appendRejected(
  database: Database,
  records: readonly RejectedRecord[],
  files: readonly EvidenceFile[],
): Promise<void> {
  const ids = new Map(files.map(({ ordinal, file_id }) => [ordinal, file_id]));
  const appender = await database.connection.createAppender("rejected_records", "main", "coldtrail");
  for (const { ordinal, record_index, byte_offset, reason, excerpt } of records) {
    appender.appendBigInt(ids.get(ordinal)!);
    appender.appendInteger(record_index);
    appender.appendBigInt(BigInt(byte_offset));
    appender.appendVarchar(reason);
    appender.appendVarchar(excerpt);
    appender.endRow();
  }
  appender.closeSync();
}

type Appender = Awaited<ReturnType<Database["connection"]["createAppender"]>>;

function appendAll(appender: Appender, values: readonly DuckDBValue[]): void {
  for (const value of values) {
    if (value === null) appender.appendNull();
    else if (typeof value === "string") appender.appendVarchar(value);
    else if (typeof value === "bigint") appender.appendBigInt(value);
    else appender.appendTimestamp(value as ReturnType<typeof timestampValue>);
  }
  appender.endRow();
}

function bigintOf(value: number | null): bigint | null {
  return value === null ? null : BigInt(value);
}

function timeOf(micros: bigint | null): DuckDBValue {
  return micros === null ? null : timestampValue(micros);
}
