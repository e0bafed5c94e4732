import { createHash } from "node:crypto";
import { closeSync, mkdirSync, openSync, readdirSync, renameSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { UsageError } from "../errors.ts";

/** A file that was written into a result folder; `rows` is null for what has none. */
export interface WrittenFile {
  /** Relative to the folder, with `/`. */
  readonly name: string;
  readonly sha256: string;
  readonly rows: number | null;
}

/** A folder of results: each file appears whole or not at all, is never written over, and is hashed on the way. */
export class ResultFolder {
  readonly folder: string;
  private readonly written: WrittenFile[] = [];

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Makes the folder, or takes an empty one. Throws UsageError when something is in it. */
  static make(folder: string): ResultFolder {
    mkdirSync(folder, { recursive: true });
    if (readdirSync(folder).length === 0) return new ResultFolder(folder);
    throw new UsageError({
      what: "The folder is not empty",
      where: folder,
      fix: "Name a new folder with -o: results are never written over.",
    });
  }

  /** Writes a file from its pieces; `rows` is asked for when all are written. */
  async write(
    name: string,
    pieces: AsyncIterable<string> | Iterable<string>,
    rows: () => number | null = () => null,
  ): Promise<void> {
    const file = join(this.folder, name);
    mkdirSync(dirname(file), { recursive: true });
    const hash = createHash("sha256");
    const descriptor = openSync(`${file}.part`, "wx");
    try {
      for await (const piece of pieces) {
        hash.update(piece);
        writeSync(descriptor, piece);
      }
    } finally {
      closeSync(descriptor);
    }
    renameSync(`${file}.part`, file);
    this.written.push({ name, sha256: hash.digest("hex"), rows: rows() });
  }

  /** What was written, by name. */
  files(): WrittenFile[] {
    return this.written.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }
}
