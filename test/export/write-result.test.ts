import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Cell, Row, RowChunks } from "../../src/export/result-table.ts";
import { formatResult, TEXT_FORMATS } from "../../src/export/write-result.ts";
import { chunksOf, columnsOf, format, textOf, TYPES } from "./result-fixture.ts";

const UNSAFE_RANGES =
  "\\0-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\xad\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060\\u2066-\\u2069\\ufeff\\p{Cs}\\u{e0000}-\\u{e007f}";
const UNSAFE = new RegExp(`[${UNSAFE_RANGES}]`, "u");

const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc
    .array(
      fc.constantFrom(
        ..."\0\t\n\r\x1b\x7f\x9b\xad",
        "\u061c",
        "\u200b",
        "\u202e",
        "\u2028",
        "\ud800",
        "\udc00",
        "\u{e0041}",
        "a",
        '"',
        "\\",
        "|",
      ),
      { maxLength: 12 },
    )
    .map((characters) => characters.join("")),
);
const cell: fc.Arbitrary<Cell> = fc.oneof(
  hostile,
  hostile.map((text) => JSON.stringify({ [text]: [text] }, null, 1)),
  fc.constantFrom(null, true, 1.5, -3n),
);

describe.each(TEXT_FORMATS)("As %s", (textFormat) => {
  test("nothing from evidence can drive a terminal, be it a cell, a column name, a footer or meta.", async () => {
    const shape = fc.record({
      names: fc.array(hostile, { minLength: 1, maxLength: 3 }),
      rows: fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { maxLength: 3 }),
      type: fc.constantFrom(...TYPES),
      note: hostile,
      width: fc.constantFrom(null, 20, 80),
      ascii: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(shape, async ({ names, rows, type, note, width, ascii }) => {
        const columns = names.map((name) => ({ name, type }));
        const text = await format(
          textFormat,
          { columns, rows },
          { width, ascii, footer: [note], meta: { [note]: note } },
        );
        expect(text).not.toMatch(UNSAFE);
        // Only CSV has a way to quote them.
        if (textFormat !== "csv") expect(text).not.toMatch(/[\r\t]/);
      }),
    );
  });

  test("the text does not depend on how the rows were cut into chunks.", async () => {
    const columns = columnsOf("n:integer", "s");
    const rows: Row[] = Array.from({ length: 2_500 }, (_, index) => [index, `row ${index}`]);
    const options = { width: 80, footer: ["x"], meta: { a: 1 } };

    const whole = await format(textFormat, { columns, rows }, options);
    const chunks = chunksOf(rows.slice(0, 1), [], rows.slice(1, 1_300), rows.slice(1_300));

    expect(await textOf(formatResult(textFormat, { columns, chunks }, options))).toBe(whole);
  });

  test("100,000 rows pass through without piling up.", async () => {
    const columns = columnsOf("n:integer", "s");
    let pulled = 0;
    async function* source(): RowChunks {
      for (; pulled < 100_000;) {
        pulled += 500;
        yield Array.from({ length: 500 }, (_, index): Row => [pulled + index, "x".repeat(300)]);
      }
    }

    let written = 0;
    let behindMax = 0;
    let pieceMax = 0;
    for await (const piece of formatResult(textFormat, { columns, chunks: source() }, { width: 80 })) {
      written += piece.split("\n").length - 1;
      behindMax = Math.max(behindMax, pulled - written);
      pieceMax = Math.max(pieceMax, piece.length);
    }

    expect(pulled).toBe(100_000);
    expect(written).toBeGreaterThanOrEqual(100_000);
    expect(behindMax).toBeLessThanOrEqual(1_500);
    expect(pieceMax).toBeLessThan(100_000);
  });

  test("a reader that stops early closes the source.", async () => {
    let isClosed = false;
    async function* source(): RowChunks {
      try {
        for (;;) yield Array.from({ length: 1_000 }, (): Row => ["x"]);
      } finally {
        isClosed = true;
      }
    }

    let pieces = 0;
    for await (const piece of formatResult(textFormat, { columns: columnsOf("a"), chunks: source() })) {
      pieces += piece === "" ? 0 : 1;
      if (pieces === 3) break;
    }

    expect(isClosed).toBe(true);
  });
});

test("What is only known after the last row is asked for then.", async () => {
  let rowCount = 0;
  async function* source(): RowChunks {
    yield [["a"], ["b"]];
    rowCount = 2;
  }
  const late = { meta: () => ({ rows: rowCount }), footer: () => [`${rowCount} rows`] };
  const columns = columnsOf("s");

  expect(await textOf(formatResult("json", { columns, chunks: source() }, late))).toMatch(/"_meta":\{"rows":2\}/);
  expect(await textOf(formatResult("table", { columns, chunks: source() }, late))).toMatch(/\n2 rows\n$/);
  expect(await textOf(formatResult("md", { columns, chunks: source() }, late))).toMatch(/\n- 2 rows\n$/);
});
