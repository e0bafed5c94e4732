import type { CaseReader } from "../store/case-reader.ts";
import { UsageError } from "../errors.ts";

/** Interrupts the reader's query after so many seconds (0: never). Returns the function that calls it off. */
export function withTimeout(reader: CaseReader, seconds: string): () => void {
  const limit = Number(seconds);
  if (!Number.isFinite(limit) || limit < 0) {
    throw new UsageError({
      what: "Not a number of seconds",
      where: `--timeout ${seconds}`,
      fix: "Give seconds, or 0 for no limit.",
    });
  }
  if (limit === 0) return () => undefined;
  const timer = setTimeout(() => reader.interrupt(), limit * 1000);
  return () => clearTimeout(timer);
}
