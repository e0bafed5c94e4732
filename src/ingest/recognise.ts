import type { JsonNode, JsonObject } from "../cloudtrail/json-text.ts";
import type { ByteSource } from "./byte-source.ts";
import { findRecords } from "./document-walk.ts";
import { recogniseTable } from "./shapes/csv-table.ts";
import { NOTIFICATION_KEYS } from "./shapes/notification-keys.ts";
import { textLogNamed } from "./shapes/other-logs.ts";
import type { Strategy } from "./shapes/shape-reader.ts";
import { holdsJsonLines, unreadableOutput } from "./shapes/text-lines.ts";
import { asUtf8 } from "./text-encoding.ts";
import { TextWindow } from "./text-window.ts";

/**
 * What a file's bytes are, by content alone. `trail`: a document with a list of records, `from` is the byte where the
 * first may begin. `shapes`: everything else that may hold events. `foreign` is not CloudTrail's, `unsupported` has to
 * do with events that cannot be read, `broken` holds nothing.
 */
export type Recognised =
  | { readonly kind: "trail"; readonly bytes: ByteSource; readonly from: number; readonly note: string | null }
  | Shaped
  | { readonly kind: "foreign" | "unsupported" | "broken"; readonly reason: string };

export interface Shaped {
  readonly kind: "shapes";
  readonly bytes: ByteSource;
  /** Byte where the text begins, or the first row below the header of a table. */
  readonly from: number;
  readonly note: string | null;
  readonly strategy: Strategy;
}

const TRAIL_START = /^\{\s*"Records"\s*:\s*\[/;
const HEAD_BYTES = 4096;
/** So much of a text tells what it is. */
const TEXT_HEAD_BYTES = 256 * 1024;
/** Keys in front of the list of records take no more; what does not fit is read as any other document. */
const KEYS_WINDOW = { bytes: 1024 * 1024, bytesMax: 1024 * 1024 };

/** Recognises trail files by their list of records, and decides how anything else is to be read. */
export function recognise(stored: ByteSource): Recognised {
  const { bytes, start, note } = textOf(stored);
  const first = firstVisible(bytes, start);
  if (first === bytes.length) return { kind: "broken", reason: "empty" };
  const head = bytes.subarray(first, first + HEAD_BYTES).toString();
  const trail = TRAIL_START.exec(head);
  if (trail !== null) return { kind: "trail", bytes, from: first + trail[0].length, note };
  if (!beginsLikeJson(bytes, first)) return recogniseText(bytes, first, note);
  if (head.startsWith("{")) {
    const window = new TextWindow(bytes, first + 1, KEYS_WINDOW);
    if (findRecords(window) === "found") return { kind: "trail", bytes, from: window.byteOffset(), note };
  }
  return { kind: "shapes", bytes, from: first, note, strategy: { kind: "values" } };
}

function recogniseText(bytes: ByteSource, first: number, note: string | null): Recognised {
  if (looksBinary(bytes)) return { kind: "foreign", reason: "binary data, not CloudTrail" };
  const head = bytes.subarray(first, first + TEXT_HEAD_BYTES).toString();
  const log = textLogNamed(head);
  if (log !== null) return { kind: "foreign", reason: `${log}, not CloudTrail` };
  const output = unreadableOutput(head);
  if (output !== null) return { kind: "unsupported", reason: output };
  const table = recogniseTable(head);
  if (table !== null && table.is !== "other") {
    const from = first + Buffer.byteLength(head.slice(0, table.headerChars));
    return { kind: "shapes", bytes, from, note, strategy: { kind: "table", table } };
  }
  const shaped = { kind: "shapes", bytes, from: first, note } as const;
  if (JSON_STRING.test(head)) return { ...shaped, strategy: { kind: "values" } };
  if (holdsJsonLines(head)) return { ...shaped, strategy: { kind: "lines" } };
  if (DOCUMENT_BELOW.test(head) && EVENT_KEY.test(head)) return { ...shaped, strategy: { kind: "values" } };
  if (table === null) return { kind: "foreign", reason: "text, not CloudTrail" };
  const columns = table.header.slice(0, COLUMNS_NAMED).join(", ");
  return { kind: "unsupported", reason: `a table without columns of events: ${columns}` };
}

/** JSON that was encoded once more, as a string. */
const JSON_STRING = /^"\s*(?:\\[nrt]\s*)*[{[]\s*(?:\\[nrt]\s*)*\\"/;
/** A document below lines of text, such as what a tool said before it printed. */
const DOCUMENT_BELOW = /^[{[]\s*$|^[{[].*"/m;
const EVENT_KEY = /"(?:Records|Events|eventVersion|CloudTrailEvent|logEvents)"/;
const COLUMNS_NAMED = 20;

const RECORD_KEYS = new Set(["eventVersion", "userIdentity", "eventCategory", "eventName", "eventSource", "eventID"]);

/** True for an object that has at least one of the keys that every kind of CloudTrail record has some of. */
export function looksLikeRecord(node: JsonObject): boolean {
  return node.keys.some((key) => RECORD_KEYS.has(key.value));
}

/** S3, SNS, SQS and Kinesis notifications share `Records` and many keys with trail files, but hold no events. */
export function looksLikeNotification(node: JsonObject): boolean {
  return [...NOTIFICATION_KEYS].some((key) => member(node, key) !== undefined);
}

/** The last value of a key. */
function member(node: JsonObject, name: string): JsonNode | undefined {
  return node.values[node.keys.findLastIndex((key) => key.value === name)];
}

/** The bytes as UTF-8 and where their text begins. What is no JSON is left as it is; a large file is UTF-8 already. */
function textOf(stored: ByteSource): { bytes: ByteSource; start: number; note: string | null } {
  if (!Buffer.isBuffer(stored)) return { bytes: stored, start: 0, note: null };
  return asUtf8(stored, (bytes, start) => beginsLikeJson(bytes, firstVisible(bytes, start)) || !looksBinary(bytes));
}

const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;

function beginsLikeJson(bytes: ByteSource, first: number): boolean {
  const [byte] = bytes.subarray(first, first + 1);
  return byte === OPEN_BRACE || byte === OPEN_BRACKET;
}

const SEARCH_BYTES = 64 * 1024;

/** Position of the first byte that is not white space; the length when there is none. */
function firstVisible(bytes: ByteSource, from: number): number {
  for (let start = from; start < bytes.length; start += SEARCH_BYTES) {
    const at = bytes.subarray(start, start + SEARCH_BYTES).findIndex((b) => b !== 0x20 && (b < 0x09 || b > 0x0d));
    if (at >= 0) return start + at;
  }
  return bytes.length;
}

/** Control characters that text has: tab, line breaks, form feed, escape, record separator. */
const TEXT_CONTROLS = new Set([0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1b, 0x1e]);

function looksBinary(bytes: ByteSource): boolean {
  return bytes.subarray(0, HEAD_BYTES).some((byte) => byte < 0x20 && !TEXT_CONTROLS.has(byte));
}
