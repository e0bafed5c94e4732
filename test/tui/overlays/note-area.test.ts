import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { textField } from "../../../src/tui/components/text-field.ts";
import { drawNote, editNote, insertNote } from "../../../src/tui/overlays/note-area.ts";
import { lineWidth } from "../../../src/tui/text/fit.ts";

const textOf = (lines: ReturnType<typeof drawNote>): string[] =>
  lines.map((line) =>
    line
      .map(({ text }) => text)
      .join("")
      .trimEnd(),
  );

describe("typing", () => {
  test("a paste keeps its lines and loses what a terminal would obey", () => {
    const field = insertNote(textField("a"), "\r\nb\tc\u001b[2J\u0007\rd");

    expect(field).toEqual({ text: "a\nb  c[2J\nd", cursor: 11 });
  });

  test.each([
    ["home", "one\ntw|o", "one\n|two"],
    ["end", "o|ne\ntwo", "one|\ntwo"],
    ["ctrl-u", "one\ntw|o", "one\n|o"],
    ["ctrl-k", "o|ne\ntwo", "o|\ntwo"],
    ["up", "one\ntw|o", "on|e\ntwo"],
    ["up", "a\nlonger|", "a|\nlonger"],
    ["down", "on|e\ntwo", "one\ntw|o"],
    ["down", "👩‍💻x|\n👩‍💻y", "👩‍💻x\n👩‍💻y|"],
    ["ctrl-n", "one|two", "one\n|two"],
    ["backspace", "one\n|two", "one|two"],
    ["left", "one\n|two", "one|\ntwo"],
  ])("%s: %j becomes %j", (key, before, after) => {
    const field = editNote({ text: before.replace("|", ""), cursor: before.indexOf("|") }, key)!;

    expect(`${field.text.slice(0, field.cursor)}|${field.text.slice(field.cursor)}`).toBe(after);
  });

  test("up on the first line and down on the last are left to the box", () => {
    expect(editNote(textField("one"), "up")).toBeNull();
    expect(editNote(textField("one"), "down")).toBeNull();
  });
});

describe("drawing", () => {
  test("breaks at line ends and at the width, with the cursor in view", () => {
    const field = textField("first line\nabcdefghijklmnop");

    expect(textOf(drawNote(field, { width: 10, height: 6 }, { focused: true }))).toEqual([
      "first lin",
      "e",
      "abcdefghi",
      "jklmnop",
    ]);
    expect(textOf(drawNote(field, { width: 10, height: 2 }, { focused: true }))).toEqual(["abcdefghi", "jklmnop"]);
  });

  test("whatever is typed, each line is exactly as wide as its place and harmless", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 60 }),
        fc.nat(60),
        fc.integer({ min: 4, max: 30 }),
        (typed, at, width) => {
          const { text } = insertNote(textField(""), typed);
          const cursor = Math.min(at, text.length);
          for (const focused of [true, false]) {
            const lines = drawNote({ text, cursor }, { width, height: 5 }, { focused });
            expect(lines.length).toBeLessThanOrEqual(5);
            for (const line of lines) {
              expect(lineWidth(line)).toBe(width);
              expect(line.map((span) => span.text).join("")).not.toMatch(/\p{C}/u);
            }
          }
        },
      ),
    );
  });
});
