import { displayWidth } from "../../export/display-width.ts";
import type { Line, Rect, Span } from "../state/types.ts";
import { span } from "../text/fit.ts";

/** Columns `from` to before `to` of a line. A wide character that is cut in two becomes a space. */
export function sliceColumns(line: Line, from: number, to: number): Line {
  const kept: Span[] = [];
  let column = 0;
  for (const { text, style } of line) {
    const width = displayWidth(text);
    if (column + width > from && column < to) kept.push(span(slicePart(text, from - column, to - column), style));
    column += width;
  }
  return kept;
}

/** Lays lines over others. */
export function overlay(under: readonly Line[], rect: Rect, lines: readonly Line[]): Line[] {
  return under.map((line, y) => {
    const over = lines[y - rect.y];
    if (over === undefined || y >= rect.y + rect.height) return line;
    return [...sliceColumns(line, 0, rect.x), ...over, ...sliceColumns(line, rect.x + rect.width, Infinity)];
  });
}

function slicePart(text: string, from: number, to: number): string {
  if (from <= 0 && to >= displayWidth(text)) return text;
  let column = 0;
  let part = "";
  for (const character of text) {
    const width = displayWidth(character);
    const [start, end] = [column, column + width];
    column = end;
    if (width === 0) {
      // A mark belongs to the character before it.
      if (start > from && start <= to) part += character;
    } else if (start >= from && end <= to) part += character;
    else if (end > from && start < to) part += " ".repeat(Math.min(end, to) - Math.max(start, from));
  }
  return part;
}
