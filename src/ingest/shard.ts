import { parquetWriteFile } from "hyparquet-writer";
import { SHARD_COLUMNS } from "../store/case-schema.ts";
import type { ShardValue } from "./event-row.ts";

type SchemaElement = NonNullable<Parameters<typeof parquetWriteFile>[0]["schema"]>[number];

/** Rows of one or more files, column by column, until they are written as one uncompressed Parquet file. */
export class Shard {
  rowCount = 0;
  /** Rough size of the text held, for the memory limit. */
  textLength = 0;
  private columns: ShardValue[][] = SHARD_COLUMNS.map(() => []);

  append(row: readonly ShardValue[]): void {
    for (let i = 0; i < row.length; i += 1) {
      const value = row[i]!;
      this.columns[i]!.push(value);
      if (typeof value === "string") this.textLength += value.length;
    }
    this.rowCount += 1;
  }

  /** Writes the rows and starts anew. Throws the file system's error when there is no space. */
  write(path: string): void {
    const columnData = SHARD_COLUMNS.map(([name], i) => ({ name, data: this.columns[i]! }));
    parquetWriteFile({ filename: path, columnData, schema: SCHEMA, codec: "UNCOMPRESSED", statistics: false });
    this.columns = SHARD_COLUMNS.map(() => []);
    this.rowCount = 0;
    this.textLength = 0;
  }
}

const SCHEMA: SchemaElement[] = [
  { name: "root", num_children: SHARD_COLUMNS.length },
  ...SHARD_COLUMNS.map(([name, type]) => schemaElement(name, type)),
];

function schemaElement(name: string, type: string): SchemaElement {
  const repetition_type = "OPTIONAL";
  if (type === "TIMESTAMP") return { name, type: "INT64", repetition_type };
  if (type === "BOOLEAN") return { name, type: "BOOLEAN", repetition_type };
  if (type === "INTEGER") return { name, type: "INT32", repetition_type };
  return { name, type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type };
}
