import { displayWidth } from "../../export/display-width.ts";
import { editField, type TextField } from "../components/text-field.ts";
import type { Line } from "../state/types.ts";
import { fit, fitLine, span } from "../text/fit.ts";
import { safeText } from "../text/safe-text.ts";

/** More is not taken; the journal's own limit is higher. */
const MAX_LENGTH = 20_000;
const SEGMENTS = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Typed or pasted text at the cursor; line breaks stay, other controls but tabs go. */
export function insertNote(field: TextField, typed: string): TextField {
  const clean = typed
    .replaceAll(/\r\n?/g, "\n")
    .replaceAll("\t", "  ")
    .replaceAll(/[^\P{Cc}\n]/gu, "")
    .slice(0, Math.max(0, MAX_LENGTH - field.text.length));
  const text = field.text.slice(0, field.cursor) + clean + field.text.slice(field.cursor);
  return { text, cursor: field.cursor + clean.length };
}

/** What an editing key makes of the note; null when the key edits nothing. Keys of one line act on the line of the cursor. */
export function editNote(field: TextField, key: string): TextField | null {
  const start = field.text.lastIndexOf("\n", field.cursor - 1) + 1;
  const next = field.text.indexOf("\n", field.cursor);
  const end = next === -1 ? field.text.length : next;
  switch (key) {
    case "home":
    case "ctrl-a":
      return { ...field, cursor: start };
    case "end":
    case "ctrl-e":
      return { ...field, cursor: end };
    case "ctrl-u":
      return { text: field.text.slice(0, start) + field.text.slice(field.cursor), cursor: start };
    case "ctrl-k":
      return { text: field.text.slice(0, field.cursor) + field.text.slice(end), cursor: field.cursor };
    case "up":
      return start === 0
        ? null
        : { ...field, cursor: sameColumn(field, start, field.text.lastIndexOf("\n", start - 2) + 1) };
    case "down":
      return end === field.text.length ? null : { ...field, cursor: sameColumn(field, start, end + 1) };
    case "ctrl-n":
      return insertNote(field, "\n");
    default:
      return editField(field, key);
  }
}

function sameColumn({ text, cursor }: TextField, from: number, to: number): number {
  const next = text.indexOf("\n", to);
  const place = Math.min(to + cursor - from, next === -1 ? text.length : next);
  // Never inside a character.
  let start = to;
  for (const { segment, index } of SEGMENTS.segment(text.slice(to, next === -1 ? undefined : next))) {
    if (to + index + segment.length > place) break;
    start = to + index + segment.length;
  }
  return start;
}

/** The note in `height` lines of `width` columns, scrolled so that the cursor is in view. */
export function drawNote(
  field: TextField,
  { width, height }: { width: number; height: number },
  { focused }: { focused: boolean },
): Line[] {
  const rows = rowsOf(field.text, Math.max(2, width));
  const at = Math.max(
    0,
    rows.findLastIndex(({ start }) => start <= field.cursor),
  );
  const top = focused
    ? Math.max(0, Math.min(at - height + 1 + (at < rows.length - 1 ? 1 : 0), rows.length - height))
    : 0;
  return rows.slice(top, top + height).map((row, i) => {
    if (!focused || top + i !== at) return [span(fit(row.pieces.map(({ shown }) => shown).join(""), width))];
    const left = row.pieces
      .filter(({ index }) => index < field.cursor)
      .map(({ shown }) => shown)
      .join("");
    const under = row.pieces.find(({ index }) => index >= field.cursor);
    const right = row.pieces
      .filter(({ index }) => under !== undefined && index > under.index)
      .map(({ shown }) => shown)
      .join("");
    return fitLine([span(left), span(under?.shown ?? " ", "cursor"), span(right)], width);
  });
}

interface Row {
  readonly start: number;
  readonly pieces: readonly { readonly index: number; readonly shown: string }[];
}

/** Lines as they are shown: broken at line ends and where the width ends. */
function rowsOf(text: string, width: number): Row[] {
  const rows: Row[] = [];
  let start = 0;
  for (const line of text.split("\n")) {
    let pieces: { index: number; shown: string }[] = [];
    let used = 0;
    let from = start;
    for (const { segment, index } of SEGMENTS.segment(line)) {
      const shown = safeText(segment, segment.length);
      const columns = displayWidth(shown);
      // One column stays free for the cursor behind the last character.
      if (used + columns > width - 1 && pieces.length > 0) {
        rows.push({ start: from, pieces });
        [pieces, used, from] = [[], 0, start + index];
      }
      pieces.push({ index: start + index, shown });
      used += columns;
    }
    rows.push({ start: from, pieces });
    start += line.length + 1;
  }
  return rows;
}
