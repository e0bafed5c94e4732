import type { ByteSource } from "../byte-source.ts";

export interface TextLine {
  /** Without its line break. */
  readonly text: string;
  readonly byteOffset: number;
}

const BLOCK_BYTES = 4 * 1024 * 1024;
/** A longer line is given in pieces. */
const LINE_BYTES_MAX = 256 * 1024 * 1024;
const LINE_FEED = 0x0a;

/** Lines of a source of valid UTF-8, from byte `from`; LF, CR LF or CR LF mixed. Memory is bounded by the longest line. */
export function* readLines(bytes: ByteSource, from: number): Generator<TextLine> {
  let start = from;
  let rest: Buffer[] = [];
  let restBytes = 0;
  for (let at = from; at < bytes.length; at += BLOCK_BYTES) {
    const block = bytes.subarray(at, at + BLOCK_BYTES);
    let used = 0;
    for (let end = block.indexOf(LINE_FEED); end >= 0; end = block.indexOf(LINE_FEED, used)) {
      yield lineOf([...rest, block.subarray(used, end)], start);
      rest = [];
      restBytes = 0;
      used = end + 1;
      start = at + used;
    }
    if (used < block.length) {
      // What is kept over must not change with the next block.
      rest.push(Buffer.from(block.subarray(used)));
      restBytes += block.length - used;
    }
    if (restBytes > LINE_BYTES_MAX) {
      yield lineOf(rest, start);
      rest = [];
      restBytes = 0;
      start = at + block.length;
    }
  }
  if (restBytes > 0) yield lineOf(rest, start);
}

function lineOf(parts: readonly Buffer[], byteOffset: number): TextLine {
  const text = parts.length === 1 ? parts[0]!.toString() : Buffer.concat(parts).toString();
  return { text: text.endsWith("\r") ? text.slice(0, -1) : text, byteOffset };
}
