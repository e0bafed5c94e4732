import { TOO_DEEP } from "../container.ts";
import { ByteStream, ContainerDamageError } from "./byte-stream.ts";
import { UnreadableContainerError } from "./container-error.ts";
import { decompressStream } from "./decompress.ts";
import { NESTING_MAX } from "./limits.ts";
import { identify, MAGIC_BYTES, type Compression, type ContainerKind } from "./magic.ts";

/** A stream without the compression around it. */
export interface PeeledStream {
  readonly stream: ByteStream;
  /** What it is now: an archive, something that is refused, or no container. */
  readonly found: Exclude<ContainerKind, { kind: "compression" }> | null;
  /** The containers around it, outermost first. */
  readonly chain: readonly string[];
  /** What is wrong with a layer, once the stream has been read. */
  damage(): string | null;
  notes(): string[];
}

/**
 * Peels compression of any length by content, as it comes. `spend` is told how many bytes each layer inflates to. Throws
 * the errors of `container-error.ts`.
 */
export async function peelStream(
  stored: ByteStream,
  outer: readonly string[],
  spend: (bytes: number) => void,
): Promise<PeeledStream> {
  const chain = [...outer];
  const layers = [stored];
  const notes = new Set<string>();
  for (;;) {
    const stream = layers.at(-1)!;
    const found = identify(await stream.peek(MAGIC_BYTES));
    if (found?.kind !== "compression") {
      const damage = (): string | null => layers.findLast((layer) => layer.damage !== null)?.damage ?? null;
      return { stream, found, chain, damage, notes: () => [...notes] };
    }
    if (chain.length >= NESTING_MAX) throw new UnreadableContainerError(TOO_DEEP);
    chain.push(found.name);
    layers.push(ByteStream.from(layer(stream, { name: found.name, notes, spend })));
  }
}

async function* layer(
  stream: ByteStream,
  { name, notes, spend }: { name: Compression; notes: Set<string>; spend: (bytes: number) => void },
): AsyncGenerator<Buffer> {
  for await (const chunk of decompressStream(name, stream, notes)) {
    spend(chunk.length);
    yield chunk;
  }
  if (stream.damage !== null) throw new ContainerDamageError(stream.damage);
}
