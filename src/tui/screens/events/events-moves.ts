import type { App } from "../../state/contract.ts";
import { bodyRect } from "../../state/layout.ts";
import { pageRows } from "../drawn-pages.ts";
import { edit, eventsLevel } from "./event-jumps.ts";
import { histogramShown } from "./event-pivots.ts";
import { listKey } from "./events-draw.ts";
import { facetsKey } from "./events-panes.ts";
import { layOutEvents } from "./events-layout.ts";
import { viewOf, type EventsFocus, type EventsState } from "./events-state.ts";
import { facetLines } from "./facet-lines.ts";
import { bucketsIn } from "./histogram-line.ts";

export type Move = "up" | "down" | "page-up" | "page-down" | "half-up" | "half-down" | "first" | "last";

/** Moves the cursor of the focused pane. */
export function move(app: App, by: Move): void {
  const level = eventsLevel(app);
  const { state } = level;
  switch (state.focus) {
    case "rows": {
      const { reachable } = app.services.views.result(viewOf(state), state.columns);
      const row = moved(state.row, by, { count: reachable, page: pageRows(listKey(level.id)) });
      edit(app, (now) => ({ ...now, row, detail_scroll: row === now.row ? now.detail_scroll : 0, goal: null }));
      return;
    }
    case "facets": {
      const count = facetLines(app.services.views, state.filters, state.facet).length;
      const line = moved(state.facet.line, by, { count, page: pageRows(facetsKey(level.id)) });
      edit(app, (now) => ({ ...now, facet: { ...now.facet, line } }));
      return;
    }
    case "detail":
      edit(app, (now) => ({ ...now, detail_scroll: moved(now.detail_scroll, by, { count: 12, page: 6 }) }));
      return;
    case "histogram":
    case "chips":
      // One line: up and down leave it, the ends are its ends.
      if (by === "down" || by === "page-down" || by === "half-down")
        setFocus(app, state.focus === "chips" ? "histogram" : "rows");
      else if (by === "up" || by === "page-up" || by === "half-up") setFocus(app, "chips");
      else sideways(app, by === "first" ? -Infinity : Infinity);
  }
}

/** Moves the cell cursor, the chip or the bucket. */
export function sideways(app: App, by: number): void {
  const level = eventsLevel(app);
  const { state } = level;
  const within = (now: number, count: number): number => Math.max(0, Math.min(now + by, Math.max(0, count - 1)));
  if (state.focus === "rows") edit(app, (now) => ({ ...now, column: within(now.column, now.columns.length) }));
  else if (state.focus === "chips") edit(app, (now) => ({ ...now, chip: within(now.chip, now.filters.length) }));
  else if (state.focus === "histogram") {
    const count = histogramShown(app, bucketsIn(app.store.getState().columns))?.buckets.length ?? 0;
    edit(app, (now) => ({ ...now, bucket: within(Math.min(now.bucket, Math.max(0, count - 1)), count) }));
  }
}

function moved(now: number, by: Move, { count, page }: { readonly count: number; readonly page: number }): number {
  const last = Math.max(0, count - 1);
  const at = Math.min(now, last);
  const half = Math.max(1, Math.floor(page / 2));
  const steps: Record<Move, number> = {
    up: at - 1,
    down: at + 1,
    "page-up": at - page,
    "page-down": at + page,
    "half-up": at - half,
    "half-down": at + half,
    first: 0,
    last,
  };
  return Math.max(0, Math.min(steps[by], last));
}

/** Panes that can have the focus now, in the order of Tab. */
export function panesOf(app: App, state: EventsState): EventsFocus[] {
  const { facets, detail } = layoutNow(app);
  return [
    "rows",
    "chips",
    "histogram",
    ...(facets !== null || state.facet.isFull ? ["facets" as const] : []),
    ...(detail !== null ? ["detail" as const] : []),
  ];
}

/** Chips and histogram above the body. */
const HEADER_LINES = 2;

/** Where the panes are at the present size of the screen. */
export function layoutNow(app: App): ReturnType<typeof layOutEvents> {
  return layOutEvents(bodyRect(app.store.getState(), HEADER_LINES));
}

/** To the next pane, or the one before. */
export function cycleFocus(app: App, by: 1 | -1): void {
  const { state } = eventsLevel(app);
  const panes = panesOf(app, state);
  const at = Math.max(0, panes.indexOf(state.focus));
  setFocus(app, panes[(at + by + panes.length) % panes.length] ?? "rows");
}

/** To a pane; the facets leave the screen to the rows when they had it. */
export function setFocus(app: App, focus: EventsFocus): void {
  edit(app, (state) => ({
    ...state,
    focus,
    facet: { ...state.facet, isFull: focus === "facets" && state.facet.isFull },
  }));
}

/** `f`: to the facets and back; where they have no pane they take the screen. */
export function toggleFacets(app: App): void {
  const { state } = eventsLevel(app);
  const hasPane = layoutNow(app).facets !== null;
  const isOpen = state.focus === "facets";
  edit(app, (now) => ({
    ...now,
    focus: isOpen ? "rows" : "facets",
    facet: { ...now.facet, isFull: !isOpen && !hasPane },
  }));
}
