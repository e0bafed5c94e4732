import type { CaseReader } from "../../store/case-reader.ts";
import { eventColumn } from "./event-column.ts";
import type { Filter } from "./filter.ts";
import { whereClause } from "./filter-sql.ts";

/** Values listed of a column; more are counted and not listed. */
export const FREQUENCY_MAX = 10_000;

/** Longest value listed whole. */
const VALUE_TEXT_MAX = 2000;

/** Orders of a frequency table; `rarest` is the count upwards. */
export const FREQUENCY_ORDERS = ["count", "value", "first", "last", "rarest"] as const;
export type FrequencyOrder = (typeof FREQUENCY_ORDERS)[number];

/** A value with how often and when it occurs. */
export interface FrequencyRow {
  /** Null for no value and an empty one. */
  readonly value: string | null;
  /** False when the value is longer and only its beginning is here. */
  readonly is_whole: boolean;
  readonly n: number;
  /** Share of all events of the view, 0 to 100. */
  readonly percent: number;
  readonly first: string | null;
  readonly last: string | null;
}

/** The values of a column, the first `FREQUENCY_MAX` of them. */
export interface FrequencyTable {
  readonly rows: readonly FrequencyRow[];
  /** Distinct values, listed or not. */
  readonly n_values: number;
  readonly n_events: number;
}

const ORDERS: Readonly<Record<FrequencyOrder, string>> = {
  count: "n DESC, value NULLS LAST",
  rarest: "n, value NULLS LAST",
  value: "value NULLS LAST",
  first: "first_seen NULLS LAST, value NULLS LAST",
  last: "last_seen DESC NULLS LAST, value NULLS LAST",
};

/** Every value of a column with how often and when it occurs among the events that the filters leave. */
export async function readFrequency(
  reader: CaseReader,
  filters: readonly Filter[],
  { column, order }: { readonly column: string; readonly order: FrequencyOrder },
): Promise<FrequencyTable> {
  const rows = await reader.rows(`
    SELECT left(value, ${VALUE_TEXT_MAX}) AS shown, length(value) > ${VALUE_TEXT_MAX} AS is_cut, n,
      first_seen, last_seen, count(*) OVER () AS n_values, CAST(sum(n) OVER () AS BIGINT) AS n_events
    FROM (${groupsSql(filters, column)})
    ORDER BY ${ORDERS[order]} LIMIT ${FREQUENCY_MAX}`);
  const n_events = Number(rows[0]?.["n_events"] ?? 0);
  return {
    n_values: Number(rows[0]?.["n_values"] ?? 0),
    n_events,
    rows: rows.map((row) => ({
      value: row["shown"] === null ? null : String(row["shown"]),
      is_whole: row["is_cut"] !== true,
      n: Number(row["n"]),
      percent: n_events === 0 ? 0 : (100 * Number(row["n"])) / n_events,
      first: row["first_seen"] as string | null,
      last: row["last_seen"] as string | null,
    })),
  };
}

/** The whole table as one SELECT, for exports and `coldtrail sql`. */
export function frequencySql(
  filters: readonly Filter[],
  { column, order }: { readonly column: string; readonly order: FrequencyOrder },
): string {
  return `SELECT value, n, round(100.0 * n / sum(n) OVER (), 2) AS percent, first_seen, last_seen
FROM (${groupsSql(filters, column)})
ORDER BY ${ORDERS[order]}`;
}

function groupsSql(filters: readonly Filter[], name: string): string {
  const { expression, kind } = eventColumn(name);
  const value =
    kind === "text"
      ? `nullif(${expression}, '')`
      : kind === "time"
        ? `strftime(${expression}, '%Y-%m-%dT%H:%M:%S.%fZ')`
        : `CAST(${expression} AS VARCHAR)`;
  return `SELECT ${value} AS value, count(*) AS n, min(event_time) AS first_seen, max(event_time) AS last_seen
  FROM events ${whereClause(filters)}
  GROUP BY 1`;
}
