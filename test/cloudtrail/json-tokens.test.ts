import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseJson, type JsonNode } from "../../src/cloudtrail/json-text.ts";
import {
  canonicalText,
  compactText,
  lastMembers,
  needsOriginal,
  plainValue,
  queryableText,
  replaceSurrogates,
} from "../../src/cloudtrail/json-tokens.ts";
import { key, nestedText, objectText, space, value, valueWithPlainKeys } from "../helpers/generated-json.ts";

type Reading = (text: string, node: JsonNode) => string;
const apply = (read: Reading, text: string): string => read(text, parseJson(text));

/** One value written twice: tightly, and with white space strewn in. */
const spaced = fc
  .tuple(fc.array(fc.tuple(key, value), { maxLength: 4 }), space, space)
  .map(([members, gap, before]) => ({
    tight: objectText(
      members.map(([name, text]) => [name, apply(compactText, text)]),
      "",
    ),
    loose: before + objectText(members, gap) + gap,
  }));

describe("compactText", () => {
  test("of any spacing is the text without it", () => {
    fc.assert(
      fc.property(spaced, ({ tight, loose }) => {
        expect(apply(compactText, loose)).toBe(tight);
        expect(apply(compactText, tight)).toBe(tight);
      }),
      { numRuns: 1000, interruptAfterTimeLimit: 2000 },
    );
  });

  test("keeps numbers and escapes as they are written", () => {
    const text = String.raw`{ "a" : [ 791.0 , 1E3 , -0 , 12345678901234567890 ] , "\u0041\/" : " x \" y " }`;
    expect(apply(compactText, text)).toBe(String.raw`{"a":[791.0,1E3,-0,12345678901234567890],"\u0041\/":" x \" y "}`);
  });

  test("takes white space out of what is nested too deep, and leaves it in strings of any length", () => {
    const long = 'x \\" ] '.repeat(1_500_000);
    const inner = `[ "${long}" , { "a  b" : 1 } ]`;
    expect(apply(compactText, nestedText(300, inner)) === nestedText(300, `["${long}",{"a  b":1}]`)).toBe(true);
  });
});

describe("queryableText", () => {
  test.each([
    ['{"a": 791.0}', '{"a":791.0}'],
    ['{"a":1,"b":2,"a":3}', '{"a":3,"b":2}'],
    [String.raw`["\ud800x"]`, '["\ufffdx"]'],
    [String.raw`{"\udc00":1.0}`, '{"\ufffd":1.0}'],
    [String.raw`{"\udc00":1,"a":2,"\udc01":3}`, '{"\ufffd":3,"a":2}'],
    [String.raw`"\u0041\ud800"`, '"A\ufffd"'],
    [String.raw`["\ud83d\ude00"]`, String.raw`["\ud83d\ude00"]`],
    [String.raw`{"a":"\u0041","b":["\ud800"]}`, String.raw`{"a":"\u0041","b":["` + '\ufffd"]}'],
  ])("of %s is %s", (text, queryable) => {
    expect(apply(queryableText, text)).toBe(queryable);
  });

  test("differs from the compact text only where the original is then needed, and has nothing of that kind in it", () => {
    fc.assert(
      fc.property(value, (text) => {
        const queryable = apply(queryableText, text);
        if (!needsOriginal(parseJson(text))) expect(queryable).toBe(apply(compactText, text));
        expect(needsOriginal(parseJson(queryable))).toBe(false);
      }),
      { numRuns: 1000, interruptAfterTimeLimit: 2000 },
    );
  });
});

test("plainValue is what JSON.parse makes of the queryable text", () => {
  fc.assert(
    fc.property(valueWithPlainKeys, (text) => {
      const plain = plainValue(text, parseJson(text));
      const parsed: unknown = JSON.parse(apply(queryableText, text));
      expect(JSON.stringify(plain)).toBe(JSON.stringify(parsed));
      // Vitest takes a key named `constructor` for a class.
      expect(isDeepStrictEqual(plain, parsed)).toBe(true);
    }),
    { numRuns: 1000, interruptAfterTimeLimit: 2000 },
  );
});

test("plainValue decodes keys", () => {
  const text = String.raw`{"\n":1,"\\":2,"\u0041\ud800":[{"\/":null}],"__proto__":true}`;
  const plain = plainValue(text, parseJson(text));
  expect(JSON.stringify(plain)).toBe(String.raw`{"\n":1,"\\":2,"A` + '\ufffd":[{"/":null}],"__proto__":true}');
});

describe("canonicalText", () => {
  test.each([
    ['{"b":1,"a":{"d":2,"c":[3]}}', '{ "a": {"c":[3], "d":2}, "b":1 }'],
    [String.raw`{"\u0061":"\u0041"}`, '{"a":"A"}'],
  ])("of %s is that of %s", (left, right) => {
    expect(apply(canonicalText, left)).toBe(apply(canonicalText, right));
  });

  test.each([
    ['{"a":1}', '{"a":1.0}'],
    ['{"a":1}', '{"a":"1"}'],
    ['{"a":[1,2]}', '{"a":[2,1]}'],
    ['{"a":1,"a":2}', '{"a":2,"a":1}'],
    ['{"a":1,"a":1}', '{"a":1}'],
    ['{"a":null}', "{}"],
    [String.raw`{"a":"\ud800"}`, '{"a":"\ufffd"}'],
    ['{"a":"1,\\"b\\":2"}', '{"a":"1","b":2}'],
  ])("of %s is not that of %s", (left, right) => {
    expect(apply(canonicalText, left)).not.toBe(apply(canonicalText, right));
  });
});

test("lastMembers gives each key once, with its last value at its first place", () => {
  const text = '{"a":1,"b":2,"a":3,"":4,"":5}';
  const node = parseJson(text);
  if (node.kind !== "object") throw new Error("no object");
  expect(lastMembers(node).map(([name, { start, end }]) => [name, text.slice(start, end)])).toEqual([
    ["a", "3"],
    ["b", "2"],
    ["", "5"],
  ]);
});

test.each([
  ["\ud800", "\ufffd"],
  ["a\udc00\ud83db", "a\ufffd\ufffdb"],
  ["\ud83d\ude00", "\ud83d\ude00"],
])("replaceSurrogates leaves only pairs", (text, replaced) => {
  expect(replaceSurrogates(text)).toBe(replaced);
});
