import { columnDays, columnOf, columnStart, dayNumber, dayText } from "../../../queries/views/coverage-calendar.ts";
import type { CoverageZoom } from "../../../queries/views/coverage-cells.ts";
import { coverageFilters } from "../../../queries/views/coverage-filters.ts";
import type { CoverageRow } from "../../../queries/views/coverage-rows.ts";
import type { Filter } from "../../../queries/views/filter.ts";
import type { App } from "../../state/contract.ts";
import type { CoverageState } from "./coverage-state.ts";
import { columnSpan, fittingZoom, matrixLayout, type MatrixLayout } from "./matrix-layout.ts";

/** The matrix as the state shows it: what drawing and commands have to agree on. */
export interface MatrixView {
  readonly rows: readonly CoverageRow[];
  readonly zoom: CoverageZoom;
  readonly layout: MatrixLayout;
  /** First and last column of which anything is there. */
  readonly first: number;
  readonly last: number;
  /** Place of the row under the cursor, and its column. */
  readonly row: number;
  readonly column: number;
}

/** Null until the rows have come, and when there are none. */
export function matrixView(state: CoverageState, width: number, app: App): MatrixView | null {
  const rows = app.services.coverage.rows(state.search.matrix).value?.rows ?? [];
  const zoom = state.zoom ?? fittingZoom(rows, width);
  const span = columnSpan(rows, zoom);
  if (span === null) return null;
  const column = columnOf(zoom, state.day ?? dayNumber(rows[0]!.last_day));
  return {
    rows,
    zoom,
    layout: matrixLayout(width, zoom),
    ...span,
    row: Math.min(state.cursors.matrix, rows.length - 1),
    column: Math.max(span.first, Math.min(span.last, column)),
  };
}

const MICROS_A_DAY = 86_400_000_000n;

/** The events of the cell under the cursor. */
export function cellFilters({ rows, zoom, row, column }: MatrixView, { category }: CoverageState): Filter[] {
  const { account, region } = rows[row]!;
  const start = columnStart(zoom, column);
  const until = BigInt(start + columnDays(zoom, column)) * MICROS_A_DAY;
  return coverageFilters({ account, region, category, since: BigInt(start) * MICROS_A_DAY, until });
}

/** The events of the row under the cursor. */
export function rowFilters({ rows, row }: MatrixView, { category }: CoverageState): Filter[] {
  const { account, region } = rows[row]!;
  return coverageFilters({ account, region, category, since: null, until: null });
}

/** `2024-03-09`, `week of 2024-03-04`, `2024-03`. */
export function columnInWords(zoom: CoverageZoom, column: number): string {
  const day = dayText(columnStart(zoom, column));
  if (zoom === "month") return day.slice(0, 7);
  return zoom === "week" ? `week of ${day}` : day;
}

/** `111122223333 us-east-1`, in words where the records name none. */
export function rowInWords({ account, region }: Pick<CoverageRow, "account" | "region">): string {
  const name = account === "" ? "no account" : account;
  if (region === null) return `${name}, all regions`;
  return `${name} ${region === "" ? "no region" : region}`;
}
