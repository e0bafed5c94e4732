const CANONICAL = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})Z$/;
const EXTENDED =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|z|[+-]\d{2}:?\d{2})?$/;
const BASIC = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(?:[.,](\d{1,9}))?(Z|[+-]\d{2}:?\d{2})?$/;
const EPOCH = /^\d{9,17}(?:\.\d{1,9})?$/;

/** Microseconds since 1970 of `YYYY-MM-DDTHH:MM:SSZ`, the one form that AWS writes; null for every other text. */
export function parseCanonicalTime(text: string): bigint | null {
  if (text.length !== 20) return null;
  const known = RECENT.get(text);
  if (known !== undefined) return known;
  const parts = CANONICAL.exec(text);
  const micros = parts === null ? null : toMicroseconds(parts, "", undefined);
  if (micros === null) return null;
  if (RECENT.size >= RECENT_MAX) RECENT.clear();
  RECENT.set(text, micros);
  return micros;
}

/** Records share their seconds with many others, and sessions their creation. */
const RECENT = new Map<string, bigint>();
const RECENT_MAX = 20_000;

/**
 * Microseconds since 1970 UTC of any time format met in exports: ISO 8601 extended or basic, with a fraction, an
 * offset or neither (then UTC), or epoch seconds or milliseconds. Null when it is no time of the years 1 to 9999.
 */
export function parseAnyTime(text: string): bigint | null {
  const parts = EXTENDED.exec(text) ?? BASIC.exec(text);
  if (parts !== null) return toMicroseconds(parts, parts[7] ?? "", parts[8]);
  if (!EPOCH.test(text)) return null;
  const [whole = "", fraction = ""] = text.split(".");
  const scale = whole.length > 11 ? 3 : 6;
  const micros = BigInt(whole) * 10n ** BigInt(scale) + BigInt(fraction.padEnd(scale, "0").slice(0, scale));
  return inRange(micros) ? micros : null;
}

/** `2023-07-10T12:27:45Z`, with a fraction only when there is one. */
export function formatTime(micros: bigint): string {
  const millis = micros / 1000n - (micros % 1000n < 0n ? 1n : 0n);
  const iso = new Date(Number(millis)).toISOString();
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  if (fraction === 0n) return `${iso.slice(0, 19)}Z`;
  return `${iso.slice(0, 19)}.${fraction.toString().padStart(6, "0").replace(/0+$/, "")}Z`;
}

function toMicroseconds(parts: RegExpExecArray, fraction: string, offset: string | undefined): bigint | null {
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((part) => Number(part ?? "0")) as Six;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const real = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && year > 0;
  if (!real || hour > 23 || minute > 59 || second > 59) return null;
  const away = offsetSeconds(offset);
  if (away === null) return null;
  const seconds = date.getTime() / 1000 + hour * 3600 + minute * 60 + second - away;
  const micros = BigInt(seconds) * 1_000_000n + BigInt(fraction.padEnd(6, "0").slice(0, 6));
  return inRange(micros) ? micros : null;
}

type Six = [number, number, number, number, number, number];

/** Null for an offset that no clock has. */
function offsetSeconds(offset: string | undefined): number | null {
  if (offset === undefined || offset === "Z" || offset === "z") return 0;
  const sign = offset.startsWith("-") ? -1 : 1;
  const [hours, minutes] = [Number(offset.slice(1, 3)), Number(offset.slice(-2))];
  return hours > 23 || minutes > 59 ? null : sign * (hours * 3600 + minutes * 60);
}

const YEAR_1 = -62_135_596_800_000_000n;
const YEAR_9999 = 253_402_300_799_999_999n;

function inRange(micros: bigint): boolean {
  return micros >= YEAR_1 && micros <= YEAR_9999;
}
