/*
 * How a list was last drawn. Only drawing knows how much room there is; moving by pages and keeping the place of the
 * cursor on the screen need it too.
 */

interface DrawnPage {
  readonly top: number;
  readonly height: number;
}

const pages = new Map<string, DrawnPage>();
const LISTS_MAX = 200;

/** First row to draw so that `cursor` is seen and as little as possible moves; remembered under the list's key. */
export function topOf(list: string, cursor: number, { count, height }: { count: number; height: number }): number {
  const before = pages.get(list)?.top ?? 0;
  const lowest = Math.max(0, cursor - Math.max(1, height) + 1);
  const top = Math.max(0, Math.min(Math.max(before, lowest), cursor, Math.max(0, count - height)));
  pages.delete(list);
  pages.set(list, { top, height });
  for (const [oldest] of pages) {
    if (pages.size <= LISTS_MAX) break;
    pages.delete(oldest);
  }
  return top;
}

/** Rows of the list that were seen; what a page is. */
export function pageRows(list: string): number {
  return Math.max(1, (pages.get(list)?.height ?? 10) - 1);
}
