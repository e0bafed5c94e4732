/**
 * How wide each column of a table is. Numbers, times and short values are never cut, since a cut one looks like
 * another; what is left is shared by the long columns, one terminal column at a time to the narrowest, first up to what
 * most of their cells need and then up to the longest.
 */
import { displayWidth } from "./display-width.ts";
import type { ColumnType, ResultColumn } from "./result-table.ts";

export const COLUMN_GAP = 2;

/** The two ways to show rows: side by side, or each row as a card when the terminal is too narrow for that. */
export interface RowLayout {
  readonly header: string;
  readonly formatRow: (cells: readonly string[]) => string;
  /** Before the footer. */
  readonly end: string;
}

export interface Glyphs {
  readonly rule: string;
  /** Stands for what was cut. */
  readonly cut: string;
}

const NEVER_CUT: ReadonlySet<ColumnType> = new Set(["integer", "float", "boolean", "timestamp"]);
/** Cells no longer than this (an address, an account) stay whole, while that is possible, where they are the rule. */
const SHORT_CELL_MAX = 16;
const LONG_CELLS_MIN = 10;
const HEADER_MIN = 6;
/** Without a terminal nothing is cut, but one endless cell should not push every other row apart. */
const PADDING_MAX = 120;
const TYPICAL = 0.95;

export function isNeverCut({ type }: ResultColumn): boolean {
  return NEVER_CUT.has(type);
}

/**
 * A width for each column so that a line fits `width` terminal columns; null when the short cells whole and
 * the long ones cut would not fit side by side. With `width` null a line may be of any length.
 */
export function layOutColumns(
  columns: readonly ResultColumn[],
  sample: readonly (readonly string[])[],
  width: number | null,
): number[] | null {
  const needs = columns.map((column, index) =>
    measure(
      column,
      sample.map((cells) => cells[index] ?? ""),
    ),
  );
  if (width === null) {
    return needs.map(({ column, longest }) => (isNeverCut(column) ? longest : Math.min(longest, PADDING_MAX)));
  }

  const room = width - COLUMN_GAP * (columns.length - 1);
  const floors = needs.map(keepShortCells);
  // An address or an account of eight characters says nothing: then a card for each row is read more easily.
  if (sum(floors) > room) return null;
  const typical = widen(floors, { wanted: needs.map((need) => need.typical), room });
  return widen(typical, { wanted: needs.map((need) => need.longest), room });
}

interface Need {
  readonly column: ResultColumn;
  readonly header: number;
  /** The widest cell. */
  readonly cells: number;
  /** The widest short cell where at least half of the cells with content are short, else null. */
  readonly shortCells: number | null;
  /** What 95 of 100 cells and the header need. */
  readonly typical: number;
  /** What all of them need. */
  readonly longest: number;
}

function measure(column: ResultColumn, cells: readonly string[]): Need {
  const widths = cells.map(displayWidth).sort((a, b) => a - b);
  const filled = widths.filter((width) => width > 0);
  const short = filled.filter((width) => width <= SHORT_CELL_MAX);
  const header = displayWidth(column.name);
  const widest = widths.at(-1) ?? 0;
  const typical = widths[Math.ceil(widths.length * TYPICAL) - 1] ?? 0;
  return {
    column,
    header,
    cells: widest,
    shortCells: short.length * 2 >= filled.length ? (short.at(-1) ?? 0) : null,
    typical: Math.max(header, typical),
    longest: Math.max(header, widest),
  };
}

function keepShortCells(need: Need): number {
  if (isNeverCut(need.column)) return withHeader(need.cells, need);
  return need.shortCells === null ? LONG_CELLS_MIN : withHeader(need.shortCells, need);
}

// A header is cut before its cells are: its beginning says enough.
function withHeader(cells: number, { header }: Need): number {
  return Math.max(cells, Math.min(header, HEADER_MIN));
}

function widen(widths: readonly number[], { wanted, room }: { wanted: readonly number[]; room: number }): number[] {
  const widened = [...widths];
  for (let left = room - sum(widths); left > 0; left -= 1) {
    let narrowest = -1;
    for (const [index, width] of widened.entries()) {
      if (width >= (wanted[index] ?? 0)) continue;
      if (narrowest === -1 || width < (widened[narrowest] ?? 0)) narrowest = index;
    }
    if (narrowest === -1) break;
    widened[narrowest] = (widened[narrowest] ?? 0) + 1;
  }
  return widened;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
