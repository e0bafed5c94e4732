import { readLibrary } from "../../../src/queries/library.ts";
import type { QueryFile } from "../../../src/queries/query-file.ts";
import type { CaseReader } from "../../../src/store/case-reader.ts";
import { exampleParameters, middleTime, typicalValue } from "./example-values.ts";

/** What one child process runs: a query of the library, or SQL with its values. */
export type TimedWork =
  | {
      readonly kind: "library";
      readonly query: string;
      readonly given: readonly (readonly [string, readonly string[]])[];
    }
  | { readonly kind: "sql"; readonly sql: string; readonly params: Readonly<Record<string, string>> };

export interface TimedItem {
  readonly id: string;
  readonly group: "pivot" | "facet" | "library";
  /** What budget it falls under. */
  readonly what: string;
  /** For 10 M events. */
  readonly budget_ms: number;
  readonly work: TimedWork;
}

const PIVOT_MS = 60;

/** Everything to time on a case, with values that occur in it. Queries without fitting values are named on stderr. */
export async function timedItems(reader: CaseReader): Promise<TimedItem[]> {
  return [...(await pivots(reader)), ...facets(), ...(await libraryItems(reader))];
}

async function pivots(reader: CaseReader): Promise<TimedItem[]> {
  const columns = { ip: "source_ip", key: "user_identity_access_key_id", principal: "principal_unique_id" };
  const items: TimedItem[] = [];
  for (const [name, column] of Object.entries(columns)) {
    const value = await typicalValue(reader, column);
    if (value === null) continue;
    const where = `${column} = $value`;
    items.push(pivot(`${name}-summary`, summaryOf(where), { value }), pivot(`${name}-page`, pageOf(where), { value }));
  }
  const from = await middleTime(reader);
  if (from === null) return items;
  const day = "event_time >= CAST($from AS TIMESTAMP) AND event_time < CAST($from AS TIMESTAMP) + INTERVAL 1 DAY";
  return [...items, pivot("day-summary", summaryOf(day), { from }), pivot("day-page", pageOf(day), { from })];
}

function pivot(id: string, sql: string, params: Readonly<Record<string, string>>): TimedItem {
  return {
    id: `pivot-${id}`,
    group: "pivot",
    what: "point pivot",
    budget_ms: PIVOT_MS,
    work: { kind: "sql", sql, params },
  };
}

function summaryOf(where: string): string {
  return `SELECT event_name, count(*) AS n, min(event_time) AS first_event, max(event_time) AS last_event
    FROM events WHERE ${where} GROUP BY 1 ORDER BY n DESC, event_name`;
}

/** The first screens of a list of events. */
function pageOf(where: string): string {
  return `SELECT event_time, actor, event_name, aws_region, source_ip_address, outcome, target, event_id
    FROM events WHERE ${where} ORDER BY event_time NULLS LAST, same_second_rank, event_id LIMIT 200`;
}

const LOW = [
  "service",
  "event_name",
  "aws_region",
  "recipient_account_id",
  "user_identity_type",
  "outcome",
  "error_code",
  "source_ip_kind",
];
const HIGH = ["user_identity_access_key_id", "source_ip", "actor"];

function facets(): TimedItem[] {
  const facet = (column: string, budget: { what: string; budget_ms: number; where?: string }): TimedItem => ({
    id: `facet-${column.replace("user_identity_", "").replaceAll("_", "-")}${budget.where === undefined ? "" : "-filtered"}`,
    group: "facet",
    what: budget.what,
    budget_ms: budget.budget_ms,
    work: {
      kind: "sql",
      params: {},
      sql: `SELECT ${column} AS value, count(*) AS n FROM events ${budget.where ?? ""} GROUP BY 1 ORDER BY n DESC, value LIMIT 50`,
    },
  });
  // What is unfiltered and has many values was counted when the case was settled.
  const summary = (column: string): TimedItem => ({
    id: `facet-${column.replace("user_identity_", "").replaceAll("_", "-")}`,
    group: "facet",
    what: "facet, high cardinality, from the entity summary",
    budget_ms: 50,
    work: {
      kind: "sql",
      params: {},
      sql: `SELECT value, n FROM entity_summary WHERE column_name = '${column}' ORDER BY n DESC, value LIMIT 50`,
    },
  });
  return [
    ...LOW.map((column) => facet(column, { what: "facet, low cardinality", budget_ms: 400 })),
    ...HIGH.map(summary),
    ...HIGH.map((column) =>
      facet(column, {
        what: "facet, filtered",
        budget_ms: 2_000,
        where: "WHERE service = 'kms' AND aws_region = 'us-east-1'",
      }),
    ),
  ];
}

async function libraryItems(reader: CaseReader): Promise<TimedItem[]> {
  const items: TimedItem[] = [];
  for (const query of readLibrary([]).queries.values()) {
    const given = await exampleParameters(reader, query);
    if (given === null) console.error(`Not timed: ${query.id} has a parameter for which the case holds no value.`);
    else
      items.push({
        id: query.id,
        group: "library",
        ...budgetOf(query),
        work: { kind: "library", query: query.id, given: [...given] },
      });
  }
  return items;
}

function budgetOf({ sql }: QueryFile): { what: string; budget_ms: number } {
  if (
    /\bct_(?:i?like|matches|extract)\s*\(\s*(?:CAST\()?\w*(?:parameters|elements|event_data|resources|extra)\b/i.test(
      sql,
    )
  ) {
    return { what: "library, text search", budget_ms: 15_000 };
  }
  if (/\b(?:RANGE|ROWS)\s+BETWEEN\b/i.test(sql)) return { what: "library, sliding windows", budget_ms: 10_000 };
  return { what: "library, plain", budget_ms: 5_000 };
}
