import { appendFileSync } from "node:fs";

/** Bugs, warnings and whatever else would have been printed over the frame. The file is made by the first line. */
export interface LogFile {
  readonly path: string;
  /** False until something was written. */
  hasLines(): boolean;
  write(text: string): void;
}

/** More is dropped: a bug that repeats must not fill the disk. */
const SIZE_MAX = 4 * 1024 * 1024;

export function openLogFile(path: string): LogFile {
  let size = 0;
  return {
    path,
    hasLines: () => size > 0,
    write(text) {
      if (size > SIZE_MAX) return;
      const line = `${new Date().toISOString()} ${text}\n`;
      size += line.length;
      try {
        appendFileSync(path, line, { mode: 0o600 });
      } catch {
        // A full disk or a missing folder: there is nowhere left to say so.
      }
    },
  };
}

export function errorText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
