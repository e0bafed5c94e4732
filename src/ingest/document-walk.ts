import { JsonTextError, parseJsonAt, parseKeyAt, skipSpace } from "../cloudtrail/json-text.ts";
import type { TextWindow } from "./text-window.ts";

/** Where a walk over the keys of a document ended; `found` is just inside a `Records` array. */
export type WalkEnd = "found" | "absent" | "broken" | "cut";

/** Walks the keys of a document whose `{` was just passed, to its first `Records` array or its end. */
export function findRecords(window: TextWindow): WalkEnd {
  if (window.peek() === "}") {
    window.at += 1;
    return "absent";
  }
  for (;;) {
    const member = passMember(window);
    if (member !== "passed") return member;
    const next = passSeparator(window);
    if (next !== "passed") return next;
  }
}

/** Walks on after a member of a document, to its next `Records` array or its end. */
export function findMoreRecords(window: TextWindow): WalkEnd {
  const next = passSeparator(window);
  return next === "passed" ? findRecords(window) : next;
}

function passSeparator(window: TextWindow): "passed" | Exclude<WalkEnd, "found"> {
  const char = window.peek();
  if (char === "") return "cut";
  if (char !== "," && char !== "}") return "broken";
  window.at += 1;
  return char === "," ? "passed" : "absent";
}

function passMember(window: TextWindow): "passed" | Exclude<WalkEnd, "absent"> {
  window.peek();
  for (;;) {
    const { text } = window;
    try {
      const { key, end } = parseKeyAt(text, window.at);
      const start = skipSpace(text, end);
      if (key === "Records" && text[start] === "[") {
        window.at = start + 1;
        return "found";
      }
      const value = parseJsonAt(text, start);
      // A number may go on behind the window.
      if (value.kind === "number" && value.end === text.length && window.advance()) continue;
      window.at = value.end;
      return "passed";
    } catch (error) {
      if (!(error instanceof JsonTextError)) throw error;
      if (!error.cut) return "broken";
      if (!window.advance()) return "cut";
    }
  }
}
