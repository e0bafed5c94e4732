import type { QueryError } from "../errors.ts";
import type { CaseReader } from "../store/case-reader.ts";
import { readParseTree } from "../store/parse-tree.ts";
import { findDeviations, parameterNames, uncastParameters, type Deviation } from "./portable-subset.ts";
import { bindParameters, sqlNamesOf } from "./parameters.ts";
import { problem, type QueryFile } from "./query-file.ts";
import { parseRequirement } from "./requirement.ts";

/** What checking a query file found. */
export interface QueryCheck {
  readonly query: QueryFile;
  /** Reasons to refuse it, each with file:line. */
  readonly errors: readonly QueryError[];
  /** `portable`, or `duckdb-only` for the reasons in `deviations`. */
  readonly label: "portable" | "duckdb-only";
  readonly deviations: readonly Deviation[];
  /** Result columns; empty when the query does not prepare. */
  readonly columns: readonly string[];
}

/** Checks a query against a case: its parameters, its order, its columns, and whether other engines can run it. */
export async function checkQuery(reader: CaseReader, query: QueryFile, ids: ReadonlySet<string>): Promise<QueryCheck> {
  const errors: QueryError[] = [];
  const fail = (line: number, fix: string): void =>
    void errors.push(problem(query.path, query.sql_line + line - 1, fix));
  checkParameters(query, fail);
  checkDefaults(query, errors);
  const failAt = (key: string, fix: string): void => void errors.push(problem(query.path, query.lineOf(key), fix));
  for (const name of query.tests.flatMap((item) => Object.keys(item.params))) {
    if (!query.params.some((param) => param.name === name))
      failAt("tests", `\`tests\` gives ${name}, which is no parameter.`);
  }
  for (const { query: next } of query.next)
    if (!ids.has(next)) failAt("next", `\`next\` names ${next}, which is no query.`);
  for (const name of query.requires.flatMap((text) => parseRequirement(text)?.subject?.parameter ?? [])) {
    if (!query.params.some((param) => param.name === name))
      failAt("requires", `\`requires\` asks about $${name}, which is no parameter.`);
  }
  const tree = await treeOf(reader, query, fail);
  const columns = await columnsOf(reader, query, errors);
  const isMissing = (column: string): boolean => columns.length > 0 && !columns.includes(column);
  for (const [role, column] of Object.entries(query.columns)) {
    if (isMissing(column))
      failAt("columns", `\`columns\` gives ${role} as ${column}, which the query does not return.`);
  }
  for (const column of query.next.flatMap((next) => Object.values(next.with))) {
    if (isMissing(column)) failAt("next", `\`next\` passes ${column} on, which the query does not return.`);
  }
  if (tree !== null && !hasOrder(tree))
    fail(1, "The query must end in an ORDER BY that leaves no ties, or the same case gives different bytes.");
  const deviations = tree === null ? [] : findDeviations(query.sql, tree);
  return { query, errors, label: deviations.length === 0 ? "portable" : "duckdb-only", deviations, columns };
}

function checkParameters(query: QueryFile, fail: (line: number, fix: string) => void): void {
  const used = parameterNames(query.sql);
  const declared = new Set(query.params.flatMap(sqlNamesOf));
  for (const name of declared) if (!used.has(name)) fail(1, `Parameter ${name} is declared and not used.`);
  for (const name of used) if (!declared.has(name)) fail(1, `$${name} is used and not declared under \`params\`.`);
  for (const { name, line } of uncastParameters(query.sql)) {
    fail(line, `Write CAST($${name} AS type): an untyped NULL fails inside functions.`);
  }
}

/** A default that is not of its type would refuse every run that leaves the parameter out. */
function checkDefaults(query: QueryFile, errors: QueryError[]): void {
  const params = query.params.filter((param) => param.default !== undefined);
  try {
    bindParameters({ ...query, params }, new Map());
  } catch (error) {
    errors.push(problem(query.path, query.lineOf("params"), `A default does not fit. ${(error as Error).message}`));
  }
}

async function treeOf(
  reader: CaseReader,
  query: QueryFile,
  fail: (line: number, fix: string) => void,
): Promise<unknown> {
  const [row] = await reader.rows("SELECT json_serialize_sql(CAST($sql AS VARCHAR)) AS tree", { sql: query.sql });
  const parsed = readParseTree(String(row?.["tree"])) as {
    error: boolean;
    error_message?: string;
    position?: string;
    statements?: unknown[];
  };
  if (parsed.error) {
    const line = query.sql.slice(0, Number(parsed.position ?? 0)).split("\n").length;
    fail(line, `${parsed.error_message ?? "not SQL"}. A query is exactly one SELECT.`);
    return null;
  }
  if (parsed.statements?.length !== 1) {
    fail(1, `It holds ${parsed.statements?.length ?? 0} statements; a query is exactly one SELECT.`);
    return null;
  }
  return parsed.statements[0];
}

async function columnsOf(reader: CaseReader, query: QueryFile, errors: QueryError[]): Promise<string[]> {
  try {
    return await reader.columnsOf(query.sql, { where: query.path, line: query.sql_line });
  } catch (error) {
    errors.push(error as QueryError);
    return [];
  }
}

function hasOrder(statement: unknown): boolean {
  const { modifiers } = (statement as { node?: { modifiers?: { type?: string }[] } }).node ?? {};
  return modifiers?.some(({ type }) => type === "ORDER_MODIFIER") ?? false;
}
