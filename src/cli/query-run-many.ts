import { EXIT_CODES } from "../errors.ts";
import { formatResult } from "../export/write-result.ts";
import { FindingReader, FINDING_COLUMNS, isFindingQuery } from "../queries/finding-row.ts";
import { SEVERITIES, type QueryFile } from "../queries/query-file.ts";
import { needsInWords, runLibrary, type QueryOutcome, type RowSink } from "../queries/run-library.ts";
import { scopeRemovals } from "../queries/run-query.ts";
import type { Scope } from "../queries/scope.ts";
import type { CaseReader } from "../store/case-reader.ts";
import type { ResultColumn, ResultRow } from "../store/result-table.ts";
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
  if (state === "not-logged") return `${query.id}: not logged (${needsInWords(outcome)}), ${seconds}`;
  const judged = SEVERITIES.toReversed().flatMap((word) =>
    outcome.severities[word] > 0 ? `${outcome.severities[word]} ${word}` : [],
  );
  return `${query.id}: ${rows.toLocaleString("en-US")} rows${judged.length > 0 ? ` (${judged.join(", ")})` : ""}, ${seconds}`;
}

export function exitCodeOf({ outcomes, interrupted }: ManyResult): number {
  if (interrupted) return EXIT_CODES.interrupted;
  return outcomes.some(({ state }) => state === "failed") ? EXIT_CODES.query : EXIT_CODES.ok;
}
