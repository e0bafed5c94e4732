import { NAMED_KEY_MEMBER } from "../../cloudtrail/named-key.ts";
import { ByteSlice, HASH_PRIME, HASH_START } from "../byte-slice.ts";
import { TextDictionary } from "../text-dictionary.ts";
import { BACKSLASH, COLON, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE } from "./ascii.ts";

/*
 * The outline of a JSON value: its keys, its brackets and the kinds of its leaves, as integers. What is derived from
 * keys and kinds alone is the same for all values with one outline, and which leaf it names too.
 */

const EMPTY_TEXT = -10;
const TEXT = -11;
const NUMBER = -12;
const NULL = -13;
const TRUE = -14;
const FALSE = -15;
/** Texts whose content decides as much as a key does follow this mark, by number. */
const DECIDING = -16;
const PART = -17;

/** Keys of filters, whose texts say what the filter is about. */
const DECIDING_KEYS = ["name", "key", "Name", "option"];
/** Its number follows those. */
const NAMED_KEY = DECIDING_KEYS.length + 1;
const KEYS_MAX = 20_000;
const LEAVES_MAX = 64;
/** Longer texts are cut when they become a name. */
const TEXT_BYTES_MAX = 1024;

/** Outlines compact JSON that was checked before. */
export class JsonOutline {
  /** Numbers of leaves are places in these: where each plain text begins and ends, without its quotes. */
  readonly leafStarts = new Int32Array(LEAVES_MAX);
  readonly leafEnds = new Int32Array(LEAVES_MAX);
  leafCount = 0;
  /** True when a value since `begin` has a member of its own that names an access key. */
  namesKey = false;
  private keys = new TextDictionary({ bytes: 0 });
  private readonly slice = new ByteSlice();

  constructor() {
    this.numberReservedKeys();
  }

  /** Forgets the numbers of keys when there are too many: outlines made before are then void. True when it did. */
  forgetWhenFull(): boolean {
    if (this.keys.count < KEYS_MAX) return false;
    this.keys = new TextDictionary({ bytes: 0 });
    this.numberReservedKeys();
    return true;
  }

  begin(bytes: Buffer): void {
    this.slice.bytes = bytes;
    this.leafCount = 0;
    this.namesKey = false;
  }

  /**
   * Writes the outline of the value between two places into `into` from `length` on, and returns the new length; -1
   * when it is too long or holds a text that might be no plain name: one with escapes, of white space, or redacted.
   */
  add({ start, end }: ByteSlice, into: Int32Array, length: number): number {
    const { bytes } = this.slice;
    let n = length;
    let isDeciding = false;
    let depth = 0;
    if (n < into.length) into[n++] = PART;
    for (let i = start; i < end && n + 2 < into.length;) {
      const byte = bytes[i]!;
      if (byte === QUOTE) {
        const close = this.text(i + 1);
        if (close < 0) return -1;
        i = close + 1;
        if (bytes[i] === COLON) {
          const number = this.keys.numberOf(this.slice);
          into[n++] = number;
          // A filter lies in a list or object of its own.
          isDeciding = number <= DECIDING_KEYS.length && depth > 1;
          if (number === NAMED_KEY && depth === 1) this.namesKey = true;
          i += 1;
          continue;
        }
        if (isDeciding) {
          into[n++] = DECIDING;
          into[n++] = this.keys.numberOf(this.slice);
        } else {
          const kind = this.leaf();
          if (kind === 0) return -1;
          into[n++] = kind;
        }
      } else if (byte === COMMA) i += 1;
      else if (STRUCTURAL[byte] === 1) {
        depth += byte === OPEN_BRACE || byte === OPEN_BRACKET ? 1 : -1;
        into[n++] = -byte;
        i += 1;
      } else {
        into[n++] = byte === 0x6e ? NULL : byte === 0x74 ? TRUE : byte === 0x66 ? FALSE : NUMBER;
        while (i < end && bytes[i] !== COMMA && STRUCTURAL[bytes[i]!] === 0) i += 1;
      }
      isDeciding = false;
    }
    return n + 2 < into.length ? n : -1;
  }

  /** Puts the text at `at` into the slice; returns its closing quote, or -1 when it has escapes. */
  private text(at: number): number {
    const { slice } = this;
    const { bytes } = slice;
    let hash = HASH_START;
    let i = at;
    for (let byte = bytes[i]!; byte !== QUOTE; byte = bytes[++i]!) {
      if (byte === BACKSLASH) return -1;
      hash = Math.imul(hash ^ byte, HASH_PRIME);
    }
    slice.start = at;
    slice.end = i;
    slice.hash = hash;
    return i;
  }

  /** The kind of the text in the slice; 0 when it is none that surely is a name. */
  private leaf(): number {
    const { bytes, start, end } = this.slice;
    if (start === end) return EMPTY_TEXT;
    if (end - start > TEXT_BYTES_MAX || NO_NAME_START[bytes[start]!] === 1 || this.leafCount >= LEAVES_MAX) return 0;
    this.leafStarts[this.leafCount] = start;
    this.leafEnds[this.leafCount] = end;
    this.leafCount += 1;
    return TEXT;
  }

  private numberReservedKeys(): void {
    const slice = new ByteSlice();
    for (const key of [...DECIDING_KEYS, NAMED_KEY_MEMBER]) {
      slice.bytes = Buffer.from(key);
      slice.end = slice.bytes.length;
      slice.rehash();
      this.keys.numberOf(slice);
    }
  }
}

const STRUCTURAL = new Uint8Array(256);
for (const char of "{}[]") STRUCTURAL[char.charCodeAt(0)] = 1;

/** White space of any kind, and what marks of redaction begin with. */
const NO_NAME_START = new Uint8Array(256).fill(1, 0, 0x21).fill(1, 0x7f);
for (const char of "H<*") NO_NAME_START[char.charCodeAt(0)] = 1;
