import type { CaseReader } from "../../store/case-reader.ts";
import { activeFilters, timeRangeOf, type Filter } from "./filter.ts";
import { timeCondition, whereClause } from "./filter-sql.ts";
import { IS_ERROR } from "./event-window.ts";
import { bucketSql, bucketStarts, chooseBucketSize, nextStart, type BucketSize } from "./time-buckets.ts";

/** A stretch of time and what the view has in it. */
export interface HistogramBucket {
  /** Microseconds since 1970 UTC; `until` does not belong to it. */
  readonly since: bigint;
  readonly until: bigint;
  readonly n: number;
  readonly n_errors: number;
  /** No log file was delivered in it and the case has no event of it: its zero is no evidence. */
  readonly is_gap: boolean;
}

/** Events over time. */
export interface Histogram {
  readonly size: BucketSize;
  /** Without a hole: a bucket without events is there with zero. */
  readonly buckets: readonly HistogramBucket[];
  /** False when no file name of the case tells when it was delivered, so that gaps are not known. */
  readonly knows_gaps: boolean;
  readonly n_undated: number;
}

const HOUR_MICROS = 3_600_000_000n;

/** Events over time that the filters leave, in at most `most` buckets. Null when none is dated. Throws QueryError. */
export async function readHistogram(
  reader: CaseReader,
  filters: readonly Filter[],
  most: number,
): Promise<Histogram | null> {
  const extent = await findExtent(reader, filters);
  if (extent === null) return null;
  const { since, until, n_undated } = extent;
  const size = chooseBucketSize(since, until, Math.max(1, most));
  const starts = bucketStarts(size, { since, until, most: Math.max(1, most) });
  const counts = await countBuckets(reader, filters, size);
  const coverage = await readCoverage(reader, size, { since: starts[0]!, until: nextStart(size, starts.at(-1)!) });
  const buckets = starts.map((start) => {
    const [n, n_errors] = counts.get(start) ?? [0, 0];
    const end = nextStart(size, start);
    return {
      since: start,
      until: end,
      n,
      n_errors,
      is_gap: coverage !== null && n === 0 && !coverage.covers(start, end),
    };
  });
  return { size, buckets, knows_gaps: coverage !== null, n_undated };
}

/** The range that was asked for, and where it is open that of the events. */
async function findExtent(
  reader: CaseReader,
  filters: readonly Filter[],
): Promise<{ since: bigint; until: bigint; n_undated: number } | null> {
  const range = timeRangeOf(filters);
  if (range.since !== null && range.until !== null && range.since < range.until) {
    return { since: range.since, until: range.until, n_undated: 0 };
  }
  const [row] = await reader.rows(
    activeFilters(filters).length === 0
      ? `SELECT epoch_us(min(minute)) AS first, epoch_us(max(minute)) + 59999999 AS last,
           CAST(coalesce(sum(n) FILTER (WHERE minute IS NULL), 0) AS BIGINT) AS n_undated FROM event_minutes`
      : `SELECT epoch_us(min(event_time)) AS first, epoch_us(max(event_time)) AS last,
           count(*) FILTER (WHERE event_time IS NULL) AS n_undated
         FROM events ${whereClause(filters)}`,
  );
  const first = row?.["first"] == null ? null : BigInt(String(row["first"]));
  const last = row?.["last"] == null ? null : BigInt(String(row["last"])) + 1n;
  const since = range.since ?? first ?? (range.until === null ? null : range.until - 24n * HOUR_MICROS);
  const until = range.until ?? last ?? (range.since === null ? null : range.since + 24n * HOUR_MICROS);
  if (since === null || until === null) return null;
  return { since, until: until > since ? until : since + 1n, n_undated: Number(row?.["n_undated"] ?? 0) };
}

async function countBuckets(
  reader: CaseReader,
  filters: readonly Filter[],
  size: BucketSize,
): Promise<ReadonlyMap<bigint, readonly [number, number]>> {
  const rows = await reader.rows(`
    SELECT ${bucketSql(size, "event_time")} AS bucket, count(*) AS n, count(*) FILTER (WHERE ${IS_ERROR}) AS n_errors
    FROM events ${whereClause(filters, "event_time IS NOT NULL")} GROUP BY 1`);
  return new Map(
    rows.map(({ bucket, n, n_errors }) => [BigInt(String(bucket)), [Number(n), Number(n_errors)] as const]),
  );
}

/** Where the case has something: the hours with a delivery, and the hours with an event. Null when no name tells. */
async function readCoverage(
  reader: CaseReader,
  size: BucketSize,
  range: { readonly since: bigint; readonly until: bigint },
): Promise<{ covers: (since: bigint, until: bigint) => boolean } | null> {
  const named = "status IN ('imported', 'partial') AND name_delivered_at IS NOT NULL";
  const [known] = await reader.rows(`SELECT count(*) AS n FROM evidence_files WHERE ${named}`);
  if (Number(known?.["n"] ?? 0) === 0) return null;
  // A quiet account gets no file for minutes: below an hour it is the half hours around that say something.
  const step = size.micros < HOUR_MICROS ? size.micros : HOUR_MICROS;
  const unit = { label: "", micros: step, calendar: null, units: 1 };
  const around = size.micros < HOUR_MICROS ? HOUR_MICROS / 2n : 0n;
  const wider = timeCondition(range.since - around, range.until + around);
  const rows = await reader.rows(`
    SELECT DISTINCT ${bucketSql(unit, "moment")} AS step FROM (
      SELECT name_delivered_at AS moment FROM evidence_files
      WHERE ${named} AND ${wider.replaceAll("event_time", "name_delivered_at")}
      UNION ALL SELECT minute FROM event_minutes WHERE ${wider.replaceAll("event_time", "minute")}
    ) ORDER BY step`);
  const steps = rows.map((row) => BigInt(String(row["step"])));
  return { covers: (since, until) => anyBetween(steps, since - around, until + around) };
}

/** Whether a sorted list has a number of the half-open stretch. */
function anyBetween(sorted: readonly bigint[], from: bigint, until: bigint): boolean {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < from) low = middle + 1;
    else high = middle;
  }
  const found = sorted[low];
  return found !== undefined && found < until;
}
