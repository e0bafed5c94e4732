import { parseJson } from "./json-text.ts";
import { compactText } from "./json-tokens.ts";
import { ORIGINAL_TOKENS, splitPath } from "./extra.ts";
import { canonicalToken, type FlatRecord } from "./flatten-record.ts";
import { RECORD_FIELDS } from "./record-fields.ts";

/** Objects as maps, everything else as JSON text. */
export type TokenTree = Map<string, TokenTree | string>;

/**
 * The record that a row was made from, as compact JSON: equal to what AWS wrote token by token, number text
 * included; white space and the order of keys are not kept.
 */
export function rebuildRecord({ values, shape, extra }: FlatRecord): string {
  const tree: TokenTree = new Map();
  RECORD_FIELDS.forEach(({ path, kind }, i) => {
    const value = values[i] ?? null;
    if (value !== null) placeToken(tree, path, kind === "json" ? (value as string) : canonicalToken(kind, value));
  });
  for (const note of shape?.split(";") ?? []) {
    const at = note.lastIndexOf("=");
    placeToken(tree, note.slice(0, at).split("."), note.slice(at + 1));
  }
  const whole = extra === null ? undefined : placeExtra(tree, extra);
  return whole ?? writeTree(tree);
}

/** Returns the original text of the whole record when that was kept. */
function placeExtra(tree: TokenTree, extra: string): string | undefined {
  const node = parseJson(extra);
  if (node.kind !== "object") return undefined;
  const tokens = new Map<string, string>();
  node.keys.forEach(({ value: path }, i) => {
    const member = node.values[i]!;
    if (path !== ORIGINAL_TOKENS) placeToken(tree, splitPath(path), compactText(extra, member));
    else if (member.kind === "object") {
      member.keys.forEach((key, j) => {
        const token = member.values[j]!;
        if (token.kind === "string") tokens.set(key.value, token.value);
      });
    }
  });
  for (const [path, token] of tokens) if (path !== "") placeToken(tree, splitPath(path), token);
  return tokens.get("");
}

/** Puts a token at a path; whatever text stood in the way gives way. */
export function placeToken(tree: TokenTree, path: readonly string[], token: string): void {
  let node = tree;
  for (const key of path.slice(0, -1)) {
    let next = node.get(key);
    if (!(next instanceof Map)) {
      next = new Map();
      node.set(key, next);
    }
    node = next;
  }
  node.set(path.at(-1)!, token);
}

/** The tree as compact JSON. */
export function writeTree(tree: TokenTree): string {
  const members = [...tree].map(
    ([key, value]) => `${JSON.stringify(key)}:${typeof value === "string" ? value : writeTree(value)}`,
  );
  return `{${members.join(",")}}`;
}
