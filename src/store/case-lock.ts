import { linkSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { CaseError } from "../errors.ts";

interface LockHolder {
  readonly pid: number;
  readonly host: string;
  readonly started_at: string;
  /** Start of the process in clock ticks since boot, where the system tells (Linux): a reused pid is not the holder. */
  readonly start_ticks: string | null;
}

/**
 * Takes the one writer's lock of a case and returns the function that gives it back. A lock left by a process that is
 * dead on this host is broken. Throws CaseError naming the holder.
 */
export function takeCaseLock(path: string): () => void {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (tryCreate(path)) return () => releaseLock(path);
    const holder = readHolder(path);
    if (holder === "gone") continue;
    if (holder !== null && !(holder.host === hostname() && isDead(holder))) throw heldError(path, holder);
    if (holder === null) throw unreadableError(path);
    breakLock(path, holder);
  }
  throw unreadableError(path);
}

function tryCreate(path: string): boolean {
  const holder: LockHolder = {
    pid: process.pid,
    host: hostname(),
    started_at: new Date().toISOString(),
    start_ticks: startTicks(process.pid),
  };
  const text = `${JSON.stringify(holder)}\n`;
  const draft = `${path}.${process.pid}`;
  try {
    // Linked into place whole: a kill can leave no empty lock behind.
    writeFileSync(draft, text);
    linkSync(draft, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "ENOSYS") throw error;
    return createWithoutLinks(path, text);
  } finally {
    removeIfThere(draft);
  }
}

/** For file systems without hard links, such as exFAT. */
function createWithoutLinks(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

function readHolder(path: string): LockHolder | "gone" | null {
  try {
    const text = readFileSync(path, "utf8");
    const holder = JSON.parse(text) as LockHolder;
    return typeof holder.pid === "number" && typeof holder.host === "string" ? holder : null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? "gone" : null;
  }
}

function isDead(holder: LockHolder): boolean {
  if (holder.pid === process.pid) return holder.start_ticks !== startTicks(process.pid);
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
  const stat = readStat(holder.pid);
  // A killed process that its parent has not collected yet holds nothing any more.
  if (stat?.startsWith("Z") === true) return true;
  return holder.start_ticks !== null && stat !== null && holder.start_ticks !== startTicks(holder.pid);
}

/** Fields of /proc/PID/stat after the command name; null where there is no such file. */
function readStat(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2);
  } catch {
    return null;
  }
}

function startTicks(pid: number): string | null {
  return readStat(pid)?.split(" ")[19] ?? null;
}

function breakLock(path: string, dead: LockHolder): void {
  const current = readHolder(path);
  if (current === null || current === "gone" || current.pid !== dead.pid) return;
  unlinkSync(path);
}

function releaseLock(path: string): void {
  const holder = readHolder(path);
  if (holder !== null && holder !== "gone" && holder.pid === process.pid) unlinkSync(path);
}

function heldError(path: string, holder: LockHolder): CaseError {
  return new CaseError({
    what: "Another process is writing to this case",
    where: `process ${holder.pid} on ${holder.host}, since ${holder.started_at}`,
    fix: `Wait for it to finish. If that process is gone, delete ${path} and try again.`,
  });
}

function unreadableError(path: string): CaseError {
  return new CaseError({
    what: "The case is locked, and the lock cannot be read",
    where: path,
    fix: "If no other coldtrail is writing to this case, delete that file and try again.",
  });
}
