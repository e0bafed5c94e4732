import { appendEntry } from "../../journal/journal-file.ts";
import type { CaseFacts } from "../state/case-facts.ts";

/** An export, as its line in the journal has it. */
export interface JournaledExport {
  /** What was written, in words. */
  readonly exported: string;
  readonly rows: number;
  readonly sha256: string;
  readonly elapsed_ms: number;
}

/** Writes the journal line of an export. Throws CaseError; JournalNotWritableError in a read-only folder. */
export async function journalExport(facts: CaseFacts, written: JournaledExport): Promise<void> {
  const { journalFolder, examiner, tool_version } = facts;
  await appendEntry(journalFolder, {
    kind: "command",
    examiner: examiner.name,
    examiner_source: examiner.source,
    tool_version,
    argv: process.argv.slice(2),
    counts: { exported: written.exported, rows: written.rows },
    result_sha256: written.sha256,
    exit_code: 0,
    elapsed_ms: written.elapsed_ms,
  });
}
