import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync } from "node:fs";
import { chunksOf, fileAccess, type RandomAccess } from "./containers/random-access.ts";

/** An evidence file that is open for reading. */
export interface EvidenceBytes extends RandomAccess {
  /** Microseconds since 1970 UTC. */
  readonly modified_at: bigint;
  /** True when size or time of the file are not what they were when it was opened. */
  hasChanged(): boolean;
  close(): void;
}

/** Thrown for a folder, pipe or device. */
export class NotRegularError extends Error {
  constructor() {
    super("not a regular file");
  }
}

/** Opens a file; never waits for a pipe. Throws the file system's error or NotRegularError. */
export function openEvidence(path: string): EvidenceBytes {
  // A pipe that took a file's place since it was discovered must not stop the reader.
  const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stat = fstatSync(descriptor, { bigint: true });
    if (!stat.isFile()) throw new NotRegularError();
    return {
      ...fileAccess(descriptor, Number(stat.size)),
      modified_at: stat.mtimeNs / 1000n,
      hasChanged: () => {
        const now = fstatSync(descriptor, { bigint: true });
        return now.size !== stat.size || now.mtimeNs !== stat.mtimeNs;
      },
      close: () => closeSync(descriptor),
    };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

/** SHA-256 of a file of any size, as lower-case hex. */
export function hashOf(access: RandomAccess): string {
  const hash = createHash("sha256");
  for (const chunk of chunksOf(access, 0, access.size)) hash.update(chunk);
  return hash.digest("hex");
}

const SYSTEM_REASONS: Record<string, string> = {
  EACCES: "no permission to read it",
  EPERM: "no permission to read it",
  ENOENT: "vanished before it was read",
  EISDIR: "a folder",
  EIO: "the disk reports a read error",
  ELOOP: "a loop of symbolic links",
  ENXIO: "not a regular file",
};

/** Why a file could not be opened or read. */
export function reasonOf(error: NodeJS.ErrnoException): string {
  return SYSTEM_REASONS[error.code ?? ""] ?? error.message;
}
