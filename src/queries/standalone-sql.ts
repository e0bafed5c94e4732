import type { QueryParams } from "../store/case-reader.ts";
import { MACROS, macroStatement } from "./macros.ts";
import { parameterNames, withoutTexts } from "./portable-subset.ts";
import type { QueryFile } from "./query-file.ts";
import { scopeCondition, type Scope } from "./scope.ts";

/**
 * A query as a script for any DuckDB that has the case attached as `coldtrail`: the macros it uses, the scope as a view,
 * the parameters as literals.
 */
export function standaloneSql(query: QueryFile, scope: Scope, params: QueryParams): string {
  const condition = scopeCondition(scope);
  const used = MACROS.filter(({ name }) => query.sql.includes(name) || condition?.includes(name) === true);
  const lines = [
    // A question of several lines would leave the comment.
    `-- ${query.id}: ${query.question.replaceAll(/\s+/g, " ")}`,
    "-- ATTACH 'case/coldtrail.duckdb' AS coldtrail (READ_ONLY); USE coldtrail; SET TimeZone = 'UTC';",
    ...used.map((macro) => `${macroStatement(macro)};`),
    ...(condition === null
      ? []
      : [`CREATE OR REPLACE TEMP VIEW events AS SELECT * FROM coldtrail.main.events WHERE ${condition};`]),
    `${withLiterals(query.sql, params).trim().replace(/;\s*$/, "")};`,
  ];
  return `${lines.join("\n")}\n`;
}

function withLiterals(sql: string, params: QueryParams): string {
  const bare = withoutTexts(sql);
  const names = parameterNames(sql);
  return [...bare.matchAll(/\$(\w+)/g)]
    .filter(([, name = ""]) => names.has(name))
    .toReversed()
    .reduce((text, match) => {
      const literal = literalOf(params[match[1]!] ?? null);
      return text.slice(0, match.index) + literal + text.slice(match.index + match[0].length);
    }, sql);
}

function literalOf(value: QueryParams[string]): string {
  if (value === null) return "NULL";
  if (typeof value === "string") return `'${value.replaceAll("'", "''")}'`;
  if (typeof value === "object") return `[${value.map(literalOf).join(", ")}]`;
  return String(value);
}
