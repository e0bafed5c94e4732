import type { Rect } from "./types.ts";

/** Below this a message takes the screen. */
export const SMALLEST = { columns: 60, rows: 15 } as const;

export function isTooSmall({ columns, rows }: { readonly columns: number; readonly rows: number }): boolean {
  return columns < SMALLEST.columns || rows < SMALLEST.rows;
}

/** The first line is the core's, and the last two are. */
const LINES_ABOVE = 1;
const LINES_BELOW = 2;

/** Where boxes may be: everything but the first line and the last two. */
export function boxRect({ columns, rows }: { readonly columns: number; readonly rows: number }): Rect {
  return { x: 0, y: LINES_ABOVE, width: columns, height: Math.max(0, rows - LINES_ABOVE - LINES_BELOW) };
}

/** Where a screen draws: between the first line and the last two, below its own header lines. */
export function bodyRect(size: { readonly columns: number; readonly rows: number }, n_header_lines: number): Rect {
  const y = LINES_ABOVE + n_header_lines;
  return { x: 0, y, width: size.columns, height: Math.max(0, size.rows - y - LINES_BELOW) };
}
