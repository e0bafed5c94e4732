import { describe, expect, test } from "vitest";
import { textField } from "../../../src/tui/components/text-field.ts";
import {
  completed,
  completions,
  linesOf,
  type MarkEditorState,
  newEditor,
  noteEditor,
} from "../../../src/tui/overlays/mark-editor-state.ts";
import { event, Lines, standing } from "../../journal/mark-fixture.ts";

const typed = (state: MarkEditorState, { tags = "", note = state.note.text }): MarkEditorState => ({
  ...state,
  tags: textField(tags),
  note: textField(note),
});

/** What stands after the editor was saved, and how many lines that took. */
function saved(lines: Lines, state: MarkEditorState): [number, string[]] {
  const written = linesOf(state, lines.book());
  for (const line of written) lines.add(line);
  return [written.length, standing(lines.book())];
}

describe("saving", () => {
  test("tags and a note are one line; empty fields are a bare mark", () => {
    const lines = new Lines();

    expect(saved(lines, typed(newEditor([event("e1")]), { tags: "exfil, T1078", note: "why" }))).toEqual([
      1,
      ["e1: exfil, T1078 | why"],
    ]);
    expect(saved(lines, newEditor([event("e2")]))).toEqual([1, ["e1: exfil, T1078 | why", "e2: "]]);
    expect(saved(lines, newEditor([event("e2")]))[0]).toBe(0);
  });

  test("a hyphen takes a tag away, also a colleague's", () => {
    const lines = new Lines();
    lines.tag(["e1"], ["a", "b"], undefined, { examiner: "grace" });

    expect(saved(lines, typed(newEditor([event("e1")]), { tags: "-A" }))).toEqual([1, ["e1: b"]]);
    expect(saved(lines, typed(newEditor([event("e1")]), { tags: "-b c" }))).toEqual([2, ["e1: c"]]);
    expect(saved(lines, typed(newEditor([event("e1")]), { tags: "-nosuch" }))[0]).toBe(0);
  });

  test("a note that is edited takes the place of the old one; emptied, it goes; unchanged, nothing is written", () => {
    const lines = new Lines();
    lines.tag(["e1"], ["a"], "old");
    const editor = (): MarkEditorState => noteEditor(lines.book().of(event("e1"))!);
    expect(editor()).toMatchObject({ focus: "note", note: { text: "old" } });

    expect(saved(lines, editor())[0]).toBe(0);
    expect(saved(lines, typed(editor(), { note: "new" }))).toEqual([1, ["e1: a | new"]]);
    expect(saved(lines, typed(editor(), { tags: "b", note: "newer" }))).toEqual([1, ["e1: a, b | newer"]]);
    expect(saved(lines, typed(editor(), { note: " " }))).toEqual([1, ["e1: a, b"]]);
  });

  test("the chosen target is meant", () => {
    const lines = new Lines();
    const state = { ...newEditor([event("e1"), { kind: "ip", value: "10.0.0.1" }]), choice: 1 };

    expect(saved(lines, typed(state, { tags: "x" }))[1]).toEqual([expect.stringMatching(/^ip .*: x$/)]);
  });

  test("a tag that cannot be is refused", () => {
    expect(() => linesOf(typed(newEditor([event("e1")]), { tags: "a=b" }), new Lines().book())).toThrow("Not a tag");
  });
});

test("known tags are completed, those given already left out", () => {
  const state = typed(newEditor([event("e1")]), { tags: "exfil rec" });

  expect(completions(state, ["exfil", "recon", "record", "x"])).toEqual(["recon", "record"]);
  expect(completed(state, "recon")).toEqual({ text: "exfil recon ", cursor: 12 });
});
