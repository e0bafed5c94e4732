import { ContainerLimitError, NESTING_MAX } from "./containers/limits.ts";
import { decompress } from "./containers/decompress.ts";
import { identify, MAGIC_BYTES, type Archive } from "./containers/magic.ts";
import { UnreadableContainerError, UnsupportedContainerError } from "./containers/container-error.ts";

interface Peeled {
  /** Outermost first, joined by `>`; empty for plain content. */
  readonly container: string;
}

export interface PlainContent extends Peeled {
  readonly kind: "bytes";
  readonly bytes: Buffer;
  readonly damage: string | null;
  readonly note: string | null;
}

export interface RefusedContent extends Peeled {
  readonly kind: "unsupported" | "unreadable";
  readonly reason: string;
  /** True where only the size was too much: it might do as a stream. */
  readonly isTooLarge?: true;
}

/** An archive, with the members still in it. `container` ends with its name. */
export interface PackedArchive extends Omit<PlainContent, "kind"> {
  readonly kind: "archive";
  readonly name: Archive;
}

/** What is inside the compression around content, or why there is nothing. */
export type Unpacked = PlainContent | RefusedContent | PackedArchive;

/**
 * Peels compression by content, never by name, also several times over. `outer` names the containers that the content
 * was in already.
 */
export async function unpack(stored: Buffer, outer: readonly string[] = []): Promise<Unpacked> {
  const chain = [...outer];
  const notes: string[] = [];
  let bytes = stored;
  let damage: string | null = null;
  for (;;) {
    const found = identify(bytes.subarray(0, MAGIC_BYTES));
    const container = chain.join(">");
    const note = notes.length > 0 ? notes.join("; ") : null;
    if (found === null) return { kind: "bytes", bytes, container, damage, note };
    if (found.kind === "refused") {
      return { kind: "unsupported", container, reason: `${found.name} is not read: ${found.advice}` };
    }
    if (chain.length >= NESTING_MAX) return { kind: "unreadable", container, reason: TOO_DEEP };
    chain.push(found.name);
    const opened = chain.join(">");
    if (found.kind === "archive") return { kind: "archive", name: found.name, bytes, container: opened, damage, note };
    try {
      const content = await decompress(found.name, bytes);
      bytes = content.bytes;
      damage ??= content.damage;
      if (content.note !== null) notes.push(content.note);
    } catch (error) {
      return refusalOf(error as Error, opened);
    }
  }
}

export const TOO_DEEP = `inside ${NESTING_MAX} containers is another one: not opened`;

/** What an error of a container says of its content. Throws errors of other kinds. */
export function refusalOf(error: Error, container: string): RefusedContent {
  if (error instanceof UnsupportedContainerError) return { kind: "unsupported", container, reason: error.message };
  if (error instanceof UnreadableContainerError) return { kind: "unreadable", container, reason: error.message };
  if (error instanceof ContainerLimitError) {
    return { kind: "unreadable", container, reason: error.message, isTooLarge: true };
  }
  throw error;
}
