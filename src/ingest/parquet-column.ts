import type { ShardValue } from "./event-row.ts";
import { EncodedText, type ByteSlice } from "./byte-slice.ts";
import { levelsOf, RowBits, type Pages } from "./parquet-pages.ts";
import { TextArena, type HeldBytes } from "./text-arena.ts";
import { TextDictionary } from "./text-dictionary.ts";
import { varint } from "./thrift-compact.ts";

/*
 * Columns of a shard while it grows, and their Parquet pages. A row is addressed by its number, and a row that nobody
 * sets is null: of some eighty columns most are null in most rows, and those cost nothing. Repeated texts are numbered
 * as they come, so a shard's dictionary is there without a second pass; numbers are written as whole bytes, 16- or
 * 32-bit words, which Parquet's bit-packed runs of those widths happen to be.
 */

/** `set` takes rows in ascending order, each once at most. */
export interface ParquetColumn {
  set(row: number, value: Exclude<ShardValue, null>): void;
  pages(rows: number): Pages;
  /** Forgets all rows; buffers are kept for the next ones. */
  clear(): void;
}

const encoded = new EncodedText();

/** For texts that hardly ever repeat: ids, JSON. */
export class PlainTextColumn implements ParquetColumn {
  private readonly present = new RowBits();
  private readonly arena: TextArena;

  constructor(held: HeldBytes) {
    this.arena = new TextArena(held);
  }

  set(row: number, value: string): void {
    this.setSlice(row, encoded.encode(value));
  }

  setSlice(row: number, text: ByteSlice): void {
    this.present.set(row);
    this.arena.push(text);
  }

  pages(rows: number): Pages {
    return { type: "BYTE_ARRAY", dictionary: null, data: [this.present.levels(rows), ...this.arena.parts] };
  }

  clear(): void {
    this.present.clear();
    this.arena.clear();
  }
}

/** For texts that repeat. */
export class RepeatedTextColumn implements ParquetColumn {
  private readonly dictionary: TextDictionary;
  /** The number of each row's text; 0 is null. */
  private numbers: Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer> = new Uint16Array(4096);

  constructor(held: HeldBytes) {
    this.dictionary = new TextDictionary(held);
  }

  set(row: number, value: string): void {
    this.setNumber(row, this.numberOfText(value));
  }

  /** Sets a row to the text of a slice whose hash is set, and returns its number. */
  setSlice(row: number, text: ByteSlice): number {
    const number = this.dictionary.numberOf(text);
    this.setNumber(row, number);
    return number;
  }

  /** Sets a row to a text by the number that it has had since the last `clear`. */
  setNumber(row: number, number: number): void {
    if (row >= this.numbers.length || number > 0xffff) this.makeRoom(row, number);
    this.numbers[row] = number;
  }

  numberOfText(text: string): number {
    const slice = encoded.encode(text);
    slice.rehash();
    return this.dictionary.numberOf(slice);
  }

  textOf(number: number): string {
    return this.dictionary.textOf(number);
  }

  pages(rows: number): Pages {
    const { count, plain } = this.dictionary;
    if (rows > this.numbers.length) this.makeRoom(rows, 0);
    const { indices, present } = presentIndices(this.numbers, count === 0 ? 0 : rows);
    const padded = Math.ceil(indices.length / 8) * 8;
    const packed = packedIndices(indices, count, padded);
    const head = Buffer.concat([Buffer.from([packed.BYTES_PER_ELEMENT * 8]), varint((padded / 8) * 2 + 1)]);
    return {
      type: "BYTE_ARRAY",
      dictionary: { count, bytes: plain },
      data: [levelsOf(present, indices.length, rows), head, Buffer.from(packed.buffer)],
    };
  }

  clear(): void {
    this.dictionary.clear();
    // Narrow again, should it have become wide.
    if (this.numbers instanceof Uint16Array) this.numbers.fill(0);
    else this.numbers = new Uint16Array(this.numbers.length);
  }

  private makeRoom(row: number, number: number): void {
    const { numbers } = this;
    const length = row >= numbers.length ? Math.max(row + 1, numbers.length * 2) : numbers.length;
    const isWide = number > 0xffff || numbers instanceof Uint32Array;
    const grown = isWide ? new Uint32Array(length) : new Uint16Array(length);
    grown.set(numbers);
    this.numbers = grown;
  }
}

/** Numbers of rows that have a text, from 0 on, and which rows those are, one bit each. */
function presentIndices(
  numbers: Uint16Array | Uint32Array,
  rows: number,
): { readonly indices: Uint32Array; readonly present: Uint8Array } {
  const indices = new Uint32Array(rows);
  const present = new Uint8Array(Math.ceil(rows / 8));
  let at = 0;
  for (let byte = 0; byte < present.length; byte += 1) {
    const end = Math.min(byte * 8 + 8, rows);
    let bits = 0;
    for (let row = byte * 8; row < end; row += 1) {
      const number = numbers[row]!;
      if (number === 0) continue;
      indices[at] = number - 1;
      at += 1;
      bits |= 1 << (row & 7);
    }
    present[byte] = bits;
  }
  return { indices: indices.subarray(0, at), present };
}

function packedIndices(
  indices: Uint32Array,
  count: number,
  padded: number,
): Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer> {
  const packed =
    count <= 0x100 ? new Uint8Array(padded) : count <= 0x10000 ? new Uint16Array(padded) : new Uint32Array(padded);
  packed.set(indices);
  return packed;
}

export class FlagColumn implements ParquetColumn {
  private readonly present = new RowBits();
  private readonly values = new RowBits();

  set(row: number, value: boolean): void {
    if (value) this.values.set(this.present.count);
    this.present.set(row);
  }

  pages(rows: number): Pages {
    const { count } = this.present;
    return { type: "BOOLEAN", dictionary: null, data: [this.present.levels(rows), this.values.bytes(count)] };
  }

  clear(): void {
    this.present.clear();
    this.values.clear();
  }
}

/** Whole numbers of 32 or 64 bits. */
export class NumberColumn implements ParquetColumn {
  private readonly present = new RowBits();
  private readonly isWide: boolean;
  private words = new Int32Array(4096);

  constructor(bits: 32 | 64) {
    this.isWide = bits === 64;
  }

  set(row: number, value: number | bigint): void {
    if (typeof value === "number") this.setNumber(row, value);
    else this.setWords(row, Number(BigInt.asIntN(32, value)), Number(value >> 32n));
  }

  /** Sets a row to a whole number that a double holds exactly. */
  setNumber(row: number, value: number): void {
    // Bitwise operators would take the low word alone.
    const high = Math.floor(value / 0x1_0000_0000);
    this.setWords(row, (value - high * 0x1_0000_0000) | 0, high);
  }

  pages(rows: number): Pages {
    const length = this.present.count * (this.isWide ? 8 : 4);
    const type = this.isWide ? "INT64" : "INT32";
    return { type, dictionary: null, data: [this.present.levels(rows), Buffer.from(this.words.buffer, 0, length)] };
  }

  clear(): void {
    this.present.clear();
  }

  private setWords(row: number, low: number, high: number): void {
    const at = this.isWide ? this.present.count * 2 : this.present.count;
    if (at + 2 > this.words.length) {
      const grown = new Int32Array(this.words.length * 2);
      grown.set(this.words);
      this.words = grown;
    }
    this.words[at] = low;
    if (this.isWide) this.words[at + 1] = high;
    this.present.set(row);
  }
}
