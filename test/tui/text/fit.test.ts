import fc from "fast-check";
import { expect, test } from "vitest";
import { displayWidth } from "../../../src/export/display-width.ts";
import { overlay, sliceColumns } from "../../../src/tui/components/compose.ts";
import type { Line } from "../../../src/tui/state/types.ts";
import { fit, fitBoth, fitLine, fitLines, fitValue, lineWidth, span, wrapWords } from "../../../src/tui/text/fit.ts";

const anyText = fc.string({ unit: "binary", maxLength: 80 });
const anyWidth = fc.integer({ min: 0, max: 60 });
const safeLine = fc.array(
  fc.record({
    text: fc
      .array(fc.constantFrom("a", " ", "日", "é", "👍", "e\u0301", "…"), { maxLength: 12 })
      .map((parts) => parts.join("")),
    style: fc.constantFrom("plain" as const, "bold" as const),
  }),
  { maxLength: 5 },
);

test.each([
  ["short", 8, {}, "short   "],
  ["right", 8, { align: "right" as const }, "   right"],
  ["much too long", 8, { ellipsis: "…" }, "much to…"],
  ["arn:aws:iam::1:role/admin", 10, { cut: "start" as const, ellipsis: "…" }, "…ole/admin"],
  ["日本語", 5, { ellipsis: "…" }, "日本…"],
  ["日本語", 4, { ellipsis: "…" }, "日… "],
])("%j in %i columns (%o) is %j", (text, width, options, fitted) => {
  expect(fit(text, width, options)).toBe(fitted);
});

test("a value of any kind takes exactly the columns it is given", () => {
  fc.assert(
    fc.property(anyText, anyWidth, fc.constantFrom("start" as const, "end" as const), (text, width, cut) => {
      expect(displayWidth(fitValue(text, width, { cut, ellipsis: "…" }))).toBe(width);
    }),
  );
});

test("a line takes exactly the columns it is given", () => {
  fc.assert(
    fc.property(safeLine, safeLine, anyWidth, (line, right, width) => {
      expect(lineWidth(fitLine(line, width))).toBe(width);
      expect(lineWidth(fitBoth(line, right, width))).toBe(width);
    }),
  );
});

test("lines fill a place exactly", () => {
  const lines = fitLines([[span("one")], [span("two, which is longer")]], { width: 6, height: 3 });

  expect(lines.map((line) => line.map(({ text }) => text).join(""))).toEqual(["one   ", "two, ~", "      "]);
});

test("columns cut out of a line are as many as asked for, wide characters or not", () => {
  fc.assert(
    fc.property(safeLine, fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 }), (line, from, length) => {
      const wide = fitLine(line, 60);
      expect(lineWidth(sliceColumns(wide, from, from + length))).toBe(length);
    }),
  );
});

test("a box over a view leaves the view around it, and every line as wide as before", () => {
  const under: Line[] = [[span("日本語日本語")], [span("abcdefghijkl")], [span("mnopqrstuvwx")]];

  const lines = overlay(under, { x: 3, y: 0, width: 4, height: 2 }, [[span("1234")], [span("5678")]]);

  expect(lines.map((line) => line.map(({ text }) => text).join(""))).toEqual([
    // Both borders cut a wide character in two.
    "日 1234 本語",
    "abc5678hijkl",
    "mnopqrstuvwx",
  ]);
});

test.each([
  ["one two three", 7, ["one two", "three"]],
  ["abcdefghij", 4, ["abcd", "efgh", "ij"]],
  ["", 4, [""]],
])("%j wraps at %i into %j", (text, width, lines) => {
  expect(wrapWords(text, width)).toEqual(lines);
});
