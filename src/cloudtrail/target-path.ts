import { isJsonObject, ownValue, type JsonObject } from "./json-object.ts";
import { collectNames } from "./target-values.ts";

/** The parts of a record that can name a target. */
export type TargetRoot =
  "requestParameters" | "responseElements" | "resources" | "serviceEventDetails" | "additionalEventData";

/** One part of a record, its wrapper taken off. */
export interface Unwrapped {
  readonly value: unknown;
  /** The key of the wrapper (`DeleteFlowLogsRequest`), or "". */
  readonly wrapper: string;
}

/** A place in a record, compiled from text. */
export interface TargetPath {
  readonly root: TargetRoot;
  /** For every step the keys it may be written as; the first is the usual one. */
  readonly steps: readonly (readonly string[])[];
  /** For a composite (`bucketName + key`): what follows the first part and a slash. */
  readonly tail: TargetPath | null;
  readonly text: string;
}

/** Paths in order. Most are absent from most calls, so those that a request cannot have are told by its keys alone. */
export interface PathList {
  readonly paths: readonly TargetPath[];
  /** First key of a path in the request → the bits of the paths that begin with it. */
  readonly bitsByKey: ReadonlyMap<string, number>;
  /** The bits of the paths that begin elsewhere. */
  readonly otherBits: number;
}

const MOST_PATHS = 31;
const ROOT = /^(requestParameters|responseElements|resources|serviceEventDetails|additionalEventData)(?:\.|$)/;
const NO_NAMES: readonly string[] = [];
const WRAPPER = /(?:Request|Req|Response)$/;

/**
 * Compiles `a.b[].c`, from requestParameters unless it begins with another root. Arrays are gone through wherever
 * they are, so `[]` is only for the reader. `x + y` is a composite: both must name exactly one thing.
 */
function compilePath(text: string): TargetPath {
  const [head = "", tail] = text.split(" + ");
  const root = (ROOT.exec(head)?.[1] ?? "requestParameters") as TargetRoot;
  const place = head.replace(ROOT, "").replaceAll("[]", "");
  const steps = place === "" ? [] : place.split(".").map(spellings);
  return {
    root,
    steps,
    tail: tail === undefined ? null : compilePath(tail),
    text: `${ROOT.test(head) ? head : `requestParameters.${head}`}${tail === undefined ? "" : `/${tail}`}`,
  };
}

/** Compiles paths that are to be tried in this order. */
export function compilePaths(texts: readonly string[]): PathList {
  if (texts.length > MOST_PATHS) throw new Error(`More than ${String(MOST_PATHS)} paths: ${texts.join(", ")}`);
  const paths = texts.map(compilePath);
  const bitsByKey = new Map<string, number>();
  let otherBits = 0;
  paths.forEach(({ root, steps }, index) => {
    if (root !== "requestParameters") otherBits |= 1 << index;
    else for (const key of steps[0] ?? []) bitsByKey.set(key, (bitsByKey.get(key) ?? 0) | (1 << index));
  });
  return { paths, bitsByKey, otherBits };
}

/** The bits of the paths that a record with this request may have. */
export function possiblePaths(list: PathList, request: unknown): number {
  let bits = list.otherBits;
  if (isJsonObject(request)) for (const key of Object.keys(request)) bits |= list.bitsByKey.get(key) ?? 0;
  return bits;
}

/** EC2's newer calls put everything under one key named for the call, and write its members with capitals. */
export function unwrap(value: unknown): Unwrapped {
  if (isJsonObject(value)) {
    const keys = Object.keys(value);
    const [wrapper] = keys;
    if (keys.length === 1 && wrapper !== undefined && WRAPPER.test(wrapper)) {
      const inner = ownValue(value, wrapper);
      if (isJsonObject(inner)) return { value: inner, wrapper };
    }
  }
  return { value, wrapper: "" };
}

/** The names at the path, in the order of the record; empty when it leads nowhere. */
export function namesAt(part: Unwrapped, path: TargetPath): readonly string[] {
  const names: string[] = [];
  walk({ steps: path.steps, names }, part.value, 0);
  if (path.tail === null || names.length === 0) return names;
  const tails: string[] = [];
  walk({ steps: path.tail.steps, names: tails }, part.value, 0);
  return names.length === 1 && tails.length === 1 ? [`${names[0] ?? ""}/${tails[0] ?? ""}`] : NO_NAMES;
}

/** The path as this record writes it. */
export function spellPath(part: Unwrapped, path: TargetPath): string {
  if (path.steps.length === 0 || path.tail !== null) return path.text;
  let spelled = part.wrapper === "" ? path.root : `${path.root}.${part.wrapper}`;
  let value = part.value;
  for (const step of path.steps) {
    const isList = Array.isArray(value);
    const holder: unknown = isList ? (value as unknown[]).find(isJsonObject) : value;
    const key = isJsonObject(holder) ? keyOf(holder, step) : null;
    if (key === null) return path.text;
    spelled += `${isList ? "[]" : ""}.${key}`;
    value = ownValue(holder as JsonObject, key);
  }
  return spelled;
}

interface Walk {
  readonly steps: TargetPath["steps"];
  readonly names: string[];
}

function walk(through: Walk, value: unknown, index: number): void {
  if (Array.isArray(value)) {
    // Lists directly in lists are no shape AWS writes; refusing them bounds the recursion.
    for (const item of value) if (!Array.isArray(item)) walk(through, item, index);
    return;
  }
  const step = through.steps[index];
  if (step === undefined) collectNames(value, through.names);
  else if (isJsonObject(value)) {
    const key = keyOf(value, step);
    if (key !== null) walk(through, value[key], index + 1);
  }
}

function keyOf(object: JsonObject, step: readonly string[]): string | null {
  for (const key of step) if (Object.hasOwn(object, key)) return key;
  return null;
}

function spellings(step: string): readonly string[] {
  const first = step.charAt(0);
  const other = first === first.toLowerCase() ? first.toUpperCase() : first.toLowerCase();
  return step === "items" ? ["items", "item"] : [step, other + step.slice(1)];
}
