import type { App, Command } from "../../state/contract.ts";
import { openColumns } from "./columns-overlay.ts";
import { openCopyMenu } from "./copy-menu.ts";
import { eventsLevel, jumpToError, jumpToMark, jumpToSameValue, rowAtCursor } from "./event-jumps.ts";
import { narrowByCursor, openContext, pivotByCursor } from "./event-pivots.ts";
import { copyCell, frequencyOfCursor, retry, sortBy, sortByCursor, withDetail } from "./events-actions.ts";
import { toggleFacets } from "./events-moves.ts";
import { eventsState } from "./events-state.ts";
import { shiftDay, toggleAllFilters, zoom } from "./filter-changes.ts";
import { openFilterEditor, openTimePicker } from "./filter-editor.ts";
import { EVENTS } from "./open-events.ts";
import { MOVE_COMMANDS, PANE_COMMANDS } from "./pane-commands.ts";
import { openPivotMenu } from "./pivot-menu.ts";

type Unscoped = Omit<Command, "scope">;

const hasRow = (app: App): boolean | string => rowAtCursor(app) !== null || "there is no event under the cursor";

const PIVOT_COMMANDS: readonly Unscoped[] = [
  {
    id: "events.only",
    title: "only events with the value under the cursor",
    hint: "only",
    keys: ["+"],
    run: (app) => narrowByCursor(app, false),
  },
  {
    id: "events.exclude",
    title: "without events that have the value under the cursor",
    hint: "exclude",
    keys: ["-"],
    run: (app) => narrowByCursor(app, true),
  },
  {
    id: "events.pivot",
    title: "pivot: only this value, over all time",
    hint: "pivot",
    keys: ["p"],
    run: pivotByCursor,
  },
  {
    id: "events.pivot-menu",
    title: "pivot menu: every key, session, principal, address and resource of the event",
    hint: "pivots",
    keys: ["P"],
    available: hasRow,
    run: async (app) => withDetail(app, (detail) => openPivotMenu(app, detail)),
  },
  {
    id: "events.context",
    title: "context: all events around this one, filters off",
    hint: "context",
    keys: ["x"],
    available: hasRow,
    run: openContext,
  },
  {
    id: "events.frequency",
    title: "frequency table of this column",
    hint: "freq",
    keys: ["F"],
    run: frequencyOfCursor,
  },
  {
    id: "events.facets",
    title: "facets: the values of some columns with their counts",
    hint: "facets",
    keys: ["f"],
    run: toggleFacets,
  },
];

function jumpCommands(): Unscoped[] {
  const pairs: readonly (readonly [string, string, string, string, (app: App, forward: boolean) => Promise<void>])[] = [
    ["same", "with the same value in this column", "o", "O", jumpToSameValue],
    ["error", "with an error", "e", "E", jumpToError],
    ["mark", "that is marked", "u", "U", jumpToMark],
  ];
  return pairs.flatMap(([id, words, next, previous, jump]): Unscoped[] => [
    {
      id: `events.next-${id}`,
      title: `next event ${words}`,
      hint: `next ${id}`,
      keys: [next],
      available: hasRow,
      run: (app) => jump(app, true),
    },
    {
      id: `events.previous-${id}`,
      title: `previous event ${words}`,
      keys: [previous],
      available: hasRow,
      run: (app) => jump(app, false),
    },
  ]);
}

const VIEW_COMMANDS: readonly Unscoped[] = [
  {
    id: "events.filter",
    title: "filter: add conditions by typing them",
    hint: "filter",
    keys: ["/"],
    run: openFilterEditor,
  },
  { id: "events.time", title: "time range", hint: "time", keys: ["t"], run: openTimePicker },
  {
    id: "events.zoom-in",
    title: "half the time, around the cursor",
    hint: "zoom",
    keys: ["z"],
    run: (app) => zoom(app, true),
  },
  { id: "events.zoom-out", title: "twice the time, around the cursor", keys: ["Z"], run: (app) => zoom(app, false) },
  {
    id: "events.day-later",
    title: "a day later: the time range, or without one the cursor",
    keys: ["d"],
    run: async (app) => shiftDay(app, true),
  },
  { id: "events.day-earlier", title: "a day earlier", keys: ["D"], run: async (app) => shiftDay(app, false) },
  {
    id: "events.filters-off",
    title: "all filters off, or on again",
    hint: "off/on",
    keys: ["ctrl-f"],
    run: toggleAllFilters,
  },
  {
    id: "events.sort",
    title: "sort by this column: up, down, and back to time",
    hint: "sort",
    keys: ["s"],
    run: sortByCursor,
  },
  { id: "events.newest", title: "newest first, or oldest first", keys: [], run: (app) => sortBy(app, null) },
  {
    id: "events.columns",
    title: "columns: which, in what order, how wide",
    hint: "columns",
    keys: ["c"],
    run: openColumns,
  },
  { id: "events.retry", title: "ask again what failed or was stopped", keys: ["ctrl-r"], run: retry },
  { id: "events.copy", title: "copy the value under the cursor", hint: "copy", keys: ["y"], run: copyCell },
  {
    id: "events.copy-menu",
    title: "copy the event: record, CSV, ARN, command",
    keys: ["Y"],
    available: hasRow,
    run: async (app) => withDetail(app, (detail) => openCopyMenu(app, { detail, view: eventsLevel(app).state })),
  },
  {
    id: "events.all",
    title: "all events of the case",
    keys: [],
    run: (app) => void app.push(EVENTS, "all", eventsState([])),
  },
];

/** All commands of the screen; where two have a key, the focused pane decides. */
export const EVENTS_COMMANDS: readonly Command[] = [
  ...MOVE_COMMANDS,
  ...PANE_COMMANDS,
  ...PIVOT_COMMANDS,
  ...jumpCommands(),
  ...VIEW_COMMANDS,
].map((command) => ({ ...command, scope: EVENTS }));
