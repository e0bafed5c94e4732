import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FLAG, parseJsonAt, type JsonNode } from "../../../src/cloudtrail/json-text.ts";
import { JsonScan, UNSURE, watchTable } from "../../../src/ingest/fast/json-scan.ts";
import { nestedText, value } from "../../helpers/generated-json.ts";

const scan = new JsonScan();

function endOf(text: string | Uint8Array): number {
  scan.begin(Buffer.from(text));
  return scan.wholeValue(0, null);
}

describe("the scanner accepts", () => {
  test.each([
    "{}",
    "[]",
    '""',
    "null",
    "-0.10e+5",
    "12345678901234567890",
    '{"a":[1E3,true,{"b":{"a":"x"}}],"c":false}',
    String.raw`"\"\\\/\b\f\n\r\t\u0000\ud83d\ude00\uD83D\uDE00é😀"`,
    '"\u2028\u007f\ufeff"',
    nestedText(50, "1"),
  ])("%s", (text) => expect(endOf(text)).toBe(Buffer.byteLength(text)));

  test("a value up to its end, whatever follows", () => {
    expect([endOf("{}x"), endOf("1,2"), endOf('"a""b"'), endOf("nullnull")]).toEqual([2, 1, 3, 4]);
  });
});

describe("the scanner is not sure of", () => {
  test.each([
    "",
    "{",
    "[1",
    '"a',
    '"a\\',
    '{"a"',
    '{"a":',
    '{"a":1',
    '{"a":1,}',
    "{,}",
    "[,]",
    "[1,]",
    "[1 ,2]",
    " 1",
    '{"a" :1}',
    '{"a":1,"a":2}',
    '{"a":{"b":1,"b":2}}',
    String.raw`{"\u0061":1}`,
    String.raw`"\ud800"`,
    String.raw`"\ude00\ud83d"`,
    String.raw`"\ud83dx"`,
    String.raw`"\u00g0"`,
    String.raw`"\u00@0"`,
    String.raw`"\x"`,
    '"\u0001"',
    '"a\nb"',
    "tru",
    "nul",
    "falsy",
    "NaN",
    "-",
    "1.",
    "1e",
    "1e+",
    ".5",
    "+1",
    nestedText(61, "1"),
    `{${Array.from({ length: 201 }, (_, i) => `"k${i}":1`).join(",")}}`,
  ])("%j", (text) => expect(endOf(text)).toBe(UNSURE));

  test("a number with a zero in front, which ends early and so leads nowhere", () => {
    expect([endOf("01"), endOf("[01]")]).toEqual([1, UNSURE]);
  });
});

/** What the general path would not store as it stands. */
function isOdd(node: JsonNode): boolean {
  return (node.flags & (FLAG.space | FLAG.duplicateKey | FLAG.unpairedSurrogate | FLAG.tooDeep)) !== 0;
}

/** Whatever the scanner accepts must be what the strict reader and `JSON.parse` read too. */
function expectSound(bytes: Uint8Array): void {
  const end = endOf(bytes);
  if (end === UNSURE) return;
  const text = Buffer.from(bytes).toString("utf8", 0, end);
  const node = parseJsonAt(text);
  expect([node.end, isOdd(node)]).toEqual([text.length, false]);
  expect(() => void JSON.parse(text)).not.toThrow();
}

describe("what the scanner accepts is good JSON that is stored as it stands", () => {
  test("of any values", () => {
    fc.assert(
      fc.property(value, (text) => expectSound(Buffer.from(text))),
      { numRuns: 3000, interruptAfterTimeLimit: 2000 },
    );
  });

  test("of values with characters changed", () => {
    const change = fc.tuple(
      fc.nat(),
      fc.constantFrom(...'"\\{}[]:,0123456789.eE+-truefalsn \n\u0000é😀', "\\u", "\\ud83d", ""),
    );
    fc.assert(
      fc.property(value, fc.array(change, { minLength: 1, maxLength: 3 }), (text, changes) => {
        let changed = text;
        for (const [at, put] of changes) {
          const place = at % (changed.length + 1);
          changed = changed.slice(0, place) + put + changed.slice(place + (at % 2));
        }
        expectSound(Buffer.from(changed));
      }),
      { numRuns: 6000, interruptAfterTimeLimit: 3000 },
    );
  });

  test("of texts over JSON's own characters", () => {
    const text = fc.string({ unit: fc.constantFrom(...'{}[]:,"\\01-.eutrfalsn'), maxLength: 12 });
    fc.assert(
      fc.property(text, (written) => expectSound(Buffer.from(written))),
      { numRuns: 10_000, interruptAfterTimeLimit: 2000 },
    );
  });

  test("and compact values without oddities are accepted", () => {
    const json = fc.json({ maxDepth: 4 });
    fc.assert(
      fc.property(json, (text) => {
        const compact = JSON.stringify(JSON.parse(text));
        const node = parseJsonAt(compact);
        if (isOdd(node) || /\\/.test(compact)) return;
        expect(endOf(compact)).toBe(Buffer.byteLength(compact));
      }),
      { numRuns: 1000, interruptAfterTimeLimit: 2000 },
    );
  });
});

test("keys watched for are reported wherever they are, others hardly ever", () => {
  const watched = watchTable(["failures"]);
  const met = (text: string): boolean => {
    scan.begin(Buffer.from(text));
    expect(scan.wholeValue(0, watched)).toBeGreaterThan(0);
    return scan.metWatched;
  };
  expect([met('{"a":[{"failures":1}]}'), met('{"UnProcessedItems":1}'), met('{"a":"failures"}')]).toEqual([
    true,
    true,
    false,
  ]);
  const others = Array.from({ length: 200 }, (_, i) => met(`{"key${i}":1}`)).filter(Boolean);
  expect(others.length).toBeLessThan(10);
});
