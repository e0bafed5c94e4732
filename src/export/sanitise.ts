/**
 * Text from evidence is hostile: an attacker chooses user agents, session names and parameters. Every character that a
 * terminal would obey, that reorders or hides other characters, or that is none at all, is shown as an escape instead.
 */

// C0, DEL, C1, soft hyphen, Arabic letter mark, Mongolian vowel separator, zero-width characters and direction marks,
// line and paragraph separators, direction embeddings and isolates, word joiner and invisible operators, byte order
// mark, annotation marks, unpaired surrogates, and the tag block with the other invisible characters of plane 14.
const UNSAFE =
  "\\x00-\\x1f\\x7f-\\x9f\\xad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\ud800-\\udfff\\u{e0000}-\\u{e0fff}";
const LAYOUT = /[\n\r\t]/;

const UNSAFE_CHARACTER = new RegExp(`[${UNSAFE}]`, "u");
const UNSAFE_CHARACTERS = new RegExp(`[${UNSAFE}]`, "gu");
const NON_ASCII_CHARACTERS = /[^ -~]/gu;

const SHORT_ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** One line of harmless text: `\n`, `\x1b`, `\u202e`, `\u{e0041}`. A backslash that was there stays as it is. */
export function escapeControls(text: string): string {
  if (!UNSAFE_CHARACTER.test(text)) return text;
  return text.replace(UNSAFE_CHARACTERS, (character) => SHORT_ESCAPES[character] ?? escapeCharacter(character));
}

/** As `escapeControls`, but line breaks and tabs stay: for formats that can quote them. */
export function escapeControlsInLines(text: string): string {
  if (!UNSAFE_CHARACTER.test(text)) return text;
  return text.replace(UNSAFE_CHARACTERS, (character) =>
    LAYOUT.test(character) ? character : escapeCharacter(character),
  );
}

/**
 * The same characters inside JSON text, as JSON's own escapes: the text stays the same value. Line breaks and tabs, which
 * can only stand between tokens there, become spaces.
 */
export function escapeJsonControls(jsonText: string): string {
  if (!UNSAFE_CHARACTER.test(jsonText)) return jsonText;
  return jsonText.replace(UNSAFE_CHARACTERS, (character) =>
    LAYOUT.test(character) ? " " : escapeCodeUnits(character),
  );
}

/** For a line and a terminal that can show nothing else: `é` becomes `\xe9`. */
export function escapeNonAscii(text: string): string {
  return text.replace(NON_ASCII_CHARACTERS, escapeCharacter);
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code > 0xffff) return `\\u{${code.toString(16)}}`;
  return code > 0xff ? `\\u${hex(code, 4)}` : `\\x${hex(code, 2)}`;
}

function escapeCodeUnits(character: string): string {
  return [...Array(character.length).keys()].map((index) => `\\u${hex(character.charCodeAt(index), 4)}`).join("");
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, "0");
}
