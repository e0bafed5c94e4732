import type { DuckDBConnection } from "@duckdb/node-api";
import { readParseTree } from "./parse-tree.ts";

/*
 * A locked configuration is not enough: table functions such as `enable_logging` change the engine's own state, send
 * what the evidence says to the terminal, or end the process, and `query('…')` hides them in a text. So a query may
 * call only those that compute or describe the case.
 */

const ALLOWED = new Set([
  "unnest",
  "range",
  "generate_series",
  "repeat",
  "repeat_row",
  "json_each",
  "json_tree",
  "summary",
  "histogram",
  "histogram_values",
  "query_table",
  "pragma_table_info",
  "pragma_show",
  "pragma_version",
  "pragma_platform",
  "pragma_database_size",
  "pragma_storage_info",
  "duckdb_columns",
  "duckdb_constraints",
  "duckdb_databases",
  "duckdb_dependencies",
  "duckdb_extensions",
  "duckdb_functions",
  "duckdb_indexes",
  "duckdb_keywords",
  "duckdb_memory",
  "duckdb_optimizers",
  "duckdb_schemas",
  "duckdb_sequences",
  "duckdb_settings",
  "duckdb_tables",
  "duckdb_temporary_files",
  "duckdb_types",
  "duckdb_variables",
  "duckdb_views",
]);

export interface CalledFunction {
  readonly name: string;
  /** Place in the SQL text. */
  readonly at: number;
}

const TREE = `
  SELECT CAST(json_serialize_sql(CAST($sql AS VARCHAR), skip_null := true, skip_empty := true, skip_default := true)
    AS VARCHAR) AS tree`;

/** The first table function of a query that it may not call, or null. SQL that is no SELECT has none here. */
export async function findForbiddenFunction(connection: DuckDBConnection, sql: string): Promise<CalledFunction | null> {
  const rows = (await connection.runAndReadAll(TREE, { sql })).getRowObjects();
  const pending: unknown[] = [readParseTree(String(rows[0]?.["tree"] ?? "null"))];
  while (pending.length > 0) {
    const node = pending.pop();
    if (typeof node !== "object" || node === null) continue;
    const called = calledBy(node);
    if (called !== null && !ALLOWED.has(called.name)) return called;
    for (const child of Object.values(node)) pending.push(child);
  }
  return null;
}

function calledBy(node: object): CalledFunction | null {
  const { type, function: call } = node as {
    type?: unknown;
    function?: { function_name?: unknown; query_location?: unknown };
  };
  if (type !== "TABLE_FUNCTION" || typeof call?.function_name !== "string") return null;
  const { function_name: name, query_location: at } = call;
  return { name: name.toLowerCase(), at: typeof at === "number" ? at : 0 };
}
