import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { newNote, newUndo } from "../../src/journal/mark-entry.ts";
import { findLine, lastLineOf, nothingToRemove, removalOf, shortHash } from "../../src/journal/mark-undo.ts";
import { bookOf, event, Lines, standing } from "./mark-fixture.ts";

describe("what stands", () => {
  test("is the union of all examiners' lines, each tag once, notes in the order of writing", () => {
    const lines = new Lines();
    lines.tag(["e1", "e2"], ["Exfil", "b"], "first");
    lines.tag(["e1"], ["exfil", "a"], undefined, { examiner: "grace" });
    lines.note(["e1"], "second");

    expect(standing(lines.book())).toEqual(["e1: a, b, Exfil | first | second", "e2: b, Exfil | first"]);
  });

  test("a mark without a tag stands too", () => {
    const lines = new Lines();
    lines.tag(["e1"], []);

    expect(standing(lines.book())).toEqual(["e1: "]);
    expect(lines.book().of(event("e1"))!.marks).toMatchObject([{ kind: "tag", text: "", undone_by: null }]);
    expect(lines.book().of(event("e2"))).toBeNull();
  });

  test("an address is one target, however it is written", () => {
    const lines = new Lines();
    for (const value of ["10.0.0.1", "::ffff:10.0.0.1", "10.0.0.1/32"]) {
      lines.add({ kind: "tag", body: { targets: [{ kind: "ip", value }], tags: ["a"] } });
    }

    expect(lines.book().targets().size).toBe(1);
  });

  test("lines of commands, and lines read twice, change nothing; unreadable ones are counted", () => {
    const lines = new Lines();
    lines.tag(["e1"], ["a"]);
    const book = lines.book();
    const version = book.version;
    book.add(lines.entries[0]!);
    book.add({ ...lines.entries[0]!, kind: "command", hash: "f".repeat(64) });
    expect(book.version).toBe(version);

    book.add({ ...lines.entries[0]!, body: { targets: [{ kind: "planet", value: "x" }] }, hash: "e".repeat(64) });
    expect([book.unreadable, standing(book)]).toEqual([1, ["e1: a"]]);
  });
});

describe("undoing", () => {
  test("takes back a whole line, and undoing that brings it back", () => {
    const lines = new Lines();
    const tag = lines.tag(["e1"], ["a"], "why");
    const undo = lines.undo([tag]);
    expect(standing(lines.book())).toEqual([]);
    expect(lines.book().marks()).toMatchObject([{ undone_by: undo }, { undone_by: undo }]);

    const redo = lines.undo([undo]);
    expect(standing(lines.book())).toEqual(["e1: a | why"]);
    expect([tag, undo, redo].map((hash) => lines.book().holds(hash))).toEqual([true, false, true]);

    lines.undo([redo]);
    expect(standing(lines.book())).toEqual([]);
  });

  test("may mean some targets, some tags, or the notes only", () => {
    const lines = new Lines();
    const tag = lines.tag(["e1", "e2"], ["a", "b"], "why");
    lines.undo([tag], { targets: [event("e1")], tags: ["A"] });
    lines.undo([tag], { targets: [event("e2")], notes: true });

    expect(standing(lines.book())).toEqual(["e1: b | why", "e2: a, b"]);
  });

  test("holds whatever the clocks say: a colleague's may be behind", () => {
    const lines = new Lines();
    const tag = lines.tag(["e1"], ["a"]);
    lines.undo([tag], {}, { examiner: "grace", time_utc: "2001-01-01T00:00:00.000Z" });

    expect(standing(lines.book())).toEqual([]);
  });

  test("a tag given again after it was taken away stands", () => {
    const lines = new Lines();
    lines.undo([lines.tag(["e1"], ["a"])]);
    lines.tag(["e1"], ["a"]);

    expect(standing(lines.book())).toEqual(["e1: a"]);
  });

  test("of lines that are not there, or of itself in a circle, does no harm", () => {
    const lines = new Lines();
    const tag = lines.tag(["e1"], ["a"]);
    lines.undo(["0".repeat(64)]);
    const [x, y] = ["c".repeat(64), "d".repeat(64)];
    lines.undo([y, tag], {}, { hash: x });
    lines.undo([x], {}, { hash: y });
    const self = "b".repeat(64);
    lines.add(newNote([event("e2")], "self", [self]), { hash: self });
    const book = lines.book();

    expect(standing(book)).toEqual(standing(bookOf(lines.entries.toReversed())));
    expect(book.targets().has("event e2")).toBe(true);
  });

  test("the order in which lines are read never matters", () => {
    const kinds = fc.array(fc.tuple(fc.nat(2), fc.nat(3), fc.nat(20)), { maxLength: 25 });
    fc.assert(
      fc.property(kinds, fc.nat(), (steps, seed) => {
        const lines = new Lines();
        const hashes: string[] = [];
        for (const [kind, id, pick] of steps) {
          const some = hashes[pick % Math.max(1, hashes.length)];
          if (kind === 0 || some === undefined) hashes.push(lines.tag([`e${id}`], [`t${pick % 3}`], `n${pick}`));
          else if (kind === 1) hashes.push(lines.undo([some], pick % 2 === 0 ? {} : { notes: true }));
          else hashes.push(lines.note([`e${id}`], `m${pick}`, [some]));
        }
        const shuffled = lines.entries
          .map((entry, i) => ({ entry, key: (i * 7919 + seed) % 101 }))
          .sort((a, b) => a.key - b.key)
          .map(({ entry }) => entry);
        expect(bookOf(shuffled).marks()).toEqual(lines.book().marks());
      }),
      { numRuns: 200 },
    );
  });
});

describe("a new wording", () => {
  test("takes the place of the old one; undone, it gives it back", () => {
    const lines = new Lines();
    const old = lines.tag(["e1", "e2"], ["a"], "old");
    const edit = lines.note(["e1"], "new", [old]);
    expect(standing(lines.book())).toEqual(["e1: a | new", "e2: a | old"]);

    lines.undo([edit]);
    expect(standing(lines.book())).toEqual(["e1: a | old", "e2: a | old"]);
  });

  test("of a new wording leaves only the last; two at once both stay", () => {
    const lines = new Lines();
    const first = lines.note(["e1"], "1");
    const second = lines.note(["e1"], "2", [first]);
    lines.note(["e1"], "3", [second]);
    expect(standing(lines.book())).toEqual(["e1:  | 3"]);

    lines.note(["e1"], "3 by a colleague", [second]);
    expect(standing(lines.book())).toEqual(["e1:  | 3 | 3 by a colleague"]);
  });
});

describe("taking away", () => {
  test("names every line that gave it, and leaves the rest", () => {
    const lines = new Lines();
    const mine = lines.tag(["e1", "e2"], ["a", "b"], "why");
    const theirs = lines.tag(["e1"], ["A"], undefined, { examiner: "grace" });
    const removal = removalOf(lines.book(), { targets: [event("e1")], tags: ["a"], notes: false })!;

    expect(removal.body["undoes"]).toEqual([mine, theirs]);
    lines.add(removal);
    expect(standing(lines.book())).toEqual(["e1: b | why", "e2: a, b | why"]);
  });

  test("a note goes with its earlier wordings", () => {
    const lines = new Lines();
    const first = lines.note(["e1"], "1");
    lines.note(["e1"], "2", [first]);
    lines.add(removalOf(lines.book(), { targets: [event("e1")], tags: null, notes: true })!);

    expect(standing(lines.book())).toEqual([]);
  });

  test("without tags takes all of them and a mark without one, and the notes when they are meant", () => {
    const lines = new Lines();
    lines.tag(["e1"], []);
    lines.tag(["e1"], ["a"], "why");
    lines.add(removalOf(lines.book(), { targets: [event("e1")], tags: null, notes: false })!);

    expect(standing(lines.book())).toEqual(["e1:  | why"]);
  });

  test("what is not there is refused with what is", () => {
    const lines = new Lines();
    lines.tag(["e1"], ["a"]);
    const removal = { targets: [event("e1")], tags: ["b"], notes: false };

    expect(removalOf(lines.book(), removal)).toBeNull();
    expect(nothingToRemove(lines.book(), removal).message).toBe(
      "No such tag to take away: b: event e1\n  What stands there: a.",
    );
  });
});

describe("naming a line", () => {
  test("takes the first digits that are shown, and refuses too few and unknown ones", () => {
    const lines = new Lines();
    const hash = lines.tag(["e1"], ["a"]);

    expect(findLine(lines.book(), shortHash(hash).toUpperCase())).toBe(hash);
    expect(() => findLine(lines.book(), hash.slice(0, 3))).toThrow("No such entry");
    expect(() => findLine(lines.book(), "0".repeat(12))).toThrow("No such entry among the marks: --entry 000000000000");
  });

  test("the newest of an examiner is the newest that stands", () => {
    const lines = new Lines();
    const first = lines.tag(["e1"], ["a"]);
    const second = lines.note(["e1"], "x");
    lines.tag(["e1"], ["b"], undefined, { examiner: "grace" });
    expect(lastLineOf(lines.book(), "ada")).toBe(second);

    lines.add(newUndo([second]));
    expect(lastLineOf(lines.book(), "ada")).toBe(first);
    expect(lastLineOf(lines.book(), "eve")).toBeNull();
  });
});

test("10,000 marks are settled at once", () => {
  const lines = new Lines();
  for (let i = 0; i < 10_000; i += 1) lines.tag([`e${i}`], ["a"], `note ${i}`);
  const book = lines.book();
  const started = performance.now();

  expect(book.targets().size).toBe(10_000);
  expect(performance.now() - started).toBeLessThan(3000);
});
