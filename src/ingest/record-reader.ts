import { JsonTextError, parseJsonAt, type JsonNode } from "../cloudtrail/json-text.ts";
import type { ByteSource } from "./byte-source.ts";
import { findMoreRecords } from "./document-walk.ts";
import { endOfBroken, nextRecord } from "./record-boundary.ts";
import { readShapes } from "./shapes/shape-reader.ts";
import type { Origin } from "./shapes/sifting.ts";
import { TextWindow, WINDOW_SIZES } from "./text-window.ts";

/*
 * Reads the items of a `Records` array out of a buffer of any size through a text window, so that memory is bounded by
 * the window and not by the file. A broken record is set aside and reading goes on at the next one that can be found.
 */

export type RecordItem =
  | {
      readonly kind: "record";
      readonly text: string;
      readonly node: JsonNode;
      readonly byteOffset: number;
      /** Absent for an item of a trail file's list. */
      readonly origin?: Origin;
    }
  | { readonly kind: "broken"; readonly text: string; readonly reason: string; readonly byteOffset: number }
  | { readonly kind: "end"; readonly problem: string | null; readonly note: string | null };

/** Characters that may be read again after breakage, in all: hostile files could make that quadratic. */
const REREAD_CHARS_MAX = 16 * 1024 * 1024;

/**
 * Yields the records of the array whose first item is at or after byte `from`, then one `end`. The bytes are valid
 * UTF-8. Other lists of records that follow, in the same document or in one right behind it, are read too.
 */
export function* readRecords(bytes: ByteSource, from: number, sizes = WINDOW_SIZES): Generator<RecordItem> {
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
      const { more, problem, rest } = passListEnd(window, notes);
      if (more) continue;
      if (rest !== undefined) {
        yield* readRest({ bytes, from: rest, sizes }, { problems, notes });
        return yield endOf(problems, notes);
      }
      if (problem !== null) problems.add(problem);
      const strayFrom = window.byteOffset();
      const stray = problem === null ? null : passStrayText(window, problem);
      if (stray === null) {
        // No record of a trail follows, but something else may.
        if (problem !== null) yield* readRest({ bytes, from: strayFrom, sizes }, { problems, notes });
        return yield endOf(problems, notes);
      }
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
  /** Byte where a document of another kind begins. */
  readonly rest?: number;
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

const ANOTHER_TRAIL_CHARS = 256;
const ANOTHER_TRAIL = /\{\s*"Records"\s*:\s*\[/y;

/** Another document may follow right behind: several gzip members do that, and so do files joined by hand. */
function passNextDocument(window: TextWindow): ListEnd {
  const char = window.peek();
  if (char === "") return { more: false, problem: null };
  if (char !== "{" && char !== "[") {
    return { more: false, problem: "unexpected text after the end of the document" };
  }
  while (window.text.length - window.at < ANOTHER_TRAIL_CHARS && window.advance()) continue;
  ANOTHER_TRAIL.lastIndex = window.at;
  if (!ANOTHER_TRAIL.test(window.text)) return { more: false, problem: null, rest: window.byteOffset() };
  window.at = ANOTHER_TRAIL.lastIndex;
  return MORE;
}

/** What follows a trail file and is none: events in any other shape. */
function* readRest(
  { bytes, from, sizes }: { bytes: ByteSource; from: number; sizes: typeof WINDOW_SIZES },
  { problems, notes }: { problems: Set<string>; notes: Set<string> },
): Generator<RecordItem> {
  const found = yield* readShapes({ bytes, from, strategy: { kind: "values" } }, { sizes });
  for (const problem of found.problems) problems.add(problem);
  for (const note of found.notes) notes.add(note);
  if (found.noEvents !== null && found.noEvents.as !== "empty" && problems.size === 0) {
    problems.add(`another document without records follows (${found.noEvents.reason})`);
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
