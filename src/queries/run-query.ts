import type { CaseReader } from "../store/case-reader.ts";
import type { ResultRow, ResultTable } from "../store/result-table.ts";
import { bindParameters, parameterTexts } from "./parameters.ts";
import type { QueryFile } from "./query-file.ts";
import { answerRequirements, type RequirementAnswer } from "./requirements.ts";
import { scopeCondition, scopeInWords, type Scope } from "./scope.ts";

/** What a result's numbers mean; complete once its last row is read. */
export interface ResultNotes {
  readonly query: string;
  readonly title: string;
  readonly rows: number;
  /** True when `--limit` cut the result. */
  readonly limited: boolean;
  readonly counts: QueryFile["counts"];
  readonly scope: string;
  /** Time of the last event in the case: states are as of then. */
  readonly as_of: string | null;
  /** Coverage of each requirement; see `answerRequirements`. */
  readonly coverage: readonly RequirementAnswer[];
  readonly cannot_show: string;
}

export interface RunOptions {
  readonly scope: Scope;
  /** Parameter texts by name. */
  readonly given: ReadonlyMap<string, readonly string[]>;
  readonly limit: number | null;
}

export interface QueryRun {
  readonly result: ResultTable;
  /** Call after the last row. */
  readonly notes: () => Promise<ResultNotes>;
}

/** Runs a library query; the reader must have been prepared with the same scope. Throws UsageError, QueryError. */
export async function runQuery(reader: CaseReader, query: QueryFile, options: RunOptions): Promise<QueryRun> {
  const params = bindParameters(query, options.given);
  const { columns, chunks } = await reader.query(query.sql, params, { where: query.path, line: query.sql_line });
  const state = { rows: 0, limited: false };
  return {
    result: { columns, chunks: limited(chunks, options.limit, state) },
    notes: async () => ({
      query: query.id,
      title: query.title,
      ...state,
      counts: query.counts,
      scope: scopeInWords(options.scope),
      as_of: await lastEvent(reader),
      coverage: await answerRequirements(reader, query.requires, {
        rows: state.rows,
        scope: options.scope,
        valuesOf: (name) => parameterTexts(query, options.given, name),
      }),
      cannot_show: query.cannot_show,
    }),
  };
}

async function* limited(
  chunks: ResultTable["chunks"],
  limit: number | null,
  state: { rows: number; limited: boolean },
): AsyncGenerator<readonly ResultRow[]> {
  for await (const chunk of chunks) {
    const room = limit === null ? chunk.length : limit - state.rows;
    if (chunk.length > room) state.limited = true;
    state.rows += Math.min(chunk.length, room);
    yield chunk.length > room ? chunk.slice(0, room) : chunk;
    if (state.limited) return;
  }
}

async function lastEvent(reader: CaseReader): Promise<string | null> {
  const [row] = await reader.rows("SELECT max(event_time) AS t FROM all_events");
  return (row?.["t"] as string | null) ?? null;
}

/** The notes as lines under a table. */
export function notesInLines(notes: ResultNotes): string[] {
  const rows = `${notes.rows.toLocaleString("en-US")} ${notes.rows === 1 ? "row" : "rows"}${notes.limited ? " (more were cut by --limit)" : ""}`;
  return [
    `${rows} · counts ${notes.counts} · scope: ${notes.scope} · as of ${notes.as_of ?? "no dated event"}`,
    ...notes.coverage.map(({ text }) => text),
    `cannot show: ${notes.cannot_show}`,
  ];
}

/** Events that the scope removes without saying so: undated ones by a time range, global ones by a region. */
export async function scopeRemovals(reader: CaseReader, scope: Scope): Promise<string[]> {
  const lines: string[] = [];
  if (scope.since !== null || scope.until !== null) {
    const rest = scopeCondition(scope, "time") ?? "true";
    const undated = await countWhere(reader, `event_time IS NULL AND ${rest}`);
    if (undated > 0)
      lines.push(`${undated} events without a usable time are left out by the time range: see undated_events.`);
  }
  if (scope.region.length > 0) {
    const rest = scopeCondition(scope, "region") ?? "true";
    const list = scope.region.map((region) => `'${region.replaceAll("'", "''")}'`).join(", ");
    const global = await countWhere(reader, `${GLOBAL} AND aws_region NOT IN (${list}) AND ${rest}`);
    if (global > 0)
      lines.push(`--region leaves out ${global} IAM, STS, sign-in and Organizations events of other regions.`);
  }
  return lines;
}

const GLOBAL =
  "event_source IN ('iam.amazonaws.com', 'sts.amazonaws.com', 'signin.amazonaws.com', 'organizations.amazonaws.com')";

async function countWhere(reader: CaseReader, condition: string): Promise<number> {
  const [row] = await reader.rows(`SELECT count(*) AS n FROM all_events WHERE ${condition}`);
  return Number(row?.["n"] ?? 0);
}
