import { Option, type Command } from "commander";
import { EXIT_CODES } from "../errors.ts";
import { ingestArchives, type IngestResult } from "../ingest/ingest.ts";
import { planIngest } from "../ingest/plan.ts";
import type { Selection } from "../ingest/selection.ts";
import { readJournals } from "../journal/read-journals.ts";
import {
  addSharedOptions,
  runCommand,
  wholeNumber,
  type CommandResult,
  type CommandRun,
  type SharedOptions,
} from "./command-run.ts";
import { expandValues } from "../queries/scope.ts";
import { parseSince, parseUntil } from "../queries/time-text.ts";
import { printExplanation } from "./ingest-explain.ts";
import { printPlan } from "./ingest-plan.ts";
import { ingestProgress } from "./ingest-progress.ts";
import { provenanceWarning } from "./provenance-summary.ts";
import { summaryJson, summaryText } from "./ingest-summary.ts";
import type { Terminal } from "./terminal.ts";
import { TOOL_VERSION } from "./version.ts";

interface IngestCliOptions extends SharedOptions {
  readonly root?: readonly string[];
  readonly jobs?: string;
  readonly inPlace?: boolean;
  readonly plan?: boolean;
  readonly explain?: boolean;
  readonly ignoreSpace?: boolean;
  readonly since?: string;
  readonly until?: string;
  readonly account?: readonly string[];
  readonly region?: readonly string[];
  readonly kind?: readonly string[];
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
    .option("--plan", "look at names and sizes only: files by account, region, kind and month, and what loading takes")
    .option("--explain", "say of each file how it is recognised, step by step, and load nothing")
    .option(
      "--since <time>",
      "only files delivered from this time on, by their names (UTC; a date is its first moment)",
    )
    .option("--until <time>", "only files delivered before this time and a day more (UTC; a date is that whole day)")
    .option("--account <id...>", "only files of these accounts, by their names")
    .option("--region <region...>", "only files of these regions, by their names")
    .option(
      "--kind <kind...>",
      "only files of these kinds: CloudTrail, CloudTrail-Digest, CloudTrail-Insight and so on",
    )
    .option("--ignore-space", "start even when the disk looks too small")
    .addOption(new Option("--format <format>", "format of the summary").choices(["table", "json"]).default("table"))
    .addHelpText(
      "after",
      `
In a folder of \`coldtrail sync\` every file is compared with the manifest: exit code 4 when one was altered or is missing.
Files whose names say nothing are always loaded. What was left out is counted, stays visible in overview, and loads later.

Examples:
  $ coldtrail ingest ./evidence --case ./acme
  $ coldtrail ingest ./evidence --plan
  $ coldtrail ingest ./evidence --since 2026-03-01 --until 2026-03-31 --account 111122223333`,
    );
  addSharedOptions(command).action(async (paths: string[], options: IngestCliOptions) =>
    runCommand(terminal, options, async (run) => ingest(run, paths, options)),
  );
}

async function ingest(run: CommandRun, paths: readonly string[], options: IngestCliOptions): Promise<CommandResult> {
  const { terminal } = run;
  const selection = selectionOf(options);
  if (options.plan === true) return printPlan(run, planIngest(paths, selection, run.caseFolder), options.format);
  if (options.explain === true) return printExplanation(run, paths, options.format);
  const progress = ingestProgress(terminal, paths);
  const result = await ingestArchives(paths, {
    caseFolder: run.caseFolder,
    toolVersion: TOOL_VERSION,
    roots: options.root ?? [],
    inPlace: options.inPlace === true,
    ignoreSpace: options.ignoreSpace === true,
    selection,
    signal: run.interrupt.signal,
    onProgress: progress,
    ...(options.jobs === undefined ? {} : { jobs: wholeNumber("--jobs", options.jobs) }),
  });
  if (result.resumed) terminal.tell("Took up the unfinished work of an earlier ingest.");
  if (options.format === "json") await terminal.print(`${summaryJson(result.summary)}\n`);
  else await terminal.print(summaryText(result, { caseOption: options.case, since: await sameEvidence(run, result) }));
  for (const line of provenanceWarning(result.summary.provenance)) terminal.complain(line);
  if (result.interrupted) {
    terminal.complain("Interrupted. What was committed stays; run the same command again to go on from there.");
  }
  const { files, records, provenance } = result.summary;
  const manifest_problems = provenance?.problem_count ?? 0;
  return {
    exitCode: exitCodeOf(result),
    counts: { files: { ...files }, records: { ...records }, ...(provenance === null ? {} : { manifest_problems }) },
    evidence_sha256: result.evidence_sha256,
  };
}

function selectionOf(options: IngestCliOptions): Selection {
  return {
    since: options.since === undefined ? null : parseSince(options.since),
    until: options.until === undefined ? null : parseUntil(options.until),
    accounts: expandValues(options.account),
    regions: expandValues(options.region),
    kinds: expandValues(options.kind),
  };
}

function exitCodeOf({ interrupted, summary }: IngestResult): number {
  if (interrupted) return EXIT_CODES.interrupted;
  // As `sync --verify` and `evidence check` end: files that are not what was fetched are worse than none.
  if ((summary.provenance?.problem_count ?? 0) > 0) return EXIT_CODES.integrity;
  const { partial, unsupported, unreadable } = summary.files;
  return partial + unsupported + unreadable + summary.skippedPartial > 0 ? EXIT_CODES.unreadable : EXIT_CODES.ok;
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
