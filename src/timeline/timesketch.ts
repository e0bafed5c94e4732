import { parseAnyTime } from "../cloudtrail/event-time.ts";
import { recordTextOfCells } from "../store/stored-event.ts";
import type { Cell, ResultColumn } from "../store/result-table.ts";

type Row = Readonly<Record<string, Cell>>;
interface Column extends ResultColumn {
  readonly value: (row: Row) => Cell;
}

/** What Timesketch's built-in CloudTrail tags look for; the same as plaso writes. */
const DATA_TYPE = "aws:cloudtrail:entry";

/**
 * Columns for a Timesketch import: the three that it demands, the names that its built-in CloudTrail tags and plaso's
 * users know, and ours. `timestamp` is microseconds since 1970 UTC; `cloud_trail_event` the record as compact JSON.
 * @see https://timesketch.org/guides/user/import-from-json-csv/
 */
export function timesketchColumns(): Column[] {
  return [
    make("datetime", ({ event_time }) => event_time ?? null),
    make("timestamp", ({ event_time }) => (event_time == null ? null : parseAnyTime(String(event_time))), "integer"),
    make("timestamp_desc", () => "Event Time"),
    make("message", message),
    make("tag", tagText),
    from("same_second"),
    from("why"),
    from("event_time"),
    from("event_source"),
    from("event_name"),
    from("outcome"),
    from("error_code"),
    from("error_message"),
    from("aws_region"),
    from("account_id", "user_identity_account_id"),
    from("recipient_account_id"),
    make("source_ip", ({ source_ip, source_ip_address }) => source_ip ?? source_ip_address ?? null),
    from("user_agent"),
    from("actor"),
    from("target"),
    from("identity_type", "user_identity_type"),
    from("user_name", "user_identity_user_name"),
    from("username", "user_identity_user_name"),
    from("user_arn", "user_identity_arn"),
    from("user_identity_arn"),
    from("principal_id", "user_identity_principal_id"),
    from("access_key_id", "user_identity_access_key_id"),
    from("access_key", "user_identity_access_key_id"),
    from("session_issuer_arn"),
    from("mfa", "session_mfa_authenticated", "boolean"),
    from("read_only", "read_only", "boolean"),
    from("event_category"),
    from("request_id"),
    from("event_id"),
    from("shared_event_id"),
    from("account_identifier", "user_identity_account_id"),
    from("recorded_time", "event_time"),
    from("resources"),
    from("source_file"),
    from("source_file_sha256", "source_sha256"),
    from("record_index", "record_index", "integer"),
    make("data_type", () => DATA_TYPE),
    make("cloud_trail_event", recordTextOfCells),
  ];
}

function make(name: string, value: (row: Row) => Cell, type: Column["type"] = "text"): Column {
  return { name, type, value };
}

function from(name: string, source: string = name, type: Column["type"] = "text"): Column {
  return make(name, (row) => row[source] ?? null, type);
}

/** Outcome and tags: Timesketch splits at the commas. */
function tagText({ outcome, mark_tags }: Row): Cell {
  const words = [
    outcome === "no-error" ? null : outcome,
    mark_tags == null ? null : String(mark_tags).replaceAll(", ", ","),
  ];
  return words.filter((word) => word != null).join(",") || null;
}

/** One sentence, in the order that readers of other CloudTrail timelines know. */
function message(row: Row): string {
  const said = (column: string): string | null =>
    row[column] == null || row[column] === "" ? null : String(row[column]);
  const target = said("target");
  const key = said("user_identity_access_key_id");
  const address = said("source_ip_address");
  return [
    `${said("actor") ?? "Somebody"} performed ${said("event_name") ?? "an unnamed event"}`,
    target === null ? "" : ` on [${target}]`,
    key === null ? "" : ` using access key ${key}`,
    address === null ? "" : ` from ${address}`,
    `: ${said("outcome") ?? "unknown"}`,
    said("error_code") === null ? "" : ` (${said("error_code")!})`,
  ].join("");
}
