import { CaseError, type Problem } from "../errors.ts";

/**
 * The journal cannot be written because its folder is read-only. Own class so that the command line can warn once
 * and go on: reading a case on a write-protected drive is the normal way to read one.
 */
export class JournalNotWritableError extends CaseError {
  readonly code = "journal-not-writable";
}

/** A journal of the same name exists and continues differently, so neither can be the longer copy of the other. */
export class JournalConflictError extends CaseError {
  readonly file: string;
  /** The first line that differs, from 1. */
  readonly line: number;

  constructor(problem: Problem, place: { file: string; line: number }) {
    super(problem);
    this.file = place.file;
    this.line = place.line;
  }
}

/** The typed error for a failed write of a journal or its lock; anything unforeseen comes back unchanged. */
export function toJournalError(error: unknown, path: string): unknown {
  const cause = error as NodeJS.ErrnoException;
  switch (cause.code) {
    case "EROFS":
    case "EACCES":
    case "EPERM":
      return new JournalNotWritableError(
        {
          what: "The journal cannot be written",
          where: `${path} is read-only`,
          fix: "Name a writable folder with --journal DIR to record what is done with this case.",
        },
        { cause },
      );
    case "ENOSPC":
    case "EDQUOT":
      return new CaseError(
        {
          what: "The journal cannot be written",
          where: `no space left for ${path}`,
          fix: "Free some space, or name another folder with --journal DIR, and repeat the command.",
        },
        { cause },
      );
    case "ENOTDIR":
    case "EISDIR":
    case "EEXIST":
    case "ELOOP":
    case "ENAMETOOLONG":
      return new CaseError(
        {
          what: "The journal cannot be written",
          where: `${path} (${cause.code})`,
          fix: "A journal is a regular file in a real folder; move what is in its place away, or name another folder with --journal DIR.",
        },
        { cause },
      );
    default:
      return error;
  }
}

/** The typed error for a journal that is there and cannot be read; anything unforeseen comes back unchanged. */
export function toReadError(error: unknown, path: string): unknown {
  const cause = error as NodeJS.ErrnoException;
  if (!["EACCES", "EPERM", "ENOTDIR", "EIO"].includes(cause.code ?? "")) return error;
  return new CaseError(
    {
      what: "The journal cannot be read",
      where: `${path} (${cause.code})`,
      fix: "Check its permissions, or name the folder that holds the journals with --journal DIR.",
    },
    { cause },
  );
}
