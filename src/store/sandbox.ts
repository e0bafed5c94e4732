import { StatementType, type DuckDBConnection, type DuckDBPreparedStatement } from "@duckdb/node-api";
import { QueryError } from "../errors.ts";
import { firstLine } from "./database.ts";

/*
 * Saved SQL is untrusted: it comes from colleagues, from libraries, from evidence pasted into it. It gets exactly one
 * SELECT, on a read-only database that can reach no file, no network and no setting.
 */

/** Closes every way out. Must run after all attaching, temp objects and settings. */
export async function lockDown(connection: DuckDBConnection): Promise<void> {
  await connection.run("SET enable_external_access = false");
  await connection.run("SET lock_configuration = true");
}

/** PRAGMA and CALL are rewritten to SELECT by the parser, so the text itself must begin like a query. */
const READING = /^(?:select|with|from|values|table|describe|show|summarize|\()/i;
const LEADING = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/;

/** Prepares SQL that is exactly one SELECT statement. `where` names its source. Throws QueryError. */
export async function prepareSelect(
  connection: DuckDBConnection,
  sql: string,
  where: string,
): Promise<DuckDBPreparedStatement> {
  const start = sql.replace(LEADING, "");
  if (start !== "" && !READING.test(start)) throw refused(`a ${firstWord(start)} statement`, where);
  let count: number;
  try {
    const statements = await connection.extractStatements(sql);
    ({ count } = statements);
    if (count === 1) {
      const statement = await statements.prepare(0);
      if (statement.statementType === StatementType.SELECT) return statement;
      throw refused(`a ${StatementType[statement.statementType] ?? "non-SELECT"} statement`, where);
    }
  } catch (error) {
    if (error instanceof QueryError) throw error;
    throw queryError(error as Error, sql, where);
  }
  throw refused(count === 0 ? "no statement at all" : `${count} statements`, where);
}

/** Wraps what the engine says, with the line of the SQL that it points at. */
export function queryError(error: Error, sql: string, where: string): QueryError {
  if (/INTERRUPT/i.test(error.message)) {
    return new QueryError({ what: "Stopped", where, fix: "Narrow the query, or raise its time limit." }, { cause: error });
  }
  const line = /LINE (\d+):/.exec(error.message)?.[1] ?? lineOf(error.message, sql);
  const place = line === null ? where : `${where}:${line}`;
  return new QueryError({ what: "The query failed", where: place, fix: adviceFor(error.message) }, { cause: error });
}

function adviceFor(message: string): string {
  const said = message
    .split("\n")
    .filter((text) => text.trim() !== "")
    .join("\n  ");
  if (/disabled by configuration|external access|locked|read-only/i.test(message)) {
    return `${firstLine(message)}\n  Queries cannot read files, write, attach or change settings; they read the case alone.`;
  }
  if (/Out of Memory|memory_limit|max_temp_directory/i.test(message)) {
    return `${firstLine(message)}\n  It needs more memory or temporary disk than a query may have: narrow it by time, account or event.`;
  }
  return said;
}

function firstWord(sql: string): string {
  return (/^\w+/.exec(sql)?.[0] ?? "non-SELECT").toUpperCase();
}

function refused(what: string, where: string): QueryError {
  return new QueryError({
    what: "Refused to run this query",
    where,
    fix: `It holds ${what}; a query is exactly one SELECT.`,
  });
}

function lineOf(message: string, sql: string): string | null {
  const position = /position (\d+)/.exec(message)?.[1];
  return position === undefined ? null : String(sql.slice(0, Number(position)).split("\n").length);
}
