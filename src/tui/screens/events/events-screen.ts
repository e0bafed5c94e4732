import type { App, ScreenDefinition } from "../../state/contract.ts";
import { drawEvents, drawEventsHeader, eventsStatus } from "./events-draw.ts";
import { EVENTS_COMMANDS } from "./events-commands.ts";
import { reachGoal, rowAtCursor, type EventsLevel } from "./event-jumps.ts";
import { markTargetsOf } from "./event-marks.ts";
import { layoutNow, panesOf } from "./events-moves.ts";
import { eventsState, filtersOfScope, viewOf, type EventsState } from "./events-state.ts";
import { describeEvents, exportEvents } from "./export-view.ts";
import { EVENTS } from "./open-events.ts";

const HINTS: Readonly<Record<EventsState["focus"], readonly string[]>> = {
  rows: [
    "events.open",
    "events.only",
    "events.exclude",
    "events.pivot",
    "events.context",
    "events.facets",
    "events.frequency",
    "events.filter",
    "events.time",
    "global.palette",
    "global.help",
    "global.back",
  ],
  chips: [
    "events.chip-edit",
    "events.chip-toggle",
    "events.chip-negate",
    "events.chip-remove",
    "events.filter",
    "events.next-pane",
    "events.to-rows",
  ],
  histogram: [
    "events.bucket-filter",
    "events.exclude",
    "events.zoom-in",
    "events.time",
    "events.next-pane",
    "events.to-rows",
  ],
  facets: [
    "events.facet-filter",
    "events.tick",
    "events.only",
    "events.exclude",
    "events.pivot",
    "events.frequency",
    "events.facets",
  ],
  detail: ["events.open", "events.pivot-menu", "events.copy-menu", "events.next-pane", "events.to-rows"],
};

/** Screen 1: the events of the case, filtered, counted and pivoted. */
export const eventsScreen: ScreenDefinition<EventsState> = {
  id: EVENTS,
  digit: 1,
  name: "Events",
  commands: EVENTS_COMMANDS,
  initial: (app) => eventsState(filtersOfScope(app.caseFacts().scope)),
  header: drawEventsHeader,
  draw: drawEvents,
  status: eventsStatus,
  hints: ({ state }) => HINTS[state.focus],
  enter,
  leave,
  markTargets: (level, app) => markTargets(app, level),
  describe: async ({ state }, app) => await Promise.resolve(describeEvents(app, state)),
  exportable: ({ state }, app) => exportEvents(app, state),
};

/** Seen anew: with panes that may have gone with the size, rows that a reload has moved, and a goal to reach. */
function enter(level: EventsLevel, app: App): void {
  const { facets } = layoutNow(app);
  const { focus, row } = level.state;
  if (!panesOf(app, level.state).includes(focus)) {
    const isFull = focus === "facets" && facets === null;
    app.replaceState<EventsState>(level.id, (state) => ({
      ...state,
      focus: isFull ? "facets" : "rows",
      facet: { ...state.facet, isFull },
    }));
  }
  const place = app.services.views.placeBefore(level.id, row);
  if (place !== null) app.replaceState<EventsState>(level.id, (state) => ({ ...state, goal: { place } }));
  void reachGoal(app, level.id).catch((error: unknown) => app.fail(error));
}

/** A view that was closed is searched no further; one that is covered is. */
function leave(level: EventsLevel, app: App): void {
  if (app.store.getState().closed.some(({ id }) => id === level.id))
    app.services.views.scans.leave(viewOf(level.state));
}

function markTargets(app: App, level: EventsLevel): ReturnType<typeof markTargetsOf> {
  const row = rowAtCursor(app, level);
  return row === null ? [] : markTargetsOf(row.place, app.services.views.knownDetail(row.place));
}
