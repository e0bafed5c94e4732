import { type FileHandle, open } from "node:fs/promises";
import { MAX_LINE_BYTES } from "./journal-entry.ts";
import { toReadError } from "./journal-errors.ts";

const BLOCK_BYTES = 64 * 1024;
const LINE_END = 0x0a;

/** One line of a file as bytes, without its line end. */
export interface RawLine {
  /** From 1. */
  readonly line: number;
  readonly offset_bytes: number;
  readonly bytes: Buffer;
  /** False for what follows the last line end of the file. */
  readonly terminated: boolean;
  /** The line was longer than a journal line can be; `bytes` is its beginning. */
  readonly cut: boolean;
}

/** @throws CaseError when the file may not be read. */
export async function openForRead(path: string): Promise<FileHandle> {
  try {
    return await open(path, "r");
  } catch (error) {
    throw toReadError(error, path);
  }
}

/**
 * Streams the lines of a file in bounded memory, from the line that begins at `from_bytes` on; lines are counted from
 * there. Bytes written after the file was opened are not read.
 */
export async function* readLines(path: string, from_bytes = 0): AsyncGenerator<RawLine> {
  const file = await openForRead(path);
  try {
    const { size } = await file.stat();
    const openLine = new OpenLine(from_bytes);
    for (let position = from_bytes; position < size;) {
      const block = Buffer.allocUnsafe(Math.min(BLOCK_BYTES, size - position));
      const { bytesRead } = await file.read(block, 0, block.length, position);
      if (bytesRead === 0) break;
      position += bytesRead;

      let from = 0;
      for (let end = block.indexOf(LINE_END); end !== -1 && end < bytesRead; end = block.indexOf(LINE_END, from)) {
        openLine.add(block.subarray(from, end));
        yield openLine.close(true);
        from = end + 1;
      }
      openLine.add(block.subarray(from, bytesRead));
    }
    if (!openLine.isEmpty()) yield openLine.close(false);
  } finally {
    await file.close();
  }
}

/** The bytes of the line being read, kept up to the longest line that can be one. */
class OpenLine {
  #line = 1;
  #offset_bytes: number;
  #parts: Buffer[] = [];
  #kept_bytes = 0;
  #length_bytes = 0;

  constructor(offset_bytes: number) {
    this.#offset_bytes = offset_bytes;
  }

  add(part: Buffer): void {
    const kept = part.subarray(0, MAX_LINE_BYTES - this.#kept_bytes);
    if (kept.length > 0) this.#parts.push(kept);
    this.#kept_bytes += kept.length;
    this.#length_bytes += part.length;
  }

  isEmpty(): boolean {
    return this.#length_bytes === 0;
  }

  close(terminated: boolean): RawLine {
    const closed = {
      line: this.#line,
      offset_bytes: this.#offset_bytes,
      bytes: Buffer.concat(this.#parts),
      terminated,
      cut: this.#length_bytes > this.#kept_bytes,
    };
    this.#line += 1;
    this.#offset_bytes += this.#length_bytes + 1;
    this.#parts = [];
    this.#kept_bytes = 0;
    this.#length_bytes = 0;
    return closed;
  }
}
