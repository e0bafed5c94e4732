import {
  DuckDBDateValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTypeId,
  type DuckDBType,
  type DuckDBValue,
} from "@duckdb/node-api";
import { formatTime } from "../cloudtrail/event-time.ts";
import type { Cell, ColumnType } from "./result-table.ts";

const INTEGERS = new Set<DuckDBTypeId>([
  DuckDBTypeId.TINYINT,
  DuckDBTypeId.SMALLINT,
  DuckDBTypeId.INTEGER,
  DuckDBTypeId.BIGINT,
  DuckDBTypeId.HUGEINT,
  DuckDBTypeId.UTINYINT,
  DuckDBTypeId.USMALLINT,
  DuckDBTypeId.UINTEGER,
  DuckDBTypeId.UBIGINT,
  DuckDBTypeId.UHUGEINT,
]);
const TIMES = new Set<DuckDBTypeId>([
  DuckDBTypeId.TIMESTAMP,
  DuckDBTypeId.TIMESTAMP_S,
  DuckDBTypeId.TIMESTAMP_MS,
  DuckDBTypeId.TIMESTAMP_NS,
  DuckDBTypeId.TIMESTAMP_TZ,
]);

/** What kind of column a DuckDB type is shown as. */
export function columnTypeOf(type: DuckDBType): ColumnType {
  if (type.alias === "JSON") return "json";
  if (type.typeId === DuckDBTypeId.VARCHAR) return "text";
  if (type.typeId === DuckDBTypeId.BOOLEAN) return "boolean";
  if (type.typeId === DuckDBTypeId.FLOAT || type.typeId === DuckDBTypeId.DOUBLE) return "float";
  if (INTEGERS.has(type.typeId)) return "integer";
  return TIMES.has(type.typeId) ? "timestamp" : "other";
}

/** A value as it is shown: times as UTC text, nested values as their DuckDB text. */
export function cellOf(value: DuckDBValue): Cell {
  if (value === null || typeof value !== "object") return value;
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) return timeText(value.micros);
  if (value instanceof DuckDBTimestampSecondsValue) return timeText(value.seconds * 1_000_000n);
  if (value instanceof DuckDBTimestampMillisecondsValue) return timeText(value.millis * 1000n);
  if (value instanceof DuckDBTimestampNanosecondsValue) return timeText(value.nanos / 1000n);
  if (value instanceof DuckDBDateValue) return value.toString();
  return String(value);
}

/** JavaScript's dates end at the year 275760; DuckDB has infinities and later years. */
const MICROS_MAX = 8_640_000_000_000_000_000n;

function timeText(micros: bigint): string {
  if (micros > MICROS_MAX) return "infinity";
  return micros < -MICROS_MAX ? "-infinity" : formatTime(micros);
}
