import { FAILURE_KEY_NAMES } from "../../cloudtrail/listed-failures.ts";
import { ByteSlice, HASH_PRIME, HASH_START } from "../byte-slice.ts";
import { CLOSE_BRACE, CLOSE_BRACKET, COLON, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE, skipSpace } from "./ascii.ts";
import { parseSecond } from "./canonical-time.ts";
import { JsonScan, UNSURE, watchTable } from "./json-scan.ts";
import { findMember, memberIndex, RECORD_MEMBERS } from "./record-members.ts";
import type { Structure, StructureCache } from "./structure-cache.ts";

/** What a member of a record is; ABSENT when there is none. */
const ABSENT = 0;
export const NULL = 1;
/** A text, a time, JSON or a structure: its bytes are between `starts` and `ends`. */
export const PRESENT = 2;
export const TRUE = 3;
const FALSE = 4;

const KINDS = RECORD_MEMBERS.map(({ kind }) => kind);
const RESPONSE = memberIndex("responseElements");
const EVENT_VERSION = memberIndex("eventVersion");
const EVENT_ID = memberIndex("eventID");
const WATCHED = watchTable(FAILURE_KEY_NAMES);
/** Keys without columns that one record may have. */
const OTHERS_MAX = 16;

/**
 * Finds the members of one record in bytes of valid UTF-8. What it accepts, `flattenRecord` would take exactly as
 * written but for what stands in structures, whose bytes are only delimited here, and for texts with escapes.
 */
export class RecordScan extends JsonScan {
  /** By the index of a member. */
  readonly states = new Uint8Array(RECORD_MEMBERS.length);
  readonly starts = new Int32Array(RECORD_MEMBERS.length);
  readonly ends = new Int32Array(RECORD_MEMBERS.length);
  readonly hashes = new Int32Array(RECORD_MEMBERS.length);
  /** Whether a text has escapes. */
  readonly escapes = new Uint8Array(RECORD_MEMBERS.length);
  /** Whether any text has. */
  hasEscapes = false;
  /** Microseconds since 1970 of times. */
  readonly times = new Float64Array(RECORD_MEMBERS.length);
  /** Members in the order of the record; those of unknown keys as -1 - their number. */
  readonly order: number[] = [];
  /** Where the unknown keys and their values stand, from the quote on. */
  readonly otherStarts = new Int32Array(OTHERS_MAX);
  readonly otherEnds = new Int32Array(OTHERS_MAX);
  otherCount = 0;
  /** Whether the response may list items that failed. */
  mayListFailures = false;
  /** By the index of a member: the structure there, if it is one of those that were peeked at. */
  readonly structures: (Structure | null)[] = RECORD_MEMBERS.map(() => null);
  private readonly structureCaches: readonly (StructureCache | null)[];
  private readonly key = new ByteSlice();
  private readonly otherHashes = new Int32Array(OTHERS_MAX);

  constructor(structureCaches: readonly (StructureCache | null)[]) {
    super();
    this.structureCaches = structureCaches;
  }

  override begin(bytes: Buffer): void {
    super.begin(bytes);
    this.key.bytes = bytes;
  }

  /** Scans the record whose `{` is at `at`. Returns the place behind it, or UNSURE. */
  record(at: number): number {
    this.states.fill(ABSENT);
    this.order.length = 0;
    this.otherCount = 0;
    this.mayListFailures = false;
    this.hasEscapes = false;
    const { bytes } = this;
    if (bytes[at] !== OPEN_BRACE) return UNSURE;
    let i = at + 1;
    for (;;) {
      i = this.member(i);
      if (i < 0) return UNSURE;
      const next = bytes[i];
      i += 1;
      if (next === CLOSE_BRACE) return this.isOrdinary() ? i : UNSURE;
      if (next !== COMMA) return UNSURE;
    }
  }

  /**
   * Goes from behind a record to the next one, or to the `]` at the end of the list. UNSURE for anything else, such
   * as two commas.
   */
  next(at: number): number {
    const { bytes } = this;
    let i = skipSpace(bytes, at);
    if (bytes[i] === CLOSE_BRACKET) return i;
    if (bytes[i] !== COMMA) return UNSURE;
    i = skipSpace(bytes, i + 1);
    return bytes[i] === OPEN_BRACE ? i : UNSURE;
  }

  private member(at: number): number {
    const { bytes, key } = this;
    if (bytes[at] !== QUOTE) return UNSURE;
    key.start = at + 1;
    key.end = this.string(at + 1);
    if (key.end < 0 || this.isEscaped || bytes[key.end + 1] !== COLON) return UNSURE;
    key.hash = this.hash;
    const index = findMember(key);
    const value = key.end + 2;
    if (index < 0) return this.other(value);
    if (this.states[index] !== ABSENT) return UNSURE;
    this.order.push(index);
    if (bytes[value] === 0x6e) {
      this.states[index] = NULL;
      return this.literal(value);
    }
    this.states[index] = PRESENT;
    this.starts[index] = value;
    const end = this.known(index, value);
    this.ends[index] = end;
    return end;
  }

  /** The value of a known key; texts and times are noted without their quotes. */
  private known(index: number, at: number): number {
    switch (KINDS[index]!) {
      case "text":
        return this.text(index, at);
      case "json": {
        const end = this.wholeValue(at, index === RESPONSE ? WATCHED : null);
        if (index === RESPONSE) this.mayListFailures = this.metWatched;
        return end;
      }
      case "structure":
        return this.structure(index, at);
      case "time":
        this.times[index] = parseSecond(this.bytes, at);
        return Number.isNaN(this.times[index]!) ? UNSURE : at + 22;
      case "flag":
        this.states[index] = this.bytes[at] === 0x74 ? TRUE : FALSE;
        return this.bytes[at] === 0x74 || this.bytes[at] === 0x66 ? this.literal(at) : UNSURE;
      case "text-flag":
        return this.textFlag(index, at);
    }
  }

  private text(index: number, at: number): number {
    if (this.bytes[at] !== QUOTE) return UNSURE;
    const end = this.string(at + 1);
    if (end < 0) return UNSURE;
    this.hashes[index] = this.hash;
    this.escapes[index] = this.isEscaped ? 1 : 0;
    if (this.isEscaped) this.hasEscapes = true;
    return end + 1;
  }

  /** `"true"` or `"false"`, quotes included. */
  private textFlag(index: number, at: number): number {
    const { bytes } = this;
    this.states[index] = bytes[at + 1] === 0x74 ? TRUE : FALSE;
    if (bytes[at] !== QUOTE || bytes[at + 1] === 0x6e) return UNSURE;
    const end = this.literal(at + 1);
    return end >= 0 && bytes[end] === QUOTE ? end + 1 : UNSURE;
  }

  /**
   * Passes an object by its braces. Whoever takes its bytes apart must check that they are JSON; if they are, they are
   * the whole value, since no JSON object is the beginning of another.
   */
  private structure(index: number, at: number): number {
    const { bytes } = this;
    const known = this.structureCaches[index]!.peek(bytes as Buffer, at);
    this.structures[index] = known;
    if (known !== null) return at + known.bytes.length;
    if (bytes[at] !== OPEN_BRACE) return UNSURE;
    const end = bytes.length;
    let hash = HASH_START;
    let depth = 0;
    for (let i = at; i < end; i += 1) {
      const byte = bytes[i]!;
      hash = Math.imul(hash ^ byte, HASH_PRIME);
      if (byte === QUOTE) {
        // Strings are nearly all of it, so they have a loop of their own.
        i = this.string(i + 1);
        if (i < 0) return UNSURE;
        hash = Math.imul(hash ^ this.hash, HASH_PRIME);
      } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth += 1;
      else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        depth -= 1;
        if (depth === 0) {
          this.hashes[index] = hash;
          return i + 1;
        }
      }
    }
    return UNSURE;
  }

  /** A key that has no column: it goes to `extra` as it stands, so its path must need no escapes. */
  private other(value: number): number {
    const { key, otherCount, otherHashes } = this;
    if (otherCount >= OTHERS_MAX || key.start === key.end) return UNSURE;
    for (let i = key.start; i < key.end; i += 1) if (PLAIN_KEY[this.bytes[i]!] === 0) return UNSURE;
    for (let i = 0; i < otherCount; i += 1) if (otherHashes[i] === key.hash) return UNSURE;
    otherHashes[otherCount] = key.hash;
    const end = this.wholeValue(value, null);
    this.otherStarts[otherCount] = key.start - 1;
    this.otherEnds[otherCount] = end;
    this.order.push(-1 - otherCount);
    this.otherCount = otherCount + 1;
    return end;
  }

  /** Whether the record has an id and a version that is known. */
  private isOrdinary(): boolean {
    const { bytes, starts, ends, states } = this;
    if (states[EVENT_ID] !== PRESENT || ends[EVENT_ID]! - starts[EVENT_ID]! <= 2) return false;
    if (states[EVENT_VERSION] !== PRESENT) return states[EVENT_VERSION] === ABSENT;
    const at = starts[EVENT_VERSION]!;
    return bytes[at + 1] === 0x31 && bytes[at + 2] === 0x2e;
  }
}

/** Bytes of a key that stands in a path as it is. */
const PLAIN_KEY = new Uint8Array(256);
for (const char of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") {
  PLAIN_KEY[char.charCodeAt(0)] = 1;
}
