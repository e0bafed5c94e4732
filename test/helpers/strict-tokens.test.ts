import { expect, test } from "vitest";
import { strictTokens } from "./strict-tokens.ts";

test.each([
  ["white space", '{"a" : [1 ,\n2], "b":{}}', '{"a":[1,2],"b":{}}'],
  ["the order of keys", '{"b":{"d":1,"c":2},"a":1}', '{"a":1,"b":{"c":2,"d":1}}'],
])("%s does not count", (_what, left, right) => {
  expect(strictTokens(left)).toBe(strictTokens(right));
});

test.each([
  ["number text", '{"a":791.0}', '{"a":791}'],
  ["the case of an exponent", '{"a":1E3}', '{"a":1e3}'],
  ["digits behind 2^53", '{"a":12345678901234567890}', '{"a":12345678901234567891}'],
  ["the sign of zero", '{"a":-0}', '{"a":0}'],
  ["an escape", String.raw`{"a":"\u0041"}`, '{"a":"A"}'],
  ["an escape in a key", String.raw`{"\u0041":1}`, '{"A":1}'],
  ["an escaped slash", String.raw`{"a":"\/"}`, '{"a":"/"}'],
  ["white space in a string", '{"a":"x y"}', '{"a":"xy"}'],
  ["null and absent", '{"a":null}', "{}"],
  ["empty and null", '{"a":{}}', '{"a":null}'],
  ["the order of items", '{"a":[1,2]}', '{"a":[2,1]}'],
  ["a repeated key", '{"a":1,"a":1}', '{"a":1}'],
  ["the order of a repeated key", '{"a":1,"a":2}', '{"a":2,"a":1}'],
  ["a string and a number", '{"a":"1"}', '{"a":1}'],
  ["where a value stands", '{"a":{"b":1},"c":{}}', '{"a":{},"c":{"b":1}}'],
])("%s counts", (_what, left, right) => {
  expect(strictTokens(left)).not.toBe(strictTokens(right));
});

test("what is no JSON has no tokens", () => {
  expect(() => strictTokens('{"a":01}')).toThrow(SyntaxError);
});
