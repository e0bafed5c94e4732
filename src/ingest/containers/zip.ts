import { ByteStream } from "./byte-stream.ts";
import { UnreadableContainerError } from "./container-error.ts";
import { decompressStream } from "./decompress.ts";
import type { ArchiveEntry, ArchiveFindings, EntryRefusal } from "./entry.ts";
import { inflateMember } from "./gunzip-stream.ts";
import { checked, checksumDamage, inflateData } from "./inflating.ts";
import { contentLimit, RATIO_FREE_BYTES } from "./limits.ts";
import { chunksOf, type RandomAccess } from "./random-access.ts";
import { findDirectory, readDirectory, type ZipDirectory, type ZipEntry } from "./zip-directory.ts";
import { crc32 } from "node:zlib";
import { ZipExtents } from "./zip-extents.ts";
import { followingHeader, mismatch, readLocalHeader, scanLocalHeaders, type LocalHeader } from "./zip-local.ts";

/**
 * The members of a zip in the order of its directory; where that is missing or damaged, by their own headers. Folders
 * are passed over. Throws UnreadableContainerError.
 */
export async function* readZip(access: RandomAccess, findings: ArchiveFindings): AsyncGenerator<ArchiveEntry> {
  const directory = findDirectory(access);
  if (directory?.isPartOfSeveral === true) {
    throw new UnreadableContainerError(
      "a part of a split zip: join the parts with `zip -s 0 FIRST.zip --out WHOLE.zip`",
    );
  }
  const extents = directory === null ? null : extentsOf(access, directory);
  if (directory === null || extents === null) {
    findings.damage.add("the directory of the zip is missing or damaged; its members were found by their own headers");
    for (const local of scanLocalHeaders(access)) if (!isFolder(local)) yield scannedEntry(access, local);
    return;
  }
  if (directory.shift > 0) findings.notes.add(`${directory.shift} bytes in front of the zip were ignored`);
  let index = 0;
  for (const listed of readDirectory(access, directory)) {
    const isOverlapping = extents.isOverlapping(index);
    index += 1;
    if (!isFolder(listed)) yield listedEntry(access, listed, { isOverlapping, extents, findings });
  }
}

/** Null when the directory does not list as many entries as it should. */
function extentsOf(access: RandomAccess, directory: ZipDirectory): ZipExtents | null {
  const extents = new ZipExtents(directory.at);
  for (const { at, packed_bytes } of readDirectory(access, directory)) extents.add(at, packed_bytes);
  // Some writers let the number of 16 bits overflow.
  const isWhole = extents.count === directory.entries || extents.count % 0x10000 === directory.entries;
  if (!isWhole) return null;
  extents.sort((at) => readLocalHeader(access, at) !== null);
  return extents;
}

function isFolder({ name, size_bytes }: ZipEntry): boolean {
  return size_bytes <= 0 && (name.endsWith("/") || name.endsWith("\\"));
}

interface ListedPlace {
  readonly isOverlapping: boolean;
  readonly extents: ZipExtents;
  readonly findings: ArchiveFindings;
}

function listedEntry(access: RandomAccess, listed: ZipEntry, place: ListedPlace): ArchiveEntry {
  const { name, modified_at, packed_bytes } = listed;
  const base = { name, modified_at, packed_bytes };
  const refusal = place.isOverlapping ? OVERLAPPING : refusalOf(listed);
  if (refusal !== null) return { ...base, refusal, note: null, open: refuse };
  const local = readLocalHeader(access, listed.at);
  if (local === null) return { ...base, refusal: NO_HEADER, note: null, open: refuse };
  const next = followingHeader(access, local.dataAt + packed_bytes);
  if (next !== null && !place.extents.begins(next)) {
    place.findings.damage.add("holds members that its directory does not list");
  }
  const whole = { ...listed, dataAt: local.dataAt };
  return { ...base, refusal, note: mismatch(local, listed), open: async () => openEntry(access, whole) };
}

function scannedEntry(access: RandomAccess, local: LocalHeader): ArchiveEntry {
  const { name, modified_at, packed_bytes } = local;
  const refusal = refusalOf(local);
  return { name, modified_at, packed_bytes, refusal, note: null, open: async () => openEntry(access, local) };
}

const OVERLAPPING: EntryRefusal = {
  status: "unreadable",
  reason: "overlaps another member of the zip, as in a zip bomb: not read",
};
const NO_HEADER: EntryRefusal = { status: "unreadable", reason: "is not where the directory of the zip says" };

async function refuse(): Promise<ByteStream> {
  return Promise.reject(new UnreadableContainerError("not read"));
}

const ENCRYPTED_FLAGS = 0x2041;
const STORED = 0;
const DEFLATED = 8;
const COMPRESSIONS: Readonly<Record<number, "bzip2" | "zstd">> = { 12: "bzip2", 93: "zstd" };
const METHOD_NAMES: Readonly<Record<number, string>> = {
  1: "shrink",
  2: "reduce",
  3: "reduce",
  4: "reduce",
  5: "reduce",
  6: "implode",
  9: "deflate64",
  10: "PKWARE implode",
  14: "LZMA",
  95: "xz",
  96: "JPEG",
  97: "WavPack",
  98: "PPMd",
};

function refusalOf({ flags, method, unixMode }: ZipEntry): EntryRefusal | null {
  if ((flags & ENCRYPTED_FLAGS) !== 0 || method === 99) {
    return {
      status: "unsupported",
      reason: "encrypted: unpack the zip with its password, for example with `7z x`, and ingest the folder",
    };
  }
  if ((unixMode & 0xf000) === 0xa000) return { status: "not_events", reason: "a symbolic link; not followed" };
  if (method === STORED || method === DEFLATED || COMPRESSIONS[method] !== undefined) return null;
  const name = METHOD_NAMES[method] ?? `method ${method}`;
  return {
    status: "unsupported",
    reason: `compressed by ${name}, which is not read: unpack the zip, for example with \`7z x\`, and ingest the folder`,
  };
}

type PlacedEntry = ZipEntry & { readonly dataAt: number };

/** Small members are read at once; large ones as a stream. */
async function openEntry(access: RandomAccess, entry: PlacedEntry): Promise<ByteStream> {
  const { dataAt, packed_bytes, size_bytes, method } = entry;
  if (packed_bytes > RATIO_FREE_BYTES || size_bytes > RATIO_FREE_BYTES || COMPRESSIONS[method] !== undefined) {
    return ByteStream.from(
      isKnown(entry) ? checked(contentChunks(access, entry), sumsOf(entry)) : contentChunks(access, entry),
    );
  }
  const data = access.read(dataAt, packed_bytes);
  const { bytes, damage } =
    method === STORED ? { bytes: data, damage: null } : await inflateData(data, contentLimit(packed_bytes));
  const stream = ByteStream.of(bytes);
  const wrong = isKnown(entry) ? checksumDamage({ crc32: crc32(bytes), size: bytes.length }, sumsOf(entry)) : CUT;
  stream.damage = damage ?? wrong;
  return stream;
}

const CUT = "cut off: the end of its data is missing";

/** False for the last member of a zip that was cut off before it says what the member should be. */
function isKnown({ size_bytes }: ZipEntry): boolean {
  return size_bytes >= 0;
}

function sumsOf(entry: ZipEntry): { crc32: number; size: number } {
  return { crc32: entry.crc32, size: entry.size_bytes };
}

async function* contentChunks(access: RandomAccess, entry: PlacedEntry): AsyncGenerator<Buffer> {
  const { dataAt, packed_bytes, method } = entry;
  const stored = chunksOf(access, dataAt, packed_bytes);
  const compression = COMPRESSIONS[method];
  if (method === STORED) yield* stored;
  else if (compression === undefined) yield* inflateMember(ByteStream.from(asAsync(stored)));
  else yield* decompressStream(compression, ByteStream.from(asAsync(stored)), new Set());
}

async function* asAsync(chunks: Iterable<Buffer>): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}
