import type { CaseReader } from "../../store/case-reader.ts";
import { containsText } from "./session-selection.ts";
import { textLiteral } from "./sql-text.ts";
import {
  categoryColumn,
  COVERAGE_CATEGORIES,
  coverageDays,
  type CoverageCategory,
  type DayRange,
} from "./coverage-days.ts";
import { countsByCategory } from "./coverage-rows.ts";

/** What one column of the matrix spans. */
export const COVERAGE_ZOOMS = ["day", "week", "month"] as const;

export type CoverageZoom = (typeof COVERAGE_ZOOMS)[number];

/** What is in the case of one account or region in one day, week or month. */
export interface CoverageCell {
  readonly events: number;
  readonly by_category: Readonly<Record<CoverageCategory, number>>;
  readonly files: number;
  readonly problems: number;
  /** Days with an event or a file. */
  readonly days: number;
}

/** By `cellKey`; a cell of which nothing is there is missing. */
export type CoverageCells = ReadonlyMap<string, CoverageCell>;

/** `bucket` is the first day of the column, `YYYY-MM-DD`; weeks begin on Mondays. */
export function cellKey(account: string, region: string | null, bucket: string): string {
  return `${account}|${region === null ? "*" : `=${region}`}|${bucket}`;
}

/** The statement that counts the cells of these accounts, and of their regions, within a range of whole columns. */
export function coverageCellsSql(zoom: CoverageZoom, range: DayRange, accounts: readonly string[]): string {
  const sums = ["events", ...COVERAGE_CATEGORIES.map(categoryColumn), "files", "problems"].map(
    (column) => `CAST(sum(${column}) AS BIGINT) AS ${column}`,
  );
  return `SELECT account, region, grouping(region) = 1 AS is_account, bucket, ${sums.join(", ")}, count(DISTINCT day) AS days
FROM (SELECT *, CAST(date_trunc('${zoom}', day) AS DATE) AS bucket
  FROM (${coverageDays(range, `account IN (${accounts.map(textLiteral).join(", ")})`)}))
GROUP BY GROUPING SETS ((account, region, bucket), (account, bucket))`;
}

/** All cells of the matrix as rows, for an export; `text` is a part of an account or region. */
export function coverageTableSql(zoom: CoverageZoom, text: string): string {
  const where = text === "" ? "" : `\nWHERE ${containsText("account", text)} OR ${containsText("region", text)}`;
  const counts = COVERAGE_CATEGORIES.map(categoryColumn);
  const sums = ["events", ...counts, "files", "problems"].map(
    (column) => `CAST(sum(${column}) AS BIGINT) AS ${column}`,
  );
  return `SELECT account, region, CAST(date_trunc('${zoom}', day) AS DATE) AS ${zoom}, ${sums.join(", ")},
  count(*) AS days_with_any, 'not verified' AS proof_by_digests
FROM (${coverageDays(null)})${where}
GROUP BY 1, 2, 3
ORDER BY account = '', account, region = '', region, 3`;
}

/** The cells of these accounts and all their regions. The caller bounds the range and the accounts. */
export async function coverageCells(
  reader: CaseReader,
  zoom: CoverageZoom,
  { range, accounts }: { range: DayRange; accounts: readonly string[] },
): Promise<CoverageCells> {
  if (accounts.length === 0) return new Map();
  const rows = await reader.rows(coverageCellsSql(zoom, range, accounts));
  return new Map(
    rows.map((row) => {
      const region = row["is_account"] === true ? null : String(row["region"]);
      const cell = {
        events: Number(row["events"]),
        by_category: countsByCategory(row),
        files: Number(row["files"]),
        problems: Number(row["problems"]),
        days: Number(row["days"]),
      };
      return [cellKey(String(row["account"]), region, String(row["bucket"]).slice(0, 10)), cell] as const;
    }),
  );
}
