import { describe, expect, test } from "vitest";
import { recognise, type Recognised } from "../../src/ingest/recognise.ts";

const ofText = (text: string): Recognised => recognise(Buffer.from(text));
const RECORD = '{"eventVersion":"1.08","eventName":"é"}';
const TRAIL = `{"Records":[${RECORD}]}`;

/** The text behind the place where the list of records begins. */
function listOf(found: Recognised): string {
  if (found.kind !== "trail") throw new Error(`not a trail file but ${found.kind}: ${found.reason}`);
  return found.bytes.toString("utf8", found.from);
}

describe("a trail file", () => {
  test.each([
    ["plainly", TRAIL],
    ["with white space", `\n { "Records" :\t[ ${RECORD}] }`],
    ["behind a page of white space", `${" \n".repeat(5000)}${TRAIL}`],
    ["with other keys in front", `{"é":1,"NextToken":null,"meta":{"Records":[1]},"Records":[${RECORD}]}`],
    ["with an escape in the key", String.raw`{"Rec\u006frds":[` + `${RECORD}]}`],
    ["with an earlier key of that name", `{"Records":null,"Records":[${RECORD}]}`],
    ["cut off", TRAIL.slice(0, 14)],
    ["broken behind other keys", `{"a":1,"Records":[${RECORD},{"eventVersion":oops`],
    ["with nothing in it", '{"Records":[]}'],
  ])("%s is told by its list of records", (_how, text) => {
    const found = ofText(text);
    expect(found).toMatchObject({ kind: "trail", note: null });
    expect(text.endsWith(listOf(found))).toBe(true);
    expect(text.slice(0, text.length - listOf(found).length)).toMatch(/"Rec(?:o|\\u006f)rds"\s*:\s*\[$/);
  });

  test("behind a byte order mark is found at its place in the bytes", () => {
    const stored = Buffer.from(`\ufeff${TRAIL}`);
    const found = recognise(stored);
    expect(found).toMatchObject({ kind: "trail", from: 15, note: null });
    expect(found.kind === "trail" && found.bytes).toBe(stored);
  });

  test.each(["utf16le", "utf16be"] as const)("in %s is decoded, and that is noted", (encoding) => {
    const little = Buffer.from(`\ufeff${TRAIL}`, "utf16le");
    const found = recognise(encoding === "utf16le" ? little : little.swap16());
    expect(found).toMatchObject({ kind: "trail", note: "UTF-16 text" });
    expect(listOf(found)).toBe(`${RECORD}]}`);
  });

  test.each([
    ["an invalid byte", Buffer.from([0xff]), "\ufffd"],
    ["half a character", Buffer.from([0xe2, 0x82]), "\ufffd"],
    ["a surrogate written as UTF-8", Buffer.from([0xed, 0xa0, 0x80]), "\ufffd\ufffd\ufffd"],
    ["an invalid byte and a zero byte", Buffer.from([0xff, 0]), "\ufffd\0"],
  ])("with %s is read with U+FFFD, and that is noted", (_what, bytes, replaced) => {
    const found = recognise(Buffer.concat([Buffer.from('{"Records":[{"a":"'), bytes, Buffer.from('"}]}')]));
    expect(found).toMatchObject({ kind: "trail", note: "invalid UTF-8 was replaced by U+FFFD" });
    expect(listOf(found)).toBe(`{"a":"${replaced}"}]}`);
  });
});

describe("what is CloudTrail's but holds no events is named:", () => {
  test.each([
    ['{"awsAccountId":"111122223333","digestStartTime":"2023-07-10T11:00:00Z","logFiles":[{}]}', /digest file/],
    ['{"digestPublicKeyFingerprint":"x"}', /digest file/],
    ['{"PublicKeyList":[{"Fingerprint":"x","Value":"y"}]}', /public keys/],
    ['{"publicKeyList":[]}', /public keys/],
    ['{"files":[],"hashSignature":"x"}', /Lake signature/],
    ['{"Metadata":{"signature":"x","signature-algorithm":"SHA256withRSA"}}', /digest signature/],
    ['{"configurationItems":[]}', /Config/],
  ])("%s", (text, reason) => {
    expect(ofText(text)).toEqual({ kind: "other", reason: expect.stringMatching(reason) });
  });
});

describe("events in a shape that is not read are named:", () => {
  test.each([
    ['{"Events":[{"CloudTrailEvent":"{}"}]}', /lookup-events output/],
    ['{"CloudTrailEvent":"{}","EventId":"x"}', /lookup-events entry/],
    ['{"messageType":"DATA_MESSAGE","logEvents":[]}', /CloudWatch Logs subscription/],
    ['{"events":[{"message":"{}"}]}', /CloudWatch Logs output/],
    ['{"results":[[]]}', /Logs Insights/],
    ['{"detail-type":"AWS API Call via CloudTrail","detail":{}}', /EventBridge/],
    ['{"QueryResultRows":[]}', /Lake query results/],
    ['{"preview":false,"result":{}}', /Splunk/],
    ['{"hits":{"hits":[]}}', /Elasticsearch hits/],
    ['{"_source":{}}', /Elasticsearch hit/],
    ['{"class_uid":6003,"metadata":{}}', /OCSF/],
    [RECORD, /a bare event/],
    [`[${RECORD}]`, /a bare array of events/],
    ['[{"CloudTrailEvent":"{}"}]', /a bare array/],
    ['[{"_raw":"{}"}]', /a bare array/],
    [`${RECORD}\n${RECORD}\n`, /JSON lines/],
    [`${RECORD}\r\n{"broken`, /JSON lines/],
  ])("%s", (text, reason) => {
    expect(ofText(text)).toEqual({ kind: "unsupported", reason: expect.stringMatching(reason) });
  });
});

describe("what is not CloudTrail's is named:", () => {
  const png = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64",
  );

  test.each<[string, Buffer, string]>([
    ["a text", Buffer.from("# A read-me\n\nof {braces}"), "text, not CloudTrail"],
    ["a text in Latin-1", Buffer.from("caf\u00e9", "latin1"), "binary data, not CloudTrail"],
    ["a picture", png, "binary data, not CloudTrail"],
    ["zero bytes", Buffer.alloc(100), "binary data, not CloudTrail"],
    ["a JSON string", Buffer.from('"Records"'), "text, not CloudTrail"],
    ["another document", Buffer.from('{"name":"package","version":"1.0.0"}'), "JSON, not CloudTrail"],
    ["an empty object", Buffer.from("{}"), "JSON, not CloudTrail"],
    ["an empty array", Buffer.from("[]"), "JSON, not CloudTrail"],
    ["an array of texts", Buffer.from('["a",{"eventVersion":1}]'), "JSON, not CloudTrail"],
    ["JSON lines", Buffer.from('{"a":1}\n{"b":2}\n'), "JSON, not CloudTrail"],
  ])("%s", (_what, stored, reason) => {
    expect(recognise(stored)).toEqual({ kind: "foreign", reason });
  });

  test("JSON of another kind that is broken", () => {
    expect(ofText('{"name":"package",')).toEqual({ kind: "foreign", reason: expect.stringMatching(/at character 18/) });
  });
});

describe("what was meant to be a trail file and is none is called broken:", () => {
  test.each([
    ["", /^empty$/],
    [" \n\t \r\n", /^empty$/],
    ["\ufeff", /^empty$/],
    ['{"Records":null}', /not an array/],
    ['{"Records":{"eventVersion":"1.08"}}', /not an array/],
    ['{"Records":', /breaks off/],
    ['{"Records" {}', /broken at character 11/],
    [`{"a":1,${RECORD}`, /broken at character 7/],
    [`[${RECORD},`, /breaks off/],
    ['{"Events":[{"CloudTrailEvent":"', /breaks off/],
  ])("%j", (text, reason) => {
    expect(ofText(text)).toEqual({ kind: "broken", reason: expect.stringMatching(reason) });
  });
});
