import { expect, test } from "vitest";
import { expandInput, showKey, type KeyFlags } from "../../../src/tui/input/keys.ts";

test.each<[string, KeyFlags, string[]]>([
  ["j", {}, ["j"]],
  ["G", { shift: true }, ["G"]],
  ["+", {}, ["+"]],
  [" ", {}, ["space"]],
  ["\tjj\r", {}, ["tab", "j", "j", "enter"]],
  ["jj\u0004", {}, ["j", "j", "ctrl-d"]],
  ["\u007f\u007f", {}, ["backspace", "backspace"]],
  ["a\r\nb", {}, ["a", "enter", "b"]],
  ["é日👍", {}, ["é", "日", "👍"]],
  ["", { upArrow: true }, ["up"]],
  ["", { tab: true, shift: true }, ["shift-tab"]],
  ["", { return: true }, ["enter"]],
  ["", { escape: true, meta: true }, ["esc"]],
  ["", { pageDown: true }, ["pagedown"]],
  ["c", { ctrl: true }, ["ctrl-c"]],
  ["x", { meta: true }, ["alt-x"]],
])("%j with %j is the keys %j", (input, flags, names) => {
  expect(expandInput(input, flags).map(({ name }) => name)).toEqual(names);
});

test("what a key types is told from what it is called", () => {
  expect(expandInput("a \r", {})).toEqual([
    { name: "a", text: "a" },
    { name: "space", text: " " },
    { name: "enter", text: null },
  ]);
});

test.each([
  ["up", false, "↑"],
  ["up", true, "Up"],
  ["ctrl-d", false, "Ctrl-d"],
  ["shift-tab", true, "Shift-Tab"],
  ["shift-up", false, "Shift-↑"],
  ["shift-up", true, "Shift-Up"],
  ["ctrl-shift-pagedown", false, "Ctrl-Shift-PgDn"],
  ["alt-x", false, "Alt-x"],
  ["G", false, "G"],
])("%s is shown (ascii: %s) as %s", (name, ascii, shown) => {
  expect(showKey(name, { ascii })).toBe(shown);
});
