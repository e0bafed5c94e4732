import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { escapePathSegment, ORIGINAL_TOKENS, splitPath } from "../../src/cloudtrail/extra.ts";

describe("a path of extra", () => {
  test.each<[string, string[]]>([
    ["eventContext", ["eventContext"]],
    ["userIdentity.sessionContext.signInSessionArn", ["userIdentity", "sessionContext", "signInSessionArn"]],
    ["", [""]],
    [".", ["", ""]],
    [String.raw`a\.b.c`, ["a.b", "c"]],
    [String.raw`a\\.b`, ["a\\", "b"]],
    [String.raw`\@tokens`, ["@tokens"]],
  ])("%s splits into its keys", (path, keys) => {
    expect(splitPath(path)).toEqual(keys);
  });

  test("splits into the keys that it was made of, whatever they are", () => {
    const key = fc.oneof(fc.string({ unit: fc.constantFrom(".", "\\", "@", "a", "\ud800") }), fc.string());
    fc.assert(
      fc.property(fc.array(key, { minLength: 1, maxLength: 4 }), (keys) => {
        const path = keys.map(escapePathSegment).join(".");
        expect(splitPath(path)).toEqual(keys);
        expect(path).not.toBe(ORIGINAL_TOKENS);
      }),
      { numRuns: 1000 },
    );
  });
});
