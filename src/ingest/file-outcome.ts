import { parseAnyTime } from "../cloudtrail/event-time.ts";
import { parseLogFileName } from "../cloudtrail/log-file-key.ts";
import type { FileStatus, ReadFile, RejectedRecord } from "../store/evidence-file.ts";

/** A file handed out for reading. */
export interface FileTask {
  readonly ordinal: number;
  readonly root: string;
  /** Relative to the root, with forward slashes. */
  readonly path: string;
  readonly absolute: string;
}

export interface FileOutcome {
  readonly file: ReadFile;
  readonly rejected: readonly RejectedRecord[];
}

/** What a file's name says, as manifest columns; all null when it says nothing. */
export function nameColumns(
  path: string,
): Pick<ReadFile, "name_account_id" | "name_kind" | "name_region" | "name_organization_id" | "name_delivered_at"> {
  const name = parseLogFileName(path);
  return {
    name_account_id: name?.account_id ?? null,
    name_kind: name?.kind ?? null,
    name_region: name?.region ?? null,
    name_organization_id: name?.organization_id ?? null,
    name_delivered_at: name?.delivered_at == null ? null : parseAnyTime(name.delivered_at),
  };
}

/** The outcome of a file of which nothing was read. */
export function unreadOutcome(task: FileTask, status: FileStatus, reason: string): FileOutcome {
  return {
    file: {
      ordinal: task.ordinal,
      root: task.root,
      path: task.path,
      member_path: null,
      container: "",
      size_bytes: null,
      sha256_stored: null,
      sha256_inflated: null,
      inflated_bytes: null,
      modified_at: null,
      ...nameColumns(task.path),
      status,
      reason,
      records: 0,
      rejected: 0,
      source_fidelity: null,
    },
    rejected: [],
  };
}
