import { DERIVED_FIELDS, INTERNAL_FIELDS } from "../cloudtrail/derived-fields.ts";
import { RECORD_FIELDS, type FieldKind } from "../cloudtrail/record-fields.ts";

/** Raised with every change to a table or view below; a case of another version is refused with advice. */
export const SCHEMA_VERSION = 4;

const TYPES: Record<FieldKind, string> = {
  text: "VARCHAR",
  flag: "BOOLEAN",
  "text-flag": "BOOLEAN",
  time: "TIMESTAMP",
  // Measured: ZSTD on the long JSON columns and DICT_FSST on the short ones is the smallest mix (docs/performance.md).
  json: "JSON USING COMPRESSION zstd",
};

/** JSON that few records have: ZSTD takes two blocks of 256 KiB of each row group even where every value is NULL. */
const SELDOM_PRESENT: ReadonlySet<string> = new Set([
  "user_identity_in_scope_of",
  "service_event_details",
  "insight_details",
]);

/** Columns of `event_rows` that come with a record, in order, with their DuckDB types. */
export const RECORD_COLUMNS: readonly (readonly [string, string])[] = [
  ...RECORD_FIELDS.map(({ column, kind }) => [column, SELDOM_PRESENT.has(column) ? "JSON" : TYPES[kind]] as const),
  ["shape", "VARCHAR"],
  ["extra", "JSON"],
];

const PROVENANCE_COLUMNS: readonly (readonly [string, string])[] = [
  ["file_id", "BIGINT"],
  ["record_index", "INTEGER"],
  ["source_fidelity", "VARCHAR"],
  ["record_key", "VARCHAR"],
  // NULL where it is what `evidence_files` says of the file.
  ["wrapping", "VARCHAR"],
];

const SETTLED_COLUMNS: readonly (readonly [string, string])[] = [
  ["actor_recorded", "VARCHAR"],
  ["stored_action_id", "VARCHAR"],
  ["event_copies", "INTEGER DEFAULT 1"],
  ["same_second_rank", "INTEGER DEFAULT 0"],
];

const derivedColumns = DERIVED_FIELDS.map(
  ({ column, kind }) => [column, kind === "flag" ? "BOOLEAN" : "VARCHAR"] as const,
);

/** What a loaded shard holds: everything but the settled columns. */
export const LOADED_COLUMNS: readonly (readonly [string, string])[] = [
  ...RECORD_COLUMNS,
  ...derivedColumns,
  ...PROVENANCE_COLUMNS,
];

/** What a shard holds: the same, with the ordinal that its file was handed out under in place of `file_id`. */
export const SHARD_COLUMNS: readonly (readonly [string, string])[] = LOADED_COLUMNS.map(([name, type]) =>
  name === "file_id" ? ["file_ordinal", "INTEGER"] : [name, type],
);

const define = (columns: readonly (readonly [string, string])[]): string =>
  columns.map(([name, type]) => `${name} ${type}`).join(",\n  ");

const viewColumns = [
  ...RECORD_FIELDS.map(({ column }) => column),
  ...DERIVED_FIELDS.map(({ column }) => column).filter((column) => !INTERNAL_FIELDS.has(column)),
  "(actor_recorded IS NOT NULL) AS actor_inferred",
  "coalesce(stored_action_id, event_id) AS action_id",
  "event_copies",
  "same_second_rank",
  "CAST(NULL AS VARCHAR) AS root_actor",
  "CAST(NULL AS VARCHAR) AS root_grade",
  "CAST(NULL AS VARCHAR) AS integrity",
  "source_fidelity",
  "wrapping",
  "file_id",
  "record_index",
  "shape",
  "extra",
];

/** Column names of `events` and `all_events`, in order. */
export const EVENT_COLUMNS: readonly string[] = viewColumns.map((column) => column.split(" AS ").at(-1)!);

const eventsSelect = `SELECT\n  ${viewColumns.join(",\n  ")}\nFROM event_rows`;

/** The whole schema, one statement an entry; run once, when a case is made. */
export const SCHEMA_STATEMENTS: readonly string[] = [
  `CREATE TABLE event_rows (\n  ${define([...LOADED_COLUMNS, ...SETTLED_COLUMNS])}\n)`,
  `CREATE TABLE evidence_roots (root VARCHAR PRIMARY KEY, mounted_at VARCHAR)`,
  `CREATE TABLE evidence_files (
    file_id BIGINT, root VARCHAR, path VARCHAR, member_path VARCHAR, container VARCHAR,
    size_bytes BIGINT, sha256_stored VARCHAR, sha256_inflated VARCHAR, inflated_bytes BIGINT, modified_at TIMESTAMP,
    name_account_id VARCHAR, name_kind VARCHAR, name_region VARCHAR, name_organization_id VARCHAR,
    name_delivered_at TIMESTAMP, status VARCHAR, reason VARCHAR,
    records BIGINT, stored BIGINT, duplicate BIGINT, rejected BIGINT, source_fidelity VARCHAR, wrapping VARCHAR)`,
  // One row for each manifest that a sync left in an evidence root, as it was read last.
  `CREATE TABLE evidence_manifests (
    root VARCHAR, manifest VARCHAR, file_id BIGINT, entries BIGINT, head VARCHAR,
    changed_lines BIGINT, first_changed_line BIGINT, unusable_entries BIGINT, unfinished_runs BIGINT,
    findings VARCHAR, unfetched BIGINT, lost_entry BIGINT, lost_head VARCHAR)`,
  // What a manifest says of a file, and how the file stands to it. `path` only where the case has no such file, the
  // recorded size and hash only where those of the file are others.
  `CREATE TABLE evidence_sources (
    file_id BIGINT, root VARCHAR, manifest VARCHAR, path VARCHAR, origin VARCHAR, bucket VARCHAR, key VARCHAR,
    version_id VARCHAR, etag VARCHAR, retrieved_at TIMESTAMP, recorded_size_bytes BIGINT, recorded_sha256 VARCHAR,
    state VARCHAR)`,
  `CREATE TABLE rejected_records (
    file_id BIGINT, record_index INTEGER, byte_offset BIGINT, reason VARCHAR, excerpt VARCHAR)`,
  `CREATE TABLE event_occurrences (
    event_id VARCHAR, record_key VARCHAR, file_id BIGINT, record_index INTEGER, source_fidelity VARCHAR,
    relation VARCHAR, fields VARCHAR, record JSON USING COMPRESSION zstd, event_time TIMESTAMP, wrapping VARCHAR)`,
  `CREATE TABLE event_minutes (minute TIMESTAMP, n BIGINT, first_row BIGINT)`,
  `CREATE TABLE entity_summary (
    column_name VARCHAR, value VARCHAR, n BIGINT, n_denied BIGINT, first_event TIMESTAMP, last_event TIMESTAMP)`,
  `CREATE TABLE case_state (key VARCHAR PRIMARY KEY, value VARCHAR)`,
  // Summaries of data events are no events and are never counted as such.
  `CREATE VIEW all_events AS ${eventsSelect} WHERE event_category IS DISTINCT FROM 'Aggregated'`,
  `CREATE VIEW events AS ${eventsSelect} WHERE event_category IS DISTINCT FROM 'Aggregated'`,
  `CREATE VIEW undated_events AS SELECT * FROM events WHERE event_time IS NULL`,
  `CREATE VIEW insights AS
    SELECT event_time, recipient_account_id, aws_region, shared_event_id, event_id,
      json_extract_string(insight_details, '$.state') AS state,
      json_extract_string(insight_details, '$.insightType') AS insight_type,
      json_extract_string(insight_details, '$.eventSource') AS insight_event_source,
      json_extract_string(insight_details, '$.eventName') AS insight_event_name,
      json_extract_string(insight_details, '$.errorCode') AS insight_error_code,
      insight_details, file_id, record_index
    FROM events WHERE event_category = 'Insight'`,
  `CREATE VIEW aggregated_events AS
    SELECT json_extract_string(extra, '$.eventId') AS aggregated_event_id,
      coalesce(json_extract_string(extra, '$.accountId'), recipient_account_id) AS account_id,
      aws_region, event_source,
      TRY_CAST(json_extract_string(extra, '$.timeWindow.windowStart') AS TIMESTAMP) AS window_start,
      TRY_CAST(json_extract_string(extra, '$.timeWindow.windowEnd') AS TIMESTAMP) AS window_end,
      json_extract(extra, '$.summary') AS summary, extra, file_id, record_index
    FROM event_rows WHERE event_category = 'Aggregated'`,
  `CREATE VIEW event_resources AS
    SELECT event_id, coalesce(r.ARN, r.ARNPrefix) AS arn, r.type AS type, r.accountId AS account_id,
      event_time, file_id, record_index
    FROM (SELECT event_id, event_time, file_id, record_index,
        unnest(from_json(resources,
          '[{"ARN":"VARCHAR","ARNPrefix":"VARCHAR","accountId":"VARCHAR","type":"VARCHAR"}]')) AS r
      FROM events WHERE resources IS NOT NULL)`,
];
