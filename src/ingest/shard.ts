import { SHARD_COLUMNS } from "../store/case-schema.ts";
import type { ShardValue } from "./event-row.ts";
import { FlagColumn, NumberColumn, PlainTextColumn, RepeatedTextColumn, type ParquetColumn } from "./parquet-column.ts";
import { writeParquetFile } from "./parquet-file.ts";

/** Rows of one or more files, column by column, until they are written as one uncompressed Parquet file. */
export class Shard {
  rowCount = 0;
  /** Rough size of the text held, for the memory limit. */
  textLength = 0;
  private columns = newColumns();

  append(row: readonly ShardValue[]): void {
    const { columns } = this;
    for (let i = 0; i < columns.length; i += 1) {
      const value = row[i]!;
      columns[i]!.append(value);
      if (typeof value === "string") this.textLength += value.length;
    }
    this.rowCount += 1;
  }

  /** Writes the rows and starts anew. Throws the file system's error when there is no space. */
  write(path: string): void {
    const rows = this.rowCount;
    writeParquetFile(
      path,
      rows,
      SHARD_COLUMNS.map(([name], i) => ({ name, pages: this.columns[i]!.pages(rows) })),
    );
    this.columns = newColumns();
    this.rowCount = 0;
    this.textLength = 0;
  }
}

/** Texts that are different in nearly every record. */
const DISTINCT = new Set(["event_id", "request_id", "shared_event_id", "record_key"]);

function newColumns(): ParquetColumn<ShardValue>[] {
  return SHARD_COLUMNS.map(([name, type]) => newColumn(name, type) as ParquetColumn<ShardValue>);
}

function newColumn(name: string, type: string): ParquetColumn<never> {
  if (type === "TIMESTAMP") return new NumberColumn(64);
  if (type === "INTEGER") return new NumberColumn(32);
  if (type === "BOOLEAN") return new FlagColumn();
  return type.startsWith("JSON") || DISTINCT.has(name) ? new PlainTextColumn() : new RepeatedTextColumn();
}
