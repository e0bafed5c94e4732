import type { CaseReader } from "../../store/case-reader.ts";
import { eventColumn } from "./event-column.ts";
import { TIME_ORDER, activeFilters, timeRangeOf, type EventView, type Filter } from "./filter.ts";
import { scanCondition, timeCondition } from "./filter-sql.ts";
import { countAnchors, type Anchor } from "./time-anchors.ts";

/*
 * Words sought anywhere in a record make the engine read every text of the case. That is done once: stretch after
 * stretch of time, each adding the events found to a list in memory, which everything else about the view is joined to.
 */

/** Whether large parts of every record have to be read to know which events the filter leaves. */
export function readsRecords({ match }: Filter): boolean {
  if (match.kind === "text") return true;
  if (!("column" in match)) return false;
  const [name = ""] = match.column.split(/[.[]/);
  return eventColumn(name).kind === "json";
}

/** The case cut into stretches of some thousand events, in the order of the view; those out of its time left out. */
export async function scanPlan(reader: CaseReader, { filters, sort }: EventView): Promise<readonly Anchor[]> {
  const order = sort.column === null ? sort : TIME_ORDER;
  const { anchors } = await countAnchors(reader, { filters: [], sort: order });
  const range = timeRangeOf(filters);
  return anchors.filter(
    ({ since, until }) =>
      since === null ||
      until === null ||
      ((range.since === null || until > range.since) && (range.until === null || since < range.until)),
  );
}

/** Some stretches as one. */
export interface ScanStretch {
  readonly condition: string;
  readonly n_events: number;
  /** Index of the first stretch that does not belong to it. */
  readonly next: number;
}

/** The stretches from `from` on that have about so many events together; undated ones by themselves. */
export function stretchFrom(plan: readonly Anchor[], from: number, events: number): ScanStretch {
  const first = plan[from]!;
  if (first.since === null || first.until === null)
    return { condition: "event_time IS NULL", n_events: first.n, next: from + 1 };
  let [since, until] = [first.since, first.until];
  let n_events = first.n;
  let next = from + 1;
  for (; next < plan.length && n_events < events; next += 1) {
    const anchor = plan[next]!;
    if (anchor.since === null || anchor.until === null) break;
    if (anchor.since < since) since = anchor.since;
    if (anchor.until > until) until = anchor.until;
    n_events += anchor.n;
  }
  return { condition: timeCondition(since, until), n_events, next };
}

/** Adds the events of a stretch that the filters leave to a list; returns how many. Throws QueryError. */
export async function keepMatches(
  reader: CaseReader,
  list: string,
  { filters, condition }: { readonly filters: readonly Filter[]; readonly condition: string },
): Promise<number> {
  return await reader.keep(
    list,
    `SELECT file_id AS kept_file, record_index AS kept_record FROM events
     WHERE ${condition} AND ${scanCondition(filters)}`,
  );
}

/** The filters of a view by a list of what they leave: the time stays, since charts take their range from it. */
export function keptFilters(filters: readonly Filter[], list: string): Filter[] {
  const kept: Filter = { match: { kind: "kept", list }, negated: false, on: true };
  return [kept, ...activeFilters(filters).filter(({ match }) => match.kind === "time")];
}
