import { closeSync, openSync, readdirSync, readSync, fstatSync } from "node:fs";
import { join } from "node:path";

/** Every file below a folder, in the order of names. */
export function evidenceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? evidenceFiles(join(folder, entry.name)) : [join(folder, entry.name)]));
}

/** Reads whole files into one buffer that grows with the largest of them. */
export class FileReader {
  private buffer = Buffer.allocUnsafeSlow(1 << 20);

  /** The bytes are valid until the next call. */
  read(path: string): Buffer {
    const descriptor = openSync(path, "r");
    try {
      const { size } = fstatSync(descriptor);
      if (size > this.buffer.length) this.buffer = Buffer.allocUnsafeSlow(size * 2);
      let at = 0;
      while (at < size) {
        const read = readSync(descriptor, this.buffer, at, size - at, at);
        if (read === 0) throw new Error(`${path} became shorter while it was read`);
        at += read;
      }
      return this.buffer.subarray(0, size);
    } finally {
      closeSync(descriptor);
    }
  }
}
