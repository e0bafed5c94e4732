import { parseJson, type JsonNode } from "../../cloudtrail/json-text.ts";

/** A line of a JSON tree: a member, an item, or an object or array that has some. */
export interface JsonLine {
  readonly depth: number;
  /** Key or index; empty for the value itself. */
  readonly label: string;
  /** As `a.b[0].c`; null when a key in it cannot be written so. */
  readonly path: string | null;
  /** Token of the text, or what is folded: `{3}`. */
  readonly text: string;
  /** The value that can be compared; null for objects, arrays and null. */
  readonly value: string | null;
  /** Present for what has members or items. */
  readonly fold: string | null;
  readonly isOpen: boolean;
}

/** More lines are not drawn: a record of megabytes is read as text. */
const JSON_LINES_MAX = 20_000;

/** What is shown of a token; the whole value stays in `value`. */
const TOKEN_MAX = 4000;

/**
 * The lines of a JSON text, with its tokens as they stand there: no number is rounded, no escape undone. Null when it
 * is no JSON. `folded` are those `fold` keys that are closed.
 */
export function jsonLines(text: string, folded: ReadonlySet<string>, prefix = ""): JsonLine[] | null {
  const root = nodeOf(text);
  if (root === null) return null;
  const lines: JsonLine[] = [];
  addLines({ text, folded, lines }, root, { depth: 0, label: "", path: "", fold: prefix });
  return lines;
}

/** True for an object or an array with something in it. */
export function isJsonTree(text: string): boolean {
  const root = /^\s*[[{]/.test(text) ? nodeOf(text) : null;
  return root !== null && childrenOf(root).length > 0;
}

interface Building {
  readonly text: string;
  readonly folded: ReadonlySet<string>;
  readonly lines: JsonLine[];
}

interface Place {
  readonly depth: number;
  readonly label: string;
  readonly path: string | null;
  readonly fold: string;
}

function addLines(building: Building, node: JsonNode, place: Place): void {
  const { text, folded, lines } = building;
  if (lines.length >= JSON_LINES_MAX) return;
  const children = childrenOf(node);
  const { depth, label, path, fold } = place;
  if (children.length === 0) {
    const token = text.slice(node.start, Math.min(node.end, node.start + TOKEN_MAX));
    const value =
      node.kind === "string"
        ? node.value
        : node.kind === "null" || node.kind === "object" || node.kind === "array"
          ? null
          : token;
    lines.push({ depth, label, path, text: token, value, fold: null, isOpen: false });
    return;
  }
  const isOpen = !folded.has(fold);
  const mark = node.kind === "object" ? `{${children.length}}` : `[${children.length}]`;
  lines.push({ depth, label, path, text: mark, value: null, fold, isOpen });
  if (!isOpen) return;
  for (const [key, child] of children) {
    const step =
      typeof key === "number" ? `[${key}]` : /^[^.[\]"\p{C}]+$/u.test(key) ? (path === "" ? key : `.${key}`) : null;
    addLines(building, child, {
      depth: depth + 1,
      label: String(key),
      path: path === null || step === null ? null : `${path}${step}`,
      fold: `${fold}\n${key}`,
    });
  }
}

function childrenOf(node: JsonNode): readonly (readonly [string | number, JsonNode])[] {
  if (node.kind === "object") return node.keys.map((key, i) => [key.value, node.values[i]!] as const);
  return node.kind === "array" ? node.items.map((item, i) => [i, item] as const) : [];
}

function nodeOf(text: string): JsonNode | null {
  try {
    return parseJson(text);
  } catch {
    // A value that only looks like JSON is shown as the text that it is.
    return null;
  }
}
