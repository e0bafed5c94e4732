import { parseJson, JsonTextError, type JsonNode, type JsonObject } from "../../cloudtrail/json-text.ts";
import { compactText } from "../../cloudtrail/json-tokens.ts";

/** A JSON value with the text that it stands in. */
export interface JsonView {
  readonly text: string;
  readonly node: JsonNode;
}

export interface ObjectView extends JsonView {
  readonly node: JsonObject;
}

export function isObject(view: JsonView): view is ObjectView {
  return view.node.kind === "object";
}

/** The last value of a key; undefined when the object has none or the value is no object. */
export function member(view: JsonView, name: string): JsonView | undefined {
  const { node, text } = view;
  if (node.kind !== "object") return undefined;
  for (let i = node.keys.length - 1; i >= 0; i -= 1)
    if (node.keys[i]!.value === name) return { text, node: node.values[i]! };
  return undefined;
}

/** The value at a path of keys; a document may also have the whole path as one key with dots. */
export function memberAt(view: JsonView, path: readonly string[]): JsonView | undefined {
  const flat = member(view, path.join("."));
  if (flat !== undefined || path.length < 2) return flat;
  for (let split = path.length - 1; split > 0; split -= 1) {
    const below = member(view, path.slice(0, split).join("."));
    const found = below === undefined ? undefined : memberAt(below, path.slice(split));
    if (found !== undefined) return found;
  }
  return undefined;
}

export function hasMember(view: JsonView, name: string): boolean {
  return member(view, name) !== undefined;
}

/** Text of a string member, or null. */
export function textMember(view: JsonView, name: string): string | null {
  const found = member(view, name);
  return found?.node.kind === "string" ? found.node.value : null;
}

/** Items of an array, or none. */
export function items(view: JsonView | undefined): JsonView[] {
  if (view?.node.kind !== "array") return [];
  return view.node.items.map((node) => ({ text: view.text, node }));
}

export function members(view: JsonView): [string, JsonView][] {
  const { node, text } = view;
  return node.kind === "object" ? node.keys.map(({ value }, i) => [value, { text, node: node.values[i]! }]) : [];
}

/** The value's tokens without white space. */
export function tokenOf({ text, node }: JsonView): string {
  return compactText(text, node);
}

/** What a string, number or flag says; null for everything else. */
export function scalarText({ text, node }: JsonView): string | null {
  if (node.kind === "string") return node.value;
  return node.kind === "number" || node.kind === "true" || node.kind === "false"
    ? text.slice(node.start, node.end)
    : null;
}

/** A text as the JSON value that it holds, or null. */
export function viewOf(text: string): JsonView | null {
  try {
    return { text, node: parseJson(text) };
  } catch (error) {
    if (error instanceof JsonTextError) return null;
    throw error;
  }
}
