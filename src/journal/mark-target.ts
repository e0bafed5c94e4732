/**
 * What a tag or a note is about. The same thing is the same target however it was written: addresses are compared by
 * their bits, times by the moment.
 */
import { formatTime, parseAnyTime } from "../cloudtrail/event-time.ts";
import { cidrKeyRange } from "../cloudtrail/source-address.ts";
import { UsageError } from "../errors.ts";
import type { JsonObject } from "./journal-entry.ts";

/** Kinds that are one text; a `range` is two moments. In the order in which lists show them. */
export const VALUE_KINDS = ["event", "session", "key", "ip", "principal", "resource"] as const;
export type ValueKind = (typeof VALUE_KINDS)[number];
export type MarkKind = ValueKind | "range";

export interface ValueTarget {
  readonly kind: ValueKind;
  /** eventID, `session_group`, access key id, address or CIDR block, glob over principals, ARN or name. */
  readonly value: string;
}

export interface RangeTarget {
  readonly kind: "range";
  /** `2023-07-10T12:27:45Z`, inclusive. */
  readonly since: string;
  /** Exclusive. */
  readonly until: string;
}

export type MarkTarget = ValueTarget | RangeTarget;

const VALUE_CHARACTERS_MAX = 2048;
/** What AWS allows as an access key id; CloudTrail also has marks for hidden ones, which are no key. */
const KEY = /^\w{16,128}$/;
/** A secret access key has 40 characters of base64, and must not end in a journal that nobody can edit. */
const SECRET = /^(?!A[A-Z]{3})[A-Za-z0-9+/]{40}$/;
const HAS_CONTROL = /\p{Cc}/u;

/** Checks one value. Throws UsageError naming `--<kind>`. */
export function valueTarget(kind: ValueKind, given: string): ValueTarget {
  const value = given.toWellFormed().trim();
  const problem = problemOf(kind, value);
  if (problem === null) return { kind, value };
  const shown = SECRET.test(value) ? "(not shown)" : value.slice(0, 80);
  throw new UsageError({ what: problem.what, where: `--${kind} ${shown}`, fix: problem.fix });
}

function problemOf(kind: ValueKind, value: string): { what: string; fix: string } | null {
  if (value === "" || value.length > VALUE_CHARACTERS_MAX || HAS_CONTROL.test(value)) {
    return {
      what: "Nothing that can be marked",
      fix: `Give 1 to ${VALUE_CHARACTERS_MAX} characters without line breaks or control characters.`,
    };
  }
  if (kind === "ip" && cidrKeyRange(value) === null) {
    return { what: "Not an address", fix: "Give an address or a range such as 198.51.100.0/24." };
  }
  if (kind !== "key" || (KEY.test(value) && !SECRET.test(value))) return null;
  if (SECRET.test(value)) {
    return {
      what: "This looks like a secret access key",
      fix: "Give the access key id, such as AKIAIOSFODNN7EXAMPLE. Nothing was written to the journal's marks.",
    };
  }
  return { what: "Not an access key id", fix: "Give an id of 16 to 128 letters and digits: AKIAIOSFODNN7EXAMPLE." };
}

/** A time range from microseconds since 1970 UTC: `since` inclusive, `until` exclusive. Throws UsageError. */
export function rangeTarget(since: bigint | null, until: bigint | null): RangeTarget {
  if (since === null || until === null) {
    throw new UsageError({
      what: "A time range has two ends",
      where: since === null ? "--until alone" : "--since alone",
      fix: "Give both --since and --until.",
    });
  }
  if (since >= until) {
    throw new UsageError({
      what: "An empty time range",
      where: `--since ${formatTime(since)} --until ${formatTime(until)}`,
      fix: "--until must be later than --since.",
    });
  }
  return { kind: "range", since: formatTime(since), until: formatTime(until) };
}

/** Equal for two targets exactly when they mean the same thing. */
export function targetId(target: MarkTarget): string {
  if (target.kind === "range") return `range ${target.since}/${target.until}`;
  if (target.kind !== "ip") return `${target.kind} ${target.value}`;
  const range = cidrKeyRange(target.value);
  return range === null ? `ip ${target.value}` : `ip ${range.low}-${range.high}`;
}

/** The target without its kind, as one text. */
export function targetText(target: MarkTarget): string {
  return target.kind === "range" ? `${target.since}/${target.until}` : target.value;
}

/** Kind and text, as messages name a target. Unescaped. */
export function targetInWords(target: MarkTarget): string {
  return target.kind === "range" ? `time ${target.since} to ${target.until}` : `${target.kind} ${target.value}`;
}

/** What a journal holds; every target once, the first as written. */
export function targetsToJson(targets: readonly MarkTarget[]): JsonObject[] {
  const once = new Map<string, JsonObject>();
  for (const target of targets) {
    const id = targetId(target);
    if (!once.has(id)) once.set(id, { ...target });
  }
  return [...once.values()];
}

/** Reads one target of a journal; null when it is none that this version knows. */
export function parseTarget(json: unknown): MarkTarget | null {
  if (typeof json !== "object" || json === null) return null;
  const { kind, value, since, until } = json as Record<string, unknown>;
  if (kind === "range") {
    const [from, to] = [momentOf(since), momentOf(until)];
    return from === null || to === null || from >= to
      ? null
      : { kind: "range", since: formatTime(from), until: formatTime(to) };
  }
  const known = VALUE_KINDS.find((name) => name === kind);
  if (known === undefined || typeof value !== "string" || problemOf(known, value) !== null) return null;
  return { kind: known, value };
}

function momentOf(text: unknown): bigint | null {
  return typeof text === "string" ? parseAnyTime(text) : null;
}
