import type { CaseReader, QueryParams } from "../../store/case-reader.ts";
import type { SuggestionSource } from "./query-form.ts";

/*
 * Values from the case that fit a field. Keys, addresses and principals come from the summary that every write makes;
 * other columns are counted, which takes a second on the largest cases, so it belongs in a lane of its own.
 */

export interface Suggestion {
  readonly value: string;
  /** How many records have it; null for a word that is not from the case. */
  readonly n: number | null;
  readonly first: string | null;
  readonly last: string | null;
}

/** At most so many are suggested: with fewer there are no others. */
const SUGGESTIONS_MAX = 50;
/** Columns of `entity_summary`. */
const SUMMARISED = new Set([
  "user_identity_access_key_id",
  "source_ip",
  "actor",
  "principal_unique_id",
  "session_issuer_arn",
]);

/** Whether suggestions come without a scan of the events, so that they can be asked for with every key. */
export function areInstant(source: SuggestionSource): boolean {
  return source.kind === "column" ? SUMMARISED.has(source.column) : source.kind !== "accounts";
}

/** The values that hold what was typed, those that begin with it first, then the most frequent. At most 50. */
export async function suggestValues(
  reader: CaseReader,
  source: SuggestionSource,
  typed: string,
): Promise<readonly Suggestion[]> {
  const needle = literalPart(typed).toLowerCase();
  switch (source.kind) {
    case "none":
      return [];
    case "words":
      return matchingWords(source.words, needle);
    case "times":
      return (await caseTimes(reader)).filter(({ value }) => value.toLowerCase().includes(needle));
    case "principals":
      return await fromSummary(reader, ["actor", "session_issuer_arn"], needle);
    case "accounts":
      return await ranked(reader, ACCOUNTS, needle);
    case "column":
      return SUMMARISED.has(source.column)
        ? await fromSummary(reader, [source.column], needle)
        : await ranked(reader, countedColumn(source.column), needle);
  }
}

/**
 * The suggestions for a longer text, from those for its beginning; null when the case must be asked, because those were
 * not all there are.
 */
export function narrowed(
  before: { readonly typed: string; readonly values: readonly Suggestion[] },
  typed: string,
): readonly Suggestion[] | null {
  const isLonger = typed.startsWith(before.typed) && !/[*?]/.test(typed);
  if (!isLonger || before.values.length >= SUGGESTIONS_MAX) return null;
  const needle = typed.toLowerCase();
  const found = before.values.filter(({ value }) => value.toLowerCase().includes(needle));
  const begins = ({ value }: Suggestion): number => (value.toLowerCase().startsWith(needle) ? 0 : 1);
  // Those that were equally good stay in their order.
  return found.toSorted((a, b) => begins(a) - begins(b));
}

/** The longest piece between the wildcards of a glob. */
function literalPart(typed: string): string {
  return typed.split(/[*?]+/).reduce((longest, part) => (part.length > longest.length ? part : longest), "");
}

function matchingWords(words: readonly string[], needle: string): Suggestion[] {
  const found = words.filter((word) => word.toLowerCase().includes(needle));
  const begins = (word: string): number => (word.toLowerCase().startsWith(needle) ? 0 : 1);
  return found
    .toSorted((a, b) => begins(a) - begins(b))
    .slice(0, SUGGESTIONS_MAX)
    .map((value) => ({ value, n: null, first: null, last: null }));
}

async function fromSummary(reader: CaseReader, columns: readonly string[], needle: string): Promise<Suggestion[]> {
  const among = columns.map((column) => `'${column}'`).join(", ");
  const values = `SELECT value, max(n) AS n, min(first_event) AS first, max(last_event) AS last
    FROM entity_summary WHERE column_name IN (${among}) GROUP BY value`;
  return await ranked(reader, values, needle);
}

/** A record counts once for an account, however many of its fields name it. */
const ACCOUNTS = `SELECT value, sum(n) AS n, min(first) AS first, max(last) AS last FROM (
    SELECT unnest(list_distinct([recipient_account_id, user_identity_account_id, session_issuer_account_id])) AS value, n, first, last
    FROM (SELECT recipient_account_id, user_identity_account_id, session_issuer_account_id,
        count(*) AS n, min(event_time) AS first, max(event_time) AS last
      FROM all_events GROUP BY ALL)) GROUP BY value`;

function countedColumn(column: string): string {
  // A name from a query file, which may be anybody's.
  const name = `"${column.replaceAll('"', '""')}"`;
  return `SELECT CAST(${name} AS VARCHAR) AS value, count(*) AS n, min(event_time) AS first, max(event_time) AS last
    FROM all_events WHERE contains(lower(CAST(${name} AS VARCHAR)), $needle) GROUP BY 1`;
}

async function ranked(reader: CaseReader, values: string, needle: string): Promise<Suggestion[]> {
  const params: QueryParams = { needle };
  const rows = await reader.rows(
    `SELECT value, n, first, last FROM (${values}) AS counted
     WHERE value <> '' AND contains(lower(value), $needle)
     ORDER BY starts_with(lower(value), $needle) DESC, n DESC, value LIMIT ${SUGGESTIONS_MAX}`,
    params,
  );
  return rows.map(({ value, n, first, last }) => ({
    value: String(value),
    n: Number(n),
    first: first === null || first === undefined ? null : String(first),
    last: last === null || last === undefined ? null : String(last),
  }));
}

/** The first and the last moment of the case, and the days of both. */
async function caseTimes(reader: CaseReader): Promise<Suggestion[]> {
  const [row] = await reader.rows("SELECT min(event_time) AS first, max(event_time) AS last FROM all_events");
  const ends = [row?.["first"], row?.["last"]].flatMap((time) => (typeof time === "string" ? [time] : []));
  const values = [...new Set([...ends.map((time) => time.slice(0, 10)), ...ends])];
  return values.map((value) => ({ value, n: null, first: null, last: null }));
}
