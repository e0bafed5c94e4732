import { parseAnyTime } from "../../../cloudtrail/event-time.ts";
import type { Scope } from "../../../queries/scope.ts";
import type { EventPlace } from "../../../queries/views/event-order.ts";
import {
  entityFilter,
  filterOf,
  TIME_ORDER,
  type EventView,
  type Filter,
  type Sort,
} from "../../../queries/views/filter.ts";

/** Panes that the keys can go to. */
export type EventsFocus = "rows" | "chips" | "histogram" | "facets" | "detail";

/** What a view of events keeps; rows and counts are in the service. */
export interface EventsState {
  readonly filters: readonly Filter[];
  readonly sort: Sort;
  /** Columns of `events`, in the order shown. */
  readonly columns: readonly string[];
  readonly widths: Readonly<Record<string, number>>;
  readonly row: number;
  /** Among `columns`: the cell that `+`, `-`, `p`, `F` and `y` act on. */
  readonly column: number;
  readonly focus: EventsFocus;
  readonly chip: number;
  readonly bucket: number;
  readonly facet: FacetsState;
  readonly detail_scroll: number;
  /** Where the cursor is to go once the rows are counted: an event, or an event id. */
  readonly goal: Goal | null;
  /** Made by zooming or by going a day on: more of that changes this view. */
  readonly isRangeView: boolean;
}

/** What the pane of facets keeps. */
export interface FacetsState {
  readonly line: number;
  /** Columns on demand that were opened. */
  readonly opened: readonly string[];
  /** Values ticked with Space, as `column` and value in one text. */
  readonly ticked: readonly string[];
  /** In a place of their own, where the screen has no room for the pane. */
  readonly isFull: boolean;
}

export type Goal = { readonly place: EventPlace } | { readonly event_id: string };

/** What most questions begin with; those that do not fit are reached by the cell cursor. */
const DEFAULT_COLUMNS: readonly string[] = [
  "event_time",
  "event_name",
  "error_code",
  "source_ip_address",
  "actor",
  "target",
  "aws_region",
  "user_identity_access_key_id",
  "recipient_account_id",
  "service",
  "user_agent",
];

/** How a view is opened, beyond its filters. */
export interface EventsStart {
  readonly sort?: Sort;
  readonly columns?: readonly string[];
  /** The event on which the cursor stands first. */
  readonly goal?: Goal;
}

/** A fresh view of the events that the filters leave. */
export function eventsState(filters: readonly Filter[], start: EventsStart = {}): EventsState {
  return {
    filters,
    sort: start.sort ?? TIME_ORDER,
    columns: start.columns ?? DEFAULT_COLUMNS,
    widths: {},
    row: 0,
    column: 1,
    focus: "rows",
    chip: 0,
    bucket: 0,
    facet: { line: 0, opened: [], ticked: [], isFull: false },
    detail_scroll: 0,
    goal: start.goal ?? null,
    isRangeView: false,
  };
}

/** What of the state decides which rows there are. */
export function viewOf({ filters, sort }: EventsState): EventView {
  return { filters, sort };
}

/** The view with other filters: the cursor goes to the event that it was on, when that is still there. */
export function withFilters(state: EventsState, filters: readonly Filter[], goal: EventPlace | null): EventsState {
  return {
    ...state,
    filters,
    row: goal === null ? 0 : state.row,
    chip: Math.max(0, Math.min(state.chip, filters.length - 1)),
    bucket: 0,
    facet: { ...state.facet, line: 0, ticked: [] },
    detail_scroll: 0,
    goal: goal === null ? null : { place: goal },
  };
}

/** What the command line narrowed, as filters of the first view. */
export function filtersOfScope(scope: Scope): Filter[] {
  const among = (column: string, values: readonly string[]): Filter[] =>
    values.length === 0 ? [] : [filterOf({ kind: "is", column, values })];
  const { since, until } = scope;
  return [
    ...(since === null && until === null ? [] : [filterOf({ kind: "time", since, until })]),
    ...(scope.account.length === 0 ? [] : [entityFilter("account", ...scope.account)]),
    ...among("recipient_account_id", scope.recipient_account),
    ...among("user_identity_account_id", scope.caller_account),
    ...among("aws_region", scope.region),
    ...(scope.principal.length === 0 ? [] : [entityFilter("principal", ...scope.principal)]),
    ...among("outcome", scope.outcome),
  ];
}

/** Microseconds of a time as the case shows it; null for none. */
export function microsOf(time: string | null): bigint | null {
  return time === null ? null : parseAnyTime(time);
}
