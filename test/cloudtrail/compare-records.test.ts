import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareRecords, type Comparison } from "../../src/cloudtrail/compare-records.ts";
import { parseJson } from "../../src/cloudtrail/json-text.ts";
import { nestedText } from "../helpers/generated-json.ts";
import { recordText } from "../helpers/generated-records.ts";

function compare(left: string, right: string): Comparison {
  return compareRecords({ text: left, node: parseJson(left) }, { text: right, node: parseJson(right) });
}

const IDENTICAL: Comparison = { relation: "identical", fields: [] };
const SUBSET: Comparison = { relation: "subset", fields: [] };

test.each([
  ["white space", '{"a":1,"b":[1,2]}', '{ "a" : 1,\n"b":[ 1, 2 ] }'],
  ["the order of keys", '{"a":1,"b":{"c":1,"d":2}}', '{"b":{"d":2,"c":1},"a":1}'],
  ["how a letter is escaped", String.raw`{"a":"\u0041\/"}`, '{"a":"A/"}'],
  ["white space far down", `{"a":${nestedText(300, '{"b":1}')}}`, `{"a":${nestedText(300, '{ "b" : 1 }')}}`],
])("%s makes no difference", (_what, left, right) => {
  expect(compare(left, right)).toEqual(IDENTICAL);
});

test.each([
  ["a key", '{"a":1,"b":2}', '{"a":1}'],
  ["a key with null", '{"a":1,"b":null}', '{"a":1}'],
  ["a key below", '{"a":{"b":1,"c":2}}', '{"a":{"b":1}}'],
  ["a key in an item", '{"a":[{"b":1,"c":2}]}', '{"a":[{"b":1}]}'],
  ["all", '{"a":1}', "{}"],
  ["one key here and one there", '{"a":1,"b":2}', '{"a":1,"c":2}'],
  ["a key of an object's prototype", '{"a":1,"constructor":1}', '{"a":1}'],
])("a record that lacks %s is a subset, on either side", (_what, left, right) => {
  expect(compare(left, right)).toEqual(SUBSET);
  expect(compare(right, left)).toEqual(SUBSET);
});

test.each<[string, string, string, string[]]>([
  ["another text", '{"a":"x"}', '{"a":"y"}', ["a"]],
  ["another case", '{"a":"x"}', '{"a":"X"}', ["a"]],
  ["another number", '{"a":1}', '{"a":2}', ["a"]],
  ["a number written otherwise", '{"a":791.0}', '{"a":791}', ["a"]],
  ["digits beyond 2^53", '{"a":12345678901234567890}', '{"a":12345678901234567891}', ["a"]],
  ["another type", '{"a":"1"}', '{"a":1}', ["a"]],
  ["null and empty", '{"a":null}', '{"a":{}}', ["a"]],
  ["true and false", '{"a":true}', '{"a":false}', ["a"]],
  ["a value far below", '{"a":{"b":{"c":1}}}', '{"a":{"b":{"c":2}}}', ["a.b.c"]],
  ["an item", '{"a":[1,2]}', '{"a":[1,3]}', ["a"]],
  ["the order of items", '{"a":[1,2]}', '{"a":[2,1]}', ["a"]],
  ["the number of items", '{"a":[1,2]}', '{"a":[1]}', ["a"]],
  ["a value in an item", '{"a":[{"b":1,"c":1}]}', '{"a":[{"b":2,"c":1}]}', ["a.b"]],
  ["a repeated key", '{"a":1,"a":1}', '{"a":1}', ["a"]],
  ["the values of a repeated key", '{"a":1,"a":2}', '{"a":2,"a":1}', ["a"]],
  ["several fields, one of them missing", '{"b":1,"a":1,"c":1}', '{"a":2,"b":2}', ["a", "b"]],
  ["a value far down", `{"a":${nestedText(300, "1")}}`, `{"a":${nestedText(300, "2")}}`, [expectedDeepPath()]],
  ["a surrogate", String.raw`{"a":"\ud800"}`, String.raw`{"a":"\ud801"}`, ["a"]],
  ["a value of a key with a surrogate", String.raw`{"\ud800":1}`, String.raw`{"\ud800":2}`, ["\ufffd"]],
])("%s is a conflict, on either side", (_what, left, right, fields) => {
  expect(compare(left, right)).toEqual({ relation: "conflicting", fields });
  expect(compare(right, left)).toEqual({ relation: "conflicting", fields });
});

/** The path to the depth below which values are compared as text: items have no path of their own. */
function expectedDeepPath(): string {
  const levels = Array.from({ length: 199 }, (_, level) => (level % 3 === 0 ? [] : ["k"])).flat();
  return ["a", ...levels].join(".");
}

describe("conflicting fields", () => {
  test("are sorted, and at most fifty", () => {
    const record = (value: number): string =>
      `{${Array.from({ length: 80 }, (_, i) => `"k${String(79 - i).padStart(2, "0")}":${value}`).join(",")}}`;
    const { relation, fields } = compare(record(1), record(2));
    expect(relation).toBe("conflicting");
    expect(fields).toEqual(Array.from({ length: 50 }, (_, i) => `k${String(i).padStart(2, "0")}`));
  });
});

test("every record is identical with itself, and a relation is the same from both sides", () => {
  fc.assert(
    fc.property(recordText, recordText, (left, right) => {
      expect(compare(left, left)).toEqual(IDENTICAL);
      expect(compare(left, right)).toEqual(compare(right, left));
    }),
    { numRuns: 500, interruptAfterTimeLimit: 2000 },
  );
});
