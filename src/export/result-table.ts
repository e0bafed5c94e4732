/** What every output format reads: columns, and rows that arrive in chunks. */

import type { Cell, ColumnType, ResultColumn, ResultRow, ResultTable } from "../store/result-table.ts";

export type { Cell, ColumnType, ResultColumn };
export type Row = ResultRow;
export type RowChunks = ResultTable["chunks"];

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };
export type Meta = { readonly [key: string]: JsonValue };

/** A value, or a function asked after the last row, for what is only known then. */
export type AtEnd<T> = T | (() => T);

export function resolveAtEnd<T extends object>(value: AtEnd<T>): T {
  return typeof value === "function" ? value() : value;
}

const FLUSH_CHARACTERS = 64 * 1024;

/** Formats row by row and yields at each chunk's end, or earlier when a chunk makes much text. */
export async function* formatRows(chunks: RowChunks, formatRow: (row: Row) => string): AsyncGenerator<string> {
  for await (const chunk of chunks) {
    let text = "";
    for (const row of chunk) {
      text += formatRow(row);
      if (text.length < FLUSH_CHARACTERS) continue;
      yield text;
      text = "";
    }
    if (text !== "") yield text;
  }
}
