import { Option, type Command } from "commander";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseScope, type ScopeFlags } from "../queries/scope.ts";
import { caseFolder } from "../store/case-folder.ts";
import {
  addSharedOptions,
  runCommand,
  type CommandResult,
  type CommandRun,
  type SharedOptions,
} from "./command-run.ts";
import { redirectOutput } from "./redirect-output.ts";
import { addScopeOptions } from "./scope-options.ts";
import type { Terminal } from "./terminal.ts";
import { openTuiCase } from "./tui-case.ts";

interface TuiOptions extends SharedOptions, ScopeFlags {
  readonly ascii?: boolean;
}

export function addTuiCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command("tui")
    .summary("look through the case in the terminal")
    .description(
      "Look through the case on a full screen: events with filters, facets and pivots, sessions, the query library, marks with their timeline, and coverage. The case is read-only; marks and notes go to the journal. Press ? for the keys.",
    )
    .addOption(new Option("--ascii", "borders and charts of plain ASCII"))
    .addHelpText("after", "\nExample:\n  $ coldtrail tui --case acme --since 2024-03-01 --until 2024-03-31");
  addSharedOptions(addScopeOptions(command)).action(async (options: TuiOptions) =>
    runCommand(terminal, options, async (run) => tui(run, options)),
  );
}

async function tui(run: CommandRun, options: TuiOptions): Promise<CommandResult> {
  const scope = parseScope(options);
  const { env } = process;
  const { checkTerminal } = await import("../tui/terminal/fitness.ts");
  checkTerminal({ stdinIsTTY: process.stdin.isTTY, stdoutIsTTY: process.stdout.isTTY, env });
  const openCase = async (): ReturnType<typeof openTuiCase> =>
    openTuiCase({ caseFolder: run.caseFolder, journalFolder: run.journalFolder, examiner: options.examiner, scope });
  const opened = await openCase();
  // React reads it when it is loaded, and is twice as slow without.
  env["NODE_ENV"] = "production";
  const { launch } = await import("../tui/launch.ts");
  const { openLogFile } = await import("../tui/terminal/log-file.ts");
  const { systemClock } = await import("../tui/state/clock.ts");
  const log = openLogFile(join(tmpdir(), `coldtrail-tui-${process.pid}.log`));
  const restoreOutput = redirectOutput((text) => log.write(text));
  const result = await launch({
    stdin: process.stdin,
    stdout: process.stdout,
    opened,
    reopen: openCase,
    publishedFile: caseFolder(run.caseFolder).published,
    copyFolder: process.cwd(),
    clock: systemClock,
    color: options.color && (env["NO_COLOR"] ?? "") === "",
    ascii: options.ascii === true,
    env,
    log,
  }).finally(restoreOutput);
  if (result.message !== null) run.terminal.complain(result.message);
  return { exitCode: result.exitCode, counts: {} };
}
