import { EXIT_CODES } from "../errors.ts";
import { resolveExaminer } from "../journal/examiner.ts";
import { MarkBook } from "../journal/mark-book.ts";
import type { NewMark } from "../journal/mark-entry.ts";
import { type MarkTarget, targetId, targetInWords } from "../journal/mark-target.ts";
import { shortHash } from "../journal/mark-undo.ts";
import { writeMark } from "../journal/write-mark.ts";
import { prepareCase } from "../queries/case-views.ts";
import { parseScope } from "../queries/scope.ts";
import type { CaseReader } from "../store/case-reader.ts";
import { countTargets } from "../timeline/marked-targets.ts";
import { escapeControls } from "../export/sanitise.ts";
import type { CommandResult, CommandRun } from "./command-run.ts";
import { TOOL_VERSION } from "./version.ts";

/** Opens the case together with what its journals hold of marks. */
export async function openMarks(run: CommandRun): Promise<{ reader: CaseReader; marks: MarkBook }> {
  let marks = new MarkBook();
  const reader = await run.openCase(async (database, book) => {
    marks = book;
    await prepareCase(database, parseScope({}), run.caseFolder);
  });
  return { reader, marks };
}

const NAMED_TARGETS = 5;

/** Targets as a message names them: the first few, and how many more. */
export function targetsInWords(targets: readonly MarkTarget[]): string {
  const words = targets.slice(0, NAMED_TARGETS).map(targetInWords).join(", ");
  return targets.length > NAMED_TARGETS ? `${words} and ${targets.length - NAMED_TARGETS} more` : words;
}

/** Warns of targets that the case has no record of; they are marked all the same. Returns how many there are. */
export async function warnOfAbsent(
  run: CommandRun,
  reader: CaseReader,
  targets: readonly MarkTarget[],
): Promise<number> {
  const counts = await countTargets(reader, targets);
  const absent = targets.filter((target) => counts.get(targetId(target))?.n_records === 0);
  if (absent.length > 0) {
    run.terminal.complain(
      `Warning: nothing in this case matches ${targetsInWords(absent)}. It is written down all the same.`,
    );
  }
  return absent.length;
}

/** Writes one line and says so, with what undoes it. */
export async function writeAndTell(
  run: CommandRun,
  mark: NewMark,
  { words, counts }: { words: string; counts: Record<string, number> },
): Promise<CommandResult> {
  const { hash } = await writeMark(
    {
      folder: run.journalFolder,
      examiner: resolveExaminer(run.options.examiner),
      tool_version: TOOL_VERSION,
      argv: process.argv.slice(2),
    },
    mark,
    { counts, elapsed_ms: Math.round(performance.now()) },
  );
  await run.terminal.print(`${escapeControls(words)}\nundo: coldtrail untag --entry ${shortHash(hash)}\n`);
  return { exitCode: EXIT_CODES.ok, counts, journaled: true };
}
