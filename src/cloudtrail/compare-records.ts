import { DERIVED_KEY, isExactField, type DerivedNote } from "./derived-record.ts";
import { isJsonObject } from "./json-object.ts";
import type { JsonNode, JsonObject } from "./json-text.ts";
import { compactText, plainValue, replaceSurrogates } from "./json-tokens.ts";

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
  /** True for a record that was made from something else, and says so; what an export says of itself is not believed. */
  readonly isDerived?: boolean;
}

/**
 * Compares two records of one event by tokens; the order of keys and white space do not count. Fields that a derived
 * record does not carry exactly cannot contradict: they count as missing.
 */
export function compareRecords(shown: RecordText, other: RecordText): Comparison {
  const difference: Difference = { fields: new Set(), missing: false, notes: [] };
  for (const record of [shown, other]) {
    const note = record.isDerived === true ? noteOf(record) : null;
    if (note !== null) difference.notes.push(note);
  }
  compare(shown, other, { path: "", difference });
  if (difference.fields.size > 0) {
    return { relation: "conflicting", fields: [...difference.fields].toSorted().slice(0, FIELDS_MAX) };
  }
  return { relation: difference.missing ? "subset" : "identical", fields: [] };
}

interface Difference {
  readonly fields: Set<string>;
  missing: boolean;
  /** What the derived ones among the two records say of themselves. */
  readonly notes: DerivedNote[];
}

interface Progress {
  readonly path: string;
  readonly difference: Difference;
}

function noteOf({ text, node }: RecordText): DerivedNote | null {
  const members = node.kind === "object" ? membersOf(node).get(DERIVED_KEY) : undefined;
  const note = members?.[0] === undefined ? null : plainValue(text, members[0]);
  if (!isJsonObject(note) || typeof note["format"] !== "string") return null;
  const { inexact } = note;
  const paths = Array.isArray(inexact) ? inexact.filter((path) => typeof path === "string") : [];
  return { format: note["format"], inexact: paths };
}

/** A value differs: a contradiction, unless one of the two cannot be held to it. */
function differs(path: string, difference: Difference): void {
  const { notes } = difference;
  const isLossy = notes.some((note) => path.startsWith(DERIVED_KEY) || !isExactField(note, path));
  if (isLossy) difference.missing = true;
  else difference.fields.add(path);
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
      else if (same.length !== nodes.length) differs(keyPath, difference);
      else nodes.forEach((node, i) => below([node, same[i]!], keyPath));
    }
  } else if (a.kind === "array" && b.kind === "array" && a.items.length === b.items.length) {
    a.items.forEach((node, i) => below([node, b.items[i]!], path));
  } else if (!isSameLeaf(left, right)) differs(path, difference);
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
