import type { CaseReader } from "../../store/case-reader.ts";
import { EVENT_COLUMNS } from "../../store/case-schema.ts";
import { readStoredRecords, type StoredRecord } from "../../store/stored-event.ts";
import type { Cell } from "../../store/result-table.ts";
import { momentCondition, type EventPlace } from "./event-order.ts";

/** One event with everything that the case holds of it. */
export interface EventDetail {
  readonly place: EventPlace;
  /** By column of `events`, whole values. */
  readonly cells: Readonly<Record<string, Cell>>;
  /** Evidence path, with the place inside an archive behind `!/`. */
  readonly source_file: string;
  readonly source_root: string;
  readonly source_sha256: string;
}

/** The row at a place; null when the case does not have it. Throws QueryError. */
export async function readDetail(reader: CaseReader, place: EventPlace): Promise<EventDetail | null> {
  const [row] = await reader.rows(
    `SELECT ${EVENT_COLUMNS.map((name) => `e.${name}`).join(", ")},
       concat(f.path, '!/' || f.member_path) AS source_path, f.root AS source_root, f.sha256_stored AS source_sha256
     FROM all_events e JOIN evidence_files f USING (file_id)
     WHERE ${momentCondition(place)} AND e.file_id = ${place.file_id} AND e.record_index = ${place.record_index}`,
  );
  if (row === undefined) return null;
  return {
    place,
    cells: Object.fromEntries(EVENT_COLUMNS.map((name) => [name, row[name] ?? null])),
    source_file: String(row["source_path"]),
    source_root: String(row["source_root"]),
    source_sha256: String(row["source_sha256"] ?? ""),
  };
}

/** A record as `coldtrail show` prints it: the text of its evidence file, or rebuilt and why. */
export interface RawRecord {
  readonly record: StoredRecord;
  readonly text: string;
  readonly from: "original" | "rebuilt";
  readonly why: string | null;
}

/** Reads a record from its evidence file; `ingest/original-record.ts` does. */
export type ReadOriginal = (record: StoredRecord) => Promise<{ readonly text: string } | { readonly missing: string }>;

/** The record of an event first, then its other copies; as many of them as `show` lists. */
export async function readRawRecords(
  reader: CaseReader,
  detail: EventDetail,
  readOriginal: ReadOriginal,
): Promise<RawRecord[]> {
  const id = await recordName(reader, detail.place);
  const records = id === null ? [] : await readStoredRecords(reader, id);
  const isShown = (record: StoredRecord): boolean =>
    record.relation === null &&
    record.record_index === detail.place.record_index &&
    record.root === detail.source_root &&
    `${record.path}${record.member_path === null ? "" : `!/${record.member_path}`}` === detail.source_file;
  const shown = records.filter(isShown);
  const inOrder = [...shown, ...records.filter((record) => !shown.includes(record))];
  return Promise.all(inOrder.map(async (record) => withText(record, readOriginal)));
}

async function recordName(reader: CaseReader, place: EventPlace): Promise<string | null> {
  if (place.event_id !== null && place.event_id !== "") return place.event_id;
  const [row] = await reader.rows(
    `SELECT record_key FROM event_rows WHERE file_id = ${place.file_id} AND record_index = ${place.record_index}`,
  );
  return row?.["record_key"] == null ? null : String(row["record_key"]);
}

async function withText(record: StoredRecord, readOriginal: ReadOriginal): Promise<RawRecord> {
  const original = await readOriginal(record);
  if ("text" in original) return { record, from: "original", why: null, text: original.text };
  return { record, from: "rebuilt", why: original.missing, text: record.rebuilt };
}
