import type { JsonNode } from "./json-text.ts";
import { lastMembers } from "./json-tokens.ts";

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
  if (a.kind !== b.kind) difference.fields.add(path);
  else if (a.kind === "object" && b.kind === "object") {
    const others = new Map(lastMembers(b));
    const members = lastMembers(a);
    for (const [key, node] of members) {
      const other = others.get(key);
      if (other === undefined) difference.missing = true;
      else {
        const below = { path: path === "" ? key : `${path}.${key}`, difference };
        compare({ text: left.text, node }, { text: right.text, node: other }, below);
      }
    }
    const shared = members.filter(([key]) => others.has(key)).length;
    if (shared < others.size) difference.missing = true;
  } else if (a.kind === "array" && b.kind === "array") {
    if (a.items.length !== b.items.length) difference.fields.add(path);
    else {
      a.items.forEach((node, i) =>
        compare({ text: left.text, node }, { text: right.text, node: b.items[i]! }, { path, difference }),
      );
    }
  } else if (a.kind === "string" && b.kind === "string") {
    if (a.value !== b.value) difference.fields.add(path);
  } else if (left.text.slice(a.start, a.end) !== right.text.slice(b.start, b.end)) difference.fields.add(path);
}
