import type { CaseReader } from "../store/case-reader.ts";
import type { ResultColumn, ResultRow } from "../store/result-table.ts";
import { FindingReader, isFindingQuery, type Severity } from "./finding-row.ts";
import { SEVERITIES, type QueryFile } from "./query-file.ts";
import { runQuery, type ResultNotes } from "./run-query.ts";
import type { Scope } from "./scope.ts";

/** What became of one query of a run over many. */
export type QueryState =
  /** It has rows. */
  | "rows"
  /** No row; its notes say what was recorded. */
  | "no-rows"
  /** Nothing that it needs was recorded at all. */
  | "not-logged"
  /** It needs a parameter that was not given. */
  | "needs-parameter"
  /** It was refused or failed; the others ran. */
  | "failed";

export interface QueryOutcome {
  readonly query: QueryFile;
  readonly state: QueryState;
  readonly rows: number;
  /** Rows by severity; of a query that judges nothing all are 0. */
  readonly severities: Readonly<Record<Severity, number>>;
  /** Rows by effect: weakened, restored, removed, created, attempted. */
  readonly effects: Readonly<Record<string, number>>;
  readonly first: string | null;
  readonly last: string | null;
  /** Null when it did not run. */
  readonly notes: ResultNotes | null;
  /** Why it did not run to its end, or null. */
  readonly problem: string | null;
  readonly elapsed_ms: number;
}

/** Where the rows of a query go; `close` is called once, with the outcome, also after a failure. */
export interface RowSink {
  consume(chunks: AsyncIterable<readonly ResultRow[]>): Promise<void>;
  close(outcome: QueryOutcome): void | Promise<void>;
}

export interface LibraryRun {
  readonly scope: Scope;
  readonly given: ReadonlyMap<string, readonly string[]>;
  readonly signal: AbortSignal;
  /** Seconds for each query as text; see `withTimeout`. */
  readonly limitTime: () => () => void;
  readonly sinkFor: (query: QueryFile, columns: readonly ResultColumn[]) => RowSink;
}

/** Runs queries one after the other and yields what became of each as it ends; stops between rows when aborted. */
export async function* runLibrary(
  reader: CaseReader,
  queries: readonly QueryFile[],
  run: LibraryRun,
): AsyncGenerator<QueryOutcome> {
  for (const query of queries) {
    if (run.signal.aborted) return;
    const outcome = await runOne(reader, query, run);
    if (outcome === null) return;
    yield outcome;
  }
}

/** Parameters of the run that this query has: a run over many may give what only some take. */
function parametersOf(query: QueryFile, given: LibraryRun["given"]): Map<string, readonly string[]> {
  return new Map([...given].filter(([name]) => query.params.some((param) => param.name === name)));
}

async function runOne(reader: CaseReader, query: QueryFile, run: LibraryRun): Promise<QueryOutcome | null> {
  const started = performance.now();
  const given = parametersOf(query, run.given);
  const missing = query.params.filter(({ name, default: otherwise }) => otherwise === undefined && !given.has(name));
  const tally = new Tally(query, started);
  if (missing.length > 0) {
    return tally.outcome(
      "needs-parameter",
      null,
      `needs --param ${missing.map(({ name }) => `${name}=…`).join(" --param ")}`,
    );
  }
  const stop = run.limitTime();
  let sink: RowSink | null = null;
  let outcome: QueryOutcome;
  try {
    const { result, notes } = await runQuery(reader, query, { scope: run.scope, given, limit: null });
    sink = run.sinkFor(query, result.columns);
    await sink.consume(
      tally.counted(result.chunks, isFindingQuery(query) ? new FindingReader(query, result.columns) : null),
    );
    if (run.signal.aborted) return null;
    outcome = tally.ended(await notes());
  } catch (error) {
    if (run.signal.aborted) return null;
    outcome = tally.outcome("failed", null, (error as Error).message);
  } finally {
    stop();
  }
  await sink?.close(outcome);
  return outcome;
}

class Tally {
  private rows = 0;
  private readonly severities = Object.fromEntries(SEVERITIES.map((word) => [word, 0])) as Record<Severity, number>;
  private readonly effects: Record<string, number> = {};
  private first: string | null = null;
  private last: string | null = null;
  private readonly query: QueryFile;
  private readonly started: number;

  constructor(query: QueryFile, started: number) {
    this.query = query;
    this.started = started;
  }

  /** Passes chunks on and counts what is in them. */
  async *counted(
    chunks: AsyncIterable<readonly ResultRow[]>,
    findings: FindingReader | null,
  ): AsyncGenerator<readonly ResultRow[]> {
    for await (const chunk of chunks) {
      for (const row of chunk) this.add(row, findings);
      yield chunk;
    }
  }

  private add(row: ResultRow, findings: FindingReader | null): void {
    this.rows += 1;
    if (findings === null) return;
    this.severities[findings.severity(row)] += 1;
    const effect = findings.effect(row);
    if (effect !== null) this.effects[effect] = (this.effects[effect] ?? 0) + 1;
    const time = findings.time(row);
    if (time === null) return;
    if (this.first === null || time < this.first) this.first = time;
    if (this.last === null || time > this.last) this.last = time;
  }

  ended(notes: ResultNotes): QueryOutcome {
    const { coverage } = notes;
    const nothingRecorded = coverage.length > 0 && coverage.every(({ kind }) => kind === "none-recorded");
    if (this.rows > 0) return this.outcome("rows", notes, null);
    return this.outcome(nothingRecorded ? "not-logged" : "no-rows", notes, null);
  }

  outcome(state: QueryState, notes: ResultNotes | null, problem: string | null): QueryOutcome {
    const { query, rows, severities, effects, first, last } = this;
    const elapsed_ms = Math.round(performance.now() - this.started);
    return { query, state, rows, severities, effects, first, last, notes, problem, elapsed_ms };
  }
}

/** What an outcome's query needs to have been recorded, with the values of its parameters: `data:s3:read(payroll)`. */
export function needsInWords({ query, notes }: QueryOutcome): string {
  return notes === null ? query.requires.join(", ") : notes.coverage.map(({ requirement }) => requirement).join(", ");
}

/** The worst severity that an outcome has a row of, or null. */
export function worstSeverity({ severities }: QueryOutcome): Severity | null {
  return SEVERITIES.toReversed().find((word) => severities[word] > 0) ?? null;
}
