import fc from "fast-check";
import { expect, test } from "vitest";
import { placeColumns, type ColumnSpec } from "../../../src/tui/components/columns.ts";
import { drawTable, type TableRow } from "../../../src/tui/components/table.ts";
import { makeTheme } from "../../../src/tui/terminal/theme.ts";
import { lineWidth } from "../../../src/tui/text/fit.ts";

const theme = makeTheme({ color: true, ascii: false });

const COLUMNS: readonly ColumnSpec[] = [
  { title: "time (UTC)", min: 19 },
  { title: "event", min: 10, max: 24 },
  { title: "error", min: 6, max: 20, grow: 2 },
  { title: "n", min: 4, align: "right" },
];

const ROWS: readonly TableRow[] = [
  { cells: ["2024-03-09 22:01:58", "AssumeRole", null, "1"] },
  { cells: ["2024-03-09 22:02:03", "GetCallerIdentity", null, "20"], gutter: "*" },
  {
    cells: ["2024-03-09 22:02:11", "List\u001b[2JUsers", "AccessDenied", "300"],
    gutter: "!",
    cellStyles: [undefined, undefined, "error"],
  },
];

const text = (lines: ReturnType<typeof drawTable>): string[] =>
  lines.map((line) => line.map((span) => span.text).join(""));

const options = { columns: COLUMNS, n_rows: 4, row: (index: number) => ROWS[index], scroll: 0, theme };

test("rows stand below their titles; marks, failures and rows not yet read are told without colour", () => {
  const lines = drawTable({ ...options, width: 60, height: 6, cursor: { row: 0, column: 1 } });

  expect(text(lines)).toEqual([
    "  time (UTC)          event            error               n",
    "> 2024-03-09 22:01:58 AssumeRole                           1",
    "* 2024-03-09 22:02:03 GetCallerIdenti…                    20",
    "! 2024-03-09 22:02:11 List\\x1b[2JUsers AccessDenied      300",
    "  . . .                                                     ",
    "                                                            ",
  ]);
  expect(lines[1]?.map(({ style }) => style)).toEqual(["cursor", "cursor-cell", "cursor"]);
  expect(lines[3]?.map(({ style }) => style)).toContain("error");
});

test("without focus the cursor is a sign alone", () => {
  const [, row] = drawTable({ ...options, width: 60, height: 6, cursor: { row: 0 }, focused: false });

  expect(row?.map(({ style }) => style)).toEqual(["plain"]);
  expect(row?.[0]?.text).toMatch(/^> 2024/);
});

test("a table takes exactly its place, whatever it holds", () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.option(fc.string({ unit: "binary" })), { minLength: 4, maxLength: 4 }), { maxLength: 6 }),
      fc.integer({ min: 4, max: 90 }),
      fc.integer({ min: 1, max: 8 }),
      (cells, width, height) => {
        const lines = drawTable({
          ...options,
          width,
          height,
          n_rows: cells.length,
          row: (i) => ({ cells: cells[i] ?? [] }),
          cursor: { row: 1 },
        });
        expect(lines.map(lineWidth)).toEqual(Array.from({ length: height }, () => width));
      },
    ),
  );
});

test("columns that have no room are left out from the end, and the rest share what is left", () => {
  const shown = placeColumns(COLUMNS, 36);

  expect(shown.map(({ title }) => title)).toEqual(["time (UTC)", "event"]);
  expect(shown.map(({ x, width }) => x + width).at(-1)).toBe(36);
  expect(placeColumns(COLUMNS, 10).map(({ width }) => width)).toEqual([10]);
});
