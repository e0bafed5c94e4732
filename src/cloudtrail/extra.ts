/*
 * How the `extra` column names what no typed column holds. Keys are paths joined by dots: `eventContext`,
 * `userIdentity.sessionContext.signInSessionArn`. One reserved key, `@tokens`, holds original tokens by path for what
 * a typed column or a queryable JSON column cannot give back exactly (odd types, odd time formats, duplicate keys,
 * unpaired surrogates); they win when a record is rebuilt, and the path "" means the whole record.
 */

/** The reserved key of `extra`. */
export const ORIGINAL_TOKENS = "@tokens";

/** Escapes a key so that a path splits back into its keys. */
export function escapePathSegment(key: string): string {
  return key.replace(/[\\.]/g, "\\$&").replace(/^@/, "\\@");
}

/** Splits a path of `extra` into keys. */
export function splitPath(path: string): string[] {
  const keys: string[] = [];
  let key = "";
  for (let i = 0; i < path.length; i += 1) {
    const char = path[i]!;
    if (char === "\\") {
      i += 1;
      key += path[i] ?? "";
    } else if (char === ".") {
      keys.push(key);
      key = "";
    } else key += char;
  }
  keys.push(key);
  return keys;
}
