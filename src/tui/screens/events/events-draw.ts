import { filterWords } from "../../../queries/views/filter-words.ts";
import type { EventRow } from "../../../queries/views/event-window.ts";
import { drawChips } from "../../components/chips.ts";
import { drawPane } from "../../components/pane.ts";
import { drawTable, type TableRow } from "../../components/table.ts";
import type { EventResult } from "../../services/event-result.ts";
import type { DrawContext } from "../../state/contract.ts";
import type { Level, Line, Rect } from "../../state/types.ts";
import { fitLine, fitLines, span } from "../../text/fit.ts";
import { formatCount, formatElapsed, formatNumber } from "../../text/format.ts";
import { safeText } from "../../text/safe-text.ts";
import { topOf } from "../drawn-pages.ts";
import { cellShown, columnsShown, columnTitle } from "./event-columns.ts";
import { resultOf } from "./event-jumps.ts";
import { layOutEvents } from "./events-layout.ts";
import { emptyLines, errorLines, firstLine, loadingLines, searchWords, waited } from "./events-notes.ts";
import { drawDetailPane, drawFacets, drawFacetsPane } from "./events-panes.ts";
import type { EventsState } from "./events-state.ts";
import { bucketsIn, histogramLine } from "./histogram-line.ts";

type EventsLevel = Level<EventsState>;

/** Filters, and events over time. */
export function drawEventsHeader(level: EventsLevel, width: number, context: DrawContext): Line[] {
  const { state } = level;
  const chips = state.filters.map((filter) => ({ text: filterWords(filter), on: filter.on }));
  const isFocused = state.focus === "chips";
  const line = drawChips(chips, {
    width,
    label: isFocused ? "> filters:" : "filters:",
    none: isFocused ? "none; / adds one, Esc goes back to the rows" : "none",
    cursor: isFocused ? state.chip : null,
    theme: context.theme,
  });
  return [line, histogramOf(level, width, context)].map((one) =>
    fitLine(one, width, { ellipsis: context.theme.glyphs.ellipsis }),
  );
}

function histogramOf(level: EventsLevel, width: number, context: DrawContext): Line {
  const { state } = level;
  const result = resultOf(level, context);
  // Rows first: what counts everything waits until there is something to read.
  if (!result.isCounted) return [span(` over time: waiting for ${result.hasRows ? "the count" : "rows"}`, "dim")];
  const asked = context.app.services.views.histogram(state.filters, bucketsIn(width));
  if (asked.status === "failed") return [span(` ! over time: ${firstLine(asked.error)}`, "error")];
  if (asked.status === "cancelled") return [span(" over time: cancelled; ctrl-r asks again", "dim")];
  if (asked.status === "loading") return [span(` over time: counting${waited(asked.since_ms, context)}`, "dim")];
  if (asked.value === null) return [span(" over time: no dated event", "dim")];
  const cursor = state.focus === "histogram" ? Math.min(state.bucket, asked.value.buckets.length - 1) : null;
  return histogramLine(asked.value, { width, cursor, theme: context.theme });
}

/** Table, facets and detail, as far as there is room. */
export function drawEvents(level: EventsLevel, rect: Rect, context: DrawContext): Line[] {
  const { state } = level;
  const layout = layOutEvents(rect);
  if (state.facet.isFull && layout.facets === null) return drawFacets(level, rect, context);
  const upper = drawRows(level, layout.rows, { ...context, hasBorders: layout.hasBorders });
  const facets = layout.facets === null ? null : drawFacetsPane(level, layout.facets, context);
  const lines = facets === null ? upper : upper.map((line, i): Line => [...line, ...facets[i]!]);
  const detail = layout.detail === null ? [] : drawDetailPane(level, layout.detail, context);
  return fitLines([...lines, ...detail], rect);
}

function drawRows(level: EventsLevel, rect: Rect, context: DrawContext & { readonly hasBorders: boolean }): Line[] {
  const inner = context.hasBorders ? { ...rect, width: rect.width - 2, height: rect.height - 2 } : rect;
  const lines = rowsLines(level, inner, context);
  if (!context.hasBorders) return lines;
  const result = resultOf(level, context);
  return drawPane({
    width: rect.width,
    height: rect.height,
    title: rowsTitle(level, result),
    focused: level.state.focus === "rows",
    lines,
    theme: context.theme,
  });
}

/** `events  row 1 of 6,512`, with what the number is worth. */
function rowsTitle({ state }: EventsLevel, result: EventResult): string {
  const { total } = result;
  const row = total.kind !== "counting" && total.n === 0 ? "0" : formatNumber(state.row + 1);
  const by =
    state.sort.column === null
      ? state.sort.descending
        ? "  newest first"
        : ""
      : `  by ${safeText(columnTitle(state.sort.column), 30)}${state.sort.descending ? " down" : ""}${result.isSortedPart ? ", first 10,000" : ""}`;
  return `events  row ${row} of ${formatCount(total)}${by}`;
}

function rowsLines(level: EventsLevel, rect: Rect, context: DrawContext): Line[] {
  const { state } = level;
  const { views, marks } = context.app.services;
  const wanted = resultOf(level, context);
  const { reachable } = wanted;
  const height = Math.max(1, rect.height - 1);
  const row = Math.max(0, Math.min(state.row, Math.max(0, reachable - 1)));
  const scroll = topOf(listKey(level.id), row, { count: Math.max(reachable, row + 1), height });
  wanted.window(scroll, height);
  const shown = views.resultShown(level.id, wanted);
  if (wanted.rows.status === "failed") return fitLines(errorLines(wanted, rect.width), rect);
  if (wanted.hasRows && wanted.total.kind === "exact" && wanted.total.n === 0)
    return fitLines(emptyLines(level, rect.width, context), rect);
  // The rows of another view say nothing about a search that may last: how far it is does.
  if (!shown.hasRows || (wanted.search !== null && !wanted.hasRows))
    return fitLines(loadingLines(wanted, context), rect);
  const isOld = shown !== wanted;
  const { names, specs, cursor } = columnsShown(state.columns, state.widths, {
    cursor: state.column,
    width: rect.width,
  });
  const places = names.map((name) => shown.columns.indexOf(name));
  const tableRow = (index: number): TableRow | undefined => {
    const found = shown.row(index);
    return found === null ? undefined : rowCells(found, { names, places, isMarked: isMarked(found.place.event_id) });
  };
  const isMarked = (id: string | null): boolean => id !== null && marks.ofEvent(id) !== null;
  const n_rows = isOld ? shown.reachable : Math.max(reachable, shown.reachable);
  return drawTable({
    width: rect.width,
    height: rect.height,
    columns: specs,
    n_rows,
    row: tableRow,
    scroll: isOld ? Math.min(scroll, Math.max(0, n_rows - 1)) : scroll,
    cursor: isOld ? null : { row, column: cursor },
    focused: state.focus === "rows",
    dimmed: isOld,
    theme: context.theme,
  });
}

function rowCells(
  { cells, is_error }: EventRow,
  { names, places, isMarked }: { names: readonly string[]; places: readonly number[]; isMarked: boolean },
): TableRow {
  return {
    cells: names.map((name, i) => cellShown(name, cells[places[i]!] ?? null)),
    gutter: isMarked ? "*" : is_error ? "!" : " ",
    cellStyles: names.map((name) => (is_error && (name === "error_code" || name === "outcome") ? "error" : undefined)),
  };
}

/** The list of rows for `drawn-pages.ts`. */

export function listKey(levelId: number): string {
  return `events ${levelId}`;
}

/** `row 1 of 6,512   rows 4 ms · count 62 ms`, and what is marked of the event under the cursor. */
export function eventsStatus(level: EventsLevel, context: DrawContext): Line {
  const result = resultOf(level, context);
  const { rows, counting } = result;
  const parts = [
    ...(result.search === null ? [] : [searchWords(result.search)]),
    rows.status === "loading"
      ? `rows ...${waited(rows.since_ms, context)}`
      : `rows ${rows.status === "complete" ? formatElapsed(rows.elapsed_ms) : rows.status}`,
    ...(counting.status === "loading" ? [`count ...${waited(counting.since_ms, context)}`] : []),
    ...(counting.status === "failed" ? [`! count: ${firstLine(counting.error)}`] : []),
    ...(counting.status === "complete" ? [`count ${formatElapsed(counting.elapsed_ms)}`] : []),
  ];
  const off = level.state.filters.filter(({ on }) => !on).length;
  return [
    span(rowsTitle(level, result)),
    ...markSpans(level, context),
    span(`   ${parts.join(context.theme.glyphs.dot)}`, "dim"),
    span(off > 0 ? `   ${off} off` : "", "dim"),
  ];
}

/** The cursor's own sign hides that of the mark, so its words are said here. */
function markSpans({ state, ...level }: EventsLevel, context: DrawContext): Line {
  const id = resultOf({ ...level, state }, context).row(state.row)?.place.event_id ?? null;
  const marked = id === null ? null : context.app.services.marks.ofEvent(id);
  if (marked === null) return [];
  const note = marked.notes.at(-1);
  const words = [...marked.tags, ...(note === undefined ? [] : [`"${note}"`])].join(" ");
  return [span(`   * ${words === "" ? "marked" : safeText(words, 60)}`, "mark")];
}
