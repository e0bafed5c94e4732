import type { EventDetail } from "../../../queries/views/event-detail.ts";
import { escapeControls } from "../../../export/sanitise.ts";
import type { App } from "../../state/contract.ts";
import { formatNumber } from "../../text/format.ts";
import { columnTitle } from "./event-columns.ts";
import { cellAtCursor, edit, eventsLevel, resultOf, rowAtCursor, type EventsLevel } from "./event-jumps.ts";
import { bucketAtCursor, facetAtCursor, facetFilters, narrow, narrowByCursor } from "./event-pivots.ts";
import { openEvent } from "./open-event.ts";
import { openFrequency } from "./open-frequency.ts";

/** Said when Enter has waited so long. */
const SAID_AFTER_MS = 150;

/** Enter: opens the event, and one that is still being read as soon as it is there, unless the person has gone on. */
export async function openAtCursor(app: App): Promise<void> {
  const level = eventsLevel(app);
  const { row: at } = level.state;
  const known = rowAtCursor(app);
  if (known !== null) {
    openEvent(app, known.place);
    return;
  }
  const isWanted = (): boolean => {
    const top = app.top();
    return top.id === level.id && (top as EventsLevel).state.row === at && app.store.getState().overlay === null;
  };
  const callOff = app.clock.after(SAID_AFTER_MS, () => {
    if (isWanted()) app.toast("Enter opens the event as soon as it is read");
  });
  const row = await resultOf(level, { app }).rowAt(at, isWanted);
  callOff();
  if (row !== null && isWanted()) openEvent(app, row.place);
}

/** Uses the event under the cursor once it is read, unless the person has gone on. */
export async function withDetail(app: App, use: (detail: EventDetail) => void): Promise<void> {
  const level = eventsLevel(app);
  const row = rowAtCursor(app);
  if (row === null) return;
  const detail = await app.services.views.readEvent(row.place);
  // The person may have gone on meanwhile.
  if (detail !== null && app.top().id === level.id) use(detail);
}

/** Enter on a facet: opens a column, or only events with the value or those ticked. */
export function enterFacet(app: App): void {
  const line = facetAtCursor(app);
  if (line?.kind === "column") {
    const { column } = line;
    edit(app, (state) => {
      const { opened } = state.facet;
      const next = opened.includes(column) ? opened.filter((one) => one !== column) : [...opened, column];
      return { ...state, facet: { ...state.facet, opened: next } };
    });
    return;
  }
  if (line?.kind === "words" && line.column !== "") {
    openFrequency(app, line.column);
    return;
  }
  const filters = facetFilters(app, false);
  if (filters.length > 0) narrow(app, ...filters);
}

/** Enter on a bucket: only its stretch of time. */
export function enterBucket(app: App): void {
  if (bucketAtCursor(app) === null) app.toast("Not counted yet", "warning");
  else void narrowByCursor(app, false).catch((error: unknown) => app.fail(error));
}

/** The values of the column under the cursor. */
export function frequencyOfCursor(app: App): void {
  const { state } = eventsLevel(app);
  const line = state.focus === "facets" ? facetAtCursor(app) : undefined;
  const column = line !== undefined && line.column !== "" ? line.column : (state.columns[state.column] ?? "event_name");
  openFrequency(app, column);
}

/** Sorts by the column under the cursor. */
export function sortByCursor(app: App): void {
  const { state } = eventsLevel(app);
  const column = state.columns[state.column] ?? null;
  sortBy(app, column === "event_time" ? null : column);
}

/** In place: the event under the cursor stays under it when the new order has it. */
export function sortBy(app: App, column: string | null): void {
  const { state } = eventsLevel(app);
  const { sort } = state;
  const next =
    column === null
      ? { column: null, descending: sort.column === null ? !sort.descending : false }
      : sort.column !== column
        ? { column, descending: false }
        : sort.descending
          ? { column: null, descending: false }
          : { column, descending: true };
  edit(app, (now) => ({ ...now, sort: next, row: 0, detail_scroll: 0, goal: null }));
  const words = next.column === null ? "time" : columnTitle(next.column);
  app.toast(
    `Sorted by ${words}, ${next.descending ? "down" : "up"}${next.column === null ? "" : `: ${formatNumber(10_000)} rows at most`}`,
  );
}

/** Asks again what failed or was stopped. */
export function retry(app: App): void {
  app.services.views.retry();
  app.dataArrived();
}

/** Copies the whole value under the cursor. */
export async function copyCell(app: App): Promise<void> {
  const { state } = eventsLevel(app);
  if (state.focus === "facets") {
    const line = facetAtCursor(app);
    if (line?.kind === "value" && line.value.value !== null) app.copy(escapeControls(line.value.value), line.column);
    return;
  }
  const cell = cellAtCursor(app);
  if (cell === null) return;
  if (cell.value === null) {
    app.toast("The cell is empty", "warning");
    return;
  }
  // A cell of the table is cut; the event has the whole value.
  await withDetail(app, ({ cells }) =>
    app.copy(escapeControls(String(cells[cell.column] ?? cell.value)), columnTitle(cell.column)),
  );
}
