import { HASH_PRIME, HASH_START } from "../byte-slice.ts";
import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  DOT,
  MINUS,
  NINE,
  OPEN_BRACE,
  OPEN_BRACKET,
  PLUS,
  QUOTE,
  ZERO,
} from "./ascii.ts";

/** What every scanner returns instead of a position when it is not sure: the general path then decides. */
export const UNSURE = -1;

/** Far below `DEPTH_MAX`, where the general path stops building nodes. */
const DEPTH_MAX = 60;
/** Keys are compared with all earlier ones of their object, so there may not be too many. */
const KEYS_MAX = 200;
const OPEN_KEYS_MAX = DEPTH_MAX * KEYS_MAX;

/** Bytes that end the quick loop over a string: control characters, the quote and the backslash. */
const ENDS_RUN = new Uint8Array(256);
for (let byte = 0; byte < 0x20; byte += 1) ENDS_RUN[byte] = 1;
ENDS_RUN[QUOTE] = 1;
ENDS_RUN[BACKSLASH] = 1;

/** Characters after a backslash that stand for themselves or a control character; `u` is not among them. */
const SIMPLE_ESCAPES = new Uint8Array(256);
for (const char of '"\\/bfnrt') SIMPLE_ESCAPES[char.charCodeAt(0)] = 1;

/**
 * Checks JSON in bytes of valid UTF-8 without building anything. It accepts only what the general path would store
 * exactly as written: no white space, no repeated or escaped keys, no unpaired surrogates, no great depth. Everything
 * else, good JSON or not, is UNSURE. Reading behind the end of the bytes gives undefined, which is no byte of any token.
 */
export class JsonScan {
  bytes: Uint8Array = new Uint8Array(0);
  /** Of the string that `string` read last. */
  hash = 0;
  isEscaped = false;
  /** Hashes of the keys of all objects that are open. */
  private readonly keys = new Int32Array(OPEN_KEYS_MAX);
  private keyCount = 0;
  /** Hashes of keys to be reported, by their low bits. */
  private watched: Uint8Array = NOT_WATCHED;
  /** Whether a key of the last whole value may be one of those watched for, or begins with `un` in either case. */
  metWatched = false;

  /** Begins with other bytes. */
  begin(bytes: Uint8Array): void {
    this.bytes = bytes;
  }

  /** The value at `at`, which keys are watched for, or null: returns the place behind it. */
  wholeValue(at: number, watched: Uint8Array | null): number {
    this.keyCount = 0;
    this.watched = watched ?? NOT_WATCHED;
    this.metWatched = false;
    return this.value(at, 1);
  }

  /** From behind the opening quote to the closing one, which is returned; computes `hash`, which covers escapes raw. */
  string(at: number): number {
    const { bytes } = this;
    const end = bytes.length;
    let hash = HASH_START;
    let i = at;
    this.isEscaped = false;
    while (i < end) {
      const byte = bytes[i]!;
      if (ENDS_RUN[byte] === 0) {
        hash = Math.imul(hash ^ byte, HASH_PRIME);
        i += 1;
      } else if (byte === QUOTE) {
        this.hash = hash;
        return i;
      } else {
        i = byte === BACKSLASH ? this.escape(i) : UNSURE;
        if (i < 0) return UNSURE;
        this.isEscaped = true;
      }
    }
    return UNSURE;
  }

  private value(at: number, depth: number): number {
    const byte = this.bytes[at]!;
    if (byte === QUOTE) return this.skipString(at + 1);
    if (byte === OPEN_BRACE) return depth < DEPTH_MAX ? this.object(at + 1, depth + 1) : UNSURE;
    if (byte === OPEN_BRACKET) return depth < DEPTH_MAX ? this.array(at + 1, depth + 1) : UNSURE;
    if (byte === MINUS || (byte >= ZERO && byte <= NINE)) return this.number(at);
    return this.literal(at);
  }

  private object(at: number, depth: number): number {
    const { bytes } = this;
    if (bytes[at] === CLOSE_BRACE) return at + 1;
    const firstKey = this.keyCount;
    let i = at;
    for (;;) {
      if (bytes[i] !== QUOTE) return UNSURE;
      if ((bytes[i + 1]! | 0x20) === 0x75 && (bytes[i + 2]! | 0x20) === 0x6e) this.metWatched = true;
      i = this.string(i + 1);
      if (i < 0 || this.isEscaped || bytes[i + 1] !== COLON || !this.addKey(firstKey)) return UNSURE;
      i = this.value(i + 2, depth);
      if (i < 0) return UNSURE;
      const next = bytes[i];
      i += 1;
      if (next === CLOSE_BRACE) break;
      if (next !== COMMA) return UNSURE;
    }
    this.keyCount = firstKey;
    return i;
  }

  private array(at: number, depth: number): number {
    const { bytes } = this;
    if (bytes[at] === CLOSE_BRACKET) return at + 1;
    let i = at;
    for (;;) {
      i = this.value(i, depth);
      if (i < 0) return UNSURE;
      const next = bytes[i];
      i += 1;
      if (next === CLOSE_BRACKET) return i;
      if (next !== COMMA) return UNSURE;
    }
  }

  /** Takes the hash of a key. False when the object may have the key already, or too many keys. */
  private addKey(firstKey: number): boolean {
    const { hash, keys, keyCount } = this;
    if (keyCount - firstKey >= KEYS_MAX) return false;
    for (let i = firstKey; i < keyCount; i += 1) if (keys[i] === hash) return false;
    keys[keyCount] = hash;
    this.keyCount = keyCount + 1;
    if (this.watched[hash & WATCH_MASK] === 1) this.metWatched = true;
    return true;
  }

  private skipString(at: number): number {
    const { bytes } = this;
    const end = bytes.length;
    let i = at;
    while (i < end) {
      const byte = bytes[i]!;
      if (ENDS_RUN[byte] === 0) i += 1;
      else if (byte === QUOTE) return i + 1;
      else {
        i = byte === BACKSLASH ? this.escape(i) : UNSURE;
        if (i < 0) return UNSURE;
      }
    }
    return UNSURE;
  }

  /** Passes an escape that begins at `at`. */
  private escape(at: number): number {
    const { bytes } = this;
    const kind = bytes[at + 1] ?? 0;
    if (SIMPLE_ESCAPES[kind] === 1) return at + 2;
    const unit = this.escapedUnit(at);
    if (unit < 0 || (unit >= 0xdc00 && unit <= 0xdfff)) return UNSURE;
    if (unit < 0xd800 || unit > 0xdbff) return at + 6;
    const low = bytes[at + 6] === BACKSLASH ? this.escapedUnit(at + 6) : UNSURE;
    return low >= 0xdc00 && low <= 0xdfff ? at + 12 : UNSURE;
  }

  /** The UTF-16 unit of `\uXXXX`. */
  private escapedUnit(at: number): number {
    const { bytes } = this;
    if (bytes[at + 1] !== 0x75) return UNSURE;
    let unit = 0;
    for (let i = at + 2; i < at + 6; i += 1) {
      const byte = bytes[i] ?? 0;
      const letter = byte | 0x20;
      if (byte >= ZERO && byte <= NINE) unit = unit * 16 + byte - ZERO;
      else if (letter >= 0x61 && letter <= 0x66) unit = unit * 16 + letter - 0x61 + 10;
      else return UNSURE;
    }
    return unit;
  }

  private number(at: number): number {
    const { bytes } = this;
    let i = bytes[at] === MINUS ? at + 1 : at;
    if (bytes[i] === ZERO) i += 1;
    else if ((i = this.digits(i)) < 0) return UNSURE;
    if (bytes[i] === DOT && (i = this.digits(i + 1)) < 0) return UNSURE;
    if ((bytes[i]! | 0x20) !== 0x65) return i;
    const sign = bytes[i + 1];
    return this.digits(sign === PLUS || sign === MINUS ? i + 2 : i + 1);
  }

  /** At least one digit. */
  private digits(at: number): number {
    const { bytes } = this;
    let i = at;
    while (bytes[i]! >= ZERO && bytes[i]! <= NINE) i += 1;
    return i === at ? UNSURE : i;
  }

  /** `true`, `false` or `null`. */
  literal(at: number): number {
    const { bytes } = this;
    switch (bytes[at]) {
      case 0x74:
        return bytes[at + 1] === 0x72 && bytes[at + 2] === 0x75 && bytes[at + 3] === 0x65 ? at + 4 : UNSURE;
      case 0x66:
        return bytes[at + 1] === 0x61 && bytes[at + 2] === 0x6c && bytes[at + 3] === 0x73 && bytes[at + 4] === 0x65
          ? at + 5
          : UNSURE;
      case 0x6e:
        return bytes[at + 1] === 0x75 && bytes[at + 2] === 0x6c && bytes[at + 3] === 0x6c ? at + 4 : UNSURE;
      default:
        return UNSURE;
    }
  }
}

const WATCH_MASK = 0xfff;
const NOT_WATCHED = new Uint8Array(WATCH_MASK + 1);

/** Keys to be watched for, as a table that `wholeValue` takes. It can report too many keys, never too few. */
export function watchTable(keys: Iterable<string>): Uint8Array {
  const table = new Uint8Array(WATCH_MASK + 1);
  for (const key of keys) {
    let hash = HASH_START;
    for (const byte of Buffer.from(key)) hash = Math.imul(hash ^ byte, HASH_PRIME);
    table[hash & WATCH_MASK] = 1;
  }
  return table;
}
