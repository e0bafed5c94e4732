import fc from "fast-check";
import { expect, test } from "vitest";
import { displayWidth, truncateToWidth, wrapToWidth } from "../../src/export/display-width.ts";

test.each([
  ["", 0],
  ["arn:aws", 7],
  ["Zoë", 3],
  ["Zoe\u0308", 3],
  ["日本語", 6],
  ["ｆｕｌｌ", 8],
  ["한국", 4],
  ["😀", 2],
  ["👍🏽", 2],
  ["🇩🇪", 2],
  ["→ ✓ é ½", 7],
  ["…─", 2],
])("%s is %i columns wide.", (text, width) => {
  expect(displayWidth(text)).toBe(width);
});

const atEnd = { mark: "…", cut: "end" } as const;
const atStart = { mark: "…", cut: "start" } as const;

test.each([
  ["abcdef", 6, atEnd, "abcdef"],
  ["abcdef", 5, atEnd, "abcd…"],
  ["abcdef", 5, atStart, "…cdef"],
  ["abcdef", 5, { mark: "...", cut: "end" }, "ab..."],
  ["日本語", 5, atEnd, "日本…"],
  ["日本語", 4, atEnd, "日…"],
  ["日本語", 4, atStart, "…語"],
  ["e\u0301e\u0301e\u0301", 2, atEnd, "e\u0301…"],
  ["e\u0301e\u0301e\u0301", 2, atStart, "…e\u0301"],
  ["abc", 1, atEnd, "…"],
  ["abc", 0, atEnd, ""],
] as const)("%s in %i columns is cut as wanted.", (...[text, width, truncation, shown]) => {
  expect(truncateToWidth(text, width, truncation)).toBe(shown);
});

const line = fc.string({ unit: "grapheme" });

test("A cut text is never wider than the room, and a text that fits is not touched.", () => {
  fc.assert(
    fc.property(
      line,
      fc.integer({ min: 1, max: 12 }),
      fc.constantFrom(atEnd, atStart),
      (...[text, width, truncation]) => {
        const shown = truncateToWidth(text, width, truncation);
        expect(displayWidth(shown)).toBeLessThanOrEqual(width);
        if (displayWidth(text) <= width) expect(shown).toBe(text);
        else expect(shown).toContain("…");
      },
    ),
  );
});

test("Wrapped lines hold the whole text, each as wide as the room at most.", () => {
  fc.assert(
    fc.property(line, fc.integer({ min: 2, max: 12 }), (text, width) => {
      const lines = wrapToWidth(text, width);
      expect(lines.join("")).toBe(text);
      for (const wrapped of lines) expect(displayWidth(wrapped)).toBeLessThanOrEqual(width);
    }),
  );
  expect(wrapToWidth("日本", 1)).toEqual(["日", "本"]);
});
