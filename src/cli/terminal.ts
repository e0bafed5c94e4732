import { createHash, type Hash } from "node:crypto";
import { closeSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { escapeControlsInLines } from "../export/sanitise.ts";
import { UsageError } from "../errors.ts";

/** Whoever read our output has left (`| head`): the command ends quietly, with exit code 0. */
export class BrokenPipe extends Error {}

const ENDINGS = ["drain", "close", "error"] as const;

export interface TerminalOptions {
  readonly quiet: boolean;
  readonly color: boolean;
}

/**
 * The only writer of stdout and stderr. Results go to stdout (or the file of `-o`) and are hashed for the journal;
 * everything else goes to stderr.
 */
export class Terminal {
  quiet = false;
  color = false;
  private readonly hash: Hash = createHash("sha256");
  private wrote = false;
  private broken = false;
  private progressShown = false;

  constructor() {
    process.stdout.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      this.broken = true;
    });
    // Nobody left to tell.
    process.stderr.on("error", () => undefined);
  }

  configure({ quiet, color }: TerminalOptions): void {
    this.quiet = quiet;
    this.color = color && process.stdout.isTTY;
  }

  /** Columns of the terminal, or null when stdout is none and nothing needs to be cut. */
  get width(): number | null {
    return process.stdout.isTTY ? process.stdout.columns : null;
  }

  /** Writes a piece of the result; waits while the reader is slow. Throws BrokenPipe. */
  async print(text: string): Promise<void> {
    if (this.broken) throw new BrokenPipe();
    this.hash.update(text);
    this.wrote = true;
    this.clearProgress();
    if (!process.stdout.write(text)) await this.drained();
    if (this.broken) throw new BrokenPipe();
  }

  /** Writes the pieces to stdout, or whole or not at all to `file`. */
  async printAll(pieces: AsyncIterable<string>, file?: string): Promise<void> {
    if (file === undefined) for await (const piece of pieces) await this.print(piece);
    else await this.printToFile(pieces, file);
  }

  /** A line on stderr for the person, unless --quiet. Controls are escaped: it may quote evidence. */
  tell(line: string): void {
    if (!this.quiet) this.complain(line);
  }

  /** A line on stderr that --quiet does not silence. */
  complain(line: string): void {
    this.clearProgress();
    process.stderr.write(`${escapeControlsInLines(line)}\n`);
  }

  /** Replaces the progress line; silent when stderr is no terminal or with --quiet. */
  progress(line: string): void {
    if (this.quiet || !process.stderr.isTTY) return;
    this.progressShown = true;
    process.stderr.write(
      `\r\u001b[2K${escapeControlsInLines(line).slice(0, Math.max(20, process.stderr.columns - 1))}`,
    );
  }

  get showsProgress(): boolean {
    return !this.quiet && process.stderr.isTTY;
  }

  /** SHA-256 of everything printed as result so far; null when there was nothing. */
  resultHash(): string | null {
    return this.wrote ? this.hash.copy().digest("hex") : null;
  }

  private async drained(): Promise<void> {
    const { stdout } = process;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        for (const event of ENDINGS) stdout.removeListener(event, done);
        resolve();
      };
      for (const event of ENDINGS) stdout.on(event, done);
    });
  }

  private clearProgress(): void {
    if (this.progressShown) process.stderr.write("\r\u001b[2K");
    this.progressShown = false;
  }

  private async printToFile(pieces: AsyncIterable<string>, file: string): Promise<void> {
    const draft = `${file}.${process.pid}.part`;
    let descriptor: number;
    try {
      descriptor = openSync(draft, "wx");
    } catch (error) {
      throw new UsageError({
        what: "Could not write the output",
        where: file,
        fix: `${(error as Error).message}. Name another file with -o.`,
      });
    }
    try {
      for await (const piece of pieces) {
        this.hash.update(piece);
        this.wrote = true;
        writeSync(descriptor, piece);
      }
      closeSync(descriptor);
      renameSync(draft, file);
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    }
  }
}
