/*
 * Values inside SQL text. The statements of the views are shown and copied, so no value may hide anything in them: what
 * a terminal would obey or not show at all is written as `chr(…)`.
 */

const UNPRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/u;
const UNPRINTABLE_RUNS = /[\p{C}\p{Zl}\p{Zp}]+/gu;

/** A text as an SQL expression of printable characters only. */
export function textLiteral(text: string): string {
  if (!UNPRINTABLE.test(text)) return quoted(text);
  const parts: string[] = [];
  let from = 0;
  for (const match of text.matchAll(UNPRINTABLE_RUNS)) {
    if (match.index > from) parts.push(quoted(text.slice(from, match.index)));
    parts.push(...Array.from(match[0], codeLiteral));
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push(quoted(text.slice(from)));
  return `(${parts.join(" || ")})`;
}

/** A pattern of `*` and `?` for `LIKE … ESCAPE '\'`, in lower case. */
export function globPattern(glob: string): string {
  return glob
    .toLowerCase()
    .replaceAll(/[\\%_]/g, String.raw`\$&`)
    .replaceAll("*", "%")
    .replaceAll("?", "_");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Half of a surrogate pair is no character: it was never stored as such. */
function codeLiteral(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code >= 0xd800 && code <= 0xdfff ? "chr(65533)" : `chr(${code})`;
}
