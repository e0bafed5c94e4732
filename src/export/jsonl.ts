import { rowFormatter, uniqueColumns } from "./json-cell.ts";
import { formatRows, type ResultColumn, type RowChunks } from "./result-table.ts";

export interface JsonlOptions {
  /** Leaves out keys without a value, for readers that take null for a text. */
  readonly omit_null?: boolean;
}

/** One compact object a line: no space after colons or commas, nothing but the row in it. */
export async function* formatJsonl(
  columns: readonly ResultColumn[],
  chunks: RowChunks,
  options: JsonlOptions = {},
): AsyncGenerator<string> {
  const formatRow = rowFormatter(uniqueColumns(columns), options.omit_null === true);
  yield* formatRows(chunks, (row) => `${formatRow(row)}\n`);
}
