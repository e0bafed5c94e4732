import type { CaseReader } from "../../store/case-reader.ts";
import { PROBLEM_FILES } from "./coverage-days.ts";
import { containsText } from "./session-selection.ts";

/** A file that could not be used, wholly or in part. */
export interface ProblemFile {
  /** As text: it is never shown, and asks for the file's records. */
  readonly file_id: string;
  readonly root: string;
  readonly path: string;
  readonly member_path: string | null;
  readonly status: string;
  readonly reason: string | null;
  readonly records: number;
  readonly rejected: number;
  /** What the name says; null when it says nothing. */
  readonly account: string | null;
  readonly region: string | null;
  readonly delivered: string | null;
}

export interface ProblemFiles {
  readonly rows: readonly ProblemFile[];
  readonly total: number;
}

export interface RejectedRow {
  readonly record_index: number | null;
  readonly byte_offset: number | null;
  readonly reason: string;
  readonly excerpt: string;
}

const TEXT_MAX = 4096;

/** The worst first: unreadable, read in part, of a format that is not read, left out at ingest. */
export function problemFilesSql(text: string): string {
  const where =
    text === ""
      ? ""
      : ` AND (${["path", "coalesce(member_path, '')", "coalesce(reason, '')", "status"].map((column) => containsText(column, text)).join(" OR ")})`;
  return `SELECT CAST(file_id AS VARCHAR) AS file_id, root, left(path, ${TEXT_MAX}) AS path, left(member_path, ${TEXT_MAX}) AS member_path, status,
  left(reason, ${TEXT_MAX}) AS reason, records, rejected, name_account_id AS account, name_region AS region, name_delivered_at AS delivered
FROM evidence_files
WHERE ${PROBLEM_FILES}${where}
ORDER BY CASE status WHEN 'unreadable' THEN 0 WHEN 'partial' THEN 1 WHEN 'unsupported' THEN 2 WHEN 'not_selected' THEN 4 ELSE 3 END,
  root, evidence_files.path, evidence_files.member_path, evidence_files.file_id`;
}

export async function problemFiles(
  reader: CaseReader,
  text: string,
  { offset, limit }: { offset: number; limit: number },
): Promise<ProblemFiles> {
  const rows = await reader.rows(`${problemFilesSql(text)}\nLIMIT ${limit} OFFSET ${offset}`);
  const [counted] = await reader.rows(`SELECT count(*) AS n FROM (${problemFilesSql(text)})`);
  return {
    rows: rows.map((row) => ({
      file_id: String(row["file_id"]),
      root: String(row["root"] ?? ""),
      path: String(row["path"] ?? ""),
      member_path: textOf(row["member_path"]),
      status: String(row["status"] ?? ""),
      reason: textOf(row["reason"]),
      records: Number(row["records"] ?? 0),
      rejected: Number(row["rejected"] ?? 0),
      account: textOf(row["account"]),
      region: textOf(row["region"]),
      delivered: textOf(row["delivered"]),
    })),
    total: Number(counted?.["n"] ?? 0),
  };
}

const REJECTED_MAX = 500;

/** Records of a file that could not be read, in their order, `REJECTED_MAX` at most. */
export async function rejectedRecords(reader: CaseReader, file_id: string): Promise<RejectedRow[]> {
  const rows = await reader.rows(rejectedRecordsSql(file_id));
  return rows.map((row) => ({
    record_index: numberOf(row["record_index"]),
    byte_offset: numberOf(row["byte_offset"]),
    reason: String(row["reason"] ?? ""),
    excerpt: String(row["excerpt"] ?? ""),
  }));
}

/** The statement behind `rejectedRecords`. */
export function rejectedRecordsSql(file_id: string): string {
  return `SELECT record_index, byte_offset, left(reason, ${TEXT_MAX}) AS reason, left(excerpt, ${TEXT_MAX}) AS excerpt
FROM rejected_records WHERE file_id = ${BigInt(file_id)} ORDER BY record_index, byte_offset LIMIT ${REJECTED_MAX}`;
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function numberOf(value: unknown): number | null {
  return value === null || value === undefined ? null : Number(value);
}
