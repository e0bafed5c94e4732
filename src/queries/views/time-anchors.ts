import type { CaseReader } from "../../store/case-reader.ts";
import { activeFilters, type EventView } from "./filter.ts";
import { whereClause } from "./filter-sql.ts";

/*
 * A result in time order is cut into stretches of time with about as many events each. They are counted once;
 * any window is then found inside one or two of them, without passing over the rows before it.
 */

/** A stretch of the result. Both ends null: the undated events. */
export interface Anchor {
  /** Microseconds since 1970 UTC; `until` does not belong to it. */
  readonly since: bigint | null;
  readonly until: bigint | null;
  readonly n: number;
  /** Events of the result before it, in the order of the view. */
  readonly before: number;
}

/** All stretches in the order of the view, and how many events there are. */
export interface TimeAnchors {
  readonly total: number;
  readonly anchors: readonly Anchor[];
}

/** Events in a stretch, unless one step has more. */
const EVENTS_PER_ANCHOR = 4096;
const MINUTE_MICROS = 60_000_000n;

/** Counts the result of a view; without filters from the index of minutes. Throws QueryError. */
export async function countAnchors(reader: CaseReader, view: EventView): Promise<TimeAnchors> {
  const [minutes] = await reader.rows("SELECT count(*) AS n FROM event_minutes");
  const step_micros = BigInt(Math.ceil((Number(minutes?.["n"] ?? 0) + 1) / STEPS_MAX)) * MINUTE_MICROS;
  const rows = await reader.rows(anchorsSql(view, step_micros));
  const dated = rows
    .filter((row) => row["first_step"] !== null)
    .map((row) => ({
      since: BigInt(String(row["first_step"])) * step_micros,
      until: (BigInt(String(row["last_step"])) + 1n) * step_micros,
      n: Number(row["n"]),
    }));
  const undated = rows
    .filter((row) => row["first_step"] === null)
    .map((row) => ({ since: null, until: null, n: Number(row["n"]) }));
  const inOrder = [...(view.sort.column === null && view.sort.descending ? dated.toReversed() : dated), ...undated];
  let total = 0;
  const anchors = inOrder.map((stretch) => {
    const anchor = { ...stretch, before: total };
    total += stretch.n;
    return anchor;
  });
  return { total, anchors };
}

/** Stretches begin at whole steps of so many minutes, so that there are never many more steps than this. */
const STEPS_MAX = 20_000;

/** Steps as whole numbers: an integer division costs half of what `time_bucket` does. */
function anchorsSql({ filters }: EventView, step_micros: bigint): string {
  const step = (column: string): string => `CAST(floor(epoch_us(${column}) / ${step_micros}) AS BIGINT) AS step`;
  const steps =
    activeFilters(filters).length === 0
      ? `SELECT ${step("minute")}, CAST(sum(n) AS BIGINT) AS n FROM event_minutes GROUP BY 1`
      : `SELECT ${step("event_time")}, count(*) AS n FROM events ${whereClause(filters)} GROUP BY 1`;
  return `WITH steps AS (
    ${steps}
  ),
  placed AS (
    SELECT step, n, (sum(n) OVER (ORDER BY step NULLS LAST) - n) // ${EVENTS_PER_ANCHOR} AS stretch FROM steps
  )
  SELECT min(step) AS first_step, max(step) AS last_step, CAST(sum(n) AS BIGINT) AS n
  FROM placed GROUP BY step IS NULL, stretch ORDER BY first_step NULLS LAST`;
}

/** The stretches that hold the rows from `from` on, `count` of them at most. */
export function anchorsOver({ anchors }: TimeAnchors, from: number, count: number): readonly Anchor[] {
  const first = anchorAt(anchors, from);
  let behind = first;
  while (behind < anchors.length && anchors[behind]!.before < from + count) behind += 1;
  return anchors.slice(first, behind);
}

/** Index of the stretch that holds the row; by halving, since there are thousands. */
function anchorAt(anchors: readonly Anchor[], row: number): number {
  let [low, high] = [0, anchors.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const { before, n } = anchors[middle]!;
    if (before + n <= row) low = middle + 1;
    else high = middle;
  }
  return low;
}
