import type { FacetValue } from "../../../queries/views/facets.ts";
import type { EventRow } from "../../../queries/views/event-window.ts";
import {
  entityFilter,
  filterOf,
  isFilter,
  withFilter,
  withTimeRange,
  type EntityKind,
  type Filter,
} from "../../../queries/views/filter.ts";
import type { Histogram } from "../../../queries/views/histogram.ts";
import type { App } from "../../state/contract.ts";
import { safeText } from "../../text/safe-text.ts";
import { edit, eventsLevel, rowAtCursor, withWholeCell } from "./event-jumps.ts";
import { facetLines, tickKey, type FacetLine } from "./facet-lines.ts";
import type { EventsState } from "./events-state.ts";
import { bucketsIn } from "./histogram-line.ts";
import { openEvents, titleOf } from "./open-events.ts";

/** Which entity the values of a column are. */
const ENTITY_OF_COLUMN: Readonly<Record<string, EntityKind>> = {
  user_identity_access_key_id: "key",
  issued_access_key_id: "key",
  named_access_key_id: "key",
  actor: "principal",
  principal_arn: "principal",
  user_identity_arn: "principal",
  user_identity_user_name: "principal",
  source_ip: "address",
  source_ip_address: "address",
  session_group: "session",
  target: "resource",
  user_agent: "agent",
  request_id: "request",
  recipient_account_id: "account",
  user_identity_account_id: "account",
  session_issuer_account_id: "account",
  event_id: "event",
};

/** The filter that shows everything about a value of a column. */
export function pivotFilter(column: string, value: string | null): Filter {
  const entity = ENTITY_OF_COLUMN[column];
  const isGlob = entity === "principal" && value !== null && /[*?]/.test(value);
  return value === null || entity === undefined || isGlob ? isFilter(column, value) : entityFilter(entity, value);
}

/** A view with one more filter above the present one, with the cursor on the same event when it is still there. */
export function narrow(app: App, ...added: readonly Filter[]): void {
  const { state } = eventsLevel(app);
  const row = rowAtCursor(app);
  const filters = added.reduce(withNarrower, state.filters);
  openEvents(app, filters, {
    sort: state.sort,
    columns: state.columns,
    title: titleOf(added),
    ...(row === null || added.some(({ negated }) => negated) ? {} : { goal: { place: row.place } }),
  });
}

/** A time range takes the place of the one that there is: two chips would say less than the narrower one. */
function withNarrower(filters: readonly Filter[], { match, negated }: Filter): readonly Filter[] {
  if (match.kind === "time" && !negated) return withTimeRange(filters, match.since, match.until);
  return withFilter(filters, filterOf(match, negated));
}

/** `+` and `-`: only events with the value under the cursor, or only those without it. */
export async function narrowByCursor(app: App, negated: boolean): Promise<void> {
  const { state } = eventsLevel(app);
  if (state.focus === "facets") {
    const filters = facetFilters(app, negated);
    if (filters.length > 0) narrow(app, ...filters);
    return;
  }
  if (state.focus === "histogram") {
    const range = bucketRange(app);
    if (range !== null) narrow(app, filterOf({ kind: "time", ...range }, negated));
    return;
  }
  await withWholeCell(app, (cell) => narrow(app, isFilter(cell.column, cell.value, negated)));
}

/** `p`: this value alone, over all time. */
export async function pivotByCursor(app: App): Promise<void> {
  const { state } = eventsLevel(app);
  if (state.focus === "facets") {
    const line = facetAtCursor(app);
    if (line?.kind === "value" && isWhole(app, line.value))
      openEvents(app, [pivotFilter(line.column, line.value.value)]);
    return;
  }
  await withWholeCell(app, (cell, { place }) => {
    openEvents(app, [pivotFilter(cell.column, cell.value)], { columns: state.columns, goal: { place } });
  });
}

/** `x`: all events around this one, filters off: of its account first, then of all. */
export function openContext(app: App): void {
  const { state } = eventsLevel(app);
  const row = rowAtCursor(app);
  if (row === null) return;
  const account = accountOf(row, state);
  const isNarrow = state.filters.length === 1 && account !== null && isAccountFilter(state.filters[0]!, account);
  const name = cellOf(row, state, "event_name") ?? "an event";
  openEvents(app, account === null || isNarrow ? [] : [isFilter("recipient_account_id", account)], {
    columns: withColumn(state.columns, "recipient_account_id"),
    title: `around ${safeText(name, 30)}${account === null || isNarrow ? ", all accounts" : ""}`,
    goal: { place: row.place },
  });
}

function isAccountFilter({ match, on, negated }: Filter, account: string): boolean {
  return (
    on && !negated && match.kind === "is" && match.column === "recipient_account_id" && match.values[0] === account
  );
}

function withColumn(columns: readonly string[], name: string): readonly string[] {
  return columns.includes(name) ? columns : [...columns, name];
}

function accountOf(row: EventRow, state: EventsState): string | null {
  return cellOf(row, state, "recipient_account_id");
}

function cellOf({ cells }: EventRow, { columns }: EventsState, name: string): string | null {
  const cell = cells[columns.indexOf(name)] ?? null;
  return cell === null || cell === "" ? null : String(cell);
}

/** False, and said, for a value of which only the beginning is known. */
function isWhole(app: App, { is_whole }: FacetValue): boolean {
  if (!is_whole) app.toast("The value is too long for a filter", "warning");
  return is_whole;
}

/** The line of the facets under the cursor. */
export function facetAtCursor(app: App): FacetLine | undefined {
  const { state } = eventsLevel(app);
  const lines = facetLines(app.services.views, state.filters, state.facet);
  return lines[Math.max(0, Math.min(state.facet.line, lines.length - 1))];
}

/** The values ticked, those of one column as alternatives; without any the value under the cursor. */
export function facetFilters(app: App, negated: boolean): Filter[] {
  const { state } = eventsLevel(app);
  const ticked = state.facet.ticked.map((key) => JSON.parse(key) as [string, string | null]);
  if (ticked.length === 0) {
    const line = facetAtCursor(app);
    if (line?.kind !== "value" || !isWhole(app, line.value)) return [];
    return [isFilter(line.column, line.value.value, negated)];
  }
  const byColumn = Map.groupBy(ticked, ([column]) => column);
  return [...byColumn].map(([column, values]) =>
    filterOf({ kind: "is", column, values: values.map(([, value]) => value) }, negated),
  );
}

/** Space: ticks the value under the cursor, or unticks it. */
export function toggleTick(app: App): void {
  const line = facetAtCursor(app);
  if (line?.kind !== "value" || !isWhole(app, line.value)) return;
  const key = tickKey(line.column, line.value.value);
  edit(app, (state) => {
    const { ticked } = state.facet;
    const next = ticked.includes(key) ? ticked.filter((one) => one !== key) : [...ticked, key];
    return { ...state, facet: { ...state.facet, ticked: next, line: state.facet.line + 1 } };
  });
}

/** The histogram as it was drawn last; null while it is counted. */
export function histogramShown(app: App, buckets: number): Histogram | null {
  return app.services.views.histogram(eventsLevel(app).state.filters, buckets).value;
}

function bucketRange(app: App): { readonly since: bigint; readonly until: bigint } | null {
  const bucket = bucketAtCursor(app);
  return bucket === null ? null : { since: bucket.since, until: bucket.until };
}

/** The bucket under the cursor of the histogram. */
export function bucketAtCursor(app: App): Histogram["buckets"][number] | null {
  const { columns } = app.store.getState();
  const histogram = histogramShown(app, bucketsIn(columns));
  const { bucket } = eventsLevel(app).state;
  return histogram?.buckets[Math.min(bucket, histogram.buckets.length - 1)] ?? null;
}
