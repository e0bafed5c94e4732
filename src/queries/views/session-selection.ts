import { entityFilter, filterOf, isFilter, type Filter } from "./filter.ts";
import { filterCondition } from "./filter-sql.ts";
import { textLiteral } from "./sql-text.ts";

/** What a session is taken to be: an access key, or the records that share a principal id and a creation time. */
export type SessionKind = "key" | "group";

/**
 * Which sessions are listed. `principal`, `address` and `account` choose records, so that what is counted are the
 * records of a session that fit; `text` chooses sessions, whose records are counted all the same.
 */
export interface SessionSelection {
  readonly by: SessionKind;
  /** A glob over everything that names a principal, as `--principal` takes it. */
  readonly principal: string | null;
  /** An address, a CIDR block or the name of a service. */
  readonly address: string | null;
  /** Recipient, caller or session issuer, as `--account` takes it. */
  readonly account: string | null;
  /** Part of a key, of a session group or of an actor, in whatever case. */
  readonly text: string;
}

/** Every key of the case. */
export const ALL_KEYS: SessionSelection = { by: "key", principal: null, address: null, account: null, text: "" };

const COLUMNS: Record<SessionKind, string> = { key: "user_identity_access_key_id", group: "session_group" };

/** The column of `events` that holds what a session is known by. */
export function sessionColumn(by: SessionKind): string {
  return COLUMNS[by];
}

/** Longer ids are made up; they are known by so many of their first characters. */
export const SESSION_LENGTH_MAX = 256;

/** An SQL expression for what a session is known by: never longer than what a screen can bear. */
export function sessionText(column: string): string {
  return `left(${column}, ${SESSION_LENGTH_MAX})`;
}

/** The condition that a record belongs to one of these sessions. */
export function isSession(column: string, sessions: readonly string[]): string {
  const whole = sessions.filter((session) => session.length < SESSION_LENGTH_MAX).map(textLiteral);
  const cut = sessions.filter((session) => session.length >= SESSION_LENGTH_MAX);
  const parts = cut.map((session) => `starts_with(${column}, ${textLiteral(session)})`);
  if (whole.length > 0 || cut.length === 0) {
    parts.unshift(whole.length === 1 ? `${column} = ${whole[0]!}` : `${column} IN (${whole.join(", ") || "NULL"})`);
  }
  return parts.length === 1 ? parts[0]! : `(${parts.join(" OR ")})`;
}

/** The events of one session, as filters of the events view. */
export function sessionFilters(by: SessionKind, session: string): Filter[] {
  const column = sessionColumn(by);
  if (session.length >= SESSION_LENGTH_MAX) return [filterOf({ kind: "contains", column, text: session })];
  return [by === "group" ? entityFilter("session", session) : isFilter(column, session)];
}

/** What `principal`, `address` and `account` leave, as filters of the events view. */
export function selectionFilters({ principal, address, account }: SessionSelection): Filter[] {
  return [
    ...(principal === null ? [] : [entityFilter("principal", principal)]),
    ...(address === null ? [] : [entityFilter("address", address)]),
    ...(account === null ? [] : [entityFilter("account", account)]),
  ];
}

/** The same as a condition over `events`, or null when none of them is given. */
export function recordCondition(selection: SessionSelection): string | null {
  return filterCondition(selectionFilters(selection));
}

/** The condition that a column contains `text`, whatever the case of its letters. */
export function containsText(column: string, text: string): string {
  return `contains(lower(${column}), ${textLiteral(text.toLowerCase())})`;
}

/** The words of a search field, `principal:NAME`, `address:IP`, `account:ID` and free text, as a selection. */
export function parseSelection(words: string, by: SessionKind): SessionSelection {
  const free: string[] = [];
  const found: Record<"principal" | "address" | "account", string | null> = {
    principal: null,
    address: null,
    account: null,
  };
  for (const word of words.split(/\s+/).filter(Boolean)) {
    const parts = /^(principal|address|account):(.+)$/.exec(word);
    if (parts === null) free.push(word);
    else found[parts[1] as keyof typeof found] = parts[2]!;
  }
  return { by, ...found, text: free.join(" ") };
}

/** The words that `parseSelection` reads as this selection, so that the field shows what is in force. */
export function selectionWords(selection: SessionSelection): string {
  const given = (["principal", "address", "account"] as const).flatMap((name) => {
    const value = selection[name];
    return value === null ? [] : [`${name}:${value}`];
  });
  return [...given, ...(selection.text === "" ? [] : [selection.text])].join(" ");
}
