import { NINE, QUOTE, ZERO } from "./ascii.ts";

const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const COLON = 0x3a;
const DASH = 0x2d;

/**
 * Microseconds since 1970 of `"YYYY-MM-DDTHH:MM:SSZ"` at `at`, quotes included. NaN when there is anything else, no
 * such second, or a year before 1970.
 */
export function parseSecond(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== QUOTE || bytes[at + 20] !== 0x5a || bytes[at + 21] !== QUOTE) return Number.NaN;
  if (bytes[at + 5] !== DASH || bytes[at + 8] !== DASH || bytes[at + 11] !== 0x54) return Number.NaN;
  if (bytes[at + 14] !== COLON || bytes[at + 17] !== COLON) return Number.NaN;
  const year = two(bytes, at + 1) * 100 + two(bytes, at + 3);
  const month = two(bytes, at + 6);
  const day = two(bytes, at + 9);
  const hour = two(bytes, at + 12);
  const minute = two(bytes, at + 15);
  const second = two(bytes, at + 18);
  // A part that is no number fails every comparison.
  if (!(year >= 1970 && month >= 1 && month <= 12 && hour <= 23 && minute <= 59 && second <= 59)) return Number.NaN;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const last = DAYS_IN_MONTH[month - 1]! + (isLeap && month === 2 ? 1 : 0);
  if (!(day >= 1 && day <= last)) return Number.NaN;
  const leapDays = Math.floor((year - 1) / 4) - Math.floor((year - 1) / 100) + Math.floor((year - 1) / 400) - 477;
  const days = (year - 1970) * 365 + leapDays + DAYS_BEFORE_MONTH[month - 1]! + (isLeap && month > 2 ? 1 : 0) + day - 1;
  return (days * 86_400 + hour * 3600 + minute * 60 + second) * 1e6;
}

/** The number of two digits; NaN when they are none. */
function two(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]!;
  const ones = bytes[at + 1]!;
  if (!(tens >= ZERO && tens <= NINE && ones >= ZERO && ones <= NINE)) return Number.NaN;
  return (tens - ZERO) * 10 + ones - ZERO;
}
