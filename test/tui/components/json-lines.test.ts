import { expect, test } from "vitest";
import { isJsonTree, jsonLines } from "../../../src/tui/components/json-lines.ts";

const TEXT = String.raw`{"a":{"b":[1,{"c":"x"}],"n":12345678901234567890.10},"d.e":"no path","f":null,"g":{},"h":"é\n"}`;

test("every member and item has a line, with its token as it stands in the text", () => {
  const lines = jsonLines(TEXT, new Set())!;
  expect(lines.map(({ depth, label, text }) => [depth, label, text])).toEqual([
    [0, "", "{5}"],
    [1, "a", "{2}"],
    [2, "b", "[2]"],
    [3, "0", "1"],
    [3, "1", "{1}"],
    [4, "c", '"x"'],
    [2, "n", "12345678901234567890.10"],
    [1, "d.e", '"no path"'],
    [1, "f", "null"],
    [1, "g", "{}"],
    [1, "h", String.raw`"é\n"`],
  ]);
});

test("a value has the path that finds it and its decoded text, where it has one", () => {
  const lines = jsonLines(TEXT, new Set())!;
  const found = new Map(lines.map(({ label, path, value }) => [label, [path, value]]));
  expect(found.get("c")).toEqual(["a.b[1].c", "x"]);
  expect(found.get("n")).toEqual(["a.n", "12345678901234567890.10"]);
  expect(found.get("d.e")).toEqual([null, "no path"]);
  expect(found.get("f")).toEqual(["f", null]);
  expect(found.get("h")).toEqual(["h", "é\n"]);
});

test("what is folded has one line", () => {
  const a = jsonLines(TEXT, new Set(), "col")!.find(({ label }) => label === "a")!;
  const lines = jsonLines(TEXT, new Set([a.fold!]), "col")!;
  expect(lines.map(({ label }) => label)).toEqual(["", "a", "d.e", "f", "g", "h"]);
  expect(lines[1]).toMatchObject({ isOpen: false, text: "{2}" });
});

test.each(["no json", "{", '{"a":}', ""])("%s is no tree", (text) => {
  expect(jsonLines(text, new Set())).toBeNull();
  expect(isJsonTree(text)).toBe(false);
});

test.each([
  ["{}", false],
  ["[]", false],
  ['"text"', false],
  ["[1]", true],
  [' {"a":1}', true],
])("%s as a tree: %s", (text, expected) => {
  expect(isJsonTree(text)).toBe(expected);
});

test("a huge document stays within bounds", () => {
  const huge = `[${Array.from({ length: 200_000 }, (_, i) => `"${String(i).repeat(5)}"`).join(",")}]`;
  expect(jsonLines(huge, new Set())!.length).toBe(20_000);
});
