import { createHash, type Hash } from "node:crypto";
import { closeSync, openSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { escapeControlsInLines } from "../export/sanitise.ts";
import { UsageError } from "../errors.ts";

/** Whoever read our output has left (`| head`): the command ends quietly, with exit code 0. */
export class BrokenPipe extends Error {}

const WIDTH_UNKNOWN = 80;

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
  private progressShown = false;

  constructor() {
    // `print` learns of it from its own write.
    process.stdout.on("error", () => undefined);
    // Nobody left to tell.
    process.stderr.on("error", () => undefined);
  }

  configure({ quiet, color }: TerminalOptions): void {
    this.quiet = quiet;
    this.color = color && process.stdout.isTTY;
  }

  /** Columns of the terminal, or of COLUMNS; null when stdout is no terminal and nothing needs to be cut. */
  get width(): number | null {
    // A terminal that was never told its size says 0.
    if (process.stdout.isTTY) return process.stdout.columns || WIDTH_UNKNOWN;
    const columns = Number(process.env["COLUMNS"]);
    return Number.isSafeInteger(columns) && columns >= 40 ? columns : null;
  }

  /** Writes a piece of the result; waits while the reader is slow. Throws BrokenPipe, and UsageError on a full disk. */
  async print(text: string): Promise<void> {
    this.hash.update(text);
    this.wrote = true;
    this.clearProgress();
    const failure = await new Promise<Error | null | undefined>((resolve) => {
      process.stdout.write(text, resolve);
    });
    if (failure == null) return;
    const { code } = failure as NodeJS.ErrnoException;
    if (code === "EPIPE" || code === "ERR_STREAM_DESTROYED") throw new BrokenPipe();
    throw outputError("standard output", failure);
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

  private clearProgress(): void {
    if (this.progressShown) process.stderr.write("\r\u001b[2K");
    this.progressShown = false;
  }

  private async printToFile(pieces: AsyncIterable<string>, file: string): Promise<void> {
    // A device or pipe is written to as it is: a rename would put a file in its place.
    const draft = isSpecial(file) ? null : `${file}.${process.pid}.part`;
    const descriptor = writing(file, () => openSync(draft ?? file, draft === null ? "w" : "wx"));
    let isOpen = true;
    try {
      for await (const piece of pieces) {
        this.hash.update(piece);
        this.wrote = true;
        writing(file, () => writeFileSync(descriptor, piece));
      }
      closeSync(descriptor);
      isOpen = false;
      if (draft !== null) writing(file, () => renameSync(draft, file));
    } catch (error) {
      if (isOpen) closeSync(descriptor);
      if (draft !== null) rmSync(draft, { force: true });
      throw error;
    }
  }
}

function isSpecial(file: string): boolean {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat !== undefined && !stat.isFile() && !stat.isDirectory();
}

/** Tells what the file system refuses from what goes wrong while the pieces are made. */
function writing<T>(file: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw outputError(file, error as Error);
  }
}

function outputError(where: string, error: Error): UsageError {
  return new UsageError(
    { what: "Could not write the output", where, fix: `${error.message}. Name another file with -o.` },
    { cause: error },
  );
}
