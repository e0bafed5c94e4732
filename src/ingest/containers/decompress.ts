import { InflateError, InflateLimitError, inflateGzip } from "../gzip.ts";
import { ByteStream, ContainerDamageError } from "./byte-stream.ts";
import { bunzip2 } from "./bzip2.ts";
import { UnreadableContainerError } from "./container-error.ts";
import { gunzipStream } from "./gunzip-stream.ts";
import { ContainerLimitError, contentLimit, contentLimitError } from "./limits.ts";
import type { Compression } from "./magic.ts";
import { unzstd } from "./zstd.ts";

/** What was in compressed content. `damage` is set when it cannot be trusted to be complete or unchanged. */
export interface Decompressed {
  readonly bytes: Buffer;
  readonly damage: string | null;
  readonly note: string | null;
}

/** Decompresses content that is in memory. Throws the errors of `container-error.ts` and ContainerLimitError. */
export async function decompress(name: Compression, stored: Buffer): Promise<Decompressed> {
  if (name === "gzip") return gunzip(stored);
  const limit = contentLimit(stored.length);
  const notes = new Set<string>();
  const parts: Buffer[] = [];
  let size = 0;
  let damage: string | null = null;
  try {
    for await (const chunk of decompressStream(name, ByteStream.of(stored), notes)) {
      size += chunk.length;
      if (size > limit) throw contentLimitError(limit);
      parts.push(chunk);
    }
  } catch (error) {
    if (!(error instanceof ContainerDamageError)) throw error;
    if (size === 0) throw new UnreadableContainerError(error.message);
    damage = error.message;
  }
  return { bytes: Buffer.concat(parts, size), damage, note: notes.size > 0 ? [...notes].join("; ") : null };
}

async function gunzip(stored: Buffer): Promise<Decompressed> {
  try {
    return await inflateGzip(stored, contentLimit(stored.length));
  } catch (error) {
    if (error instanceof InflateLimitError) throw new ContainerLimitError(error.message);
    if (error instanceof InflateError) throw new UnreadableContainerError(error.message);
    throw error;
  }
}

/**
 * Decompresses content of any length, piece by piece. Throws ContainerDamageError at a damaged place and
 * UnsupportedContainerError.
 */
export async function* decompressStream(
  name: Compression,
  input: ByteStream,
  notes: Set<string>,
): AsyncGenerator<Buffer> {
  if (name === "bzip2") yield* bunzip2(input, notes);
  else if (name === "gzip") yield* gunzipStream(input, notes);
  else yield* unzstd(input, notes);
}
