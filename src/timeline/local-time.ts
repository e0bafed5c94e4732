import { UsageError } from "../errors.ts";

/** Formats UTC times in one time zone, with the offset in force at that moment: `2023-07-10T14:27:45+02:00`. */
export function localTimeFormatter(timeZone: string): (utc: string) => string {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat("en-CA", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
  } catch {
    throw new UsageError({
      what: "No such time zone",
      where: `--tz ${timeZone}`,
      fix: "Use a name such as Europe/Berlin or America/New_York.",
    });
  }
  return (utc) => {
    const moment = new Date(utc);
    const parts = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, value]));
    const local = `${parts["year"]!}-${parts["month"]!}-${parts["day"]!}T${parts["hour"]!}:${parts["minute"]!}:${parts["second"]!}`;
    return local + offsetText(Date.parse(`${local}Z`) - Math.floor(moment.getTime() / 1000) * 1000);
  };
}

function offsetText(offset_ms: number): string {
  const minutes = Math.round(offset_ms / 60_000);
  const digits = (n: number): string => String(n).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${digits(Math.floor(Math.abs(minutes) / 60))}:${digits(Math.abs(minutes) % 60)}`;
}
