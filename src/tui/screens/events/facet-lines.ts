import { FACETS_ON_DEMAND, QUICK_FACETS, type Facet, type FacetValue } from "../../../queries/views/facets.ts";
import type { Filter } from "../../../queries/views/filter.ts";
import { columnWord } from "../../../queries/views/filter-words.ts";
import type { EventViews } from "../../services/event-views.ts";
import type { Line } from "../../state/types.ts";
import type { Theme } from "../../terminal/theme.ts";
import { fit, fitValue, span } from "../../text/fit.ts";
import { formatNumber } from "../../text/format.ts";
import { bar } from "../../text/spark.ts";
import { columnTitle, shortArn } from "./event-columns.ts";
import type { FacetsState } from "./events-state.ts";

/** A line of the facets: a column, one of its values, or a word about it. */
export type FacetLine =
  | { readonly kind: "column"; readonly column: string; readonly words: string; readonly isClosed: boolean }
  | { readonly kind: "value"; readonly column: string; readonly value: FacetValue; readonly most: number }
  | { readonly kind: "words"; readonly column: string; readonly words: string; readonly isError: boolean };

/** Values of a quick column in the pane, and of one that was opened. */
const VALUES_SHOWN = 6;
const OPENED_VALUES_SHOWN = 20;

/** All lines, as far as the counts are known; asking for those that are not. */
export function facetLines(views: EventViews, filters: readonly Filter[], state: FacetsState): FacetLine[] {
  const quick = views.facets(filters);
  const lines: FacetLine[] = [];
  if (quick.status === "failed")
    lines.push(wordsLine("", `! ${quick.error?.message.split("\n")[0] ?? "failed"}`, true));
  else if (quick.value === null)
    lines.push(wordsLine("", quick.status === "cancelled" ? "cancelled" : "counting ...", false));
  for (const [i, column] of QUICK_FACETS.entries()) {
    const facet = quick.value?.[i];
    if (facet !== undefined) lines.push(...linesOf(facet, state.opened.includes(column)));
  }
  for (const column of FACETS_ON_DEMAND) {
    if (!state.opened.includes(column)) {
      lines.push({ kind: "column", column, words: "Enter counts", isClosed: true });
      continue;
    }
    const asked = views.facet(filters, column);
    if (asked.value !== null) lines.push(...linesOf(asked.value, true));
    else {
      lines.push({
        kind: "column",
        column,
        words: asked.status === "loading" ? "counting" : asked.status,
        isClosed: false,
      });
      if (asked.error !== null) lines.push(wordsLine(column, `! ${asked.error.message.split("\n")[0]!}`, true));
    }
  }
  return lines;
}

function linesOf(facet: Facet, isOpened: boolean): FacetLine[] {
  const { column, n_values, values } = facet;
  const shown = values.slice(0, isOpened ? OPENED_VALUES_SHOWN : VALUES_SHOWN);
  const most = shown[0]?.n ?? 0;
  const words = `${formatNumber(n_values)} ${n_values === 1 ? "value" : "values"}`;
  const rest = n_values - shown.length;
  return [
    { kind: "column", column, words, isClosed: false },
    ...shown.map((value): FacetLine => ({ kind: "value", column, value, most })),
    ...(rest > 0 ? [wordsLine(column, `${formatNumber(rest)} more: F`, false)] : []),
  ];
}

function wordsLine(column: string, words: string, isError: boolean): FacetLine {
  return { kind: "words", column, words, isError };
}

/** AWS's name where it is short enough for a pane. */
function facetTitle(column: string): string {
  const name = columnWord(column);
  return name.length <= 20 && !name.includes("_") ? name : columnTitle(column);
}

/** Column and value in one text, for what is ticked. */
export function tickKey(column: string, value: string | null): string {
  return JSON.stringify([column, value]);
}

/** One line of the pane, exactly as wide. */
export function drawFacetLine(
  line: FacetLine,
  { width, isCursor, ticked, theme }: { width: number; isCursor: boolean; ticked: readonly string[]; theme: Theme },
): Line {
  const { ellipsis } = theme.glyphs;
  const gutter = isCursor ? ">" : " ";
  const base = isCursor ? "cursor" : "plain";
  switch (line.kind) {
    case "column": {
      const words = fit(line.words, Math.min(line.words.length, Math.max(0, width - 8)), { ellipsis });
      const title = fit(facetTitle(line.column), Math.max(1, width - words.length - 3), { ellipsis });
      return [
        span(gutter, base),
        span(title, isCursor ? "cursor" : line.isClosed ? "dim" : "bold"),
        span(` ${words} `, isCursor ? "cursor" : "dim"),
      ];
    }
    case "words":
      return [
        span(gutter, base),
        span(fit(`  ${line.words}`, width - 1, { ellipsis }), line.isError ? "error" : isCursor ? "cursor" : "dim"),
      ];
    case "value": {
      const { value, n } = line.value;
      const barWidth = width >= 30 ? 5 : 0;
      const count = formatNumber(n).padStart(Math.min(11, Math.max(7, formatNumber(n).length)));
      const isTicked = ticked.includes(tickKey(line.column, value));
      const room = Math.max(4, width - 3 - count.length - (barWidth > 0 ? barWidth + 1 : 0));
      const text = value === null ? "(none)" : shortArn(value);
      return [
        span(gutter, base),
        span(isTicked ? "+" : " ", isCursor ? "cursor" : "mark"),
        span(fitValue(text, room, { ellipsis }), base),
        span(` ${count}`, base),
        span(barWidth > 0 ? ` ${bar(n, { max: line.most, width: barWidth, glyphs: theme.glyphs })}` : "", base),
      ];
    }
  }
}
