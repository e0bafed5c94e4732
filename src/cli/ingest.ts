import { Option, type Command } from "commander";
import { EXIT_CODES } from "../errors.ts";
import { ingestArchives, type IngestResult } from "../ingest/ingest.ts";
import { readJournals } from "../journal/read-journals.ts";
import {
  addSharedOptions,
  runCommand,
  wholeNumber,
  type CommandResult,
  type CommandRun,
  type SharedOptions,
} from "./command-run.ts";
import { ingestProgress } from "./ingest-progress.ts";
import { summaryJson, summaryText } from "./ingest-summary.ts";
import type { Terminal } from "./terminal.ts";
import { TOOL_VERSION } from "./version.ts";

interface IngestCliOptions extends SharedOptions {
  readonly root?: readonly string[];
  readonly jobs?: string;
  readonly inPlace?: boolean;
  readonly format: "table" | "json";
}

export function addIngestCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command("ingest")
    .summary("load CloudTrail archives into a case")
    .description(
      "Load CloudTrail archives into a case, making it if there is none. Safe to repeat and to interrupt: files that are in the case are skipped, an event is stored once, evidence is only read.",
    )
    .argument("<paths...>", "folders or files, in any layout")
    .option("--root <label=path>", "where an evidence root is mounted now; repeatable", collect)
    .option("--jobs <n>", "reader threads (default: one a core)")
    .option("--in-place", "write the case file itself: needs no second copy, but nobody can read meanwhile")
    .addOption(new Option("--format <format>", "format of the summary").choices(["table", "json"]).default("table"))
    .addHelpText("after", "\nExample:\n  $ coldtrail ingest ./evidence --case ./acme");
  addSharedOptions(command).action(async (paths: string[], options: IngestCliOptions) =>
    runCommand(terminal, options, async (run) => ingest(run, paths, options)),
  );
}

async function ingest(run: CommandRun, paths: readonly string[], options: IngestCliOptions): Promise<CommandResult> {
  const { terminal } = run;
  const progress = ingestProgress(terminal, paths);
  const result = await ingestArchives(paths, {
    caseFolder: run.caseFolder,
    toolVersion: TOOL_VERSION,
    roots: options.root ?? [],
    inPlace: options.inPlace === true,
    signal: run.interrupt.signal,
    onProgress: progress,
    ...(options.jobs === undefined ? {} : { jobs: wholeNumber("--jobs", options.jobs) }),
  });
  if (result.resumed) terminal.tell("Took up the unfinished work of an earlier ingest.");
  if (options.format === "json") await terminal.print(`${summaryJson(result.summary)}\n`);
  else await terminal.print(summaryText(result, { caseOption: options.case, since: await sameEvidence(run, result) }));
  if (result.interrupted) {
    terminal.complain("Interrupted. What was committed stays; run the same command again to go on from there.");
  }
  const { files, records } = result.summary;
  return {
    exitCode: exitCodeOf(result),
    counts: { files: { ...files }, records: { ...records } },
    evidence_sha256: result.evidence_sha256,
  };
}

function exitCodeOf({ interrupted, summary }: IngestResult): number {
  if (interrupted) return EXIT_CODES.interrupted;
  const { partial, unsupported, unreadable } = summary.files;
  return partial + unsupported + unreadable > 0 ? EXIT_CODES.unreadable : EXIT_CODES.ok;
}

/** Time of an earlier ingest after which the case held exactly the same evidence; null if there was none. */
async function sameEvidence(run: CommandRun, result: IngestResult): Promise<string | null> {
  for await (const item of readJournals(run.journalFolder)) {
    if (item.type === "entry" && item.entry.evidence_sha256 === result.evidence_sha256) return item.entry.time_utc;
  }
  return null;
}

function collect(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}
