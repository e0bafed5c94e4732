import { DuckDBTimestampVector, DuckDBVarCharVector, type DuckDBDataChunk, type DuckDBVector } from "@duckdb/node-api";
import { textsOf } from "./chunk-texts.ts";
import { cellOf } from "./result-cells.ts";
import type { Cell, ResultRow } from "./result-table.ts";

/** The rows of a chunk, read column by column. */
export function rowsOfChunk(chunk: DuckDBDataChunk): ResultRow[] {
  const columns = Array.from({ length: chunk.columnCount }, (_, i) => cellsOf(chunk.getColumnVector(i)));
  return Array.from({ length: chunk.rowCount }, (_, row) => columns.map((cells) => cells[row]!));
}

function cellsOf(vector: DuckDBVector): Cell[] {
  if (vector instanceof DuckDBVarCharVector) return textsOf(vector);
  if (vector instanceof DuckDBTimestampVector) return timesOf(vector);
  return Array.from({ length: vector.itemCount }, (_, row) => cellOf(vector.getItem(row)));
}

/** Neighbours often have the same second. */
function timesOf(vector: DuckDBTimestampVector): Cell[] {
  let last: bigint | null = null;
  let text: Cell = null;
  return Array.from({ length: vector.itemCount }, (_, row) => {
    const value = vector.getItem(row);
    if (value === null) return null;
    if (value.micros !== last) text = cellOf(value);
    last = value.micros;
    return text;
  });
}
