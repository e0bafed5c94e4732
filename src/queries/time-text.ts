import { formatTime, parseAnyTime } from "../cloudtrail/event-time.ts";
import { UsageError } from "../errors.ts";

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MICROS = 86_400_000_000n;
const TIME = /^\d{4}-\d{2}-\d{2}[T ]/;

/** Start of a range, inclusive: microseconds since 1970 UTC. A bare date is its first moment; no offset means UTC. */
export function parseSince(text: string, option = "--since"): bigint {
  return DAY.test(text) ? parseDay(text, option) : parseMoment(text, option);
}

/** End of a range, exclusive. A bare date is that whole UTC day, so the range ends with it. */
export function parseUntil(text: string, option = "--until"): bigint {
  return DAY.test(text) ? parseDay(text, option) + DAY_MICROS : parseMoment(text, option);
}

/** The same moment as DuckDB takes it in a literal. */
export function timestampText(micros: bigint): string {
  return formatTime(micros).replace("T", " ").replace("Z", "");
}

const UNITS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Seconds of a duration such as `90s`, `10m`, `1h`, `2d`, `1w`. */
export function parseDuration(text: string, option: string): number {
  const parts = /^(\d{1,9})([smhdw])$/.exec(text);
  if (parts !== null) return Number(parts[1]) * UNITS[parts[2]!]!;
  throw new UsageError({ what: "Not a duration", where: `${option} ${text}`, fix: "Write 90s, 10m, 1h, 2d or 1w." });
}

function parseDay(text: string, option: string): bigint {
  const micros = parseAnyTime(`${text}T00:00:00Z`);
  if (micros === null) throw notATime(text, option);
  return micros;
}

function parseMoment(text: string, option: string): bigint {
  const micros = TIME.test(text) ? parseAnyTime(text) : null;
  if (micros === null) throw notATime(text, option);
  return micros;
}

function notATime(text: string, option: string): UsageError {
  return new UsageError({
    what: "Not a time",
    where: `${option} ${text}`,
    fix: "Write 2023-07-10, 2023-07-10T12:00:00Z or 2023-07-10T14:00:00+02:00; no offset means UTC.",
  });
}
