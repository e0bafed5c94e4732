import type { Command } from "commander";
import { resolve } from "node:path";
import { formatResult } from "../export/write-result.ts";
import { prepareCase } from "../queries/case-views.ts";
import { findIndicators, FIND_COLUMNS, loadIndicators, type Finding } from "../queries/find.ts";
import { libraryFolders, readLibrary } from "../queries/library.ts";
import { missingInWords, overviewTable, topActors, topAddresses } from "../queries/overview.ts";
import { summaryNotes, summaryTable } from "../queries/run-summary.ts";
import { expandValues, parseScope, scopeInWords, type Scope, type ScopeFlags } from "../queries/scope.ts";
import { selectQueries } from "../queries/select-queries.ts";
import type { CaseReader } from "../store/case-reader.ts";
import type { ResultTable } from "../store/result-table.ts";
import { ORDER_NOTE, runTimeline } from "../timeline/timeline.ts";
import { seedsInWords } from "../timeline/seeds.ts";
import {
  addSharedOptions,
  runCommand,
  type CommandResult,
  type CommandRun,
  type SharedOptions,
} from "./command-run.ts";
import { tableOf } from "./output-options.ts";
import { exitCodeOf, runMany, type ManyResult } from "./query-run-many.ts";
import { ResultFolder } from "./result-folder.ts";
import type { Terminal } from "./terminal.ts";
import { hasSeeds, indicatorsFrom, seedsFrom, type KnownFlags } from "./triage-seeds.ts";
import { triagePage, type TriageParts } from "./triage-page.ts";
import { TOOL_VERSION } from "./version.ts";

interface TriageOptions extends SharedOptions, KnownFlags, Omit<ScopeFlags, "principal"> {
  readonly output?: string;
  readonly timeout: string;
}

export function addTriageCommand(program: Command, terminal: Terminal): void {
  const command = program
    .command("triage")
    .summary("the first hour in one command: what is here, hits, findings, timeline")
    .description(
      "One page for a first report: what is in the case and what is not, where the indicators stand, the findings of every query by severity, the timeline, and what all this rests on. With -o a folder with all of it as files, and their hashes.",
    )
    .argument("[value...]", "indicators of any kind, or @file with one a line")
    .option("--key <id...>", "access keys known to be bad")
    .option("--ip <cidr...>", "addresses or ranges known to be bad")
    .option("--principal <glob...>", "principals known to be bad")
    .option("--since <time>", "from this time on (UTC; a date is its first moment)")
    .option("--until <time>", "before this time (UTC; a date is that whole day)")
    .option("--account <id...>", "recipient, caller or session issuer account")
    .option("--region <region...>", "AWS region")
    .option("-o, --output <folder>", "a new folder for the files")
    .option("--timeout <seconds>", "stop a query after so long", "600")
    .addHelpText(
      "after",
      "\nExample:\n  $ coldtrail triage @iocs.txt --key AKIAIOSFODNN7EXAMPLE --since 2026-03-28 -o first-look",
    );
  addSharedOptions(command).action(async (values: string[], options: TriageOptions) =>
    runCommand(terminal, options, async (run) => triage(run, values, options)),
  );
}

async function triage(run: CommandRun, values: readonly string[], options: TriageOptions): Promise<CommandResult> {
  const { principal: _seed, ...filters } = options;
  const scope = parseScope(filters);
  const principals = expandValues(options.principal);
  const words = [...expandValues(values), ...expandValues(options.key), ...expandValues(options.ip), ...principals];
  const indicators = indicatorsFrom(words.map((word) => word.replaceAll(/^\*+|\*+$/g, "")));
  const folder = options.output === undefined ? null : ResultFolder.make(resolve(options.output));
  const reader = await run.openCase(async (database) => {
    await prepareCase(database, scope, run.caseFolder);
    await loadIndicators(database, indicators);
  });
  try {
    const { queries } = readLibrary(libraryFolders(run.caseFolder, []));
    const chosen = selectQueries({ queries, problems: [] }, { ids: [], phases: [], attack: [], all: true });
    const found = indicators.length === 0 ? [] : await findIndicators(reader, indicators, scope);
    const many = await runMany(
      run,
      { reader, queries: chosen.filter(({ params }) => params.every((param) => param.default !== undefined)) },
      { scope, given: new Map(), timeout: options.timeout, folder, below: "queries/" },
    );
    const parts = await gather(run, reader, { scope, found, many, principals, folder });
    await run.terminal.printAll(triagePage(parts, { width: run.terminal.width, color: run.terminal.color }));
    if (folder !== null) await writeRest(folder, parts);
    if (folder !== null) run.terminal.tell(`Wrote ${folder.files().length} files to ${folder.folder}`);
    return {
      exitCode: exitCodeOf(many),
      counts: { indicators: indicators.length, queries: many.outcomes.length, timeline: parts.timeline.rows },
      exported: folder !== null,
    };
  } finally {
    reader.close();
  }
}

/** Everything the page and the files are made of. */
async function gather(
  run: CommandRun,
  reader: CaseReader,
  of: {
    scope: Scope;
    found: readonly Finding[];
    many: ManyResult;
    principals: readonly string[];
    folder: ResultFolder | null;
  },
): Promise<TriageParts> {
  const { scope, found, many, principals, folder } = of;
  const seeds = seedsFrom(found, principals);
  const isSeeded = hasSeeds(seeds);
  const timeline = {
    rows: 0,
    seeds: isSeeded
      ? seedsInWords(seeds)
      : "none: no indicator is a key, principal, address, session or event that occurs",
  };
  if (isSeeded && !run.interrupt.signal.aborted) {
    const { result, counts } = await runTimeline(reader, { seeds, profile: "brief", localTime: null, limit: null });
    const pieces = formatResult("csv", result);
    if (folder === null) for await (const _piece of pieces);
    else await folder.write("timeline.csv", pieces, () => counts.rows);
    timeline.rows = counts.rows;
  }
  const stopped = run.interrupt.signal.aborted;
  return {
    scope: scopeInWords(scope),
    tool_version: TOOL_VERSION,
    overview: stopped ? [] : await rowsOf(await overviewTable(reader)),
    actors: stopped ? [] : await rowsOf(await topActors(reader)),
    addresses: stopped ? [] : await rowsOf(await topAddresses(reader)),
    missing: stopped ? [] : await missingInWords(reader),
    found: [{ columns: FIND_COLUMNS, rows: found.map(({ cells }) => cells) }],
    summary: await rowsOf(summaryTable(many.outcomes, run.options.case === "./case" ? null : run.options.case)),
    summary_notes: summaryNotes(many.outcomes, scope),
    outcomes: many.outcomes,
    timeline,
    order_note: ORDER_NOTE,
  };
}

/** A small result whole, as the page needs it twice. */
async function rowsOf({ columns, chunks }: ResultTable): Promise<TriageParts["overview"]> {
  const rows = [];
  for await (const chunk of chunks) rows.push(...chunk);
  return [{ columns, rows }];
}

async function writeRest(folder: ResultFolder, parts: TriageParts): Promise<void> {
  const csv = async (name: string, [table]: TriageParts["overview"]): Promise<void> => {
    if (table === undefined) return;
    await folder.write(name, formatResult("csv", tableOf(table.columns, table.rows)), () => table.rows.length);
  };
  await csv("overview.csv", parts.overview);
  await csv("indicators.csv", parts.found);
  await csv("summary.csv", parts.summary);
  await folder.write("triage.md", triagePage(parts, { width: null, color: false, markdown: true }));
  const files = folder.files();
  const manifest = { tool_version: parts.tool_version, scope: parts.scope, files };
  await folder.write("manifest.json", [`${JSON.stringify(manifest, null, 2)}\n`]);
  await folder.write(
    "SHA256SUMS",
    folder.files().map(({ name, sha256 }) => `${sha256}  ${name}\n`),
  );
}
