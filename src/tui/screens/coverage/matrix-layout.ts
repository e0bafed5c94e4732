import { columnOf, columnStart, dayNumber, dayText } from "../../../queries/views/coverage-calendar.ts";
import type { CoverageZoom } from "../../../queries/views/coverage-cells.ts";
import type { CoverageRow } from "../../../queries/views/coverage-rows.ts";

/** Widths of the parts of a row, in columns of the screen; 0 for a part that has no room. */
export interface MatrixLayout {
  readonly name: number;
  readonly events: number;
  readonly files: number;
  readonly without: number;
  readonly proof: number;
  /** Of one cell. */
  readonly cell: number;
  /** Cells that fit. */
  readonly n_cells: number;
}

const CELL_WIDTHS: Record<CoverageZoom, number> = { day: 1, week: 2, month: 3 };
const GUTTER = 2;
const WIDE = 110;
const MIDDLE = 78;

/** What of a row fits into so many columns: the cells never give way. */
export function matrixLayout(width: number, zoom: CoverageZoom): MatrixLayout {
  const parts =
    width >= WIDE
      ? { name: 18, events: 12, files: 9, without: 6, proof: 13 }
      : width >= MIDDLE
        ? { name: 17, events: 11, files: 0, without: 6, proof: 0 }
        : { name: 17, events: 0, files: 0, without: 0, proof: 0 };
  const used = GUTTER + parts.name + parts.events + parts.files + parts.without + parts.proof + 1;
  const cell = CELL_WIDTHS[zoom];
  return { ...parts, cell, n_cells: Math.max(1, Math.floor((width - used) / cell)) };
}

/** First and last column of which anything is there; null without rows. */
export function columnSpan(rows: readonly CoverageRow[], zoom: CoverageZoom): { first: number; last: number } | null {
  if (rows.length === 0) return null;
  let [first, last] = [Infinity, -Infinity];
  for (const { first_day, last_day } of rows) {
    first = Math.min(first, columnOf(zoom, dayNumber(first_day)));
    last = Math.max(last, columnOf(zoom, dayNumber(last_day)));
  }
  return { first, last };
}

/** The finest zoom at which everything fits, else months. */
export function fittingZoom(rows: readonly CoverageRow[], width: number): CoverageZoom {
  for (const zoom of ["day", "week"] as const) {
    const span = columnSpan(rows, zoom);
    if (span !== null && span.last - span.first < matrixLayout(width, zoom).n_cells) return zoom;
  }
  return "month";
}

/**
 * Two lines over the cells: years and months, and days or months below them. Labels stand over `count` columns and may
 * reach beyond the last; both lines are as wide as all cells that fit.
 */
export function columnHeads(
  zoom: CoverageZoom,
  { left, count }: { left: number; count: number },
  { n_cells, cell }: MatrixLayout,
): [string, string] {
  const [above, below] = [new Labels(n_cells * cell), new Labels(n_cells * cell)];
  for (let i = 0; i < Math.min(count, n_cells); i += 1) {
    const text = dayText(columnStart(zoom, left + i));
    const [year, month, day] = [text.slice(0, 4), text.slice(5, 7), text.slice(8, 10)];
    if (zoom === "month") {
      if (month === "01" || i === 0) above.put(i * cell, year);
      below.put(i * cell, month);
      continue;
    }
    const before = dayText(columnStart(zoom, left + i - 1)).slice(0, 7);
    if (before !== text.slice(0, 7) || i === 0) above.put(i * cell, `${year}-${month}`);
    if (zoom === "week" || ["01", "08", "15", "22"].includes(day)) below.put(i * cell, day);
  }
  return [above.text, below.text];
}

/** Labels side by side on one line, each only where there is room for all of it. */
class Labels {
  private written = "";
  private readonly width: number;

  constructor(width: number) {
    this.width = width;
  }

  put(at: number, label: string): void {
    const isFree = this.written === "" || at > this.written.length;
    if (isFree && at + label.length <= this.width) this.written = this.written.padEnd(at) + label;
  }

  get text(): string {
    return this.written.padEnd(this.width);
  }
}
