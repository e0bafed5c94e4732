import { columnDays, columnStart, dayNumber } from "../../../queries/views/coverage-calendar.ts";
import type { CoverageCell, CoverageZoom } from "../../../queries/views/coverage-cells.ts";
import type { CoverageCategory } from "../../../queries/views/coverage-days.ts";
import type { CoverageRow } from "../../../queries/views/coverage-rows.ts";
import type { StyleName } from "../../state/types.ts";

/*
 * A cell of the matrix in one character that can be read without colour. It says what is in the case and nothing of
 * what took place: CloudTrail delivers no file for a quiet hour, so a gap is a question and no answer.
 */

export interface CellGlyph {
  readonly text: string;
  readonly style: StyleName;
}

/** As many digits as the number of events has. */
const EVENTS_MAX = 9;

export interface CellPlace {
  readonly row: CoverageRow;
  readonly zoom: CoverageZoom;
  readonly column: number;
  readonly category: CoverageCategory | null;
}

/** Events of a cell that count for the chosen category. */
export function eventsOf(cell: CoverageCell, category: CoverageCategory | null): number {
  return category === null ? cell.events : cell.by_category[category];
}

/** The character of a cell: null for a cell of which nothing is there, undefined for one that has not come yet. */
export function cellGlyph(cell: CoverageCell | null | undefined, place: CellPlace): CellGlyph {
  if (cell === undefined) return { text: ".", style: "dim" };
  if (cell === null) return isWithinRow(place) ? { text: "-", style: "gap" } : { text: " ", style: "plain" };
  if (cell.problems > 0) return { text: "!", style: "error" };
  const events = eventsOf(cell, place.category);
  if (events === 0) return { text: "o", style: "dim" };
  return { text: String(Math.min(String(events).length, EVENTS_MAX)), style: "plain" };
}

/** Whether a column of several days holds days of which nothing is there, between the first and last of its row. */
export function daysWithout(cell: CoverageCell | null | undefined, { row, zoom, column }: CellPlace): number {
  if (cell === undefined) return 0;
  const start = columnStart(zoom, column);
  const from = Math.max(start, dayNumber(row.first_day));
  const until = Math.min(start + columnDays(zoom, column), dayNumber(row.last_day) + 1);
  return Math.max(0, until - from - (cell?.days ?? 0));
}

/** Whether the column touches the time from the row's first day to its last. */
export function isWithinRow({ row, zoom, column }: Pick<CellPlace, "row" | "zoom" | "column">): boolean {
  const start = columnStart(zoom, column);
  return start + columnDays(zoom, column) > dayNumber(row.first_day) && start <= dayNumber(row.last_day);
}
