import type { DrawContext, OverlayDefinition, ScreenDefinition } from "../state/contract.ts";
import { bodyRect, boxRect, isTooSmall, SMALLEST } from "../state/layout.ts";
import type { Line } from "../state/types.ts";
import { topLevel } from "../state/view-stack.ts";
import { fitBoth, fitLine, fitLines, span, wrapWords } from "../text/fit.ts";
import { overlay } from "./compose.ts";
import { hintLine } from "./hint-line.ts";
import { statusLine, type RunningWork } from "./status-line.ts";
import { titleLine } from "./title-line.ts";

export interface FrameParts {
  readonly screen: ScreenDefinition;
  readonly overlay: OverlayDefinition | undefined;
  /** Work to be named in the status line. */
  readonly running: readonly RunningWork[];
}

/** The whole screen: exactly `rows` lines of exactly `columns` columns. */
export function frameLines(parts: FrameParts, context: DrawContext): Line[] {
  const { state } = context;
  const size = { width: state.columns, height: state.rows };
  if (isTooSmall(state)) return fitLines(tooSmall(state), size);
  const under = viewLines(parts, context);
  if (state.overlay === null || parts.overlay === undefined) return fitLines(under, size);
  const { rect, lines } = parts.overlay.draw(state.overlay.state, boxRect(state), context);
  return fitLines(overlay(under, rect, fitLines(lines, rect)), size);
}

function viewLines({ screen, overlay: box, running }: FrameParts, context: DrawContext): Line[] {
  const { state, app, theme } = context;
  const level = topLevel(state);
  const width = state.columns;
  const fitted = (line: Line): Line => fitLine(line, width, { ellipsis: theme.glyphs.ellipsis });
  const header = (screen.header?.(level, width, context) ?? []).map(fitted);
  const rect = bodyRect(state, header.length);
  const body = fitLines(screen.draw(level, rect, context), rect);
  const [left, right] = statusLine(screen.status?.(level, context) ?? [], running, context);
  const scope = box === undefined ? screen.hints(level, app) : (box.hints?.(state.overlay?.state, app) ?? []);
  return [
    fitted(titleLine(context)),
    ...header,
    ...body,
    fitBoth(left, right, { width, ellipsis: theme.glyphs.ellipsis }),
    fitted(hintLine(scope, { width, app, isOverlay: box !== undefined })),
  ];
}

function tooSmall({ columns, rows }: { readonly columns: number; readonly rows: number }): Line[] {
  const text = `coldtrail needs ${SMALLEST.columns} columns and ${SMALLEST.rows} lines; this terminal has ${columns} and ${rows}. Make it larger, or press q to leave.`;
  return wrapWords(text, Math.max(1, columns)).map((line) => [span(line)]);
}
