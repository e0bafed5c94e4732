/** Midnight UTC at the start of day 1, a Monday, in seconds since 1970. */
export const FIRST_DAY = Date.UTC(2026, 2, 23) / 1000;
export const DAY_COUNT = 10;
/** A Sunday, and the night in which Europe moves its clocks forward (01:00 UTC). */
export const STORY_DAY = 7;

export const MINUTE = 60;
export const HOUR = 3600;
export const DAY = 86_400;

/** Every day of the archive, counted from 1. */
export const DAYS: readonly number[] = Array.from({ length: DAY_COUNT }, (_, index) => index + 1);

/** Seconds since 1970 of a time of day ("09:30:05" or "09:30") on a day of the archive. */
export function on(day: number, time: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(":").map(Number);
  return FIRST_DAY + (day - 1) * DAY + hours * HOUR + minutes * MINUTE + seconds;
}

/** Days 1 to 5 are Monday to Friday, 6 and 7 the weekend. */
export function isWeekend(day: number): boolean {
  return day % 7 === 6 || day % 7 === 0;
}

/** `2026-03-29T00:17:41Z`. */
export function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}

/** `20260329T001741Z`, as digest names have it; the first 13 characters and a Z are what log names have. */
export function compactTime(seconds: number): string {
  return isoTime(seconds).replaceAll("-", "").replaceAll(":", "");
}

/** `2026/03/29`: the date folders of both log files and digests. */
export function dateFolder(seconds: number): string {
  return isoTime(seconds).slice(0, 10).replaceAll("-", "/");
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** `Mar 29, 2026, 1:05:09 AM`: how STS and IAM put times into response elements. */
export function javaTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  const twoDigits = (value: number): string => String(value).padStart(2, "0");
  const hours = date.getUTCHours();
  const clock = `${hours % 12 || 12}:${twoDigits(date.getUTCMinutes())}:${twoDigits(date.getUTCSeconds())}`;
  const month = MONTHS[date.getUTCMonth()];
  return `${month} ${date.getUTCDate()}, ${date.getUTCFullYear()}, ${clock} ${hours < 12 ? "AM" : "PM"}`;
}
