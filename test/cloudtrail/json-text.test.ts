import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEPTH_MAX } from "../../src/cloudtrail/json-limits.ts";
import { FLAG, JsonTextError, parseJson, parseJsonAt, parseKeyAt } from "../../src/cloudtrail/json-text.ts";
import { nestedText, value } from "../helpers/generated-json.ts";

/** Null when the text is read, else the error. */
function problemOf(text: string): JsonTextError | null {
  try {
    parseJson(text);
    return null;
  } catch (error) {
    if (error instanceof JsonTextError) return error;
    throw error;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Text that is nearly JSON: a value with a stretch taken out, doubled or replaced. */
const nearlyJson = fc
  .tuple(
    value,
    fc.nat(),
    fc.nat({ max: 4 }),
    fc.constantFrom("", "", ",", "]", "}", '"', "\\", "0", "\u0001", "\u00a0", "-", "e", ":", "nul"),
  )
  .map(([text, at, length, put]) => {
    const from = at % (text.length + 1);
    return text.slice(0, from) + put + text.slice(from + length);
  });

describe("parseJson accepts exactly what JSON.parse accepts", () => {
  test("in what is JSON", () => {
    fc.assert(
      fc.property(value, (text) => {
        expect([problemOf(text), isJson(text)]).toEqual([null, true]);
      }),
      { numRuns: 1000, interruptAfterTimeLimit: 2000 },
    );
  });

  test("in what is nearly JSON", () => {
    fc.assert(
      fc.property(nearlyJson, (text) => {
        expect(problemOf(text) === null).toBe(isJson(text));
      }),
      { numRuns: 4000, interruptAfterTimeLimit: 3000 },
    );
  });

  test("in any text of the characters of JSON", () => {
    const characters = fc.constantFrom(
      ...'[]{}",:\\ -+.019eEtrufalsn\n\t',
      "\u000b",
      "\ufeff",
      "\u2028",
      "\u0000",
      "é",
    );
    fc.assert(
      fc.property(fc.array(characters, { maxLength: 12 }), (parts) => {
        const text = parts.join("");
        expect(problemOf(text) === null).toBe(isJson(text));
      }),
      { numRuns: 20_000, interruptAfterTimeLimit: 3000 },
    );
  });

  test.each([
    ..."0 -0 1 10 -1.5 0.0 1e5 1E+5 1e-05 1e400 -".split(" "),
    ..."01 +1 1. .5 1e 1e+ 0x10 1_0 --1 1.e5 00 -01 NaN Infinity -Infinity 1n".split(" "),
    ..."true false null nul tru fals True nulll truefalse".split(" "),
    ...[
      '""',
      '"',
      '"a',
      '"\\',
      '"\\"',
      '"\\x"',
      '"\\u12"',
      '"\\u12g4"',
      '"\\ud800"',
      '"\t"',
      '"\u001f"',
      '"\u007f"',
      '"\u2028"',
    ],
    ...[
      "[]",
      "[,]",
      "[1,]",
      "[,1]",
      "[1 2]",
      "[1",
      "]",
      "[[]",
      "[]]",
      "{}",
      "{,}",
      '{"a":1,}',
      '{"a"}',
      '{"a":}',
      "{1:2}",
    ],
    ...[
      "{'a':1}",
      "{a:1}",
      '{"a":1 "b":2}',
      '{"a" 1}',
      '{"a":1}}',
      '{"a":1',
      "",
      " ",
      " 1 ",
      "\ufeff1",
      "\u00a01",
      "1\u0000",
    ],
  ])("in %j", (text) => {
    expect(problemOf(text) === null).toBe(isJson(text));
  });

  test.each(["[", '{"a":', '[{"a":'])("however deep: 100,000 times %s", (open) => {
    const closers: Record<string, string> = { "[": "]", "{": "}" };
    const close = [...open].toReversed().flatMap((char) => closers[char] ?? []);
    const text = open.repeat(100_000) + "1" + close.join("").repeat(100_000);
    expect(problemOf(text)).toBeNull();
    expect(problemOf(text.slice(0, -1))).toMatchObject({ cut: true });
    expect(problemOf(text.replace("1", "01"))).toMatchObject({ cut: false });
    expect(problemOf(`${text}]`)).toMatchObject({ cut: false, position: text.length });
    expect(problemOf(text.replace("1", `1${close[0] === "]" ? "}" : "]"}`))).toMatchObject({ cut: false });
  });
});

test.each([
  ...['{"a":1,"b":[{}],"c":"d"}', "[1,[],{},[2,3]]", '[{"a":{"b":{}}},""]', '{ "a" : [ 1 , 2 ] , "b" : null }'],
  ...[
    '{"a":1,}',
    '{"a":1,2}',
    '{"a":1 "b":2}',
    '{"a"}',
    "[1,]",
    "[,1]",
    "[1 2]",
    "[1}",
    '{"a":1]',
    '{"a":[}',
    "{,}",
    '["\\x"]',
  ],
])("parseJson checks %s as strictly where it is nested deep", (inner) => {
  const text = nestedText(DEPTH_MAX + 50, inner);
  expect(problemOf(text) === null).toBe(isJson(text));
});

describe("a cut text", () => {
  test("is reported as cut at every place, unless it is whole", () => {
    const text = String.raw`{"a": [1.50, -2E+10, true, false, null, "x\u00e9\n\\"], "b": {"c": ""}, "\"": [[{}]]}`;
    for (let end = 0; end < text.length; end += 1) {
      expect([text.slice(0, end), problemOf(text.slice(0, end))?.cut]).toEqual([text.slice(0, end), true]);
    }
    expect(problemOf(text)).toBeNull();
  });

  test("is an error wherever it is cut", () => {
    fc.assert(
      fc.property(value, fc.nat(), (text, at) => {
        const wrapped = `[${text}]`;
        const end = at % wrapped.length;
        expect(problemOf(wrapped.slice(0, end))).toMatchObject({ cut: true, position: end });
      }),
      { numRuns: 2000, interruptAfterTimeLimit: 2000 },
    );
  });

  test.each(["[01", "[1x", "[nulx", '["\\x"', "[1}", "[1 2", '{"a" 1', "{1", '["\u0001'])(
    "is not the trouble with %j, which no more text can mend",
    (text) => {
      expect(problemOf(text)).toMatchObject({ cut: false });
    },
  );
});

describe("a node", () => {
  test.each<[string, number]>([
    ['{"a":[1,"b"]}', 0],
    [' {"a":1}\n', 0],
    ['{"a": 1}', FLAG.space],
    ["[1\n]", FLAG.space],
    ["[ ]", FLAG.space],
    ['{"a":[{ }]}', FLAG.space],
    ['{"a b":" "}', 0],
    ['{"a":1,"a":2}', FLAG.duplicateKey],
    [String.raw`{"a":1,"\u0061":2}`, FLAG.duplicateKey],
    ['[{"b":{"a":1,"c":1,"a":2}}]', FLAG.duplicateKey],
    ['{"a":{"a":1}}', 0],
    [String.raw`["\ud800"]`, FLAG.unpairedSurrogate],
    [String.raw`{"\udc00":1}`, FLAG.unpairedSurrogate],
    [String.raw`["\ud83d\ude00"]`, 0],
    [`{${Array.from({ length: 40 }, (_, i) => `"k${i}":1`).join(",")}}`, 0],
    [`{${Array.from({ length: 40 }, (_, i) => `"k${i % 39}":1`).join(",")}}`, FLAG.duplicateKey],
    [nestedText(DEPTH_MAX, "1"), 0],
    [nestedText(DEPTH_MAX + 1, "1"), FLAG.tooDeep | FLAG.space],
  ])("of %s says what is below it", (text, flags) => {
    expect(parseJson(text).flags).toBe(flags);
  });

  test("says where it stands", () => {
    const text = '  {"a": [10, "x"]} ';
    const node = parseJson(text);
    expect(text.slice(node.start, node.end)).toBe('{"a": [10, "x"]}');
    const list = node.kind === "object" ? node.values[0]! : node;
    expect(text.slice(list.start, list.end)).toBe('[10, "x"]');
  });

  test("keeps repeated keys in their order, and decodes strings", () => {
    const node = parseJson(String.raw`{"a":"\u0041\n","__proto__":"2","a":"3"}`);
    if (node.kind !== "object") throw new Error("no object");
    expect(node.keys.map((key) => key.value)).toEqual(["a", "__proto__", "a"]);
    expect(node.values.map((item) => item.kind === "string" && item.value)).toEqual(["A\n", "2", "3"]);
  });
});

test("parseJsonAt reads one value and leaves what follows", () => {
  const text = '[1] , {"a":2}garbage';
  expect(parseJsonAt(text).end).toBe(3);
  expect(text.slice(parseJsonAt(text, 5).start, parseJsonAt(text, 5).end)).toBe('{"a":2}');
  expect(() => parseJsonAt(text, text.length)).toThrow(JsonTextError);
});

test("parseKeyAt reads a key and its colon", () => {
  expect(parseKeyAt(String.raw`, "Rec\u006frds" : [`, 1)).toEqual({ key: "Records", end: 18 });
  expect(() => parseKeyAt("{1:2}", 1)).toThrow(/double quotes/);
  expect(() => parseKeyAt('{"a"', 1)).toThrow(expect.objectContaining({ cut: true }));
});
