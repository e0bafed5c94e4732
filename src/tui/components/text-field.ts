import { displayWidth } from "../../export/display-width.ts";
import type { Line, Span } from "../state/types.ts";
import { fit, span } from "../text/fit.ts";
import { safeText } from "../text/safe-text.ts";

/** One line of text being edited. `cursor` counts code units and never stands inside a character. */
export interface TextField {
  readonly text: string;
  readonly cursor: number;
}

/** More is not taken: nobody types it, and a paste may be anything. */
const MAX_LENGTH = 4096;

const SEGMENTS = new Intl.Segmenter("en", { granularity: "grapheme" });

export function textField(text = ""): TextField {
  return { text, cursor: text.length };
}

/** Typed or pasted text at the cursor; line breaks and tabs become spaces, other controls go. */
export function insertText(field: TextField, typed: string): TextField {
  const clean = typed
    .replace(/[\r\n\t]+/g, " ")
    // eslint-disable-next-line no-control-regex -- These are what must not get in.
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, "")
    .slice(0, Math.max(0, MAX_LENGTH - field.text.length));
  const text = field.text.slice(0, field.cursor) + clean + field.text.slice(field.cursor);
  return { text, cursor: field.cursor + clean.length };
}

/** What an editing key makes of the field; null when the key edits nothing. */
export function editField(field: TextField, key: string): TextField | null {
  const { text, cursor } = field;
  switch (key) {
    case "left":
      return { text, cursor: before(field) };
    case "right":
      return { text, cursor: after(field) };
    case "home":
      return { text, cursor: 0 };
    case "end":
    case "ctrl-e":
      return { text, cursor: text.length };
    case "backspace":
    case "ctrl-h":
      return cutOut(field, before(field), cursor);
    case "delete":
    case "ctrl-d":
      return cutOut(field, cursor, after(field));
    case "ctrl-u":
      return cutOut(field, 0, cursor);
    case "ctrl-k":
      return cutOut(field, cursor, text.length);
    case "ctrl-w":
      return cutOut(field, wordStart(field), cursor);
    default:
      return null;
  }
}

/** The field in exactly `width` columns, scrolled so that the cursor is in view. */
export function drawField(field: TextField, width: number, { focused }: { readonly focused: boolean }): Line {
  if (width <= 0) return [];
  if (!focused) return [span(fit(safeText(field.text, width), width))];
  const left = safeText(field.text.slice(0, field.cursor), MAX_LENGTH);
  const under = safeText(field.text.slice(field.cursor, after(field))) || " ";
  // What is shown escaped may be wider than the field.
  const at = fit(under, Math.min(displayWidth(under), width));
  const right = safeText(field.text.slice(after(field)), width);
  const shownLeft = lastColumns(left, width - displayWidth(at));
  const room = width - displayWidth(shownLeft) - displayWidth(at);
  const spans: Span[] = [span(shownLeft), span(at, "cursor"), span(fit(right, Math.max(0, room)))];
  return spans.filter(({ text }) => text !== "");
}

function lastColumns(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let start = text.length;
  let used = 0;
  for (const { segment, index } of [...SEGMENTS.segment(text)].reverse()) {
    used += displayWidth(segment);
    if (used > width) break;
    start = index;
  }
  return text.slice(start);
}

function before({ text, cursor }: TextField): number {
  const segments = [...SEGMENTS.segment(text.slice(0, cursor))];
  return segments.at(-1)?.index ?? 0;
}

function after({ text, cursor }: TextField): number {
  const [first] = SEGMENTS.segment(text.slice(cursor));
  return cursor + (first?.segment.length ?? 0);
}

function wordStart({ text, cursor }: TextField): number {
  const left = text.slice(0, cursor).trimEnd();
  return left.search(/\S+$/) === -1 ? 0 : left.search(/\S+$/);
}

function cutOut({ text }: TextField, from: number, to: number): TextField {
  return { text: text.slice(0, from) + text.slice(to), cursor: from };
}
