import { isJsonObject, ownValue } from "./json-object.ts";
import { isRedacted } from "./redacted.ts";

/** More names than this are counted, not listed: the record itself has them all. */
const MOST_NAMES = 50;
/** Longest name kept, in UTF-16 units: an ARN has at most 2,048 bytes, and almost always under 200. */
const LONGEST_NAME = 1024;
/** What lies deeper under a key is structure, not the name of one thing. */
const DEEPEST = 4;

/**
 * Adds the names found at a place in a record: text and numbers, the items of arrays, and what EC2 wraps them in
 * (`{"items": […]}`, `{"item": …}`, `{"content": …, "tag": 1}`). Redaction marks, blanks, flags and other objects
 * are no names.
 */
export function collectNames(value: unknown, into: string[], depth = 0): void {
  if (typeof value === "string") {
    if (value.trim() !== "" && !isRedacted(value)) into.push(value);
  } else if (typeof value === "number") into.push(String(value));
  else if (depth >= DEEPEST) return;
  else if (Array.isArray(value)) for (const item of value) collectNames(item, into, depth + 1);
  else if (isJsonObject(value)) {
    for (const key of WRAPPER_KEYS) collectNames(ownValue(value, key), into, depth + 1);
  }
}

const WRAPPER_KEYS = ["items", "item", "content"] as const;

/** One name as plain text, several as a compact JSON array, the last element then saying how many more there are. */
export function formatNames(names: readonly string[]): string | null {
  const [first] = names;
  if (first === undefined) return null;
  const distinct = names.length === 1 ? names : [...new Set(names)];
  if (distinct.length === 1) return cut(first);
  const listed = distinct.slice(0, MOST_NAMES).map(cut);
  if (distinct.length > MOST_NAMES) listed.push(`…and ${String(distinct.length - MOST_NAMES)} more`);
  return JSON.stringify(listed);
}

function cut(name: string): string {
  // An unpaired surrogate would be escaped in the JSON array, and SQL engines refuse such JSON.
  return name.slice(0, LONGEST_NAME).toWellFormed();
}
