import type { Cell, ColumnType, ResultColumn, Row, RowChunks } from "../../src/export/result-table.ts";
import { type FormatOptions, formatResult, type TextFormat } from "../../src/export/write-result.ts";

export const TYPES: readonly ColumnType[] = ["text", "integer", "float", "boolean", "timestamp", "json", "other"];

/** `name:type`, text when no type is given. */
export function columnsOf(...specs: readonly string[]): ResultColumn[] {
  return specs.map((spec) => {
    const [name = "", type = "text"] = spec.split(":");
    return { name, type: type as ColumnType };
  });
}

export async function* chunksOf(...chunks: readonly (readonly Row[])[]): RowChunks {
  yield* chunks;
}

export async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = "";
  for await (const piece of pieces) text += piece;
  return text;
}

export async function format(
  textFormat: TextFormat,
  { columns, rows }: { columns: readonly ResultColumn[]; rows: readonly (readonly Cell[])[] },
  options?: FormatOptions,
): Promise<string> {
  return await textOf(formatResult(textFormat, { columns, chunks: chunksOf(rows) }, options));
}

/** A strict RFC 4180 reader that leaves the fields as they stand between the commas, quotes included. */
export function splitCsv(text: string): string[][] {
  const records: string[][] = [];
  const field = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r\n)/y;
  let record: string[] = [];
  while (field.lastIndex < text.length) {
    const at = field.lastIndex;
    const match = field.exec(text);
    if (match === null) throw new Error(`No CSV at ${at}: ${JSON.stringify(text.slice(at, at + 40))}`);
    record.push(match[1] ?? "");
    if (match[2] === ",") continue;
    records.push(record);
    record = [];
  }
  return records;
}
