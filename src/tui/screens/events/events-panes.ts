import type { EventDetail } from "../../../queries/views/event-detail.ts";
import { drawPane } from "../../components/pane.ts";
import type { EventViews, ShownDetail } from "../../services/event-views.ts";
import type { DrawContext } from "../../state/contract.ts";
import type { Level, Line, Rect } from "../../state/types.ts";
import { fitLines, span } from "../../text/fit.ts";
import { formatNumber } from "../../text/format.ts";
import { safeText } from "../../text/safe-text.ts";
import { topOf } from "../drawn-pages.ts";
import { eventSummary } from "./event-fields.ts";
import { resultOf } from "./event-jumps.ts";
import { firstLine } from "./events-notes.ts";
import type { EventsState } from "./events-state.ts";
import { drawFacetLine, facetLines } from "./facet-lines.ts";
import { bucketsIn } from "./histogram-line.ts";

type EventsLevel = Level<EventsState>;

/** Facets beside the rows. */
export function drawFacetsPane(level: EventsLevel, rect: Rect, context: DrawContext): Line[] {
  const lines = facetsLines(level, { ...rect, width: rect.width - 2, height: rect.height - 2 }, context);
  return drawPane({
    width: rect.width,
    height: rect.height,
    title: facetsTitle(level),
    focused: level.state.focus === "facets",
    lines,
    theme: context.theme,
  });
}

/** Facets alone, where there is no room beside the rows. */
export function drawFacets(level: EventsLevel, rect: Rect, context: DrawContext): Line[] {
  const title: Line = [span(` ${facetsTitle(level)}`, "title"), span("  f or Esc goes back to the rows", "dim")];
  return fitLines([title, ...facetsLines(level, { ...rect, height: rect.height - 1 }, context)], rect);
}

function facetsTitle({ state }: EventsLevel): string {
  const ticked = state.facet.ticked.length;
  return ticked === 0 ? "facets" : `facets  ${formatNumber(ticked)} ticked`;
}

/** The histogram of the view, as its line asks for it. */
function overTime({ state }: EventsLevel, { app }: DrawContext): ReturnType<EventViews["histogram"]> {
  return app.services.views.histogram(state.filters, bucketsIn(app.store.getState().columns));
}

function facetsLines(level: EventsLevel, rect: Rect, context: DrawContext): Line[] {
  const { state } = level;
  const result = resultOf(level, context);
  const waitsFor = !result.isCounted ? "rows" : overTime(level, context).status === "loading" ? "the histogram" : null;
  if (waitsFor !== null) return fitLines([[span(` waiting for ${waitsFor}`, "dim")]], rect);
  const lines = facetLines(context.app.services.views, state.filters, state.facet);
  const isFocused = state.focus === "facets";
  const cursor = Math.max(0, Math.min(state.facet.line, lines.length - 1));
  const top = topOf(facetsKey(level.id), cursor, { count: lines.length, height: rect.height });
  const drawn = lines.slice(top, top + rect.height).map((line, i) =>
    drawFacetLine(line, {
      width: rect.width,
      isCursor: isFocused && top + i === cursor,
      ticked: state.facet.ticked,
      theme: context.theme,
    }),
  );
  return fitLines(drawn, rect);
}

/** The list of facets for `drawn-pages.ts`. */
export function facetsKey(levelId: number): string {
  return `facets ${levelId}`;
}

/** The event under the cursor in short, below the rows. */
export function drawDetailPane(level: EventsLevel, rect: Rect, context: DrawContext): Line[] {
  const { theme } = context;
  const { ellipsis } = theme.glyphs;
  const result = resultOf(level, context);
  const isEmpty = result.hasRows && result.reachable === 0;
  const place = result.row(level.state.row)?.place ?? null;
  const { detail, isOld, error } = isEmpty ? NO_DETAIL : context.app.services.views.detailShown(level.id, place);
  const width = rect.width - 2;
  const lines: Line[] =
    detail !== null
      ? eventSummary(detail, width, ellipsis)
      : error !== null
        ? [[span(` ! ${firstLine(error)}`, "error")]]
        : [];
  const title = detail === null ? "event" : `event ${isOld ? `${ellipsis}  still ` : ""}${eventTitle(detail)}`;
  const scroll = Math.min(level.state.detail_scroll, Math.max(0, lines.length - (rect.height - 2)));
  return drawPane({
    width: rect.width,
    height: rect.height,
    title,
    focused: level.state.focus === "detail",
    lines: lines.slice(scroll),
    theme,
  });
}

const NO_DETAIL: ShownDetail = { detail: null, isOld: false, error: null };

function eventTitle({ place, cells, source_file }: EventDetail): string {
  const file = source_file.split("/").at(-1) ?? "";
  const name = safeText(String(cells["event_name"] ?? ""), 60);
  return `${safeText(place.event_id ?? "without id", 40)}  ${name}  file: ${safeText(file, 120)} #${place.record_index}`;
}
