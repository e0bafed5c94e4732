import { escapeControls } from "../../../export/sanitise.ts";
import type { EventDetail } from "../../../queries/views/event-detail.ts";
import { isFilter, type Filter } from "../../../queries/views/filter.ts";
import type { App } from "../../state/contract.ts";
import type { Level } from "../../state/types.ts";
import type { SearchedScreen } from "../list-commands.ts";
import { eventContent } from "./event-draw.ts";
import { pivotFilter } from "./event-pivots.ts";
import { matches, type EventLine, type EventState } from "./event-state.ts";
import { viewOf, type EventsState } from "./events-state.ts";
import { EVENT } from "./open-event.ts";
import { EVENTS, openEvents } from "./open-events.ts";

export type EventLevel = Level<EventState>;

/** The view on top, which is one event. */
export const eventLevel = (app: App): EventLevel => app.top() as EventLevel;
/** Changes the state of the view on top. */
export const editEvent = (app: App, patch: (state: EventState) => EventState): void => {
  app.replaceState<EventState>(app.top().id, patch);
};

/** The lines as they are drawn; none before the event is read. */
export function linesOf(app: App): readonly EventLine[] {
  const content = eventContent(eventLevel(app), { app, now_ms: app.clock.now_ms() });
  return content.kind === "lines" ? content.lines : [];
}

function lineAtCursor(app: App): EventLine | undefined {
  const lines = linesOf(app);
  return lines[Math.max(0, Math.min(eventLevel(app).state.line, lines.length - 1))];
}

/** The search inside the event. */
export const searchedEvent: SearchedScreen = {
  scope: EVENT,
  typed: (app) => eventLevel(app).state.typed,
  inForce: (app) => eventLevel(app).state.search,
  type: (app, typed) => editEvent(app, (state) => ({ ...state, typed })),
  search: (app, search) => {
    editEvent(app, (state) => ({ ...state, search }));
    if (search !== "") toMatch(app, 0);
  },
};

/** To the next line with what is searched for, from the cursor on and round the end. */
export function toMatch(app: App, step: 1 | -1 | 0): void {
  const { line, search } = eventLevel(app).state;
  const lines = linesOf(app);
  if (search === "" || lines.length === 0) return;
  const direction = step === -1 ? -1 : 1;
  for (let i = step === 0 ? 0 : 1; i <= lines.length; i += 1) {
    const at = (((line + direction * i) % lines.length) + lines.length) % lines.length;
    if (!matches(lines[at]!, search)) continue;
    editEvent(app, (state) => ({ ...state, line: at }));
    return;
  }
  app.toast("Not found in this event; folded parts are not searched", "warning");
}

/** Opens or closes a part; on a value, without saying which, pivots from it. */
export function toggleFold(app: App, isOpening?: boolean): void {
  const line = lineAtCursor(app);
  if (line?.fold == null) {
    if (isOpening === undefined) pivotLine(app);
    return;
  }
  const { fold, isOpen } = line;
  if (isOpening === isOpen) return;
  editEvent(app, (state) => ({
    ...state,
    folded: isOpen ? [...state.folded, fold] : state.folded.filter((one) => one !== fold),
  }));
}

function filterOfLine(app: App, negated: boolean): Filter | null {
  const line = lineAtCursor(app);
  return line?.column == null || line.value === null ? null : isFilter(line.column, line.value, negated);
}

/** The filters of the view that the event was opened from. */
function filtersBelow(app: App): readonly Filter[] {
  const { levels } = app.store.getState();
  const below = levels.at(-2);
  return below?.screen === EVENTS ? (below.state as EventsState).filters : [];
}

/** `+` and `-`: the view below with a filter more. */
export function narrowByLine(app: App, negated: boolean): void {
  const filter = filterOfLine(app, negated);
  if (filter === null) app.toast("This line is no value of a column", "warning");
  else openEvents(app, [...filtersBelow(app), filter], negated ? {} : { goal: { place: eventLevel(app).state.place } });
}

/** `p`: everything about the value of the line. */
export function pivotLine(app: App): void {
  const line = lineAtCursor(app);
  if (line?.column == null || line.value === null) app.toast("This line is no value of a column", "warning");
  else openEvents(app, [pivotFilter(line.column, line.value)], { goal: { place: eventLevel(app).state.place } });
}

/** To the next or previous event of the view below, without going back to it. */
export function step(app: App, forward: boolean): void {
  const { levels } = app.store.getState();
  const below = levels.at(-2);
  if (below?.screen !== EVENTS) {
    app.toast("The event was not opened from a view of events", "warning");
    return;
  }
  const state = below.state as EventsState;
  const result = app.services.views.result(viewOf(state), state.columns);
  const row = state.row + (forward ? 1 : -1);
  const [found] = row < 0 ? [null] : result.window(row, 1);
  if (found == null) {
    app.toast(forward && row < result.reachable ? "The next rows are being read" : "No more events in this view");
    return;
  }
  app.replaceState<EventsState>(below.id, (now) => ({ ...now, row }));
  editEvent(app, (now) => ({ ...now, place: found.place, copy: 0 }));
  app.retitle(app.top().id, `event ${(found.place.event_id ?? "without id").slice(0, 13)}`);
}

/** Uses the event when it is read. */
export function withDetail(app: App, use: (detail: EventDetail) => void): void {
  const detail = app.services.views.knownDetail(eventLevel(app).state.place);
  if (detail !== null) use(detail);
}

/** `x`: all events around this one. */
export function openContextOf(app: App): void {
  withDetail(app, ({ cells, place }) => {
    const account = cells["recipient_account_id"];
    openEvents(app, typeof account === "string" && account !== "" ? [isFilter("recipient_account_id", account)] : [], {
      title: "around this event",
      goal: { place },
    });
  });
}

/** The next of the records that the evidence has of this event. */
export function nextCopy(app: App): void {
  withDetail(app, (detail) => {
    const count = app.services.views.raw(detail).value?.length ?? 1;
    editEvent(app, (state) => ({ ...state, copy: (state.copy + 1) % count, line: 0 }));
    if (count === 1) app.toast("The case has one record of this event");
  });
}

/** Copies the value of the line, harmless. */
export function copyLine(app: App): void {
  const line = lineAtCursor(app);
  if (line !== undefined) app.copy(escapeControls(line.value ?? line.text), line.label === "" ? "line" : line.label);
}
