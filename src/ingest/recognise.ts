import { isUtf8 } from "node:buffer";
import { JsonTextError, parseJson, type JsonNode, type JsonObject } from "../cloudtrail/json-text.ts";

/** What a file's bytes are, by content alone. `from` is the byte where the first item of `Records` may begin. */
export type Recognised =
  | { readonly kind: "trail"; readonly bytes: Buffer; readonly from: number; readonly note: string | null }
  | { readonly kind: "other"; readonly reason: string }
  | { readonly kind: "foreign"; readonly reason: string }
  | { readonly kind: "unsupported"; readonly reason: string }
  | { readonly kind: "broken"; readonly reason: string };

const TRAIL_START = /^\s*\{\s*"Records"\s*:\s*\[/;
const HEAD_BYTES = 4096;
/** A document in which `Records` does not come first is read whole to find it. */
const WHOLE_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Recognises trail files and names everything else: `other` is known and holds no events, `foreign` is not
 * CloudTrail's, `unsupported` holds events in a shape that is not read, `broken` meant to be a trail file.
 * The numbers of the decision list are those of the format reference.
 */
export function recognise(stored: Buffer): Recognised {
  const { bytes, note } = asUtf8(stored);
  const head = bytes.toString("utf8", 0, HEAD_BYTES);
  if (head.trim() === "" && bytes.toString("latin1").trim() === "") return { kind: "broken", reason: "empty" };
  const start = TRAIL_START.exec(head);
  if (start !== null) return { kind: "trail", bytes, from: Buffer.byteLength(start[0]), note };
  if (!/^\s*[[{]/.test(head)) {
    return { kind: "foreign", reason: looksBinary(bytes) ? "binary data, not CloudTrail" : "text, not CloudTrail" };
  }
  if (bytes.length > WHOLE_BYTES_MAX) return { kind: "foreign", reason: "large JSON that does not begin with Records" };
  return recogniseDocument(bytes, note);
}

function recogniseDocument(bytes: Buffer, note: string | null): Recognised {
  const text = bytes.toString("utf8");
  let document: JsonNode;
  try {
    document = parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    return notOneDocument(text, error);
  }
  if (document.kind === "array") return unsupportedIfEvents(document.items[0], text, "a bare array of events");
  if (document.kind !== "object") return { kind: "foreign", reason: "JSON, not CloudTrail" };
  const records = member(document, "Records");
  if (records === undefined) return recogniseObject(document, text);
  if (records.kind !== "array") return { kind: "broken", reason: "Records is not an array" };
  return { kind: "trail", bytes, from: Buffer.byteLength(text.slice(0, records.start + 1)), note };
}

function notOneDocument(text: string, error: JsonTextError): Recognised {
  const line = text.slice(0, text.indexOf("\n") >>> 0).trim();
  try {
    const first = parseJson(line);
    if (first.kind === "object") return unsupportedIfEvents(first, text, "events as JSON lines");
  } catch {
    // Not JSON lines either: the error of the whole text tells more.
  }
  return { kind: "broken", reason: `not valid JSON: ${error.message} at character ${error.position}` };
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

function recogniseObject(document: JsonObject, text: string): Recognised {
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
  return unsupportedIfEvents(document, text, "a bare event");
}

function unsupportedIfEvents(node: JsonNode | undefined, _text: string, what: string): Recognised {
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

function asUtf8(stored: Buffer): { bytes: Buffer; note: string | null } {
  if (stored[0] === 0xff && stored[1] === 0xfe) {
    return { bytes: Buffer.from(stored.toString("utf16le", 2)), note: "UTF-16 text" };
  }
  const bytes = stored[0] === 0xef && stored[1] === 0xbb && stored[2] === 0xbf ? stored.subarray(3) : stored;
  if (isUtf8(bytes)) return { bytes, note: null };
  if (looksBinary(bytes)) return { bytes, note: null };
  return { bytes: Buffer.from(bytes.toString("utf8")), note: "invalid UTF-8 was replaced by U+FFFD" };
}

function looksBinary(bytes: Buffer): boolean {
  return bytes.subarray(0, HEAD_BYTES).includes(0) || (!isUtf8(bytes) && !/^\s*[[{]/.test(bytes.toString("latin1", 0, 64)));
}
