/** A stretch of time in microseconds since 1970 UTC; `until` is not part of it. */
export interface TimeWindow {
  readonly from: bigint;
  readonly until: bigint;
}

const HOUR_MICROS = 3_600_000_000n;

/** So many windows at most: each is one search of the case. */
export const WINDOWS_MAX = 12;

/**
 * The hours, given by their sorted and distinct beginnings, as few windows: neighbours become one, and beyond
 * `WINDOWS_MAX` the smallest gaps between them are closed. Every hour lies in exactly one window.
 */
export function windowsOver(hours: readonly bigint[]): TimeWindow[] {
  const gaps = hours.slice(1).map((hour, i) => ({ before: i + 1, size: hour - hours[i]! }));
  const largest = gaps
    .filter(({ size }) => size > HOUR_MICROS)
    .toSorted((a, b) => (a.size === b.size ? a.before - b.before : a.size > b.size ? -1 : 1))
    .slice(0, WINDOWS_MAX - 1);
  const starts = [0, ...largest.map(({ before }) => before).toSorted((a, b) => a - b)];
  return hours.length === 0
    ? []
    : starts.map((start, i) => ({
        from: hours[start]!,
        until: hours[(starts[i + 1] ?? hours.length) - 1]! + HOUR_MICROS,
      }));
}
