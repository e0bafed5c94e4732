import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readCsv, type CsvRow } from "../../../src/ingest/shapes/csv-reader.ts";

/** A window so small that every row has to be read again in a larger one. */
const TINY = { bytes: 8, bytesMax: 1024 * 1024 };

function rowsOf(text: string, delimiter = ",", sizes = TINY): CsvRow[] {
  return [...readCsv(Buffer.from(text), 0, { delimiter, sizes })];
}

function cellsOf(text: string, delimiter = ","): (readonly string[])[] {
  return rowsOf(text, delimiter).map((row) => (row.kind === "row" ? row.cells : ["broken", row.text]));
}

describe("rows of a table", () => {
  test.each([
    [
      "plain",
      "a,b\nc,d\n",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    [
      "without a last line break",
      "a,b\nc,d",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    [
      "with CR LF",
      "a,b\r\nc,d\r\n",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    ["with empty lines between", "a\n\n\r\nb\n", [["a"], ["b"]]],
    ["with empty cells", ",a,\n", [["", "a", ""]]],
    ["with quotes", '"a,b","c ""d"""\n', [["a,b", 'c "d"']]],
    ["with line breaks in quotes", '"a\nb\r\nc",d\n', [["a\nb\r\nc", "d"]]],
    ["with quotes inside a plain cell", 'a"b",c\n', [['a"b"', "c"]]],
    ["with text behind a quote", '"a"b,c\n', [["ab", "c"]]],
    ["with a carriage return inside a cell", "a\rb,c\n", [["a\rb", "c"]]],
  ])("%s", (_how, text, rows) => {
    expect(cellsOf(text)).toEqual(rows);
  });

  test("parted by other characters", () => {
    expect(cellsOf('a;"b;c"\n', ";")).toEqual([["a", "b;c"]]);
    expect(cellsOf("a\tb,c\n", "\t")).toEqual([["a", "b,c"]]);
  });

  test("with a quote that is never closed cost their line only", () => {
    expect(cellsOf('a,b\n"c,d\ne,f\n')).toEqual([
      ["a", "b"],
      ["broken", '"c,d'],
      ["e", "f"],
    ]);
  });

  test("know where they stand in the bytes", () => {
    const text = 'é,b\n"ü\nü",d\ne,f\n';
    const bytes = Buffer.from(text);
    for (const row of rowsOf(text)) {
      expect(bytes.subarray(row.byteOffset).toString()).toMatch(/^(?:é,b|"ü|e,f)/);
    }
  });

  test("that were written are read as they were", () => {
    const cell = fc.string({
      unit: fc.constantFrom("a", "é", '"', ",", ";", "\n", "\r", " ", "=", "😀"),
      maxLength: 8,
    });
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(table, fc.constantFrom("\n", "\r\n"), (rows, newline) => {
        const quoted = rows.map((cells) => cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(",") + newline);
        expect(cellsOf(quoted.join(""))).toEqual(rows);
      }),
    );
  });

  test("of any text end, and their places go up", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", "é"), maxLength: 60 }), (text) => {
        let before = -1;
        for (const { byteOffset } of rowsOf(text)) {
          expect(byteOffset).toBeGreaterThan(before);
          before = byteOffset;
        }
      }),
    );
  });

  test("of hostile text take no quadratic time", () => {
    const started = performance.now();
    let rows = 0;
    for (const _row of readCsv(Buffer.from('a,"\n'.repeat(300_000)), 0, { delimiter: "," })) rows += 1;
    expect(rows).toBeGreaterThan(0);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
