import type { ByteSource } from "../byte-source.ts";
import type { FileReading } from "../file-reading.ts";
import { NOTIFICATION_KEYS } from "../shapes/notification-keys.ts";
import { readRecords } from "../record-reader.ts";
import { WINDOW_SIZES } from "../text-window.ts";
import { CLOSE_BRACKET, OPEN_BRACE, skipSpace } from "./ascii.ts";
import { UNSURE } from "./json-scan.ts";
import type { TrailRows } from "./trail-rows.ts";

/** A window for one record; it grows when the record is larger. */
const ONE_RECORD = { bytes: 16 * 1024, bytesMax: WINDOW_SIZES.bytesMax };
/** After so many odd records one after the other, the rest of the file will be no better. */
const ODD_MAX = 8;

/**
 * Reads the records of a trail file as far as they are ordinary, from the first one at or after `from`; single odd ones
 * in between take the general path. Returns the place where the general path is to go on: `from` when the file does not
 * begin like a trail file, else at a record or at the end of the list. The bytes are valid UTF-8.
 */
export function readOrdinaryRecords(reading: FileReading, source: ByteSource, from: number): number {
  const sink = reading.trailSink;
  if (sink === null || !Buffer.isBuffer(source)) return from;
  const { rows } = sink;
  rows.begin(source);
  let at = skipSpace(source, from);
  let next = source[at] === OPEN_BRACE ? rows.scan(at) : UNSURE;
  if (next < 0 || isNotification(rows)) return from;
  for (let odd = 0; source[at] !== CLOSE_BRACKET; next = rows.scan(at)) {
    if (next >= 0 && rows.append({ ordinal: reading.task.ordinal, record_index: reading.records })) {
      odd = 0;
      at = next;
      reading.noteTaken();
      sink.rowAdded();
      continue;
    }
    odd += 1;
    const behind = odd > ODD_MAX ? UNSURE : takeOne(reading, rows, { source, at });
    if (behind < 0) return at;
    at = behind;
  }
  return at;
}

/** Lets the general path take one record, if it is whole and followed by another one or the end of the list. */
function takeOne(reading: FileReading, rows: TrailRows, { source, at }: { source: Buffer; at: number }): number {
  const { value: item } = readRecords(source, at, ONE_RECORD).next();
  if (item?.kind !== "record" || item.node.kind !== "object") return UNSURE;
  const { start, end } = item.node;
  const next = rows.next(at + Buffer.byteLength(item.text.slice(start, end)));
  if (next >= 0) reading.take(item);
  return next;
}

/** Lists of notifications look much like trail files, and their first item tells. */
function isNotification(rows: TrailRows): boolean {
  for (const key of rows.unknownKeys()) if (NOTIFICATION_KEYS.has(key)) return true;
  return false;
}
