import { parseAnyTime } from "../../cloudtrail/event-time.ts";

/*
 * What a spreadsheet does to a table when it is opened and saved: long numbers in scientific notation, leading zeros
 * gone, dates in the local order, cells cut at its limit.
 */

/** A spreadsheet's longest cell. @see https://support.microsoft.com/office/excel-specifications-and-limits */
export const CELL_CHARS_MAX = 32_767;

/** An account id: `repaired` where leading zeros were put back, `lost` where digits are gone. */
export type AccountId =
  | { readonly kind: "whole" | "repaired"; readonly id: string }
  | { readonly kind: "lost" }
  | { readonly kind: "other"; readonly id: string };

export function readAccountId(cell: string): AccountId {
  if (/^\d{12}$/.test(cell)) return { kind: "whole", id: cell };
  if (/^\d+(?:[.,]\d+)?e\+?\d+$/i.test(cell)) return { kind: "lost" };
  if (/^\d{1,11}$/.test(cell)) return { kind: "repaired", id: cell.padStart(12, "0") };
  return { kind: "other", id: cell };
}

const DATE = /^(\d{1,4})[./-](\d{1,2})[./-](\d{2,4}),?\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(AM|PM)?$/i;

/** Whether the first part of a reformatted date is the day; null when the date does not tell. */
export function dayComesFirst(cell: string): boolean | null {
  const parts = DATE.exec(cell.trim());
  if (parts === null) return null;
  const [first, second] = [Number(parts[1]), Number(parts[2])];
  // Dates with dots begin with the day wherever they are written.
  if (/^\d{1,2}\./.test(cell.trim())) return true;
  if (first > 12 && first < 32) return true;
  return second > 12 ? false : null;
}

/** Microseconds since 1970 of a date as a spreadsheet writes it, taken as UTC; null when the order of day and month is not known. */
export function parseReformattedTime(cell: string, dayFirst: boolean | null): bigint | null {
  const parts = DATE.exec(cell.trim());
  if (parts === null) return null;
  const first = parts[1]!;
  const isDayFirst = dayComesFirst(cell) ?? dayFirst;
  if (first.length < 4 && isDayFirst === null && first !== parts[2]) return null;
  const [year, month, day] =
    first.length === 4
      ? [first, parts[2]!, parts[3]!]
      : isDayFirst === true
        ? [parts[3]!, parts[2]!, first]
        : [parts[3]!, first, parts[2]!];
  const afternoon = parts[7]?.toUpperCase();
  const hour = afternoon === undefined ? Number(parts[4]) : (Number(parts[4]) % 12) + (afternoon === "PM" ? 12 : 0);
  const two = (n: string | number): string => String(n).padStart(2, "0");
  const fullYear = year.length === 2 ? `20${year}` : year;
  return parseAnyTime(`${fullYear}-${two(month)}-${two(day)}T${two(hour)}:${parts[5]!}:${parts[6] ?? "00"}Z`);
}
