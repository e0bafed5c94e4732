import type { Examiner } from "./examiner.ts";
import type { JournalEntry, JsonObject } from "./journal-entry.ts";
import { appendEntry } from "./journal-file.ts";
import type { NewMark } from "./mark-entry.ts";

/** Who writes marks, where, and by which command line. */
export interface MarkAuthor {
  /** Folder of journals. */
  readonly folder: string;
  readonly examiner: Examiner;
  readonly tool_version: string;
  readonly argv: readonly string[];
}

/**
 * Writes one mark as one line; it is on the disk when this returns.
 * @throws JournalNotWritableError in a read-only folder; CaseError when the lock stays taken or the disk is full.
 */
export async function writeMark(
  author: MarkAuthor,
  mark: NewMark,
  { counts = {}, elapsed_ms = 0 }: { counts?: JsonObject; elapsed_ms?: number } = {},
): Promise<JournalEntry> {
  return await appendEntry(author.folder, {
    ...mark,
    examiner: author.examiner.name,
    examiner_source: author.examiner.source,
    tool_version: author.tool_version,
    argv: author.argv,
    counts,
    exit_code: 0,
    elapsed_ms,
  });
}
