/** Longer than any line that is written; what is longer is none, and is not held in memory. */
const LINE_MAX_BYTES = 4 * 1024 * 1024;

/**
 * Lines of UTF-8 text that comes in pieces, those of one piece together. A line that is too long to be one comes as an
 * empty text.
 */
export async function* linesIn(pieces: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<string[]> {
  const open = new OpenLine();
  for await (const piece of pieces) {
    const lines: string[] = [];
    let start = 0;
    for (let at = piece.indexOf(0x0a); at >= 0; at = piece.indexOf(0x0a, start)) {
      lines.push(open.close(piece.subarray(start, at)));
      start = at + 1;
    }
    open.add(piece.subarray(start));
    yield lines;
  }
  if (!open.isEmpty) yield [open.close(Buffer.alloc(0))];
}

/** The beginning of a line whose end is in a later piece. */
class OpenLine {
  private parts: Buffer[] = [];
  private size_bytes = 0;

  get isEmpty(): boolean {
    return this.size_bytes === 0;
  }

  add(part: Buffer): void {
    if (part.length === 0) return;
    this.size_bytes += part.length;
    // A piece may be written over before the line ends.
    if (this.size_bytes <= LINE_MAX_BYTES) this.parts.push(Buffer.from(part));
    else this.parts = [];
  }

  close(end: Buffer): string {
    const isTooLong = this.size_bytes + end.length > LINE_MAX_BYTES;
    const whole = isTooLong ? Buffer.alloc(0) : this.parts.length === 0 ? end : Buffer.concat([...this.parts, end]);
    this.parts = [];
    this.size_bytes = 0;
    return whole.toString("utf8", 0, whole.at(-1) === 0x0d ? whole.length - 1 : whole.length);
  }
}
