import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readRecords, type RecordItem } from "../../src/ingest/record-reader.ts";
import { WINDOW_SIZES } from "../../src/ingest/text-window.ts";
import { recordText } from "../helpers/generated-records.ts";

interface Read {
  readonly records: string[];
  readonly broken: string[];
  readonly problem: string | null;
  readonly note: string | null;
}

/** Reads a whole document, and checks of every item that it stands where it says. */
function read(document: string | Uint8Array, windowBytes = WINDOW_SIZES.bytes): Read {
  const bytes = Buffer.from(document);
  const from = bytes.indexOf("[") + 1;
  const sizes = { bytes: windowBytes, bytesMax: WINDOW_SIZES.bytesMax };
  const records: string[] = [];
  const broken: string[] = [];
  let end: Extract<RecordItem, { kind: "end" }> | null = null;
  for (const item of readRecords(bytes, from, sizes)) {
    expect(end).toBeNull();
    if (item.kind === "end") end = item;
    else {
      const text = item.kind === "record" ? item.text.slice(item.node.start, item.node.end) : item.text;
      (item.kind === "record" ? records : broken).push(text);
      const place = bytes.subarray(item.byteOffset, item.byteOffset + Buffer.byteLength(text));
      expect([item.byteOffset, place.toString()]).toEqual([item.byteOffset, text]);
    }
  }
  return { records, broken, problem: end!.problem, note: end!.note };
}

const record = (id: string): string => `{"eventVersion":"1.08","eventID":"${id}","x":[{"é":"😀"}]}`;
const [A, B, C] = [record("a"), record("b"), record("c")];
const WHOLE = { broken: [], problem: null, note: null };

describe("a whole document", () => {
  test.each([
    ["of three records", `{"Records":[${A},${B},${C}]}`, [A, B, C]],
    ["of none", '{"Records":[]}', []],
    ["with white space", ` { "Records" : [\n${A} ,\r\n${B}\t] \n}\n\n`, [A, B]],
    ["behind other keys", `{"meta":{"x":1},"Records":[${A}]}`, [A]],
    [
      "with items that are no objects",
      '{"Records":[1,"x",null,[2,[3]],-1.5E3,true]}',
      ["1", '"x"', "null", "[2,[3]]", "-1.5E3", "true"],
    ],
    ["of records like none of CloudTrail's", '{"Records":[{"a":1},{},{"b":{}}]}', ['{"a":1}', "{}", '{"b":{}}']],
  ])("%s is read", (_how, document, records) => {
    expect(read(document)).toEqual({ ...WHOLE, records });
  });

  test.each([
    ["two documents", `{"Records":[${A}]}{"Records":[${B},${C}]}`],
    ["two documents with white space between", `{"Records":[${A},${B}]}\n\n{ "Records": [${C}] }`],
    ["a document whose records do not come first", `{"Records":[${A},${B}]}{"x":[1],"Records":[${C}]}`],
    ["three documents, one of them empty", `{"Records":[${A}]}{"Records":[]}{"Records":[${B},${C}]}`],
  ])("%s back to back are read as one list", (_what, documents) => {
    expect(read(documents)).toEqual({ ...WHOLE, records: [A, B, C] });
  });

  test("may hold other keys behind its records: they are noted", () => {
    const note = "other keys than Records were not read";
    expect(read(`{"Records":[${A}],"x":{"y":[1]},"z":12}`)).toEqual({ ...WHOLE, records: [A], note });
    expect(read(`{"Records":[${A}],"x":1,"Records":[${B}]}`)).toEqual({ ...WHOLE, records: [A, B], note });
    expect(read(`{"Records":[${A}],"Records":null}{"Records":[${B}]}`)).toEqual({ ...WHOLE, records: [A, B], note });
  });

  test.each([
    ["a missing comma", `{"Records":[${A}${B},${C}]}`],
    ["a doubled comma", `{"Records":[${A},,${B},${C}]}`],
    ["a comma in front", `{"Records":[,${A},${B},${C}]}`],
    ["a comma at the end", `{"Records":[${A},${B},${C},]}`],
  ])("with %s loses no record, and that is noted", (_what, document) => {
    const note = "a comma between records is missing or one too many";
    expect(read(document)).toEqual({ ...WHOLE, records: [A, B, C], note });
  });
});

describe("a window smaller than", () => {
  const documents = [
    `{"Records":[${A},${B},${C}]}`,
    `{"Records": [ ${A} , ${B} ] ,"x":123456789,"Records":[${C}]} {"Records":[${A}]}`,
    `{"Records":[123456789,"é😀",-1.25E+10,null,[true,false],${A}]}`,
    `{"Records":[${A},{"eventVersion":oops},${B},{"eventVersion":"1.08","a":"b},${C}]}`,
    `{"Records":[${A}],"long":"${"é😀x".repeat(50)}"}${" ".repeat(100)}`,
    `{"Records":[${A}`,
    `{"Records":[${A},12`,
  ];

  test.each(documents)("a record, a character or a number makes no difference: %s", (document) => {
    const expected = read(document);
    expect(expected.records.length).toBeGreaterThan(0);
    for (let size = 1; size < 80; size += 1) expect([size, read(document, size)]).toEqual([size, expected]);
  });

  test("anything makes no difference", () => {
    fc.assert(
      fc.property(fc.array(recordText, { maxLength: 4 }), fc.integer({ min: 1, max: 5000 }), (records, size) => {
        expect(read(`{"Records":[${records.join(",")}]}`, size)).toEqual({ ...WHOLE, records });
      }),
      { numRuns: 200, interruptAfterTimeLimit: 2500 },
    );
  });

  test.each([509, 510, 511, 512])(
    "a record larger than %i bytes is set aside, and the next ones are read",
    (bytesMax) => {
      const long = `{"eventVersion":"1.08","x":"${"é".repeat(3000)}"}`;
      const bytes = Buffer.from(`{"Records":[${A},${long},${B},${C}]}`);
      const items = [...readRecords(bytes, 12, { bytes: 64, bytesMax })];
      const records = items.flatMap((item) =>
        item.kind === "record" ? [item.text.slice(item.node.start, item.node.end)] : [],
      );
      expect(records).toEqual([A, B, C]);
      expect(items[1]).toMatchObject({ kind: "broken", reason: "larger than any record" });
      expect(items.at(-1)).toEqual({ kind: "end", problem: null, note: null });
    },
  );
});

describe("one broken record among good ones leaves all good ones:", () => {
  const head = '{"eventVersion":"1.08","eventID":"b"';
  const breakages: [string, string][] = [
    ["an unknown literal", `${head},"x":nil}`],
    ["a number with a leading zero", `${head},"x":01}`],
    ["a missing brace", head],
    ["a missing brace below", `${head},"x":{"y":1}`],
    ["a missing bracket", `${head},"x":[1,{"y":2}}`],
    ["a missing quote at the end of a value", `${head},"x":"y,"z":"w"}`],
    ["a missing quote at the beginning of a value", `${head},"x":y","z":"w"}`],
    ["a missing quote around a key", `${head},x":"y"}`],
    ["a missing quote at the very end", `${head},"x":"y}`],
    ["a missing comma", `${head}"x":1}`],
    ["a missing colon", `${head},"x"1}`],
    ["a missing value", `${head},"x":}`],
    ["a control character", `${head},"x":"a\nb"}`],
    ["a zero byte", `${head},"x":"a\0b"}`],
    ["a bad escape", String.raw`${head},"x":"\q"}`],
    ["an escape that hides a quote", String.raw`${head},"x":"y\"}`],
    ["a comment", `${head}/* no */}`],
    ["braces in a text", `${head},"x":nil,"y":"}},{{[","z":1}`],
    ["an object like a record in it", `${head},"x":{"eventName":1,"y":[{"eventName":2}]},"z":nil}`],
    ["brackets that close no bracket", `${head},"x":]]{pe":1},"y":2}`],
    ["another word in its place", "NaN"],
    ["letters beyond ASCII in its place", "é😀é"],
    ["a half of a text in its place", 'half"'],
    ["zero bytes in its place", "\0".repeat(600)],
    ["a record begun and not ended", '{"eventVersion":"1.0'],
  ];

  test.each(breakages)("%s, in the middle", (_what, broken) => {
    expect(read(`{"Records":[${A},${broken},${C}]}`)).toEqual({
      records: [A, C],
      broken: [broken],
      problem: null,
      note: null,
    });
  });

  test.each(breakages)("%s, at the beginning", (_what, broken) => {
    expect(read(`{"Records":[${broken},${B},${C}]}`)).toMatchObject({
      records: [B, C],
      broken: [broken],
      problem: null,
    });
  });

  test.each(breakages)("%s, at the end", (_what, broken) => {
    const { records, broken: set_aside } = read(`{"Records":[${A},${B},${broken}]}`);
    expect([records, set_aside.length]).toEqual([[A, B], 1]);
    expect(set_aside[0]!.startsWith(broken)).toBe(true);
  });

  test.each(breakages)("%s, twice with a good one between", (_what, broken) => {
    expect(read(`{"Records":[${A},${broken},${B},${broken},${C}]}`)).toMatchObject({
      records: [A, B, C],
      broken: [broken, broken],
    });
  });

  test.each(breakages)("%s, before another document", (_what, broken) => {
    const { records, broken: set_aside } = read(`{"Records":[${A},${broken}]}{"Records":[${B},${C}]}`);
    expect([records, set_aside.length]).toEqual([[A, B, C], 1]);
  });

  test.each(breakages)("%s, in windows of any size", (_what, broken) => {
    const document = `{"Records":[${A},${broken},${B},${C}]}`;
    for (const size of [1, 7, 30, 100, 300]) expect(read(document, size)).toEqual(read(document));
  });

  test("and the next one need not begin like most of them", () => {
    const other = '{"z":1,"eventVersion":"1.08"}';
    expect(read(`{"Records":[{"eventVersion":x},${other},{"y":nil} ,${other}]}`)).toEqual({
      records: [other, other],
      broken: ['{"eventVersion":x}', '{"y":nil}'],
      problem: null,
      note: null,
    });
  });

  test("a brace too many is set aside alone: the record before it is a good one", () => {
    expect(read(`{"Records":[${A}},${B}},${C}]}`)).toEqual({ ...WHOLE, records: [A, B, C], broken: ["}", "}"] });
  });

  test("a missing brace in front leaves a text that is no record, and the rest of it", () => {
    const { records, broken } = read(`{"Records":[${A},${B.slice(1)},${C}]}`);
    expect([records, broken]).toEqual([[A, '"eventVersion"', C], [B.slice('{"eventVersion"'.length)]]);
  });

  test("and says where it broke", () => {
    const document = `{"Records":[${A},{"eventVersion":"é","x":nil}]}`;
    const [, item] = readRecords(Buffer.from(document), 12);
    const at = Buffer.from(document).indexOf("nil");
    expect(item).toMatchObject({ kind: "broken", reason: `not a JSON value (byte ${at})` });
  });
});

describe("a document cut anywhere", () => {
  const document = `{"Records":[${A}, ${B},{"eventVersion":"1.08","n":-1.5E+3,"ok":true}] , "x" : [1, {"y":null}] }`;
  const [second, third] = [document.indexOf(B) + B.length, document.indexOf("true}") + 5];

  test("gives every record before the cut, and ends with a problem", () => {
    const bytes = Buffer.from(document);
    for (let end = 12; end < bytes.length; end += 1) {
      // Half a character at the end becomes U+FFFD before records are read.
      const text = bytes.toString("utf8", 0, end);
      const { records, broken, problem } = read(text);
      const complete = [A.length + 12, second, third].filter((place) => text.length >= place).length;
      expect([end, records.length, problem]).toEqual([end, complete, expect.stringMatching(/cut off/)]);
      expect(broken.every((part) => text.endsWith(part))).toBe(true);
    }
    expect(read(document)).toMatchObject({ problem: null });
  });
});

describe("what follows the list of records and is no document is a problem:", () => {
  test.each([
    [`{"Records":[${A}]]`, /unexpected text after the list/],
    [`{"Records":[${A}]x}`, /unexpected text after the list/],
    [`{"Records":[${A}],}`, null],
    [`{"Records":[${A}],"x"}`, /unexpected text after the list/],
    [`{"Records":[${A}],"x":1 "y":2}`, /unexpected text after the list/],
    [`{"Records":[${A}]}x`, /unexpected text after the end of the document/],
    [`{"Records":[${A}]}}`, /unexpected text after the end of the document/],
    [`{"Records":[${A}]}\0\0\0`, /unexpected text after the end of the document/],
    [`{"Records":[${A}]}{"x":1}`, /another document without records/],
    [`{"Records":[${A}]}{}`, /another document without records/],
    [`{"Records":[${A}]}{"x":1,"Rec`, /another document without records follows .*breaks off/],
    [`{"Records":[${A}]}{"x" 1}`, /another document without records follows .*expected a colon/],
  ])("%s", (document, problem) => {
    expect(read(document)).toMatchObject({
      records: [A],
      problem: problem === null ? null : expect.stringMatching(problem),
    });
  });
});

describe("a list that seems to end too early is read on at the next record:", () => {
  test.each([
    ["a stray bracket", `{"Records":[${A}]${B},${C}]}`, []],
    ["a stray bracket before a comma", `{"Records":[${A}],${B},${C}]}`, []],
    ["the end of a document", `{"Records":[${A}]}]}${B},${C}]}`, ["]}"]],
    ["the second half of a record", `{"Records":[${A}]pe":"x"},${B},${C}]}`, ['pe":"x"},']],
    ["text behind the document", `{"Records":[${A}]}\n--\n{"Records":[${B},${C}]}`, ['--\n{"Records":[']],
  ])("%s", (_what, document, broken) => {
    const result = read(document);
    expect([result.records, result.broken]).toEqual([[A, B, C], broken]);
    expect(result.problem).toMatch(/unexpected text/);
  });

  test("a document without records is set aside, and events behind it are read", () => {
    const stranger = '{"x":1}';
    expect(read(`{"Records":[${A}]}${stranger}${B},${C}`)).toEqual({
      ...WHOLE,
      records: [A, B, C],
      broken: [stranger],
    });
  });
});

describe("time does not explode", () => {
  const timed = (text: string): number => {
    const started = performance.now();
    for (const _item of readRecords(Buffer.from(text), 12)) continue;
    return performance.now() - started;
  };

  test.each([
    ["with what is no ASCII", `${record("a")},`.repeat(30_000)],
    ["with brackets that never close", '{"eventName":[},'.repeat(60_000)],
    ["with lists that break at the very end", '{"x":[{},{"eventName":[{},'.repeat(60_000) + "oops"],
    ["with braces alone", "{".repeat(2_000_000)],
    ["with quotes alone", '"'.repeat(2_000_000)],
    ["with commas alone", ",".repeat(2_000_000)],
    ["with commas in a broken record", `{"a"${",".repeat(2_000_000)}`],
    ["with white space alone", " ".repeat(10_000_000)],
    ["with ends of documents", '{"eventName":x]}'.repeat(40_000)],
  ])("%s", (_how, items) => {
    expect(timed(`{"Records":[${items}]}`)).toBeLessThan(15_000);
  });
});
