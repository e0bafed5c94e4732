import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { nestedText, number, string, value } from "../../helpers/generated-json.ts";
import { recordText } from "../../helpers/generated-records.ts";
import { recordOf, trailOf } from "../evidence-fixture.ts";
import { TwoReaders, type BothWays } from "./both-ways.ts";

const readers = new TwoReaders();
const smallShards = new TwoReaders(3);
afterAll(() => {
  readers.close();
  smallShards.close();
});

function expectSame({ general, fast }: BothWays): void {
  expect(fast.outcome).toEqual(general.outcome);
  expect(fast.rows).toEqual(general.rows);
}

/** An ordinary record with other members: texts of JSON by key. */
function recordWith(members: Readonly<Record<string, string>>, id = "e"): string {
  const rest = Object.entries(members).map(([name, text]) => `,${JSON.stringify(name)}:${text}`);
  return `{"eventVersion":"1.08","eventID":"${id}"${rest.join("")}}`;
}

describe("an ordinary record takes the fast path and has the row of the general path", () => {
  test.each<[what: string, members: Record<string, string>]>([
    ["nothing but an id", {}],
    [
      "explicit nulls",
      { userAgent: "null", readOnly: "null", eventTime: "null", requestParameters: "null", errorCode: "null" },
    ],
    ["empty objects and lists", { requestParameters: "{}", resources: "[]", userIdentity: "{}", tlsDetails: "{}" }],
    [
      "a null in a structure",
      { userIdentity: '{"type":null,"sessionContext":{"webIdFederationData":{},"attributes":null}}' },
    ],
    ["unknown keys", { eventContext: '{"a":[1E3,{"b":null}]}', edgeDeviceDetails: "null", x_1: '"\\u00e9"' }],
    [
      "unknown keys of a structure",
      { userIdentity: '{"a.b":{"c":1},"type":"Root"}', tlsDetails: '{"x":12345678901234567890}' },
    ],
    ["numbers of every form", { requestParameters: '{"a":1E3,"b":-0,"c":12345678901234567890,"d":0.10,"e":1e-400}' }],
    ["escapes in texts", { userAgent: '"a\\"b\\\\c\\n"', eventID: '"x\\ty"' }],
    ["escapes in JSON", { requestParameters: '{"a":"\\ud83d\\ude00\\/\\u0000"}' }],
    ["white space in a structure", { userIdentity: '{ "type" : "Root" ,\n"arn":"arn:aws:iam::1:root"}' }],
    ["other types in a structure", { userIdentity: '{"userName":{"a":1},"inScopeOf":{"b":[null]}}' }],
    ["text beyond ASCII", { userAgent: '"naïve/😀\u2028"', errorMessage: '"é"' }],
    ["flags", { readOnly: "true", managementEvent: "false", sessionCredentialFromConsole: '"true"' }],
    ["a leap day", { eventTime: '"2024-02-29T23:59:59Z"' }],
  ])("%s", async (_, { eventID, ...members }) => {
    const record = eventID === undefined ? recordWith(members) : `{"eventID":${eventID}}`;
    const both = await readers.readTrail(record, record.replace('"1.08"', '"1.09"'));
    expectSame(both);
    expect(both.written).toBe(2);
  });
});

describe("whatever is not sure takes the general path", () => {
  test.each<[what: string, record: string]>([
    ["a repeated key", recordWith({}).replace("}", ',"userAgent":"a","userAgent":"b"}')],
    ["a repeated key in JSON", recordWith({ requestParameters: '{"a":1,"b":{"c":1,"c":2}}' })],
    ["a repeated key in a structure", recordWith({ userIdentity: '{"type":"a","type":"b"}' })],
    ["a repeated unknown key", recordWith({ x: "1" }).replace("}", ',"x":2}')],
    ["an escaped key", recordWith({}).replace("}", String.raw`,"user\u0041gent":"a"}`)],
    ["an escaped key in JSON", recordWith({ requestParameters: String.raw`{"\u0041":1}` })],
    ["a key with a dot", recordWith({ "a.b": "1", "@c": "2", "": "3" })],
    ["an unpaired surrogate", recordWith({ requestParameters: String.raw`{"a":"\ud800"}` })],
    ["an unpaired surrogate in a text", recordWith({ userAgent: String.raw`"\udfff"` })],
    ["an unpaired surrogate in a structure", recordWith({ userIdentity: String.raw`{"arn":"\ud800"}` })],
    ["odd escapes in a text", recordWith({ userAgent: String.raw`"\u0041\/"` })],
    ["great depth", recordWith({ requestParameters: nestedText(5000, "1") })],
    ["depth of 61", recordWith({ requestParameters: nestedText(61, "1") })],
    [
      "many keys",
      recordWith({ requestParameters: `{${Array.from({ length: 300 }, (_, i) => `"k${i}":${i}`).join(",")}}` }),
    ],
    ["white space between tokens", recordWith({}).replace(":", ": ")],
    ["white space in JSON", recordWith({ requestParameters: '{"a": 1}' })],
    ["a number for a text", recordWith({ userAgent: "1E3" })],
    ["a text for a flag", recordWith({ readOnly: '"true"' })],
    ["a flag for a text flag", recordWith({ sessionCredentialFromConsole: "true" })],
    ["an object for a text", recordWith({ userAgent: "{}" })],
    ["a list for a structure", recordWith({ userIdentity: "[]" })],
    ["a time with a fraction", recordWith({ eventTime: '"2023-07-10T12:27:45.123Z"' })],
    ["a day that is none", recordWith({ eventTime: '"2023-02-29T00:00:00Z"' })],
    ["a time before 1970", recordWith({ eventTime: '"1969-12-31T23:59:59Z"' })],
    ["no id", '{"eventVersion":"1.08","eventName":"x"}'],
    ["an empty id", recordWith({}, "")],
    ["a version to come", recordWith({}).replace("1.08", "2.0")],
    ["no members", "{}"],
  ])("%s", async (_, record) => {
    const ordinary = recordOf("o");
    const both = await readers.readTrail(ordinary, record, record, ordinary);
    expectSame(both);
    expect([both.general.rows.length, both.written]).toEqual([4, 2]);
  });

  test("a file of nothing else does so after a few records", async () => {
    const odd = Array.from({ length: 40 }, (_, i) => recordWith({ a: "{ }" }, `e${i}`));
    const both = await readers.readTrail(recordOf("o"), ...odd, recordOf("p"));
    expectSame(both);
    expect(both.written).toBe(1);
  });
});

describe("what surrounds the records", () => {
  const a = recordOf("a");
  const b = recordOf("b");
  test.each<[text: string, written: number]>([
    [`{"Records":[${a},${b}]}`, 2],
    [`\ufeff{"Records":[${a},${b}]}\n`, 2],
    [`{"other":{"x":[1]},"Records":\n[\n${a}\r\n,\t${b}\n]\n}`, 2],
    [`{"Records":[${a},${b}],"more":1}`, 2],
    [`{"Records":[${a}]}{"Records":[${b}]}`, 1],
    [`{"Records":[${a}],"Records":[${b}]}`, 1],
    [`{"Records":[${a},${b}]}trailing`, 2],
    [`{"Records":[${a},${b},]}`, 1],
    [`{"Records":[${a},,${b}]}`, 0],
    [`{"Records":[,${a},${b}]}`, 0],
    [`{"Records":[${a} ${b}]}`, 0],
    [`{"Records":[${a},${b}`, 1],
    [`{"Records":[${a},${b.slice(0, -20)}`, 1],
    [`{"Records":[${a},null,${b}]}`, 0],
    [`{"Records":[${a},${b.replace("Get", "Get\u0001")},${a}]}`, 1],
    [`{"Records":[${a},${b.replace('"b"', "tru")},${a}]}`, 1],
    [`{"Records":[]}`, 0],
    [`{"Records":[${recordWith({ s3: "{}" })},${a}]}`, 0],
    [`{"Records":[{"eventID":"x","kinesis":1},${a}]}`, 0],
    [`{"Records":[{"a":1},${a}]}`, 0],
  ])("%j", async (text, written) => {
    const both = await readers.read(text);
    expectSame(both);
    expect(both.written).toBe(written);
  });

  test("invalid UTF-8 is replaced before any path sees it", async () => {
    const text = Buffer.from(trailOf(a.replace("GetObject", "Get_Object"), b));
    text[text.indexOf("_")] = 0xff;
    const both = await readers.read(text);
    expectSame(both);
    expect([both.written, both.general.outcome.file.reason]).toEqual([2, "invalid UTF-8 was replaced by U+FFFD"]);
  });
});

describe("both paths agree", () => {
  test("on any records, ordinary ones between them", async () => {
    const records = fc.array(
      fc.oneof(
        recordText,
        string.map((id) => recordOf("x").replace('"x"', id)),
      ),
      { maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(records, async (texts) => expectSame(await readers.readTrail(recordOf("first"), ...texts))),
      { numRuns: 120, interruptAfterTimeLimit: 4000 },
    );
  });

  test("on ordinary records with any values", async () => {
    const member = fc.oneof(
      value,
      string,
      number,
      fc.constantFrom("null", '"2024-02-30T00:00:00Z"', '"true"', "false"),
    );
    const name = fc.constantFrom(
      "userAgent",
      "errorCode",
      "requestParameters",
      "resources",
      "userIdentity",
      "tlsDetails",
      "x",
      "eventTime",
      "readOnly",
      "responseElements",
      "eventName",
    );
    const record = fc.dictionary(name, member, { maxKeys: 4 }).map((members) => recordWith(members));
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 12 }), async (texts) =>
        expectSame(await readers.readTrail(recordOf("first"), ...texts)),
      ),
      { numRuns: 120, interruptAfterTimeLimit: 4000 },
    );
  });

  test("on trail files with bytes changed, taken out or put in", async () => {
    const text = Buffer.from(
      trailOf(...["a", "b", "c", "d"].map((id) => recordOf(id, { errorMessage: 'x "y" \\ é' }))),
    );
    const change = fc.record({
      at: fc.integer({ min: 0, max: text.length - 1 }),
      take: fc.integer({ min: 0, max: 3 }),
      put: fc.oneof(
        fc.constantFrom("", '"', "\\", "{", "}", "[", "]", ",", ":", " ", "\u0000", "1"),
        fc.string({ maxLength: 3 }),
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        let bytes: Buffer = text;
        for (const { at, take, put } of changes) {
          bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(put), bytes.subarray(at + take)]);
        }
        expectSame(await readers.read(bytes));
      }),
      { numRuns: 300, interruptAfterTimeLimit: 6000 },
    );
  });

  test("on files cut at any place", async () => {
    const text = Buffer.from(trailOf(recordOf("a"), recordOf("b", { userAgent: "é😀" })));
    for (let length = 0; length < text.length; length += 5) expectSame(await readers.read(text.subarray(0, length)));
  });

  test("when a shard is full in the middle of a file", async () => {
    const records = Array.from({ length: 20 }, (_, i) =>
      i % 7 === 5 ? recordWith({ a: "[ ]" }, `e${i}`) : recordOf(`e${i % 4}`),
    );
    const both = await smallShards.readTrail(...records);
    expectSame(both);
    expect(both.written).toBe(17);
  });

  test("when there are more callers and more different records than are remembered", async () => {
    const records = Array.from({ length: 17_000 }, (_, i) =>
      recordWith(
        {
          userIdentity: `{"type":"AssumedRole","principalId":"AROAEXAMPLE:s${i % 9000}","accountId":"${i % 9000}"}`,
          eventSource: '"s3.amazonaws.com"',
          eventName: `"Get${i}"`,
          requestParameters: `{"k${i % 17_000}":"v","bucketName":"b${i}"}`,
        },
        `e${i}`,
      ),
    );
    const { fast, general, written } = await readers.differences([Buffer.from(trailOf(...records))]);
    expect({ fast, general, written }).toEqual({ fast: [], general: [], written: records.length });
  });
});

test("in the database nothing tells the paths apart, whatever odd records there are", async () => {
  const odd = [
    recordWith({}).replace("}", ',"userAgent":"a","userAgent":"b"}'),
    recordWith({ requestParameters: '{"a":{"b":1,"b":2}}', userAgent: String.raw`"\ud800"` }),
    recordWith({ responseElements: String.raw`{"\udfff":"\ud83d"}`, extra: String.raw`["\ud800"]` }),
    recordWith({ requestParameters: '{"n":[12345678901234567890,1E3,1e400,-0,791.0,0.10]}', size: "1E3" }),
    recordWith({ requestParameters: nestedText(100_000, "1"), more: nestedText(100_000, '"x"') }),
    recordWith({
      userIdentity: "null",
      tlsDetails: "{}",
      addendum: '{"reason":null}',
      resources: "[]",
      userAgent: "null",
    }),
    recordWith({ readOnly: '"TRUE"', userAgent: "5", eventTime: "1688992065", errorCode: "[]", eventName: "{}" }),
    recordWith({ eventName: '""', eventSource: '""', sourceIPAddress: '""', requestParameters: '""' }),
    recordWith({}).replace("}", String.raw`,"user\u0041gent":"a"}`),
    '{"eventVersion":"1.08"}',
    '{"eventVersion":"1.08"}',
  ];
  const records = odd.flatMap((record, i) => [
    recordOf(`a${i}`),
    record,
    record.replaceAll(":", " :\n"),
    recordOf(`b${i}`),
  ]);
  const text = `\ufeff ${trailOf(...records)}\n{"Records":[${recordOf("c")}]} trailing`;
  const invalid = Buffer.from(text);
  invalid[invalid.indexOf("naïve") + 2] = 0xff;
  const { fast, general, written } = await readers.differences([Buffer.from(text), invalid]);
  expect({ fast, general }).toEqual({ fast: [], general: [] });
  expect(written).toBeGreaterThanOrEqual(2 * 22);
});
