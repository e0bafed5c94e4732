import type { App, Command } from "../../state/contract.ts";
import { eventsLevel } from "./event-jumps.ts";
import { toggleTick } from "./event-pivots.ts";
import { enterBucket, enterFacet, openAtCursor } from "./events-actions.ts";
import { cycleFocus, move, setFocus, sideways, type Move } from "./events-moves.ts";
import type { EventsState } from "./events-state.ts";
import { changeChip, openChipEditor } from "./filter-editor.ts";

type Unscoped = Omit<Command, "scope">;

const focusIs =
  (...panes: readonly EventsState["focus"][]) =>
  (app: App): boolean =>
    panes.includes(eventsLevel(app).state.focus);

const MOVES: readonly (readonly [Move, readonly string[], string])[] = [
  ["up", ["up", "k"], "one up"],
  ["down", ["down", "j"], "one down"],
  ["page-up", ["pageup"], "one page up"],
  ["page-down", ["pagedown"], "one page down"],
  ["half-up", ["ctrl-u"], "half a page up"],
  ["half-down", ["ctrl-d"], "half a page down"],
  ["first", ["g", "home"], "to the first"],
  ["last", ["G", "end"], "to the last"],
];

/** Movement inside the panes and between them. */
export const MOVE_COMMANDS: readonly Unscoped[] = [
  ...MOVES.map(([by, keys, title]): Unscoped => ({
    id: `events.${by}`,
    title,
    keys,
    hidden: true,
    run: (app) => move(app, by),
  })),
  {
    id: "events.left",
    title: "cell, filter or bucket to the left",
    keys: ["left", "h"],
    hidden: true,
    run: (app) => sideways(app, -1),
  },
  {
    id: "events.right",
    title: "cell, filter or bucket to the right",
    keys: ["right", "l"],
    hidden: true,
    run: (app) => sideways(app, 1),
  },
  { id: "events.next-pane", title: "next pane", hint: "pane", keys: ["tab"], run: (app) => cycleFocus(app, 1) },
  { id: "events.previous-pane", title: "pane before", keys: ["shift-tab"], run: (app) => cycleFocus(app, -1) },
  {
    id: "events.to-rows",
    title: "back to the rows",
    hint: "rows",
    keys: ["esc"],
    hidden: true,
    available: (app) => eventsLevel(app).state.focus !== "rows",
    run: (app) => setFocus(app, "rows"),
  },
];

/** What Enter and Space do, by pane. */
export const PANE_COMMANDS: readonly Unscoped[] = [
  {
    id: "events.open",
    title: "open the event",
    hint: "open",
    keys: ["enter"],
    available: focusIs("rows", "detail"),
    run: openAtCursor,
  },
  {
    id: "events.facet-filter",
    title: "only events with this value, or with those ticked",
    hint: "only",
    keys: ["enter"],
    available: focusIs("facets"),
    run: enterFacet,
  },
  {
    id: "events.bucket-filter",
    title: "only this stretch of time",
    hint: "only",
    keys: ["enter"],
    available: focusIs("histogram"),
    run: enterBucket,
  },
  {
    id: "events.chip-edit",
    title: "change this filter",
    hint: "change",
    keys: ["enter"],
    available: focusIs("chips"),
    run: openChipEditor,
  },
  {
    id: "events.page",
    title: "one page down",
    keys: ["space"],
    hidden: true,
    available: focusIs("rows", "detail", "histogram"),
    run: (app) => move(app, "page-down"),
  },
  {
    id: "events.tick",
    title: "tick this value",
    hint: "tick",
    keys: ["space"],
    available: focusIs("facets"),
    run: toggleTick,
  },
  {
    id: "events.chip-toggle",
    title: "this filter off or on",
    hint: "off/on",
    keys: ["space"],
    available: focusIs("chips"),
    run: (app) => changeChip(app, (filter) => ({ ...filter, on: !filter.on })),
  },
  {
    id: "events.chip-negate",
    title: "turn this filter into its contrary",
    hint: "negate",
    keys: ["!"],
    available: focusIs("chips"),
    run: (app) => changeChip(app, (filter) => ({ ...filter, negated: !filter.negated })),
  },
  {
    id: "events.chip-remove",
    title: "take this filter away",
    hint: "remove",
    keys: ["delete", "D"],
    available: focusIs("chips"),
    run: (app) => changeChip(app, () => null),
  },
];
