import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import * as zlib from "node:zlib";
import type { ByteSource } from "./byte-source.ts";
import type { ByteStream } from "./containers/byte-stream.ts";
import { ContainerLimitError } from "./containers/limits.ts";
import { decodeBlock, encodingOf, noteOf, wholeCharacters, type TextEncoding } from "./text-encoding.ts";

const BLOCK_BYTES = 4 * 1024 * 1024;
/** A window may lie across two blocks. */
const CACHED_BLOCKS = 2;
/** All blocks of one text together. Trail files are packed to a tenth: 5 GB of them are held. */
const HELD_BYTES_MAX = 512 * 1024 * 1024;
const HEAD_BYTES = 4096;

interface Block {
  readonly packed: Buffer;
  /** Where its text begins in the whole text, in bytes of UTF-8. */
  readonly start: number;
  readonly length: number;
}

/**
 * The text of large content that comes as a stream, as UTF-8: held in memory in blocks that are compressed again, of
 * which two are inflated. So content of any size can be looked at anywhere, and nothing is written to the disk. Of binary
 * content only the first block is held.
 */
export class PackedText implements ByteSource {
  length = 0;
  /** Of the content as it came, and how much that was. */
  sha256 = "";
  size_bytes = 0;
  note: string | null = null;
  private readonly blocks: Block[] = [];
  private readonly cache = new Map<number, Buffer>();
  private heldBytes = 0;

  private constructor() {
    // Made by `read`.
  }

  /** Reads a stream to its end. Throws ContainerLimitError. */
  static async read(stream: ByteStream): Promise<PackedText> {
    const text = new PackedText();
    const hash = createHash("sha256");
    const encoding = encodingOf(await stream.peek(HEAD_BYTES));
    let isBinary = false;
    let isReplaced = false;
    const take = async (bytes: Buffer): Promise<void> => {
      hash.update(bytes);
      text.size_bytes += bytes.length;
      await stream.passOver(bytes.length);
    };
    await take(await stream.peek(encoding.mark_bytes));
    for (;;) {
      const bytes = await stream.peek(BLOCK_BYTES);
      if (bytes.length === 0) break;
      const block = bytes.length < BLOCK_BYTES ? bytes : bytes.subarray(0, wholeCharacters(bytes, encoding));
      if (text.blocks.length === 0) isBinary = looksBinary(block, encoding);
      if (!isBinary || text.blocks.length === 0) {
        isReplaced ||= encoding.name === "utf-8" && !isBinary && !isUtf8(block);
        text.hold(isBinary ? block : decodeBlock(block, encoding));
      }
      await take(block);
    }
    text.sha256 = hash.digest("hex");
    text.note = noteOf(encoding, isReplaced);
    return text;
  }

  subarray(start: number, end = this.length): Buffer {
    const stop = Math.min(end, this.length);
    const parts: Buffer[] = [];
    for (let at = start; at < stop;) {
      const index = this.blockAt(at);
      const from = at - this.blocks[index]!.start;
      const part = this.blockText(index).subarray(from, from + stop - at);
      parts.push(part);
      at += part.length;
    }
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  }

  private hold(block: Buffer): void {
    const packed = pack(block);
    this.blocks.push({ packed, start: this.length, length: block.length });
    this.length += block.length;
    this.heldBytes += packed.length;
    if (this.heldBytes > HELD_BYTES_MAX) {
      throw new ContainerLimitError(
        "more text than is held in memory, even compressed (512 MiB): unpack it and ingest the file itself",
      );
    }
  }

  private blockAt(at: number): number {
    let low = 0;
    let high = this.blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.blocks[middle]!.start <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private blockText(index: number): Buffer {
    const held = this.cache.get(index);
    if (held !== undefined) return held;
    const { packed, length } = this.blocks[index]!;
    const text = unpackBlock(packed, length);
    this.cache.set(index, text);
    for (const key of this.cache.keys()) {
      if (this.cache.size <= CACHED_BLOCKS) break;
      this.cache.delete(key);
    }
    return text;
  }
}

function looksBinary(block: Buffer, { name }: TextEncoding): boolean {
  return name === "utf-8" && block.subarray(0, HEAD_BYTES).includes(0);
}

// Typed as always there, but Node has zstd, which is several times as fast, from 22.15 on.
const zstdCompress = zlib.zstdCompressSync as typeof zlib.zstdCompressSync | undefined;

function pack(block: Buffer): Buffer {
  if (zstdCompress === undefined) return zlib.deflateRawSync(block, { level: 1 });
  return zstdCompress(block, { params: { [zlib.constants.ZSTD_c_compressionLevel]: 1 } });
}

function unpackBlock(packed: Buffer, length: number): Buffer {
  const options = { maxOutputLength: Math.max(1, length) };
  return zstdCompress === undefined ? zlib.inflateRawSync(packed, options) : zlib.zstdDecompressSync(packed, options);
}
