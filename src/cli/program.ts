import { Command, CommanderError } from "commander";
import { EXIT_CODES } from "../errors.ts";
import { addCustodyCommand } from "./custody.ts";
import { addDoctorCommand } from "./doctor.ts";
import { addEvidenceCommand } from "./evidence.ts";
import { addFindCommand } from "./find.ts";
import { addIngestCommand } from "./ingest.ts";
import { addJournalCommand } from "./journal.ts";
import { addNoteCommand } from "./note.ts";
import { addOverviewCommand } from "./overview.ts";
import { addQueryCommand } from "./query.ts";
import { addShowCommand } from "./show.ts";
import { addSqlCommand } from "./sql.ts";
import { addSyncCommand } from "./sync.ts";
import { addTagCommand } from "./tag.ts";
import { addTimelineCommand } from "./timeline.ts";
import { addTriageCommand } from "./triage.ts";
import { addTuiCommand } from "./tui.ts";
import { addUntagCommand } from "./untag.ts";
import { reportError } from "./command-run.ts";
import { Terminal } from "./terminal.ts";
import { TOOL_VERSION } from "./version.ts";

/** The whole command line, without running anything: also what docs/cli.md is generated from. */
export function buildProgram(terminal: Terminal): Command {
  const program = new Command("coldtrail")
    .description("Offline forensic analyzer for AWS CloudTrail archives.")
    .version(TOOL_VERSION, "--version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .showSuggestionAfterError()
    .exitOverride()
    .configureHelp({ helpWidth: 100, sortSubcommands: false })
    .addHelpText(
      "after",
      `
First steps:
  $ coldtrail ingest ./evidence      load an archive into ./case
  $ coldtrail overview               what is in it, and what is not
  $ coldtrail sql "SELECT …"         any question, read-only

Exit codes: ${exitCodeLine()}`,
    );
  for (const add of [
    addSyncCommand,
    addIngestCommand,
    addOverviewCommand,
    addTuiCommand,
    addTriageCommand,
    addFindCommand,
    addQueryCommand,
    addTimelineCommand,
    addTagCommand,
    addUntagCommand,
    addNoteCommand,
    addSqlCommand,
    addShowCommand,
    addEvidenceCommand,
    addCustodyCommand,
    addJournalCommand,
    addDoctorCommand,
  ]) {
    add(program, terminal);
  }
  for (const command of allCommands(program)) command.exitOverride().configureHelp({ helpWidth: 100 });
  return program;
}

/** Every command below the program, depth first. */
export function allCommands(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...allCommands(child)]);
}

/** What each exit code means; documented and never renumbered. */
export const EXIT_CODE_MEANINGS: Record<keyof typeof EXIT_CODES, string> = {
  ok: "done",
  bug: "a bug in coldtrail",
  usage: "wrong usage, or the case cannot be opened or written",
  unreadable: "some evidence could not be read; the rest is loaded",
  integrity: "evidence or a journal differs from what was recorded",
  query: "a query was refused or failed",
  remote: "a remote operation failed",
  interrupted: "interrupted; what was committed stays",
};

function exitCodeLine(): string {
  return Object.entries(EXIT_CODES)
    .map(([name, code]) => `${code} ${EXIT_CODE_MEANINGS[name as keyof typeof EXIT_CODES]}`)
    .join(" · ");
}

/** Parses the command line, runs the command and sets the exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  const terminal = new Terminal();
  const program = buildProgram(terminal);
  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has printed the message; help and version are no errors.
      process.exitCode = error.exitCode === 0 ? EXIT_CODES.ok : EXIT_CODES.usage;
    } else process.exitCode = reportError(terminal, null, error as Error);
  }
}
