/**
 * Writes the part of the Thrift compact protocol that a Parquet footer needs: structs of 32- and 64-bit integers,
 * texts, lists and structs.
 * @see https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md
 */
export class ThriftWriter {
  private readonly bytes: number[] = [];
  private lastField = 0;
  private readonly outer: number[] = [];

  i32(field: number, value: number): void {
    this.header(field, 5);
    this.zigzag(value);
  }

  i64(field: number, value: number): void {
    this.header(field, 6);
    this.zigzag(value);
  }

  text(field: number, value: string): void {
    this.header(field, 8);
    this.rawText(value);
  }

  /** A list of structs; `write` writes the fields of one. */
  structs<T>(field: number, items: readonly T[], write: (item: T) => void): void {
    this.listHeader(field, items.length, 12);
    for (const item of items) this.body(() => write(item));
  }

  i32s(field: number, values: readonly number[]): void {
    this.listHeader(field, values.length, 5);
    for (const value of values) this.zigzag(value);
  }

  texts(field: number, values: readonly string[]): void {
    this.listHeader(field, values.length, 8);
    for (const value of values) this.rawText(value);
  }

  struct(field: number, write: () => void): void {
    this.header(field, 12);
    this.body(write);
  }

  /** Ends the outermost struct and gives its bytes. */
  finish(): Buffer {
    this.bytes.push(0);
    return Buffer.from(this.bytes);
  }

  private body(write: () => void): void {
    this.outer.push(this.lastField);
    this.lastField = 0;
    write();
    this.bytes.push(0);
    this.lastField = this.outer.pop()!;
  }

  private header(field: number, type: number): void {
    const delta = field - this.lastField;
    this.lastField = field;
    this.bytes.push((delta << 4) | type);
  }

  private listHeader(field: number, length: number, type: number): void {
    this.header(field, 9);
    if (length < 15) this.bytes.push((length << 4) | type);
    else {
      this.bytes.push(0xf0 | type);
      this.varint(length);
    }
  }

  private rawText(value: string): void {
    const encoded = Buffer.from(value);
    this.varint(encoded.length);
    for (const byte of encoded) this.bytes.push(byte);
  }

  /** Only for values that are never negative; fields here are sizes, counts and enums. */
  private zigzag(value: number): void {
    this.varint(value * 2);
  }

  private varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.bytes.push((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.bytes.push(rest);
  }
}

/** A number as an unsigned variable-length integer. */
export function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}
