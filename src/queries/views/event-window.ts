import type { CaseReader } from "../../store/case-reader.ts";
import type { Cell } from "../../store/result-table.ts";
import { eventColumn } from "./event-column.ts";
import {
  ORDERED_FROM,
  PLACE_COLUMNS,
  placeMicros,
  placeOf,
  sameMomentCondition,
  timeOrder,
  type EventPlace,
} from "./event-order.ts";
import type { EventView } from "./filter.ts";
import { timeCondition, whereClause } from "./filter-sql.ts";
import { anchorsOver, type Anchor, type TimeAnchors } from "./time-anchors.ts";

/** A row of a view. */
export interface EventRow {
  readonly place: EventPlace;
  /** True when the call did not do what was asked, wholly or in part. */
  readonly is_error: boolean;
  /** In the order of the columns asked for. */
  readonly cells: readonly Cell[];
}

/** Longest text of a cell in a table of rows; the event itself has all of it. */
export const CELL_TEXT_MAX = 2000;

/** Rows of a view that is sorted by a column: so many of the first are there, and no more. */
export const SORTED_ROWS_MAX = 10_000;

/** What counts as an error in marks, series and jumps. */
export const IS_ERROR = "coalesce(outcome IN ('failure', 'denied', 'partial'), false)";

/** Rows `from` to `from + count` of a view in time order; fewer at the end. Throws QueryError. */
export async function readWindow(
  reader: CaseReader,
  view: EventView,
  { anchors, columns, from, count }: { anchors: TimeAnchors; columns: readonly string[]; from: number; count: number },
): Promise<EventRow[]> {
  const over = anchorsOver(anchors, from, count);
  const first = over[0];
  if (first === undefined || count <= 0) return [];
  const where = whereClause(view.filters, stretchCondition(over));
  const rows = await reader.rows(
    `SELECT ${rowColumns(columns)} ${ORDERED_FROM} ${where}
     ORDER BY ${timeOrder(view.sort.descending)} LIMIT ${count} OFFSET ${from - first.before}`,
  );
  return rows.map((row) => rowOf(row, columns));
}

/**
 * The first rows of a view in time order while its events are not counted yet. The last moment among them is found
 * first, by the time alone, so that only a few events are sorted whole.
 */
export async function readFirstRows(
  reader: CaseReader,
  view: EventView,
  { columns, count }: { columns: readonly string[]; count: number },
): Promise<EventRow[]> {
  const { descending } = view.sort;
  const direction = descending ? "DESC" : "";
  const [bound] = await reader.rows(
    `SELECT count(*) AS n, epoch_us(${descending ? "min" : "max"}(event_time)) AS moment FROM (
       SELECT event_time FROM events ${whereClause(view.filters, "event_time IS NOT NULL")}
       ORDER BY event_time ${direction} LIMIT ${count})`,
  );
  const n = Number(bound?.["n"] ?? 0);
  const moment = n >= count ? BigInt(String(bound!["moment"])) : null;
  const few = n === 0 ? "event_time IS NULL" : null;
  const stretch = moment === null ? few : descending ? timeCondition(moment, null) : timeCondition(null, moment + 1n);
  const rows = await reader.rows(
    `SELECT ${rowColumns(columns)} ${ORDERED_FROM} ${whereClause(view.filters, stretch)}
     ORDER BY ${timeOrder(descending)} LIMIT ${count}`,
  );
  return rows.map((row) => rowOf(row, columns));
}

/** The first `SORTED_ROWS_MAX` rows of a view sorted by a column, values missing last, the time deciding among equals. */
export async function readSortedRows(
  reader: CaseReader,
  view: EventView,
  columns: readonly string[],
): Promise<EventRow[]> {
  const rows = await reader.rows(
    `SELECT ${rowColumns(columns)} ${ORDERED_FROM} ${whereClause(view.filters)}
     ORDER BY ${viewOrder(view)} LIMIT ${SORTED_ROWS_MAX}`,
  );
  return rows.map((row) => rowOf(row, columns));
}

/** What stands behind `ORDER BY` for a view, over `ORDERED_FROM`: total, so that the same case gives the same rows. */
export function viewOrder({ sort }: EventView): string {
  if (sort.column === null) return timeOrder(sort.descending);
  const { expression, kind } = eventColumn(sort.column);
  const subject = kind === "json" ? `CAST(${expression} AS VARCHAR)` : expression;
  return `${subject} ${sort.descending ? "DESC " : ""}NULLS LAST, ${timeOrder(false)}`;
}

/** Position of an event in a view in time order; for one that the view does not have that of the next one. */
export async function findPosition(
  reader: CaseReader,
  view: EventView,
  { anchors, place }: { anchors: TimeAnchors; place: EventPlace },
): Promise<number> {
  const { descending } = view.sort;
  const micros = placeMicros(place);
  const anchor = anchorOf(anchors, micros, descending);
  if (anchor === null) return Math.max(0, anchors.total - 1);
  // Later in time is before it in a view with the newest first.
  const sameMoment = `(${sameMomentCondition(place, descending)})`;
  const other = micros === null ? null : descending ? timeCondition(micros + 1n, null) : timeCondition(null, micros);
  const before = other === null ? sameMoment : `(${other} OR ${sameMoment})`;
  const [row] = await reader.rows(
    `SELECT count(*) AS n ${ORDERED_FROM} ${whereClause(view.filters, stretchCondition([anchor]), before)}`,
  );
  return Math.min(anchor.before + Number(row?.["n"] ?? 0), Math.max(0, anchors.total - 1));
}

/** The stretch with a moment in it, or the first one behind it in the order of the view. */
function anchorOf({ anchors }: TimeAnchors, micros: bigint | null, descending: boolean): Anchor | null {
  if (micros === null) return anchors.find(({ since }) => since === null) ?? null;
  const isBehind = ({ since, until }: Anchor): boolean =>
    since === null || until === null || (descending ? since <= micros : until > micros);
  return anchors.find(isBehind) ?? null;
}

function stretchCondition(over: readonly Anchor[]): string {
  const dated = over.filter(({ since }) => since !== null);
  const hasUndated = dated.length < over.length;
  if (dated.length === 0) return "event_time IS NULL";
  const times = dated.flatMap(({ since, until }) => [since!, until!]);
  const least = times.reduce((a, b) => (a < b ? a : b));
  const most = times.reduce((a, b) => (a > b ? a : b));
  const range = timeCondition(least, most);
  return hasUndated ? `((${range}) OR event_time IS NULL)` : range;
}

function rowColumns(columns: readonly string[]): string {
  const shown = columns.map((name, i) => {
    const { kind, expression } = eventColumn(name);
    const isLong = kind === "json" || kind === "text";
    return `${isLong ? `left(CAST(${expression} AS VARCHAR), ${CELL_TEXT_MAX})` : expression} AS c${i}`;
  });
  return [PLACE_COLUMNS, `${IS_ERROR} AS is_error`, ...shown].join(", ");
}

type Cells = Awaited<ReturnType<CaseReader["rows"]>>[number];

function rowOf(row: Cells, columns: readonly string[]): EventRow {
  return {
    place: placeOf(row),
    is_error: row["is_error"] === true,
    cells: columns.map((_, i) => row[`c${i}`] ?? null),
  };
}
