import { rowFormatter, uniqueColumns } from "./json-cell.ts";
import { formatRows, type ResultColumn, type RowChunks } from "./result-table.ts";

/** One compact object a line: no space after colons or commas, nothing but the row in it. */
export async function* formatJsonl(columns: readonly ResultColumn[], chunks: RowChunks): AsyncGenerator<string> {
  const formatRow = rowFormatter(uniqueColumns(columns));
  yield* formatRows(chunks, (row) => `${formatRow(row)}\n`);
}
