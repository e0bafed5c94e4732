import type { ByteSource } from "./byte-source.ts";
import { refusalOf, unpack, type PackedArchive } from "./container.ts";
import { ByteStream } from "./containers/byte-stream.ts";
import { entriesOf, joined, type OpenArchive } from "./containers/archive-walk.ts";
import { ArchiveLimitError, UnpackBudget } from "./containers/limits.ts";
import { identify, MAGIC_BYTES } from "./containers/magic.ts";
import { chunksOf } from "./containers/random-access.ts";
import { StreamedContent } from "./containers/streamed-content.ts";
import { hashOf, reasonOf, type EvidenceBytes } from "./evidence-bytes.ts";
import { sha256 } from "./file-reading.ts";
import { LargeFile } from "./large-file.ts";

/** Files up to this size are held in memory whole; of larger ones only what is being read is. */
const STORED_BYTES_MAX = 64 * 1024 * 1024;

/** A file whose content is known to be of one kind. */
export type OpenedContent = OpenedBytes | OpenedArchive | RefusedFile;

export interface OpenedBytes {
  readonly kind: "bytes";
  readonly bytes: ByteSource;
  readonly container: string;
  readonly damage: string | null;
  readonly note: string | null;
  readonly sha256_stored: string;
  readonly sha256_inflated: string;
  readonly inflated_bytes: number;
}

export interface OpenedArchive {
  readonly kind: "archive";
  readonly archive: OpenArchive;
  readonly budget: UnpackBudget;
  /** To be called after the walk: the hash of the file, and what is wrong with it. */
  finish(): Promise<{ readonly sha256_stored: string; readonly damage: string | null; readonly note: string | null }>;
}

export interface RefusedFile {
  readonly kind: "unsupported" | "unreadable";
  readonly reason: string;
  readonly container: string;
  readonly sha256_stored: string | null;
}

/** Finds out what a file holds and opens it. Throws the file system's errors and FileChangedError. */
export async function openContent(file: EvidenceBytes): Promise<OpenedContent> {
  if (file.size <= STORED_BYTES_MAX) return openWhole(file);
  const found = identify(file.read(0, MAGIC_BYTES));
  if (found === null) return openLarge(file);
  if (found.kind === "archive" && found.name === "zip") return openLargeZip(file);
  return openStream(file);
}

async function openWhole(file: EvidenceBytes): Promise<OpenedContent> {
  const stored = file.read(0, file.size);
  if (stored.length < file.size) return refused("became shorter while it was read", null);
  const sha256_stored = sha256(stored);
  if (stored.length === 0) return refused("empty", sha256_stored);
  const unpacked = await unpack(stored);
  switch (unpacked.kind) {
    case "bytes": {
      const sha256_inflated = unpacked.bytes === stored ? sha256_stored : sha256(unpacked.bytes);
      return { ...unpacked, sha256_stored, sha256_inflated, inflated_bytes: unpacked.bytes.length };
    }
    case "archive":
      return openPacked(file, unpacked, sha256_stored);
    default:
      return unpacked.isTooLarge === true ? openStream(file) : { ...unpacked, sha256_stored };
  }
}

function refused(reason: string, sha256_stored: string | null): RefusedFile {
  return { kind: "unreadable", reason, container: "", sha256_stored };
}

/** An archive that is in memory. */
function openPacked(file: EvidenceBytes, packed: PackedArchive, sha256_stored: string): OpenedArchive {
  const { bytes, name, container, damage, note } = packed;
  const entries = entriesOf(name === "zip" ? bytes : ByteStream.of(bytes));
  const budget = new UnpackBudget(file.size);
  if (container.includes(">")) budget.spend(bytes.length);
  return {
    kind: "archive",
    archive: { prefix: "", chain: container.split(">"), entries },
    budget,
    finish: async () => Promise.resolve({ sha256_stored, damage, note }),
  };
}

function openLargeZip(file: EvidenceBytes): OpenedArchive {
  const sha256_stored = hashOf(file);
  const damage = new Set<string>();
  return {
    kind: "archive",
    archive: { prefix: "", chain: ["zip"], entries: entriesOf(watched(file, damage)) },
    budget: new UnpackBudget(file.size),
    finish: async () => Promise.resolve({ sha256_stored, damage: joined([...damage, changeOf(file)]), note: null }),
  };
}

/** Compressed content and tar archives, read as they come. */
async function openStream(file: EvidenceBytes): Promise<OpenedContent> {
  const unread = new Set<string>();
  const budget = new UnpackBudget(file.size);
  const streamed = new StreamedContent(ByteStream.from(asAsync(chunksOf(watched(file, unread), 0, file.size))), budget);
  const finish = async (): Promise<{ sha256_stored: string; damage: string | null; note: string | null }> => {
    await streamed.finish();
    const damage = joined([streamed.damage, ...unread, changeOf(file)]);
    return { sha256_stored: streamed.sha256_stored, damage, note: joined(streamed.notes) };
  };
  try {
    const content = await streamed.open([]);
    if (content.kind === "archive") {
      const { container, packed } = content;
      return {
        kind: "archive",
        archive: { prefix: "", chain: container.split(">"), entries: entriesOf(packed) },
        budget,
        finish,
      };
    }
    const whole = await finish();
    if (content.kind !== "text") return { ...content, sha256_stored: whole.sha256_stored };
    const { bytes, container } = content;
    const note = joined([whole.note, bytes.note]);
    return {
      ...whole,
      kind: "bytes",
      bytes,
      container,
      note,
      sha256_inflated: bytes.sha256,
      inflated_bytes: bytes.size_bytes,
    };
  } catch (error) {
    const isTooMuch = error instanceof ArchiveLimitError;
    const refusal = isTooMuch ? { kind: "unreadable" as const, reason: error.message } : refusalOf(error as Error, "");
    return { ...refusal, container: "", sha256_stored: hashOf(file) };
  }
}

/** Plain text that is not held in memory. */
function openLarge(file: EvidenceBytes): OpenedBytes {
  const bytes = new LargeFile(file);
  return {
    kind: "bytes",
    bytes,
    container: "",
    damage: null,
    note: bytes.note,
    sha256_stored: bytes.sha256,
    sha256_inflated: bytes.sha256,
    inflated_bytes: file.size,
  };
}

function changeOf(file: EvidenceBytes): string | null {
  return file.hasChanged() ? "changed while it was read" : null;
}

/** The file, of which what cannot be read is missing, with the reason in `damage`. */
function watched(file: EvidenceBytes, damage: Set<string>): EvidenceBytes {
  const read = (at: number, length: number): Buffer => {
    try {
      return file.read(at, length);
    } catch (error) {
      damage.add(reasonOf(error as NodeJS.ErrnoException));
      return Buffer.alloc(0);
    }
  };
  return { ...file, read };
}

async function* asAsync(chunks: Iterable<Buffer>): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}
