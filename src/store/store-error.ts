import { CaseError, ExpectedError } from "../errors.ts";
import { firstLine } from "./database.ts";

/** No permission, or a file where a folder is to be. */
const NOT_WRITABLE = new Set(["EROFS", "EACCES", "EPERM", "EEXIST", "ENOTDIR", "ENAMETOOLONG", "ELOOP"]);

/** Turns what the engine or the file system says of a full or failing disk into advice; leaves every other error as it is. */
export function asCaseError(error: Error, where: string): Error {
  if (error instanceof ExpectedError) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (
    code === "ENOSPC" ||
    code === "EDQUOT" ||
    /No space left on device|disk is full|max_temp_directory_size/i.test(error.message)
  ) {
    return new CaseError(
      {
        what: "The disk is full",
        where,
        fix: "Free some space and run the same command again: the published case is untouched, and committed files are skipped.",
      },
      { cause: error },
    );
  }
  if (NOT_WRITABLE.has(code ?? "") || /Read-only file system|Permission denied/i.test(error.message)) {
    return new CaseError(
      {
        what: "The case cannot be written",
        where: `${where} (${firstLine(error.message)})`,
        fix: "Name a folder that you may write to with --case DIR.",
      },
      { cause: error },
    );
  }
  return error;
}
