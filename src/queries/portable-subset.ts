import { PORTABLE_FUNCTIONS, portableAlternative } from "./portable-functions.ts";

/*
 * Which SQL runs on other engines too. The check works on the parse tree that DuckDB makes of the text, and on the
 * text itself for what the tree does not tell (`::` and CAST look the same in it).
 */

/** Why a query is not portable, with the line in its SQL; empty when it is. */
export interface Deviation {
  readonly line: number;
  readonly what: string;
  readonly instead: string;
}

const TEXT_RULES: readonly { pattern: RegExp; what: string; instead: string }[] = [
  { pattern: /::/, what: "the cast `::`", instead: "CAST(x AS type)" },
  { pattern: /->>?/, what: "a JSON arrow", instead: "ct_json(column, 'a.b')" },
  { pattern: /\bQUALIFY\b/i, what: "QUALIFY", instead: "a subquery with row_number()" },
  { pattern: /\bGROUP\s+BY\s+ALL\b/i, what: "GROUP BY ALL", instead: "the columns by name" },
  { pattern: /\bORDER\s+BY\s+ALL\b/i, what: "ORDER BY ALL", instead: "the columns by name" },
  { pattern: /\bASOF\b/i, what: "ASOF JOIN", instead: "a window function" },
  { pattern: /\bSELECT\s+(?:DISTINCT\s+)?(?:\w+\.)?\*/i, what: "SELECT *", instead: "the columns by name" },
  { pattern: /\bEXCLUDE\b/i, what: "EXCLUDE", instead: "the columns by name" },
  { pattern: /\bILIKE\b/i, what: "ILIKE", instead: "ct_ilike(value, pattern)" },
  { pattern: /\bTRY_CAST\s*\(/i, what: "TRY_CAST", instead: "ct_number(value) or ct_time(value)" },
  { pattern: /\bPIVOT\b|\bUNPIVOT\b/i, what: "PIVOT", instead: "count(*) FILTER (WHERE …) for each column" },
  { pattern: /\bSIMILAR\s+TO\b/i, what: "SIMILAR TO", instead: "ct_matches(value, pattern)" },
  { pattern: /(?<!\$)\bINTERVAL\s+(?!')\S/i, what: "an unquoted INTERVAL", instead: "INTERVAL '2' DAY" },
  {
    pattern: /\bto_(?:seconds|minutes|hours|days|weeks|months|years)\s*\(/i,
    what: "an interval made by a function",
    instead: "INTERVAL '2' DAY",
  },
  {
    pattern: /\bnow\s*\(|\bcurrent_(?:date|timestamp|time)\b/i,
    what: "the current time",
    instead: "max(event_time): archives are old",
  },
];

/** Finds what keeps SQL out of the portable subset. `tree` is what `json_serialize_sql` gives for it. */
export function findDeviations(sql: string, tree: unknown): Deviation[] {
  const bare = withoutTexts(sql);
  const deviations: Deviation[] = [];
  for (const { pattern, what, instead } of TEXT_RULES) {
    for (const { index } of bare.matchAll(new RegExp(pattern, `g${pattern.flags}`))) {
      deviations.push({ line: lineAt(sql, index), what, instead });
    }
  }
  for (const { name, at } of functionsIn(tree)) {
    if (!PORTABLE_FUNCTIONS.has(name))
      deviations.push({ line: lineAt(sql, at), what: `the function ${name}`, instead: portableAlternative(name) });
  }
  return deviations.toSorted((a, b) => a.line - b.line || (a.what < b.what ? -1 : 1));
}

/** Parameters used without the CAST that gives an untyped NULL its type, with their lines. */
export function uncastParameters(sql: string): { name: string; line: number }[] {
  const bare = withoutTexts(sql);
  return [...bare.matchAll(/\$(\w+)/g)]
    .filter(({ index }) => !/(?:CAST\s*\(\s*|\bIN\s*\(?\s*)$/i.test(bare.slice(0, index)))
    .map((match) => ({ name: match[1]!, line: lineAt(sql, match.index) }));
}

/** Names of the parameters in SQL. */
export function parameterNames(sql: string): Set<string> {
  return new Set([...withoutTexts(sql).matchAll(/\$(\w+)/g)].map((match) => match[1]!));
}

/** The SQL with comments, texts and quoted names blanked out, at the same length. */
export function withoutTexts(sql: string): string {
  const blank = (match: string): string => match.replace(/[^\n]/g, " ");
  return sql.replace(/--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"/g, (match) =>
    match.startsWith("'") ? `'${blank(match.slice(1, -1))}'` : blank(match),
  );
}

function functionsIn(tree: unknown): { name: string; at: number }[] {
  const found: { name: string; at: number }[] = [];
  const pending: unknown[] = [tree];
  while (pending.length > 0) {
    const node = pending.pop();
    if (typeof node !== "object" || node === null) continue;
    const { class: kind, function_name: name, query_location: at } = node as Record<string, unknown>;
    if ((kind === "FUNCTION" || kind === "WINDOW") && typeof name === "string") {
      found.push({ name: name.toLowerCase(), at: typeof at === "number" ? at : 0 });
    }
    if (kind === "LAMBDA") found.push({ name: "lambda", at: typeof at === "number" ? at : 0 });
    pending.push(...(Array.isArray(node) ? (node as unknown[]) : Object.values(node)));
  }
  return found;
}

function lineAt(sql: string, index: number): number {
  const at = Number.isSafeInteger(index) && index <= sql.length ? index : 0;
  return sql.slice(0, at).split("\n").length;
}
