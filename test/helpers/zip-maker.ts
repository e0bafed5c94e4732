import { crc32, deflateRawSync } from "node:zlib";

/** One entry of a zip to be made; what is not given is as an honest program would write it. */
export interface ZipPart {
  readonly name: string | Uint8Array;
  readonly content?: string | Uint8Array;
  /** 0 stored, 8 deflated, or a number that nobody reads. */
  readonly method?: number;
  /** Data as they stand in the zip, for methods that this cannot write. */
  readonly packed?: Uint8Array;
  readonly flags?: number;
  /** Sizes and checksum behind the data. */
  readonly descriptor?: boolean;
  /** Sizes and places in fields of 64 bits. */
  readonly zip64?: boolean;
  /** What the entry's own header says instead of what the directory says. */
  readonly local?: { readonly name?: string; readonly method?: number; readonly crc32?: number };
  readonly crc32?: number;
  /** What the directory says of its size. */
  readonly size?: number;
  /** Unix mode bits. */
  readonly mode?: number;
  /** Left out of the directory. */
  readonly isUnlisted?: boolean;
  /** Where the directory says that it is. */
  readonly at?: number;
}

export interface ZipOptions {
  readonly zip64?: boolean;
  readonly comment?: string;
  /** Bytes in front, such as a program that unpacks it. */
  readonly prefix?: Uint8Array;
}

interface Written {
  readonly part: ZipPart;
  readonly at: number;
  readonly name: Buffer;
  readonly packed: Uint8Array;
  readonly size: number;
  readonly crc: number;
  readonly method: number;
  readonly flags: number;
}

/** A zip with these entries. */
export function zipOf(parts: readonly ZipPart[], options: ZipOptions = {}): Buffer {
  const chunks: Buffer[] = [];
  let at = 0;
  const push = (bytes: Uint8Array): void => {
    chunks.push(Buffer.from(bytes));
    at += bytes.length;
  };
  const written: Written[] = [];
  for (const part of parts) {
    const entry = measure(part, at);
    written.push(entry);
    push(localHeader(entry));
    push(entry.packed);
    if (part.descriptor === true) push(descriptor(entry));
  }
  const directoryAt = at;
  const listed = written.filter(({ part }) => part.isUnlisted !== true);
  for (const entry of listed) push(directoryEntry(entry));
  const size = at - directoryAt;
  if (options.zip64 === true) push(end64({ entries: listed.length, size, directoryAt, at }));
  push(endOf({ entries: listed.length, size, directoryAt, options }));
  return Buffer.concat([options.prefix ?? Buffer.alloc(0), ...chunks]);
}

function measure(part: ZipPart, at: number): Written {
  const content = Buffer.from(part.content ?? "");
  const method = part.method ?? 8;
  const packed = part.packed ?? (method === 8 ? deflateRawSync(content) : content);
  const flags = (part.flags ?? 0x800) | (part.descriptor === true ? 8 : 0);
  const crc = part.crc32 ?? crc32(content);
  return { part, at, name: Buffer.from(part.name), packed, size: part.size ?? content.length, crc, method, flags };
}

function localHeader({ part, name, packed, size, crc, method, flags }: Written): Buffer {
  const own = part.local?.name === undefined ? name : Buffer.from(part.local.name);
  const extra = part.zip64 === true ? wide([size, packed.length]) : Buffer.alloc(0);
  const head = Buffer.alloc(30);
  head.writeUInt32LE(0x04034b50, 0);
  head.writeUInt16LE(45, 4);
  head.writeUInt16LE(flags, 6);
  head.writeUInt16LE(part.local?.method ?? method, 8);
  const isLater = part.descriptor === true;
  head.writeUInt32LE(isLater ? 0 : (part.local?.crc32 ?? crc), 14);
  head.writeUInt32LE(part.zip64 === true ? 0xffffffff : isLater ? 0 : packed.length, 18);
  head.writeUInt32LE(part.zip64 === true ? 0xffffffff : isLater ? 0 : size, 22);
  head.writeUInt16LE(own.length, 26);
  head.writeUInt16LE(extra.length, 28);
  return Buffer.concat([head, own, extra]);
}

function descriptor({ packed, size, crc }: Written): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32LE(0x08074b50, 0);
  bytes.writeUInt32LE(crc, 4);
  bytes.writeUInt32LE(packed.length, 8);
  bytes.writeUInt32LE(size, 12);
  return bytes;
}

function directoryEntry({ part, at, name, packed, size, crc, method, flags }: Written): Buffer {
  const place = part.at ?? at;
  const extra = part.zip64 === true ? wide([size, packed.length, place]) : Buffer.alloc(0);
  const head = Buffer.alloc(46);
  head.writeUInt32LE(0x02014b50, 0);
  head.writeUInt16LE(part.mode === undefined ? 45 : (3 << 8) | 45, 4);
  head.writeUInt16LE(45, 6);
  head.writeUInt16LE(flags, 8);
  head.writeUInt16LE(method, 10);
  head.writeUInt32LE(crc, 16);
  head.writeUInt32LE(part.zip64 === true ? 0xffffffff : packed.length, 20);
  head.writeUInt32LE(part.zip64 === true ? 0xffffffff : size, 24);
  head.writeUInt16LE(name.length, 28);
  head.writeUInt16LE(extra.length, 30);
  head.writeUInt32LE(((part.mode ?? 0) << 16) >>> 0, 38);
  head.writeUInt32LE(part.zip64 === true ? 0xffffffff : place, 42);
  return Buffer.concat([head, name, extra]);
}

function wide(numbers: readonly number[]): Buffer {
  const field = Buffer.alloc(4 + 8 * numbers.length);
  field.writeUInt16LE(1, 0);
  field.writeUInt16LE(8 * numbers.length, 2);
  numbers.forEach((number, i) => field.writeBigUInt64LE(BigInt(number), 4 + 8 * i));
  return field;
}

function end64(found: { entries: number; size: number; directoryAt: number; at: number }): Buffer {
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(BigInt(found.entries), 24);
  record.writeBigUInt64LE(BigInt(found.entries), 32);
  record.writeBigUInt64LE(BigInt(found.size), 40);
  record.writeBigUInt64LE(BigInt(found.directoryAt), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(found.at), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([record, locator]);
}

function endOf(found: { entries: number; size: number; directoryAt: number; options: ZipOptions }): Buffer {
  const { entries, size, directoryAt, options } = found;
  const isWide = options.zip64 === true;
  const comment = Buffer.from(options.comment ?? "");
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(isWide ? 0xffff : entries % 0x10000, 8);
  end.writeUInt16LE(isWide ? 0xffff : entries % 0x10000, 10);
  end.writeUInt32LE(isWide ? 0xffffffff : size, 12);
  end.writeUInt32LE(isWide ? 0xffffffff : directoryAt, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([end, comment]);
}
