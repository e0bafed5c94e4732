import type { Command } from "commander";
import { EXIT_CODES } from "../errors.ts";
import { escapeControls } from "../export/sanitise.ts";
import { formatResult } from "../export/write-result.ts";
import { missingInWords, overviewTable, topActors, topAddresses } from "../queries/overview.ts";
import type { CaseReader } from "../store/case-reader.ts";
import {
  addSharedOptions,
  runCommand,
  type CommandResult,
  type CommandRun,
  type SharedOptions,
} from "./command-run.ts";
import { addOutputOptions, printResult, type OutputOptions } from "./output-options.ts";
import type { Terminal } from "./terminal.ts";

export function addOverviewCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command("overview")
    .summary("what is in the case, and what is not")
    .description(
      "Per account, region and category: events, first and last, days without files, failures; who and from where at the top; and in words what is not there. Formats other than the table give the first part, JSON with the sentences in _meta.",
    );
  addSharedOptions(addOutputOptions(command)).action(async (options: SharedOptions & OutputOptions) =>
    runCommand(terminal, options, async (run) => overview(run, options)),
  );
}

async function overview(run: CommandRun, options: OutputOptions): Promise<CommandResult> {
  const reader = await run.openCase();
  try {
    const missing = await missingInWords(reader);
    if (options.format === "table") {
      await run.terminal.printAll(page(run, reader, missing), options.output);
      return { exitCode: EXIT_CODES.ok, counts: { not_there: missing.length }, exported: options.output !== undefined };
    }
    const meta = { not_there: missing };
    const rows = await printResult(run, await overviewTable(reader), { ...options, meta, footer: missing });
    return {
      exitCode: EXIT_CODES.ok,
      counts: { rows, not_there: missing.length },
      exported: options.output !== undefined,
    };
  } finally {
    reader.close();
  }
}

/** The whole page for the terminal, section by section. */
async function* page(run: CommandRun, reader: CaseReader, missing: readonly string[]): AsyncGenerator<string> {
  const width = run.terminal.width;
  const options = { width, color: run.terminal.color };
  yield* formatResult("table", await overviewTable(reader), options);
  yield "\nWho, by number of events\n";
  yield* formatResult("table", await topActors(reader), options);
  yield "\nFrom where\n";
  yield* formatResult("table", await topAddresses(reader), options);
  yield "\nNot there\n";
  for (const sentence of missing) yield `- ${escapeControls(sentence)}\n`;
  yield "- what no trail recorded, or what was recorded and not handed over\n";
}
