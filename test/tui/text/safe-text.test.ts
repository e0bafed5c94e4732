import fc from "fast-check";
import { expect, test } from "vitest";
import { displayWidth } from "../../../src/export/display-width.ts";
import { safeText, startOf } from "../../../src/tui/text/safe-text.ts";

test.each([
  ["plain", "plain"],
  ["Zürich 東京", "Zürich 東京"],
  ["e\u0301", "e\u0301"],
  ["a\u001b]52;c;eA==\u0007b", "a\\x1b]52;c;eA==\\x07b"],
  ["one\ntwo\tthree", "one\\ntwo\\tthree"],
  ["user\u202Egpj.exe", "user\\u202egpj.exe"],
  ["a\u200bb", "a\\u200bb"],
  ["☎\ufe0f", "☎\\ufe0f"],
  ["👍🏻", "👍\\u{1f3fb}"],
  ["🇩🇪", "\\u{1f1e9}\\u{1f1ea}"],
  ["\u0301loose", "\\u0301loose"],
  ["a\u0301\u0302\u0303", "a\u0301\u0302\\u0303"],
  ["\ud800", "\\ud800"],
])("%j is shown as %j", (value, shown) => {
  expect(safeText(value)).toBe(shown);
});

test("no control, direction or format character ever gets through", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (value) => {
      expect(safeText(value)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Co}\p{Cn}]/u);
    }),
  );
});

test("a long value is cut before it is looked at, and still fills the columns asked for", () => {
  const value = "x\u001b".repeat(5_000_000);

  const started = performance.now();
  const shown = safeText(value, 100);

  expect(performance.now() - started).toBeLessThan(50);
  expect(displayWidth(shown)).toBeGreaterThan(100);
  expect(shown.length).toBeLessThan(10_000);
});

test("however many marks a value piles up, its start has as many columns as are asked for", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom("a", "\u0301", "\u{1e8d0}", "日", "\u{10ffff}"), { minLength: 600 }),
      (parts) => {
        expect(displayWidth(safeText(parts.join(""), 60))).toBeGreaterThan(60);
      },
    ),
  );
});

test("a cut never leaves half a character", () => {
  expect(startOf("a😀b", 2)).toBe("a");
  expect(startOf("a😀b", 3)).toBe("a😀");
  expect(startOf("ab", 5)).toBe("ab");
});
