import type { RandomAccess } from "./random-access.ts";
import { wideNumbers, zipName, type ZipEntry } from "./zip-directory.ts";

const LOCAL_MARK = 0x04034b50;
const DIRECTORY_MARK = 0x02014b50;
export const LOCAL_BYTES = 30;
/** The sizes and the checksum stand behind the data. */
const DESCRIPTOR_FLAG = 8;
/** Lengths of a data descriptor: with and without its mark, with numbers of 32 and 64 bits. */
const DESCRIPTOR_BYTES = [0, 12, 16, 20, 24] as const;

/** A member's own header, in front of its data. */
export interface LocalHeader extends ZipEntry {
  readonly dataAt: number;
  readonly hasDescriptor: boolean;
}

/** Null when no header is there. */
export function readLocalHeader(access: RandomAccess, at: number): LocalHeader | null {
  const head = access.read(at, LOCAL_BYTES);
  if (head.length < LOCAL_BYTES || head.readUInt32LE(0) !== LOCAL_MARK) return null;
  const [nameLength, extraLength] = [head.readUInt16LE(26), head.readUInt16LE(28)];
  const rest = access.read(at + LOCAL_BYTES, nameLength + extraLength);
  const flags = head.readUInt16LE(6);
  const numbers = [head.readUInt32LE(22), head.readUInt32LE(18)];
  const [size, packed] = wideNumbers(rest.subarray(nameLength), numbers);
  return {
    name: zipName(rest.subarray(0, nameLength), flags),
    flags,
    method: head.readUInt16LE(8),
    crc32: head.readUInt32LE(14),
    packed_bytes: packed!,
    size_bytes: size!,
    at,
    modified_at: null,
    unixMode: 0,
    dataAt: at + LOCAL_BYTES + nameLength + extraLength,
    hasDescriptor: (flags & DESCRIPTOR_FLAG) !== 0,
  };
}

/** How a member's own header differs from what the directory says of it; null when it does not. */
export function mismatch(local: LocalHeader, listed: ZipEntry): string | null {
  const differing = [
    local.name === listed.name ? null : `the name ${JSON.stringify(local.name.slice(0, 200))}`,
    local.method === listed.method ? null : `method ${local.method}`,
    ...(local.hasDescriptor
      ? []
      : [
          local.crc32 === listed.crc32 ? null : "another checksum",
          local.packed_bytes === listed.packed_bytes && local.size_bytes === listed.size_bytes ? null : "another size",
        ]),
  ].filter((what) => what !== null);
  return differing.length > 0 ? `its own header has ${differing.join(", ")}, the directory of the zip differs` : null;
}

/** Where another member's header stands right behind data that end at `end`; null when none does. */
export function followingHeader(access: RandomAccess, end: number): number | null {
  const bytes = access.read(end, 24 + 4);
  for (const skip of DESCRIPTOR_BYTES) {
    if (skip + 4 <= bytes.length && bytes.readUInt32LE(skip) === LOCAL_MARK) return end + skip;
  }
  return null;
}

const SEARCH_BYTES = 1024 * 1024;

/** The members of a zip without a directory, by their own headers. The last one may be cut. */
export function* scanLocalHeaders(access: RandomAccess): Generator<LocalHeader> {
  let at = 0;
  while (at < access.size) {
    const local = readLocalHeader(access, at);
    if (local === null) {
      if (isDirectory(access, at)) return;
      const next = find(access, "PK\x03\x04", at + 1);
      if (next === null) return;
      at = next;
      continue;
    }
    const known = local.hasDescriptor && local.packed_bytes === 0 ? findDescriptor(access, local) : local;
    yield known;
    const end = known.dataAt + known.packed_bytes;
    at = followingHeader(access, end) ?? end;
    // Data that end where nothing begins: the size was wrong, or this was the last member.
    if (at >= access.size && end > access.size) {
      const next = find(access, "PK\x03\x04", known.dataAt);
      if (next === null) return;
      at = next;
    }
  }
}

function isDirectory(access: RandomAccess, at: number): boolean {
  const mark = access.read(at, 4);
  return mark.length === 4 && mark.readUInt32LE(0) === DIRECTORY_MARK;
}

/** Looks for the data descriptor whose size says that the data end right there. */
function findDescriptor(access: RandomAccess, local: LocalHeader): LocalHeader {
  for (let from = local.dataAt; ;) {
    const at = find(access, "PK\x07\x08", from);
    if (at === null) return { ...local, packed_bytes: access.size - local.dataAt, size_bytes: -1, crc32: -1 };
    const bytes = access.read(at, 24);
    const packed = at - local.dataAt;
    const crc32 = bytes.length >= 8 ? bytes.readUInt32LE(4) : 0;
    if (bytes.length >= 24 && Number(bytes.readBigUInt64LE(8)) === packed) {
      return { ...local, crc32, packed_bytes: packed, size_bytes: Number(bytes.readBigUInt64LE(16)) };
    }
    if (bytes.length >= 16 && bytes.readUInt32LE(8) === packed) {
      return { ...local, crc32, packed_bytes: packed, size_bytes: bytes.readUInt32LE(12) };
    }
    from = at + 4;
  }
}

function find(access: RandomAccess, mark: string, from: number): number | null {
  for (let at = from; at + mark.length <= access.size; at += SEARCH_BYTES) {
    const place = access.read(at, SEARCH_BYTES + mark.length - 1).indexOf(mark, 0, "latin1");
    if (place >= 0) return at + place;
  }
  return null;
}
