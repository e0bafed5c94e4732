import { jsonText, rowFormatter, uniqueColumns } from "./json-cell.ts";
import { type AtEnd, formatRows, type Meta, resolveAtEnd, type ResultColumn, type RowChunks } from "./result-table.ts";

export interface JsonOptions {
  /** What the numbers mean: scope, as-of time, limits. */
  readonly meta?: AtEnd<Meta>;
}

/**
 * One document `{"columns":[{name,type}],"rows":[{…}],"_meta":{…}}` with a line for each row. `_meta` is last because
 * parts of it are known only after the last row.
 */
export async function* formatJson(
  columns: readonly ResultColumn[],
  chunks: RowChunks,
  options: JsonOptions = {},
): AsyncGenerator<string> {
  const named = uniqueColumns(columns);
  yield `{"columns":${jsonText(named)},\n"rows":[`;

  const formatRow = rowFormatter(named);
  let separator = "\n";
  yield* formatRows(chunks, (row) => {
    const text = separator + formatRow(row);
    separator = ",\n";
    return text;
  });
  yield `\n],\n"_meta":${jsonText(resolveAtEnd(options.meta ?? {}))}}\n`;
}
