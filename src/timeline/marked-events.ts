import type { CaseReader } from "../store/case-reader.ts";
import type { Cell } from "../store/result-table.ts";

/** A marked event as lists show it; in the one order of all timelines. */
export interface MarkedEvent {
  readonly event_id: string;
  /** `2024-03-09T22:01:58Z`; null without a usable time. */
  readonly event_time: string | null;
  readonly event_name: string | null;
  readonly outcome: string | null;
  readonly error_code: string | null;
  readonly actor: string | null;
  readonly source_ip_address: string | null;
  readonly account: string | null;
  readonly target: string | null;
}

const COLUMNS = [
  "event_id",
  "event_time",
  "event_name",
  "outcome",
  "error_code",
  "actor",
  "source_ip_address",
  "account",
  "target",
] as const;

/** SQL for `v`, with the ids in place; `eventIds` as an expression. */
export function markedEventsSql(eventIds: string): string {
  return `SELECT e.event_id, e.event_time, e.event_name, e.outcome, nullif(e.error_code, '') AS error_code, e.actor,
  e.source_ip_address, e.recipient_account_id AS account, e.target
FROM events e JOIN evidence_files f USING (file_id)
WHERE e.event_id IN (${eventIds})
ORDER BY e.event_time NULLS LAST, e.same_second_rank, e.event_id NULLS LAST, f.path, e.record_index, e.file_id`;
}

/** The events of these ids that the case has, in time order. Throws QueryError. */
export async function readMarkedEvents(reader: CaseReader, eventIds: readonly string[]): Promise<MarkedEvent[]> {
  if (eventIds.length === 0) return [];
  const rows = await reader.rows(markedEventsSql("SELECT unnest($event_ids)"), { event_ids: [...eventIds] });
  return rows.map(
    (row) => Object.fromEntries(COLUMNS.map((name) => [name, textOf(row[name])])) as unknown as MarkedEvent,
  );
}

function textOf(cell: Cell | undefined): string | null {
  return cell == null ? null : String(cell);
}
