import fc from "fast-check";
import { expect, test } from "vitest";
import { drawField, editField, insertText, textField, type TextField } from "../../../src/tui/components/text-field.ts";
import { lineWidth } from "../../../src/tui/text/fit.ts";

const at = (marked: string): TextField => ({ text: marked.replace("^", ""), cursor: marked.indexOf("^") });
const shown = ({ text, cursor }: TextField): string => `${text.slice(0, cursor)}^${text.slice(cursor)}`;

test.each([
  ["abc^", "left", "ab^c"],
  ["^abc", "left", "^abc"],
  ["a^bc", "right", "ab^c"],
  ["abc^", "right", "abc^"],
  ["abc^", "home", "^abc"],
  ["^abc", "ctrl-e", "abc^"],
  ["abc^", "backspace", "ab^"],
  ["^abc", "backspace", "^abc"],
  ["a^bc", "delete", "a^c"],
  ["ab^cd", "ctrl-u", "^cd"],
  ["ab^cd", "ctrl-k", "ab^"],
  ["one two ^three", "ctrl-w", "one ^three"],
  ["one^", "ctrl-w", "^"],
  ["a👍^", "backspace", "a^"],
  ["ae\u0301^b", "left", "a^e\u0301b"],
])("%s, %s: %s", (before, key, after) => {
  const edited = editField(at(before), key);

  expect(edited === null ? null : shown(edited)).toBe(after);
});

test("a key that edits nothing says so", () => {
  expect(editField(textField("a"), "pageup")).toBeNull();
});

test("what is typed stands at the cursor; a paste of lines becomes one line without controls", () => {
  expect(shown(insertText(at("ab^cd"), "XY"))).toBe("abXY^cd");
  expect(shown(insertText(textField(), "one\r\ntwo\u001b[31m\tthree"))).toBe("one two[31m three^");
  expect(insertText(textField(), "x".repeat(10_000_000)).text.length).toBe(4096);
});

test("an escaped character under the cursor that is wider than the field is cut", () => {
  const line = drawField({ text: "\u{18b00}", cursor: 0 }, 2, { focused: true });

  expect(lineWidth(line)).toBe(2);
});

test("a field takes exactly its columns with the cursor in view, whatever is in it", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme" }),
      fc.nat(),
      fc.integer({ min: 2, max: 40 }),
      fc.boolean(),
      (text, steps, width, focused) => {
        let field = textField(text);
        for (let step = 0; step < steps % 12; step += 1) field = editField(field, "left") ?? field;
        const line = drawField(field, width, { focused });
        expect(lineWidth(line)).toBe(width);
        if (focused) expect(line.filter(({ style }) => style === "cursor")).toHaveLength(1);
      },
    ),
  );
});
