import { entityFilter } from "../../../queries/views/filter.ts";
import type { SessionRow, SessionSort } from "../../../queries/views/session-list.ts";
import { SESSION_SORTS } from "../../../queries/views/session-list.ts";
import {
  ALL_KEYS,
  parseSelection,
  selectionWords,
  sessionFilters,
  type SessionKind,
  type SessionSelection,
} from "../../../queries/views/session-selection.ts";
import type { App } from "../../state/contract.ts";
import type { Level } from "../../state/types.ts";
import { openEvents } from "../events/open-events.ts";
import type { MovedList, SearchedScreen } from "../list-commands.ts";
import { sessionsList } from "./sessions-draw.ts";
import { initialSession, initialSessions, type SessionsState } from "./sessions-state.ts";
import { shortSession } from "./session-words.ts";

/** Ids of the list and of the view of one session. */
export const SESSIONS = "sessions";
export const SESSION = "session";

const top = (app: App): Level<SessionsState> => app.top() as Level<SessionsState>;
export const state = (app: App): SessionsState => top(app).state;
export const isTyping = (app: App): boolean => state(app).typed !== null;

export function patch(app: App, changes: Partial<SessionsState>): void {
  app.replaceState<SessionsState>(app.top().id, (before) => ({ ...before, ...changes }));
}

/** Opens one session above the present view; for pivots from anywhere. */
export function openSession(app: App, by: SessionKind, session: string): void {
  app.push(SESSION, `${by === "key" ? "key" : "group"} ${shortSession(by, session)}`, initialSession(by, session));
}

/** Opens the list of the sessions of a principal, address or account above the present view; for pivots from anywhere. */
export function openSessions(app: App, of: Partial<SessionSelection>): void {
  const selection = { ...ALL_KEYS, ...of };
  app.push(SESSIONS, `sessions of ${selectionWords(selection)}`, initialSessions(selection));
}

export function listOf(app: App): MovedList | null {
  const level = top(app);
  const { selection, order, cursor, typed } = level.state;
  if (typed !== null) return null;
  return { list: sessionsList(level), cursor, n_rows: app.services.sessions.totalsOf(selection, order)?.total ?? 0 };
}

/** The row under the cursor; null while it is not here. */
export function rowOf(app: App): SessionRow | null {
  const { selection, order, cursor } = state(app);
  const { sessions } = app.services;
  const total = sessions.totalsOf(selection, order)?.total ?? 0;
  return sessions.rowOf(selection, order, Math.min(cursor, total - 1));
}

export function withRow(
  app: App,
  use: (row: SessionRow, by: SessionKind) => void | Promise<void>,
): void | Promise<void> {
  const row = rowOf(app);
  return row === null ? undefined : use(row, state(app).selection.by);
}

export const SEARCHED: SearchedScreen = {
  scope: SESSIONS,
  typed: (app) => state(app).typed,
  inForce: (app) => selectionWords(state(app).selection),
  type: (app, typed) => patch(app, { typed }),
  search: (app, words) => patch(app, { selection: parseSelection(words, state(app).selection.by), cursor: 0 }),
};

export function turnKind(app: App): void {
  const { selection } = state(app);
  patch(app, { selection: { ...selection, by: selection.by === "key" ? "group" : "key" }, cursor: 0 });
}

/** The next column to sort by, in the direction in which it is wanted first. */
export function turnSort(app: App): void {
  const { sort } = state(app).order;
  const next: SessionSort = SESSION_SORTS[(SESSION_SORTS.indexOf(sort) + 1) % SESSION_SORTS.length]!;
  patch(app, { order: { sort: next, isDescending: next !== "session" && next !== "first" }, cursor: 0 });
}

export function reverseSort(app: App): void {
  const { order } = state(app);
  patch(app, { order: { ...order, isDescending: !order.isDescending }, cursor: 0 });
}

export function openEventsOf(app: App, by: SessionKind, session: string): void {
  openEvents(app, sessionFilters(by, session), { title: shortSession(by, session) });
}

/** The events of who acted, whatever the session. */
export function openActor(app: App): void {
  void withRow(app, ({ session }, by) => {
    const facts = app.services.sessions.factsOf(by, session);
    if (facts == null || facts.actor === "") app.toast("Who acted is still being counted", "warning");
    else openEvents(app, [entityFilter("principal", facts.actor)]);
  });
}
