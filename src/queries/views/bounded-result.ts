import type { CaseReader } from "../../store/case-reader.ts";
import type { ResultColumn, ResultRow } from "../../store/result-table.ts";
import type { QueryRequest } from "../query-command.ts";
import { runQuery, scopeRemovals, type ResultNotes } from "../run-query.ts";

/** The part of a result that is kept to be looked at: never more than fits into memory, whatever the query returns. */
export interface BoundedResult {
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly ResultRow[];
  /** False when there are more rows than these. */
  readonly isComplete: boolean;
  readonly notes: ResultNotes;
  /** What the scope removes without saying so, a sentence each. */
  readonly removals: readonly string[];
}

export interface BoundedOptions {
  readonly max_rows?: number;
  readonly max_characters?: number;
  /** Called as rows come, with all of them so far. */
  readonly onRows?: (columns: readonly ResultColumn[], rows: readonly ResultRow[]) => void;
}

const RESULT_ROWS_MAX = 10_000;
/** Values of a megabyte each are possible. */
const CHARACTERS_MAX = 32_000_000;

/** Runs a query and keeps its first rows. The reader must be prepared with the request's scope. Throws UsageError, QueryError. */
export async function readBounded(
  reader: CaseReader,
  request: QueryRequest,
  { max_rows = RESULT_ROWS_MAX, max_characters = CHARACTERS_MAX, onRows }: BoundedOptions = {},
): Promise<BoundedResult> {
  const { result, notes } = await runQuery(reader, request.query, { ...request, limit: max_rows });
  const rows: ResultRow[] = [];
  let characters = 0;
  let isFull = false;
  for await (const chunk of result.chunks) {
    for (const row of chunk) {
      characters += charactersOf(row);
      isFull = rows.length > 0 && characters > max_characters;
      if (isFull) break;
      rows.push(row);
    }
    onRows?.(result.columns, rows);
    if (isFull) break;
  }
  const said = await notes();
  return {
    columns: result.columns,
    rows,
    isComplete: !said.limited && !isFull,
    notes: { ...said, rows: rows.length, limited: said.limited || isFull },
    removals: await scopeRemovals(reader, request.scope),
  };
}

function charactersOf(row: ResultRow): number {
  return row.reduce<number>((sum, cell) => sum + (typeof cell === "string" ? cell.length : 8), 0);
}
