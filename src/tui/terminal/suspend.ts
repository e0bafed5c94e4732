import { setTimeout as sleep } from "node:timers/promises";

/** Long enough for the signal to arrive; stopped time does not count. */
const STOPPING_MS = 100;

/**
 * Gives the terminal back and stops, as Ctrl-Z does in programs that leave it to the terminal. Returns after `fg`, or
 * at once where nobody could continue us.
 */
export async function suspendToShell(
  suspendTerminal: ((work: () => Promise<void>) => Promise<void>) | null,
): Promise<void> {
  if (suspendTerminal === null || process.platform === "win32") return;
  await suspendTerminal(async () => {
    // To the whole group, as the terminal would: a wrapper such as npx must stop too, or the shell sees no stopped job.
    process.kill(0, "SIGTSTP");
    // This timer keeps the program alive: without one it would end on `fg`.
    await sleep(STOPPING_MS);
  });
}
