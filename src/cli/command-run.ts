import { Option, type Command } from "commander";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { EXIT_CODES, ExpectedError, InterruptedError, OverlapError, UsageError } from "../errors.ts";
import { resolveExaminer } from "../journal/examiner.ts";
import type { JsonObject } from "../journal/journal-entry.ts";
import { JournalNotWritableError } from "../journal/journal-errors.ts";
import { appendEntry } from "../journal/journal-file.ts";
import { MarkBook } from "../journal/mark-book.ts";
import { markRows } from "../journal/mark-rows.ts";
import { readJournals } from "../journal/read-journals.ts";
import { caseFolder } from "../store/case-folder.ts";
import { CaseReader } from "../store/case-reader.ts";
import type { Database } from "../store/database.ts";
import { loadJournalTables, type JournalRow } from "../store/journal-tables.ts";
import { BrokenPipe, type Terminal } from "./terminal.ts";
import { TOOL_VERSION } from "./version.ts";

/** Options that every command takes. */
export interface SharedOptions {
  readonly case: string;
  readonly journal?: string;
  readonly examiner?: string;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** What a command reports for the journal, and its exit code. */
export interface CommandResult {
  readonly exitCode: number;
  readonly counts: JsonObject;
  readonly evidence_sha256?: string;
  /** True when the result went to a file, to be handed on. */
  readonly exported?: boolean;
  /** True when the command wrote its own line, which stands for it. */
  readonly journaled?: boolean;
}

export function addSharedOptions(command: Command): Command {
  return command
    .addOption(new Option("--case <dir>", "case folder").env("COLDTRAIL_CASE").default("./case"))
    .addOption(new Option("--journal <dir>", "journal folder (default: journal/ in the case)").env("COLDTRAIL_JOURNAL"))
    .addOption(new Option("--examiner <name>", "who is working, for the journal").env("COLDTRAIL_EXAMINER"))
    .option("--quiet", "no progress and no hints on stderr")
    .option("--no-color", "no colour (also NO_COLOR)")
    .hook("preAction", (_, action) => settleEnvironment(action));
}

/** An empty variable counts as not set; and the journal tells whom the environment names from whom an option names. */
function settleEnvironment(command: Command): void {
  for (const [name, otherwise] of [["case", "./case"], ["journal"], ["examiner"]] as const) {
    if (command.getOptionValueSource(name) !== "env") continue;
    if (name === "examiner" || command.getOptionValue(name) === "") command.setOptionValue(name, otherwise);
  }
}

/** One run of one command: its surroundings, and what is done before and after it. */
export class CommandRun {
  readonly terminal: Terminal;
  readonly options: SharedOptions;
  readonly caseFolder: string;
  readonly journalFolder: string;
  /** Aborted by the first Ctrl-C. */
  readonly interrupt = new AbortController();

  constructor(terminal: Terminal, options: SharedOptions) {
    this.terminal = terminal;
    this.options = options;
    this.caseFolder = resolve(options.case);
    this.journalFolder = options.journal === undefined ? join(this.caseFolder, "journal") : resolve(options.journal);
  }

  /** Opens the case for reading, with the journals as temp tables; says when an unfinished ingest is not in it. */
  async openCase(prepare?: (database: Database, marks: MarkBook) => Promise<void>): Promise<CaseReader> {
    let marks = new MarkBook();
    const reader = await CaseReader.open(this.caseFolder, {
      prepare: async (database) => {
        marks = await loadJournals(database, this.journalFolder);
        await prepare?.(database, marks);
      },
    });
    if (marks.unreadable > 0) {
      this.terminal.complain(
        `Warning: ${marks.unreadable} journal lines hold marks that this version of coldtrail cannot read.`,
      );
    }
    if (reader.unfinishedIngest) {
      this.terminal.complain(
        "Note: an unfinished ingest is not in here; run the same `coldtrail ingest` again to finish it.",
      );
    }
    this.interrupt.signal.addEventListener("abort", () => reader.interrupt());
    return reader;
  }
}

/** Makes the tables of the journals in a connection; returns what marks they hold. */
export async function loadJournals(database: Database, journalFolder: string): Promise<MarkBook> {
  const marks = new MarkBook();
  await loadJournalTables(database, journalRows(journalFolder, marks), () => markRows(marks.marks()));
  return marks;
}

async function* journalRows(folder: string, marks: MarkBook): AsyncGenerator<JournalRow> {
  if (!existsSync(folder)) return;
  for await (const item of readJournals(folder)) {
    if (item.type !== "entry") continue;
    marks.add(item.entry);
    yield item.entry;
  }
}

type Work = (run: CommandRun) => Promise<CommandResult>;

/** Runs a command, writes its journal line and sets the exit code. Nothing escapes from here. */
export async function runCommand(terminal: Terminal, options: SharedOptions, work: Work): Promise<void> {
  terminal.configure({ quiet: options.quiet === true, color: options.color && (process.env["NO_COLOR"] ?? "") === "" });
  const run = new CommandRun(terminal, options);
  const started = performance.now();
  const stopListening = listenForInterrupt(run);
  let result: CommandResult;
  let isWritten = false;
  try {
    result = await work(run);
    isWritten = result.journaled === true;
  } catch (error) {
    // Evidence must stay as it is; and what could not be written just now cannot be written now.
    isWritten = error instanceof OverlapError || error instanceof JournalNotWritableError;
    result = { exitCode: reportError(terminal, run, error as Error), counts: {} };
  } finally {
    stopListening();
  }
  process.exitCode = result.exitCode;
  if (isWritten) return;
  try {
    await writeJournal(run, result, Math.round(performance.now() - started));
  } catch (error) {
    process.exitCode = reportError(terminal, run, error as Error);
  }
}

/** The first Ctrl-C ends the command in good order; the second one at once. */
function listenForInterrupt(run: CommandRun): () => void {
  const onSignal = (): void => {
    process.removeListener("SIGINT", onSignal);
    process.removeListener("SIGTERM", onSignal);
    run.interrupt.abort();
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
  return () => {
    process.removeListener("SIGINT", onSignal);
    process.removeListener("SIGTERM", onSignal);
  };
}

/** Prints an error for the person and returns its exit code. */
export function reportError(terminal: Terminal, run: CommandRun | null, error: Error): number {
  if (error instanceof BrokenPipe) return EXIT_CODES.ok;
  if (run?.interrupt.signal.aborted === true && error instanceof ExpectedError) {
    const stopped = error instanceof InterruptedError ? error.message : "Stopped.";
    terminal.complain(stopped);
    return EXIT_CODES.interrupted;
  }
  if (error instanceof ExpectedError) {
    terminal.complain(error.message);
    return error.exitCode;
  }
  terminal.complain(error.stack ?? error.message);
  terminal.complain(`This is a bug in coldtrail ${TOOL_VERSION}. Please report it with the lines above.`);
  return EXIT_CODES.bug;
}

/** Every command that read or changed a case leaves a line; where there is no case there is no journal. */
async function writeJournal(run: CommandRun, result: CommandResult, elapsed_ms: number): Promise<void> {
  const { published, next } = caseFolder(run.caseFolder);
  const places = [published, next, run.journalFolder];
  if (run.options.journal === undefined && !places.some((place) => existsSync(place))) return;
  const examiner = resolveExaminer(run.options.examiner);
  try {
    const { seq, hash } = await appendEntry(run.journalFolder, {
      kind: "command",
      examiner: examiner.name,
      examiner_source: examiner.source,
      tool_version: TOOL_VERSION,
      argv: process.argv.slice(2),
      counts: result.counts,
      result_sha256: run.terminal.resultHash(),
      evidence_sha256: result.evidence_sha256 ?? null,
      exit_code: result.exitCode,
      elapsed_ms,
    });
    // Written down elsewhere, the head proves later that nothing before this export was changed.
    if (result.exported === true) run.terminal.tell(`Journal of ${examiner.name}: entry ${seq}, head ${hash}`);
  } catch (error) {
    if (!(error instanceof JournalNotWritableError)) throw error;
    run.terminal.complain(
      `Warning: this is not in the journal. ${error.message}\n  Name a writable folder with --journal DIR.`,
    );
  }
}

/** Reads a whole number option. Throws UsageError. */
export function wholeNumber(option: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new UsageError({
    what: "Not a whole number above 0",
    where: `${option} ${text}`,
    fix: "Give a number such as 4.",
  });
}
