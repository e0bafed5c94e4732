import { isUtf8 } from "node:buffer";
import { JsonTextError, parseJson, type JsonNode, type JsonObject } from "../cloudtrail/json-text.ts";
import { findRecords } from "./document-walk.ts";
import { TextWindow } from "./text-window.ts";

/** What a file's bytes are, by content alone. `from` is the byte where the first item of `Records` may begin. */
export type Recognised =
  | { readonly kind: "trail"; readonly bytes: Buffer; readonly from: number; readonly note: string | null }
  | { readonly kind: "other"; readonly reason: string }
  | { readonly kind: "foreign"; readonly reason: string }
  | { readonly kind: "unsupported"; readonly reason: string }
  | { readonly kind: "broken"; readonly reason: string };

const TRAIL_START = /^\{\s*"Records"\s*:\s*\[/;
const HEAD_BYTES = 4096;
/** Documents without `Records` are read whole to find out what they are. */
const WHOLE_BYTES_MAX = 64 * 1024 * 1024;
/** JSON that is broken, but was a trail file or an export of events. */
const MEANT_KEYS = /"(?:Records|eventVersion|CloudTrailEvent)"/;

/**
 * Recognises trail files and names everything else: `other` is known and holds no events, `foreign` is not
 * CloudTrail's, `unsupported` holds events in a shape that is not read, `broken` was meant to hold events and does not.
 */
export function recognise(stored: Buffer): Recognised {
  const { bytes, start, note } = asUtf8(stored);
  const first = firstVisible(bytes, start);
  if (first === bytes.length) return { kind: "broken", reason: "empty" };
  const head = bytes.toString("utf8", first, first + HEAD_BYTES);
  const trail = TRAIL_START.exec(head);
  if (trail !== null) return { kind: "trail", bytes, from: first + trail[0].length, note };
  if (!beginsLikeJson(bytes, first)) {
    return { kind: "foreign", reason: looksBinary(bytes) ? "binary data, not CloudTrail" : "text, not CloudTrail" };
  }
  if (bytes[first] === OPEN_BRACE) {
    const window = new TextWindow(bytes, first + 1);
    if (findRecords(window) === "found") return { kind: "trail", bytes, from: window.byteOffset(), note };
  }
  if (bytes.length > WHOLE_BYTES_MAX) return { kind: "foreign", reason: "large JSON without Records" };
  return recogniseDocument(bytes.toString("utf8", first));
}

function recogniseDocument(text: string): Recognised {
  let document: JsonNode;
  try {
    document = parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    return notOneDocument(text, error);
  }
  if (document.kind === "array") return unsupportedIfEvents(document.items[0], "a bare array of events");
  if (document.kind !== "object") return { kind: "foreign", reason: "JSON, not CloudTrail" };
  return recogniseObject(document);
}

function notOneDocument(text: string, error: JsonTextError): Recognised {
  const line = text.slice(0, text.indexOf("\n") >>> 0).trim();
  try {
    const first = parseJson(line);
    if (first.kind === "object") return unsupportedIfEvents(first, "events as JSON lines");
  } catch {
    // Not JSON lines either: the error of the whole text tells more.
  }
  const reason = `JSON that breaks off or is broken at character ${error.position} (${error.message})`;
  return { kind: MEANT_KEYS.test(text.slice(0, HEAD_BYTES)) ? "broken" : "foreign", reason };
}

const OTHER_OBJECTS: readonly (readonly [readonly string[], string])[] = [
  [["digestPublicKeyFingerprint"], "a CloudTrail digest file: for verification, holds no events"],
  [["logFiles", "digestStartTime"], "a CloudTrail digest file: for verification, holds no events"],
  [["PublicKeyList"], "CloudTrail public keys: for verification, holds no events"],
  [["publicKeyList"], "CloudTrail public keys: for verification, holds no events"],
  [["bucket", "key", "metadata"], "digest signatures: for verification, holds no events"],
  [["hashSignature", "files"], "a CloudTrail Lake signature file: for verification, holds no events"],
  [["configurationItems"], "an AWS Config snapshot, not CloudTrail"],
];

const UNSUPPORTED_OBJECTS: readonly (readonly [readonly string[], string])[] = [
  [["Events"], "lookup-events output"],
  [["CloudTrailEvent"], "a lookup-events entry"],
  [["logEvents", "messageType"], "a CloudWatch Logs subscription object"],
  [["events"], "CloudWatch Logs output"],
  [["results"], "CloudWatch Logs Insights output"],
  [["detail-type", "detail"], "an EventBridge event"],
  [["QueryResultRows"], "CloudTrail Lake query results"],
  [["preview", "result"], "a Splunk export"],
  [["hits"], "Elasticsearch hits"],
  [["_source"], "an Elasticsearch hit"],
  [["class_uid", "metadata"], "an OCSF event"],
];

function recogniseObject(document: JsonObject): Recognised {
  const has = ([keys]: readonly [readonly string[], string]): boolean =>
    keys.every((key) => member(document, key) !== undefined);
  const metadata = member(document, "Metadata");
  if (metadata?.kind === "object" && member(metadata, "signature-algorithm") !== undefined) {
    return { kind: "other", reason: "a digest signature: for verification, holds no events" };
  }
  const other = OTHER_OBJECTS.find(has);
  if (other !== undefined) return { kind: "other", reason: other[1] };
  const known = UNSUPPORTED_OBJECTS.find(has);
  if (known !== undefined) return { kind: "unsupported", reason: `${known[1]}: this format is not read yet` };
  if (member(document, "Records") !== undefined) return { kind: "broken", reason: "Records is not an array" };
  return unsupportedIfEvents(document, "a bare event");
}

function unsupportedIfEvents(node: JsonNode | undefined, what: string): Recognised {
  if (node?.kind !== "object") return { kind: "foreign", reason: "JSON, not CloudTrail" };
  if (looksLikeRecord(node) || ["CloudTrailEvent", "detail", "_raw"].some((key) => member(node, key) !== undefined)) {
    return { kind: "unsupported", reason: `${what}: this format is not read yet` };
  }
  return { kind: "foreign", reason: "JSON, not CloudTrail" };
}

const RECORD_KEYS = new Set(["eventVersion", "userIdentity", "eventCategory", "eventName", "eventSource", "eventID"]);

/** True for an object that has at least one of the keys that every kind of CloudTrail record has some of. */
export function looksLikeRecord(node: JsonObject): boolean {
  return node.keys.some((key) => RECORD_KEYS.has(key.value));
}

/** S3, SNS, SQS and Kinesis notifications share `Records` and many keys with trail files, but hold no events. */
export function looksLikeNotification(node: JsonObject): boolean {
  return ["s3", "Sns", "eventSourceARN", "kinesis"].some((key) => member(node, key) !== undefined);
}

/** The last value of a key. */
function member(node: JsonObject, name: string): JsonNode | undefined {
  return node.values[node.keys.findLastIndex((key) => key.value === name)];
}

/** The bytes as UTF-8 and where their text begins, behind a byte order mark. What is no JSON is left as it is. */
function asUtf8(stored: Buffer): { bytes: Buffer; start: number; note: string | null } {
  const mark = stored.toString("hex", 0, 3);
  if (mark.startsWith("fffe")) return { bytes: decoded(stored.subarray(2), "utf-16le"), start: 0, note: "UTF-16 text" };
  if (mark.startsWith("feff")) return { bytes: decoded(stored.subarray(2), "utf-16be"), start: 0, note: "UTF-16 text" };
  const start = mark === "efbbbf" ? 3 : 0;
  if (!beginsLikeJson(stored, firstVisible(stored, start)) || isUtf8(stored))
    return { bytes: stored, start, note: null };
  return { bytes: decoded(stored, "utf-8"), start, note: "invalid UTF-8 was replaced by U+FFFD" };
}

const DECODE_BYTES = 16 * 1024 * 1024;

/** Piece by piece: Node's longest string is shorter than the largest file. */
function decoded(bytes: Buffer, encoding: string): Buffer {
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += DECODE_BYTES) {
    parts.push(Buffer.from(decoder.decode(bytes.subarray(at, at + DECODE_BYTES), { stream: true })));
  }
  return Buffer.concat([...parts, Buffer.from(decoder.decode())]);
}

const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;

function beginsLikeJson(bytes: Buffer, first: number): boolean {
  return bytes[first] === OPEN_BRACE || bytes[first] === OPEN_BRACKET;
}

/** Position of the first byte that is not white space; the length when there is none. */
function firstVisible(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length && (bytes[at] === 0x20 || (bytes[at]! >= 0x09 && bytes[at]! <= 0x0d))) at += 1;
  return at;
}

function looksBinary(bytes: Buffer): boolean {
  return bytes.subarray(0, HEAD_BYTES).includes(0) || !isUtf8(bytes);
}
