import { type Cell, formatRows, type ResultColumn, type Row, type RowChunks } from "./result-table.ts";
import { escapeControlsInLines, escapeJsonControls } from "./sanitise.ts";

/**
 * CR LF, as RFC 4180 says: spreadsheets and every CSV reader take it, and a file that claims the standard should keep
 * it. A line break inside a cell is left as the evidence has it.
 */
const LINE_END = "\r\n";

/** Spreadsheets run a cell that begins with one of these as a formula; full-width forms count in some locales. */
const FORMULA_START = /^[=+\-@\t\r\n＝＋－＠']/;
const NEEDS_QUOTES = /[",\r\n]/;
const PLAIN_NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const NUMERIC: ReadonlySet<string> = new Set(["integer", "float"]);

export interface CsvOptions {
  /** Cells exactly as they are: no formula prefix, no escaped control characters. */
  readonly raw_cells?: boolean;
}

/**
 * RFC 4180 in UTF-8 without a byte order mark, with a header row. Null is an empty cell, the empty text is `""`.
 * A text that a spreadsheet would run, or that begins with `'`, gets one `'` in front, so removing exactly one leading
 * `'` from every cell restores it. Control characters other than line breaks and tabs are shown as escapes.
 */
export async function* formatCsv(
  columns: readonly ResultColumn[],
  chunks: RowChunks,
  options: CsvOptions = {},
): AsyncGenerator<string> {
  const isRaw = options.raw_cells === true;
  const header = columns.map(({ name }) => quote(isRaw ? name : protect(escapeControlsInLines(name))));
  yield header.join(",") + LINE_END;

  yield* formatRows(chunks, (row) => csvRow(columns, row, options) + LINE_END);
}

/** One row as `formatCsv` writes it, without its line end. */
export function csvRow(columns: readonly ResultColumn[], row: Row, { raw_cells = false }: CsvOptions = {}): string {
  const formatCell = raw_cells ? formatRawCell : formatSafeCell;
  return columns.map((column, index) => formatCell(row[index] ?? null, column)).join(",");
}

function formatRawCell(cell: Cell): string {
  return cell === null ? "" : quote(String(cell));
}

function formatSafeCell(cell: Cell, { type }: ResultColumn): string {
  if (cell === null) return "";
  // A number is no formula, and a prefix would make it text in a spreadsheet.
  if (typeof cell !== "string" || (NUMERIC.has(type) && PLAIN_NUMBER.test(cell))) return quote(String(cell));
  return quote(protect(type === "json" ? escapeJsonControls(cell) : escapeControlsInLines(cell)));
}

function protect(text: string): string {
  return FORMULA_START.test(text) ? `'${text}` : text;
}

function quote(text: string): string {
  if (text === "") return '""';
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
