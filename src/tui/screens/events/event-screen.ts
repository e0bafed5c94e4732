import { shellWord } from "../../../queries/indicator.ts";
import { momentCondition, type EventPlace } from "../../../queries/views/event-order.ts";
import { sqlCommand } from "../../../queries/views/view-command.ts";
import type { Command, ScreenDefinition } from "../../state/contract.ts";
import { moveCommands, searchCommands, searchInput } from "../list-commands.ts";
import { openCopyMenu } from "./copy-menu.ts";
import {
  copyLine,
  editEvent,
  eventLevel,
  linesOf,
  narrowByLine,
  nextCopy,
  openContextOf,
  pivotLine,
  searchedEvent,
  step,
  toggleFold,
  toMatch,
  withDetail,
} from "./event-actions.ts";
import { drawEvent, eventKey } from "./event-draw.ts";
import { markTargetsOf } from "./event-marks.ts";
import type { EventState } from "./event-state.ts";
import { sqlExport } from "./export-view.ts";
import { EVENT } from "./open-event.ts";
import { openPivotMenu } from "./pivot-menu.ts";

const COMMANDS: readonly Omit<Command, "scope">[] = [
  {
    id: "event.fold",
    title: "open or close this part; pivot from a value",
    hint: "open",
    keys: ["enter"],
    run: (app) => toggleFold(app),
  },
  {
    id: "event.close",
    title: "close this part",
    keys: ["left", "h"],
    hidden: true,
    run: (app) => toggleFold(app, false),
  },
  {
    id: "event.open",
    title: "open this part",
    keys: ["right", "l"],
    hidden: true,
    run: (app) => toggleFold(app, true),
  },
  {
    id: "event.raw",
    title: "raw record, or fields",
    hint: "raw",
    keys: ["i", "r"],
    run: (app) => editEvent(app, (state) => ({ ...state, mode: state.mode === "raw" ? "fields" : "raw", line: 0 })),
  },
  {
    id: "event.next-match",
    title: "next line found",
    keys: ["n"],
    available: (app) => eventLevel(app).state.search !== "" || "nothing is searched for: /",
    run: (app) => toMatch(app, 1),
  },
  {
    id: "event.previous-match",
    title: "previous line found",
    keys: ["N"],
    available: (app) => eventLevel(app).state.search !== "" || "nothing is searched for: /",
    run: (app) => toMatch(app, -1),
  },
  { id: "event.next", title: "next event of the view", hint: "next", keys: ["J"], run: (app) => step(app, true) },
  { id: "event.previous", title: "previous event of the view", keys: ["K"], run: (app) => step(app, false) },
  {
    id: "event.only",
    title: "only events with this value",
    hint: "only",
    keys: ["+"],
    run: (app) => narrowByLine(app, false),
  },
  {
    id: "event.exclude",
    title: "without events that have this value",
    hint: "exclude",
    keys: ["-"],
    run: (app) => narrowByLine(app, true),
  },
  { id: "event.pivot", title: "pivot: only this value, over all time", hint: "pivot", keys: ["p"], run: pivotLine },
  {
    id: "event.pivot-menu",
    title: "pivot menu: every thing that the event names",
    hint: "pivots",
    keys: ["P"],
    run: (app) => withDetail(app, (detail) => openPivotMenu(app, detail)),
  },
  {
    id: "event.context",
    title: "context: all events around this one",
    hint: "context",
    keys: ["x"],
    run: openContextOf,
  },
  {
    id: "event.copy-record",
    title: "next record of this event: other copies in the evidence",
    keys: ["c"],
    available: (app) => eventLevel(app).state.mode === "raw" || "copies are shown raw: i",
    run: (app) => nextCopy(app),
  },
  { id: "event.copy", title: "copy the value of this line", hint: "copy", keys: ["y"], run: (app) => copyLine(app) },
  {
    id: "event.copy-menu",
    title: "copy the event in other forms",
    keys: ["Y"],
    run: (app) => withDetail(app, (detail) => openCopyMenu(app, { detail, view: null })),
  },
  {
    id: "event.retry",
    title: "ask again what failed or was stopped",
    keys: ["ctrl-r"],
    run: (app) => {
      app.services.views.retry();
      app.dataArrived();
    },
  },
];

/** One event whole: its fields as a tree, or its raw record. */
export const eventScreen: ScreenDefinition<EventState> = {
  id: EVENT,
  name: "Event",
  commands: [
    ...searchCommands(searchedEvent, "in this event"),
    ...moveCommands(
      EVENT,
      (app) => ({ list: eventKey(app.top().id), cursor: eventLevel(app).state.line, n_rows: linesOf(app).length }),
      (app, line) => editEvent(app, (state) => ({ ...state, line })),
    ),
    ...COMMANDS.map((command) => ({ ...command, scope: EVENT })),
  ],
  draw: drawEvent,
  hints: () => [
    "event.raw",
    "event.search",
    "event.only",
    "event.exclude",
    "event.pivot",
    "event.pivot-menu",
    "event.context",
    "event.next",
    "event.copy",
    "global.back",
  ],
  capturesText: ({ state }) => state.typed !== null,
  ...searchInput(searchedEvent),
  markTargets: ({ state }, app) => {
    const detail = app.services.views.knownDetail(state.place);
    return markTargetsOf(state.place, detail);
  },
  describe: async ({ state: { place } }, app) => {
    const sql = oneEventSql(place);
    const { folder } = app.caseFacts();
    const show =
      place.event_id === null || place.event_id === ""
        ? null
        : `coldtrail show ${shellWord(place.event_id)} --case ${shellWord(folder)}`;
    return await Promise.resolve({ sql, command: show ?? sqlCommand(sql, folder) });
  },
  exportable: ({ state: { place } }, app) =>
    sqlExport(app, {
      title: `event ${place.event_id ?? "without id"}, all columns`,
      file_stem: "event",
      sql: oneEventSql(place),
    }),
};

/** All columns of one event. */
function oneEventSql(place: EventPlace): string {
  return `SELECT *\nFROM events\nWHERE ${momentCondition(place)} AND file_id = ${place.file_id} AND record_index = ${place.record_index}`;
}
