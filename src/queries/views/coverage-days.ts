/*
 * The ground of the coverage matrix: by account, region and day, how many events of which category are in the case, and
 * how many log files whose names say that they were delivered on that day.
 */

/** The kinds of event that a trail can be set to record, each for itself. */
export const COVERAGE_CATEGORIES = [
  "management-read",
  "management-write",
  "data",
  "insight",
  "network",
  "other",
] as const;

export type CoverageCategory = (typeof COVERAGE_CATEGORIES)[number];

/** The category in words for people. */
export const CATEGORY_WORDS: Record<CoverageCategory, string> = {
  "management-read": "management read",
  "management-write": "management write",
  data: "data",
  insight: "Insight",
  network: "network activity",
  other: "of no known category",
};

// Before version 1.07 a record names no category; managementEvent tells, and before 1.06 there is only what it is. What
// is not said to be read-only counts as a write, as in `requires`.
const MANAGEMENT =
  "(event_category = 'Management' OR (event_category IS NULL AND management_event IS DISTINCT FROM false))";
const CONDITIONS: Record<CoverageCategory, string> = {
  "management-read": `(${MANAGEMENT} AND read_only IS NOT DISTINCT FROM true)`,
  "management-write": `(${MANAGEMENT} AND read_only IS DISTINCT FROM true)`,
  data: "(event_category = 'Data' OR (event_category IS NULL AND management_event = false))",
  insight: "event_category = 'Insight'",
  network: "event_category = 'NetworkActivity'",
  other: "event_category NOT IN ('Management', 'Data', 'Insight', 'NetworkActivity')",
};

/** The column of a count by category. */
export function categoryColumn(category: CoverageCategory): string {
  return `n_${category.replace("-", "_")}`;
}

/** Files that carry no events by their nature are no sign that events were delivered. */
const LOG_FILES = "name_account_id IS NOT NULL AND name_kind IS DISTINCT FROM 'CloudTrail-Digest'";
const PRESENT = "status IN ('imported', 'partial')";
/** What was offered and could not be used, wholly or in part. */
export const PROBLEM_FILES = "(status IN ('partial', 'unreadable', 'unsupported', 'not_selected') OR rejected > 0)";

/** Times of a query, UTC: `from` is part of them, `until` is not. */
export interface DayRange {
  /** `YYYY-MM-DD`. */
  readonly from: string;
  readonly until: string;
}

/**
 * A statement with one row for each account, region and day of which anything is there; account and region are empty
 * where a record names none. `where` narrows it, over the columns `account` and `region`.
 */
export function coverageDays(range: DayRange | null, where: string | null = null): string {
  const columns = COVERAGE_CATEGORIES.map(categoryColumn);
  const counts = COVERAGE_CATEGORIES.map(
    (category) => `coalesce(sum(n) FILTER (WHERE ${CONDITIONS[category]}), 0) AS ${categoryColumn(category)}`,
  );
  const within = (column: string): string =>
    range === null
      ? `${column} IS NOT NULL`
      : `${column} >= TIMESTAMP '${range.from} 00:00:00' AND ${column} < TIMESTAMP '${range.until} 00:00:00'`;
  const narrowed = where === null ? "" : `WHERE ${where}`;
  // Events are counted by the bare columns first: what is computed from them then has few rows to be computed for.
  return `SELECT account, region, day, sum(events) AS events,
  ${columns.map((column) => `sum(${column}) AS ${column}`).join(", ")},
  sum(files) AS files, sum(problems) AS problems
FROM (
  SELECT left(coalesce(recipient_account_id, ''), 64) AS account, left(coalesce(aws_region, ''), 64) AS region, day,
    sum(n) AS events, ${counts.join(",\n    ")}, 0 AS files, 0 AS problems
  FROM (SELECT recipient_account_id, aws_region, event_category, management_event, read_only,
      CAST(event_time AS DATE) AS day, count(*) AS n
    FROM all_events WHERE ${within("event_time")} GROUP BY ALL)
  GROUP BY 1, 2, 3
  UNION ALL
  SELECT name_account_id, coalesce(name_region, ''), CAST(name_delivered_at AS DATE), 0, ${columns.map(() => "0").join(", ")},
    count(*) FILTER (WHERE ${PRESENT}), count(*) FILTER (WHERE ${PROBLEM_FILES})
  FROM evidence_files
  WHERE ${LOG_FILES} AND ${within("name_delivered_at")}
  GROUP BY 1, 2, 3)
${narrowed}
GROUP BY 1, 2, 3`;
}
