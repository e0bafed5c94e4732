import type { ProblemFile } from "../../../queries/views/coverage-files.ts";
import type { DrawContext } from "../../state/contract.ts";
import type { Level, Line, Rect } from "../../state/types.ts";
import { fit, fitLines, fitValue, span, wrapWords } from "../../text/fit.ts";
import { formatNumber, plural, wholeSeconds } from "../../text/format.ts";
import { safeText } from "../../text/safe-text.ts";
import { topOf } from "../drawn-pages.ts";
import type { CoverageState } from "./coverage-state.ts";

const DESCRIBED = 4;
/** Below so many lines there is only the list. */
const DESCRIBED_MIN = 9;
/** From so many columns on, the reason has a column of its own. */
const WIDE = 100;
const DELIVERED = 17;

/** Name of the list for `drawn-pages.ts`. */
export function filesList(level: Level): string {
  return `coverage files ${level.id}`;
}

/** The files that could not be used, wholly or in part, and the one under the cursor in full. */
export function drawFiles(level: Level<CoverageState>, rect: Rect, context: DrawContext): Line[] {
  const { search, cursors } = level.state;
  const { coverage } = context.app.services;
  const count = coverage.files(search.files, 0).total ?? 0;
  const cursor = Math.min(cursors.files, Math.max(0, count - 1));
  const isDescribed = rect.height >= DESCRIBED_MIN;
  const height = Math.max(1, rect.height - 1 - (isDescribed ? DESCRIBED + 1 : 0));
  const top = topOf(filesList(level), cursor, { count, height });
  const listing = coverage.files(search.files, top);
  const lines: Line[] = [];
  for (let at = top; at < Math.min(top + height, count); at += 1) {
    lines.push(fileLine(listing.rowAt(at), { isAtCursor: at === cursor, width: rect.width }, context));
  }
  const list = fitLines([headLine(rect.width), ...lines], { width: rect.width, height: height + 1 });
  if (!isDescribed) return list;
  const rule: Line = [span(context.theme.glyphs.horizontal.repeat(rect.width), "border")];
  const file = listing.rowAt(cursor);
  const words = file === null ? [] : fileWords(file, rect.width - 2);
  return [...list, rule, ...fitLines(words, { width: rect.width, height: DESCRIBED })];
}

interface FileWidths {
  readonly delivered: number;
  readonly path: number;
  readonly reason: number;
}

function widthsOf(width: number): FileWidths {
  const room = width - 2 - 13 - 10;
  if (width < WIDE) return { delivered: 0, path: room - 1, reason: 0 };
  const path = Math.floor((room - DELIVERED - 2) / 2);
  return { delivered: DELIVERED, path, reason: room - DELIVERED - 2 - path };
}

function headLine(width: number): Line {
  const { delivered, path, reason } = widthsOf(width);
  const text =
    `  ${fit("status", 13)}${fit("rejected", 9, { align: "right" })} ${fit("delivered UTC", delivered)}` +
    `${fit("path", path)} ${fit("reason", reason)}`;
  return [span(text, "bold")];
}

function fileLine(
  file: ProblemFile | null,
  { isAtCursor, width }: { isAtCursor: boolean; width: number },
  { theme }: DrawContext,
): Line {
  const style = isAtCursor ? "cursor" : "plain";
  const gutter = span(isAtCursor ? "> " : "  ", style);
  if (file === null) return [gutter, span(fit(" . . .", width - 2), "dim")];
  const { ellipsis } = theme.glyphs;
  const { delivered, path, reason } = widthsOf(width);
  const name = file.member_path === null ? file.path : `${file.path} > ${file.member_path}`;
  return [
    gutter,
    span(
      fit(file.status.replace("_", " "), 13),
      isAtCursor ? "cursor" : file.status === "unreadable" ? "error" : "warning",
    ),
    span(fit(formatNumber(file.rejected), 9, { align: "right" }), style),
    span(` ${fit(file.delivered === null ? "" : wholeSeconds(file.delivered).slice(0, 16), delivered)}`, style),
    span(`${fitValue(name, path, { cut: "start", ellipsis })} `, style),
    span(fitValue(file.reason ?? "", reason, { ellipsis }), style),
  ];
}

/** The file in words; a path is broken where it has to be. */
export function fileWords(file: ProblemFile, width: number): Line[] {
  const name = file.member_path === null ? file.path : `${file.path} > ${file.member_path}`;
  const says = file.account === null ? "its name says nothing" : `named for ${file.account} ${file.region ?? ""}`;
  const read = `${plural(file.records, "record")}, ${formatNumber(file.rejected)} rejected; ${says}`;
  return [
    safeText(`${file.root}:${name}`, width * 2),
    safeText(file.reason ?? "no reason given", width * 2),
    safeText(read, width),
  ]
    .flatMap((text) => wrapWords(text, width))
    .map((text): Line => [span(` ${text}`)]);
}
