import { varint } from "./thrift-compact.ts";

/** Values of one page of a column chunk, and how they are encoded. */
export interface Pages {
  readonly type: "BOOLEAN" | "INT32" | "INT64" | "BYTE_ARRAY";
  /** PLAIN texts that the data page refers to by number; null when the data page is PLAIN itself. */
  readonly dictionary: { readonly count: number; readonly bytes: Buffer } | null;
  readonly data: readonly Buffer[];
}

/** Definition levels of an optional column: whether each row has a value, as a page holds them. */
export function levelsOf(bits: Uint8Array, present: number, rows: number): Buffer {
  const run =
    present === rows || present === 0
      ? Buffer.concat([varint(rows * 2), Buffer.from([present === 0 ? 0 : 1])])
      : Buffer.concat([varint(Math.ceil(rows / 8) * 2 + 1), bits]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(run.length);
  return Buffer.concat([length, run]);
}

/** Bits of rows, all 0 until set. */
export class RowBits {
  /** How many were set. */
  count = 0;
  private bits = new Uint8Array(1024);

  /** Sets the bit of a row that was not set before. */
  set(row: number): void {
    const byte = row >> 3;
    if (byte >= this.bits.length) this.bits = grownBytes(this.bits, byte);
    this.bits[byte]! |= 1 << (row & 7);
    this.count += 1;
  }

  /** The bits of the first rows as bytes. */
  bytes(rows: number): Buffer {
    const length = Math.ceil(rows / 8);
    if (length > this.bits.length) this.bits = grownBytes(this.bits, length);
    return Buffer.from(this.bits.buffer, 0, length);
  }

  levels(rows: number): Buffer {
    return levelsOf(this.bytes(rows), this.count, rows);
  }

  clear(): void {
    this.bits.fill(0);
    this.count = 0;
  }
}

function grownBytes(bytes: Uint8Array, index: number): Uint8Array<ArrayBuffer> {
  const grown = new Uint8Array(Math.max(bytes.length * 2, index + 1));
  grown.set(bytes);
  return grown;
}
