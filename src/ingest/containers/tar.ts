import { ByteStream } from "./byte-stream.ts";
import type { ArchiveEntry, ArchiveFindings, EntryRefusal } from "./entry.ts";
import { NAME_BYTES_MAX } from "./limits.ts";
import { PaxRecords, parsePax } from "./pax.ts";
import { parseTarHeader, TAR_BLOCK, type TarHeader } from "./tar-header.ts";

/** An extended header holds names and times; a larger one is not looked into. */
const EXTENDED_BYTES_MAX = 1024 * 1024;

/**
 * The members of a tar archive, one after the other as they come: ustar, pax and GNU headers, and the old form without
 * a mark. Folders are passed over. After a damaged header reading goes on at the next one that is whole.
 */
export async function* readTar(input: ByteStream, findings: ArchiveFindings): AsyncGenerator<ArchiveEntry> {
  const pending = new PaxRecords();
  let isPadding = false;
  let isEnded = false;
  let isSearching = false;
  for (;;) {
    const block = await input.read(TAR_BLOCK);
    if (block.length < TAR_BLOCK) {
      if (block.some((byte) => byte !== 0)) findings.damage.add("cut off inside a header");
      else if (!isEnded) findings.notes.add("the mark at the end of the tar archive is missing");
      return;
    }
    if (block.every((byte) => byte === 0)) {
      isEnded ||= isPadding;
      isPadding = true;
      continue;
    }
    isPadding = false;
    const header = parseTarHeader(block);
    if (header === null) {
      if (isEnded) {
        findings.notes.add("bytes after the end of the tar archive were ignored");
        await input.passOver(Number.POSITIVE_INFINITY);
        return;
      }
      if (!isSearching) findings.damage.add(`a damaged header at byte ${input.position - TAR_BLOCK}`);
      isSearching = true;
      continue;
    }
    isSearching = false;
    if (isEnded) findings.notes.add("several tar archives one behind the other");
    isEnded = false;
    if (await readExtended(input, header, pending)) continue;
    yield* readMember(input, { header, pending, findings });
  }
}

/** Takes the headers that only describe the next member; true when this was one. */
async function readExtended(input: ByteStream, header: TarHeader, pending: PaxRecords): Promise<boolean> {
  if (!["x", "X", "g", "L", "K"].includes(header.type)) return false;
  const length = paddedSize(header.size);
  if (header.size > EXTENDED_BYTES_MAX) {
    await input.passOver(length);
    return true;
  }
  const bytes = (await input.read(length)).subarray(0, header.size);
  if (header.type === "L") pending.next.set("path", textOf(bytes));
  else if (header.type === "K") pending.next.set("linkpath", textOf(bytes));
  else parsePax(bytes, header.type === "g" ? pending.all : pending.next);
  return true;
}

interface MemberPlace {
  readonly header: TarHeader;
  readonly pending: PaxRecords;
  readonly findings: ArchiveFindings;
}

async function* readMember(input: ByteStream, place: MemberPlace): AsyncGenerator<ArchiveEntry> {
  const { header, pending, findings } = place;
  const size = sizeOf(header, pending);
  const name = (pending.get("path") ?? header.name).slice(0, NAME_BYTES_MAX);
  const isSparse = header.type === "S" || pending.hasSparse();
  const modified_at = pending.time("mtime") ?? header.modified_at;
  pending.next.clear();
  if (size === null) {
    findings.damage.add(`a member of impossible size at byte ${input.position - TAR_BLOCK}`);
    return;
  }
  const isFolder = header.type === "5" || header.type === "D" || (header.type === "0" && name.endsWith("/"));
  const stored = hasData(header.type) ? size : 0;
  const end = input.position + stored;
  if (!isFolder) {
    const open = async (): Promise<ByteStream> => {
      const body = ByteStream.from(input.chunks(stored));
      return Promise.resolve(body);
    };
    const refusal = isSparse ? SPARSE : refusalOf(header.type);
    yield { name, modified_at, refusal, note: null, packed_bytes: stored, open };
  }
  const missing = end - input.position - (await input.passOver(end - input.position));
  if (missing > 0) findings.damage.add(`cut off inside its last member, ${missing} bytes before its end`);
  await input.passOver(paddedSize(stored) - stored);
}

const SPARSE: EntryRefusal = {
  status: "unsupported",
  reason: "a sparse file of GNU tar: unpack the archive with `tar -x` and ingest the folder",
};

const LINKS: Readonly<Record<string, string>> = {
  "1": "a link to another member; its content is read there",
  "2": "a symbolic link; not followed",
  "3": "a device, not a file",
  "4": "a device, not a file",
  "6": "a pipe, not a file",
  M: "a part of a file that was begun in another tar archive",
  V: "the name of the tar archive",
};

function refusalOf(type: string): EntryRefusal | null {
  const reason = LINKS[type];
  return reason === undefined ? null : { status: type === "M" ? "unsupported" : "not_events", reason };
}

/** Links and devices have none, whatever size they state. */
function hasData(type: string): boolean {
  return !["1", "2", "3", "4", "5", "6"].includes(type);
}

function sizeOf(header: TarHeader, pending: PaxRecords): number | null {
  const stated = pending.get("size");
  if (stated === undefined) return header.size;
  const size = /^\d{1,16}$/.test(stated) ? Number(stated) : Number.NaN;
  return Number.isSafeInteger(size) ? size : null;
}

function paddedSize(size: number): number {
  return Math.ceil(size / TAR_BLOCK) * TAR_BLOCK;
}

function textOf(bytes: Buffer): string {
  const nul = bytes.indexOf(0);
  return bytes.toString("utf8", 0, nul < 0 ? bytes.length : nul);
}
