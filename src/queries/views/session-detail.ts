import type { CaseReader } from "../../store/case-reader.ts";
import { isSession, sessionColumn, type SessionKind } from "./session-selection.ts";

/*
 * One session from all sides: whence, by what client, to do what, where, and what it issued in turn.
 */

/** What the records of a session can be counted by. */
export const SESSION_PARTS = ["addresses", "agents", "counterparts", "events", "regions"] as const;

export type SessionPart = (typeof SESSION_PARTS)[number];

export interface PartRow {
  /** Null where the record names none. */
  readonly value: string | null;
  readonly records: number;
  readonly denied: number;
  readonly first: string | null;
  readonly last: string | null;
}

export interface PartRows {
  readonly rows: readonly PartRow[];
  /** Different values in all, exact; records without one are in none. */
  readonly total: number;
}

export interface IssuedBySession {
  readonly key: string;
  readonly event_id: string | null;
  readonly event_name: string;
  readonly time: string | null;
  readonly target: string | null;
  /** Records that used the key. */
  readonly records: number;
}

/** A session has more values of a part than anybody reads; these are the most frequent. */
const PART_ROWS_MAX = 500;
const TEXT_MAX = 1024;

/** Column of `events` that a part is counted by. */
export function partColumn(part: SessionPart, by: SessionKind): string {
  const counterpart = sessionColumn(by === "key" ? "group" : "key");
  return {
    addresses: "source_ip_address",
    agents: "user_agent",
    counterparts: counterpart,
    events: "event_base_name",
    regions: "aws_region",
  }[part];
}

/** The statement that counts one part of a session. */
export function sessionPartSql(by: SessionKind, session: string, part: SessionPart): string {
  return `SELECT left(${partColumn(part, by)}, ${TEXT_MAX}) AS value, count(*) AS records,
  count(*) FILTER (WHERE outcome = 'denied') AS denied, min(event_time) AS first_seen, max(event_time) AS last_seen
FROM all_events
WHERE ${isSession(sessionColumn(by), [session])}
GROUP BY 1`;
}

export async function sessionPart(
  reader: CaseReader,
  by: SessionKind,
  { session, part }: { session: string; part: SessionPart },
): Promise<PartRows> {
  const rows = await reader.rows(
    `SELECT *, count(value) OVER () AS total FROM (${sessionPartSql(by, session, part)})
ORDER BY records DESC, value NULLS LAST LIMIT ${PART_ROWS_MAX}`,
  );
  return {
    rows: rows.map((row) => ({
      value: text(row["value"]),
      records: Number(row["records"]),
      denied: Number(row["denied"]),
      first: text(row["first_seen"]),
      last: text(row["last_seen"]),
    })),
    total: Number(rows[0]?.["total"] ?? 0),
  };
}

const ISSUED_MAX = 200;

/** The statement behind `issuedBySession`. */
export function issuedBySessionSql(by: SessionKind, session: string): string {
  return `WITH issued AS (
  SELECT issued_access_key_id AS key, event_id, event_base_name, event_time, target
  FROM all_events
  WHERE ${isSession(sessionColumn(by), [session])} AND issued_access_key_id <> ''
  ORDER BY event_time NULLS LAST, event_id LIMIT ${ISSUED_MAX})
SELECT left(key, ${TEXT_MAX}) AS key, left(event_id, ${TEXT_MAX}) AS event_id,
  left(event_base_name, ${TEXT_MAX}) AS event_name, event_time, left(target, ${TEXT_MAX}) AS target, coalesce(s.n, 0) AS records
FROM issued
LEFT JOIN entity_summary s ON s.column_name = 'user_identity_access_key_id' AND s.value = issued.key
ORDER BY event_time NULLS LAST, event_id, key`;
}

/** Keys that records of the session handed out, in order of time, `ISSUED_MAX` at most. */
export async function issuedBySession(
  reader: CaseReader,
  by: SessionKind,
  session: string,
): Promise<IssuedBySession[]> {
  const rows = await reader.rows(issuedBySessionSql(by, session));
  return rows.map((row) => ({
    key: String(row["key"]),
    event_id: text(row["event_id"]),
    event_name: String(row["event_name"] ?? ""),
    time: text(row["event_time"]),
    target: text(row["target"]),
    records: Number(row["records"]),
  }));
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
