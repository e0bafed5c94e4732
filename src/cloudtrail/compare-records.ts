import type { JsonNode, JsonObject } from "./json-text.ts";
import { compactText, replaceSurrogates } from "./json-tokens.ts";

/** How a record of an event relates to the one shown: semantics.md section 5. */
export type Relation = "identical" | "subset" | "conflicting";

export interface Comparison {
  readonly relation: Relation;
  /** Paths whose values differ, sorted, at most FIELDS_MAX; empty unless conflicting. */
  readonly fields: readonly string[];
}

const FIELDS_MAX = 50;

/** A record with the text that it was read from. */
export interface RecordText {
  readonly text: string;
  readonly node: JsonNode;
}

/** Compares two records of one event by tokens; the order of keys and white space do not count. */
export function compareRecords(shown: RecordText, other: RecordText): Comparison {
  const difference = { fields: new Set<string>(), missing: false };
  compare(shown, other, { path: "", difference });
  if (difference.fields.size > 0) {
    return { relation: "conflicting", fields: [...difference.fields].toSorted().slice(0, FIELDS_MAX) };
  }
  return { relation: difference.missing ? "subset" : "identical", fields: [] };
}

interface Progress {
  readonly path: string;
  readonly difference: { fields: Set<string>; missing: boolean };
}

function compare(left: RecordText, right: RecordText, progress: Progress): void {
  const { path, difference } = progress;
  const a = left.node;
  const b = right.node;
  const below = (pair: readonly [JsonNode, JsonNode], at: string): void =>
    compare({ text: left.text, node: pair[0] }, { text: right.text, node: pair[1] }, { path: at, difference });
  if (a.kind === "object" && b.kind === "object") {
    const members = membersOf(a);
    const others = membersOf(b);
    if (members.size < new Set([...members.keys(), ...others.keys()]).size) difference.missing = true;
    for (const [key, nodes] of members) {
      const keyPath = path === "" ? replaceSurrogates(key) : `${path}.${replaceSurrogates(key)}`;
      const same = others.get(key);
      if (same === undefined) difference.missing = true;
      else if (same.length !== nodes.length) difference.fields.add(keyPath);
      else nodes.forEach((node, i) => below([node, same[i]!], keyPath));
    }
  } else if (a.kind === "array" && b.kind === "array" && a.items.length === b.items.length) {
    a.items.forEach((node, i) => below([node, b.items[i]!], path));
  } else if (!isSameLeaf(left, right)) difference.fields.add(path);
}

/** Values by key; more than one where a key is repeated, in their order. */
function membersOf(node: JsonObject): Map<string, JsonNode[]> {
  const members = new Map<string, JsonNode[]>();
  node.keys.forEach(({ value: key }, i) => {
    const value = node.values[i]!;
    const values = members.get(key);
    if (values === undefined) members.set(key, [value]);
    else values.push(value);
  });
  return members;
}

/** Strings are compared by what they say, numbers by how they are written. */
function isSameLeaf(left: RecordText, right: RecordText): boolean {
  const { node: a } = left;
  const { node: b } = right;
  if (a.kind === "string" && b.kind === "string") return a.value === b.value;
  return a.kind === b.kind && compactText(left.text, a) === compactText(right.text, b);
}
