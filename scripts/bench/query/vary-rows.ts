import { LOADED_COLUMNS } from "../../../src/store/case-schema.ts";

/*
 * SQL that turns the rows of a case into those of another stretch of time of the same organisation: every event, request
 * and file gets a new id; temporary keys and most addresses are new; long-lived keys are replaced once in a while; half of
 * the principals are succeeded by others. What belongs together in a row, and from an issued key to its use, still does.
 */

/** Raised with every change below: big cases of another version are made anew. */
export const VARIATION_VERSION = 2;

export interface Stretch {
  /** From 0. */
  readonly number: number;
  readonly shift_seconds: number;
}

/** An INSERT of the rows of `base.event_rows` as a further stretch, in the order they lie in. */
export function insertVariedRows(stretch: Stretch): string {
  const names = LOADED_COLUMNS.map(([name]) => name);
  const varied = variedColumns(stretch);
  const values = names.map((name) => `${varied[name] ?? `r.${name}`} AS ${name}`);
  return `INSERT INTO event_rows (${names.join(", ")})
    SELECT ${values.join(",\n      ")}
    FROM (${rowsWithNewNames(stretch)}) r`;
}

/** The files and the other copies of events, under ids that fit the varied rows. */
export function insertVariedManifest(stretch: Stretch): string[] {
  const { number: n, shift_seconds: shift } = stretch;
  return [
    `INSERT INTO evidence_files SELECT * REPLACE (
        ${fileId("file_id", n)} AS file_id, 'stretch-${String(n).padStart(2, "0")}/' || path AS path,
        sha256(sha256_stored || '${n}') AS sha256_stored, sha256(sha256_inflated || '${n}') AS sha256_inflated,
        name_delivered_at + INTERVAL (${shift}) SECOND AS name_delivered_at)
      FROM base.evidence_files`,
    `INSERT INTO event_occurrences SELECT * REPLACE (${uuid("event_id", n)} AS event_id, ${fileId("file_id", n)} AS file_id)
      FROM base.event_occurrences`,
  ];
}

/** Every row with `old_…` and `new_…`: the texts that stand for the principal, and a part of the target. */
function rowsWithNewNames({ number: n }: Stretch): string {
  const generation = Math.floor(n / 3);
  return `
    SELECT *,
      CASE WHEN is_succeeded THEN substr(old_id, 1, 12) || upper(substr(md5(old_id || '${generation}'), 1, 9)) ELSE old_id END AS new_id,
      CASE WHEN is_succeeded THEN old_name || '-g${generation}' ELSE old_name END AS new_name,
      CASE WHEN old_part = '' THEN '' ELSE substr(md5(old_part || '${n}'), 1, 8) END AS new_part
    FROM (
      SELECT *, coalesce(principal_unique_id, '') AS old_id,
        coalesce(session_issuer_user_name, user_identity_user_name, '') AS old_name,
        -- Digits alone may be an account.
        CASE WHEN regexp_matches(part, '[a-f]') THEN part ELSE '' END AS old_part,
        ${generation} > 0 AND hash(coalesce(principal_unique_id, '')) % 2 = 0 AND principal_unique_id LIKE 'A___%'
          AND coalesce(session_issuer_user_name, '') NOT LIKE 'AWSServiceRole%' AS is_succeeded
      FROM (SELECT *, regexp_extract(target, '.*([0-9a-f]{8})', 1) AS part FROM base.event_rows))`;
}

/** What differs from the base row, by column. */
function variedColumns({ number: n, shift_seconds: shift }: Stretch): Record<string, string> {
  const renamed = (column: string): string => {
    const withId = `CASE WHEN r.old_id = '' THEN r.${column} ELSE replace(r.${column}, r.old_id, r.new_id) END`;
    return `CASE WHEN r.is_succeeded THEN replace(${withId}, r.old_name, r.new_name) ELSE r.${column} END`;
  };
  const retargeted = (column: string): string =>
    `CASE WHEN r.old_part = '' THEN r.${column} ELSE CAST(replace(CAST(r.${column} AS VARCHAR), r.old_part, r.new_part) AS JSON) END`;
  const named = [
    "user_identity_arn",
    "user_identity_principal_id",
    "user_identity_user_name",
    "session_issuer_arn",
    "session_issuer_principal_id",
    "session_issuer_user_name",
    "actor",
    "principal_arn",
    "principal_unique_id",
  ];
  const created = `r.session_created_at + INTERVAL (${shift}) SECOND`;
  return {
    ...Object.fromEntries(named.map((column) => [column, renamed(column)])),
    ...variedAddress(n),
    event_time: `r.event_time + INTERVAL (${shift}) SECOND`,
    session_created_at: created,
    session_group: `${renamed("user_identity_principal_id")} || '@' || strftime(${created}, '%Y-%m-%dT%H:%M:%SZ')`,
    event_id: uuid("r.event_id", n),
    request_id: `CASE WHEN length(r.request_id) = 36 THEN ${uuid("r.request_id", n)}
      ELSE upper(substr(md5(r.request_id || '${n}') || md5(r.request_id), 1, length(r.request_id))) END`,
    shared_event_id: uuid("r.shared_event_id", n),
    user_identity_access_key_id: accessKey("r.user_identity_access_key_id", n),
    issued_access_key_id: accessKey("r.issued_access_key_id", n),
    response_elements: `CASE WHEN r.issued_access_key_id IS NULL THEN ${retargeted("response_elements")} ELSE
      CAST(replace(CAST(r.response_elements AS VARCHAR), r.issued_access_key_id, ${accessKey("r.issued_access_key_id", n)}) AS JSON) END`,
    request_parameters: retargeted("request_parameters"),
    resources: retargeted("resources"),
    target: "CASE WHEN r.old_part = '' THEN r.target ELSE replace(r.target, r.old_part, r.new_part) END",
    additional_event_data: `CASE WHEN CAST(r.additional_event_data AS VARCHAR) LIKE '%x-amz-id-2%' THEN
      CAST(regexp_replace(CAST(r.additional_event_data AS VARCHAR), '"x-amz-id-2":"[^"]*"',
        '"x-amz-id-2":"' || ${randomText("r.event_id", n)} || '"') AS JSON) ELSE r.additional_event_data END`,
    file_id: fileId("r.file_id", n),
  };
}

/** Seven in ten public addresses are new in every stretch. */
function variedAddress(n: number): Record<string, string> {
  const bits = `hash(r.source_ip || '${n}')`;
  const first = `[3, 13, 18, 34, 35, 44, 52, 54, 63, 81, 87, 91, 185, 203][CAST(1 + ${bits} % 14 AS INTEGER)]`;
  const octets = [first, `(${bits} >> 8) % 256`, `(${bits} >> 16) % 256`, `1 + (${bits} >> 24) % 254`];
  const isNew = "r.source_ip_kind = 'public' AND hash(r.source_ip) % 10 < 7";
  const address = `concat_ws('.', ${octets.join(", ")})`;
  const key = `'00000000000000000000ffff' || format('${"{:02x}".repeat(4)}', ${octets.map((octet) => `CAST(${octet} AS INTEGER)`).join(", ")})`;
  return {
    source_ip_address: `CASE WHEN ${isNew} THEN ${address} ELSE r.source_ip_address END`,
    source_ip: `CASE WHEN ${isNew} THEN ${address} ELSE r.source_ip END`,
    source_ip_key: `CASE WHEN ${isNew} THEN ${key} ELSE r.source_ip_key END`,
  };
}

function uuid(text: string, n: number): string {
  return `CAST(CAST(md5(${text} || '/${n}') AS UUID) AS VARCHAR)`;
}

function accessKey(key: string, n: number): string {
  const salt = `CASE WHEN ${key} LIKE 'AKIA%' THEN '${Math.floor(n / 4)}' ELSE 'temporary-${n}' END`;
  return `substr(${key}, 1, 4) || upper(substr(md5(${key} || ${salt}), 1, 16))`;
}

function randomText(text: string, n: number): string {
  const digests = [1, 2, 3].map((part) => `md5(${text} || '${n}.${part}')`).join(" || ");
  return `to_base64(unhex(${digests} || substr(md5(${text} || '${n}'), 1, 16)))`;
}

function fileId(column: string, n: number): string {
  return `CAST(hash(${column} + ${n}) >> 2 AS BIGINT)`;
}
