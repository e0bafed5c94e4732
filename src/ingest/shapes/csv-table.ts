import { areEventColumns } from "./flat-columns.ts";
import { parseRow } from "./csv-reader.ts";

/** A table that was recognised by its header. */
export interface CsvTable {
  readonly delimiter: string;
  readonly header: readonly string[];
  /** Characters before the first row of values. */
  readonly headerChars: number;
  readonly is: "console" | "columns" | "other";
}

const DELIMITERS = [",", ";", "\t", "|"];
const CONSOLE_COLUMNS = ["event id", "event name", "event time", "event source"];
/** Columns that hold a whole event, in the spelling of their product or any other. */
const WHOLE_EVENT =
  /^(?:eventjson|cloudtrailevent|_?raw|@?message|raw_?(?:event|log|data)|event[._]?original|original_?event)$/i;

/** Recognises a table by the first lines of a text; null for other text. */
export function recogniseTable(head: string): CsvTable | null {
  // Excel's own line, which names the delimiter.
  const hint = /^sep=(.)\r?\n/.exec(head);
  const from = hint === null ? 0 : hint[0].length;
  const candidates = hint === null ? DELIMITERS : [hint[1]!];
  const tables = candidates.map((delimiter) => tableWith(head, from, delimiter)).filter((table) => table !== null);
  return tables.find(({ is }) => is !== "other") ?? tables[0] ?? null;
}

function tableWith(head: string, from: number, delimiter: string): CsvTable | null {
  const first = parseRow(head, from, delimiter);
  if (first === null) return null;
  const header = first.cells.map((name) => name.trim());
  const table = { delimiter, header, headerChars: first.end };
  const names = header.map((name) => name.toLowerCase());
  if (CONSOLE_COLUMNS.every((name) => names.includes(name))) return { ...table, is: "console" };
  if (areEventColumns(header)) return { ...table, is: "columns" };
  if (header.some((name) => WHOLE_EVENT.test(name)) && holdsJson(head, first.end, delimiter)) {
    return { ...table, is: "columns" };
  }
  const hasNames = header.length === new Set(names).size && header.every(isName);
  return hasNames && isTable(head, table) ? { ...table, is: "other" } : null;
}

function isName(cell: string): boolean {
  return cell.length <= 100 && /^[\p{L}_@$#(][\p{L}\p{N}_ .@$#()[\]-]*$/u.test(cell);
}

function holdsJson(head: string, end: number, delimiter: string): boolean {
  const row = parseRow(head, passLineBreak(head, end), delimiter);
  // A first row that is longer than the head counts: what else would be so long.
  return row === null || row.cells.some((cell) => /^\s*\{\s*\\?"/.test(cell));
}

function passLineBreak(head: string, end: number): number {
  return head[end] === "\r" ? end + 2 : end + 1;
}

/** Three columns at least, or two with names like those of columns, and the same number in the first rows: prose has commas too. */
function isTable(
  head: string,
  { delimiter, header, headerChars }: Pick<CsvTable, "delimiter" | "header" | "headerChars">,
): boolean {
  if (header.length < 2 || (header.length === 2 && !header.every((name) => /^[\w.@$-]+$/.test(name)))) return false;
  let at = passLineBreak(head, headerChars);
  let rows = 0;
  for (; rows < 5 && at < head.length; rows += 1) {
    const row = parseRow(head, at, delimiter);
    if (row === null || row.end >= head.length) break;
    if (row.cells.length !== header.length) return false;
    at = passLineBreak(head, row.end);
  }
  return rows > 0 || at >= head.length;
}
