import type { Command } from "commander";
import { readFileSync } from "node:fs";
import { UsageError } from "../errors.ts";
import type { MarkBook } from "../journal/mark-book.ts";
import { newNote } from "../journal/mark-entry.ts";
import type { MarkTarget } from "../journal/mark-target.ts";
import { findLine, shortHash } from "../journal/mark-undo.ts";
import {
  addSharedOptions,
  runCommand,
  type CommandResult,
  type CommandRun,
  type SharedOptions,
} from "./command-run.ts";
import { listMarks, refuseWithList, type ListOptions } from "./mark-list.ts";
import { addTargetOptions, parseTargets } from "./mark-options.ts";
import { openMarks, targetsInWords, warnOfAbsent, writeAndTell } from "./mark-run.ts";
import { addOutputOptions } from "./output-options.ts";
import { refuseOutput } from "./tag.ts";
import type { Terminal } from "./terminal.ts";

interface NoteOptions extends SharedOptions, ListOptions {
  readonly entry?: string;
  readonly list?: boolean;
}

export function addNoteCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command("note")
    .summary("write down what events, keys, addresses and more mean")
    .description(
      "Notes on events and on whatever else an incident is made of, for `coldtrail timeline --marked`, for SQL (table notes) and for colleagues. One line of the journal; nothing in the case changes. --list shows the notes of all examiners.",
    )
    .argument("[words...]", "the note; - reads it from standard input");
  addTargetOptions(command)
    .option("--entry <entry>", "a new wording of the note of this entry, on the same targets")
    .option("--list", "show the notes instead, narrowed by targets")
    .option("--all", "with --list: also what was undone or worded anew")
    .addHelpText(
      "after",
      `
Examples:
  $ coldtrail note "the key from the leaked repository" --key AKIAIOSFODNN7EXAMPLE
  $ coldtrail note "backups copied out" --since 2026-03-29T22:00:00Z --until 2026-03-29T23:30:00Z
  $ coldtrail note --list`,
    );
  addSharedOptions(addOutputOptions(command)).action(async (words: string[], options: NoteOptions) =>
    runCommand(terminal, options, async (run) => {
      refuseWithList(options, words[0] ?? (options.entry === undefined ? null : "--entry"));
      return options.list === true ? listMarks(run, options, { kind: "note", names: [] }) : note(run, words, options);
    }),
  );
}

async function note(run: CommandRun, words: readonly string[], options: NoteOptions): Promise<CommandResult> {
  refuseOutput(options);
  const named = parseTargets(options);
  if (options.entry !== undefined && named.length > 0) {
    throw new UsageError({
      what: "An entry brings its own targets",
      where: `--entry ${options.entry}`,
      fix: "Leave the other targets out.",
    });
  }
  const text = words.length === 1 && words[0] === "-" ? readFileSync(0, "utf8") : words.join(" ");
  if (options.entry === undefined) newNote(named, text);
  const { reader, marks } = await openMarks(run);
  try {
    const edited = options.entry === undefined ? null : findLine(marks, options.entry);
    const targets = edited === null ? named : notedTargets(marks, edited);
    const mark = newNote(targets, text, edited === null ? [] : [edited]);
    const absent = await warnOfAbsent(run, reader, targets);
    const what = edited === null ? "Noted" : "Noted in new words";
    return await writeAndTell(run, mark, {
      words: `${what}: ${targetsInWords(targets)}`,
      counts: { targets: targets.length, absent },
    });
  } finally {
    reader.close();
  }
}

/** The targets on which the note of this line stands. Throws UsageError. */
function notedTargets(marks: MarkBook, hash: string): MarkTarget[] {
  const noted = marks
    .marks()
    .filter((mark) => mark.hash === hash && mark.kind === "note" && mark.undone_by === null)
    .map(({ target }) => target);
  if (noted.length > 0) return noted;
  throw new UsageError({
    what: "No note to word anew",
    where: `--entry ${shortHash(hash)}`,
    fix: "It was undone or worded anew already, or is a tag: see `coldtrail note --list`.",
  });
}
