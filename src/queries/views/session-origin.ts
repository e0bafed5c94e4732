import type { CaseReader } from "../../store/case-reader.ts";
import { textLiteral } from "./sql-text.ts";
import type { SessionFacts } from "./session-facts.ts";

/*
 * Where a session comes from, in words that hold: the record that issued it, or what its absence can mean and cannot.
 */

/** How the issue of a session stands to the archive. */
export type OriginState =
  /** A record names it. */
  | "recorded"
  /** It was created before the first event of its account. */
  | "before archive"
  /** No record names it, although records of its account exist from before and after its creation. */
  | "not in this archive";

/** First and last event that an account received, UTC text. */
export interface AccountSpan {
  readonly first: string;
  readonly last: string;
}

export type AccountSpans = ReadonlyMap<string, AccountSpan>;

/** By account id; a handful even in a large case. */
export async function accountSpans(reader: CaseReader): Promise<AccountSpans> {
  const rows =
    await reader.rows(`SELECT left(recipient_account_id, 64) AS account, min(event_time) AS first, max(event_time) AS last
FROM all_events WHERE recipient_account_id <> '' AND event_time IS NOT NULL GROUP BY 1`);
  return new Map(
    rows.map(({ account, first, last }) => [String(account), { first: String(first), last: String(last) }] as const),
  );
}

/** What a list has room for. A long-term key carries no time of creation, so nothing can be said to be before. */
export function originState(facts: SessionFacts, spans: AccountSpans): OriginState {
  if (facts.origin !== null) return "recorded";
  const span = facts.account === null ? undefined : spans.get(facts.account);
  // Both are UTC text of one form, so that they compare as they stand.
  return span !== undefined && facts.created !== null && facts.created < span.first
    ? "before archive"
    : "not in this archive";
}

export interface DayOfCreation {
  /** Records that the session's account received on the UTC day of its creation. */
  readonly records: number;
  readonly regions: readonly string[];
}

/** What the archive holds of the day on which a session was created; null when that day or the account is not known. */
export async function dayOfCreation(reader: CaseReader, facts: SessionFacts): Promise<DayOfCreation | null> {
  if (facts.created === null || facts.account === null) return null;
  const day = facts.created.slice(0, 10);
  const rows = await reader.rows(`SELECT left(aws_region, 64) AS region, count(*) AS n FROM all_events
WHERE event_time >= TIMESTAMP '${day} 00:00:00' AND event_time < TIMESTAMP '${day} 00:00:00' + INTERVAL 1 DAY
  AND recipient_account_id = ${textLiteral(facts.account)}
GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 40`);
  return {
    records: rows.reduce((sum, { n }) => sum + Number(n), 0),
    regions: rows.flatMap(({ region }) => (typeof region === "string" ? [region] : [])),
  };
}

/** Sentences on where the session comes from, the first of which is the answer. */
export function originInWords(facts: SessionFacts, spans: AccountSpans, day: DayOfCreation | null): string[] {
  if (facts.origin !== null) return [recordedInWords(facts.origin)];
  return [...missingInWords(facts, spans, day), ...forwardedInWords(facts)];
}

const GRADES = {
  credential: "grade credential: the record names the key",
  session: "grade session: principal id and time agree, and two sessions of one second would agree too",
  principal: "grade principal: the same principal signed in within two seconds, which is no proof",
} as const;

function recordedInWords({ event_name, time, actor, address, grade }: NonNullable<SessionFacts["origin"]>): string {
  const from = address === null ? "" : ` from ${address}`;
  return `${event_name} at ${time ?? "an unknown time"} (${GRADES[grade]}), by ${actor}${from}`;
}

function missingInWords(facts: SessionFacts, spans: AccountSpans, day: DayOfCreation | null): string[] {
  const span = facts.account === null ? undefined : spans.get(facts.account);
  const begins = span === undefined ? null : `the first event of account ${facts.account!} is ${span.first}`;
  if (originState(facts, spans) === "before archive")
    return [`Begun before this archive: created ${facts.created!}, and ${begins!}.`];
  const none = `The event that issued it is not in this archive`;
  if (facts.created === null) {
    const age = facts.kind === "long-term key" ? "; no record tells how old the key is" : "";
    return [`${none}${age}${begins === null ? "" : `, and ${begins}`}.`];
  }
  if (day === null || day.records === 0) {
    const of = facts.account === null ? "" : ` of account ${facts.account}`;
    return [`${none}; created ${facts.created}, a day without any record${of} here.`];
  }
  return [
    `${none}, although it holds that day: created ${facts.created}; ${count(day.records)} records of account ${facts.account!} on that day, from ${day.regions.join(", ")} only.`,
    "It may have been recorded in another region or account, or not have been collected.",
  ];
}

function forwardedInWords({ forwarded_by }: SessionFacts): string[] {
  if (forwarded_by === null) return [];
  return [
    `Every record of it was made by ${forwarded_by} on the caller's behalf; keys that a service uses so have, as a rule, no issuing record of their own.`,
  ];
}

function count(n: number): string {
  return n.toLocaleString("en-US");
}
