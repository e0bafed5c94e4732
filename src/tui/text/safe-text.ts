import { escapeControls } from "../../export/sanitise.ts";

/**
 * Text from evidence as the UI may show it. Beyond what a terminal obeys, every character is escaped of whose width
 * terminals and measuring libraries have different opinions: a frame holds together only when all of them count alike.
 */

const ASCII = /^[\x20-\x7e]*$/;

// Format characters, unassigned and private ones; variation selectors, enclosing marks, skin tones and halves of flags;
// Hangul parts; Thai and Lao AM; symbols that became wide lately, letters that swallow the next one.
const UNCERTAIN =
  /[\p{Cf}\p{Cn}\p{Co}\p{Me}\p{Emoji_Modifier}\u034f\ufe00-\ufe0f\u{1f1e6}-\u{1f1ff}\u115f-\u11ff\u3164\uffa0\u0e33\u0eb3\u0d4e\u{111c2}\u{111c3}\u{113d1}\u{1193f}\u{11941}\u{11a84}-\u{11a89}\u{11d46}\u{11f02}\u{13430}-\u{1345f}\u2630-\u2637\u3248-\u324f\u268a-\u268f\u4dc0-\u4dff\u{18b00}-\u{18dff}\u{1d300}-\u{1d376}\u{1f200}-\u{1f265}\u{1f1ae}]/gu;

/** A mark without a letter before it, or a third one on the same letter. */
const LOOSE_MARKS = /(?<![\p{L}\p{N}]\p{Mn}?)\p{Mn}/gu;

/** Code units that are looked at for each column: room for pairs with marks. */
const UNITS_PER_COLUMN = 8;

/** One line of harmless text, of at least `columns` columns when the value has them; a longer rest is left out. */
export function safeText(value: string, columns = 500): string {
  const start = startOf(value, columns * UNITS_PER_COLUMN);
  if (ASCII.test(start)) return start;
  return escapeControls(start).replace(UNCERTAIN, escape).replace(LOOSE_MARKS, escape);
}

/** The first code units of a text, whole characters only: a value of a megabyte is never measured whole. */
export function startOf(text: string, units: number): string {
  if (text.length <= units) return text;
  const last = text.charCodeAt(units - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? units - 1 : units);
}

function escape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, "0")}`;
}
