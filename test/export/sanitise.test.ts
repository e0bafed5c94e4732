import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  escapeControls,
  escapeControlsInLines,
  escapeJsonControls,
  escapeNonAscii,
} from "../../src/export/sanitise.ts";

describe("Text", () => {
  test.each([
    ["clean ASCII", "aws-cli/2.12.6 Python/3.11.4", "aws-cli/2.12.6 Python/3.11.4"],
    ["other scripts and emoji", "Zoë 日本 😀 e\u0301", "Zoë 日本 😀 e\u0301"],
    ["a backslash", "C:\\x1b", "C:\\x1b"],
    ["a terminal sequence", "\u001b[2J\u001b]0;x\u0007", "\\x1b[2J\\x1b]0;x\\x07"],
    ["line breaks and tabs", "a\nb\r\tc", "a\\nb\\r\\tc"],
    ["NUL, DEL and C1", "\0\x7f\x80\x9b\x9f\xa0", "\\x00\\x7f\\x80\\x9b\\x9f\xa0"],
    [
      "direction controls",
      "\u200e\u200f\u061c\u202a\u202e\u2066\u2069",
      "\\u200e\\u200f\\u061c\\u202a\\u202e\\u2066\\u2069",
    ],
    ["zero width", "\u200b\u200c\u200d\u2060\ufeff\xad", "\\u200b\\u200c\\u200d\\u2060\\ufeff\\xad"],
    ["separators", "\u2028\u2029", "\\u2028\\u2029"],
    ["tag characters", "\u{e0000}\u{e0041}\u{e007f}", "\\u{e0000}\\u{e0041}\\u{e007f}"],
    ["unpaired surrogates", "a\ud800b\udc00", "a\\ud800b\\udc00"],
    ["surrogates in the wrong order", "\udc00\ud800", "\\udc00\\ud800"],
  ])("with %s is shown safely.", (_, text, shown) => {
    expect(escapeControls(text)).toBe(shown);
  });

  test("in a format that can quote keeps its line breaks and tabs, and nothing else.", () => {
    expect(escapeControlsInLines("a\r\n\tb\u001b\u202e")).toBe("a\r\n\tb\\x1b\\u202e");
  });

  test("for an ASCII terminal has no other character.", () => {
    expect(escapeNonAscii("Zoë 日😀~")).toBe("Zo\\xeb \\u65e5\\u{1f600}~");
  });
});

describe("JSON text", () => {
  test.each([
    ['{"a":"\u001f\x7f\x9b"}', '{"a":"\\u001f\\u007f\\u009b"}'],
    ['"\u202e\u{e0041}"', '"\\u202e\\udb40\\udc41"'],
    ['"\ud800"', '"\\ud800"'],
    ['{\n\t"a":\r1}', '{  "a": 1}'],
  ])("%j becomes %s.", (text, escaped) => {
    expect(escapeJsonControls(text)).toBe(escaped);
  });

  test("keeps its value, whatever is in its strings.", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 0, max: 0xffff }), (text, unit) => {
        const value = { [text]: text + String.fromCharCode(unit) };
        const escaped = escapeJsonControls(JSON.stringify(value, null, "\t"));
        expect(JSON.parse(escaped)).toEqual(value);
        expect(escapeControls(escaped)).toBe(escaped);
      }),
    );
  });
});
