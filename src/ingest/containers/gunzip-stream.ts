import { once } from "node:events";
import { crc32, createInflateRaw, type InflateRaw } from "node:zlib";
import { ContainerDamageError, type ByteStream } from "./byte-stream.ts";

/** Little enough that next to nothing before a damaged place is lost, and that no piece inflates to much. */
const PIECE_BYTES = 16 * 1024;
/** A header has up to 65,535 extra bytes, a name and a comment. */
const HEADER_BYTES_MAX = 128 * 1024;

/**
 * Inflates gzip of any length, every member of it, and checks every checksum at its end (Node's own stream drops the
 * last output when a checksum does not match). Throws ContainerDamageError.
 */
export async function* gunzipStream(input: ByteStream, notes: Set<string>): AsyncGenerator<Buffer> {
  let damage: string | null = null;
  for (let members = 0; ; members += 1) {
    const start = dataStart(await input.peek(HEADER_BYTES_MAX));
    if (start === null) {
      if (members === 0) throw new ContainerDamageError("not a complete gzip header");
      await noteTrailing(input, notes);
      break;
    }
    if (members === 1) notes.add("several gzip members");
    await input.passOver(start);
    let crc = 0;
    let size = 0;
    for await (const chunk of inflateMember(input)) {
      crc = crc32(chunk, crc);
      size += chunk.length;
      yield chunk;
    }
    const trailer = await input.read(8);
    if (trailer.length < 8) throw new ContainerDamageError("cut off before its checksum");
    if (trailer.readUInt32LE(0) !== crc) damage ??= "the gzip checksum does not match";
    else if (trailer.readUInt32LE(4) !== size % 2 ** 32) damage ??= "the gzip length does not match";
  }
  if (damage !== null) throw new ContainerDamageError(damage);
}

/** Raw deflate data up to their own end; takes not one byte more from the input. */
export async function* inflateMember(input: ByteStream): AsyncGenerator<Buffer> {
  const inflate = createInflateRaw();
  let out: Buffer[] = [];
  let isDamaged = false;
  inflate.on("data", (chunk: Buffer) => out.push(chunk));
  inflate.on("error", () => (isDamaged = true));
  const closed = once(inflate, "close").catch(() => undefined);
  try {
    for (;;) {
      const piece = await input.peek(PIECE_BYTES);
      if (piece.length === 0) {
        // Only its own end tells whether the data are whole that end with the input.
        inflate.end();
        await closed;
        yield* out;
        if (isDamaged) throw new ContainerDamageError("cut off inside the compressed data");
        return;
      }
      const taken = await write(inflate, { piece, closed });
      await input.passOver(taken);
      yield* out;
      out = [];
      if (isDamaged) throw new ContainerDamageError("damaged compressed data");
      if (taken < piece.length || inflate.readableEnded) return;
    }
  } finally {
    inflate.destroy();
  }
}

/** How many bytes of the piece were taken: fewer than all when the data ended in it. */
async function write(
  inflate: InflateRaw,
  { piece, closed }: { piece: Buffer; closed: Promise<unknown> },
): Promise<number> {
  const before = inflate.bytesWritten;
  await Promise.race([new Promise<void>((resolve) => inflate.write(piece, () => resolve())), closed]);
  return inflate.bytesWritten - before;
}

async function noteTrailing(input: ByteStream, notes: Set<string>): Promise<void> {
  let zeros = 0;
  let others = 0;
  for await (const chunk of input.chunks()) {
    const n = others > 0 ? 0 : chunk.findIndex((byte) => byte !== 0);
    if (others === 0 && n < 0) zeros += chunk.length;
    else {
      zeros += n;
      others += chunk.length - n;
    }
  }
  if (zeros > 0) notes.add(`${zeros} zero bytes of padding after the gzip data`);
  if (others > 0) notes.add(`${others} bytes after the gzip data were ignored`);
}

/** Where the deflate data begin behind a member's header; null when no member begins here. RFC 1952. */
function dataStart(head: Buffer): number | null {
  if (head.length < 10 || head.readUInt16BE(0) !== 0x1f8b || head[2] !== 8) return null;
  const flags = head[3]!;
  let start = 10;
  if ((flags & 4) !== 0) start += 2 + (start + 2 <= head.length ? head.readUInt16LE(start) : 0);
  for (const flag of [8, 16]) {
    if ((flags & flag) === 0) continue;
    const end = head.indexOf(0, start);
    if (end < 0) return null;
    start = end + 1;
  }
  if ((flags & 2) !== 0) start += 2;
  return start <= head.length ? start : null;
}
