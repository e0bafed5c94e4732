import { EVENT_COLUMNS, RECORD_COLUMNS } from "../store/case-schema.ts";
import type { Cell, ResultColumn } from "../store/result-table.ts";
import { timesketchColumns } from "./timesketch.ts";

export const PROFILES = ["brief", "full", "timesketch"] as const;
export type ProfileName = (typeof PROFILES)[number];

/** A row of the timeline's query, by column name. */
export type TimelineRow = Readonly<Record<string, Cell>>;

/** A column of a profile: its name and type, and how it is made from a row. */
export interface ProfileColumn extends ResultColumn {
  readonly value: (row: TimelineRow) => Cell;
}

const column = (name: string, from: string, type: ResultColumn["type"] = "text"): ProfileColumn => ({
  name,
  type,
  value: (row) => row[from] ?? null,
});

/** What an investigator reads in a spreadsheet without scrolling sideways. */
const BRIEF: readonly ProfileColumn[] = [
  column("time_utc", "event_time", "timestamp"),
  column("same_second", "same_second"),
  column("account", "recipient_account_id"),
  column("region", "aws_region"),
  column("actor", "actor"),
  column("event_name", "event_name"),
  column("target", "target"),
  column("outcome", "outcome"),
  column("source_ip", "source_ip_address"),
  column("access_key_id", "user_identity_access_key_id"),
  column("why", "why"),
  column("event_id", "event_id"),
  column("source_file", "source_file"),
  column("source_record", "record_index", "integer"),
];

const JSON_COLUMNS = new Set(RECORD_COLUMNS.filter(([, type]) => type.startsWith("JSON")).map(([name]) => name));

/** Every column of `events` under its own name, and where the record stands. */
const FULL: readonly ProfileColumn[] = [
  column("event_time", "event_time", "timestamp"),
  column("same_second", "same_second"),
  column("why", "why"),
  ...EVENT_COLUMNS.filter((name) => name !== "event_time" && name !== "file_id").map((name) =>
    column(name, name, JSON_COLUMNS.has(name) ? "json" : "text"),
  ),
  column("source_file", "source_file"),
  column("source_sha256", "source_sha256"),
];

/** Behind `why`: the event's own tags, and its notes. */
const MARKS: readonly ProfileColumn[] = [column("tags", "mark_tags"), column("notes", "mark_notes")];

function withMarkColumns(columns: readonly ProfileColumn[]): ProfileColumn[] {
  const after = columns.findIndex(({ name }) => name === "why") + 1;
  return [...columns.slice(0, after), ...MARKS, ...columns.slice(after)];
}

/** The columns of a profile; `localTime` adds `time_local` behind the first column, `withMarks` tags and notes. */
export function profileColumns(
  profile: ProfileName,
  { localTime, withMarks }: { localTime: ((utc: string) => string) | null; withMarks: boolean },
): ProfileColumn[] {
  const plain = { brief: BRIEF, full: FULL, timesketch: timesketchColumns() }[profile];
  const columns = withMarks ? withMarkColumns(plain) : plain;
  if (localTime === null) return [...columns];
  const local: ProfileColumn = {
    name: "time_local",
    type: "text",
    value: ({ event_time }) => (event_time == null ? null : localTime(String(event_time))),
  };
  return [columns[0]!, local, ...columns.slice(1)];
}
