import { BitReader, decodeBlock } from "./bzip2-block.ts";
import { ContainerDamageError, type ByteStream } from "./byte-stream.ts";

/** What a block can need at most: 900,100 symbols of 20 bits, and its tables. */
const BLOCK_INPUT_MAX = 2_400_000;
const BLOCK_MAGIC = [0x314159, 0x265359] as const;
const END_MAGIC = [0x177245, 0x385090] as const;

/**
 * Inflates bzip2, also of several streams one behind the other, block by block. Checksums are checked; a block that
 * fails is given out all the same. Throws ContainerDamageError, at the end when anything was wrong.
 */
export async function* bunzip2(input: ByteStream, notes: Set<string>): AsyncGenerator<Buffer> {
  let damage: string | null = null;
  for (let stream = 0; ; stream += 1) {
    const header = await input.peek(4);
    if (header.length === 0) break;
    const level = (header[3] ?? 0) - 0x30;
    if (header.toString("latin1", 0, 3) !== "BZh" || level < 1 || level > 9) {
      if (stream === 0) throw new ContainerDamageError("not a complete bzip2 header");
      notes.add("bytes after the bzip2 data were ignored");
      break;
    }
    if (stream === 1) notes.add("several bzip2 streams");
    await input.read(4);
    for await (const { bytes, isGood } of readStream(input, level)) {
      if (!isGood) damage = "the bzip2 checksum does not match";
      yield bytes;
    }
  }
  if (damage !== null) throw new ContainerDamageError(damage);
}

async function* readStream(
  input: ByteStream,
  level: number,
): AsyncGenerator<{ readonly bytes: Buffer; readonly isGood: boolean }> {
  let bit = 0;
  let combined = 0;
  for (;;) {
    const bits = new BitReader(await input.peek(BLOCK_INPUT_MAX), bit);
    const magic = [bits.read(24), bits.read(24)];
    const checksum = (bits.read(16) * 0x10000 + bits.read(16)) >>> 0;
    if (bits.isPastEnd) throw new ContainerDamageError("cut off inside the bzip2 data");
    if (magic[0] === END_MAGIC[0] && magic[1] === END_MAGIC[1]) {
      await input.passOver(Math.ceil(bits.bit / 8));
      if (checksum !== combined) yield { bytes: Buffer.alloc(0), isGood: false };
      return;
    }
    if (magic[0] !== BLOCK_MAGIC[0] || magic[1] !== BLOCK_MAGIC[1])
      throw new ContainerDamageError("damaged bzip2 data");
    const bytes = readBlock(bits, level);
    const actual = checksumOf(bytes);
    combined = (((combined << 1) | (combined >>> 31)) ^ checksum) >>> 0;
    await input.passOver(bits.bit >>> 3);
    bit = bits.bit & 7;
    yield { bytes, isGood: actual === checksum };
  }
}

function readBlock(bits: BitReader, level: number): Buffer {
  try {
    return decodeBlock(bits, level * 100_000);
  } catch (error) {
    // The zeros that are read past the end make no sense.
    throw bits.isPastEnd ? new ContainerDamageError("cut off inside the bzip2 data") : error;
  }
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24;
  for (let i = 0; i < 8; i += 1) value = (value & 0x80000000) !== 0 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value >>> 0;
});

/** CRC-32 with the highest bit first, unlike that of gzip and zip. */
function checksumOf(bytes: Buffer): number {
  let value = 0xffffffff;
  for (let i = 0; i < bytes.length; i += 1) value = (value << 8) ^ TABLE[(value >>> 24) ^ bytes[i]!]!;
  return ~value >>> 0;
}
