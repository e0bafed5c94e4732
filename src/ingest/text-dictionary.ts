import { placeOf, type ByteSlice } from "./byte-slice.ts";
import type { HeldBytes } from "./text-arena.ts";

const TEXTS_FIRST = 256;
const BYTES_FIRST = 8 * 1024;

/**
 * Numbers different texts from 1 in the order of their coming. Texts are bytes, never strings: they lie one after the
 * other as Parquet's PLAIN encoding wants them, so the dictionary page of a column is there when the last row is.
 */
export class TextDictionary {
  count = 0;
  private readonly held: HeldBytes;
  /** Each text with its length in front. */
  private bytes: Buffer = Buffer.allocUnsafeSlow(BYTES_FIRST);
  private size = 0;
  /** Two for each number, side by side in the processor's cache: its hash, and where its text begins in `bytes`. */
  private entries = new Int32Array(TEXTS_FIRST * 2 + 4);
  /** Numbers by hash; 0 is an empty place. At most half are taken. */
  private places = new Int32Array(TEXTS_FIRST * 2);
  private mask = TEXTS_FIRST * 2 - 1;

  constructor(held: HeldBytes) {
    this.held = held;
    this.entries[3] = 4;
  }

  /** The number of a text, whose hash is set. */
  numberOf(text: ByteSlice): number {
    const { places, entries, mask } = this;
    const { hash } = text;
    const length = text.end - text.start;
    let place = placeOf(hash, mask);
    for (;;) {
      const number = places[place]!;
      if (number === 0) return this.add(text, place);
      if (entries[number * 2] === hash) {
        const at = entries[number * 2 + 1]!;
        if (entries[number * 2 + 3]! - 4 - at === length && isAt(this.bytes, at, text)) return number;
      }
      place = (place + 1) & mask;
    }
  }

  /** The text of a number. */
  textOf(number: number): string {
    return this.bytes.toString("utf8", this.entries[number * 2 + 1]!, this.entries[number * 2 + 3]! - 4);
  }

  /** All texts in the order of their numbers, in PLAIN encoding. */
  get plain(): Buffer {
    return this.bytes.subarray(0, this.size);
  }

  clear(): void {
    this.count = 0;
    this.size = 0;
    this.places.fill(0);
  }

  private add({ bytes, start, end, hash }: ByteSlice, place: number): number {
    const length = end - start;
    const size = this.size + 4 + length;
    // Room for the length in front of the next text too.
    if (size + 4 > this.bytes.length) this.growBytes(size + 4);
    this.count += 1;
    const number = this.count;
    this.bytes.writeUInt32LE(length, this.size);
    bytes.copy(this.bytes, this.size + 4, start, end);
    this.size = size;
    this.held.bytes += 4 + length;
    this.entries[number * 2] = hash;
    this.entries[number * 2 + 1] = size - length;
    this.entries[number * 2 + 3] = size + 4;
    this.places[place] = number;
    if (number * 2 >= this.places.length) this.growPlaces();
    return number;
  }

  private growBytes(needed: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, needed));
    this.bytes.copy(grown, 0, 0, this.size);
    this.bytes = grown;
  }

  private growPlaces(): void {
    const size = this.places.length * 2;
    const entries = new Int32Array(size + 4);
    entries.set(this.entries);
    this.entries = entries;
    this.places = new Int32Array(size);
    this.mask = size - 1;
    for (let number = 1; number <= this.count; number += 1) {
      let place = placeOf(entries[number * 2]!, this.mask);
      while (this.places[place] !== 0) place = (place + 1) & this.mask;
      this.places[place] = number;
    }
  }
}

function isAt(texts: Buffer, at: number, { bytes, start, end }: ByteSlice): boolean {
  for (let i = start, j = at; i < end; i += 1, j += 1) if (texts[j] !== bytes[i]) return false;
  return true;
}
