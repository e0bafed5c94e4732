import type { Command } from "commander";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { EXIT_CODES, UsageError } from "../errors.ts";
import { escapeControls } from "../export/sanitise.ts";
import { importJournals } from "../journal/merge-journals.ts";
import {
  addSharedOptions,
  runCommand,
  type CommandResult,
  type CommandRun,
  type SharedOptions,
} from "./command-run.ts";
import type { Terminal } from "./terminal.ts";

export function addJournalCommand(program: Command, terminal: Terminal): void {
  const journal = program
    .command("journal")
    .summary("bring colleagues' journals together")
    .description("The append-only journals of the case: one per examiner and host, each a hash chain.");
  const command = journal
    .command("import")
    .summary("copy the journals of a colleague's case into this one")
    .description(
      "Copy the journals of a colleague's case into this one, after checking their chains. No line is changed.",
    )
    .argument("<case>", "the other case folder, or a folder of journals");
  addSharedOptions(command).action(async (from: string, options: SharedOptions) =>
    runCommand(terminal, options, async (run) => importFrom(run, from)),
  );
}

async function importFrom(run: CommandRun, from: string): Promise<CommandResult> {
  const folder = resolve(from);
  if (!existsSync(folder)) {
    throw new UsageError({ what: "No such case", where: folder, fix: "Name your colleague's case folder." });
  }
  const nested = join(folder, "journal");
  const imported = await importJournals(existsSync(nested) ? nested : folder, run.journalFolder);
  const lines = imported.map((one) => escapeControls(JSON.stringify(one)));
  await run.terminal.print(`${lines.join("\n")}\n`);
  return { exitCode: EXIT_CODES.ok, counts: { journals: imported.length } };
}
