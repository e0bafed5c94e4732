import { isUtf8 } from "node:buffer";
import type { RandomAccess } from "./random-access.ts";

/** One entry as the directory at the end of a zip, or its own header, describes it. */
export interface ZipEntry {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc32: number;
  readonly packed_bytes: number;
  readonly size_bytes: number;
  /** Where its own header begins. */
  readonly at: number;
  readonly modified_at: bigint | null;
  /** The mode bits that Unix programs store; 0 when there are none. */
  readonly unixMode: number;
}

/** Where the directory of a zip is. */
export interface ZipDirectory {
  readonly at: number;
  readonly end: number;
  readonly entries: number;
  /** Bytes in front of the zip, such as a program that unpacks it: all places are that much further on. */
  readonly shift: number;
  readonly isPartOfSeveral: boolean;
}

const END_MARK = 0x06054b50;
const END_BYTES = 22;
const END64_MARK = 0x06064b50;
const LOCATOR_MARK = 0x07064b50;
const LOCATOR_BYTES = 20;
const ENTRY_MARK = 0x02014b50;
const ENTRY_BYTES = 46;
const COMMENT_BYTES_MAX = 65_535;
const MAX_32 = 0xffffffff;

/** Finds the directory; null when the end of the file is missing or makes no sense. APPNOTE.TXT 4.3. */
export function findDirectory(access: RandomAccess): ZipDirectory | null {
  const tailAt = Math.max(0, access.size - END_BYTES - COMMENT_BYTES_MAX);
  const tail = access.read(tailAt, access.size - tailAt);
  for (let at = tail.length - END_BYTES; at >= 0; at -= 1) {
    if (tail[at] !== 0x50 || tail.readUInt32LE(at) !== END_MARK) continue;
    const found = directoryOf(access, tail.subarray(at), tailAt + at);
    if (found !== null) return found;
  }
  return null;
}

function directoryOf(access: RandomAccess, end: Buffer, endAt: number): ZipDirectory | null {
  const end64 = findEnd64(access, endAt);
  const entries = end64?.entries ?? end.readUInt16LE(10);
  const size = end64?.size ?? end.readUInt32LE(12);
  const stated = end64?.at ?? end.readUInt32LE(16);
  const disk = end.readUInt16LE(4);
  const isPartOfSeveral = disk !== 0 && disk !== 0xffff;
  const endOfDirectory = end64?.recordAt ?? endAt;
  const at = endOfDirectory - size;
  // Split zips count their places from other files.
  if (isPartOfSeveral) return { at: 0, end: 0, entries, shift: 0, isPartOfSeveral };
  if (at < 0 || stated > at) return null;
  const isPlausible = entries === 0 || access.read(at, 4).equals(Buffer.from("PK\x01\x02"));
  return isPlausible ? { at, end: endOfDirectory, entries, shift: at - stated, isPartOfSeveral } : null;
}

function findEnd64(
  access: RandomAccess,
  endAt: number,
): { entries: number; size: number; at: number; recordAt: number } | null {
  const locator = access.read(endAt - LOCATOR_BYTES, LOCATOR_BYTES);
  if (endAt < LOCATOR_BYTES || locator.length < LOCATOR_BYTES || locator.readUInt32LE(0) !== LOCATOR_MARK) return null;
  // Where it says, or right in front of the locator when something was put before the zip.
  for (const recordAt of [Number(locator.readBigUInt64LE(8)), endAt - LOCATOR_BYTES - 56]) {
    if (recordAt < 0 || !Number.isSafeInteger(recordAt)) continue;
    const record = access.read(recordAt, 56);
    if (record.length < 56 || record.readUInt32LE(0) !== END64_MARK) continue;
    const [entries, size, at] = [32, 40, 48].map((place) => Number(record.readBigUInt64LE(place)));
    return { entries: entries!, size: size!, at: at!, recordAt };
  }
  return null;
}

const READ_BYTES = 1024 * 1024;
/** A name, extra fields and a comment of 65,535 bytes each. */
const ENTRY_BYTES_MAX = ENTRY_BYTES + 3 * 65_535;

/** The entries in the order of the directory. Stops early where the directory makes no sense. */
export function* readDirectory(access: RandomAccess, directory: ZipDirectory): Generator<ZipEntry> {
  let at = directory.at;
  let page = Buffer.alloc(0);
  let pageAt = at;
  while (at + ENTRY_BYTES <= directory.end) {
    if (at + ENTRY_BYTES_MAX > pageAt + page.length && pageAt + page.length < directory.end) {
      pageAt = at;
      page = access.read(at, Math.min(READ_BYTES, directory.end - at)) as Buffer<ArrayBuffer>;
    }
    const entry = page.subarray(at - pageAt);
    if (entry.length < ENTRY_BYTES || entry.readUInt32LE(0) !== ENTRY_MARK) return;
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((place) => entry.readUInt16LE(place));
    const length = ENTRY_BYTES + nameLength! + extraLength! + commentLength!;
    if (entry.length < length) return;
    yield parseEntry(entry.subarray(0, length), directory.shift);
    at += length;
  }
}

function parseEntry(bytes: Buffer, shift: number): ZipEntry {
  const nameEnd = ENTRY_BYTES + bytes.readUInt16LE(28);
  const extra = bytes.subarray(nameEnd, nameEnd + bytes.readUInt16LE(30));
  const [size, packed, at] = wideNumbers(extra, [
    bytes.readUInt32LE(24),
    bytes.readUInt32LE(20),
    bytes.readUInt32LE(42),
  ]);
  const flags = bytes.readUInt16LE(8);
  return {
    name: zipName(bytes.subarray(ENTRY_BYTES, nameEnd), flags),
    flags,
    method: bytes.readUInt16LE(10),
    crc32: bytes.readUInt32LE(16),
    packed_bytes: packed!,
    size_bytes: size!,
    at: at! + shift,
    modified_at: timeOf(extra),
    unixMode: bytes[5] === 3 ? bytes.readUInt16LE(40) : 0,
  };
}

/** Numbers of 32 bits that are all ones stand in the zip64 field instead, in this order. */
export function wideNumbers(extra: Buffer, numbers: readonly number[]): number[] {
  const wide = extraField(extra, 1);
  let at = 0;
  return numbers.map((number) => {
    if (number !== MAX_32 || wide === null || at + 8 > wide.length) return number;
    at += 8;
    return Number(wide.readBigUInt64LE(at - 8));
  });
}

function extraField(extra: Buffer, id: number): Buffer | null {
  for (let at = 0; at + 4 <= extra.length;) {
    const length = extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === id) return extra.subarray(at + 4, at + 4 + length);
    at += 4 + length;
  }
  return null;
}

/** The time in UTC that Unix programs add; the one of DOS is in a zone that nobody knows. */
function timeOf(extra: Buffer): bigint | null {
  const field = extraField(extra, 0x5455);
  if (field === null || field.length < 5 || (field[0]! & 1) === 0) return null;
  return BigInt(field.readInt32LE(1)) * 1_000_000n;
}

const UTF8_FLAG = 0x800;
const CP437_HIGH =
  "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";

/** Names are UTF-8, or in the letters of DOS where they are not. */
export function zipName(bytes: Buffer, flags: number): string {
  if ((flags & UTF8_FLAG) !== 0 || isUtf8(bytes)) return bytes.toString();
  return [...bytes].map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : CP437_HIGH[byte - 0x80]!)).join("");
}
