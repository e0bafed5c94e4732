import type { Line, StyleName } from "../state/types.ts";
import type { Theme } from "../terminal/theme.ts";
import { fit, fitLine, fitLines, lineWidth, span } from "../text/fit.ts";

export interface PaneOptions {
  readonly width: number;
  readonly height: number;
  /** Stands in the upper border; harmless text. */
  readonly title?: string;
  readonly focused?: boolean;
  readonly lines: readonly Line[];
  readonly theme: Theme;
}

/** Lines in a box of one-column borders: the lines have `width - 2` columns, and there are `height - 2` of them. */
export function drawPane({ width, height, title = "", focused = false, lines, theme }: PaneOptions): Line[] {
  const { glyphs } = theme;
  const style: StyleName = focused ? "border-focused" : "border";
  const inner = Math.max(0, width - 2);
  const shownTitle = title === "" || inner < 6 ? "" : ` ${trimEnd(title, inner - 4, glyphs.ellipsis)} `;
  const titleLine: Line = [
    span(`${glyphs.topLeft}${shownTitle === "" ? "" : glyphs.horizontal}`, style),
    ...(shownTitle === "" ? [] : [span(shownTitle, focused ? "title" : "plain")]),
  ];
  const top: Line = [
    ...titleLine,
    span(`${glyphs.horizontal.repeat(Math.max(0, width - 1 - lineWidth(titleLine)))}${glyphs.topRight}`, style),
  ];
  const bottom: Line = [span(`${glyphs.bottomLeft}${glyphs.horizontal.repeat(inner)}${glyphs.bottomRight}`, style)];
  const side = span(glyphs.vertical, style);
  const body = fitLines(lines, { width: inner, height: Math.max(0, height - 2) });
  return [top, ...body.map((line): Line => [side, ...line, side]), bottom].map((line) => fitLine(line, width));
}

function trimEnd(text: string, width: number, ellipsis: string): string {
  return fit(text, width, { ellipsis }).trimEnd();
}
