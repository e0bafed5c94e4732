import fc from "fast-check";
import { expect, test } from "vitest";
import { parseCsvCell, stripFormulaPrefix } from "../../src/export/read-back.ts";
import { escapeControlsInLines } from "../../src/export/sanitise.ts";
import { columnsOf, format, splitCsv } from "./result-fixture.ts";

test("A CSV has a header, CR LF line ends, and tells null from the empty text.", async () => {
  const columns = columnsOf("event_time:timestamp", "n:integer", "ok:boolean", "actor", "params:json");
  const rows = [
    ["2023-07-10T12:27:45Z", 9007199254740993n, true, "ada", '{"a": "x,y"}'],
    [null, -1, false, "", null],
  ];

  expect(await format("csv", { columns, rows })).toBe(
    "event_time,n,ok,actor,params\r\n" +
      '2023-07-10T12:27:45Z,9007199254740993,true,ada,"{""a"": ""x,y""}"\r\n' +
      ',-1,false,"",\r\n',
  );
});

test.each([
  ["a comma", "a,b", '"a,b"'],
  ["a quote", 'say "x"', '"say ""x"""'],
  ["a line break", "a\r\nb", '"a\r\nb"'],
  ["a formula", "=1+1", "'=1+1"],
  ["a plus", "+1", "'+1"],
  ["a minus", "-1", "'-1"],
  ["an at sign", "@SUM(A1)", "'@SUM(A1)"],
  ["a tab in front", "\t=1", "'\t=1"],
  ["a carriage return in front", "\r=1", '"\'\r=1"'],
  ["a line feed in front", "\n=1", '"\'\n=1"'],
  ["a full-width equals sign", "＝1", "'＝1"],
  ["the prefix itself", "'x", "''x"],
  ["a formula and a comma", '=HYPERLINK("a","b")', '"\'=HYPERLINK(""a"",""b"")"'],
  ["a minus inside", "a-b=c", "a-b=c"],
  ["a terminal sequence", "\u001b[31m\u202e", "\\x1b[31m\\u202e"],
])("A text with %s is one safe cell.", async (_, cell, field) => {
  const columns = columnsOf("a", "b");

  expect(await format("csv", { columns, rows: [[cell, "x"]] })).toBe(`a,b\r\n${field},x\r\n`);
});

test.each([
  ["integer", -5, "-5"],
  ["float", -1.5e-7, "-1.5e-7"],
  ["float", Number.NEGATIVE_INFINITY, "-Infinity"],
  ["integer", "-170141183460469231731687303715884105728", "-170141183460469231731687303715884105728"],
  ["float", "-1+cmd|' /C calc'!A0", "'-1+cmd|' /C calc'!A0"],
  ["json", "-1", "'-1"],
  ["json", '"\u202e"', '"""\\u202e"""'],
])("In a column of type %s the cell %s is written as %s.", async (type, cell, field) => {
  expect(await format("csv", { columns: columnsOf(`a:${type}`), rows: [[cell]] })).toBe(`a\r\n${field}\r\n`);
});

test("Raw cells are written exactly, quoting aside, names included.", async () => {
  const columns = columnsOf("=a", "b:json");

  expect(await format("csv", { columns, rows: [["=1\u001b", '{"a":"\u202e"}']] }, { raw_cells: true })).toBe(
    '=a,b\r\n=1\u001b,"{""a"":""\u202e""}"\r\n',
  );
});

test("A column name is made safe like a cell.", async () => {
  expect(await format("csv", { columns: columnsOf("=cmd", "a,b\u001b"), rows: [] })).toBe(`'=cmd,"a,b\\x1b"\r\n`);
});

test("Missing cells of a short row are null.", async () => {
  expect(await format("csv", { columns: columnsOf("a", "b"), rows: [["x"]] })).toBe("a,b\r\nx,\r\n");
});

test("Every cell comes back equal after reading the CSV and removing one prefix.", async () => {
  const hostile = fc.constantFrom("=", "+", "-", "@", "\t", "\r", "\n", "'", "''", '"', ",", '"=', "＝");
  const cell = fc.oneof(
    fc.constant(null),
    fc.constant(""),
    fc.tuple(hostile, fc.string({ unit: "binary" })).map((parts) => parts.join("")),
    fc.array(hostile, { maxLength: 5 }).map((parts) => parts.join("")),
    fc.string(),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(cell, cell, cell), { maxLength: 5 }), async (rows) => {
      const columns = columnsOf("a", "b", "c");
      const [header, ...records] = splitCsv(await format("csv", { columns, rows }));
      expect(header).toEqual(["a", "b", "c"]);
      // The prefix is the outermost layer, so what it guards is the escaped text.
      const escaped = rows.map((row) => row.map((text) => (text === null ? null : escapeControlsInLines(text))));
      expect(records.map((record) => record.map(parseCsvCell))).toEqual(escaped);

      const raw = splitCsv(await format("csv", { columns, rows }, { raw_cells: true })).slice(1);
      const unquoted = raw.map((record) => record.map((field) => (field === "" ? null : unquote(field))));
      expect(unquoted).toEqual(rows);
      for (const field of records.flat()) expect(unquote(field)).not.toMatch(/^[=+\-@\t\r]/);
    }),
  );
});

function unquote(field: string): string {
  return field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field;
}

test.each([
  ["'=1", "=1"],
  ["''x", "'x"],
  ["x", "x"],
  ["", ""],
])("Removing the prefix of %s gives %s.", (text, original) => {
  expect(stripFormulaPrefix(text)).toBe(original);
});
