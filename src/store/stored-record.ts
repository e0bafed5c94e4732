import { DuckDBTimestampValue } from "@duckdb/node-api";
import type { FlatRecord } from "../cloudtrail/flatten-record.ts";
import { parseJson } from "../cloudtrail/json-text.ts";
import { needsOriginal } from "../cloudtrail/json-tokens.ts";
import { rebuildRecord } from "../cloudtrail/rebuild-record.ts";
import { RECORD_FIELDS, type FieldValue } from "../cloudtrail/record-fields.ts";
import type { Row } from "./database.ts";

/** The record of an `event_rows` row as compact JSON text, equal to what AWS wrote token by token. */
export function recordTextOf(row: Row): string {
  return rebuildRecord(flatRecordOf(row));
}

/** Turns the record columns of a row back into what `flattenRecord` made. */
function flatRecordOf(row: Row): FlatRecord {
  return {
    values: RECORD_FIELDS.map(({ column }) => fieldValueOf(row[column])),
    shape: (row["shape"] as string | null | undefined) ?? null,
    extra: (row["extra"] as string | null | undefined) ?? null,
  };
}

function fieldValueOf(value: Row[string] | undefined): FieldValue {
  if (value instanceof DuckDBTimestampValue) return value.micros;
  return (value as FieldValue | undefined) ?? null;
}

/** A record as the JSON of `event_occurrences.record`; text that JSON functions would fail on goes in as a string. */
export function encodeRecord(text: string): string {
  return needsOriginal(parseJson(text)) ? JSON.stringify({ [RECORD_TEXT]: text }) : text;
}

/** The record's text from `event_occurrences.record`. */
export function decodeRecord(stored: string): string {
  if (!stored.startsWith(`{"${RECORD_TEXT}":`)) return stored;
  return (JSON.parse(stored) as Record<string, string>)[RECORD_TEXT]!;
}

const RECORD_TEXT = "@text";
