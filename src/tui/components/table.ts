import type { Line, Span, StyleName } from "../state/types.ts";
import type { Theme } from "../terminal/theme.ts";
import { fit, fitValue, span } from "../text/fit.ts";
import { placeColumns, type ColumnSpec, type PlacedColumn } from "./columns.ts";

/** One row of a table. Cells are as the store gives them: they are made harmless here. */
export interface TableRow {
  readonly cells: readonly (string | null)[];
  /** `*` marked, `!` failed; the cursor's `>` wins. */
  readonly gutter?: "*" | "!" | " ";
  /** Of the whole row. */
  readonly style?: StyleName;
  /** Of single cells, by column. */
  readonly cellStyles?: readonly (StyleName | undefined)[];
}

export interface TableOptions {
  readonly width: number;
  /** With the line of titles. */
  readonly height: number;
  readonly columns: readonly ColumnSpec[];
  /** Rows there are in all. */
  readonly n_rows: number;
  /** Undefined: not read yet. */
  row(index: number): TableRow | undefined;
  /** First row shown, see `scrollTo`. */
  readonly scroll: number;
  /** Null: no cursor, as in a table without focus of its own. */
  readonly cursor: { readonly row: number; readonly column?: number } | null;
  readonly focused?: boolean;
  /** Old rows of an answer that is being replaced. */
  readonly dimmed?: boolean;
  /** Text of a cell that is null. */
  readonly nullText?: string;
  readonly theme: Theme;
}

/** Two columns before the first one: the cursor or a mark, and a space. */
const GUTTER_WIDTH = 2;

/** A line of titles and rows below, `height` lines in all. */
export function drawTable(options: TableOptions): Line[] {
  const { width, height, columns, n_rows, scroll } = options;
  const placed = placeColumns(columns, Math.max(1, width - GUTTER_WIDTH));
  const lines: Line[] = [titleLine(placed, options)];
  for (let place = 0; place < height - 1; place += 1) {
    const index = scroll + place;
    lines.push(index < n_rows ? rowLine(index, placed, options) : [span(" ".repeat(width))]);
  }
  return lines.slice(0, Math.max(0, height));
}

/** The columns that fit: what the cell cursor may stand on. */
export function shownColumns(columns: readonly ColumnSpec[], width: number): PlacedColumn[] {
  return placeColumns(columns, Math.max(1, width - GUTTER_WIDTH));
}

function titleLine(placed: readonly PlacedColumn[], { width, theme }: TableOptions): Line {
  const titles = placed.map((column) =>
    fit(column.title, column.width, { ...column, ellipsis: theme.glyphs.ellipsis }),
  );
  return [span(fit(`${" ".repeat(GUTTER_WIDTH)}${titles.join(" ")}`, width), "bold")];
}

function rowLine(index: number, placed: readonly PlacedColumn[], options: TableOptions): Line {
  const { width, cursor, focused = true, dimmed = false, theme } = options;
  const isCursor = cursor?.row === index;
  const row = options.row(index);
  const base: StyleName = isCursor && focused ? "cursor" : dimmed ? "dim" : (row?.style ?? "plain");
  const gutter = isCursor ? ">" : (row?.gutter ?? " ");
  if (row === undefined) return [span(fit(`${gutter} . . .`, width), isCursor && focused ? "cursor" : "dim")];
  const spans: Span[] = [span(gutter, base === "plain" ? gutterStyle(gutter) : base), span(" ", base)];
  let used = GUTTER_WIDTH;
  for (const [place, column] of placed.entries()) {
    const value = row.cells[column.index] ?? null;
    const text = fitValue(value ?? options.nullText ?? "", column.width, {
      ...column,
      ellipsis: theme.glyphs.ellipsis,
    });
    const isCell = isCursor && focused && cursor.column === column.index;
    spans.push(
      span(text, isCell ? "cursor-cell" : isCursor || dimmed ? base : (row.cellStyles?.[column.index] ?? base)),
    );
    used += column.width;
    if (place < placed.length - 1) {
      spans.push(span(" ", base));
      used += 1;
    }
  }
  if (used < width) spans.push(span(" ".repeat(width - used), base));
  return joinAlike(spans);
}

function gutterStyle(gutter: string): StyleName {
  return gutter === "*" ? "mark" : gutter === "!" ? "error" : "plain";
}

/** Neighbours of one style become one: fewer bytes for the terminal. */
export function joinAlike(spans: readonly Span[]): Line {
  const joined: Span[] = [];
  for (const next of spans) {
    const last = joined.at(-1);
    if (last?.style === next.style) joined[joined.length - 1] = span(last.text + next.text, last.style);
    else joined.push(next);
  }
  return joined;
}
