import type { ByteSlice } from "./byte-slice.ts";

/** What columns hold in memory, counted as it grows: for the limit of a shard. */
export interface HeldBytes {
  bytes: number;
}

/** Large enough that writing costs little, small enough that the last one of each column wastes little. */
const CHUNK_BYTES = 128 * 1024;
/** Chunks kept for the next shard, over all columns of a thread: the memory of one shard. */
const FREE_CHUNKS_MAX = 512;
const free: Buffer[] = [];

/**
 * Texts one after the other, each with its length in front: Parquet's PLAIN encoding. Grows by chunks, so that nothing
 * is copied twice and no more than a chunk is wasted; chunks are used again, which spares the system's page faults.
 */
export class TextArena {
  private readonly held: HeldBytes;
  private readonly full: Buffer[] = [];
  private chunk: Buffer = EMPTY;
  private size = 0;

  constructor(held: HeldBytes) {
    this.held = held;
  }

  push({ bytes, start, end }: ByteSlice): void {
    const length = end - start;
    const at = this.reserve(length);
    const { chunk } = this;
    // A call into the engine's own copying costs as much as some dozens of bytes.
    if (length < 48) for (let i = start, j = at; i < end; i += 1, j += 1) chunk[j] = bytes[i]!;
    else bytes.copy(chunk, at, start, end);
  }

  /** All that was appended. */
  get parts(): readonly Buffer[] {
    return this.size === 0 ? this.full : [...this.full, this.chunk.subarray(0, this.size)];
  }

  clear(): void {
    this.full.push(this.chunk);
    for (const { buffer } of this.full) {
      if (buffer.byteLength === CHUNK_BYTES && free.length < FREE_CHUNKS_MAX) free.push(Buffer.from(buffer));
    }
    this.full.length = 0;
    this.chunk = EMPTY;
    this.size = 0;
  }

  /** Writes the length and says where the bytes go. */
  private reserve(length: number): number {
    const needed = length + 4;
    if (this.size + needed > this.chunk.length) this.nextChunk(needed);
    const at = this.size;
    const { chunk } = this;
    chunk[at] = length & 0xff;
    chunk[at + 1] = (length >>> 8) & 0xff;
    chunk[at + 2] = (length >>> 16) & 0xff;
    chunk[at + 3] = length >>> 24;
    this.size = at + needed;
    this.held.bytes += needed;
    return at + 4;
  }

  private nextChunk(needed: number): void {
    if (this.size > 0) this.full.push(this.chunk.subarray(0, this.size));
    this.chunk =
      needed > CHUNK_BYTES ? Buffer.allocUnsafeSlow(needed) : (free.pop() ?? Buffer.allocUnsafeSlow(CHUNK_BYTES));
    this.size = 0;
  }
}

const EMPTY: Buffer = Buffer.alloc(0);
