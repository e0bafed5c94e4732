import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compactJson } from "../../src/export/json-cell.ts";
import { columnsOf, format } from "./result-fixture.ts";

const columns = columnsOf("t:timestamp", "n:integer", "x:float", "ok:boolean", "s", "j:json");
const rows = [
  ["2023-07-10T12:27:45Z", 18446744073709551615n, 1.5, true, 'é "q" \\ \u001b\u202e', '{ "a": [1.0, 2E9] }'],
  [null, 7, Number.NaN, false, "", null],
];

const FIRST =
  '{"t":"2023-07-10T12:27:45Z","n":18446744073709551615,"x":1.5,"ok":true,"s":"é \\"q\\" \\\\ \\u001b\\u202e","j":{"a":[1.0,2E9]}}';
const SECOND = '{"t":null,"n":7,"x":null,"ok":false,"s":"","j":null}';

test("JSON is one document with columns, a row a line, and what the numbers mean last.", async () => {
  const meta = { counts: "records", scope: { region: "us-\u202e" }, n: 2 };

  expect(await format("json", { columns, rows }, { meta: () => meta })).toBe(
    '{"columns":[{"name":"t","type":"timestamp"},{"name":"n","type":"integer"},{"name":"x","type":"float"},' +
      '{"name":"ok","type":"boolean"},{"name":"s","type":"text"},{"name":"j","type":"json"}],\n' +
      `"rows":[\n${FIRST},\n${SECOND}\n],\n` +
      '"_meta":{"counts":"records","scope":{"region":"us-\\u202e"},"n":2}}\n',
  );
});

test("A JSON document without rows or meta has both, empty.", async () => {
  expect(await format("json", { columns: columnsOf("a"), rows: [] })).toBe(
    '{"columns":[{"name":"a","type":"text"}],\n"rows":[\n],\n"_meta":{}}\n',
  );
});

test("JSONL is one compact object a line and nothing else.", async () => {
  expect(await format("jsonl", { columns, rows })).toBe(`${FIRST}\n${SECOND}\n`);
  expect(await format("jsonl", { columns, rows: [] })).toBe("");
});

test("Columns of one name get different keys, also when the next name is taken.", async () => {
  const twins = columnsOf("arn", "arn", "arn_2", "arn");

  expect(await format("jsonl", { columns: twins, rows: [["a", "b", "c", "d"]] })).toBe(
    '{"arn":"a","arn_3":"b","arn_2":"c","arn_4":"d"}\n',
  );
});

test.each([
  ["is no JSON", "{oops", '"{oops"'],
  ["is two values", "1 2", '"1 2"'],
  ["is empty", "", '""'],
  ["would end the object", '1},{"x":2', '"1},{\\"x\\":2"'],
])("A cell of a JSON column that %s is written as a string.", async (_, cell, value) => {
  expect(await format("jsonl", { columns: columnsOf("j:json"), rows: [[cell]] })).toBe(`{"j":${value}}\n`);
});

test("A column name can hold anything.", async () => {
  expect(await format("jsonl", { columns: columnsOf('a"\n\u202e'), rows: [[1]] })).toBe('{"a\\"\\n\\u202e":1}\n');
});

describe("Compact JSON", () => {
  test.each([
    ['{ "a" : 1 , "b c" : [ ] }', '{"a":1,"b c":[]}'],
    ['\n{"a: , [ ":\t"\\" : \\\\" }\r\n', '{"a: , [ ":"\\" : \\\\"}'],
    ["[1.0, 1e5,\n12345678901234567890]", "[1.0,1e5,12345678901234567890]"],
    ['"a  b"', '"a  b"'],
    [" 1 ", "1"],
  ])("of %j is %s.", (text, compact) => {
    expect(compactJson(text)).toBe(compact);
  });

  test("is what JSON.stringify writes, whatever the indentation was.", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), fc.constantFrom(1, 4, "\t", " \n"), (value, indent) => {
        expect(compactJson(JSON.stringify(value, null, indent))).toBe(JSON.stringify(value));
      }),
    );
  });

  test("of a cell of many megabytes takes no more than the text.", () => {
    const text = `{ "a": "${"\\n".repeat(3_000_000)}" }`;
    expect(compactJson(text)).toHaveLength(text.length - 3);
  });
});
