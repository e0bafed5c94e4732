import * as zlib from "node:zlib";
import { ContainerDamageError, type ByteStream } from "./byte-stream.ts";
import { UnsupportedContainerError } from "./container-error.ts";
import { through } from "./inflating.ts";

/*
 * Node's zstd reads one frame and drops what follows, frames to be skipped included. So frames are told apart here,
 * by their headers and those of their blocks (RFC 8878, 3.1), and each is decompressed by itself.
 */

const MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a5;
/** The longest window that zstd takes without being told to (128 MiB); a bomb could ask for more. */
const WINDOW_LOG_MAX = 27;

/** Throws ContainerDamageError at a damaged place, and UnsupportedContainerError where Node has no zstd. */
export async function* unzstd(input: ByteStream, notes: Set<string>): AsyncGenerator<Buffer> {
  for (let frames = 0; ;) {
    const head = await input.peek(4);
    if (head.length === 0) return;
    const magic = head.length === 4 ? head.readUInt32LE(0) : 0;
    if (magic >>> 4 === SKIPPABLE_MAGIC) {
      const size = (await input.read(8)).subarray(4);
      await input.passOver(size.length === 4 ? size.readUInt32LE(0) : 0);
    } else if (magic === MAGIC) {
      frames += 1;
      if (frames === 2) notes.add("several zstd frames");
      yield* through(frame(input), newZstd(), "damaged zstd data");
    } else {
      if (frames === 0) throw new ContainerDamageError("not a complete zstd header");
      notes.add("bytes after the zstd data were ignored");
      return;
    }
  }
}

/** The bytes of one frame; ends early where the input does. */
async function* frame(input: ByteStream): AsyncGenerator<Buffer> {
  const [descriptor = 0] = (await input.peek(5)).subarray(4);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const sizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >>> 6]!;
  yield await input.read(5 + (isSingleSegment ? 0 : 1) + [0, 1, 2, 4][descriptor & 3]! + sizeBytes);
  for (;;) {
    const header = await input.read(3);
    yield header;
    if (header.length < 3) return;
    const word = header.readUIntLE(0, 3);
    const isRepeated = ((word >>> 1) & 3) === 1;
    yield await input.read(isRepeated ? 1 : word >>> 3);
    if ((word & 1) === 1) break;
  }
  if ((descriptor & 4) !== 0) yield await input.read(4);
}

function newZstd(): zlib.ZstdDecompress {
  // Typed as always there, but Node has it from 22.15 on.
  const create = zlib.createZstdDecompress as typeof zlib.createZstdDecompress | undefined;
  if (create === undefined) {
    throw new UnsupportedContainerError(
      `zstd is not read by Node ${process.versions.node}: unpack it with \`zstd -d\`, or use Node 22.15 or newer`,
    );
  }
  return create({ params: { [zlib.constants.ZSTD_d_windowLogMax]: WINDOW_LOG_MAX } });
}
