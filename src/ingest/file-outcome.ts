import { parseAnyTime } from "../cloudtrail/event-time.ts";
import { parseLogFileName } from "../cloudtrail/log-file-key.ts";
import type { HeldMember } from "../store/evidence-manifest.ts";
import type { FileStatus, ReadFile, RejectedRecord } from "../store/evidence-file.ts";

/** A file handed out for reading. */
export interface FileTask {
  readonly ordinal: number;
  readonly root: string;
  /** Relative to the root, with forward slashes. */
  readonly path: string;
  readonly absolute: string;
  /** Place inside an archive; absent for the file itself. */
  readonly member_path?: string;
  /** Members of this archive that the case holds already, once for each. */
  readonly known?: readonly KnownMember[];
}

/** A member of an archive that an earlier run has read. */
export interface KnownMember {
  /** See `knownKey`. */
  readonly key: string;
  /** What was wrong with it, if anything. */
  readonly problem: string | null;
}

/** Members with the same key are the same. */
export function knownKey(member_path: string, sha256_stored: string): string {
  return `${sha256_stored} ${member_path}`;
}

/** What readers are told of the members that the case holds. */
export function knownMembers(held: readonly HeldMember[]): KnownMember[] {
  return held.flatMap(({ member_path, sha256_stored, isArchive, problem }) =>
    // An archive inside the file is looked into again: something in it may not have been read.
    sha256_stored === null || isArchive ? [] : [{ key: knownKey(member_path, sha256_stored), problem }],
  );
}

/** All members of an archive that is not read again. */
export function skippedMembers(path: string, held: readonly HeldMember[]): SkippedMembers {
  const problems = held.flatMap(({ member_path, problem }) =>
    problem === null ? [] : [{ name: shownName({ path, member_path }), reason: problem }],
  );
  return { count: held.length, problems };
}

/** Members that were not read again. */
export interface SkippedMembers {
  readonly count: number;
  readonly problems: readonly { readonly name: string; readonly reason: string }[];
}

/** Parts the names of archives inside each other: `inner.zip!/logs/a.json`. */
export const MEMBER_MARK = "!/";

/** The whole name of a file or member, whose last parts say what CloudTrail would deliver under it. */
export function evidenceName({ path, member_path }: Pick<FileTask, "path" | "member_path">): string {
  return member_path === undefined ? path : `${path}/${member_path.replaceAll(MEMBER_MARK, "/")}`;
}

/** The same for people. */
export function shownName({ path, member_path }: { path: string; member_path?: string | null }): string {
  return member_path == null ? path : `${path}${MEMBER_MARK}${member_path}`;
}

export interface FileOutcome {
  readonly file: ReadFile;
  readonly rejected: readonly RejectedRecord[];
  /** Only for an archive. */
  readonly skipped?: SkippedMembers;
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
      member_path: task.member_path ?? null,
      container: "",
      size_bytes: null,
      sha256_stored: null,
      sha256_inflated: null,
      inflated_bytes: null,
      modified_at: null,
      ...nameColumns(evidenceName(task)),
      status,
      reason,
      records: 0,
      rejected: 0,
      source_fidelity: null,
      wrapping: null,
    },
    rejected: [],
  };
}
