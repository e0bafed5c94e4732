import type { MarkBook, MarkedTarget } from "../../journal/mark-book.ts";
import { newNote, newTag, tagName, type NewMark } from "../../journal/mark-entry.ts";
import type { MarkTarget } from "../../journal/mark-target.ts";
import { removalOf } from "../../journal/mark-undo.ts";
import { textField, type TextField } from "../components/text-field.ts";

/** The box in which tags and a note are written. */
export interface MarkEditorState {
  /** What may be meant, the likeliest first. */
  readonly targets: readonly MarkTarget[];
  readonly choice: number;
  readonly focus: "what" | "tags" | "note";
  readonly tags: TextField;
  readonly note: TextField;
  /** The line whose note is worded anew; null for a new note. */
  readonly edits: string | null;
  readonly problem: string | null;
}

export const FOCUS_ORDER = ["what", "tags", "note"] as const;

export function newEditor(targets: readonly MarkTarget[]): MarkEditorState {
  return { targets, choice: 0, focus: "tags", tags: textField(), note: textField(), edits: null, problem: null };
}

/** For the newest note of a target, or a new one when it has none. */
export function noteEditor(marked: MarkedTarget): MarkEditorState {
  const note = marked.marks.findLast(({ kind }) => kind === "note");
  const editor = { ...newEditor([marked.target]), focus: "note" as const };
  return note === undefined ? editor : { ...editor, note: textField(note.text), edits: note.hash };
}

export function chosenTarget({ targets, choice }: MarkEditorState): MarkTarget | undefined {
  return targets[choice];
}

/** The words of the tags field: with a hyphen before it a tag is taken away. */
function tagWords(text: string): { add: string[]; take: string[] } {
  const words = text.split(/[\s,]+/).filter((word) => word !== "");
  return {
    add: words.filter((word) => !word.startsWith("-")).map(tagName),
    take: words.filter((word) => word.startsWith("-")).map((word) => tagName(word.slice(1))),
  };
}

/**
 * The journal lines that say what the editor says: one, unless tags are given and taken at once. Empty fields make a bare
 * mark; none when nothing was changed. Throws UsageError for a tag or a note that cannot be.
 */
export function linesOf(state: MarkEditorState, book: MarkBook): NewMark[] {
  const target = chosenTarget(state);
  if (target === undefined) return [];
  const { add, take } = tagWords(state.tags.text);
  const removal = take.length === 0 ? null : removalOf(book, { targets: [target], tags: take, notes: false });
  const lines = removal === null ? [] : [removal];
  const note = state.note.text.trim() === "" ? null : state.note.text;
  const isReworded = state.edits !== null && isChanged(state, book);
  if (state.edits !== null && note === null) {
    const gone = removalOf(book, { targets: [target], tags: [], notes: true });
    if (gone !== null) lines.push(gone);
    return add.length === 0 ? lines : [...lines, newTag([target], add)];
  }
  const written = state.edits !== null && !isReworded ? null : note;
  if (add.length > 0) {
    const tag = newTag([target], add, written ?? undefined);
    return [...lines, isReworded ? { ...tag, body: { ...tag.body, replaces: [state.edits!] } } : tag];
  }
  if (written !== null) return [...lines, newNote([target], written, isReworded ? [state.edits!] : [])];
  const isBare = take.length === 0 && state.edits === null && book.of(target) === null;
  return isBare ? [newTag([target], [])] : lines;
}

function isChanged({ edits, note }: MarkEditorState, book: MarkBook): boolean {
  const before = book.marks().find((mark) => mark.kind === "note" && mark.hash === edits);
  return before?.text !== note.text.trim();
}

/** Known tags that the word before the cursor begins, for completion; all of them when there is none. */
export function completions({ tags }: MarkEditorState, known: readonly string[]): string[] {
  const word = lastWord(tags).toLowerCase();
  const given = new Set(tags.text.split(/[\s,]+/).map((name) => name.toLowerCase()));
  return known.filter((name) => name.toLowerCase().startsWith(word) && !given.has(name.toLowerCase()));
}

function lastWord({ text, cursor }: TextField): string {
  return /[^\s,-][^\s,]*$/.exec(text.slice(0, cursor))?.[0] ?? "";
}

/** The tags field with the word before the cursor completed. */
export function completed(state: MarkEditorState, name: string): TextField {
  const { text, cursor } = state.tags;
  const before = text.slice(0, cursor - lastWord(state.tags).length) + name;
  const rest = text.slice(cursor);
  return { text: `${before}${rest.startsWith(" ") ? "" : " "}${rest}`, cursor: before.length + 1 };
}
