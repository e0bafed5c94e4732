import { createHash } from "node:crypto";
import { TOO_DEEP, type RefusedContent } from "../container.ts";
import { PackedText } from "../packed-text.ts";
import { ByteStream } from "./byte-stream.ts";
import { UnreadableContainerError } from "./container-error.ts";
import {
  ArchiveLimitError,
  CONTENT_BYTES_MAX,
  ContainerLimitError,
  contentLimitError,
  NESTING_MAX,
  ratioLimit,
  type UnpackBudget,
} from "./limits.ts";
import type { Archive } from "./magic.ts";
import { peelStream, type PeeledStream } from "./peel-stream.ts";

/** Text that came as a stream. */
export interface TextContent {
  readonly kind: "text";
  readonly container: string;
  readonly bytes: PackedText;
}

/** An archive that comes as a stream, or was taken whole out of one. `container` ends with its name. */
export interface StreamedArchive {
  readonly kind: "archive";
  readonly name: Archive;
  readonly container: string;
  /** Of tar, to be read as it comes; of zip, all bytes. */
  readonly packed: ByteStream | Buffer;
}

/** Content too large to be taken whole, without the compression around it. */
export class StreamedContent {
  /** Of the stored bytes, once `finish` has been called. */
  sha256_stored = "";
  size_bytes = 0;
  private readonly tapped: ByteStream;
  private readonly budget: UnpackBudget;
  private readonly hash = createHash("sha256");
  private inflated = 0;
  private peeled: PeeledStream | null = null;
  private isArchive = false;

  constructor(stored: ByteStream, budget: UnpackBudget) {
    this.budget = budget;
    this.tapped = ByteStream.from(this.tap(stored));
  }

  /** Throws the errors of `container-error.ts` and of `limits.ts`. */
  async open(outer: readonly string[]): Promise<TextContent | StreamedArchive | RefusedContent> {
    this.peeled = await peelStream(this.tapped, outer, (bytes) => this.spend(bytes));
    const { stream, found, chain } = this.peeled;
    const container = chain.join(">");
    if (found === null) {
      const bytes = await PackedText.read(stream);
      return { kind: "text", container, bytes };
    }
    if (found.kind === "refused") {
      return { kind: "unsupported", container, reason: `${found.name} is not read: ${found.advice}` };
    }
    if (chain.length >= NESTING_MAX) throw new UnreadableContainerError(TOO_DEEP);
    const inside = [...chain, found.name].join(">");
    this.isArchive = found.name === "tar";
    if (found.name === "tar") return { kind: "archive", name: "tar", container: inside, packed: stream };
    const packed = await stream.collect(CONTENT_BYTES_MAX);
    if (packed === null) throw contentLimitError(CONTENT_BYTES_MAX);
    return { kind: "archive", name: "zip", container: inside, packed };
  }

  /** Reads what is left, since it belongs to the hash. */
  async finish(): Promise<void> {
    await this.tapped.passOver(Number.POSITIVE_INFINITY);
    this.sha256_stored = this.hash.digest("hex");
  }

  /** What is wrong with its compression, once it has been read. */
  get damage(): string | null {
    return this.peeled?.damage() ?? null;
  }

  get notes(): string[] {
    return this.peeled?.notes() ?? [];
  }

  private async *tap(stored: ByteStream): AsyncGenerator<Buffer> {
    for await (const chunk of stored.chunks()) {
      this.size_bytes += chunk.length;
      this.hash.update(chunk);
      yield chunk;
    }
  }

  private spend(bytes: number): void {
    this.inflated += bytes;
    this.budget.spend(bytes);
    const limit = ratioLimit(this.size_bytes);
    if (this.inflated <= limit) return;
    const { message } = contentLimitError(limit);
    // The members of an archive must not be blamed for it: it ends where they are.
    throw this.isArchive ? new ArchiveLimitError(message, this) : new ContainerLimitError(message);
  }
}
