import { isFilter, entityFilter, type Filter } from "../../../queries/views/filter.ts";
import { IS_ERROR, CELL_TEXT_MAX, type EventRow } from "../../../queries/views/event-window.ts";
import type { EventPlace } from "../../../queries/views/event-order.ts";
import { oneCondition } from "../../../queries/views/filter-sql.ts";
import type { EventResult } from "../../services/event-result.ts";
import type { App } from "../../state/contract.ts";
import type { Level } from "../../state/types.ts";
import { columnTitle } from "./event-columns.ts";
import { viewOf, type EventsState } from "./events-state.ts";

export type EventsLevel = Level<EventsState>;

/** The result of a level's filters; what is shown may still be that of the ones before. */
export function resultOf({ state }: EventsLevel, { app }: { readonly app: App }): EventResult {
  return app.services.views.result(viewOf(state), state.columns);
}

/** The view on top, which is one of events. */
export function eventsLevel(app: App): EventsLevel {
  return app.top() as EventsLevel;
}

/** Changes the state of the view on top. */
export function edit(app: App, patch: (state: EventsState) => EventsState): void {
  app.replaceState<EventsState>(app.top().id, patch);
}

/** The row under the cursor; null while it is not read. */
export function rowAtCursor(app: App, level = eventsLevel(app)): EventRow | null {
  return app.services.views.result(viewOf(level.state), level.state.columns).row(level.state.row);
}

/** Longest value that a filter is made of. */
const FILTER_TEXT_MAX = 20_000;

interface CellAtCursor {
  readonly column: string;
  readonly value: string | null;
}

/**
 * Uses the cell under the cursor, whole, for a filter; says so when it is too long for one. At once when the cell is
 * known: the next key may lead elsewhere. Else once it is read, unless the person has gone on.
 */
export async function withWholeCell(
  app: App,
  use: (cell: CellAtCursor, row: EventRow) => void | Promise<void>,
): Promise<void> {
  const level = eventsLevel(app);
  const [cell, row] = [cellAtCursor(app, level), rowAtCursor(app, level)];
  if (cell === null || row === null) return;
  if (cell.value === null || cell.value.length < CELL_TEXT_MAX) {
    await use(cell, row);
    return;
  }
  const whole = (await app.services.views.readEvent(row.place))?.cells[cell.column];
  if (app.top().id !== level.id) return;
  if (whole != null && String(whole).length <= FILTER_TEXT_MAX)
    await use({ column: cell.column, value: String(whole) }, row);
  else app.toast("The value is too long for a filter", "warning");
}

/** The value of the cell under the cursor as the table has it, which may be its beginning only; null in `value` for none, and null at all for a row not read yet. */
export function cellAtCursor(app: App, level = eventsLevel(app)): CellAtCursor | null {
  const { state } = level;
  const row = rowAtCursor(app, level);
  const column = state.columns[state.column] ?? state.columns[0];
  if (row === null || column === undefined) return null;
  const cell = row.cells[state.columns.indexOf(column)] ?? null;
  return { column, value: cell === null || cell === "" ? null : String(cell) };
}

/** Puts the cursor on an event, once it is known where that stands in the view; unless it was moved meanwhile. */
export async function goTo(app: App, levelId: number, place: EventPlace): Promise<boolean> {
  const level = app.level(levelId) as EventsLevel | undefined;
  if (level === undefined) return false;
  const { state } = level;
  const position = await app.services.views.result(viewOf(state), state.columns).positionOf(place);
  if (position === null) return false;
  app.replaceState<EventsState>(levelId, (now) =>
    now.filters === state.filters && now.sort === state.sort && now.row === state.row
      ? { ...now, row: position, goal: null, detail_scroll: 0 }
      : now,
  );
  return true;
}

/** Goes to what a level was opened for. */
export async function reachGoal(app: App, levelId: number): Promise<void> {
  const level = app.level(levelId) as EventsLevel | undefined;
  const goal = level?.state.goal ?? null;
  if (goal === null) return;
  const place = "place" in goal ? goal.place : await app.services.views.findById(goal.event_id);
  if (place === null) {
    app.replaceState<EventsState>(levelId, (state) => ({ ...state, goal: null }));
    app.toast("This event is not in the case", "warning");
  }
  if (place !== null && place !== undefined) await goTo(app, levelId, place);
}

/** To the next or previous event with the same value in the column of the cursor. */
export async function jumpToSameValue(app: App, forward: boolean): Promise<void> {
  await withWholeCell(app, async (cell) =>
    jump(app, {
      filter: isFilter(cell.column, cell.value),
      forward,
      words: `${columnTitle(cell.column)} of this value`,
    }),
  );
}

/** To the next or previous event that did not do what was asked. */
export async function jumpToError(app: App, forward: boolean): Promise<void> {
  await jump(app, { condition: IS_ERROR, forward, words: "error" });
}

/** To the next or previous event with a mark of its own. */
export async function jumpToMark(app: App, forward: boolean): Promise<void> {
  const ids = [...app.services.marks.book().targets().values()].flatMap(({ target }) =>
    target.kind === "event" ? [target.value] : [],
  );
  if (ids.length === 0) {
    app.toast("No event is marked: m marks one", "warning");
    return;
  }
  await jump(app, { filter: entityFilter("event", ...ids), forward, words: "marked event" });
}

interface Jump {
  readonly filter?: Filter;
  readonly condition?: string;
  readonly forward: boolean;
  /** What is sought, for the word that there is none. */
  readonly words: string;
}

/** Jumps that were asked for: a key that is held goes on from where the jump before it led. */
const jumping = new WeakMap<App, { last: Promise<void>; n_waiting: number }>();
const JUMPS_WAITING_MAX = 30;

async function jump(app: App, asked: Jump): Promise<void> {
  const queue = jumping.get(app) ?? { last: Promise.resolve(), n_waiting: 0 };
  jumping.set(app, queue);
  if (queue.n_waiting >= JUMPS_WAITING_MAX) return;
  queue.n_waiting += 1;
  const { id } = app.top();
  const turn = queue.last.then(async () => (app.top().id === id ? jumpNow(app, asked) : undefined));
  queue.last = turn.catch(() => undefined).then(() => void (queue.n_waiting -= 1));
  await turn;
}

async function jumpNow(app: App, { filter, condition, forward, words }: Jump): Promise<void> {
  const level = eventsLevel(app);
  const { state } = level;
  const row = rowAtCursor(app, level);
  if (row === null) return;
  if (state.sort.column !== null) {
    app.toast("Jumps go along the time: s on the time column sorts by it", "warning");
    return;
  }
  const sought = { from: row.place, condition: condition ?? oneCondition(filter!), forward };
  const place = await app.services.views.find(viewOf(state), sought);
  if (place === null) app.toast(`No ${words} ${forward ? "below" : "above"}`);
  if (place !== null && place !== undefined) await goTo(app, level.id, place);
}
