import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { ByteSource } from "./byte-source.ts";
import type { RandomAccess } from "./containers/random-access.ts";
import { decodeBlock, encodingOf, noteOf, wholeCharacters, type TextEncoding } from "./text-encoding.ts";

/** Thrown when a file has other bytes than when it was hashed. */
export class FileChangedError extends Error {
  constructor() {
    super("changed while it was read");
  }
}

const BLOCK_BYTES = 4 * 1024 * 1024;
/** A window may lie across two blocks. */
const CACHED_BLOCKS = 2;

interface Block {
  readonly at: number;
  readonly length: number;
  readonly crc32: number;
  /** Where its text begins in the whole text, in bytes of UTF-8. */
  readonly start: number;
}

/**
 * The text of a large plain file as UTF-8, of which two blocks are in memory. It is read twice: once to hash it and to
 * find out how its text is encoded, then block by block for its records; each block must have the same checksum again.
 */
export class LargeFile implements ByteSource {
  readonly length: number;
  readonly sha256: string;
  readonly note: string | null;
  private readonly access: RandomAccess;
  private readonly encoding: TextEncoding;
  private readonly blocks: readonly Block[];
  private readonly cache = new Map<number, Buffer>();

  constructor(access: RandomAccess) {
    this.access = access;
    this.encoding = encodingOf(access.read(0, 64));
    const hash = createHash("sha256").update(access.read(0, this.encoding.mark_bytes));
    const blocks: Block[] = [];
    let start = 0;
    let isReplaced = false;
    for (let at = this.encoding.mark_bytes; at < access.size;) {
      const bytes = this.nextBlock(at);
      if (bytes.length === 0) throw new FileChangedError();
      hash.update(bytes);
      isReplaced ||= this.encoding.name === "utf-8" && !isUtf8(bytes);
      blocks.push({ at, length: bytes.length, crc32: crc32(bytes), start });
      start += this.asUtf8(bytes).length;
      at += bytes.length;
    }
    this.blocks = blocks;
    this.length = start;
    this.sha256 = hash.digest("hex");
    this.note = noteOf(this.encoding, isReplaced);
  }

  subarray(start: number, end = this.length): Buffer {
    const stop = Math.min(end, this.length);
    const parts: Buffer[] = [];
    for (let at = start; at < stop;) {
      const index = this.blockAt(at);
      const block = this.blockText(index);
      const from = at - this.blocks[index]!.start;
      const part = block.subarray(from, from + stop - at);
      parts.push(part);
      at += part.length;
    }
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
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
    const block = this.blocks[index]!;
    const bytes = this.access.read(block.at, block.length);
    if (bytes.length !== block.length || crc32(bytes) !== block.crc32) throw new FileChangedError();
    const text = this.asUtf8(bytes);
    this.cache.set(index, text);
    for (const key of this.cache.keys()) {
      if (this.cache.size <= CACHED_BLOCKS) break;
      this.cache.delete(key);
    }
    return text;
  }

  /** The next stretch of the file that cuts no character. */
  private nextBlock(at: number): Buffer {
    const bytes = this.access.read(at, BLOCK_BYTES);
    if (bytes.length < BLOCK_BYTES) return bytes;
    return bytes.subarray(0, wholeCharacters(bytes, this.encoding));
  }

  private asUtf8(bytes: Buffer): Buffer {
    return decodeBlock(bytes, this.encoding);
  }
}
