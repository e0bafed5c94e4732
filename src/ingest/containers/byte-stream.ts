/** Thrown by a source whose data are damaged: what came before is good. The message is for the user. */
export class ContainerDamageError extends Error {}

const EMPTY = Buffer.alloc(0);

/**
 * Bytes that come one after the other and are held only while they are looked at. When the source turns out to be
 * damaged the stream ends there, and `damage` says so.
 */
export class ByteStream {
  damage: string | null = null;
  /** Bytes taken so far. */
  position = 0;
  private readonly source: AsyncIterator<Buffer> | null;
  private held: Buffer[] = [];
  private heldBytes = 0;
  private isEnded: boolean;

  private constructor(source: AsyncIterator<Buffer> | null, first: Buffer) {
    this.source = source;
    this.isEnded = source === null;
    this.hold(first);
  }

  static of(bytes: Buffer): ByteStream {
    return new ByteStream(null, bytes);
  }

  static from(chunks: AsyncIterable<Buffer>): ByteStream {
    return new ByteStream(chunks[Symbol.asyncIterator](), EMPTY);
  }

  /** The next bytes without taking them: `n`, or fewer at the end. */
  async peek(n: number): Promise<Buffer> {
    await this.fill(n);
    if (this.held.length > 1 && this.held[0]!.length < n) this.held = [Buffer.concat(this.held)];
    return (this.held[0] ?? EMPTY).subarray(0, n);
  }

  /** Takes `n` bytes, or fewer at the end. */
  async read(n: number): Promise<Buffer> {
    const bytes = await this.peek(n);
    this.drop(bytes.length);
    return bytes;
  }

  /** Passes over `n` bytes, or fewer at the end; says how many. */
  async passOver(n: number): Promise<number> {
    let left = n;
    while (left > 0) {
      const chunk = await this.next(left);
      if (chunk === null) break;
      left -= chunk.length;
    }
    return n - left;
  }

  /** Takes what is at hand, at most `n` bytes; null at the end. */
  async next(n = Number.POSITIVE_INFINITY): Promise<Buffer | null> {
    if (this.heldBytes === 0) await this.fill(1);
    const first = this.held[0];
    if (first === undefined) return null;
    const bytes = first.subarray(0, n);
    this.drop(bytes.length);
    return bytes;
  }

  /** All bytes that are left, or null when there are more than `limit`. */
  async collect(limit: number): Promise<Buffer | null> {
    const parts: Buffer[] = [];
    let size = 0;
    for (;;) {
      const chunk = await this.next();
      if (chunk === null) break;
      size += chunk.length;
      if (size > limit) return null;
      parts.push(chunk);
    }
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts, size);
  }

  async *chunks(n = Number.POSITIVE_INFINITY): AsyncGenerator<Buffer> {
    let left = n;
    while (left > 0) {
      const chunk = await this.next(left);
      if (chunk === null) return;
      left -= chunk.length;
      yield chunk;
    }
  }

  /** Lets go of the source. */
  async close(): Promise<void> {
    this.isEnded = true;
    await this.source?.return?.();
  }

  private async fill(n: number): Promise<void> {
    while (this.heldBytes < n && !this.isEnded) {
      try {
        const { value, done } = await this.source!.next();
        if (done === true) this.isEnded = true;
        else this.hold(value);
      } catch (error) {
        if (!(error instanceof ContainerDamageError)) throw error;
        this.damage = error.message;
        this.isEnded = true;
      }
    }
  }

  private hold(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.held.push(bytes);
    this.heldBytes += bytes.length;
  }

  private drop(n: number): void {
    this.position += n;
    this.heldBytes -= n;
    let left = n;
    while (left > 0) {
      const first = this.held[0]!;
      if (first.length > left) {
        this.held[0] = first.subarray(left);
        return;
      }
      left -= first.length;
      this.held.shift();
    }
  }
}
