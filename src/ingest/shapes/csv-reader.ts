import type { ByteSource } from "../byte-source.ts";
import { TextWindow, WINDOW_SIZES, type WindowSizes } from "../text-window.ts";

/*
 * RFC 4180 as it is met: other delimiters, quotes inside unquoted cells, cells that are never closed. Rows are read
 * through a window of text, so memory is bounded by the longest row.
 */

export type CsvRow =
  | { readonly kind: "row"; readonly cells: readonly string[]; readonly byteOffset: number }
  | { readonly kind: "broken"; readonly text: string; readonly reason: string; readonly byteOffset: number };

/** Characters that may be read again for cells without end, in all. */
const REREAD_CHARS_MAX = 64 * 1024 * 1024;

/** Yields the rows from byte `from` on; lines without anything are passed over. */
export function* readCsv(
  bytes: ByteSource,
  from: number,
  options: { delimiter: string; sizes?: WindowSizes },
): Generator<CsvRow> {
  const { delimiter, sizes = WINDOW_SIZES } = options;
  const window = new TextWindow(bytes, from, sizes);
  let reread = 0;
  for (;;) {
    passLineBreaks(window);
    if (window.at >= window.text.length) {
      if (!window.advance()) return;
      // Line breaks go on behind the window.
      continue;
    }
    const row = parseRow(window.text, window.at, delimiter);
    if (row === null || (row.end >= window.text.length && !window.isLast)) {
      if (window.advance()) continue;
      const { text, at } = window;
      // A quote without end: the row is its line, and the next line is the next row.
      const lineEnd = text.indexOf("\n", at);
      reread += lineEnd < 0 || row !== null ? 0 : text.length - lineEnd;
      const end = lineEnd < 0 || reread > REREAD_CHARS_MAX ? text.length : lineEnd;
      const byteOffset = window.byteOffset();
      window.at = end;
      yield { kind: "broken", text: text.slice(at, end), reason: "a quoted cell without end", byteOffset };
      continue;
    }
    const byteOffset = window.byteOffset();
    window.at = row.end;
    yield { kind: "row", cells: row.cells, byteOffset };
  }
}

function passLineBreaks(window: TextWindow): void {
  const { text } = window;
  while (text[window.at] === "\n" || text[window.at] === "\r") window.at += 1;
}

/** The cells of the row that begins at `from`, and where its line break stands; null when a quote is not closed. */
export function parseRow(text: string, from: number, delimiter: string): { cells: string[]; end: number } | null {
  const cells: string[] = [];
  let at = from;
  for (;;) {
    let cell = "";
    if (text[at] === '"') {
      const quoted = parseQuoted(text, at);
      if (quoted === null) return null;
      cell = quoted.cell;
      at = quoted.end;
    }
    const end = endOfPlain(text, at, delimiter);
    cells.push(cell + text.slice(at, end));
    at = end;
    if (text[at] !== delimiter) return { cells, end: at };
    at += 1;
  }
}

function parseQuoted(text: string, open: number): { cell: string; end: number } | null {
  let cell = "";
  let start = open + 1;
  for (;;) {
    const quote = text.indexOf('"', start);
    if (quote < 0) return null;
    cell += text.slice(start, quote);
    if (text[quote + 1] !== '"') return { cell, end: quote + 1 };
    cell += '"';
    start = quote + 2;
  }
}

function endOfPlain(text: string, from: number, delimiter: string): number {
  let end = from;
  while (end < text.length) {
    const char = text[end]!;
    if (char === delimiter || char === "\n") return end;
    if (char === "\r" && (text[end + 1] === "\n" || end + 1 === text.length)) return end;
    end += 1;
  }
  return end;
}
