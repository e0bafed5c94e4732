import { FLAG, type JsonNode, type JsonObject } from "./json-text.ts";

const REPLACED = /[\ud800-\udfff]/gu;

/** The tokens of a value as written, without white space. `text` is the text that the node was read from. */
export function compactText(text: string, node: JsonNode): string {
  if ((node.flags & FLAG.space) === 0) return text.slice(node.start, node.end);
  if (node.kind === "object") {
    const members = node.keys.map(
      (key, i) => `${text.slice(key.start, key.end)}:${compactText(text, node.values[i]!)}`,
    );
    return `{${members.join(",")}}`;
  }
  if (node.kind === "array") return `[${node.items.map((item) => compactText(text, item)).join(",")}]`;
  if (node.kind === "deep") return compactDeep(text.slice(node.start, node.end));
  return text.slice(node.start, node.end);
}

/** True when `queryableText` differs from `compactText`: the original tokens must then be kept beside it. */
export function needsOriginal(node: JsonNode): boolean {
  return (node.flags & (FLAG.duplicateKey | FLAG.unpairedSurrogate | FLAG.tooDeep)) !== 0;
}

/**
 * A value as JSON text that no JSON function fails on: of duplicate keys the last wins (as in `JSON.parse`), unpaired
 * surrogates become U+FFFD, what is nested too deep becomes one string holding its text.
 */
export function queryableText(text: string, node: JsonNode): string {
  if (!needsOriginal(node)) return compactText(text, node);
  switch (node.kind) {
    case "object": {
      // Keys that differ in their surrogates alone become one here too.
      const members = new Map(node.keys.map((key, i) => [replaceSurrogates(key.value), node.values[i]!]));
      return `{${[...members].map(([key, value]) => `${JSON.stringify(key)}:${queryableText(text, value)}`).join(",")}}`;
    }
    case "array":
      return `[${node.items.map((item) => queryableText(text, item)).join(",")}]`;
    case "string":
      return JSON.stringify(replaceSurrogates(node.value));
    default:
      return JSON.stringify(replaceSurrogates(compactText(text, node)));
  }
}

/** Unpaired surrogates become U+FFFD. */
export function replaceSurrogates(value: string): string {
  return value.isWellFormed() ? value : value.replace(REPLACED, "\ufffd");
}

/** Members with duplicate keys reduced to the last one, at the place of the first. */
export function lastMembers(node: JsonObject): [string, JsonNode][] {
  const members = new Map<string, JsonNode>();
  node.keys.forEach((key, i) => members.set(key.value, node.values[i]!));
  return [...members];
}

/** A regular expression over whole strings would overflow its stack on a long one; one over pieces cannot. */
function compactDeep(text: string): string {
  let compact = "";
  let inString = false;
  for (const [piece] of text.matchAll(/"|\\.|[^"\\]+/g)) {
    compact += inString ? piece : piece.replace(/\s+/g, "");
    if (piece === '"') inString = !inString;
  }
  return compact;
}

/**
 * A value with its keys sorted at every level: equal for two records exactly when they are equal by tokens, the
 * spelling of escapes aside. Duplicate keys stay in their order, which decides what they mean.
 */
export function canonicalText(text: string, node: JsonNode): string {
  if (node.kind === "object") {
    const members = node.keys.map(({ value: key }, i) => [key, canonicalText(text, node.values[i]!)] as const);
    const sorted = members.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${sorted.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(",")}}`;
  }
  if (node.kind === "array") return `[${node.items.map((item) => canonicalText(text, item)).join(",")}]`;
  return node.kind === "string" ? JSON.stringify(node.value) : compactText(text, node);
}

/** A value as plain JavaScript data, as `JSON.parse` of its queryable text would give it. */
export function plainValue(text: string, node: JsonNode): unknown {
  switch (node.kind) {
    case "object": {
      const object: Record<string, unknown> = {};
      for (let i = 0; i < node.keys.length; i += 1) {
        const key = replaceSurrogates(node.keys[i]!.value);
        const value = plainValue(text, node.values[i]!);
        // Assigning to this name would set the prototype.
        if (key === "__proto__")
          Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
        else object[key] = value;
      }
      return object;
    }
    case "array":
      return node.items.map((item) => plainValue(text, item));
    case "string":
      return replaceSurrogates(node.value);
    case "number":
      return Number(text.slice(node.start, node.end));
    case "deep":
      return compactText(text, node);
    default:
      return node.kind === "null" ? null : node.kind === "true";
  }
}
