import { describe, expect, test } from "vitest";
import { asUtf8, encodingOf } from "../../src/ingest/text-encoding.ts";

const utf16be = (text: string): Buffer => Buffer.from(text, "utf16le").swap16();

describe("the encoding of a text", () => {
  test.each([
    ["nothing", Buffer.alloc(0), "utf-8", 0],
    ["UTF-8", Buffer.from('{"a":1}'), "utf-8", 0],
    ["UTF-8 with a mark", Buffer.from("\ufeff{}"), "utf-8", 3],
    ["UTF-16LE with a mark", Buffer.from("\ufeff{}", "utf16le"), "utf-16le", 2],
    ["UTF-16BE with a mark", utf16be("\ufeff{}"), "utf-16be", 2],
    ["UTF-16LE without a mark", Buffer.from('{"Records":[', "utf16le"), "utf-16le", 0],
    ["UTF-16BE without a mark", utf16be('{"Records":['), "utf-16be", 0],
    ["one character of UTF-16", Buffer.from("{", "utf16le"), "utf-8", 0],
    ["a file of NULs", Buffer.alloc(100), "utf-8", 0],
    ["binary data with some NULs", Buffer.from([1, 0, 2, 3, 4, 0]), "utf-8", 0],
  ])("of %s", (_what, head, name, mark_bytes) => {
    expect(encodingOf(head)).toEqual({ name, mark_bytes });
  });
});

describe("asUtf8", () => {
  const always = (): boolean => true;

  test("decodes UTF-16 with all its characters, and an unpaired surrogate as U+FFFD", () => {
    for (const stored of [Buffer.from("\ufeffé😀", "utf16le"), utf16be("\ufeffé😀")]) {
      expect(asUtf8(stored, always)).toEqual({ bytes: Buffer.from("é😀"), start: 0, note: "UTF-16 text" });
    }
    const unpaired = Buffer.from("\ufeffa\ud800b", "utf16le");
    expect(asUtf8(unpaired, always).bytes.toString()).toBe("a\ufffdb");
  });

  test("replaces invalid UTF-8 in text, and leaves what is no text as it is", () => {
    const stored = Buffer.from([0x61, 0xff, 0x62]);
    expect(asUtf8(stored, always)).toEqual({
      bytes: Buffer.from("a\ufffdb"),
      start: 0,
      note: "invalid UTF-8 was replaced by U+FFFD",
    });
    expect(asUtf8(stored, () => false)).toEqual({ bytes: stored, start: 0, note: null });
  });

  test("keeps a byte order mark in the bytes, and says where the text begins", () => {
    const stored = Buffer.from("\ufeff{}");
    expect(asUtf8(stored, always)).toEqual({ bytes: stored, start: 3, note: null });
  });
});
