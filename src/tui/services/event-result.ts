import {
  findPosition,
  readFirstRows,
  readSortedRows,
  readWindow,
  SORTED_ROWS_MAX,
  type EventRow,
} from "../../queries/views/event-window.ts";
import type { EventPlace } from "../../queries/views/event-order.ts";
import type { EventView } from "../../queries/views/filter.ts";
import { keptFilters } from "../../queries/views/kept-matches.ts";
import { countAnchors, type TimeAnchors } from "../../queries/views/time-anchors.ts";
import type { Count } from "../text/format.ts";
import type { MatchScan, MatchScans } from "./match-scans.ts";
import { IDLE, progressAfter, type Progress } from "./progress.ts";
import { PAGE_ROWS, RowPages } from "./row-pages.ts";
import type { ServiceContext } from "./service-context.ts";

/** Rows beyond those drawn that are read ahead. */
const NEAR_ROWS = 64;

/** What decides which rows there are, and what is read of them. */
interface ShownEvents {
  readonly view: EventView;
  readonly columns: readonly string[];
}

/**
 * The rows of one view: pages that drawing asked for. The first ones come before the events are counted; with the count
 * come the anchors that every other page is found by. Nothing is asked while the cursor moves inside known pages.
 */
export class EventResult {
  readonly view: EventView;
  readonly columns: readonly string[];
  private readonly context: ServiceContext;
  private readonly scans: MatchScans;
  private scan: MatchScan | null = null;
  /** Events that were found when the first page was read before the search was over; null when it was not. */
  private n_foundThen: number | null = null;
  private readonly pages = new RowPages();
  private anchors: TimeAnchors | null = null;
  private sorted: readonly EventRow[] | null = null;
  private wanted: readonly number[] = [];
  private rowsProgress: Progress = IDLE;
  private countProgress: Progress = IDLE;
  private waiters: (() => void)[] = [];
  private rowWaiters: (() => void)[] = [];

  constructor(parts: { readonly context: ServiceContext; readonly scans: MatchScans }, shown: ShownEvents) {
    this.context = parts.context;
    this.scans = parts.scans;
    this.view = shown.view;
    this.columns = shown.columns;
  }

  /** The search through whole records that the rows wait for; null when there is none, or it is over. */
  get search(): MatchScan | null {
    return this.scan;
  }

  get rows(): Progress {
    return this.rowsProgress;
  }

  get counting(): Progress {
    return this.countProgress;
  }

  /** True once there is something to draw. */
  get hasRows(): boolean {
    return !this.pages.isEmpty || this.sorted !== null;
  }

  /**
   * True when the count is there or will not come: what else is counted waits for it, so that on a slow filter the first
   * answers are not held up by the later ones.
   */
  get isCounted(): boolean {
    const ended = ["complete", "failed", "cancelled"];
    return ended.includes(this.countProgress.status) || this.rowsProgress.status === "failed";
  }

  /** How many events the view has. */
  get total(): Count {
    if (this.anchors !== null) return { kind: "exact", n: this.anchors.total };
    const first = this.pages.get(0);
    const isWhole = this.n_foundThen === null;
    if (first !== undefined && first.length < PAGE_ROWS && isWhole) return { kind: "exact", n: first.length };
    return first === undefined ? { kind: "counting" } : { kind: "at-least", n: first.length };
  }

  /** Rows that the cursor can be on. */
  get reachable(): number {
    const total = this.total;
    const n = total.kind === "counting" ? 0 : total.n;
    return this.sorted === null ? n : Math.min(n, this.sorted.length);
  }

  /** True when there are more rows than a sorted view shows. */
  get isSortedPart(): boolean {
    return this.sorted !== null && this.sorted.length === SORTED_ROWS_MAX;
  }

  /** Known rows of a stretch, null for those that are not here; they are fetched. */
  window(from: number, count: number): (EventRow | null)[] {
    this.begin(from, count);
    return Array.from({ length: Math.max(0, count) }, (_, i) => this.row(from + i));
  }

  row(at: number): EventRow | null {
    if (this.sorted !== null) return this.sorted[at] ?? null;
    return this.pages.row(at);
  }

  /** A row once it is read; null when there is none, it cannot be read, or nobody wants it any more. */
  async rowAt(at: number, isWanted: () => boolean): Promise<EventRow | null> {
    while (isWanted()) {
      const row = this.row(at);
      if (row !== null) return row;
      this.begin(at, 1);
      if (this.rowsProgress.status !== "loading") break;
      const read = new Promise<void>((resolve) => this.rowWaiters.push(resolve));
      await (this.scan === null ? read : Promise.race([read, this.scans.moved()]));
    }
    return null;
  }

  /** Index of a known row; null when it is not among them. */
  indexOf(place: EventPlace): number | null {
    const isIt = (row: EventRow): boolean =>
      row.place.file_id === place.file_id && row.place.record_index === place.record_index;
    if (this.sorted !== null) {
      const at = this.sorted.findIndex(isIt);
      return at === -1 ? null : at;
    }
    return this.pages.indexOf(isIt);
  }

  /** Known rows around a place of a sorted view, for jumps inside it; null for one in time order. */
  get sortedRows(): readonly EventRow[] | null {
    return this.sorted;
  }

  /** Where an event stands in the view, or would; null when that cannot be told. Waits for the count. */
  async positionOf(place: EventPlace): Promise<number | null> {
    const known = this.indexOf(place);
    if (known !== null || this.view.sort.column !== null) return known;
    const { filters } = this.view;
    if (this.isSearching()) await this.scans.settled(filters);
    // Stopped, or left: nobody waits for it any more.
    if (this.scans.ready(filters) === null) return null;
    this.count();
    while (this.anchors === null && this.countProgress.status === "loading") {
      await new Promise<void>((resolve) => this.waiters.push(resolve));
    }
    const { anchors } = this;
    if (anchors === null) return null;
    const found = await this.context.lanes.ask("jump", async (reader) =>
      findPosition(reader, this.askedView(), { anchors, place }),
    );
    if (found.kind === "failed") throw found.error;
    return found.kind === "answer" ? found.value : null;
  }

  /** What failed or was cancelled is asked anew by the next drawing. */
  retry(): void {
    if (this.rowsProgress.status !== "loading") this.rowsProgress = IDLE;
    if (this.anchors === null && this.countProgress.status !== "loading") this.countProgress = IDLE;
  }

  /** The view as the engine is asked for it. */
  private askedView(): EventView {
    const { filters, sort } = this.view;
    return { filters: this.scans.ready(filters) ?? filters, sort };
  }

  /** True while rows wait for a search through whole records; those found so far are shown in time order. */
  private isSearching(): boolean {
    const scan = this.anchors === null ? this.scans.ask(this.view) : null;
    if (scan === null) {
      if (this.scan !== null) this.rowsProgress = IDLE;
      this.scan = null;
      return false;
    }
    this.scan = scan;
    const { status, error, since_ms, elapsed_ms } = scan;
    this.rowsProgress = { status, error, since_ms, elapsed_ms };
    const isFull = this.pages.get(0)?.length === PAGE_ROWS;
    if (this.view.sort.column === null && !isFull && this.wanted.length === 0 && scan.n_found > (this.n_foundThen ?? 0))
      void this.readFound(scan);
    return true;
  }

  /** Only a search in the order of this view has found its first events first. */
  private async readFound({ list, n_found, is_newestFirst }: MatchScan): Promise<void> {
    const { columns } = this;
    const { filters, sort } = this.view;
    if (is_newestFirst !== sort.descending) return;
    const asked = (this.wanted = [0]);
    const found = { filters: keptFilters(filters, list), sort };
    const answer = await this.context.lanes.ask("rows", async (reader) =>
      readFirstRows(reader, found, { columns, count: PAGE_ROWS }),
    );
    if (this.wanted !== asked) return;
    this.wanted = [];
    if (answer.kind !== "answer" || answer.value.length === 0) return;
    this.n_foundThen = n_found;
    this.pages.keep(0, answer.value);
    this.rowsArrived();
  }

  private rowsArrived(): void {
    for (const wake of this.rowWaiters.splice(0)) wake();
    this.context.dataArrived();
  }

  private begin(from: number, count: number): void {
    if (this.isSearching()) return;
    const { status } = this.rowsProgress;
    if (status === "failed" || status === "cancelled") return;
    if (this.view.sort.column !== null) {
      if (this.sorted === null && status !== "loading") void this.readSorted();
      if (this.sorted !== null) this.count();
      return;
    }
    const missing = this.missingPages(from, count);
    if (missing.length > 0 && !missing.every((page) => this.wanted.includes(page))) void this.readPages(missing);
    else if (missing.length === 0 && this.wanted.length === 0) {
      // The next rows are read before the cursor comes to them.
      const near = this.missingPages(from - NEAR_ROWS, count + 2 * NEAR_ROWS);
      if (near.length > 0) void this.readPages(near);
    }
    if (!this.pages.isEmpty) this.count();
  }

  /** Pages of a stretch that are not here, and the next ones when the stretch comes close to the end of its page. */
  private missingPages(from: number, count: number): number[] {
    const total = this.total;
    const rows = total.kind === "exact" ? total.n : Number.POSITIVE_INFINITY;
    const pages = new Set<number>();
    const first = Math.max(0, from);
    for (let at = first; at < Math.min(first + Math.max(1, count), rows); at += PAGE_ROWS)
      pages.add(Math.floor(at / PAGE_ROWS));
    pages.add(Math.floor(Math.max(0, Math.min(first + count, rows) - 1) / PAGE_ROWS));
    if (this.anchors === null) return this.pages.has(0) && this.n_foundThen === null ? [] : [0];
    return [...pages].filter((page) => !this.pages.has(page) && page * PAGE_ROWS < Math.max(1, rows));
  }

  private async readPages(pages: readonly number[]): Promise<void> {
    this.wanted = pages;
    const from = Math.min(...pages) * PAGE_ROWS;
    const count = (Math.max(...pages) + 1) * PAGE_ROWS - from;
    const { anchors, columns } = this;
    const view = this.askedView();
    this.rowsProgress = { ...IDLE, status: "loading", since_ms: this.context.clock.now_ms() };
    const answer = await this.context.lanes.ask("rows", async (reader) =>
      anchors === null
        ? readFirstRows(reader, view, { columns, count: PAGE_ROWS })
        : readWindow(reader, view, { anchors, columns, from, count }),
    );
    if (this.wanted !== pages) return;
    this.wanted = [];
    this.rowsProgress = progressAfter(answer, this.rowsProgress);
    if (answer.kind === "answer") {
      const rows = answer.value;
      this.n_foundThen = null;
      for (let at = 0; at < Math.max(1, rows.length); at += PAGE_ROWS)
        this.pages.keep((from + at) / PAGE_ROWS, rows.slice(at, at + PAGE_ROWS));
    }
    this.rowsArrived();
  }

  private async readSorted(): Promise<void> {
    this.rowsProgress = { ...IDLE, status: "loading", since_ms: this.context.clock.now_ms() };
    const { columns } = this;
    const view = this.askedView();
    const answer = await this.context.lanes.ask("rows", async (reader) => readSortedRows(reader, view, columns));
    this.rowsProgress = progressAfter(answer, this.rowsProgress);
    if (answer.kind === "answer") this.sorted = answer.value;
    this.rowsArrived();
  }

  /** Counts the view once; drawing begins it when the first rows are there. */
  private count(): void {
    if (this.anchors !== null || this.countProgress.status !== "idle") return;
    this.countProgress = { ...IDLE, status: "loading", since_ms: this.context.clock.now_ms() };
    const view = this.askedView();
    void this.context.lanes
      .ask("count", async (reader) => countAnchors(reader, view))
      .then((answer) => {
        this.countProgress = progressAfter(answer, this.countProgress);
        if (answer.kind === "answer") this.anchors = answer.value;
        for (const wake of this.waiters.splice(0)) wake();
        this.context.dataArrived();
      });
  }
}
