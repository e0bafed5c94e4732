/** The shape in which every answer leaves the store: columns, and rows in chunks. */

export type ColumnType = "text" | "integer" | "float" | "boolean" | "timestamp" | "json" | "other";

export interface ResultColumn {
  readonly name: string;
  readonly type: ColumnType;
}

/** A timestamp is text already (`2023-07-10T12:27:45Z`, a fraction only when it is not zero), and JSON is its text. */
export type Cell = string | number | bigint | boolean | null;

export type ResultRow = readonly Cell[];

export interface ResultTable {
  readonly columns: readonly ResultColumn[];
  readonly chunks: AsyncIterable<readonly ResultRow[]>;
}
