import { StatementType, type DuckDBConnection, type DuckDBPreparedStatement } from "@duckdb/node-api";
import { QueryError } from "../errors.ts";
import { firstLine } from "./database.ts";
import { findForbiddenFunction } from "./table-functions.ts";

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

/** Where SQL comes from, for messages: a file or a word, and the line on which the SQL begins there. */
export interface SqlSource {
  readonly where: string;
  readonly line: number;
}

/** Prepares SQL that is exactly one SELECT statement. Throws QueryError. */
export async function prepareSelect(
  connection: DuckDBConnection,
  sql: string,
  source: SqlSource,
): Promise<DuckDBPreparedStatement> {
  const start = sql.replace(LEADING, "");
  const refuse = (what: string, at: number): QueryError => refused(what, source, lineAt(sql, at));
  if (start === "") throw refuse("no statement at all", 0);
  if (!READING.test(start)) throw refuse(`a statement that begins with ${firstWord(start)}`, sql.length - start.length);
  let count: number;
  try {
    const forbidden = await findForbiddenFunction(connection, sql);
    if (forbidden !== null) throw refuse(`a call of ${forbidden.name}, which reads no part of the case`, forbidden.at);
    const statements = await connection.extractStatements(sql);
    ({ count } = statements);
    if (count === 1) {
      const statement = await statements.prepare(0);
      if (statement.statementType === StatementType.SELECT) return statement;
      throw refuse(`a statement of type ${StatementType[statement.statementType] ?? "unknown"}`, 0);
    }
  } catch (error) {
    if (error instanceof QueryError) throw error;
    throw queryError(error as Error, sql, source);
  }
  throw refuse(`${count} statements`, 0);
}

/** Wraps what the engine says, with the line of the file that it points at. */
export function queryError(error: Error, sql: string, source: SqlSource): QueryError {
  if (error instanceof QueryError) return error;
  if (/INTERRUPT/i.test(error.message)) {
    return new QueryError(
      {
        what: "Stopped",
        where: `${source.where}:${source.line}`,
        fix: "Narrow the query by time, account or event, or raise --timeout.",
      },
      { cause: error },
    );
  }
  const line = Number(/LINE (\d+):/.exec(error.message)?.[1] ?? lineOf(error.message, sql));
  const where = `${source.where}:${source.line + line - 1}`;
  return new QueryError({ what: "The query failed", where, fix: adviceFor(error.message) }, { cause: error });
}

function adviceFor(message: string): string {
  const said = message
    .split("\n")
    .filter((text) => text.trim() !== "")
    .join("\n  ");
  if (/longer than 0x|Invalid string length/.test(message)) {
    return "A single value is too large to show. Select a part of it, for example substr(value, 1, 1000).";
  }
  if (/disabled by configuration|external access|locked|read-only/i.test(message)) {
    return `${firstLine(message)}\n  Queries cannot read files, write, attach or change settings; they read the case alone.`;
  }
  if (/Out of Memory|memory_limit|max_temp_directory/i.test(message)) {
    return `${firstLine(message)}\n  It needs more memory or temporary disk than a query may have: narrow it by time, account or event.`;
  }
  return said;
}

function firstWord(sql: string): string {
  return (/^\w+/.exec(sql)?.[0] ?? sql.slice(0, 1)).toUpperCase();
}

function refused(what: string, source: SqlSource, line: number): QueryError {
  return new QueryError({
    what: "Refused to run this query",
    where: `${source.where}:${source.line + line - 1}`,
    fix: `It holds ${what}; a query is exactly one SELECT on the case.`,
  });
}

function lineOf(message: string, sql: string): number {
  return lineAt(sql, Number(/position (\d+)/.exec(message)?.[1] ?? 0));
}

/** Counted from 1. */
function lineAt(sql: string, position: number): number {
  return sql.slice(0, position).split("\n").length;
}
