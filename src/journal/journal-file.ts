/**
 * Appends to the journals of a case. A journal is only ever appended to: even the torn line of a killed
 * writer stays, and the next entry says that it follows one.
 */
import { constants } from "node:fs";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { CaseError } from "../errors.ts";
import {
  GENESIS_HASH,
  type JournalEntry,
  type JsonObject,
  MAX_LINE_BYTES,
  sealLine,
  sha256Hex,
} from "./journal-entry.ts";
import { toJournalError } from "./journal-errors.ts";
import { withLock } from "./journal-lock.ts";
import { journalFileName } from "./journal-name.ts";
import { type JournalTail, readTail } from "./journal-tail.ts";

/** What a command knows about itself; the rest of the line (place in the chain, time, hash) is added under the lock. */
export interface NewEntry extends Pick<
  JournalEntry,
  "kind" | "examiner" | "examiner_source" | "tool_version" | "argv" | "counts" | "exit_code" | "elapsed_ms"
> {
  /** This machine's name unless given. */
  readonly host?: string;
  /** Now unless given. */
  readonly time?: Date;
  readonly result_sha256?: string | null;
  readonly evidence_sha256?: string | null;
  readonly body?: JsonObject;
}

/**
 * Writes one line to the journal of that examiner and host in `folder` (created when missing) and returns it.
 * The line is on the disk when this returns.
 * @throws JournalNotWritableError in a read-only folder; CaseError when another process keeps the lock for 10 seconds
 * (`wait_ms`), the disk is full, or the entry is longer than 16 MiB.
 */
export async function appendEntry(
  folder: string,
  entry: NewEntry,
  options: { wait_ms?: number } = {},
): Promise<JournalEntry> {
  const path = join(folder, journalFileName(entry.examiner, entry.host ?? hostname()));
  try {
    await mkdir(folder, { recursive: true });
    return await withLock(`${path}.lock`, () => appendUnderLock(path, entry), options);
  } catch (error) {
    throw toJournalError(error, path);
  }
}

/** Opens a journal for appending, never through a symbolic link: a case from elsewhere could point one anywhere. */
export async function openForAppend(path: string): Promise<FileHandle> {
  const { O_RDWR, O_CREAT, O_APPEND } = constants;
  // Windows has no such flag.
  const O_NOFOLLOW = (constants as { O_NOFOLLOW?: number }).O_NOFOLLOW ?? 0;
  const file = await open(path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW, 0o644);
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw Object.assign(new Error(`${path} is not a regular file`), { code: "EEXIST" });
}

/** Makes a new directory entry survive a power cut, where the platform can. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder; its file systems keep the entry themselves.
  if (process.platform === "win32") return;
  const opened = await open(folder, "r");
  try {
    await opened.sync();
  } finally {
    await opened.close();
  }
}

async function appendUnderLock(path: string, entry: NewEntry): Promise<JournalEntry> {
  const file = await openForAppend(path);
  try {
    const tail = await readTail(file, path);
    const fields = chain(entry, tail);
    const { line, hash } = sealLine(fields);
    const bytes = Buffer.from(`${tail.endsWithLineEnd ? "" : "\n"}${line}\n`);
    if (bytes.length > MAX_LINE_BYTES) throw tooLong(path, bytes.length);

    const { bytesWritten } = await file.write(bytes);
    if (bytesWritten < bytes.length) throw Object.assign(new Error("short write"), { code: "ENOSPC" });
    await file.sync();
    if (tail.link === null) await syncFolder(join(path, ".."));
    return { ...fields, hash };
  } finally {
    await file.close();
  }
}

function chain(entry: NewEntry, tail: JournalTail): Omit<JournalEntry, "hash"> {
  const time = entry.time ?? new Date();
  return {
    v: 1,
    seq: (tail.link?.seq ?? 0) + 1,
    kind: entry.kind,
    examiner: entry.examiner,
    examiner_source: entry.examiner_source,
    host: entry.host ?? hostname(),
    time_utc: time.toISOString(),
    time_local: formatLocalTime(time),
    tool_version: entry.tool_version,
    argv: entry.argv,
    counts: entry.counts,
    result_sha256: entry.result_sha256 ?? null,
    evidence_sha256: entry.evidence_sha256 ?? null,
    exit_code: entry.exit_code,
    elapsed_ms: entry.elapsed_ms,
    body: entry.body ?? {},
    ...(tail.torn === null ? {} : { after_torn_line: true as const, torn_sha256: sha256Hex(tail.torn) }),
    prev: tail.link?.hash ?? GENESIS_HASH,
  };
}

function formatLocalTime(time: Date): string {
  const offset_minutes = -time.getTimezoneOffset();
  const shifted = new Date(time.getTime() + offset_minutes * 60_000).toISOString().slice(0, -1);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  const size_minutes = Math.abs(offset_minutes);
  return `${shifted}${offset_minutes < 0 ? "-" : "+"}${two(size_minutes / 60)}:${two(size_minutes % 60)}`;
}

function tooLong(path: string, size_bytes: number): CaseError {
  return new CaseError({
    what: "The journal entry is too long",
    where: `${size_bytes} bytes for ${path}, at most ${MAX_LINE_BYTES}`,
    fix: "Split the command: tag or note fewer events at a time.",
  });
}
