import type { Indicator, IndicatorKind } from "./indicator.ts";

/*
 * One pass over the case for any number of values: ids, keys and addresses are joined by hash on the columns that hold
 * them, and named ones by the tokens of their form in a record's texts; only free text costs a comparison each. The
 * values stand in the temp tables `sought` (place, kind, text) and `sought_ranges` (place, low, high).
 */

/** Columns that hold a value of a kind whole, most telling first, with AWS's names for them. */
const COLUMNS: Partial<Record<IndicatorKind, readonly (readonly [string, string])[]>> = {
  "access-key": [
    ["user_identity_access_key_id", "accessKeyId"],
    ["issued_access_key_id", "issued here"],
    ["user_identity_credential_id", "credentialId"],
  ],
  "principal-id": [
    ["user_identity_principal_id", "principalId"],
    ["principal_unique_id", "principalId"],
    ["session_issuer_principal_id", "sessionIssuer"],
  ],
  session: [["session_group", "session"]],
  account: [
    ["recipient_account_id", "recipientAccountId"],
    ["user_identity_account_id", "caller's account"],
    ["session_issuer_account_id", "sessionIssuer"],
    ["vpc_endpoint_account_id", "vpcEndpointAccountId"],
  ],
  uuid: [
    ["event_id", "eventID"],
    ["shared_event_id", "sharedEventID"],
    ["request_id", "requestID"],
  ],
  arn: [
    ["user_identity_arn", "caller"],
    ["principal_arn", "caller"],
    ["session_issuer_arn", "sessionIssuer"],
    ["actor", "caller"],
    ["target", "target"],
  ],
  ip: [["source_ip_address", "sourceIPAddress"]],
  instance: [["target", "target"]],
};

/** What a value looks like inside other text, in RE2. An ARN swallows ids, so it is looked for by itself. */
const TOKENS: Partial<Record<IndicatorKind, string>> = {
  "access-key": "(?:AKIA|ASIA|ABIA)[A-Z0-9]{12,}",
  "principal-id": String.raw`(?:AIDA|AROA|AGPA|AIPA|ANPA|ANVA|APKA|ASCA|ACCA)[A-Z0-9]{12,}(?::[\w+=,.@-]+)?`,
  account: "[0-9]{12,}",
  uuid: "(?i:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})",
  ip: String.raw`[0-9]{1,3}(?:\.[0-9]{1,3}){3}`,
  instance: "i-[0-9a-f]{8,17}",
};
const ARN_TOKEN = String.raw`arn:aws[a-z-]*:[^"\\\s,;()<>]+`;

const WITH_LOWER_CASE = "list_concat(found, list_transform(found, lambda x: lower(x)))";
const WITHOUT_WILDCARD = String.raw`list_concat(found, list_transform(found, lambda x: regexp_replace(x, '[/:]\*$', '')))`;

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

/** More texts than this are first looked for together, as one pattern. */
const FEW_TEXTS = 6;
/** Texts in one pattern: above it RE2 leaves its fast path. */
const TEXTS_IN_PATTERN = 200;

/** `SELECT place, file_id, record_index, found_in`, with a record several times when a value stands in several places. */
export function hitsSql(indicators: readonly Indicator[]): string {
  const kinds = new Set(indicators.map(({ kind }) => kind));
  const parts = [...kinds].flatMap((kind) =>
    (COLUMNS[kind] ?? []).map(([column, words], i) => columnPart(kind, column, { words, rank: i })),
  );
  if (indicators.some(({ range }) => range !== null)) parts.push(RANGE_PART);
  if (kinds.has("user-agent")) parts.push(USER_AGENT_PART);
  const tokens = [...kinds].flatMap((kind) => TOKENS[kind] ?? []);
  if (tokens.length > 0) parts.push(tokenPart(tokens.join("|"), kinds.has("uuid") ? WITH_LOWER_CASE : "found"));
  if (kinds.has("arn")) parts.push(tokenPart(ARN_TOKEN, WITHOUT_WILDCARD));
  parts.push(...textParts(indicators));
  return parts.join("\n  UNION ALL\n");
}

function columnPart(kind: IndicatorKind, column: string, { words, rank }: { words: string; rank: number }): string {
  return `  SELECT s.place, e.file_id, e.record_index, ${quoted(`${rank}${words}`)} AS found_in
  FROM all_events e JOIN sought s ON s.kind = ${quoted(kind)} AND e.${column} = s.text`;
}

/** Ranges are laid over the distinct addresses, of which there are far fewer than events. */
const RANGE_PART = `  SELECT a.place, e.file_id, e.record_index, '0sourceIPAddress' AS found_in
  FROM all_events e JOIN (
    SELECT DISTINCT r.place, k.source_ip_key
    FROM (SELECT DISTINCT source_ip_key FROM all_events WHERE source_ip_key IS NOT NULL) k
    JOIN sought_ranges r ON k.source_ip_key BETWEEN r.low AND r.high
  ) a ON a.source_ip_key = e.source_ip_key`;

const USER_AGENT_PART = `  SELECT a.place, e.file_id, e.record_index, '0userAgent' AS found_in
  FROM all_events e JOIN (
    SELECT s.place, k.user_agent
    FROM (SELECT DISTINCT user_agent FROM all_events WHERE user_agent IS NOT NULL) k
    JOIN sought s ON s.kind = 'user-agent' AND contains(lower(k.user_agent), lower(s.text))
  ) a ON a.user_agent = e.user_agent`;

/** `tokens` is a list expression over `found`, the matches of the pattern: an equality join is a hash join. */
function tokenPart(pattern: string, tokens: string): string {
  return `  SELECT s.place, t.file_id, t.record_index, '8named in the record' AS found_in
  FROM (
    SELECT file_id, record_index, unnest(list_distinct(${tokens})) AS token
    FROM (
      SELECT file_id, record_index, regexp_extract_all(${joined([...NAMED_IN, "error_message"])}, ${quoted(pattern)}) AS found
      FROM all_events
    ) WHERE len(found) > 0
  ) t JOIN sought s ON s.kind NOT IN ('text', 'regex', 'bucket', 'user-agent') AND s.text = t.token`;
}

function textParts(indicators: readonly Indicator[]): string[] {
  const parts: string[] = [];
  const texts = indicators.flatMap((indicator) => (isText(indicator) ? soughtTexts(indicator) : []));
  for (let from = 0; from < texts.length; from += TEXTS_IN_PATTERN) {
    const some = texts.slice(from, from + TEXTS_IN_PATTERN).map((text) => text.toLowerCase());
    const condition =
      some.length <= FEW_TEXTS
        ? some.map((text) => `contains(t, ${quoted(text)})`).join(" OR ")
        : `regexp_matches(t, ${quoted(some.map(literalPattern).join("|"))})`;
    parts.push(`  SELECT s.place, r.file_id, r.record_index, '9text of the record' AS found_in
  FROM (
    SELECT file_id, record_index, t
    FROM (SELECT file_id, record_index, lower(${RECORD_TEXT}) AS t FROM all_events)
    WHERE ${condition}
  ) r JOIN sought s ON s.kind IN ('text', 'bucket') AND contains(r.t, lower(s.text))`);
  }
  for (const { kind, sought } of indicators) {
    if (kind !== "regex") continue;
    parts.push(`  SELECT s.place, r.file_id, r.record_index, '9text of the record' AS found_in
  FROM (
    SELECT file_id, record_index FROM all_events
    WHERE regexp_matches(${RECORD_TEXT}, ${quoted(sought)})
  ) r JOIN sought s ON s.kind = 'regex' AND s.text = ${quoted(sought)}`);
  }
  return parts;
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
