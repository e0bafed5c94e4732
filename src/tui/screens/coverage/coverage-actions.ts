import { rangeTarget, type MarkTarget } from "../../../journal/mark-target.ts";
import { columnOf, columnStart, dayNumber } from "../../../queries/views/coverage-calendar.ts";
import { COVERAGE_ZOOMS, type CoverageZoom } from "../../../queries/views/coverage-cells.ts";
import { COVERAGE_CATEGORIES } from "../../../queries/views/coverage-days.ts";
import { requirementFilters } from "../../../queries/views/coverage-filters.ts";
import type { App } from "../../state/contract.ts";
import type { Level } from "../../state/types.ts";
import { openEvents } from "../events/open-events.ts";
import { openSessions } from "../sessions/sessions-actions.ts";
import type { MovedList, SearchedScreen } from "../list-commands.ts";
import { openFile } from "./coverage-file.ts";
import { COVERAGE_TABS, searchOf, type CoverageState, type CoverageTab } from "./coverage-state.ts";
import { filesList } from "./files-draw.ts";
import { matrixList } from "./matrix-draw.ts";
import { cellFilters, columnInWords, matrixView, rowFilters, rowInWords, type MatrixView } from "./matrix-view.ts";
import { requiresList } from "./requires-draw.ts";

/** The id of the screen. */
export const SCREEN = "coverage";
const top = (app: App): Level<CoverageState> => app.top() as Level<CoverageState>;
export const state = (app: App): CoverageState => top(app).state;
export const isTyping = (app: App): boolean => state(app).typed !== null;
export const isOn = (tab: CoverageTab) => (app: App) => !isTyping(app) && state(app).tab === tab;

export function patch(app: App, changes: Partial<CoverageState>): void {
  app.replaceState<CoverageState>(app.top().id, (before) => ({ ...before, ...changes }));
}

function viewOf(app: App): MatrixView | null {
  return matrixView(state(app), app.store.getState().columns, app);
}

export function listOf(app: App): MovedList | null {
  if (isTyping(app)) return null;
  const level = top(app);
  const { tab, cursors, search } = level.state;
  const cursor = cursors[tab];
  const { coverage } = app.services;
  if (tab === "files")
    return { list: filesList(level), cursor, n_rows: coverage.files(search.files, cursor).total ?? 0 };
  const asked = tab === "matrix" ? coverage.rows(search.matrix).value?.rows : coverage.requirements().value;
  return { list: tab === "matrix" ? matrixList(level) : requiresList(level), cursor, n_rows: asked?.length ?? 0 };
}

export const SEARCHED: SearchedScreen = {
  scope: SCREEN,
  typed: (app) => state(app).typed,
  inForce: (app) => searchOf(state(app)),
  type: (app, typed) => patch(app, { typed }),
  search: (app, words) => {
    const { tab, search, cursors } = state(app);
    patch(app, { search: { ...search, [tab]: words }, cursors: { ...cursors, [tab]: 0 } });
  },
};

export function moveColumn(app: App, to: (view: MatrixView) => number): void {
  const view = viewOf(app);
  if (view === null) return;
  const column = Math.max(view.first, Math.min(view.last, to(view)));
  patch(app, { day: columnStart(view.zoom, column) });
}

/** The cursor stays on the first day of its column. */
export function zoom(app: App, by: number): void {
  const view = viewOf(app);
  const next: CoverageZoom | undefined =
    view === null ? undefined : COVERAGE_ZOOMS[COVERAGE_ZOOMS.indexOf(view.zoom) + by];
  if (view !== null && next !== undefined) patch(app, { zoom: next, day: dayOfCursor(view) });
}

function dayOfCursor({ rows, row, zoom: shown, column }: MatrixView): number {
  const start = columnStart(shown, column);
  // A month that begins before anything was recorded leads to the first day on which something was.
  return columnOf(shown, dayNumber(rows[row]!.first_day)) === column
    ? Math.max(start, dayNumber(rows[row]!.first_day))
    : start;
}

export function turnTab(app: App, by: number): void {
  const at = COVERAGE_TABS.indexOf(state(app).tab) + by + COVERAGE_TABS.length;
  patch(app, { tab: COVERAGE_TABS[at % COVERAGE_TABS.length]! });
}

export function turnCategory(app: App, by: number): void {
  const all = [null, ...COVERAGE_CATEGORIES];
  const at = all.indexOf(state(app).category) + by + all.length;
  patch(app, { category: all[at % all.length]! });
}

export function openCell(app: App): void {
  const view = viewOf(app);
  if (view === null) return;
  const title = `${rowInWords(view.rows[view.row]!)} ${columnInWords(view.zoom, view.column)}`;
  openEvents(app, cellFilters(view, state(app)), { title });
}

export function openRow(app: App): void {
  const view = viewOf(app);
  if (view !== null) openEvents(app, rowFilters(view, state(app)), { title: rowInWords(view.rows[view.row]!) });
}

export function openSessionsOfRow(app: App): void {
  const account = viewOf(app)?.rows[state(app).cursors.matrix]?.account;
  if (account === undefined || account === "") app.toast("These records name no account", "warning");
  else openSessions(app, { account });
}

export function openRequirement(app: App): void {
  const row = app.services.coverage.requirements().value?.[state(app).cursors.requires];
  if (row === undefined) return;
  if (row.records === 0) app.toast(`The case holds no ${row.words}`, "warning");
  else openEvents(app, requirementFilters(row.requirement), { title: row.words });
}

export function openProblem(app: App): void {
  const { cursors, search } = state(app);
  const file = app.services.coverage.files(search.files, cursors.files).rowAt(cursors.files);
  if (file !== null) openFile(app, file);
}

/** The time of the column under the cursor. */
export function markTargets(level: Level<CoverageState>, app: App): MarkTarget[] {
  const view = level.state.tab === "matrix" ? matrixView(level.state, app.store.getState().columns, app) : null;
  if (view === null) return [];
  const micros = (column: number): bigint => BigInt(columnStart(view.zoom, column)) * 86_400_000_000n;
  return [rangeTarget(micros(view.column), micros(view.column + 1))];
}

export function copyCursor(app: App): void {
  const { tab, cursors, search } = state(app);
  const view = viewOf(app);
  if (tab === "matrix" && view !== null) app.copy(view.rows[view.row]!.account, "account");
  if (tab === "files")
    app.copy(app.services.coverage.files(search.files, cursors.files).rowAt(cursors.files)?.path ?? "", "path");
  if (tab === "requires")
    app.copy(app.services.coverage.requirements().value?.[cursors.requires]?.requirement ?? "", "requirement");
}
