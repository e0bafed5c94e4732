import type { EventRow } from "../../queries/views/event-window.ts";

/** Rows fetched at once, and pages kept: some thousands of rows, whatever the result has. */
export const PAGE_ROWS = 256;
const PAGES_MAX = 24;

/** The pages of a result that were read last. */
export class RowPages {
  private readonly pages = new Map<number, readonly EventRow[]>();

  get isEmpty(): boolean {
    return this.pages.size === 0;
  }

  get(page: number): readonly EventRow[] | undefined {
    return this.pages.get(page);
  }

  has(page: number): boolean {
    return this.pages.has(page);
  }

  row(at: number): EventRow | null {
    return this.pages.get(Math.floor(at / PAGE_ROWS))?.[at % PAGE_ROWS] ?? null;
  }

  /** Index in the result of the first known row that is as sought. */
  indexOf(isIt: (row: EventRow) => boolean): number | null {
    for (const [page, rows] of this.pages) {
      const at = rows.findIndex(isIt);
      if (at !== -1) return page * PAGE_ROWS + at;
    }
    return null;
  }

  keep(page: number, rows: readonly EventRow[]): void {
    this.pages.delete(page);
    this.pages.set(page, rows);
    for (const oldest of this.pages.keys()) {
      if (this.pages.size <= PAGES_MAX) break;
      if (oldest !== page) this.pages.delete(oldest);
    }
  }
}
