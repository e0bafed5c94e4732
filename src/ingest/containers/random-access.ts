import { readSync } from "node:fs";

/** Bytes that can be read anywhere: a file, or something in memory. */
export interface RandomAccess {
  readonly size: number;
  /** The bytes of a range, fewer when it goes beyond the end. */
  read(at: number, length: number): Buffer;
}

export function bufferAccess(bytes: Buffer): RandomAccess {
  return { size: bytes.length, read: (at, length) => bytes.subarray(at, at + length) };
}

export function fileAccess(descriptor: number, size: number): RandomAccess {
  return {
    size,
    read(at, length) {
      const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, size - at)));
      let done = 0;
      while (done < bytes.length) {
        const n = readSync(descriptor, bytes, done, bytes.length - done, at + done);
        if (n === 0) break;
        done += n;
      }
      return bytes.subarray(0, done);
    },
  };
}

const CHUNK_BYTES = 256 * 1024;

/** A range, chunk by chunk. */
export function* chunksOf(access: RandomAccess, at: number, length: number): Generator<Buffer> {
  for (let done = 0; done < length; done += CHUNK_BYTES) {
    const chunk = access.read(at + done, Math.min(CHUNK_BYTES, length - done));
    if (chunk.length > 0) yield chunk;
    if (chunk.length < Math.min(CHUNK_BYTES, length - done)) return;
  }
}
