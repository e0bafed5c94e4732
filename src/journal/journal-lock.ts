/**
 * One writer at a time, across processes, by a file created exclusively. A lock whose process died on this host is
 * broken under a second lock (`<lock>.break`): two waiters that both see the dead one would otherwise remove each
 * other's new lock. The check is repeated under that second lock, where only a dead process's lock can still be there.
 */
import { randomUUID } from "node:crypto";
import { closeSync, openSync, unlinkSync, writeSync } from "node:fs";
import { readFile, unlink } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { CaseError } from "../errors.ts";
import { toJournalError } from "./journal-errors.ts";

const WAIT_MS = 10_000;
// Between creating a lock and naming its holder lie microseconds; one that stays nameless this long lost its writer there.
const NAMELESS_MS = 2_000;
// Breaking a lock takes a lock, whose holder may have died too. Each level needs another kill in a window of microseconds.
const BREAK_DEPTH_MAX = 3;

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process began: a process id alone may have been given out again. */
  readonly process_start: string;
  readonly start: string;
  readonly id: string;
}

const PROCESS_START = new Date(performance.timeOrigin).toISOString();

/**
 * Runs `work` while holding the lock file at `path`.
 * @throws CaseError naming the holder when the lock stays taken for `wait_ms` (10 seconds unless given).
 */
export async function withLock<T>(
  path: string,
  work: () => Promise<T>,
  options: { wait_ms?: number } = {},
): Promise<T> {
  const deadline_ms = performance.now() + (options.wait_ms ?? WAIT_MS);
  const id = await acquire(path, { deadline_ms, depth: 0 });
  try {
    return await work();
  } finally {
    await release(path, id);
  }
}

async function acquire(path: string, limits: { deadline_ms: number; depth: number }): Promise<string> {
  let nameless = { text: "", since_ms: Infinity };
  for (;;) {
    const id = await tryCreate(path);
    if (id !== null) return id;

    const text = await readText(path);
    const holder = text === null ? null : parseHolder(text);
    if (text === null || holder !== null) nameless = { text: "", since_ms: Infinity };
    else if (text !== nameless.text || nameless.since_ms === Infinity) nameless = { text, since_ms: performance.now() };

    const isStale = holder === null ? performance.now() - nameless.since_ms > NAMELESS_MS : isDead(holder);
    if (text !== null && isStale && limits.depth < BREAK_DEPTH_MAX) {
      await breakLock(path, text, limits);
      continue;
    }
    if (performance.now() >= limits.deadline_ms) throw stillLocked(path, holder);
    // Waiters that sleep equally long would meet again and again.
    await sleep(2 + Math.random() * 20);
  }
}

async function tryCreate(path: string): Promise<string | null> {
  const id = randomUUID();
  const text = JSON.stringify({
    pid: process.pid,
    host: hostname(),
    process_start: PROCESS_START,
    start: new Date().toISOString(),
    id,
  } satisfies Holder);
  try {
    writeExclusively(path, text);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return null;
    throw toJournalError(error, path);
  }
  // A process that was suspended before it named itself may have been taken for dead meanwhile.
  return (await readText(path)) === text ? id : null;
}

// Synchronous, so that nothing else runs between creating the lock and naming its holder.
function writeExclusively(path: string, text: string): void {
  const file = openSync(path, "wx");
  try {
    writeSync(file, text);
  } catch (error) {
    unlinkSync(path);
    throw error;
  } finally {
    closeSync(file);
  }
}

async function breakLock(
  path: string,
  staleText: string,
  limits: { deadline_ms: number; depth: number },
): Promise<void> {
  const guard = `${path}.break`;
  const id = await acquire(guard, { ...limits, depth: limits.depth + 1 });
  try {
    if ((await readText(path)) === staleText) await unlink(path);
  } finally {
    await release(guard, id);
  }
}

async function release(path: string, id: string): Promise<void> {
  const text = await readText(path);
  if (text !== null && parseHolder(text)?.id === id) await unlink(path);
}

async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw toJournalError(error, path);
  }
}

function parseHolder(text: string): Holder | null {
  try {
    const value = JSON.parse(text) as Holder | null;
    return typeof value?.pid === "number" && typeof value.host === "string" ? value : null;
  } catch {
    // Its writer is between creating and filling it, or died there.
    return null;
  }
}

function isDead(holder: Holder): boolean {
  if (holder.host !== hostname()) return false;
  // Containers give every run the same process id: a lock with ours from before we began is an earlier run's.
  if (holder.pid === process.pid) return holder.process_start !== PROCESS_START;
  try {
    process.kill(holder.pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

function stillLocked(path: string, holder: Holder | null): CaseError {
  return new CaseError({
    what: "The journal is being written by someone else",
    where:
      holder === null
        ? `${path} names no process`
        : `process ${holder.pid} on ${holder.host} has held ${path} since ${holder.start}`,
    fix: "Repeat the command when that process is done; if no coldtrail is running, delete this lock file.",
  });
}
