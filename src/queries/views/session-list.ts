import type { CaseReader } from "../../store/case-reader.ts";
import {
  containsText,
  recordCondition,
  sessionColumn,
  sessionText,
  type SessionSelection,
} from "./session-selection.ts";

/*
 * Who acted by which credential: the access keys of the case, or its session groups. The list of all keys comes from
 * what the settling step counted; everything else is counted from the records.
 */

export const SESSION_SORTS = ["records", "denied", "first", "last", "session"] as const;

export type SessionSort = (typeof SESSION_SORTS)[number];

export interface SessionRow {
  /** Access key id, or `principalId@creationDate`. */
  readonly session: string;
  readonly records: number;
  readonly denied: number;
  /** UTC text; null when no record of it has a time. */
  readonly first: string | null;
  readonly last: string | null;
}

export interface SessionPage {
  readonly rows: readonly SessionRow[];
  /** Sessions in all, exact. */
  readonly total: number;
  /** Records of all these sessions, exact. */
  readonly records: number;
}

export interface SessionOrder {
  readonly sort: SessionSort;
  readonly isDescending: boolean;
}

const SORT_COLUMNS: Record<SessionSort, string> = {
  records: "records",
  denied: "denied",
  first: "first_seen",
  last: "last_seen",
  session: "session",
};

/** The statement that lists the sessions, one row each, without a limit. */
export function sessionListSql(selection: SessionSelection, order: SessionOrder): string {
  const direction = order.isDescending ? "DESC" : "ASC";
  const tie = order.sort === "session" ? "" : ", session";
  return `${countedSessions(selection)}\nORDER BY ${SORT_COLUMNS[order.sort]} ${direction} NULLS LAST${tie}`;
}

/** One page of the list, and what the whole list comes to. */
export async function sessionPage(
  reader: CaseReader,
  selection: SessionSelection,
  { order, offset, limit }: { order: SessionOrder; offset: number; limit: number },
): Promise<SessionPage> {
  const rows = await reader.rows(
    `SELECT *, count(*) OVER () AS total, sum(records) OVER () AS all_records
FROM (${countedSessions(selection)})
ORDER BY ${SORT_COLUMNS[order.sort]} ${order.isDescending ? "DESC" : "ASC"} NULLS LAST, session
LIMIT ${limit} OFFSET ${offset}`,
  );
  return {
    rows: rows.map((row) => ({
      session: String(row["session"]),
      records: Number(row["records"]),
      denied: Number(row["denied"]),
      first: textOrNull(row["first_seen"]),
      last: textOrNull(row["last_seen"]),
    })),
    total: Number(rows[0]?.["total"] ?? 0),
    records: Number(rows[0]?.["all_records"] ?? 0),
  };
}

/** Events that carry no such identity and therefore stand in no row of the list. */
export async function recordsWithoutSession(reader: CaseReader, selection: SessionSelection): Promise<number> {
  const column = sessionColumn(selection.by);
  const condition = recordCondition(selection);
  const rows = await reader.rows(
    `SELECT count(*) AS n FROM events WHERE coalesce(${column}, '') = ''${condition === null ? "" : ` AND ${condition}`}`,
  );
  return Number(rows[0]?.["n"] ?? 0);
}

function countedSessions(selection: SessionSelection): string {
  const column = sessionColumn(selection.by);
  const condition = recordCondition(selection);
  const found = selection.text === "" ? null : foundByText(selection);
  if (condition === null && selection.by === "key") {
    return `SELECT ${sessionText("value")} AS session, n AS records, n_denied AS denied, first_event AS first_seen, last_event AS last_seen
FROM entity_summary
WHERE column_name = '${column}' AND value <> ''${found === null ? "" : ` AND ${found("value")}`}`;
  }
  const where = [
    `${column} <> ''`,
    ...(condition === null ? [] : [condition]),
    ...(found === null ? [] : [found(column)]),
  ];
  return `SELECT ${sessionText(column)} AS session, count(*) AS records, count(*) FILTER (WHERE outcome = 'denied') AS denied,
  min(event_time) AS first_seen, max(event_time) AS last_seen
FROM events
WHERE ${where.join("\n  AND ")}
GROUP BY 1`;
}

/** Sessions whose own id or one of whose actors contains the text. */
function foundByText({ by, text }: SessionSelection): (column: string) => string {
  const session = sessionColumn(by);
  const actors = `SELECT value FROM entity_summary WHERE column_name = 'actor' AND ${containsText("value", text)}`;
  return (column) => `(${containsText(column, text)}
    OR ${column} IN (SELECT ${session} FROM events WHERE ${session} <> '' AND actor IN (${actors})))`;
}

function textOrNull(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
