import type { CaseReader } from "../../store/case-reader.ts";
import { categoryColumn, COVERAGE_CATEGORIES, coverageDays, type CoverageCategory } from "./coverage-days.ts";
import { containsText } from "./session-selection.ts";

/** An account, or one region of it: a row of the coverage matrix. */
export interface CoverageRow {
  /** Empty where the records name none. */
  readonly account: string;
  /** Null for all regions of the account together; empty where the records name none. */
  readonly region: string | null;
  readonly events: number;
  readonly by_category: Readonly<Record<CoverageCategory, number>>;
  /** Log files whose names are of this row. */
  readonly files: number;
  readonly problems: number;
  /** First and last day with an event or a file, `YYYY-MM-DD`. */
  readonly first_day: string;
  readonly last_day: string;
  /** Days from the first to the last of which there is neither an event nor a file. */
  readonly days_without: number;
}

export interface CoverageRows {
  readonly rows: readonly CoverageRow[];
  /** Rows in all; the list ends at `COVERAGE_ROWS_MAX`. */
  readonly total: number;
}

const COVERAGE_ROWS_MAX = 5000;

/** The statement behind the rows: each account, and each region of it. `text` is a part of an account or region. */
function coverageRowsSql(text: string): string {
  const sums = ["events", ...COVERAGE_CATEGORIES.map(categoryColumn), "files", "problems"].map(
    (column) => `CAST(sum(${column}) AS BIGINT) AS ${column}`,
  );
  const where = text === "" ? "" : `WHERE ${containsText("account", text)} OR ${containsText("region", text)}\n`;
  return `SELECT account, region, grouping(region) = 1 AS is_account, ${sums.join(", ")},
  min(day) AS first_day, max(day) AS last_day,
  date_diff('day', min(day), max(day)) + 1 - count(DISTINCT day) AS days_without
FROM (${coverageDays(null)})
${where}GROUP BY GROUPING SETS ((account, region), (account))`;
}

/** The rows of the matrix: accounts in order, each followed by its regions; an empty account is the last. */
export async function coverageRows(reader: CaseReader, text = ""): Promise<CoverageRows> {
  const rows = await reader.rows(`SELECT *, count(*) OVER () AS total FROM (${coverageRowsSql(text)})
ORDER BY account = '', account, is_account DESC, region = '', region LIMIT ${COVERAGE_ROWS_MAX}`);
  return { rows: rows.map(rowOf), total: Number(rows[0]?.["total"] ?? 0) };
}

type Cells = Awaited<ReturnType<CaseReader["rows"]>>[number];

function rowOf(row: Cells): CoverageRow {
  const n = (column: string): number => Number(row[column] ?? 0);
  return {
    account: String(row["account"]),
    region: row["is_account"] === true ? null : String(row["region"]),
    events: n("events"),
    by_category: countsByCategory(row),
    files: n("files"),
    problems: n("problems"),
    first_day: String(row["first_day"]),
    last_day: String(row["last_day"]),
    days_without: n("days_without"),
  };
}

/** Counts of a row of `coverageDays`, by category. */
export function countsByCategory(row: Cells): Record<CoverageCategory, number> {
  const counts = COVERAGE_CATEGORIES.map((category) => [category, Number(row[categoryColumn(category)] ?? 0)] as const);
  return Object.fromEntries(counts) as Record<CoverageCategory, number>;
}

/** What stands in no cell of the matrix. */
export interface OutsideMatrix {
  /** Events without a usable time. */
  readonly undated_events: number;
  /** Files with events whose names tell no delivery time; their events are in the cells all the same. */
  readonly undated_files: number;
}

export async function outsideMatrix(reader: CaseReader): Promise<OutsideMatrix> {
  const [row] = await reader.rows(`SELECT
  (SELECT count(*) FROM all_events WHERE event_time IS NULL) AS undated_events,
  (SELECT count(*) FROM evidence_files WHERE status IN ('imported', 'partial') AND records > 0
    AND (name_delivered_at IS NULL OR name_account_id IS NULL)) AS undated_files`);
  return { undated_events: Number(row?.["undated_events"] ?? 0), undated_files: Number(row?.["undated_files"] ?? 0) };
}
