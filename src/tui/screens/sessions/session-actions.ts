import type { MarkTarget } from "../../../journal/mark-target.ts";
import { partColumn } from "../../../queries/views/session-detail.ts";
import { entityFilter, isFilter, type Filter } from "../../../queries/views/filter.ts";
import { sessionFilters, type SessionKind } from "../../../queries/views/session-selection.ts";
import type { App } from "../../state/contract.ts";
import type { Level } from "../../state/types.ts";
import { openEvents } from "../events/open-events.ts";
import type { MovedList } from "../list-commands.ts";
import { entryCount, sessionList } from "./session-parts-draw.ts";
import { openEventsOf, openSession, openSessions } from "./sessions-actions.ts";
import { markable, sessionTargets } from "./session-marks.ts";
import { isPart, SESSION_TABS, type SessionState } from "./sessions-state.ts";

export const top = (app: App): Level<SessionState> => app.top() as Level<SessionState>;

const viewOf = (app: App) => {
  const { by, session } = top(app).state;
  return app.services.sessions.views.viewOf(by, session).view;
};

/** What the cursor is on: the session, a value of the tab, or a key that it issued. */
type Entry =
  | { readonly kind: "whole" }
  | { readonly kind: "value"; readonly value: string | null }
  | { readonly kind: "issued"; readonly key: string };

export function listOf(app: App): MovedList {
  const level = top(app);
  return {
    list: sessionList(level),
    cursor: level.state.cursors[level.state.tab],
    n_rows: entryCount(level, viewOf(app)),
  };
}

export function moved(app: App, cursor: number): void {
  const { tab } = top(app).state;
  app.replaceState<SessionState>(app.top().id, (state) => ({ ...state, cursors: { ...state.cursors, [tab]: cursor } }));
}

export function turnTab(app: App, by: number): void {
  app.replaceState<SessionState>(app.top().id, (state) => {
    const at = SESSION_TABS.indexOf(state.tab) + by + SESSION_TABS.length;
    return { ...state, tab: SESSION_TABS[at % SESSION_TABS.length]! };
  });
}

function entryOf(app: App): Entry {
  const { tab, cursors } = top(app).state;
  const view = viewOf(app);
  const at = cursors[tab] - 1;
  if (at < 0) return { kind: "whole" };
  if (!isPart(tab)) {
    const issued = view.issued?.[at];
    return issued === undefined ? { kind: "whole" } : { kind: "issued", key: issued.key };
  }
  const row = view.parts.get(tab)?.rows[at];
  return row === undefined ? { kind: "whole" } : { kind: "value", value: row.value };
}

const counterpartKind = (by: SessionKind): SessionKind => (by === "key" ? "group" : "key");

/** The events of the session that have the value; of a key that it issued, the session of that key. */
export function openEntry(app: App): void {
  const { by, session, tab } = top(app).state;
  const entry = entryOf(app);
  if (entry.kind === "issued") openSession(app, "key", entry.key);
  else if (entry.kind === "whole" || !isPart(tab)) openEventsOf(app, by, session);
  else openEvents(app, [...sessionFilters(by, session), isFilter(partColumn(tab, by), entry.value)]);
}

/** The same value in the whole case. */
export function pivotEntry(app: App): void {
  const { by, tab } = top(app).state;
  const entry = entryOf(app);
  if (entry.kind === "issued") openEventsOf(app, "key", entry.key);
  else if (entry.kind === "whole") openActorOf(app);
  else if (tab === "counterparts" && entry.value !== null) openSession(app, counterpartKind(by), entry.value);
  else if (isPart(tab)) openEvents(app, [pivotFilter(tab, by, entry.value)]);
}

function pivotFilter(tab: Parameters<typeof partColumn>[0], by: SessionKind, value: string | null): Filter {
  if (value === null) return isFilter(partColumn(tab, by), null);
  if (tab === "addresses") return entityFilter("address", value);
  return tab === "agents" ? entityFilter("agent", value) : isFilter(partColumn(tab, by), value);
}

function openActorOf(app: App): void {
  const { facts } = viewOf(app);
  if (facts != null && facts.actor !== "") openEvents(app, [entityFilter("principal", facts.actor)]);
}

/** Every session of the address under the cursor, else of who acted. */
export function openSessionsAlike(app: App): void {
  const entry = entryOf(app);
  const { facts } = viewOf(app);
  if (entry.kind === "value" && entry.value !== null && top(app).state.tab === "addresses")
    openSessions(app, { address: entry.value });
  else if (facts != null && facts.actor !== "") openSessions(app, { principal: facts.actor });
}

/** The event that issued the session, if one is in the case. */
export function openOrigin(app: App): void {
  const id = viewOf(app).facts?.origin?.event_id;
  if (id == null) app.toast("The event that issued it is not in this archive", "warning");
  else openEvents(app, [entityFilter("event", id)], { title: "issuing event" });
}

/** The text under the cursor, for copying. */
export function entryText(app: App): string {
  const entry = entryOf(app);
  if (entry.kind === "issued") return entry.key;
  return entry.kind === "value" ? (entry.value ?? "") : top(app).state.session;
}

/** What a mark is about: the value under the cursor where one can be marked, else the session. */
export function entryTargets(app: App): MarkTarget[] {
  const { by, session, tab } = top(app).state;
  const entry = entryOf(app);
  const whole = sessionTargets(by, session);
  if (entry.kind === "issued") return [...markable("key", entry.key), ...whole];
  if (entry.kind === "whole" || entry.value === null) return whole;
  if (tab === "addresses") return [...markable("ip", entry.value), ...whole];
  return tab === "counterparts" ? [...sessionTargets(counterpartKind(by), entry.value), ...whole] : whole;
}
