/**
 * How many columns of a terminal a text takes. Terminals differ in detail; this follows Unicode's East Asian Width with
 * emoji as wide and combining marks as nothing, which is what most of them do. Text is expected to have passed
 * `escapeControls`, so there are no joiners that would melt several emoji into one.
 */

const ASCII = /^[\x20-\x7e]*$/;
const ZERO_WIDTH = /^(?:[\p{Mn}\p{Me}\u1160-\u11ff]|\p{Emoji_Modifier})$/u;
const WIDE = new RegExp(
  "^(?:[" +
    "\\u1100-\\u115f\\u2329\\u232a\\u2e80-\\u303e\\u3041-\\ua4cf\\ua960-\\ua97c\\uac00-\\ud7a3\\uf900-\\ufaff" +
    "\\ufe10-\\ufe19\\ufe30-\\ufe6f\\uff01-\\uff60\\uffe0-\\uffe6" +
    "\\u{16fe0}-\\u{18dff}\\u{1aff0}-\\u{1b2ff}\\u{20000}-\\u{3fffd}" +
    "]|\\p{Emoji_Presentation})$",
  "u",
);
const REGIONAL_INDICATOR = /^[\u{1f1e6}-\u{1f1ff}]$/u;

/** Terminal columns of a line of text. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

export interface Truncation {
  /** What stands for the part left out. */
  readonly mark: string;
  /** Which end is left out: the end, or the beginning of texts whose last part tells them apart. */
  readonly cut: "end" | "start";
}

/** The text when it fits, else as much of it as does with the mark: never wider than `width`. */
export function truncateToWidth(text: string, width: number, truncation: Truncation): string {
  if (text.length <= width && ASCII.test(text)) return text;
  if (displayWidth(text) <= width) return text;
  const { mark, cut } = truncation;
  const room = width - displayWidth(mark);
  if (room < 0) return "";
  return cut === "end" ? takeStart(text, room) + mark : mark + takeEnd(text, room);
}

/** Cut into lines of at most `width` columns, for a text that must be shown whole. */
export function wrapToWidth(text: string, width: number): string[] {
  if (displayWidth(text) <= width) return [text];
  const lines: string[] = [];
  for (let rest = text; rest !== "";) {
    // At least one character each time, or a wide one in a narrow place would never end.
    const line = takeStart(rest, width) || String.fromCodePoint(rest.codePointAt(0) ?? 0);
    lines.push(line);
    rest = rest.slice(line.length);
  }
  return lines;
}

function takeStart(text: string, room: number): string {
  let width = 0;
  let end = 0;
  for (const character of text) {
    width += characterWidth(character);
    if (width > room) break;
    end += character.length;
  }
  return text.slice(0, end);
}

function takeEnd(text: string, room: number): string {
  const characters = Array.from(text);
  let width = 0;
  let start = characters.length;
  let kept = start;
  while (start > 0) {
    const characterColumns = characterWidth(characters[start - 1] ?? "");
    width += characterColumns;
    if (width > room) break;
    start -= 1;
    // A combining mark alone would attach itself to the mark of the cut.
    if (characterColumns > 0) kept = start;
  }
  return characters.slice(kept).join("");
}

function characterWidth(character: string): number {
  if (character.charCodeAt(0) < 0x300) return 1;
  if (ZERO_WIDTH.test(character)) return 0;
  // Two of these make one flag, which is two columns wide.
  if (REGIONAL_INDICATOR.test(character)) return 1;
  return WIDE.test(character) ? 2 : 1;
}
