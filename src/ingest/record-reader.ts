import { JsonTextError, parseJsonAt, type JsonNode } from "../cloudtrail/json-text.ts";
import { findMoreRecords, findRecords } from "./document-walk.ts";
import { endOfBroken, nextRecord } from "./record-boundary.ts";
import { TextWindow, WINDOW_SIZES } from "./text-window.ts";

/*
 * Reads the items of a `Records` array out of a buffer of any size through a text window, so that memory is bounded by
 * the window and not by the file. A broken record is set aside and reading goes on at the next one that can be found.
 */

export type RecordItem =
  | { readonly kind: "record"; readonly text: string; readonly node: JsonNode; readonly byteOffset: number }
  | { readonly kind: "broken"; readonly text: string; readonly reason: string; readonly byteOffset: number }
  | { readonly kind: "end"; readonly problem: string | null; readonly note: string | null };

/** Characters that may be read again after breakage, in all: hostile files could make that quadratic. */
const REREAD_CHARS_MAX = 16 * 1024 * 1024;

/**
 * Yields the records of the array whose first item is at or after byte `from`, then one `end`. The bytes are valid
 * UTF-8. Other lists of records that follow, in the same document or in one right behind it, are read too.
 */
export function* readRecords(bytes: Buffer, from: number, sizes = WINDOW_SIZES): Generator<RecordItem> {
  const window = new TextWindow(bytes, from, sizes);
  const notes = new Set<string>();
  const problems = new Set<string>();
  const reread = { chars: 0 };
  let before: "start" | "comma" | "record" | "broken" = "start";
  for (;;) {
    const char = window.peek();
    if (char === ",") {
      if (before === "start" || before === "comma") notes.add(COMMAS);
      before = "comma";
      window.at += 1;
    } else if (char === "]") {
      if (before === "comma") notes.add(COMMAS);
      before = "start";
      window.at += 1;
      const { more, problem } = passListEnd(window, notes);
      if (more) continue;
      if (problem !== null) problems.add(problem);
      const stray = problem === null ? null : passStrayText(window, problem);
      if (stray === null) return yield endOf(problems, notes);
      if (stray.text !== "") yield stray;
    } else if (char === "") {
      problems.add("cut off inside the list of records");
      return yield endOf(problems, notes);
    } else {
      const item = readItem(window, reread);
      if (item === "again") continue;
      if (before === "record" && item.kind === "record") notes.add(COMMAS);
      before = item.kind;
      yield item;
    }
  }
}

const COMMAS = "a comma between records is missing or one too many";

function endOf(problems: ReadonlySet<string>, notes: ReadonlySet<string>): Extract<RecordItem, { kind: "end" }> {
  const joined = (texts: ReadonlySet<string>): string | null => (texts.size > 0 ? [...texts].join("; ") : null);
  return { kind: "end", problem: joined(problems), note: joined(notes) };
}

function readItem(window: TextWindow, reread: { chars: number }): Exclude<RecordItem, { kind: "end" }> | "again" {
  const { text, at } = window;
  try {
    const node = parseJsonAt(text, at);
    // A number may go on behind the window.
    if (node.kind === "number" && node.end === text.length && window.advance()) return "again";
    const byteOffset = window.byteOffset();
    window.at = node.end;
    return { kind: "record", text, node, byteOffset };
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    const end = error.cut ? null : endOfBroken({ text, at, isLast: window.isLast });
    if (end === null && window.advance()) return "again";
    const byteOffset = window.byteOffset();
    reread.chars += Math.max(0, error.position - (end ?? text.length));
    const isTooMuch = reread.chars > REREAD_CHARS_MAX;
    window.at = isTooMuch ? text.length : (end ?? text.length);
    const place = `byte ${byteOffset + Buffer.byteLength(text.slice(at, error.position))}`;
    const what = error.cut ? (window.isLast ? "cut off" : "larger than any record") : `${error.message} (${place})`;
    const reason = isTooMuch ? "breakage without end: the rest was not searched for records" : what;
    return { kind: "broken", text: text.slice(at, window.at), reason, byteOffset };
  }
}

interface ListEnd {
  /** True when another list of records was entered. */
  readonly more: boolean;
  readonly problem: string | null;
}

const MORE: ListEnd = { more: true, problem: null };

/** Goes on after `]`, to another list of records or to the end. */
function passListEnd(window: TextWindow, notes: Set<string>): ListEnd {
  if (window.peek() === ",") notes.add("other keys than Records were not read");
  switch (findMoreRecords(window)) {
    case "found":
      return MORE;
    case "cut":
      return { more: false, problem: "cut off after the list of records" };
    case "broken":
      return { more: false, problem: "unexpected text after the list of records" };
    default:
      return passNextDocument(window);
  }
}

/** Another document may follow right behind: several gzip members do that. */
function passNextDocument(window: TextWindow): ListEnd {
  const char = window.peek();
  if (char === "") return { more: false, problem: null };
  if (char === "{") window.at += 1;
  switch (char === "{" ? findRecords(window) : "broken") {
    case "found":
      return MORE;
    case "cut":
      return { more: false, problem: "cut off inside another document that follows" };
    case "absent":
      return { more: false, problem: "another document without records follows" };
    default:
      return { more: false, problem: "unexpected text after the end of the document" };
  }
}

/** Text that should not be there, up to the next record; null when no record follows. */
function passStrayText(window: TextWindow, reason: string): Extract<RecordItem, { kind: "broken" }> | null {
  for (;;) {
    const { text, at } = window;
    const end = nextRecord(text, at);
    if (end !== null) {
      const byteOffset = window.byteOffset();
      window.at = end;
      return { kind: "broken", text: text.slice(at, end), reason, byteOffset };
    }
    if (!window.advance()) return null;
  }
}
