/** How a stretch of time is divided for a histogram. Weeks begin on Mondays, and all in UTC. */
export interface BucketSize {
  /** As shown: `15m`, `1d`, `1mo`. */
  readonly label: string;
  /** Microseconds; of a month or year the least. */
  readonly micros: bigint;
  readonly calendar: "month" | "quarter" | "year" | null;
  /** Of the calendar unit; 1 for others. */
  readonly units: number;
}

const MINUTE = 60_000_000n;
const HOUR = 60n * MINUTE;
const DAY = 24n * HOUR;
/** Microseconds from the year 1 on. */
const YEARS_BEFORE_1970 = 62_135_596_800_000_000n;
/** The first Monday of 1970 was the 5th of January. */
const MONDAY = 4n * DAY;

const size = (label: string, micros: bigint, calendar: BucketSize["calendar"] = null): BucketSize => ({
  label,
  micros,
  calendar,
  units: 1,
});
const years = (units: number): BucketSize => ({ ...size(`${units}y`, BigInt(units) * 365n * DAY, "year"), units });

/** From one minute to one year, and more years for a case with a clock that was wrong. */
export const BUCKET_SIZES: readonly BucketSize[] = [
  size("1m", MINUTE),
  size("2m", 2n * MINUTE),
  size("5m", 5n * MINUTE),
  size("10m", 10n * MINUTE),
  size("15m", 15n * MINUTE),
  size("30m", 30n * MINUTE),
  size("1h", HOUR),
  size("2h", 2n * HOUR),
  size("3h", 3n * HOUR),
  size("6h", 6n * HOUR),
  size("12h", 12n * HOUR),
  size("1d", DAY),
  size("2d", 2n * DAY),
  size("1w", 7n * DAY),
  size("1mo", 28n * DAY, "month"),
  size("3mo", 90n * DAY, "quarter"),
  years(1),
  years(5),
  years(50),
  years(500),
];

/** The finest size that needs no more than `most` buckets. */
export function chooseBucketSize(since: bigint, until: bigint, most: number): BucketSize {
  return (
    BUCKET_SIZES.find((bucket) => bucketStarts(bucket, { since, until, most: most + 1 }).length <= most) ??
    BUCKET_SIZES.at(-1)!
  );
}

/** Starts of all buckets that touch the stretch, in order; at most `most`. */
export function bucketStarts(
  bucket: BucketSize,
  { since, until, most }: { readonly since: bigint; readonly until: bigint; readonly most: number },
): bigint[] {
  const starts: bigint[] = [];
  let start = bucketStart(bucket, since);
  while (start < until && starts.length < most) {
    starts.push(start);
    start = nextStart(bucket, start);
  }
  return starts;
}

/** The bucket that a moment lies in. */
export function bucketStart({ micros, calendar, units }: BucketSize, moment: bigint): bigint {
  if (calendar !== null) {
    const date = new Date(Number(floorDivide(moment, 1000n)));
    const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
    if (calendar !== "year") return utc(year, calendar === "month" ? month : month - (month % 3));
    return utc(Math.max(1, Math.floor(year / units) * units), 0);
  }
  const shift = micros === 7n * DAY ? MONDAY : 0n;
  return floorDivide(moment - shift, micros) * micros + shift;
}

/** Where a bucket ends and the next begins. */
export function nextStart({ micros, calendar, units }: BucketSize, start: bigint): bigint {
  if (calendar === null) return start + micros;
  const date = new Date(Number(start / 1000n));
  if (calendar === "year") return utc(Math.floor(date.getUTCFullYear() / units) * units + units, 0);
  return utc(date.getUTCFullYear(), date.getUTCMonth() + (calendar === "month" ? 1 : 3));
}

/** SQL for the start of the bucket of a time column, in microseconds. */
export function bucketSql({ micros, calendar, units }: BucketSize, column: string): string {
  if (units > 1)
    return `epoch_us(make_timestamp(greatest(1, (year(${column}) // ${units}) * ${units}), 1, 1, 0, 0, 0.0))`;
  if (calendar !== null) return `epoch_us(date_trunc('${calendar}', ${column}))`;
  const shift = micros === 7n * DAY ? MONDAY : 0n;
  // Lifted above zero by whole buckets: an integer division then rounds down before 1970 too.
  const buckets = YEARS_BEFORE_1970 / micros + 1n;
  return `((epoch_us(${column}) - ${shift} + ${buckets * micros}) // ${micros} - ${buckets}) * ${micros} + ${shift}`;
}

/** `Date.UTC` takes the years 0 to 99 for those of the last century. */
function utc(year: number, month: number): bigint {
  const date = new Date(0);
  date.setUTCFullYear(year, month, 1);
  return BigInt(date.getTime()) * 1000n;
}

function floorDivide(a: bigint, b: bigint): bigint {
  return a / b - (a % b < 0n ? 1n : 0n);
}
