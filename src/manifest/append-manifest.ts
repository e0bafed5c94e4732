import { closeSync, fstatSync, fsyncSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { formatLine, MANIFEST_NAME, type ManifestEntry } from "./manifest-line.ts";
import { manifestHead } from "./read-manifest.ts";

/** Adds lines to a manifest; one writer at a time, which the caller sees to. */
export class ManifestWriter {
  private readonly descriptor: number;
  private seq: number;
  private hash: string;
  private isTorn = false;

  private constructor(descriptor: number, head: { seq: number; hash: string }) {
    this.descriptor = descriptor;
    this.seq = head.seq;
    this.hash = head.hash;
  }

  /** Opens the manifest of a folder, making it if need be. A torn last line stays; the next one begins below it. */
  static async open(folder: string): Promise<ManifestWriter> {
    const head = await manifestHead(folder);
    const descriptor = openSync(join(folder, MANIFEST_NAME), "a+");
    const { size } = fstatSync(descriptor);
    const last = Buffer.alloc(1);
    if (size > 0 && readSync(descriptor, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a) writeSync(descriptor, "\n");
    return new ManifestWriter(descriptor, head);
  }

  /** Adds one line. Throws the file system's error, as on a full disk; the chain then ends with the line before. */
  append(entry: ManifestEntry): void {
    const { text, hash } = formatLine(entry, { seq: this.seq + 1, prev: this.hash });
    // What a full disk cut off stays as a torn line of its own.
    const bytes = Buffer.from(`${this.isTorn ? "\n" : ""}${text}\n`);
    this.isTorn = true;
    for (let at = 0; at < bytes.length;) at += writeSync(this.descriptor, bytes, at);
    this.isTorn = false;
    this.seq += 1;
    this.hash = hash;
  }

  /** Makes sure that what was added is on the disk. */
  flush(): void {
    fsyncSync(this.descriptor);
  }

  get head(): { seq: number; hash: string } {
    return { seq: this.seq, hash: this.hash };
  }

  close(): void {
    this.flush();
    closeSync(this.descriptor);
  }
}
