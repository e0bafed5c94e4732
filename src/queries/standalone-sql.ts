import type { QueryParams } from "../store/case-reader.ts";
import { macroStatement } from "./macro.ts";
import { knownAccountsView } from "./known-accounts.ts";
import { LATER_COPIES_VIEW } from "./later-copies.ts";
import { MACROS } from "./macros.ts";
import { parameterNames, withoutTexts } from "./portable-subset.ts";
import type { QueryFile } from "./query-file.ts";
import { REFERENCE_TABLES } from "./reference-tables.ts";
import { scopeCondition, type Scope } from "./scope.ts";

/**
 * A query as a script for any DuckDB that has the case attached as `coldtrail`: the macros and reference tables it uses,
 * the accounts known as own, the scope as a view, the parameters as literals.
 */
export function standaloneSql(
  query: QueryFile,
  { scope, params, own_accounts }: { scope: Scope; params: QueryParams; own_accounts: readonly string[] },
): string {
  const condition = scopeCondition(scope);
  const used = namesNeeded(`${query.sql} ${condition ?? ""}`);
  const lines = [
    // A question of several lines would leave the comment.
    `-- ${query.id}: ${query.question.replaceAll(/\s+/g, " ")}`,
    "-- ATTACH 'case/coldtrail.duckdb' AS coldtrail (READ_ONLY); USE coldtrail; SET TimeZone = 'UTC';",
    ...MACROS.filter(({ name }) => used.has(name)).map((macro) => `${macroStatement(macro)};`),
    ...REFERENCE_TABLES.filter(({ name }) => used.has(name)).map(({ statement }) => `${statement};`),
    ...(used.has("known_accounts") ? [`${knownAccountsView(own_accounts)};`] : []),
    ...(condition === null
      ? []
      : [`CREATE OR REPLACE TEMP VIEW events AS SELECT * FROM coldtrail.main.events WHERE ${condition};`]),
    ...(used.has("later_copies") ? [`${LATER_COPIES_VIEW};`] : []),
    `${withLiterals(query.sql, params).trim().replace(/;\s*$/, "")};`,
  ];
  return `${lines.join("\n")}\n`;
}

/** Every word of a text, and of the macros that it names, and of those that they name. */
function namesNeeded(text: string): ReadonlySet<string> {
  const needed = new Set<string>();
  const pending = [text];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const [word] of next.toLowerCase().matchAll(/\w+/g)) {
      const macro = needed.has(word) ? undefined : MACROS.find(({ name }) => name === word);
      needed.add(word);
      if (macro !== undefined) pending.push(macro.body);
    }
  }
  return needed;
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
