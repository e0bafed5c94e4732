import type { MarkedTarget } from "../../../journal/mark-book.ts";
import { tagId } from "../../../journal/mark-entry.ts";
import { type MarkKind, VALUE_KINDS } from "../../../journal/mark-target.ts";
import type { MarkedEvent } from "../../../timeline/marked-events.ts";
import type { Rect } from "../../state/types.ts";

/** The screen of marks: all of them by kind, and the timeline that the marked events make. */
export interface MarksState {
  readonly focus: "marks" | "timeline";
  readonly marks: Cursor;
  readonly timeline: Cursor;
  /** Only what has this tag; null for all. */
  readonly tag: string | null;
}

/** Where a list stands. The id finds the row again when rows came or went; the place is for a row that is gone. */
export interface Cursor {
  readonly id: string | null;
  readonly place: number;
  readonly top: number;
}

const START: Cursor = { id: null, place: 0, top: 0 };

export function initialMarks(): MarksState {
  return { focus: "timeline", marks: START, timeline: START, tag: null };
}

/** A row of the list of marks: a kind with its number, or a target. */
export type MarkRow =
  | { readonly type: "kind"; readonly kind: MarkKind; readonly n: number }
  | { readonly type: "target"; readonly id: string; readonly marked: MarkedTarget };

const MARK_KINDS: readonly MarkKind[] = [...VALUE_KINDS, "range"];

/** The marks by kind. Events stand in time order, those that the case does not have last; others as they were marked. */
export function markRows(
  targets: Iterable<MarkedTarget>,
  { tag, events }: { tag: string | null; events: readonly MarkedEvent[] | null },
): MarkRow[] {
  const shown = [...targets].filter((marked) => hasTag(marked, tag));
  const places = new Map<string, number>();
  for (const { event_id } of events ?? []) if (!places.has(event_id)) places.set(event_id, places.size);
  const placeOf = ({ target }: MarkedTarget): number =>
    target.kind === "event" ? (places.get(target.value) ?? Infinity) : 0;
  return MARK_KINDS.flatMap((kind) => {
    const some = shown.filter(({ target }) => target.kind === kind);
    if (kind === "event") some.sort((a, b) => comparePlaces(placeOf(a), placeOf(b)));
    const rows = some.map((marked): MarkRow => ({ type: "target", id: marked.id, marked }));
    return rows.length === 0 ? [] : [{ type: "kind", kind, n: rows.length }, ...rows];
  });
}

function comparePlaces(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function hasTag({ tags }: MarkedTarget, tag: string | null): boolean {
  return tag === null || tags.some((name) => tagId(name) === tagId(tag));
}

/** A row of the timeline; an eventID may stand in several records. */
export interface TimelineRow {
  readonly id: string;
  readonly event: MarkedEvent;
  readonly marked: MarkedTarget;
}

/** The marked events of the case in time order. */
export function timelineRows(
  events: readonly MarkedEvent[],
  { targets, tag }: { targets: ReadonlyMap<string, MarkedTarget>; tag: string | null },
): TimelineRow[] {
  const seen = new Map<string, number>();
  return events.flatMap((event) => {
    const marked = targets.get(`event ${event.event_id}`);
    if (marked === undefined || !hasTag(marked, tag)) return [];
    const copy = seen.get(event.event_id) ?? 0;
    seen.set(event.event_id, copy + 1);
    return [{ id: copy === 0 ? marked.id : `${marked.id}#${copy}`, event, marked }];
  });
}

/** All tags that stand, sorted, each once whatever its capitals. */
export function tagsOf(targets: Iterable<MarkedTarget>): string[] {
  const names = new Map<string, string>();
  for (const { tags } of targets) for (const name of tags) if (!names.has(tagId(name))) names.set(tagId(name), name);
  return [...names].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, name]) => name);
}

type Row = MarkRow | TimelineRow;

function idOf(row: Row | undefined): string | null {
  return row === undefined || ("type" in row && row.type === "kind") ? null : row.id;
}

/** The index of the row under the cursor; -1 when no row can be. */
export function cursorIndex(rows: readonly Row[], cursor: Cursor): number {
  const found = cursor.id === null ? -1 : rows.findIndex((row) => idOf(row) === cursor.id);
  if (found >= 0) return found;
  return nearest(rows, Math.min(cursor.place, rows.length - 1), 1);
}

/** The next row that can be chosen from `index` on in this direction, else in the other. */
function nearest(rows: readonly Row[], index: number, step: 1 | -1): number {
  for (let i = Math.max(0, index); i >= 0 && i < rows.length; i += step) if (idOf(rows[i]) !== null) return i;
  for (let i = Math.min(index, rows.length - 1); i >= 0 && i < rows.length; i -= step) {
    if (idOf(rows[i]) !== null) return i;
  }
  return -1;
}

/** The cursor after a move by `by` rows; the list scrolls as little as it must. */
export function moveCursor(
  rows: readonly Row[],
  cursor: Cursor,
  { by, height }: { by: number; height: number },
): Cursor {
  const from = cursorIndex(rows, cursor);
  const to = nearest(rows, Math.max(0, Math.min(rows.length - 1, from + by)), by < 0 ? -1 : 1);
  return { id: idOf(rows[to]), place: Math.max(0, to), top: topOf(cursor.top, to, { height, count: rows.length }) };
}

/** The first row to draw. The heading over the first row of all is kept in sight. */
export function topOf(top: number, at: number, { height, count }: { height: number; count: number }): number {
  if (at <= 1) return 0;
  const least = Math.max(0, at - Math.max(1, height) + 1);
  return Math.max(0, Math.min(Math.max(top, least), at, Math.max(0, count - height)));
}

/** Where the panes of the screen stand. */
export interface MarksLayout {
  /** Null while the other one has the focus and there is no room for both. */
  readonly marks: Rect | null;
  readonly timeline: Rect | null;
  /** What is said of the row under the cursor. */
  readonly words: Rect | null;
}

const WIDE_COLUMNS = 110;
const MARKS_COLUMNS = 46;
const TALL_LINES = 14;

export function marksLayout(body: Rect, focus: MarksState["focus"]): MarksLayout {
  const words_height = body.height >= TALL_LINES ? Math.min(9, Math.floor(body.height / 3)) : 0;
  const height = body.height - words_height;
  const words = words_height === 0 ? null : { ...body, y: body.y + height, height: words_height };
  if (body.width < WIDE_COLUMNS) {
    const pane = { ...body, height };
    return focus === "marks" ? { marks: pane, timeline: null, words } : { marks: null, timeline: pane, words };
  }
  return {
    marks: { ...body, width: MARKS_COLUMNS, height },
    timeline: { x: body.x + MARKS_COLUMNS, y: body.y, width: body.width - MARKS_COLUMNS, height },
    words,
  };
}
