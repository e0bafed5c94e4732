import { describe, expect, test } from "vitest";
import { newNote, newTag, newUndo, noteText, parseMark, tagId, tagName } from "../../src/journal/mark-entry.ts";
import type { MarkTarget } from "../../src/journal/mark-target.ts";

const EVENT: MarkTarget = { kind: "event", value: "e1" };
const HASH = "a".repeat(64);

describe("a tag's name", () => {
  test.each(["exfil", "T1078.004", "stage:2", "a/b", "c++", "kaliṣṭa", "漏洩", "مهم", "7"])("may be %s", (name) => {
    expect(tagName(` ${name} `)).toBe(name);
  });

  test.each(["", "two words", "a,b", "-rf", "@file", "\u202eevil", "a\u200bb", "x".repeat(65), "a\nb", "=1+1"])(
    "may not be %j",
    (name) => {
      expect(() => tagName(name)).toThrow(name === "" ? "An empty tag" : "Not a tag");
    },
  );

  test("is the same in capitals, and however its accents are composed", () => {
    expect(tagId("Exfil")).toBe(tagId("eXFIL"));
    expect(tagId(tagName("e\u0301tape"))).toBe(tagId("étape"));
  });
});

describe("a note", () => {
  test("keeps its lines and loses the white space around it", () => {
    expect(noteText("  a\r\nb\rc\td\u0000 \n")).toBe("a\nb\nc\td\u0000");
  });

  test.each(["", " \n ", "x".repeat(64_001)])("%j is refused", (text) => {
    expect(() => noteText(text)).toThrow(/note/);
  });
});

describe("a journal line", () => {
  test("names each target once and each tag once", () => {
    const { kind, body } = newTag([EVENT, { kind: "ip", value: "10.0.0.1" }, EVENT], ["a", "A", "b"], "why");

    expect(kind).toBe("tag");
    expect(body).toEqual({ targets: [EVENT, { kind: "ip", value: "10.0.0.1" }], tags: ["A", "b"], note: "why" });
  });

  test("without a target is refused, with the flags that name one", () => {
    expect(() => newTag([], ["a"])).toThrow(/Nothing to mark.*\n.*--event/);
    expect(() => newNote([], "a")).toThrow("Nothing to mark");
  });

  test.each([
    newTag([EVENT], []),
    newNote([EVENT], "x", [HASH]),
    newUndo([HASH], { targets: [EVENT], tags: ["", "a"] }),
  ])("is read as it was written: %j", ({ kind, body }) => {
    expect(parseMark({ kind, body: JSON.parse(JSON.stringify(body)) as typeof body })).toMatchObject(body);
  });

  test.each([
    ["tag", {}],
    ["tag", { targets: "e1" }],
    ["tag", { targets: [{ kind: "event", value: "e1" }, null] }],
    ["tag", { targets: [EVENT], tags: [1] }],
    ["note", { targets: [EVENT], note: {} }],
    ["note", { targets: [EVENT], note: "x", replaces: ["short"] }],
    ["untag", {}],
    ["untag", { undoes: HASH }],
    ["untag", { undoes: [HASH], notes: "yes" }],
    ["untag", { undoes: [HASH], targets: [{}] }],
  ] as const)("of a newer or a forged journal is not guessed at: %s %j", (kind, body) => {
    expect(parseMark({ kind, body: JSON.parse(JSON.stringify(body)) as object as never })).toBeNull();
  });
});
