import type { Command } from "commander";
import { UsageError } from "../errors.ts";
import { newTag } from "../journal/mark-entry.ts";
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
import type { Terminal } from "./terminal.ts";

interface TagOptions extends SharedOptions, ListOptions {
  readonly note?: string;
  readonly list?: boolean;
}

export function addTagCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command("tag")
    .summary("mark events, keys, addresses and more, with tags")
    .description(
      "Tags what matters, for `coldtrail timeline --marked`, for SQL (table tags) and for colleagues. One line of the journal, whatever it names; nothing in the case changes. Without a name it is a bare mark. --list shows the tags of all examiners.",
    )
    .argument("[name...]", "tags: letters and digits, with . _ : / + # - between them; the case does not matter");
  addTargetOptions(command)
    .option("--note <text>", "a note on the same targets")
    .option("--list", "show the tags instead, narrowed by names and targets")
    .option("--all", "with --list: also what was undone")
    .addHelpText(
      "after",
      `
Examples:
  $ coldtrail tag exfil --event 7f3c1e6a-1b2c-4d5e-8f90-a1b2c3d4e5f6 --note "first GetObject on the backups"
  $ coldtrail tag attacker --key AKIAIOSFODNN7EXAMPLE --ip 198.51.100.0/24
  $ coldtrail tag --list`,
    );
  addSharedOptions(addOutputOptions(command)).action(async (names: string[], options: TagOptions) =>
    runCommand(terminal, options, async (run) => {
      refuseWithList(options, options.note === undefined ? null : "--note");
      return options.list === true ? listMarks(run, options, { kind: "tag", names }) : tag(run, names, options);
    }),
  );
}

async function tag(run: CommandRun, names: readonly string[], options: TagOptions): Promise<CommandResult> {
  refuseOutput(options);
  const targets = parseTargets(options);
  const mark = newTag(targets, names, options.note);
  const { reader } = await openMarks(run);
  try {
    const absent = await warnOfAbsent(run, reader, targets);
    const what = names.length === 0 ? "Marked" : `Tagged ${names.join(", ")}`;
    const words = `${what}${options.note === undefined ? "" : ", with a note"}: ${targetsInWords(targets)}`;
    return await writeAndTell(run, mark, { words, counts: { targets: targets.length, absent } });
  } finally {
    reader.close();
  }
}

/** What a command that writes a mark prints is no result to export. */
export function refuseOutput(options: { readonly output?: string }): void {
  if (options.output === undefined) return;
  throw new UsageError({ what: "No result to write", where: `-o ${options.output}`, fix: "-o goes with --list." });
}
