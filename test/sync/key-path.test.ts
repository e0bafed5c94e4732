import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { caseMark, pathBeside, pathOfKey, versionMark } from "../../src/sync/key-path.ts";

const B = "logs";
const RESERVED = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

describe("the path of a key", () => {
  test.each([
    [
      "AWSLogs/111122223333/CloudTrail/us-east-1/2024/03/01/a.json.gz",
      "logs/AWSLogs/111122223333/CloudTrail/us-east-1/2024/03/01/a.json.gz",
    ],
    ["a//b", "logs/a/%00empty/b"],
    ["../up", "logs/.%2E/up"],
    [".", "logs/%2E"],
    ["/absolute", "logs/%00empty/absolute"],
    ["nul/aux.json", "logs/%6Eul/%61ux.json"],
    ['x:y*?<>|"\\', "logs/x%3Ay%2A%3F%3C%3E%7C%22%5C"],
    ["tab\tend\u0000", "logs/tab%09end%00"],
    ["50%", "logs/50%25"],
    ["trailing. ", "logs/trailing.%20"],
    ["ümläut/日本", "logs/ümläut/日本"],
  ])("%j is %s", (key, path) => {
    expect(pathOfKey(B, key)).toBe(path);
  });

  test("never leaves the folder, and is taken by every file system", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (key) => {
        const path = pathOfKey(B, key);
        expect(path.startsWith("logs/") || path === "logs").toBe(true);
        for (const part of path.split("/")) {
          expect(["", ".", ".."]).not.toContain(part);
          expect(part).not.toMatch(/[<>:"|?*\\]|[. ]$/);
          expect(part).not.toMatch(RESERVED);
          expect(Buffer.byteLength(part)).toBeLessThanOrEqual(255);
          expect(part.isWellFormed()).toBe(true);
          for (const char of part) expect(char.codePointAt(0)!).toBeGreaterThanOrEqual(0x20);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("is another one for another key, but for the case of its letters", () => {
    const part = fc.string({
      unit: fc.constantFrom("a", "A", ".", " ", "%", "/", ":", "2", "0", "E", "\u0000", "~"),
      maxLength: 12,
    });
    fc.assert(
      fc.property(part, part, (one, other) => {
        if (one !== other) expect(pathOfKey(B, one)).not.toBe(pathOfKey(B, other));
      }),
      { numRuns: 5000 },
    );
  });

  test("of a very long key stays short and its own", () => {
    const long = `${"n".repeat(600)}.json`;
    const longer = `${"n".repeat(601)}.json`;
    expect(Buffer.byteLength(pathOfKey(B, long))).toBeLessThan(255);
    expect(pathOfKey(B, long)).not.toBe(pathOfKey(B, longer));
    expect(pathOfKey(B, Array.from({ length: 500 }, () => "d".repeat(10)).join("/"))).toMatch(
      /^logs\/long-keys\/[0-9a-f]{32}$/,
    );
  });
});

test("what comes later is put beside, by version or by ETag", () => {
  expect(pathBeside("logs/a/b.json", versionMark("v1/..", null))).toBe("logs/a/b.json.~v1_..".replace(/\.$/, "%2E"));
  expect(pathBeside("logs/a/b.json", versionMark(null, '"0123456789abcdef"'))).toBe("logs/a/b.json.~01234567");
  expect(caseMark("Case.json")).not.toBe(caseMark("case.json"));
});
