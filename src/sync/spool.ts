import { closeSync, createReadStream, existsSync, openSync, rmSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { inOneLine } from "../manifest/manifest-line.ts";

/** Items on disk, one JSON line each, so that a listing of millions is not held in memory. Removed at the end. */
export class Spool<T> {
  private readonly path: string;
  private descriptor: number | null = null;

  constructor(path: string) {
    this.path = path;
  }

  write(items: readonly T[]): void {
    this.descriptor ??= openSync(this.path, "w");
    if (items.length > 0)
      writeSync(this.descriptor, `${items.map((item) => inOneLine(JSON.stringify(item))).join("\n")}\n`);
  }

  /** Everything that was written, in order. */
  async *read(): AsyncGenerator<T> {
    this.finish();
    if (!existsSync(this.path)) return;
    for await (const line of createInterface({ input: createReadStream(this.path), crlfDelay: Infinity })) {
      yield JSON.parse(line) as T;
    }
  }

  remove(): void {
    this.finish();
    rmSync(this.path, { force: true });
  }

  private finish(): void {
    if (this.descriptor !== null) closeSync(this.descriptor);
    this.descriptor = null;
  }
}
