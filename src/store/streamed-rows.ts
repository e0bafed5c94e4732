import { ResultReturnType, type DuckDBConnection, type DuckDBResult, type DuckDBValue } from "@duckdb/node-api";
import { rowsOfChunk } from "./chunk-rows.ts";
import type { ResultRow } from "./result-table.ts";
import { queryError, type SqlSource } from "./sandbox.ts";

/*
 * A stream that the engine gives up in the middle looks like one that has ended: the client reports no error, only the
 * result's type turns invalid. An answer that silently lacks rows is the worst one, so every stream is asked at its end.
 */

/** What was asked, to say what went wrong. */
export interface Asked {
  readonly sql: string;
  readonly bound: Readonly<Record<string, DuckDBValue>>;
  readonly source: SqlSource;
}

/** What came between while a result was read; counted by the owner of the connection. */
export interface Interventions {
  interrupts: number;
  queries: number;
}

/** True when a result read to its end was cut off by an error, an interrupt or another query. */
export function isCutOff(result: DuckDBResult): boolean {
  return result.returnType === ResultReturnType.INVALID;
}

/** The rows of a streaming result, chunk by chunk. Throws QueryError, also when the result turns out to be cut off. */
export function streamRows(
  connection: DuckDBConnection,
  result: DuckDBResult,
  { asked, interventions }: { readonly asked: Asked; readonly interventions: Readonly<Interventions> },
): AsyncGenerator<ResultRow[]> {
  // Counted from here: a generator's own body only runs when the first row is asked for.
  const { interrupts, queries } = interventions;
  return rowsOf(result, asked, async () => {
    if (interventions.interrupts > interrupts) return new Error("INTERRUPT");
    if (interventions.queries > queries)
      return new Error("Another query was begun before this one was read to its end");
    return await findReason(connection, asked);
  });
}

async function* rowsOf(result: DuckDBResult, asked: Asked, reason: () => Promise<Error>): AsyncGenerator<ResultRow[]> {
  try {
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) break;
      yield rowsOfChunk(chunk);
    }
    if (isCutOff(result)) throw await reason();
  } catch (error) {
    throw queryError(error as Error, asked.sql, asked.source);
  }
}

/** The engine tells its reason only when nothing is streamed: all rows are computed once more, and none is kept. */
async function findReason(connection: DuckDBConnection, { sql, bound }: Asked): Promise<Error> {
  const unknown = new Error("The engine stopped before the last row and gave no reason: the rows are not complete");
  const again = `SELECT max(hash(q)) FROM (${sql.replace(/[;\s]+$/, "")}\n) AS q`;
  const statement = await connection.prepare(again).catch(() => null);
  if (statement === null) return unknown;
  try {
    statement.bind({ ...bound });
    await statement.run();
    return unknown;
  } catch (error) {
    return error as Error;
  }
}
