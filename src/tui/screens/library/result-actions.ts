import type { App } from "../../state/contract.ts";
import { formatNumber } from "../../text/format.ts";
import type { Level } from "../../state/types.ts";
import { requestSql } from "./request-sql.ts";
import { shownOrder } from "./result-columns.ts";
import { copyItems, eventIdOf, filtersFor, pivotItems, pivotsAtCell, rowItems, type AtRow } from "./result-pivots.ts";
import { requestOf, shownRows, type ResultState } from "./result-state.ts";
import { openRowMenu } from "./row-menu.ts";
import { openEvent } from "../events/open-event.ts";
import { openEvents } from "../events/open-events.ts";

export const top = (app: App): Level<ResultState> => app.top() as Level<ResultState>;

export function patch(app: App, change: (state: ResultState) => Partial<ResultState>): void {
  app.replaceState<ResultState>(app.top().id, (state) => ({ ...state, ...change(state) }));
}

/** The row and the cell under the cursor; null while there is none. */
export function atRow(app: App): AtRow | null {
  const { id, state } = top(app);
  const { library } = app.services;
  const [query, kept] = [library.query(state.query), library.results.stateOf(id)];
  if (query === null || kept === null) return null;
  const rows = shownRows(kept, state);
  const row = rows[Math.min(state.row, rows.length - 1)];
  const order = shownOrder(kept.columns);
  const place = order[Math.min(state.column, order.length - 1)];
  return row === undefined || place === undefined ? null : { query, kept, row, place, state };
}

export function withRow(app: App, use: (at: AtRow) => void): void {
  const at = atRow(app);
  if (at === null) app.toast("There is no row here", "warning");
  else use(at);
}

function counts(app: App): { readonly rows: number; readonly columns: number } {
  const { id, state } = top(app);
  const kept = app.services.library.results.stateOf(id);
  if (kept === null) return { rows: 0, columns: 0 };
  return { rows: shownRows(kept, state).length, columns: kept.columns.length };
}

const within = (at: number, n: number): number => Math.max(0, Math.min(n - 1, at));

/** Lines of a row shown whole: a guess that is never too small, for the end of its scrolling. */
const LINES_A_COLUMN = 4;

export function moveRow(app: App, by: number): void {
  const { rows } = counts(app);
  patch(app, ({ row }) => ({ row: within(within(row, rows) + by, rows), card_scroll: 0 }));
}

/** By pages; in a row shown whole, through the row. */
export function movePage(app: App, by: number): void {
  if (!top(app).state.showsRow) {
    moveRow(app, by);
    return;
  }
  const most = counts(app).columns * LINES_A_COLUMN;
  patch(app, ({ card_scroll }) => ({ card_scroll: within(card_scroll + by, most) }));
}

export function moveColumn(app: App, by: number): void {
  const { columns } = counts(app);
  patch(app, ({ column }) => ({ column: within(within(column, columns) + by, columns) }));
}

/** Another row of the same kind: bad enough to be looked at. */
export function moveToSevere(app: App, by: 1 | -1): void {
  const { id, state } = top(app);
  const kept = app.services.library.results.stateOf(id);
  if (kept === null) return;
  const place = kept.columns.findIndex(({ name }) => name === "severity");
  const rows = shownRows(kept, state);
  for (let at = state.row + by; at >= 0 && at < rows.length; at += by) {
    const word = rows[at]![place];
    if (word !== "high" && word !== "critical") continue;
    patch(app, () => ({ row: at, card_scroll: 0 }));
    return;
  }
  app.toast(
    place < 0 ? "This query judges nothing" : `No ${by > 0 ? "further" : "earlier"} row that is high or critical`,
    "warning",
  );
}

/** How many records a row counts; one for a row that is an event. */
function recordsOf({ kept: { columns }, row }: AtRow): number {
  const isOfGroup = columns.every(({ name }) => name !== "event_id");
  const n = row[columns.findIndex(({ name }) => name === "n_records")] ?? null;
  return isOfGroup && (typeof n === "number" || typeof n === "bigint") ? Number(n) : 1;
}

/** Up, then down, then as the query has it. */
export function sortByColumn(app: App): void {
  const at = atRow(app);
  if (at === null) return;
  const { sort } = at.state;
  const isSame = sort?.place === at.place;
  patch(app, () => ({
    row: 0,
    sort: isSame && sort.descending ? null : { place: at.place, descending: isSame },
  }));
}

export async function showEvent(app: App): Promise<void> {
  const at = atRow(app);
  if (at === null) {
    app.toast("There is no row here", "warning");
    return;
  }
  const id = eventIdOf(at);
  if (id === null) {
    openRowMenu(app, "this row leads to", rowItems(at));
    return;
  }
  const level = app.top();
  const place = await app.services.views.findById(id);
  // Another key may have led elsewhere meanwhile.
  if (place === undefined || app.top().id !== level.id) return;
  if (place === null) app.toast("The case has no event with this id", "warning");
  else {
    openEvent(app, place);
    const n = recordsOf(at);
    if (n > 1) app.toast(`The first of ${formatNumber(n)} records of this row; p on a cell shows the others`);
  }
}

export function pivot(app: App): void {
  withRow(app, (at) => {
    const pivots = pivotsAtCell(at);
    const [only] = pivots;
    if (only === undefined) app.toast("No event can be found by this cell: P shows what the row leads to", "warning");
    else if (pivots.length === 1) openEvents(app, filtersFor(at, only));
    else openRowMenu(app, `events of ${only.column}`, pivotItems(at, pivots));
  });
}

export function copyMenu(app: App): void {
  withRow(app, (at) =>
    openRowMenu(
      app,
      "copy",
      copyItems(at, { caseFolder: app.caseFacts().folder, sql: requestSql(at.kept.request, app) }),
    ),
  );
}

export function ask(level: Level<ResultState>, app: App, again: boolean): void {
  const { library } = app.services;
  const query = library.query(level.state.query);
  if (query === null) return;
  const request = requestOf(query, level.state.texts);
  void (again ? library.results.run(level.id, request) : library.results.need(level.id, request));
}
