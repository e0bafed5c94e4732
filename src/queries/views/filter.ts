/**
 * A condition on events, as plain data. What is off stays visible and narrows nothing. A negated one keeps every event
 * that does not match, those without a value included.
 */
export interface Filter {
  readonly match: Match;
  readonly negated: boolean;
  readonly on: boolean;
}

/** What a filter compares. */
export type Match =
  /** Any of the values; null stands for no value and for an empty one. */
  | { readonly kind: "is"; readonly column: string; readonly values: readonly (string | null)[] }
  /** Without regard to case. */
  | { readonly kind: "contains"; readonly column: string; readonly text: string }
  /** `*` and `?` over the whole value, without regard to case. */
  | { readonly kind: "glob"; readonly column: string; readonly pattern: string }
  /** Both ends belong to it; null leaves it open. */
  | { readonly kind: "between"; readonly column: string; readonly low: string | null; readonly high: string | null }
  /** Anywhere in the record, without regard to case. */
  | { readonly kind: "text"; readonly text: string }
  /** Microseconds since 1970 UTC; `until` does not belong to it. */
  | { readonly kind: "time"; readonly since: bigint | null; readonly until: bigint | null }
  | { readonly kind: "entity"; readonly entity: EntityKind; readonly values: readonly string[] }
  /** In a list that `CaseReader.keep` made: stands for other filters while the engine is asked, and is never shown. */
  | { readonly kind: "kept"; readonly list: string };

/**
 * Things that events are about. `key`: used, issued or named; `principal`: glob over all that names the caller;
 * `address`: address or CIDR block; `account`: recipient, caller or session issuer.
 */
export const ENTITY_KINDS = [
  "key",
  "principal",
  "address",
  "session",
  "resource",
  "agent",
  "request",
  "account",
  "event",
] as const;
export type EntityKind = (typeof ENTITY_KINDS)[number];

/** How the events of a view stand. Without a column they stand in time order. */
export interface Sort {
  readonly column: string | null;
  readonly descending: boolean;
}

/** What a view of events shows. */
export interface EventView {
  readonly filters: readonly Filter[];
  readonly sort: Sort;
}

export const TIME_ORDER: Sort = { column: null, descending: false };

/** A filter that is on. */
export function filterOf(match: Match, negated = false): Filter {
  return { match, negated, on: true };
}

/** Only events whose column has one of the values. */
export function isFilter(column: string, value: string | null, negated = false): Filter {
  return filterOf({ kind: "is", column, values: [value] }, negated);
}

/** Only events about one of these things. */
export function entityFilter(entity: EntityKind, ...values: readonly string[]): Filter {
  return filterOf({ kind: "entity", entity, values });
}

/** The filters that narrow; a time range without ends does not. */
export function activeFilters(filters: readonly Filter[]): readonly Filter[] {
  return filters.filter(
    ({ on, match }) => on && !(match.kind === "time" && match.since === null && match.until === null),
  );
}

/** The stretch of time that the filters leave; null where it is open. */
export function timeRangeOf(filters: readonly Filter[]): {
  readonly since: bigint | null;
  readonly until: bigint | null;
} {
  let [since, until]: (bigint | null)[] = [null, null];
  for (const { match, negated } of activeFilters(filters)) {
    if (match.kind !== "time" || negated) continue;
    if (match.since !== null && (since == null || match.since > since)) since = match.since;
    if (match.until !== null && (until == null || match.until < until)) until = match.until;
  }
  return { since: since ?? null, until: until ?? null };
}

/** The filters with another time range in the place of theirs; null for both ends takes it away. */
export function withTimeRange(filters: readonly Filter[], since: bigint | null, until: bigint | null): Filter[] {
  const others = filters.filter(({ match }) => match.kind !== "time");
  // It stands first, where a line of chips always has room.
  return since === null && until === null ? others : [filterOf({ kind: "time", since, until }), ...others];
}

/** The filters and one more; one that is there already is turned on instead. */
export function withFilter(filters: readonly Filter[], added: Filter): readonly Filter[] {
  const same = filters.findIndex((filter) => filter.negated === added.negated && sameMatch(filter.match, added.match));
  return same === -1 ? [...filters, added] : filters.with(same, added);
}

function sameMatch(a: Match, b: Match): boolean {
  return matchKey(a) === matchKey(b);
}

/** Equal for equal filters: a key for caches. */
export function filtersKey(filters: readonly Filter[]): string {
  return activeFilters(filters)
    .map(({ match, negated }) => `${negated ? "!" : ""}${matchKey(match)}`)
    .join("\n");
}

function matchKey(match: Match): string {
  return JSON.stringify(match, (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value));
}
