import { filtersKey, activeFilters, type EventView, type Filter } from "../../queries/views/filter.ts";
import { keepMatches, keptFilters, readsRecords, scanPlan, stretchFrom } from "../../queries/views/kept-matches.ts";
import type { Anchor } from "../../queries/views/time-anchors.ts";
import type { CaseReader } from "../../store/case-reader.ts";
import type { ServiceContext } from "./service-context.ts";

/** A search through whole records, as far as it has come. */
export interface MatchScan {
  readonly view: EventView;
  /** The list of what was found. */
  readonly list: string;
  /** The way through the case. */
  readonly is_newestFirst: boolean;
  status: "idle" | "loading" | "complete" | "failed" | "cancelled";
  error: Error | null;
  since_ms: number;
  /** Of earlier parts, when it was stopped and went on. */
  elapsed_ms: number;
  n_events: number;
  n_read: number;
  n_found: number;
}

interface OwnScan extends MatchScan {
  plan: readonly Anchor[] | null;
  next: number;
  events_at_once: number;
}

export const SEARCH_LANE = "search";

/** Searches whose lists are kept. */
const SCANS_MAX = 8;
/** Each stretch costs a quarter of a second beside its events. */
const EVENTS_MIN = 65_536;
/** A stretch takes about so long, so that what is seen of it moves. */
const STRETCH_MS = 1500;

/**
 * The searches for views whose filters read whole records: one for each set of filters, whoever asks. What is complete
 * stands for the filters wherever more are added. A search that was stopped goes on where it was.
 */
export class MatchScans {
  private readonly context: ServiceContext;
  private readonly scans = new Map<string, OwnScan>();
  private freed: string[] = [];
  private n_lists = 0;
  private waiters: (() => void)[] = [];

  constructor(context: ServiceContext) {
    this.context = context;
  }

  /** The search that a view waits for, begun when nothing runs for it; null when it waits for none. */
  ask(view: EventView): MatchScan | null {
    if (this.ready(view.filters) !== null) return null;
    const key = filtersKey(view.filters);
    const scan = this.scans.get(key) ?? this.newScan(view);
    this.scans.delete(key);
    this.scans.set(key, scan);
    if (scan.status === "idle") void this.run(scan);
    return scan;
  }

  /** The filters as the engine is best asked; null while it would have to read every record for them. */
  ready(filters: readonly Filter[]): readonly Filter[] | null {
    const slow = activeFilters(filters).filter(readsRecords);
    if (slow.length === 0) return filters;
    const all = new Set(activeFilters(filters).map(keyOf));
    for (const scan of this.scans.values()) {
      if (scan.status !== "complete") continue;
      const done = new Set(activeFilters(scan.view.filters).map(keyOf));
      if (!slow.every((filter) => done.has(keyOf(filter))) || ![...done].every((key) => all.has(key))) continue;
      const added = activeFilters(filters).filter((filter) => !done.has(keyOf(filter)));
      return [...keptFilters(filters, scan.list), ...added];
    }
    return null;
  }

  /** As `ready`, once the search that runs for them is over; the filters themselves when there is none. */
  async settled(filters: readonly Filter[]): Promise<readonly Filter[]> {
    const key = filtersKey(filters);
    while (this.scans.get(key)?.status === "loading") {
      await this.moved();
    }
    return this.ready(filters) ?? filters;
  }

  /** How far the search that runs has come; null when none does. */
  get percent(): number | null {
    for (const scan of this.scans.values()) if (scan.status === "loading") return percentOf(scan);
    return null;
  }

  /** Resolves when a search has come further, or ended. */
  async moved(): Promise<void> {
    await new Promise<void>((resolve) => this.waiters.push(resolve));
  }

  /** Nobody looks at the view any more. */
  leave({ filters }: EventView): void {
    if (this.scans.get(filtersKey(filters))?.status === "loading") this.context.lanes.drop(SEARCH_LANE);
  }

  /** What failed or was stopped goes on when it is asked for again. */
  retry(): void {
    for (const scan of this.scans.values()) {
      if (scan.status === "failed" || scan.status === "cancelled") scan.status = "idle";
    }
  }

  /** The lists went with the case. */
  forget(): void {
    this.scans.clear();
    this.freed = [];
    this.wake();
  }

  private newScan(view: EventView): OwnScan {
    this.n_lists += 1;
    for (const [key, { status, list }] of this.scans) {
      if (this.scans.size < SCANS_MAX) break;
      if (status === "loading") continue;
      this.scans.delete(key);
      this.freed.push(list);
    }
    return {
      view,
      list: `kept_${this.n_lists}`,
      is_newestFirst: view.sort.column === null && view.sort.descending,
      status: "idle",
      error: null,
      since_ms: 0,
      elapsed_ms: 0,
      n_events: 0,
      n_read: 0,
      n_found: 0,
      plan: null,
      next: 0,
      events_at_once: EVENTS_MIN,
    };
  }

  private async run(scan: OwnScan): Promise<void> {
    const { clock, lanes } = this.context;
    scan.status = "loading";
    scan.error = null;
    scan.since_ms = clock.now_ms();
    const answer = await lanes.ask(SEARCH_LANE, async (reader, signal) => this.search(scan, reader, signal));
    scan.elapsed_ms += clock.now_ms() - scan.since_ms;
    if (answer.kind === "answer") scan.status = "complete";
    else if (answer.kind === "superseded") scan.status = "idle";
    else scan.status = answer.kind;
    if (answer.kind === "failed") scan.error = answer.error;
    this.wake();
    if (answer.kind !== "superseded") this.context.dataArrived();
  }

  private async search(scan: OwnScan, reader: CaseReader, signal: AbortSignal): Promise<void> {
    for (const list of this.freed.splice(0)) await reader.forgetKept(list);
    if (scan.plan === null) {
      const plan = await scanPlan(reader, scan.view);
      // The list must be there, should there be nothing to read.
      await keepMatches(reader, scan.list, { filters: scan.view.filters, condition: "false" });
      scan.plan = plan;
      scan.n_events = plan.reduce((sum, { n }) => sum + n, 0);
    }
    while (scan.next < scan.plan.length && !signal.aborted) {
      const from = performance.now();
      const { condition, n_events, next } = stretchFrom(scan.plan, scan.next, scan.events_at_once);
      scan.n_found += await keepMatches(reader, scan.list, { filters: scan.view.filters, condition });
      scan.next = next;
      scan.n_read += n_events;
      const factor = STRETCH_MS / Math.max(1, performance.now() - from);
      scan.events_at_once = Math.max(EVENTS_MIN, Math.round(scan.events_at_once * Math.min(4, Math.max(0.5, factor))));
      this.wake();
      this.context.dataArrived();
    }
  }

  private wake(): void {
    for (const wake of this.waiters.splice(0)) wake();
  }
}

/** Whole percent of the events that were looked at. */
export function percentOf({ n_read, n_events }: MatchScan): number {
  return n_events === 0 ? 0 : Math.floor((100 * n_read) / n_events);
}

function keyOf(filter: Filter): string {
  return filtersKey([filter]);
}
