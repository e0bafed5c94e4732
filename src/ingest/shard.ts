import { SHARD_COLUMNS } from "../store/case-schema.ts";
import type { ShardValue } from "./event-row.ts";
import { FlagColumn, NumberColumn, PlainTextColumn, RepeatedTextColumn, type ParquetColumn } from "./parquet-column.ts";
import { writeParquetFile } from "./parquet-file.ts";
import type { HeldBytes } from "./text-arena.ts";

/** Rows of one or more files, column by column, until they are written as one uncompressed Parquet file. */
export class Shard {
  rowCount = 0;
  /** Goes up with every `write`: numbers of texts are then void. */
  generation = 0;
  private readonly held: HeldBytes = { bytes: 0 };
  private readonly columns: readonly ParquetColumn[];
  private readonly byName: ReadonlyMap<string, ParquetColumn>;

  constructor() {
    this.columns = SHARD_COLUMNS.map(([name, type]) => newColumn(name, type, this.held));
    this.byName = new Map(SHARD_COLUMNS.map(([name], i) => [name, this.columns[i]!]));
  }

  /** Bytes of the texts held, for the memory limit; a repeated text counts once. */
  get size_bytes(): number {
    return this.held.bytes;
  }

  append(row: readonly ShardValue[]): void {
    const { columns, rowCount } = this;
    for (let i = 0; i < columns.length; i += 1) {
      const value = row[i]!;
      if (value !== null) columns[i]!.set(rowCount, value);
    }
    this.rowCount += 1;
  }

  /** A column, for a writer that sets the values of row `rowCount` itself and then counts it. */
  columnNamed(name: string): ParquetColumn {
    const column = this.byName.get(name);
    if (column === undefined) throw new Error(`No column ${name}`);
    return column;
  }

  /** The same, where the kind is known. */
  column<T extends ParquetColumn>(name: string, kind: new (...args: never[]) => T): T {
    const column = this.columnNamed(name);
    if (column instanceof kind) return column;
    throw new Error(`Column ${name} is no ${kind.name}`);
  }

  /** Writes the rows and starts anew. Throws the file system's error when there is no space. */
  write(path: string): void {
    const rows = this.rowCount;
    writeParquetFile(
      path,
      rows,
      SHARD_COLUMNS.map(([name], i) => ({ name, pages: this.columns[i]!.pages(rows) })),
    );
    for (const column of this.columns) column.clear();
    this.rowCount = 0;
    this.held.bytes = 0;
    this.generation += 1;
  }
}

/** Texts that are different in nearly every record. */
const DISTINCT = new Set(["event_id", "request_id", "shared_event_id", "record_key"]);

function newColumn(name: string, type: string, held: HeldBytes): ParquetColumn {
  if (type === "TIMESTAMP") return new NumberColumn(64);
  if (type === "INTEGER") return new NumberColumn(32);
  if (type === "BOOLEAN") return new FlagColumn();
  return type.startsWith("JSON") || DISTINCT.has(name) ? new PlainTextColumn(held) : new RepeatedTextColumn(held);
}
