import type { CaseReader } from "../../store/case-reader.ts";

/** How much is in a case, exact. Times as the store writes them; null in an empty case. */
export interface CaseSize {
  readonly n_events: number;
  readonly first_event_time: string | null;
  readonly last_event_time: string | null;
}

/** Statistics of the column answer this: no scan. */
const SIZE_SQL = `SELECT count(*) AS n_events, CAST(min(event_time) AS VARCHAR) AS first_event_time,
  CAST(max(event_time) AS VARCHAR) AS last_event_time
FROM events`;

export async function readCaseSize(reader: CaseReader): Promise<CaseSize> {
  const [row] = await reader.rows(SIZE_SQL);
  return {
    n_events: Number(row?.["n_events"] ?? 0),
    first_event_time: (row?.["first_event_time"] ?? null) as string | null,
    last_event_time: (row?.["last_event_time"] ?? null) as string | null,
  };
}
