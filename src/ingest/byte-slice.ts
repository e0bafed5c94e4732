/*
 * A stretch of bytes with a hash that a scanner can compute while it looks for the end of a text (FNV-1a). The hash
 * starts differently from run to run, so that nobody can prepare texts that share one; equal hashes are never taken for
 * equal texts.
 */

export const HASH_START = Math.trunc(Math.random() * 0x7fffffff);
export const HASH_PRIME = 16_777_619;

/** A text as UTF-8 inside other bytes. Filled anew for text after text: an object each would cost more than the text. */
export class ByteSlice {
  bytes: Buffer = Buffer.alloc(0);
  start = 0;
  end = 0;
  /** As `rehash` would compute it, wherever it comes from. */
  hash = 0;

  /** Computes the hash of the bytes. */
  rehash(): void {
    const { bytes, end } = this;
    let hash = HASH_START;
    for (let i = this.start; i < end; i += 1) hash = Math.imul(hash ^ bytes[i]!, HASH_PRIME);
    this.hash = hash;
  }

  /** The text, decoded. */
  text(): string {
    return this.bytes.toString("utf8", this.start, this.end);
  }
}

/** Where in a table of a power of two of places a hash belongs. */
export function placeOf(hash: number, mask: number): number {
  return (hash ^ (hash >>> 15)) & mask;
}

/** A slice of its own buffer, which takes one string after the other. */
export class EncodedText {
  readonly slice = new ByteSlice();

  /** The text as UTF-8, without its hash; valid until the next text. */
  encode(text: string): ByteSlice {
    const { slice } = this;
    // UTF-8 takes at most three bytes for each UTF-16 unit.
    const most = text.length * 3;
    if (most > slice.bytes.length) slice.bytes = Buffer.allocUnsafeSlow(Math.max(most, ENCODED_BYTES_MIN));
    slice.end = slice.bytes.write(text, 0, "utf8");
    return slice;
  }
}

const ENCODED_BYTES_MIN = 64 * 1024;
