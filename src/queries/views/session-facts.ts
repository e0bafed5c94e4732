import type { CaseReader } from "../../store/case-reader.ts";
import { isSession, sessionColumn, sessionText, type SessionKind } from "./session-selection.ts";
import { textLiteral } from "./sql-text.ts";

/*
 * What the records of a session say of it, and which record issued it. Counted for the sessions that are looked at
 * only: to count the addresses of all of them would take minutes in a large case.
 */

/** `other` is an id of neither form that AWS documents. */
export type CredentialKind = "long-term key" | "session" | "console" | "other";

/** The record that handed out a key, or began the session that a group's records belong to. */
export interface SessionOrigin {
  readonly event_id: string | null;
  readonly event_name: string;
  readonly time: string | null;
  readonly actor: string;
  readonly address: string | null;
  /**
   * `credential`: the record names the key. `session`: principal id and creation time agree, which two sessions can
   * share. `principal`: a sign-in of the same principal within two seconds.
   */
  readonly grade: "credential" | "session" | "principal";
}

export interface SessionFacts {
  readonly session: string;
  readonly kind: CredentialKind;
  readonly records: number;
  readonly denied: number;
  /** UTC text; null when no record of it has a time. */
  readonly first: string | null;
  readonly last: string | null;
  /** The first actor in order, which is the only one nearly always. */
  readonly actor: string;
  readonly actors: number;
  readonly addresses: number;
  readonly agents: number;
  /** Of keys: the session groups of its records. Of groups: the keys. */
  readonly counterparts: number;
  /** The first of them in order, for when there is one. */
  readonly counterpart: string | null;
  /** Account of the caller. */
  readonly account: string | null;
  /** Service that acted on the caller's behalf in every record, such as `cloudformation.amazonaws.com`; null otherwise. */
  readonly forwarded_by: string | null;
  /** When AWS says that the session was created, UTC text. */
  readonly created: string | null;
  readonly mfa: boolean | null;
  readonly source_identity: string | null;
  readonly origin: SessionOrigin | null;
}

/** Longest text of the evidence that a screen needs. */
const TEXT_MAX = 1024;

/** By session, for those that have records. */
export async function sessionFacts(
  reader: CaseReader,
  by: SessionKind,
  sessions: readonly string[],
): Promise<ReadonlyMap<string, SessionFacts>> {
  if (sessions.length === 0) return new Map();
  const origins = await sessionOrigins(reader, by, sessions);
  const rows = await reader.rows(sessionFactsSql(by, sessions));
  return new Map(
    rows.map((row) => {
      const session = String(row["session"]);
      const origin = origins.get(session) ?? null;
      // A long-term key is in no session, whatever some records say.
      const kind = kindOf(by, session, row["from_console"] === true || origin?.event_name === "ConsoleLogin");
      return [
        session,
        {
          session,
          kind,
          records: Number(row["records"]),
          denied: Number(row["denied"]),
          first: text(row["first_seen"]),
          last: text(row["last_seen"]),
          actor: String(row["main_actor"] ?? ""),
          actors: Number(row["actors"]),
          addresses: Number(row["addresses"]),
          agents: Number(row["agents"]),
          counterparts: Number(row["counterparts"]),
          counterpart: text(row["counterpart"]),
          account: text(row["account"]),
          forwarded_by: text(row["forwarded_by"]),
          created: kind === "long-term key" ? null : text(row["created"]),
          mfa: typeof row["mfa"] === "boolean" ? row["mfa"] : null,
          source_identity: text(row["source_identity"]),
          origin,
        },
      ];
    }),
  );
}

/** The statement behind `sessionFacts`. */
export function sessionFactsSql(by: SessionKind, sessions: readonly string[]): string {
  const column = sessionColumn(by);
  const counterpart = sessionColumn(by === "key" ? "group" : "key");
  return `SELECT ${sessionText(column)} AS session,
  count(*) AS records, count(*) FILTER (WHERE outcome = 'denied') AS denied,
  min(event_time) AS first_seen, max(event_time) AS last_seen,
  left(min(actor), ${TEXT_MAX}) AS main_actor, count(DISTINCT actor) AS actors,
  count(DISTINCT source_ip_address) AS addresses, count(DISTINCT user_agent) AS agents,
  count(DISTINCT nullif(${counterpart}, '')) AS counterparts, ${sessionText(`min(nullif(${counterpart}, ''))`)} AS counterpart,
  left(min(user_identity_account_id), 64) AS account,
  CASE WHEN bool_and(coalesce(user_identity_invoked_by, '') <> '') THEN left(min(user_identity_invoked_by), ${TEXT_MAX}) END AS forwarded_by,
  min(session_created_at) AS created, bool_or(session_mfa_authenticated) AS mfa,
  left(min(session_source_identity), ${TEXT_MAX}) AS source_identity,
  bool_or(session_credential_from_console) AS from_console
FROM all_events
WHERE ${isSession(column, sessions)}
GROUP BY 1`;
}

/** By session, the record that issued it, for those of which one is in the case. */
async function sessionOrigins(
  reader: CaseReader,
  by: SessionKind,
  sessions: readonly string[],
): Promise<ReadonlyMap<string, SessionOrigin>> {
  const rows = await reader.rows(by === "key" ? keyOriginsSql(sessions) : groupOriginsSql(sessions));
  const origins = new Map<string, SessionOrigin>();
  for (const row of rows) {
    const session = String(row["session"]);
    if (origins.has(session)) continue;
    origins.set(session, {
      event_id: text(row["event_id"]),
      event_name: String(row["event_name"] ?? ""),
      time: text(row["event_time"]),
      actor: String(row["actor"] ?? ""),
      address: text(row["address"]),
      grade: row["grade"] as SessionOrigin["grade"],
    });
  }
  return origins;
}

const ORIGIN_COLUMNS = `left(event_id, ${TEXT_MAX}) AS event_id, left(event_base_name, ${TEXT_MAX}) AS event_name, event_time,
  left(actor, ${TEXT_MAX}) AS actor, left(source_ip_address, ${TEXT_MAX}) AS address`;

const ORIGIN_ORDER = "event_time NULLS LAST, event_id";

/** The records that name these keys as issued. */
function keyOriginsSql(keys: readonly string[]): string {
  return `SELECT ${sessionText("issued_access_key_id")} AS session, ${ORIGIN_COLUMNS}, 'credential' AS grade
FROM all_events
WHERE ${isSession("issued_access_key_id", keys)}
ORDER BY session, ${ORIGIN_ORDER}`;
}

/**
 * The records that began these groups: those whose response says so, else a sign-in of the same principal close by. The
 * table is read because the view leaves `issued_session_group` out.
 */
function groupOriginsSql(groups: readonly string[]): string {
  const near = groups.flatMap((group) => {
    const parts = /^(.+)@(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})Z$/.exec(group);
    return parts === null
      ? []
      : [`(${[group, parts[1]!].map(textLiteral).join(", ")}, TIMESTAMP '${parts[2]!} ${parts[3]!}')`];
  });
  const signIns =
    near.length === 0
      ? ""
      : `
UNION ALL
SELECT g.session, ${ORIGIN_COLUMNS}, 'principal' AS grade, 1 AS place
FROM event_rows r JOIN (VALUES ${near.join(", ")}) AS g (session, principal, created)
  ON r.user_identity_principal_id = g.principal
    AND r.event_time BETWEEN g.created - INTERVAL 2 SECOND AND g.created + INTERVAL 2 SECOND
WHERE r.event_name = 'ConsoleLogin' AND r.outcome = 'no-error'`;
  return `SELECT ${sessionText("issued_session_group")} AS session, ${ORIGIN_COLUMNS}, 'session' AS grade, 0 AS place
FROM event_rows
WHERE ${isSession("issued_session_group", groups)}${signIns}
ORDER BY session, place, ${ORIGIN_ORDER}`;
}

/** What an id tells of itself, and the records of whether it came from the console. */
function kindOf(by: SessionKind, session: string, isConsole: boolean): CredentialKind {
  if (by === "key" && session.startsWith("AKIA")) return "long-term key";
  if (isConsole) return "console";
  return by === "group" || session.startsWith("ASIA") ? "session" : "other";
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
