import type { Command } from "commander";
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { EXIT_CODES, UsageError } from "../errors.ts";
import { escapeControls } from "../export/sanitise.ts";
import { prepareCase } from "../queries/case-views.ts";
import { ownAccountsOf } from "../queries/known-accounts.ts";
import { findQuery, libraryFolders, readLibrary, type Library } from "../queries/library.ts";
import { nextCommands, type NextCommand } from "../queries/next-command.ts";
import { bindParameters, parseParameterFlags } from "../queries/parameters.ts";
import type { QueryFile } from "../queries/query-file.ts";
import { notesInLines, runQuery, scopeRemovals, type ResultNotes } from "../queries/run-query.ts";
import { summaryNotes, summaryTable } from "../queries/run-summary.ts";
import { parseScope, scopeInWords } from "../queries/scope.ts";
import { selectQueries } from "../queries/select-queries.ts";
import { standaloneSql } from "../queries/standalone-sql.ts";
import {
  addSharedOptions,
  runCommand,
  wholeNumber,
  type CommandResult,
  type CommandRun,
  type SharedOptions,
} from "./command-run.ts";
import { addOutputOptions, printResult, tableOf, type OutputOptions } from "./output-options.ts";
import { addQueryCheckCommand } from "./query-check.ts";
import { addQueryNewCommand } from "./query-new.ts";
import { exitCodeOf, runMany } from "./query-run-many.ts";
import { ResultFolder } from "./result-folder.ts";
import { parseRow } from "./row-option.ts";
import { addScopeOptions, type ScopeFlags } from "./scope-options.ts";
import type { Terminal } from "./terminal.ts";
import { withTimeout } from "./timeout.ts";

interface LibraryOptions extends SharedOptions {
  readonly library?: readonly string[];
}

interface RunOptions extends LibraryOptions, OutputOptions, ScopeFlags {
  readonly phase?: readonly string[];
  readonly attack?: readonly string[];
  readonly all?: boolean;
  readonly param?: readonly string[];
  readonly limit?: string;
  readonly timeout: string;
}

interface ShowOptions extends LibraryOptions, ScopeFlags {
  readonly fromRow?: string;
  readonly param?: readonly string[];
  readonly sql?: boolean;
}

interface ListOptions extends LibraryOptions, OutputOptions {
  readonly phase?: string;
}

export function addQueryCommand(program: Command, terminal: Terminal): void {
  const query = program
    .command("query")
    .summary("the library of forensic questions: list, show, run, check, new")
    .description(
      "The library of forensic questions. Own libraries: queries/ in the case, --library, COLDTRAIL_QUERIES.",
    );
  const list = query
    .command("list")
    .summary("every query, by phase")
    .description("Every query of the library: id, phase, severity and the question it answers.")
    .option("--phase <phase>", "only queries of this phase");
  addSharedOptions(addOutputOptions(addLibraryOption(list))).action(async (options: ListOptions) =>
    runCommand(terminal, options, async (run) => listQueries(run, options)),
  );
  const show = query
    .command("show")
    .summary("what a query asks, its parameters, and its SQL")
    .description("What a query asks, needs, takes and leads to. With --sql a script that runs in any DuckDB.")
    .argument("<query>", "a query id, or a .sql file")
    .option("--sql", "print the SQL with parameters and scope filled in")
    .option("--from-row <row>", "fill in the commands of `next`: a JSON object, @row.json, or @result.csv:3")
    .option("--param <name=value>", "a parameter; repeatable", collect);
  addSharedOptions(addScopeOptions(addLibraryOption(show))).action(async (id: string, options: ShowOptions) =>
    runCommand(terminal, options, async (run) => showQuery(run, id, options)),
  );
  const runIt = query
    .command("run")
    .summary("run a query, several, or all of them on the case")
    .description(
      "Run queries of the library, or .sql files of the same form, on the case. Of one query its rows; of several a summary, and with -o a folder with one CSV each and findings.csv over all of them.",
    )
    .argument("[query...]", "query ids, or .sql files")
    .option("--phase <phase...>", "every query of these phases")
    .option("--attack <technique...>", "every query of these ATT&CK techniques and their sub-techniques")
    .option("--all", "every query")
    .option(
      "--param <name=value>",
      "a parameter; repeatable; @file reads its values from a file, @@text is the value @text",
      collect,
    )
    .option("--limit <n>", "at most so many rows")
    .option("--timeout <seconds>", "stop the query after so long", "600")
    .addHelpText(
      "after",
      "\nExample:\n  $ coldtrail query run key-usage --param access_key=AKIAIOSFODNN7EXAMPLE --since 2026-03-29",
    );
  addSharedOptions(addOutputOptions(addScopeOptions(addLibraryOption(runIt)))).action(
    async (ids: string[], options: RunOptions) =>
      runCommand(terminal, options, async (run) => {
        const isOne = ids.length === 1 && options.all !== true && !options.phase?.length && !options.attack?.length;
        return isOne ? runOne(run, ids[0]!, options) : runSeveral(run, ids, options);
      }),
  );
  addQueryCheckCommand(query, terminal);
  addQueryNewCommand(query, terminal);
}

function addLibraryOption(command: Command): Command {
  return command.option("--library <dir>", "a folder of own queries; repeatable", collect);
}

/** The library with the run's own folders; files that are no valid query are reported and left out. */
function openLibrary(run: CommandRun, options: LibraryOptions): Library {
  const library = readLibrary(libraryFolders(run.caseFolder, options.library ?? []));
  for (const problem of library.problems) run.terminal.complain(`Left out: ${problem.message}`);
  return library;
}

const LIST_COLUMNS = (["id", "phase", "severity", "question", "parameters"] as const).map(
  (name) => ({ name, type: "text" }) as const,
);

async function listQueries(run: CommandRun, options: ListOptions): Promise<CommandResult> {
  const { queries } = openLibrary(run, options);
  const rows = [...queries.values()]
    .filter(({ phase }) => options.phase === undefined || phase === options.phase)
    .map(({ id, phase, severity, question, params }) => [id, phase, severity, question, parametersInWords(params)]);
  await printResult(run, tableOf(LIST_COLUMNS, rows), options);
  return { exitCode: EXIT_CODES.ok, counts: { queries: rows.length } };
}

function parametersInWords(params: QueryFile["params"]): string {
  return params.map(({ name, default: otherwise }) => (otherwise === undefined ? `${name}*` : name)).join(", ");
}

async function showQuery(run: CommandRun, id: string, options: ShowOptions): Promise<CommandResult> {
  const query = findQuery(openLibrary(run, options), id);
  const scope = parseScope(options);
  const text =
    options.sql === true
      ? standaloneSql(query, {
          scope,
          params: bindParameters(query, parseParameterFlags(options.param ?? [])),
          own_accounts: ownAccountsOf(run.caseFolder),
        })
      : describeQuery(query, nextCommands(query, options.fromRow === undefined ? null : parseRow(options.fromRow)));
  await run.terminal.print(text);
  return { exitCode: EXIT_CODES.ok, counts: {} };
}

function describeQuery(query: QueryFile, next: readonly NextCommand[]): string {
  const lines = [
    `${query.id}: ${query.title}`,
    query.question,
    "",
    `phase     ${query.phase}, ${query.kind}, severity ${query.severity}`,
    ...(query.attack.length > 0 ? [`ATT&CK    ${query.attack.join(", ")}`] : []),
    ...(query.requires.length > 0 ? [`requires  ${query.requires.join(", ")}`] : []),
    `counts    ${query.counts}${query.context === "all" ? "; reads the whole case for context" : ""}`,
    ...query.params.map((param) => {
      const otherwise = param.default === undefined ? "must be given" : `default ${param.default ?? "none"}`;
      const type = param.choices === null ? param.type : param.choices.join(" or ");
      return `param     ${param.name} (${type}, ${otherwise}): ${param.help}`;
    }),
    ...query.false_positives.map((text) => `beware    ${text}`),
    `cannot    ${query.cannot_show}`,
    ...next.map(({ command }) => `next      ${command}`),
    ...query.references.map((text) => `see       ${text}`),
  ];
  return `${lines.map(escapeControls).join("\n")}\n`;
}

async function runOne(run: CommandRun, id: string, options: RunOptions): Promise<CommandResult> {
  const query = findQuery(openLibrary(run, options), id);
  const scope = parseScope(options);
  const given = parseParameterFlags(options.param ?? []);
  const limit = options.limit === undefined ? null : wholeNumber("--limit", options.limit);
  bindParameters(query, given);
  const reader = await run.openCase(async (database) => prepareCase(database, scope, run.caseFolder));
  const stop = withTimeout(reader, options.timeout);
  try {
    const started = await runQuery(reader, query, { scope, given, limit });
    let notes: ResultNotes | null = null;
    const notesNow = (): ResultNotes => notes!;
    const result = { ...started.result, chunks: thenNotes(started, (value) => (notes = value)) };
    const rows = await printResult(run, result, {
      ...options,
      footer: () => notesInLines(notesNow()),
      meta: () => metaOf(notesNow()),
    });
    if (options.format === "csv" || options.format === "jsonl") tellNotes(run, options, notesNow());
    for (const line of await scopeRemovals(reader, scope)) run.terminal.complain(line);
    return { exitCode: EXIT_CODES.ok, counts: { rows }, exported: options.output !== undefined };
  } finally {
    stop();
    reader.close();
  }
}

async function runSeveral(run: CommandRun, ids: readonly string[], options: RunOptions): Promise<CommandResult> {
  const { phase = [], attack = [], all = false } = options;
  if (ids.length === 0 && phase.length === 0 && attack.length === 0 && !all) {
    throw new UsageError({
      what: "No query is named",
      where: "coldtrail query run",
      fix: "Name ids, or use --phase, --attack or --all; `coldtrail query list` shows them.",
    });
  }
  if (options.limit !== undefined)
    throw new UsageError({
      what: "--limit is for one query",
      where: "--limit",
      fix: "Name one query, or leave it out.",
    });
  const queries = selectQueries(openLibrary(run, options), { ids, phases: phase, attack, all });
  const scope = parseScope(options);
  const given = parseParameterFlags(options.param ?? []);
  refuseUnknownParameters(queries, given);
  const folder = options.output === undefined ? null : ResultFolder.make(resolve(options.output));
  const reader = await run.openCase(async (database) => prepareCase(database, scope, run.caseFolder));
  try {
    const raw = options.rawCells === undefined ? {} : { rawCells: options.rawCells };
    const result = await runMany(run, { reader, queries }, { scope, given, timeout: options.timeout, folder, ...raw });
    const notes = summaryNotes(result.outcomes, scope);
    const meta = { scope: scopeInWords(scope), notes };
    const { output: _folder, ...shown } = options;
    await printResult(run, summaryTable(result.outcomes, options.case === "./case" ? null : options.case), {
      ...shown,
      meta,
      footer: () => notes,
    });
    if (folder !== null) run.terminal.tell(`Wrote ${folder.files().length} files to ${folder.folder}`);
    const rows = result.outcomes.reduce((sum, outcome) => sum + outcome.rows, 0);
    return {
      exitCode: exitCodeOf(result),
      counts: { queries: result.outcomes.length, rows },
      exported: folder !== null,
    };
  } finally {
    reader.close();
  }
}

/** A mistyped name must not pass because no query of many has it. */
function refuseUnknownParameters(queries: readonly QueryFile[], given: ReadonlyMap<string, unknown>): void {
  for (const name of given.keys()) {
    if (queries.some(({ params }) => params.some((param) => param.name === name))) continue;
    throw new UsageError({
      what: "No such parameter",
      where: `--param ${name}=…`,
      fix: "None of the queries selected has it; `coldtrail query show ID` lists what each takes.",
    });
  }
}

/** Passes the rows on and then takes the notes, so that a footer can be written right after the last row. */
async function* thenNotes(
  started: Awaited<ReturnType<typeof runQuery>>,
  keep: (notes: ResultNotes) => void,
): AsyncGenerator<Awaited<ReturnType<typeof runQuery>>["result"]["chunks"] extends AsyncIterable<infer T> ? T : never> {
  yield* started.result.chunks;
  keep(await started.notes());
}

type Meta = Record<string, string | number | boolean | null | Record<string, string>[]>;

function metaOf(notes: ResultNotes): Meta {
  return { ...notes, coverage: notes.coverage.map((answer) => ({ ...answer })) };
}

/** Formats without a footer carry their notes beside them: a sidecar file, or stderr. */
function tellNotes(run: CommandRun, options: OutputOptions, notes: ResultNotes): void {
  if (options.output === undefined) for (const line of notesInLines(notes)) run.terminal.tell(line);
  else writeFileSync(`${options.output}.meta.json`, `${JSON.stringify(metaOf(notes), null, 2)}\n`);
}

function collect(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}
