import type { FileHandle } from "node:fs/promises";
import { type ChainLink, MAX_LINE_BYTES, parseLine } from "./journal-entry.ts";
import { CaseError } from "../errors.ts";

const FIRST_WINDOW_BYTES = 64 * 1024;
const LAST_WINDOW_BYTES = 4 * MAX_LINE_BYTES;
const LINE_END = 0x0a;

/** The end of a journal: all that a writer needs to continue its chain. */
export interface JournalTail {
  /** The last whole line; null in a file that has none. */
  readonly link: ChainLink | null;
  /** The bytes after that line, without their last line end; null when there are none. */
  readonly torn: Buffer | null;
  readonly endsWithLineEnd: boolean;
}

/**
 * Reads backwards from the end until a whole line is found, so the cost does not grow with the journal.
 * @throws CaseError when there is no whole line in the last 64 MiB.
 */
export async function readTail(file: FileHandle, path: string): Promise<JournalTail> {
  const { size } = await file.stat();
  for (let window_bytes = FIRST_WINDOW_BYTES; ; window_bytes *= 2) {
    const start = Math.max(0, size - window_bytes);
    const window = await readWindow(file, start, size - start);
    const tail = findTail(window, start === 0);
    if (tail !== null) return tail;
    if (window_bytes >= LAST_WINDOW_BYTES) throw noWholeLine(path);
  }
}

// Null when the window holds no whole line and more of the file lies before it.
function findTail(window: Buffer, isWholeFile: boolean): JournalTail | null {
  const endsWithLineEnd = window.length === 0 || window.at(-1) === LINE_END;
  const contentEnd = endsWithLineEnd ? Math.max(0, window.length - 1) : window.length;

  for (let end = contentEnd; end > 0;) {
    const lineEndBefore = window.lastIndexOf(LINE_END, end - 1);
    const isLineStartKnown = lineEndBefore !== -1 || isWholeFile;
    const link = isLineStartKnown ? (parseLine(window.subarray(lineEndBefore + 1, end))?.link ?? null) : null;
    if (link !== null) {
      const torn = end < contentEnd ? Buffer.from(window.subarray(end + 1, contentEnd)) : null;
      return { link, torn, endsWithLineEnd };
    }
    end = lineEndBefore;
  }
  if (!isWholeFile) return null;
  return {
    link: null,
    torn: window.length === 0 ? null : Buffer.from(window.subarray(0, contentEnd)),
    endsWithLineEnd,
  };
}

async function readWindow(file: FileHandle, start: number, length: number): Promise<Buffer> {
  const window = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(window, filled, length - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return window.subarray(0, filled);
}

function noWholeLine(path: string): CaseError {
  return new CaseError({
    what: "The journal has no readable end",
    where: path,
    fix: "Run `coldtrail custody --verify` for the line where it breaks, move the file away, and repeat the command.",
  });
}
