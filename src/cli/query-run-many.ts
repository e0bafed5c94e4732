import { EXIT_CODES } from "../errors.ts";
import { formatResult } from "../export/write-result.ts";
import { FindingReader, FINDING_COLUMNS, isFindingQuery } from "../queries/finding-row.ts";
import { nextCommandOf } from "../queries/next-command.ts";
import { SEVERITIES, type QueryFile } from "../queries/query-file.ts";
import { runLibrary, worstSeverity, type QueryOutcome, type RowSink } from "../queries/run-library.ts";
import { scopeRemovals } from "../queries/run-query.ts";
import { scopeInWords, type Scope } from "../queries/scope.ts";
import type { CaseReader } from "../store/case-reader.ts";
import type { Cell, ResultColumn, ResultRow, ResultTable } from "../store/result-table.ts";
import type { CommandRun } from "./command-run.ts";
import { FindingsSpool } from "./findings-spool.ts";
import type { ResultFolder } from "./result-folder.ts";
import { withTimeout } from "./timeout.ts";

/** A run of many queries, and where its files go; null for the summary alone. */
export interface ManyRun {
  readonly scope: Scope;
  readonly given: ReadonlyMap<string, readonly string[]>;
  readonly timeout: string;
  readonly folder: ResultFolder | null;
  /** Where in the folder the CSVs of queries go: `` or `queries/`. */
  readonly below?: string;
  readonly rawCells?: boolean;
}

export interface ManyResult {
  readonly outcomes: readonly QueryOutcome[];
  readonly interrupted: boolean;
}

/** Runs the queries, telling each as it ends; with a folder one CSV each and `findings.csv` over all of them. */
export async function runMany(
  run: CommandRun,
  { reader, queries }: { reader: CaseReader; queries: readonly QueryFile[] },
  options: ManyRun,
): Promise<ManyResult> {
  const { terminal, interrupt } = run;
  const spool = options.folder === null ? null : new FindingsSpool();
  const outcomes: QueryOutcome[] = [];
  try {
    terminal.progress(`[0/${queries.length}] ${queries[0]?.id ?? ""}`);
    const going = runLibrary(reader, queries, {
      scope: options.scope,
      given: options.given,
      signal: interrupt.signal,
      limitTime: () => withTimeout(reader, options.timeout),
      sinkFor: (query, columns) =>
        options.folder === null || spool === null
          ? NOWHERE
          : new CsvSink({ query, columns, folder: options.folder, below: options.below ?? "", spool }),
    });
    for await (const outcome of going) {
      outcomes.push(outcome);
      terminal.tell(`[${outcomes.length}/${queries.length}] ${outcomeInWords(outcome)}`);
      terminal.progress(`[${outcomes.length}/${queries.length}] ${queries[outcomes.length]?.id ?? "findings"}`);
    }
    if (options.folder !== null && spool !== null) await writeFindings(options.folder, spool, options);
  } finally {
    spool?.remove();
  }
  for (const line of await removalsOf(run, reader, options.scope)) terminal.complain(line);
  return { outcomes, interrupted: interrupt.signal.aborted };
}

async function removalsOf(run: CommandRun, reader: CaseReader, scope: Scope): Promise<string[]> {
  return run.interrupt.signal.aborted ? [] : scopeRemovals(reader, scope);
}

/** Takes the rows, so that they are counted, and keeps none. */
const NOWHERE: RowSink = {
  consume: async (chunks) => {
    for await (const _chunk of chunks);
  },
  close: () => undefined,
};

/** One query's rows as CSV with its notes beside it, and its findings into the spool. */
class CsvSink implements RowSink {
  private readonly of: {
    readonly query: QueryFile;
    readonly columns: readonly ResultColumn[];
    readonly folder: ResultFolder;
    readonly below: string;
    readonly spool: FindingsSpool;
  };
  private readonly findings: FindingReader | null;
  private rows = 0;

  constructor(of: CsvSink["of"]) {
    this.of = of;
    this.findings = isFindingQuery(of.query) ? new FindingReader(of.query, of.columns) : null;
  }

  async consume(chunks: AsyncIterable<readonly ResultRow[]>): Promise<void> {
    const { columns, folder, below, query } = this.of;
    const pieces = formatResult("csv", { columns, chunks: this.spooled(chunks) });
    await folder.write(`${below}${query.id}.csv`, pieces, () => this.rows);
  }

  async close({ query, notes, severities, effects, state }: QueryOutcome): Promise<void> {
    if (state === "failed") return;
    const meta = `${JSON.stringify({ ...notes, severities, effects }, null, 2)}\n`;
    await this.of.folder.write(`${this.of.below}${query.id}.csv.meta.json`, [meta]);
  }

  private async *spooled(chunks: AsyncIterable<readonly ResultRow[]>): AsyncGenerator<readonly ResultRow[]> {
    const { findings } = this;
    const keep = findings === null ? null : this.of.spool.begin();
    for await (const chunk of chunks) {
      this.rows += chunk.length;
      if (findings !== null) keep?.(chunk.map((row) => findings.finding(row)));
      yield chunk;
    }
  }
}

async function writeFindings(folder: ResultFolder, spool: FindingsSpool, options: ManyRun): Promise<void> {
  let rows = 0;
  const counted = async function* (): AsyncGenerator<ResultRow[]> {
    for await (const batch of spool.inTimeOrder()) {
      rows += batch.length;
      yield batch;
    }
  };
  const raw = options.rawCells === undefined ? {} : { raw_cells: options.rawCells };
  await folder.write(
    "findings.csv",
    formatResult("csv", { columns: FINDING_COLUMNS, chunks: counted() }, raw),
    () => rows,
  );
}

function outcomeInWords(outcome: QueryOutcome): string {
  const { query, state, rows, problem, elapsed_ms } = outcome;
  const seconds = `${(elapsed_ms / 1000).toFixed(1)} s`;
  if (state === "failed" || state === "needs-parameter")
    return `${query.id}: ${state.replace("-", " ")}; ${problem ?? ""}`;
  if (state === "not-logged") return `${query.id}: not logged (${query.requires.join(", ")}), ${seconds}`;
  const judged = SEVERITIES.toReversed().flatMap((word) =>
    outcome.severities[word] > 0 ? `${outcome.severities[word]} ${word}` : [],
  );
  return `${query.id}: ${rows.toLocaleString("en-US")} rows${judged.length > 0 ? ` (${judged.join(", ")})` : ""}, ${seconds}`;
}

const SUMMARY_COLUMNS: ResultTable["columns"] = (
  [
    ["query", "text"],
    ["phase", "text"],
    ["state", "text"],
    ["severity", "text"],
    ["rows", "integer"],
    ...SEVERITIES.toReversed().map((word) => [word, "integer"] as const),
    ["effects", "text"],
    ["first", "timestamp"],
    ["last", "timestamp"],
    ["next", "text"],
    ["note", "text"],
  ] as const
).map(([name, type]) => ({ name, type }));

/** The summary as a table: what needs looking at first, then the rest in the order of an investigation. */
export function summaryTable(outcomes: readonly QueryOutcome[], caseFolder: string | null): ResultTable {
  const weight = (outcome: QueryOutcome): number => {
    const worst = worstSeverity(outcome);
    return worst === null ? -1 : SEVERITIES.indexOf(worst);
  };
  const rows = outcomes
    .map((outcome, place) => ({ outcome, place }))
    .toSorted((a, b) => weight(b.outcome) - weight(a.outcome) || a.place - b.place)
    .map(({ outcome }) => summaryRow(outcome, caseFolder));
  return {
    columns: SUMMARY_COLUMNS,
    chunks: (async function* () {
      yield rows;
    })(),
  };
}

function summaryRow(outcome: QueryOutcome, caseFolder: string | null): Cell[] {
  const { query, state, rows, severities, effects, first, last, notes, problem } = outcome;
  const effectWords = Object.entries(effects)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([effect, n]) => `${n} ${effect}`);
  const absent = notes === null ? null : (notes.coverage.find(({ kind }) => kind !== "rows")?.text ?? null);
  return [
    query.id,
    query.phase,
    state.replaceAll("-", " "),
    worstSeverity(outcome),
    rows,
    ...SEVERITIES.toReversed().map((word) => severities[word]),
    effectWords.join(", ") || null,
    first,
    last,
    rows > 0 ? nextCommandOf(query, caseFolder) : null,
    problem?.split("\n").join(" ") ?? absent,
  ];
}

/** Lines below the summary: what the run covered, and what it cannot show. */
export function summaryNotes(outcomes: readonly QueryOutcome[], scope: Scope): string[] {
  const ran = outcomes.filter(({ notes }) => notes !== null);
  const counts = SEVERITIES.toReversed().map(
    (word) => `${outcomes.reduce((sum, { severities }) => sum + severities[word], 0)} ${word}`,
  );
  const asOf = ran[0]?.notes?.as_of ?? null;
  return [
    `${ran.length} of ${outcomes.length} queries ran · findings: ${counts.join(", ")} · scope: ${scopeInWords(scope)} · as of ${asOf ?? "no dated event"}`,
    "one event can be in several findings; a query without rows says what was recorded, never that nothing took place",
    "cannot show: what no trail recorded, or what was recorded and not handed over; `query show ID` says it for each query",
  ];
}

export function exitCodeOf({ outcomes, interrupted }: ManyResult): number {
  if (interrupted) return EXIT_CODES.interrupted;
  return outcomes.some(({ state }) => state === "failed") ? EXIT_CODES.query : EXIT_CODES.ok;
}
