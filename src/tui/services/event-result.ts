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
import { countAnchors, type TimeAnchors } from "../../queries/views/time-anchors.ts";
import type { Count } from "../text/format.ts";
import type { ServiceContext } from "./service-context.ts";

/** Rows fetched at once, and pages kept: some thousands of rows, whatever the result has. */
const PAGE_ROWS = 256;
const PAGES_MAX = 24;
/** Rows beyond those drawn that are read ahead. */
const NEAR_ROWS = 64;

/** How far a question about rows or their number has come. */
export interface Progress {
  readonly status: "idle" | "loading" | "complete" | "failed" | "cancelled";
  readonly error: Error | null;
  readonly since_ms: number;
  readonly elapsed_ms: number;
}

const IDLE: Progress = { status: "idle", error: null, since_ms: 0, elapsed_ms: 0 };

/**
 * The rows of one view: pages that drawing asked for. The first ones come before the events are counted; with the count
 * come the anchors that every other page is found by. Nothing is asked while the cursor moves inside known pages.
 */
export class EventResult {
  readonly view: EventView;
  readonly columns: readonly string[];
  private readonly context: ServiceContext;
  private readonly pages = new Map<number, readonly EventRow[]>();
  private anchors: TimeAnchors | null = null;
  private sorted: readonly EventRow[] | null = null;
  private wanted: readonly number[] = [];
  private rowsProgress: Progress = IDLE;
  private countProgress: Progress = IDLE;
  private waiters: (() => void)[] = [];

  constructor(context: ServiceContext, view: EventView, columns: readonly string[]) {
    this.context = context;
    this.view = view;
    this.columns = columns;
  }

  get rows(): Progress {
    return this.rowsProgress;
  }

  get counting(): Progress {
    return this.countProgress;
  }

  /** True once there is something to draw. */
  get hasRows(): boolean {
    return this.pages.size > 0 || this.sorted !== null;
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
    if (first !== undefined && first.length < PAGE_ROWS) return { kind: "exact", n: first.length };
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
    return this.pages.get(Math.floor(at / PAGE_ROWS))?.[at % PAGE_ROWS] ?? null;
  }

  /** Index of a known row; null when it is not among them. */
  indexOf(place: EventPlace): number | null {
    const isIt = (row: EventRow): boolean =>
      row.place.file_id === place.file_id && row.place.record_index === place.record_index;
    if (this.sorted !== null) {
      const at = this.sorted.findIndex(isIt);
      return at === -1 ? null : at;
    }
    for (const [page, rows] of this.pages) {
      const at = rows.findIndex(isIt);
      if (at !== -1) return page * PAGE_ROWS + at;
    }
    return null;
  }

  /** Known rows around a place of a sorted view, for jumps inside it; null for one in time order. */
  get sortedRows(): readonly EventRow[] | null {
    return this.sorted;
  }

  /** Where an event stands in the view, or would; null when that cannot be told. Waits for the count. */
  async positionOf(place: EventPlace): Promise<number | null> {
    const known = this.indexOf(place);
    if (known !== null || this.view.sort.column !== null) return known;
    this.count();
    while (this.anchors === null && this.countProgress.status === "loading") {
      await new Promise<void>((resolve) => this.waiters.push(resolve));
    }
    const { anchors } = this;
    if (anchors === null) return null;
    const found = await this.context.lanes.ask("jump", async (reader) =>
      findPosition(reader, this.view, { anchors, place }),
    );
    if (found.kind === "failed") throw found.error;
    return found.kind === "answer" ? found.value : null;
  }

  /** What failed or was cancelled is asked anew by the next drawing. */
  retry(): void {
    if (this.rowsProgress.status !== "loading") this.rowsProgress = IDLE;
    if (this.anchors === null && this.countProgress.status !== "loading") this.countProgress = IDLE;
  }

  private begin(from: number, count: number): void {
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
    if (this.pages.size > 0) this.count();
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
    if (this.anchors === null) return this.pages.has(0) ? [] : [0];
    return [...pages].filter((page) => !this.pages.has(page) && page * PAGE_ROWS < Math.max(1, rows));
  }

  private async readPages(pages: readonly number[]): Promise<void> {
    this.wanted = pages;
    const from = Math.min(...pages) * PAGE_ROWS;
    const count = (Math.max(...pages) + 1) * PAGE_ROWS - from;
    const { anchors, columns, view } = this;
    this.rowsProgress = { ...IDLE, status: "loading", since_ms: this.context.clock.now_ms() };
    const answer = await this.context.lanes.ask("rows", async (reader) =>
      anchors === null
        ? readFirstRows(reader, view, { columns, count: PAGE_ROWS })
        : readWindow(reader, view, { anchors, columns, from, count }),
    );
    if (this.wanted !== pages) return;
    this.wanted = [];
    this.rowsProgress = this.progressOf(answer, this.rowsProgress);
    if (answer.kind === "answer") {
      const rows = answer.value;
      for (let at = 0; at < Math.max(1, rows.length); at += PAGE_ROWS)
        this.keepPage((from + at) / PAGE_ROWS, rows.slice(at, at + PAGE_ROWS));
    }
    this.context.dataArrived();
  }

  private async readSorted(): Promise<void> {
    this.rowsProgress = { ...IDLE, status: "loading", since_ms: this.context.clock.now_ms() };
    const { columns, view } = this;
    const answer = await this.context.lanes.ask("rows", async (reader) => readSortedRows(reader, view, columns));
    this.rowsProgress = this.progressOf(answer, this.rowsProgress);
    if (answer.kind === "answer") this.sorted = answer.value;
    this.context.dataArrived();
  }

  /** Counts the view once; drawing begins it when the first rows are there. */
  private count(): void {
    if (this.anchors !== null || this.countProgress.status !== "idle") return;
    this.countProgress = { ...IDLE, status: "loading", since_ms: this.context.clock.now_ms() };
    const { view } = this;
    void this.context.lanes
      .ask("count", async (reader) => countAnchors(reader, view))
      .then((answer) => {
        this.countProgress = this.progressOf(answer, this.countProgress);
        if (answer.kind === "answer") this.anchors = answer.value;
        for (const wake of this.waiters.splice(0)) wake();
        this.context.dataArrived();
      });
  }

  private progressOf(
    answer: { readonly kind: string; readonly error?: Error; readonly elapsed_ms?: number },
    before: Progress,
  ): Progress {
    switch (answer.kind) {
      case "answer":
        return { ...before, status: "complete", elapsed_ms: answer.elapsed_ms ?? 0 };
      case "failed":
        return { ...before, status: "failed", error: answer.error ?? null };
      case "cancelled":
        return { ...before, status: "cancelled" };
      default:
        // Overtaken by another view: asked anew when this one is drawn again.
        return IDLE;
    }
  }

  private keepPage(page: number, rows: readonly EventRow[]): void {
    this.pages.delete(page);
    this.pages.set(page, rows);
    for (const oldest of this.pages.keys()) {
      if (this.pages.size <= PAGES_MAX) break;
      if (oldest !== page) this.pages.delete(oldest);
    }
  }
}
