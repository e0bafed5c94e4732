import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { looseJson, parseLoose } from "../../../src/ingest/shapes/loose-value.ts";

const jsonOf = (text: string): string | null => {
  const value = parseLoose(text);
  return value === undefined ? null : looseJson(value);
};

describe("a structure that a table prints", () => {
  test.each([
    ["{type=IAMUser, arn=arn:aws:iam::1:user/a, b=null}", '{"type":"IAMUser","arn":"arn:aws:iam::1:user/a","b":null}'],
    ["{a={b=c, d={}}, e=[{f=g}, {f=h}]}", '{"a":{"b":"c","d":{}},"e":[{"f":"g"},{"f":"h"}]}'],
    ["{name=with, comma, next=x}", '{"name":"with, comma","next":"x"}'],
    ["{'a': 'b', 'c': True, 'd': None, 'e': [1, 'x, y']}", '{"a":"b","c":true,"d":null,"e":["1","x, y"]}'],
    ["[]", "[]"],
    ["{}", "{}"],
    ["{a=}", '{"a":""}'],
    ["plain text", null],
    ["{a=b", null],
    ["{a}", null],
  ])("%s", (text, json) => {
    expect(jsonOf(text)).toBe(json);
  });

  test("of any text ends, and is JSON or nothing", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("{", "}", "[", "]", "=", ",", " ", "a", "'", ":"), maxLength: 40 }),
        (text) => {
          const json = jsonOf(text);
          if (json !== null) expect(() => JSON.parse(json) as unknown).not.toThrow();
        },
      ),
    );
  });
});
