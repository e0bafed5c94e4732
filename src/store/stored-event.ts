import { DuckDBTimestampValue } from "@duckdb/node-api";
import { parseAnyTime } from "../cloudtrail/event-time.ts";
import { RECORD_FIELDS } from "../cloudtrail/record-fields.ts";
import type { CaseReader } from "./case-reader.ts";
import type { Row } from "./database.ts";
import { decodeRecord, recordTextOf } from "./stored-record.ts";

/** A record in the case: the one shown of its event (relation null), or another copy. */
export interface StoredRecord {
  readonly event_id: string | null;
  readonly relation: string | null;
  /** JSON array of the paths that differ; only for a conflicting copy. */
  readonly fields: string | null;
  readonly root: string;
  readonly mounted_at: string;
  readonly path: string;
  /** Place inside an archive; null for a record of the file itself. */
  readonly member_path: string | null;
  readonly sha256_stored: string;
  readonly record_index: number;
  /** Compact JSON, equal by tokens to what AWS wrote. */
  readonly rebuilt: string;
}

const SOURCE = `f.root, coalesce(r.mounted_at, '') AS mounted_at, f.path, f.member_path, coalesce(f.sha256_stored, '') AS sha256_stored`;
const TIMES = RECORD_FIELDS.filter(({ kind }) => kind === "time").map(({ column }) => column);

/** The shown record of an event first, then its other copies in the order of their paths. */
export async function readStoredRecords(reader: CaseReader, eventId: string): Promise<StoredRecord[]> {
  const shown = await reader.rows(
    `SELECT e.*, NULL AS relation, NULL AS fields, ${SOURCE}
     FROM event_rows e JOIN evidence_files f USING (file_id) LEFT JOIN evidence_roots r ON r.root = f.root
     WHERE event_id = $id OR record_key = $id ORDER BY f.path, f.member_path NULLS FIRST, e.record_index`,
    { id: eventId },
  );
  const [first] = shown;
  if (first === undefined) return [];
  const rebuilt = recordTextOfCells(first);
  const copies = await reader.rows(
    `SELECT o.event_id, o.relation, o.fields, o.record_index, o.record, ${SOURCE}
     FROM event_occurrences o JOIN evidence_files f USING (file_id) LEFT JOIN evidence_roots r ON r.root = f.root
     WHERE event_id = $id OR record_key = $id ORDER BY f.path, f.member_path NULLS FIRST, f.root, o.record_index`,
    { id: eventId },
  );
  return [
    ...shown.map((row) => recordOf(row, recordTextOfCells(row))),
    ...copies.map((row) => recordOf(row, row["record"] === null ? rebuilt : decodeRecord(String(row["record"])))),
  ];
}

type Cells = Awaited<ReturnType<CaseReader["rows"]>>[number];

/** The record of a row of cells with all record columns, as compact JSON equal by tokens to what AWS wrote. */
export function recordTextOfCells(cells: Readonly<Cells>): string {
  return recordTextOf(withTimes(cells));
}

/** Cells hold times as text; a record is rebuilt from microseconds. */
function withTimes(cells: Readonly<Cells>): Row {
  const row: Row = { ...cells };
  for (const column of TIMES) {
    const micros = cells[column] === null ? null : parseAnyTime(String(cells[column]));
    row[column] = micros === null ? null : new DuckDBTimestampValue(micros);
  }
  return row;
}

function recordOf(row: Cells, rebuilt: string): StoredRecord {
  return {
    event_id: row["event_id"] as string | null,
    relation: row["relation"] as string | null,
    fields: row["fields"] as string | null,
    root: String(row["root"]),
    mounted_at: String(row["mounted_at"]),
    path: String(row["path"]),
    member_path: row["member_path"] as string | null,
    sha256_stored: String(row["sha256_stored"]),
    record_index: Number(row["record_index"]),
    rebuilt,
  };
}
