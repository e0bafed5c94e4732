import type { CoverageZoom } from "./coverage-cells.ts";

/*
 * The columns of the coverage matrix, counted from one that lies far back: days since 1970, weeks that begin on Mondays,
 * months. Pure arithmetic over UTC days, so that no clock or zone of the machine matters.
 */

const DAY_MILLIS = 86_400_000;
/** 1970-01-01 was a Thursday: the Monday before is three days earlier. */
const MONDAY_SHIFT = 3;

/** Days since 1970-01-01 of `YYYY-MM-DD` or a longer UTC text; what lies before the year 1 counts as its first day. */
export function dayNumber(text: string): number {
  if (text.endsWith("(BC)")) return dayNumber("0001-01-01");
  return Math.floor(Date.parse(`${text.slice(0, 10)}T00:00:00Z`) / DAY_MILLIS);
}

/** `YYYY-MM-DD` of a day number. */
export function dayText(day: number): string {
  return new Date(day * DAY_MILLIS).toISOString().slice(0, 10);
}

/** The column that a day lies in. */
export function columnOf(zoom: CoverageZoom, day: number): number {
  if (zoom === "day") return day;
  if (zoom === "week") return Math.floor((day + MONDAY_SHIFT) / 7);
  const date = new Date(day * DAY_MILLIS);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** First day of a column, as a day number. */
export function columnStart(zoom: CoverageZoom, column: number): number {
  if (zoom === "day") return column;
  if (zoom === "week") return column * 7 - MONDAY_SHIFT;
  return Math.round(Date.UTC(Math.floor(column / 12), column % 12, 1) / DAY_MILLIS);
}

/** Days that a column spans. */
export function columnDays(zoom: CoverageZoom, column: number): number {
  return columnStart(zoom, column + 1) - columnStart(zoom, column);
}
