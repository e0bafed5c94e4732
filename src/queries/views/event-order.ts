import { parseAnyTime } from "../../cloudtrail/event-time.ts";
import type { CaseReader } from "../../store/case-reader.ts";
import { timestampText } from "../time-text.ts";
import { textLiteral } from "./sql-text.ts";

/*
 * The one order of events: time, what issues before what uses within a second, event id, evidence path, place in the
 * file. Undated events come last in both directions.
 */

/** Where a row stands in the order; enough to find it again in any view of the case. */
export interface EventPlace {
  /** As the case shows it; null for an undated event. */
  readonly event_time: string | null;
  readonly same_second_rank: number;
  readonly event_id: string | null;
  /** A number beyond what JavaScript counts exactly. */
  readonly file_id: string;
  readonly record_index: number;
}

/** `FROM` for a statement that orders: the path comes from the evidence file, and no other column of it. */
export const ORDERED_FROM = "FROM events e JOIN (SELECT file_id, path FROM evidence_files) f USING (file_id)";

const ASCENDING = [
  "e.event_time NULLS LAST",
  "e.same_second_rank",
  "e.event_id NULLS LAST",
  "f.path",
  "e.record_index",
  "e.file_id",
].join(", ");
const DESCENDING = [
  "e.event_time DESC NULLS LAST",
  "e.same_second_rank DESC",
  "e.event_id DESC NULLS FIRST",
  "f.path DESC",
  "e.record_index DESC",
  "e.file_id DESC",
].join(", ");

/** What stands behind `ORDER BY`, over `ORDERED_FROM`. */
export function timeOrder(descending: boolean): string {
  return descending ? DESCENDING : ASCENDING;
}

/** Columns that make an `EventPlace`, over `ORDERED_FROM`. */
export const PLACE_COLUMNS = "e.event_time, e.same_second_rank, e.event_id, e.file_id, e.record_index";

type Cells = Awaited<ReturnType<CaseReader["rows"]>>[number];

/** The place of a row that was read with `PLACE_COLUMNS`. */
export function placeOf(row: Cells): EventPlace {
  return {
    event_time: row["event_time"] as string | null,
    same_second_rank: Number(row["same_second_rank"]),
    event_id: row["event_id"] as string | null,
    file_id: String(row["file_id"]),
    record_index: Number(row["record_index"]),
  };
}

/** Equal for the same record only. */
export function placeKey({ file_id, record_index }: Pick<EventPlace, "file_id" | "record_index">): string {
  return `${file_id}:${record_index}`;
}

/** The time of a place in microseconds; null for an undated event. */
export function placeMicros(place: EventPlace): bigint | null {
  return place.event_time === null ? null : parseAnyTime(place.event_time);
}

/** The moment of a place: what finds its row without a look at all others. */
export function momentCondition(place: EventPlace): string {
  const micros = placeMicros(place);
  return micros === null ? "event_time IS NULL" : `event_time = TIMESTAMP '${timestampText(micros)}'`;
}

/** Events of a place's own moment that stand behind it in a view, or before it; over `ORDERED_FROM`. */
export function sameMomentCondition(place: EventPlace, isLater: boolean): string {
  const values = [
    place.same_second_rank,
    place.event_id === null,
    textLiteral(place.event_id ?? ""),
    `(SELECT path FROM evidence_files WHERE file_id = ${place.file_id})`,
    place.record_index,
    place.file_id,
  ];
  return `${momentCondition(place)}
  AND (e.same_second_rank, e.event_id IS NULL, coalesce(e.event_id, ''), f.path, e.record_index, e.file_id) ${isLater ? ">" : "<"} (${values.join(", ")})`;
}
