import { describe, expect, test } from "vitest";
import { recognise, type Recognised } from "../../src/ingest/recognise.ts";

const ofText = (text: string): Recognised => recognise(Buffer.from(text));
const RECORD = '{"eventVersion":"1.08","eventName":"é"}';
const TRAIL = `{"Records":[${RECORD}]}`;

/** The text behind the place where the list of records begins. */
function listOf(found: Recognised): string {
  if (found.kind !== "trail") throw new Error(`not a trail file but ${found.kind}`);
  return found.bytes.subarray(found.from).toString();
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

describe("what may hold events in another shape is read", () => {
  test.each([
    ["as JSON values: one", RECORD, "values"],
    ["as JSON values: a list", `[${RECORD}]`, "values"],
    ["as JSON values: lines", `${RECORD}\n${RECORD}\n`, "values"],
    ["as JSON values: other keys", '{"Events":[{"CloudTrailEvent":"{}"}]}', "values"],
    ["as JSON values: broken", `{"a":1,${RECORD}`, "values"],
    ["as JSON values: encoded twice", JSON.stringify(RECORD), "values"],
    ["as JSON values: below what a tool said", `Found credentials\n{\n"Events": []}`, "values"],
    ["as lines: with their times", `2024-01-15T10:00:00.000Z ${RECORD}\n`, "lines"],
    ["as lines: of syslog", `<134>Jan 15 10:00:00 host cloudtrail: ${RECORD}\n`, "lines"],
    ["as a table: of the console", "User name,Event time,Event source,Event name,Event ID\n", "table"],
    ["as a table: with semicolons", "Event ID;Event name;Event time;Event source\r\n", "table"],
    ["as a table: of Athena", '"eventid","eventname","eventtime"\n"a","b","c"\n', "table"],
    ["as a table: with a whole event", `time,_raw\n1,"${RECORD.replaceAll('"', '""')}"\n`, "table"],
  ])("%s", (_how, text, strategy) => {
    expect(ofText(text)).toMatchObject({ kind: "shapes", note: null, strategy: { kind: strategy } });
  });

  test("with invalid bytes in a table replaced, and that is noted", () => {
    const text = Buffer.concat([Buffer.from("Event ID,Event name,Event time,Event source\n"), Buffer.from([0xe9])]);
    expect(recognise(text)).toMatchObject({ kind: "shapes", note: "invalid UTF-8 was replaced by U+FFFD" });
  });

  test("in a document too large to look for its list as any other, without reading it whole", () => {
    const large = Buffer.from(`{"a":["${"x".repeat(3 * 1024 * 1024)}"],"Records":[${RECORD}]}`);
    expect(recognise(large)).toMatchObject({ kind: "shapes", strategy: { kind: "values" } });
  });
});

describe("what is not CloudTrail's is named:", () => {
  const png = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64",
  );

  test.each<[string, Buffer, string]>([
    ["a text", Buffer.from("# A read-me\n\nof {braces}"), "text, not CloudTrail"],
    ["a text in Latin-1", Buffer.from("caf\u00e9", "latin1"), "text, not CloudTrail"],
    ["a picture", png, "binary data, not CloudTrail"],
    ["zero bytes", Buffer.alloc(100), "binary data, not CloudTrail"],
    ["a JSON string", Buffer.from('"Records"'), "text, not CloudTrail"],
    [
      "VPC flow logs",
      Buffer.from("2 111122223333 eni-0a1b2c3d 10.0.0.1 10.0.0.2 443 49152 6 1 40 1 2 ACCEPT OK\n"),
      "VPC flow logs, not CloudTrail",
    ],
    [
      "a load balancer's log",
      Buffer.from('https 2024-01-15T10:00:00.1Z app/lb/1 192.0.2.1:1 10.0.0.1:80 0 0 0 200 200 1 1 "GET"\n'),
      "an Application Load Balancer log, not CloudTrail",
    ],
  ])("%s", (_what, stored, reason) => {
    expect(recognise(stored)).toEqual({ kind: "foreign", reason });
  });
});

describe("what has to do with events and cannot be read says what would be:", () => {
  test.each([
    ["-------------------------\n|     LookupEvents      |\n+-----------+-----------+\n", /--output json/],
    ["Events:\n- CloudTrailEvent: '{}'\n", /--output json/],
    ["account,region,bucket\n1,2,3\n4,5,6\n", /a table without columns of events: account, region, bucket/],
  ])("%j", (text, reason) => {
    expect(ofText(text)).toEqual({ kind: "unsupported", reason: expect.stringMatching(reason) });
  });
});

test.each(["", " \n\t \r\n", "\ufeff"])("nothing in %j", (text) => {
  expect(ofText(text)).toEqual({ kind: "broken", reason: "empty" });
});
