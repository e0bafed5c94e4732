import { skipSpace } from "../cloudtrail/json-text.ts";
import type { ByteSource } from "./byte-source.ts";

/** How much of a buffer is looked at at once, and how large one value in it may be. */
export interface WindowSizes {
  readonly bytes: number;
  readonly bytesMax: number;
}

/** A value that does not fit into the largest window is broken; Node's longest string holds twice as much. */
export const WINDOW_SIZES: WindowSizes = { bytes: 4 * 1024 * 1024, bytesMax: 256 * 1024 * 1024 };

/** Enough for one character and its neighbours, whatever is asked for. */
const BYTES_MIN = 8;

/** A stretch of a source of valid UTF-8 as text; `at` is the place in the text that has been read up to. */
export class TextWindow {
  text = "";
  at = 0;
  private readonly bytes: ByteSource;
  private readonly sizes: WindowSizes;
  private start: number;
  private end = 0;
  /** The size asked for; what is shown may be some bytes less, so as not to cut a character. */
  private size = 0;
  private isAscii = false;
  /** The place whose byte offset was asked for last: offsets are counted on from there, never from the beginning. */
  private countedTo = 0;
  private countedBytes = 0;

  constructor(bytes: ByteSource, from: number, sizes: WindowSizes = WINDOW_SIZES) {
    this.bytes = bytes;
    this.start = from;
    this.sizes = sizes;
    this.load(sizes.bytes);
  }

  /** True when the window reaches to the end of the buffer. */
  get isLast(): boolean {
    return this.end >= this.bytes.length;
  }

  /** The next character that is not white space, wherever it is; empty at the end of the buffer. */
  peek(): string {
    for (;;) {
      this.at = skipSpace(this.text, this.at);
      if (this.at < this.text.length) return this.text[this.at]!;
      if (!this.advance()) return "";
    }
  }

  /** Offset of the current place in the buffer. */
  byteOffset(): number {
    if (this.isAscii) return this.start + this.at;
    this.countedBytes += Buffer.byteLength(this.text.slice(this.countedTo, this.at));
    this.countedTo = this.at;
    return this.start + this.countedBytes;
  }

  /** Moves on to begin at the current place; grows when it began there already. False when it can show no more. */
  advance(): boolean {
    if (this.isLast) return false;
    const { bytes, bytesMax } = this.sizes;
    if (this.at === 0 && this.size >= bytesMax) return false;
    const size = this.at === 0 ? Math.min(this.size * 2, bytesMax) : bytes;
    this.start = this.byteOffset();
    this.load(size);
    return true;
  }

  private load(size: number): void {
    this.size = Math.max(size, BYTES_MIN);
    const end = Math.min(this.start + this.size, this.bytes.length);
    // One byte more, to see whether the last character is cut.
    const stretch = this.bytes.subarray(this.start, end + 1);
    let length = end - this.start;
    // Never cut a character: step back over UTF-8 continuation bytes.
    while (length < stretch.length && length > 0 && (stretch[length]! & 0xc0) === 0x80) length -= 1;
    this.end = this.start + length;
    this.text = stretch.toString("utf8", 0, length);
    this.isAscii = this.text.length === length;
    this.at = 0;
    this.countedTo = 0;
    this.countedBytes = 0;
  }
}
