import { describe, expect, test } from "vitest";
import { columnOf, dayNumber } from "../../../../src/queries/views/coverage-calendar.ts";
import type { CoverageCell, CoverageZoom } from "../../../../src/queries/views/coverage-cells.ts";
import type { CoverageRow } from "../../../../src/queries/views/coverage-rows.ts";
import { cellGlyph, daysWithout } from "../../../../src/tui/screens/coverage/cell-glyph.ts";
import {
  columnHeads,
  columnSpan,
  fittingZoom,
  matrixLayout,
} from "../../../../src/tui/screens/coverage/matrix-layout.ts";

const none = { "management-read": 0, "management-write": 0, data: 0, insight: 0, network: 0, other: 0 };
const row = (first_day: string, last_day: string): CoverageRow => ({
  account: "111122223333",
  region: "us-east-1",
  events: 0,
  by_category: none,
  files: 0,
  problems: 0,
  first_day,
  last_day,
  days_without: 0,
});
const cell = (changes: Partial<CoverageCell>): CoverageCell => ({
  events: 0,
  by_category: none,
  files: 0,
  problems: 0,
  days: 1,
  ...changes,
});
const at = (zoom: CoverageZoom, day: string): number => columnOf(zoom, dayNumber(day));

describe("the layout", () => {
  test.each([60, 80, 100, 120, 200])("never needs more than %d columns, and always shows a cell", (width) => {
    for (const zoom of ["day", "week", "month"] as const) {
      const { name, events, files, without, proof, cell: columns, n_cells } = matrixLayout(width, zoom);
      expect(2 + name + events + files + without + proof + 1 + columns * n_cells).toBeLessThanOrEqual(width);
      expect(n_cells).toBeGreaterThan(8);
    }
  });

  test.each([
    [[row("2024-03-01", "2024-03-20")], "day"],
    [[row("2024-03-01", "2024-03-20"), row("2024-06-01", "2024-06-02")], "week"],
    [[row("2019-01-01", "2024-03-20")], "month"],
  ])("takes the finest zoom at which everything fits", (rows, expected) => {
    expect(fittingZoom(rows, 80)).toBe(expected);
  });

  test("has no columns without rows", () => {
    expect(columnSpan([], "day")).toBeNull();
  });
});

describe("the heads of the columns", () => {
  const layout = { ...matrixLayout(80, "day"), n_cells: 40 };

  test.each([
    ["day", "2024-02-27", 1, ["2024-02                                 ", "   01     08     15     22        01    "]],
    ["week", "2024-02-26", 2, ["2024-02   2024-04   2024-05 2024-06     2024-07", "26  11"]],
    ["month", "2023-11-01", 3, ["2023  2024", "11 12 01 02"]],
  ] as const)("name the year and the month: %s", (zoom, day, width, [above, below]) => {
    const heads = columnHeads(zoom, { left: at(zoom, day), count: 40 }, { ...layout, cell: width });

    expect([heads[0].startsWith(above.slice(0, 30)), heads[1].startsWith(below)]).toEqual([true, true]);
    expect(heads.map((text) => text.length)).toEqual([40 * width, 40 * width]);
  });

  test("begin nowhere behind the last column", () => {
    const [above, below] = columnHeads("day", { left: at("day", "2024-02-28"), count: 2 }, { ...layout, cell: 1 });

    expect([above.trim(), below.trim()]).toEqual(["2024-02", ""]);
  });
});

describe("a cell", () => {
  const place = {
    row: row("2024-03-01", "2024-03-10"),
    zoom: "day",
    column: at("day", "2024-03-05"),
    category: null,
  } as const;

  test.each([
    ["has not come", undefined, "."],
    ["has nothing, within the row", null, "-"],
    ["has one event", cell({ events: 1 }), "1"],
    ["has a thousand events", cell({ events: 1000 }), "4"],
    ["has more events than there are digits for", cell({ events: 12_345_678_901 }), "9"],
    ["has only a file", cell({ files: 1 }), "o"],
    ["has a file with problems", cell({ events: 5, problems: 1 }), "!"],
  ])("that %s is one character", (_, given, expected) => {
    expect(cellGlyph(given, place).text).toBe(expected);
  });

  test("that lies outside of its row is blank", () => {
    for (const day of ["2024-02-29", "2024-03-11"]) {
      expect(cellGlyph(null, { ...place, column: at("day", day) }).text).toBe(" ");
    }
  });

  test("on the first or last day of its row is within it", () => {
    for (const day of ["2024-03-01", "2024-03-10"]) {
      expect(cellGlyph(null, { ...place, column: at("day", day) }).text).toBe("-");
    }
  });

  test("without events of the category says that there are others", () => {
    const given = cell({ events: 5, by_category: { ...none, data: 5 } });

    expect(cellGlyph(given, { ...place, category: "insight" }).text).toBe("o");
    expect(cellGlyph(given, { ...place, category: "data" }).text).toBe("1");
  });

  test.each([
    ["week", "2024-02-26", cell({ days: 2 }), 1],
    ["week", "2024-03-04", cell({ days: 6 }), 1],
    ["month", "2024-03-01", cell({ days: 10 }), 0],
    ["month", "2024-03-01", null, 10],
    ["day", "2024-03-05", null, 1],
    ["day", "2024-03-05", undefined, 0],
  ] as const)("of a %s counts the days without anything inside its row only", (zoom, day, given, expected) => {
    expect(daysWithout(given, { ...place, zoom, column: at(zoom, day) })).toBe(expected);
  });
});
