import type { CaseReader } from "../../store/case-reader.ts";
import { eventColumn } from "./event-column.ts";
import { activeFilters, type Filter } from "./filter.ts";
import { whereClause } from "./filter-sql.ts";

/** Columns with so few values that all are counted in one pass, whatever the filters. */
export const QUICK_FACETS = [
  "event_name",
  "outcome",
  "error_code",
  "service",
  "aws_region",
  "recipient_account_id",
] as const;

/** Columns counted only when somebody asks; without filters the case has the answer ready. */
export const FACETS_ON_DEMAND = [
  "source_ip",
  "actor",
  "user_identity_access_key_id",
  "session_issuer_arn",
  "user_agent",
  "target",
] as const;

/** A value and how many events have it. */
export interface FacetValue {
  /** Null for no value and an empty one. */
  readonly value: string | null;
  /** False when the value is longer and only its beginning is here. */
  readonly is_whole: boolean;
  readonly n: number;
}

/** The values of one column. */
export interface Facet {
  readonly column: string;
  /** Distinct values, no value included. */
  readonly n_values: number;
  /** The most frequent first, then by value. */
  readonly values: readonly FacetValue[];
}

/** Longest value listed whole. */
const VALUE_TEXT_MAX = 2000;

/** Values listed of one column. */
const VALUES_MAX = 50;

/** The quick facets of the events that the filters leave, in their order. Throws QueryError. */
export async function countFacets(reader: CaseReader, filters: readonly Filter[]): Promise<Facet[]> {
  const sets = QUICK_FACETS.map((_, i) => `(v${i})`).join(", ");
  const columns = QUICK_FACETS.map((name, i) => `nullif(${name}, '') AS v${i}`).join(", ");
  const value = QUICK_FACETS.map((_, i) => `WHEN ${i} THEN v${i}`).join(" ");
  // Bit i from the left of grouping() is 0 for the column that a row groups by.
  const which = QUICK_FACETS.map((_, i) => `WHEN grouping(v${i}) = 0 THEN ${i}`).join(" ");
  const rows = await reader.rows(`
    WITH counted AS (
      SELECT CASE ${which} END AS facet, ${QUICK_FACETS.map((_, i) => `v${i}`).join(", ")}, count(*) AS n
      FROM (SELECT ${columns} FROM events ${whereClause(filters)}) GROUP BY GROUPING SETS (${sets})
    ),
    valued AS (SELECT facet, CASE facet ${value} END AS value, n FROM counted)
    ${rankedSql("valued")}`);
  const byFacet = Map.groupBy(rows, ({ facet }) => Number(facet));
  return QUICK_FACETS.map((column, i) => facetOf(column, byFacet.get(i) ?? []));
}

/** The values of one column; from the entity summary when nothing is filtered and the column is in it. */
export async function countFacet(reader: CaseReader, filters: readonly Filter[], name: string): Promise<Facet> {
  const { expression, kind } = eventColumn(name);
  if (activeFilters(filters).length === 0) {
    const summarised = await reader.rows(
      `WITH valued AS (
         SELECT 0 AS facet, nullif(value, '') AS value, CAST(sum(n) AS BIGINT) AS n FROM entity_summary
         WHERE column_name = $column GROUP BY ALL)
       ${rankedSql("valued")}`,
      { column: name },
    );
    if (summarised.length > 0) return facetOf(name, summarised);
  }
  const value = kind === "text" ? `nullif(${expression}, '')` : `CAST(${expression} AS VARCHAR)`;
  const rows = await reader.rows(
    `WITH valued AS (SELECT 0 AS facet, ${value} AS value, count(*) AS n FROM events ${whereClause(filters)} GROUP BY ALL)
     ${rankedSql("valued")}`,
  );
  return facetOf(name, rows);
}

function rankedSql(source: string): string {
  return `SELECT facet, left(value, ${VALUE_TEXT_MAX}) AS value, length(value) > ${VALUE_TEXT_MAX} AS is_cut, n, n_values FROM (
      SELECT facet, value, n, count(*) OVER (PARTITION BY facet) AS n_values,
        row_number() OVER (PARTITION BY facet ORDER BY n DESC, value NULLS LAST) AS place FROM ${source}
    ) WHERE place <= ${VALUES_MAX} ORDER BY facet, place`;
}

type Cells = Awaited<ReturnType<CaseReader["rows"]>>[number];

function facetOf(column: string, rows: readonly Cells[]): Facet {
  return {
    column,
    n_values: Number(rows[0]?.["n_values"] ?? 0),
    values: rows.map(({ value, is_cut, n }) => ({
      value: value === null ? null : String(value),
      is_whole: is_cut !== true,
      n: Number(n),
    })),
  };
}
