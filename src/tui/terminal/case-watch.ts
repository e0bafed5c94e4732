import { statSync } from "node:fs";
import type { Clock } from "../state/clock.ts";

const EVERY_MS = 3000;

/** Says once that another file has taken the place of the published case. Returns the function that ends it. */
export function watchCase(file: string, clock: Clock, changed: () => void): () => void {
  const opened = identity(file);
  let stop: () => void = () => undefined;
  const look = (): void => {
    const now = identity(file);
    // Between two renames, or on a share that is away, there may be no file at all.
    if (now !== null && now !== opened) changed();
    else stop = clock.after(EVERY_MS, look);
  };
  stop = clock.after(EVERY_MS, look);
  return () => stop();
}

function identity(file: string): string | null {
  const stat = statSync(file, { throwIfNoEntry: false, bigint: true });
  return stat === undefined ? null : `${stat.dev}:${stat.ino}`;
}
