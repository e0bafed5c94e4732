import { ARN_TOKEN, COLUMNS, TOKENS } from "./find-places.ts";
import type { Indicator, IndicatorKind } from "./indicator.ts";

/*
 * One pass over the case for any number of values: each record meets small tables of the values by hash, one for every
 * column that can hold some, and one for the tokens in its texts that look like one; only free text costs a comparison
 * each. A record carries the list of its hits, so that no row is held for a hit and nothing is sorted or joined back.
 * The values stand in the temp tables `sought` (place, kind, text) and `sought_ranges` (place, low, high).
 */

/** Texts of a record in which a value may be named. */
const NAMED_IN = [
  "request_parameters",
  "response_elements",
  "additional_event_data",
  "resources",
  "service_event_details",
  "insight_details",
  "user_identity_in_scope_of",
  "extra",
];
const SHORT_TEXTS = [
  "error_message",
  "target",
  "actor",
  "user_identity_arn",
  "user_identity_user_name",
  "user_identity_invoked_by",
  "session_issuer_arn",
  "session_source_identity",
  "event_source",
  "event_name",
  "error_code",
  "user_agent",
  "source_ip_address",
  "tls_host_header",
  "vpc_endpoint_id",
  "user_identity_identity_provider",
  "web_identity_provider",
];

const joined = (columns: readonly string[]): string =>
  `concat_ws(chr(10), ${columns.map((column) => `CAST(${column} AS VARCHAR)`).join(", ")})`;
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Columns with the texts of a record in which something may be named. */
export const RECORD_TEXT_COLUMNS: readonly string[] = [...NAMED_IN, ...SHORT_TEXTS];

/** All of them as one SQL expression. */
export const RECORD_TEXT = joined(RECORD_TEXT_COLUMNS);

/** Short texts of which records have too many different values to look through these first. */
const NAMING = [...NAMED_IN, "error_message"];
const LONG_TEXTS = [...NAMING, "target"];
const FEW_VALUED_TEXTS = SHORT_TEXTS.filter((column) => !LONG_TEXTS.includes(column));

/** More texts than this, each in up to three spellings, are first looked for together, as one pattern. */
const FEW_TEXTS = 6;
/** Texts in one pattern: above it RE2 leaves its fast path. */
const TEXTS_IN_PATTERN = 200;

/** How a hit is written: the value's place times this, plus where it stands, most telling first. */
const HIT_BASE = 64;
const NAMED_IN_RECORD = "8named in the record";
const IN_TEXT = "9text of the record";
const IN_ADDRESS = "0sourceIPAddress";

/** Where values may stand, by the number that `found` has, in the words of the output. */
const FOUND_IN: readonly string[] = [
  ...new Set([
    ...Object.values(COLUMNS).flatMap((columns) => columns.map(([, words], rank) => `${rank}${words}`)),
    "0userAgent",
    NAMED_IN_RECORD,
    IN_TEXT,
  ]),
].toSorted((a, b) => (a < b ? -1 : 1));

/** SQL for the words of a `found`. */
export const FOUND_WORDS = `list_extract([${FOUND_IN.map((words) => quoted(words.slice(1))).join(", ")}], CAST(found AS INTEGER) + 1)`;
/** The `found` of a hit in the address that a call came from. */
export const FOUND_IN_ADDRESS = numberOf(IN_ADDRESS);

/** A table of values that records are joined with: `key` and the `codes` of the hits that a record with it has. */
interface Lookup {
  readonly column: string;
  readonly table: string;
}

/**
 * `SELECT place, found, is_address, …columns`, one row a record and value, with the most telling of the places where the
 * value stands. `columns` are expressions over the view with their names; `is_address` is true where the value is an
 * address or range.
 */
export function hitsSql(
  indicators: readonly Indicator[],
  columns: readonly (readonly [string, string])[],
  from: "events" | "all_events",
): string {
  const kinds = new Set(indicators.map(({ kind }) => kind));
  const lookups = lookupsFor(indicators, kinds);
  const carried = columns.map(([, name]) => name).join(", ");
  const found = tokenPatterns(kinds);
  const tokens = tokensSql(kinds);
  const texts = textCodes(indicators);
  const codes = [...lookups.map((_, i) => `l${i}.codes`), ...(texts === null ? [] : ["r.text_codes"])];
  const all = codes.length === 0 ? "CAST([] AS BIGINT[])" : `list_concat(${codes.join(", ")})`;
  return `  SELECT ${carried},
    CAST(CASE WHEN code IS NULL THEN named.place ELSE code // ${HIT_BASE} END AS INTEGER) AS place,
    CASE WHEN code IS NULL THEN ${numberOf(NAMED_IN_RECORD)} ELSE code % ${HIT_BASE} END AS found,
    CASE WHEN code IS NULL THEN named.kind = 'ip' ELSE code % ${HIT_BASE} = ${FOUND_IN_ADDRESS} END AS is_address
  FROM (
    SELECT ${carried}, placed, unnest(codes) AS code,
      unnest(CASE WHEN len(codes) = 0 THEN tokens ELSE list_concat(list_transform(codes, lambda x: CAST(NULL AS VARCHAR)), tokens) END) AS token
    FROM (
      SELECT ${carried}, tokens, codes, CASE WHEN len(codes) > 0 THEN list_transform(codes, lambda x: x // ${HIT_BASE}) END AS placed
      FROM (
        SELECT ${carried}, tokens,
          CASE WHEN len(codes) < 2 THEN codes
            ELSE list_filter(codes, lambda x, i: i = 1 OR codes[i - 1] // ${HIT_BASE} <> x // ${HIT_BASE}) END AS codes
        FROM (SELECT ${carried}, tokens, CASE WHEN len(codes) > 1 THEN list_sort(codes) ELSE codes END AS codes FROM (
          SELECT ${columns.map(([, name]) => `r.${name}`).join(", ")}, r.tokens, ${all} AS codes
          FROM (
            SELECT ${columns.map(([expression, name]) => `${expression} AS ${name}`).join(", ")},
              ${[...new Set(lookups.map(({ column }) => column))].map((column) => `${column} AS key_${column}, `).join("")}
              ${texts ?? "NULL"} AS text_codes, ${tokens} AS tokens
            FROM (
              SELECT *, ${found
                .map((pattern, i) => `regexp_extract_all(naming_text, ${quoted(pattern)}) AS found_${i}`)
                .concat(`lower(${areManyTexts(indicators) ? "long_text" : RECORD_TEXT}) AS text`)
                .join(", ")}
              FROM (SELECT *, ${joined(LONG_TEXTS)} AS long_text, ${joined(NAMING)} AS naming_text FROM ${from})
            )
          ) r
${lookups.map(({ column, table }, i) => `          LEFT JOIN (${table}) l${i} ON l${i}.key = r.key_${column}`).join("\n")}
        ))
      )
    )
  )
  LEFT JOIN (
    SELECT CAST(place AS BIGINT) AS place, kind, text FROM sought
    WHERE kind NOT IN ('text', 'regex', 'bucket', 'user-agent') AND (kind <> 'uuid' OR text = lower(text))
  ) named ON named.text = token
  WHERE code IS NOT NULL OR (named.place IS NOT NULL AND NOT coalesce(list_contains(placed, named.place), false))`;
}

/** The tables that the columns of a record are looked up in. */
function lookupsFor(indicators: readonly Indicator[], kinds: ReadonlySet<IndicatorKind>): Lookup[] {
  const lookups: Lookup[] = [...kinds].flatMap((kind) =>
    (COLUMNS[kind] ?? []).map(([column, words], rank) => ({
      column,
      table: `SELECT text AS key, ${codesOf(`${rank}${words}`)} FROM sought WHERE kind = ${quoted(kind)} GROUP BY text`,
    })),
  );
  if (indicators.some(({ range }) => range !== null)) {
    lookups.push({
      column: "source_ip_key",
      table: `SELECT key, ${codesOf(IN_ADDRESS)} FROM (${valuesOf("source_ip_key")}) JOIN sought_ranges ON key BETWEEN low AND high GROUP BY key`,
    });
  }
  if (kinds.has("user-agent")) lookups.push(textLookup("user_agent", "'user-agent'", "0userAgent"));
  if (areManyTexts(indicators)) {
    lookups.push(...FEW_VALUED_TEXTS.map((column) => textLookup(column, "'text', 'bucket'", IN_TEXT)));
  }
  return lookups;
}

/** The different values of a column, of which there are far fewer than events, with the texts that they contain. */
function textLookup(column: string, kinds: string, words: string): Lookup {
  const texts = `SELECT DISTINCT place, lower(text) AS text FROM sought WHERE kind IN (${kinds})`;
  return {
    column,
    table: `SELECT key, ${codesOf(words)} FROM (${valuesOf(column)}) JOIN (${texts}) ON contains(lower(key), text) GROUP BY key`,
  };
}

function valuesOf(column: string): string {
  return `SELECT DISTINCT ${column} AS key FROM all_events WHERE ${column} IS NOT NULL`;
}

function codesOf(words: string): string {
  return `list(DISTINCT CAST(place AS BIGINT) * ${HIT_BASE} + ${numberOf(words)}) AS codes`;
}

function numberOf(words: string): number {
  return FOUND_IN.indexOf(words);
}

/** The patterns of what a record's texts may name, each for one list of what is found. */
function tokenPatterns(kinds: ReadonlySet<IndicatorKind>): string[] {
  const patterns = [...kinds].flatMap((kind) => TOKENS[kind] ?? []);
  return [...(patterns.length > 0 ? [patterns.join("|")] : []), ...(kinds.has("arn") ? [ARN_TOKEN] : [])];
}

/** A list of what in a record's texts looks like a value of these kinds, from the lists of `tokenPatterns`. */
function tokensSql(kinds: ReadonlySet<IndicatorKind>): string {
  const lists = tokenPatterns(kinds).flatMap((pattern, i) => {
    const found = `found_${i}`;
    if (pattern === ARN_TOKEN) {
      const wild = `list_filter(${found}, lambda x: suffix(x, '*'))`;
      return [found, `list_transform(${wild}, lambda x: regexp_replace(x, '[/:][*]$', ''))`];
    }
    // Of all tokens only a UUID has a hyphen there; it is compared in lower case.
    return kinds.has("uuid")
      ? [`list_transform(${found}, lambda x: CASE WHEN x[9] = '-' THEN lower(x) ELSE x END)`]
      : [found];
  });
  return lists.length === 0 ? "CAST([] AS VARCHAR[])" : `list_distinct(list_concat(${lists.join(", ")}))`;
}

/** A list of the codes of free texts that a record's texts contain, all or the long ones, and of patterns; null when there are none. */
function textCodes(indicators: readonly Indicator[]): string | null {
  const texts = indicators.flatMap((indicator, place) =>
    isText(indicator)
      ? soughtTexts(indicator).map((text) => ({ code: place * HIT_BASE + numberOf(IN_TEXT), text }))
      : [],
  );
  const lists: string[] = [];
  for (let from = 0; from < texts.length; from += TEXTS_IN_PATTERN) {
    const some = texts.slice(from, from + TEXTS_IN_PATTERN);
    const lower = some.map(({ text }) => text.toLowerCase());
    const condition =
      some.length <= FEW_TEXTS
        ? lower.map((text) => `contains(text, ${quoted(text)})`).join(" OR ")
        : `regexp_matches(text, ${quoted(lower.map(literalPattern).join("|"))})`;
    const list = some.map(({ code, text }) => `{'code': ${code}, 'text': lower(${quoted(text)})}`).join(", ");
    lists.push(
      `CASE WHEN ${condition} THEN list_transform(list_filter([${list}], lambda x: contains(text, x.text)), lambda x: CAST(x.code AS BIGINT)) END`,
    );
  }
  const patterns = indicators.flatMap(({ kind, sought }, place) =>
    kind === "regex"
      ? [
          `CASE WHEN regexp_matches(${RECORD_TEXT}, ${quoted(sought)}) THEN CAST(${place * HIT_BASE + numberOf(IN_TEXT)} AS BIGINT) END`,
        ]
      : [],
  );
  if (patterns.length > 0) lists.push(`list_filter([${patterns.join(", ")}], lambda x: x IS NOT NULL)`);
  return lists.length === 0 ? null : `list_concat(${lists.join(", ")})`;
}

/** Few texts are looked for in the whole of each record: fewer joins, and all of them fast. */
function areManyTexts(indicators: readonly Indicator[]): boolean {
  return indicators.filter(isText).length > FEW_TEXTS / 3;
}

function isText({ kind }: Indicator): boolean {
  return kind === "text" || kind === "bucket";
}

function literalPattern(text: string): string {
  return text.replaceAll(/[\\^$.|?*+()[\]{}/-]/g, String.raw`\$&`);
}

/**
 * The texts that stand for a value inside stored JSON: as it is, as JSON escapes it, and as JSON escapes it inside a
 * policy that is itself a JSON text.
 */
export function soughtTexts({ value, kind, sought }: Indicator): string[] {
  if (kind === "uuid") return [...new Set([sought, value])];
  if (kind !== "text") return [sought];
  const escaped = JSON.stringify(sought).slice(1, -1);
  return [...new Set([sought, escaped, JSON.stringify(escaped).slice(1, -1)])];
}
