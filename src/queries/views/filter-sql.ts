import { cidrKeyRange } from "../../cloudtrail/source-address.ts";
import { parseAnyTime } from "../../cloudtrail/event-time.ts";
import { keptTable } from "../../store/kept-rows.ts";
import { RECORD_TEXT, RECORD_TEXT_COLUMNS } from "../find-sql.ts";
import { PRINCIPAL_COLUMNS } from "../scope.ts";
import { timestampText } from "../time-text.ts";
import { eventColumn, type EventColumn } from "./event-column.ts";
import { activeFilters, type EntityKind, type Filter, type Match } from "./filter.ts";
import { globPattern, textLiteral } from "./sql-text.ts";

/*
 * Filters as SQL over `events`: plain DuckDB without `ct_*` macros, so that what `coldtrail sql` is given selects the
 * same rows.
 */

/** All active filters as one condition; null when nothing is left out. Throws UsageError for an unknown column. */
export function filterCondition(filters: readonly Filter[]): string | null {
  const parts = activeFilters(filters).map(oneCondition);
  return parts.length === 0 ? null : parts.join("\n  AND ");
}

/** ` WHERE …` with the filters and what else must hold, or nothing. */
export function whereClause(filters: readonly Filter[], ...more: readonly (string | null)[]): string {
  const parts = [...more, filterCondition(filters)].filter((part) => part !== null && part !== "");
  return parts.length === 0 ? "" : `WHERE ${parts.join("\n  AND ")}`;
}

/** One filter, whether it is on or not. */
export function oneCondition({ match, negated }: Filter): string {
  const condition = matchCondition(match);
  return negated ? `(${condition}) IS NOT TRUE` : `(${condition})`;
}

/**
 * As `filterCondition`, with words sought in each text by itself: the same events for a third less, since a column that
 * repeats itself is looked at once for each of its values; but two pages of SQL, which nobody should have to read.
 */
export function scanCondition(filters: readonly Filter[]): string {
  const parts = activeFilters(filters).map((filter) => {
    const { match, negated } = filter;
    // A line end may stand between two texts.
    if (match.kind !== "text" || match.text.includes("\n")) return oneCondition(filter);
    const found = EVERY_TEXT.map((text) => containsCondition(text, match.text)).join(" OR ");
    return negated ? `(${found}) IS NOT TRUE` : `(${found})`;
  });
  return parts.join("\n  AND ") || "true";
}

function matchCondition(match: Match): string {
  switch (match.kind) {
    case "is":
      return isCondition(eventColumn(match.column), match.values);
    case "contains":
      return containsCondition(textOf(eventColumn(match.column)), match.text);
    case "glob":
      return likeCondition(textOf(eventColumn(match.column)), match.pattern);
    case "between":
      return betweenCondition(eventColumn(match.column), match.low, match.high);
    case "text":
      return containsCondition(ANY_TEXT, match.text);
    case "time":
      return timeCondition(match.since, match.until);
    case "entity":
      return match.values.map((value) => entityCondition(match.entity, value)).join(" OR ") || "false";
    case "kept":
      return `(file_id, record_index) IN (SELECT (kept_file, kept_record) FROM ${keptTable(match.list)})`;
  }
}

/** Ids that `find` looks for elsewhere than in the texts of a record. */
const IDS = [
  "event_id",
  "request_id",
  "aws_region",
  "recipient_account_id",
  "user_identity_access_key_id",
  "user_identity_principal_id",
  "issued_access_key_id",
];

/** Everything that a record says. */
const ANY_TEXT = `concat_ws(chr(10), ${[RECORD_TEXT, ...IDS].join(", ")})`;
const EVERY_TEXT = [...RECORD_TEXT_COLUMNS.map((name) => `CAST(${name} AS VARCHAR)`), ...IDS];

function textOf({ kind, expression }: EventColumn): string {
  return kind === "text" ? expression : `CAST(${expression} AS VARCHAR)`;
}

function isCondition(column: EventColumn, values: readonly (string | null)[]): string {
  const given = values.filter((value) => value !== null && value !== "");
  const parts: string[] = [];
  if (given.length > 0) {
    const literals = given.map((value) => valueLiteral(column, value!));
    const subject = column.kind === "json" ? textOf(column) : column.expression;
    parts.push(literals.length === 1 ? `${subject} = ${literals[0]!}` : `${subject} IN (${literals.join(", ")})`);
  }
  if (given.length < values.length) parts.push(noValueCondition(column));
  return parts.join(" OR ") || "false";
}

/** No value, or an empty one: to who reads a record they are the same. */
function noValueCondition(column: EventColumn): string {
  const { kind, expression } = column;
  return kind === "text" ? `${expression} IS NULL OR ${expression} = ''` : `${expression} IS NULL`;
}

/** A value as the column compares it; one that the column cannot have gives a literal that nothing equals. */
function valueLiteral({ kind }: EventColumn, value: string): string {
  if (kind === "time") {
    const micros = parseAnyTime(value);
    return micros === null ? "CAST(NULL AS TIMESTAMP)" : `TIMESTAMP '${timestampText(micros)}'`;
  }
  if (kind === "flag")
    return /^(?:true|yes|1)$/i.test(value) ? "true" : /^(?:false|no|0)$/i.test(value) ? "false" : "NULL";
  if (kind === "number") return /^-?\d{1,19}$/.test(value) ? value : "NULL";
  return textLiteral(value);
}

function betweenCondition(column: EventColumn, low: string | null, high: string | null): string {
  const subject = column.kind === "json" ? textOf(column) : column.expression;
  const parts = [
    ...(low === null ? [] : [`${subject} >= ${valueLiteral(column, low)}`]),
    ...(high === null ? [] : [`${subject} <= ${valueLiteral(column, high)}`]),
  ];
  return parts.join(" AND ") || `${subject} IS NOT NULL`;
}

function containsCondition(subject: string, text: string): string {
  return `contains(lower(${subject}), ${textLiteral(text.toLowerCase())})`;
}

function likeCondition(subject: string, glob: string): string {
  return `lower(${subject}) LIKE ${textLiteral(globPattern(glob))} ESCAPE '\\'`;
}

/** Half-open, as two comparisons that the engine prunes by. */
export function timeCondition(since: bigint | null, until: bigint | null): string {
  const parts = [
    ...(since === null ? [] : [`event_time >= TIMESTAMP '${timestampText(since)}'`]),
    ...(until === null ? [] : [`event_time < TIMESTAMP '${timestampText(until)}'`]),
  ];
  return parts.join(" AND ") || "true";
}

function entityCondition(entity: EntityKind, value: string): string {
  const literal = textLiteral(value);
  switch (entity) {
    case "key":
      return keyCondition(value);
    case "principal": {
      const isGlob = /[*?]/.test(value);
      return PRINCIPAL_COLUMNS.map((column) => (isGlob ? likeCondition(column, value) : `${column} = ${literal}`)).join(
        " OR ",
      );
    }
    case "address": {
      const range = cidrKeyRange(value);
      if (range === null) return `source_ip_address = ${literal}`;
      return `source_ip_key BETWEEN '${range.low}' AND '${range.high}'`;
    }
    case "session":
      return `session_group = ${literal}`;
    case "resource":
      return resourceCondition(value);
    case "agent":
      return `user_agent = ${literal}`;
    case "request":
      return `request_id = ${literal}`;
    case "account":
      return ["recipient_account_id", "user_identity_account_id", "session_issuer_account_id"]
        .map((column) => `${column} = ${literal}`)
        .join(" OR ");
    case "event":
      return `event_id = ${literal}`;
  }
}

function keyCondition(key: string): string {
  return ["user_identity_access_key_id", "issued_access_key_id", "named_access_key_id"]
    .map((column) => `${column} = ${textLiteral(key)}`)
    .join(" OR ");
}

/** The target, one of several, or a resource that the record lists. */
function resourceCondition(arn: string): string {
  const inJson = textLiteral(JSON.stringify(arn));
  return `target = ${textLiteral(arn)} OR (target LIKE '[%' AND contains(target, ${inJson})) OR contains(CAST(resources AS VARCHAR), ${inJson})`;
}
