import { displayWidth, truncateToWidth } from "../../export/display-width.ts";
import type { Line, Rect, Span, StyleName } from "../state/types.ts";
import { safeText } from "./safe-text.ts";

export interface Fit {
  readonly align?: "left" | "right";
  /** Which end is left out of a text that is too long. */
  readonly cut?: "end" | "start";
  /** Stands for the part left out: `theme.glyphs.ellipsis`. */
  readonly ellipsis?: string;
}

const ASCII = /^[\x20-\x7e]*$/;

/** Harmless text, cut or padded to exactly `width` columns. */
export function fit(text: string, width: number, { align = "left", cut = "end", ellipsis = "~" }: Fit = {}): string {
  if (width <= 0) return "";
  const shown = text.length <= width && ASCII.test(text) ? text : truncateToWidth(text, width, { mark: ellipsis, cut });
  const space = " ".repeat(Math.max(0, width - displayWidth(shown)));
  return align === "right" ? space + shown : shown + space;
}

/** A value from evidence in exactly `width` columns. Its beginning is kept unless `cut` says otherwise. */
export function fitValue(value: string, width: number, options: Fit = {}): string {
  if (options.cut !== "start") return fit(safeText(value, width), width, options);
  // The end of a long value is what is shown, so the end is what must be made harmless.
  const tail = value.length > width * 16 ? value.slice(-width * 16) : value;
  return fit(safeText(tail, tail.length), width, options);
}

export function span(text: string, style: StyleName = "plain"): Span {
  return { text, style };
}

/** A line without its styles. */
export function textOf(line: Line): string {
  return line.map(({ text }) => text).join("");
}

/** Columns of a line. */
export function lineWidth(line: Line): number {
  let width = 0;
  for (const { text } of line) width += displayWidth(text);
  return width;
}

/** The line in exactly `width` columns: cut with the ellipsis, or padded in `style`. */
export function fitLine(line: Line, width: number, { ellipsis = "~", style = "plain" as StyleName } = {}): Line {
  if (width <= 0) return [];
  if (lineWidth(line) > width) return cutLine(line, width, ellipsis);
  const missing = width - lineWidth(line);
  return missing === 0 ? line : [...line, span(" ".repeat(missing), style)];
}

export interface LinePlace {
  readonly width: number;
  readonly ellipsis: string;
}

/** Left and right parts of one line; the left gives way. */
export function fitBoth(left: Line, right: Line, place: number | LinePlace): Line {
  const { width, ellipsis } = typeof place === "number" ? { width: place, ellipsis: "~" } : place;
  const rightWidth = lineWidth(right);
  if (rightWidth >= width) return fitLine(right, width, { ellipsis });
  return [...fitLine(left, width - rightWidth, { ellipsis }), ...right];
}

/** Exactly `height` lines of exactly `width` columns. */
export function fitLines(lines: readonly Line[], { width, height }: Pick<Rect, "width" | "height">): Line[] {
  const fitted: Line[] = lines.slice(0, Math.max(0, height)).map((line) => fitLine(line, width));
  while (fitted.length < height) fitted.push([span(" ".repeat(width))]);
  return fitted;
}

/** Words of a paragraph in lines of at most `width` columns; words that are longer are broken. */
export function wrapWords(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    let rest = word;
    if (line !== "" && displayWidth(line) + 1 + displayWidth(rest) > width) {
      lines.push(line);
      line = "";
    }
    while (displayWidth(rest) > width) {
      const piece = truncateToWidth(rest, width, { mark: "", cut: "end" });
      if (piece === "") break;
      lines.push(piece);
      rest = rest.slice(piece.length);
    }
    line = line === "" ? rest : `${line} ${rest}`;
  }
  lines.push(line);
  return lines;
}

function cutLine(line: Line, width: number, ellipsis: string): Line {
  const room = Math.max(0, width - displayWidth(ellipsis));
  const kept: Span[] = [];
  let used = 0;
  for (const { text, style } of line) {
    const columns = displayWidth(text);
    if (used + columns > room) {
      const piece = truncateToWidth(text, room - used, { mark: "", cut: "end" });
      kept.push({ text: `${piece}${ellipsis}${" ".repeat(Math.max(0, room - used - displayWidth(piece)))}`, style });
      return kept;
    }
    kept.push({ text, style });
    used += columns;
  }
  return kept;
}
