import type { Command } from "commander";
import { UsageError } from "../errors.ts";
import { resolveExaminer } from "../journal/examiner.ts";
import type { MarkBook } from "../journal/mark-book.ts";
import { newUndo, tagName, type NewMark } from "../journal/mark-entry.ts";
import { findLine, lastLineOf, nothingToRemove, removalOf, shortHash } from "../journal/mark-undo.ts";
import {
  addSharedOptions,
  runCommand,
  type CommandResult,
  type CommandRun,
  type SharedOptions,
} from "./command-run.ts";
import { addTargetOptions, parseTargets, type TargetFlags } from "./mark-options.ts";
import { openMarks, targetsInWords, writeAndTell } from "./mark-run.ts";
import type { Terminal } from "./terminal.ts";

interface UntagOptions extends SharedOptions, TargetFlags {
  readonly notes?: boolean;
  readonly entry?: readonly string[];
  readonly last?: boolean;
}

export function addUntagCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command("untag")
    .summary("take tags and notes back, or undo that")
    .description(
      "Takes tags away from what the flags name, whoever wrote them; or undoes entries of the journal, also those of untag. The journal keeps both lines: the new one names the one that it undoes.",
    )
    .argument("[name...]", "tags to take away; without any, all tags of the targets");
  addTargetOptions(command)
    .option("--notes", "the notes on the targets too")
    .option("--entry <entry...>", "undo these entries, as the lists name them")
    .option("--last", "undo the newest tag or note of this examiner")
    .addHelpText(
      "after",
      `
Examples:
  $ coldtrail untag exfil --event 7f3c1e6a-1b2c-4d5e-8f90-a1b2c3d4e5f6
  $ coldtrail untag --last`,
    );
  addSharedOptions(command).action(async (names: string[], options: UntagOptions) =>
    runCommand(terminal, options, async (run) => untag(run, names, options)),
  );
}

async function untag(run: CommandRun, names: readonly string[], options: UntagOptions): Promise<CommandResult> {
  const targets = parseTargets(options);
  const tags = names.map(tagName);
  const ways = [options.last === true, options.entry !== undefined, targets.length > 0].filter(Boolean).length;
  if (ways !== 1 || (targets.length === 0 && (tags.length > 0 || options.notes === true))) {
    throw new UsageError({
      what: ways === 0 ? "Nothing to undo" : "Undo one way at a time",
      where: process.argv.slice(2).join(" "),
      fix: "Name targets, with or without tags; or entries with --entry; or --last alone.",
    });
  }
  const { reader, marks } = await openMarks(run);
  try {
    if (targets.length > 0) {
      const removal = { targets, tags: tags.length === 0 ? null : tags, notes: options.notes === true };
      const mark = removalOf(marks, removal);
      if (mark === null) throw nothingToRemove(marks, removal);
      const what = tags.length === 0 ? "Took the marks away" : `Took ${tags.join(", ")} away`;
      return await writeAndTell(run, mark, {
        words: `${what}: ${targetsInWords(targets)}`,
        counts: { targets: targets.length },
      });
    }
    const entries = options.last === true ? [lastOf(run, marks)] : options.entry!.map((given) => lineOf(marks, given));
    return await writeAndTell(run, undoOf(entries), {
      words: `Undid ${entries.map(shortHash).join(", ")}`,
      counts: { entries: entries.length },
    });
  } finally {
    reader.close();
  }
}

function lineOf(marks: MarkBook, given: string): string {
  const hash = findLine(marks, given);
  if (marks.holds(hash)) return hash;
  throw new UsageError({
    what: "This entry is undone already",
    where: `--entry ${shortHash(hash)}`,
    fix: "`coldtrail tag --list --all` and `coldtrail note --list --all` show by which one; undo that to have it back.",
  });
}

function undoOf(entries: readonly string[]): NewMark {
  return newUndo([...new Set(entries)]);
}

function lastOf(run: CommandRun, marks: MarkBook): string {
  const { name } = resolveExaminer(run.options.examiner);
  const last = lastLineOf(marks, name);
  if (last !== null) return last;
  throw new UsageError({
    what: "Nothing to undo",
    where: `no tag or note of ${name} stands`,
    fix: "Name another examiner with --examiner, or an entry with --entry.",
  });
}
