import fc from "fast-check";
import { expect, test } from "vitest";
import { ByteSlice } from "../../src/ingest/byte-slice.ts";
import { TextDictionary } from "../../src/ingest/text-dictionary.ts";

function sliceOf(text: string): ByteSlice {
  const slice = new ByteSlice();
  slice.bytes = Buffer.from(`<${text}>`);
  slice.start = 1;
  slice.end = slice.bytes.length - 1;
  slice.rehash();
  return slice;
}

/** The texts in PLAIN encoding. */
function plainOf(texts: readonly string[]): Buffer {
  return Buffer.concat(
    texts.map((text) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(Buffer.byteLength(text));
      return Buffer.concat([length, Buffer.from(text)]);
    }),
  );
}

test("texts are numbered in the order of their coming, before and after it was emptied", () => {
  const held = { bytes: 0 };
  const dictionary = new TextDictionary(held);
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme", maxLength: 3 }), { maxLength: 60 }), (texts) => {
      const distinct = [...new Set(texts)];
      held.bytes = 0;
      for (const text of texts) expect(dictionary.numberOf(sliceOf(text))).toBe(distinct.indexOf(text) + 1);
      expect(dictionary.count).toBe(distinct.length);
      expect(distinct.map((_, i) => dictionary.textOf(i + 1))).toEqual(distinct);
      expect(dictionary.plain).toEqual(plainOf(distinct));
      expect(held.bytes).toBe(plainOf(distinct).length);
      dictionary.clear();
    }),
    { numRuns: 300 },
  );
});

test("texts with one hash are told apart", () => {
  const dictionary = new TextDictionary({ bytes: 0 });
  const numberOf = (text: string): number => {
    const slice = sliceOf(text);
    slice.hash = 5;
    return dictionary.numberOf(slice);
  };
  expect(["a", "b", "", "ab", "b", "a", ""].map(numberOf)).toEqual([1, 2, 3, 4, 2, 1, 3]);
});

test("it grows", () => {
  const dictionary = new TextDictionary({ bytes: 0 });
  const texts = Array.from({ length: 70_000 }, (_, i) => `text ${i}`);
  for (const [i, text] of texts.entries()) expect(dictionary.numberOf(sliceOf(text))).toBe(i + 1);
  expect(dictionary.numberOf(sliceOf("text 12345"))).toBe(12_346);
  expect(dictionary.textOf(70_000)).toBe("text 69999");
});
