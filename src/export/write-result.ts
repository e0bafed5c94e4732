import { type CsvOptions, formatCsv } from "./csv.ts";
import { formatJson, type JsonOptions } from "./json.ts";
import { formatJsonl, type JsonlOptions } from "./jsonl.ts";
import { formatMarkdown, type MarkdownOptions } from "./markdown.ts";
import type { ResultColumn, RowChunks } from "./result-table.ts";
import { formatTable, type TableOptions } from "./table.ts";

export const TEXT_FORMATS = ["table", "csv", "json", "jsonl", "md"] as const;
export type TextFormat = (typeof TEXT_FORMATS)[number];

/** Each format reads the options it knows: `meta` is JSON's, `footer` the table's and Markdown's, `raw_cells` CSV's. */
export type FormatOptions = TableOptions & CsvOptions & JsonOptions & JsonlOptions & MarkdownOptions;

/**
 * A result as text, in pieces that follow the chunks: memory does not grow with the rows. Unless `raw_cells` is set, no
 * character of a cell can drive the terminal that shows it.
 */
export function formatResult(
  format: TextFormat,
  result: { readonly columns: readonly ResultColumn[]; readonly chunks: RowChunks },
  options: FormatOptions = {},
): AsyncIterable<string> {
  const { columns, chunks } = result;
  switch (format) {
    case "table":
      return formatTable(columns, chunks, options);
    case "csv":
      return formatCsv(columns, chunks, options);
    case "json":
      return formatJson(columns, chunks, options);
    case "jsonl":
      return formatJsonl(columns, chunks, options);
    case "md":
      return formatMarkdown(columns, chunks, options);
  }
}
