/**
 * Brings a colleague's journals into a case. A file that both have must be the same up to the end of the shorter one;
 * since journals are only appended to, the rest of the longer one is then all that is missing.
 */
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { IntegrityError, UsageError } from "../errors.ts";
import { JournalConflictError, toJournalError, toReadError } from "./journal-errors.ts";
import { openForAppend, syncFolder } from "./journal-file.ts";
import { openForRead } from "./journal-lines.ts";
import { withLock } from "./journal-lock.ts";
import { listJournals } from "./journal-name.ts";
import { verifyFile } from "./verify-journal.ts";

const BLOCK_BYTES = 64 * 1024;
const LINE_END = 0x0a;

export interface ImportedJournal {
  readonly file: string;
  /** `kept`: the case already has the longer copy. */
  readonly outcome: "new" | "extended" | "same" | "kept";
  readonly entries: number;
  readonly added_bytes: number;
}

/**
 * Copies the journals of `fromFolder` into `toFolder`, sorted by name. Nothing is written unless all of them can be.
 * Existing lines are never touched, and an import that was killed is completed by the next one.
 * @throws UsageError when there are none; IntegrityError when a chain of the source is broken (a torn last line is not);
 * JournalConflictError when a file of the same name continues differently; JournalNotWritableError.
 */
export async function importJournals(fromFolder: string, toFolder: string): Promise<ImportedJournal[]> {
  const { journals } = await listJournals(fromFolder);
  if (journals.length === 0) {
    throw new UsageError({
      what: "No journals to import",
      where: fromFolder,
      fix: "Name a case folder, or its journal folder with files called <examiner>@<host>.jsonl.",
    });
  }
  const plans: ImportedJournal[] = [];
  for (const file of journals) {
    const entries = await countVerified(fromFolder, file);
    plans.push({ file, entries, ...(await plan(join(fromFolder, file), join(toFolder, file))) });
  }

  const imported: ImportedJournal[] = [];
  for (const { file, entries, added_bytes, outcome } of plans) {
    const isComplete = added_bytes === 0 && outcome !== "new";
    const done = isComplete ? { outcome, added_bytes } : await extend(join(fromFolder, file), toFolder, file);
    imported.push({ file, entries, ...done });
  }
  return imported;
}

async function countVerified(folder: string, file: string): Promise<number> {
  const { entries, broken } = await verifyFile(folder, file);
  // A colleague's killed writer is no reason to refuse all the work before it; the torn bytes come along.
  if (broken === null || broken.reason === "torn-tail") return entries;
  throw new IntegrityError({
    what: "The journal to import is broken",
    where: `${join(folder, file)}, line ${broken.line}: ${broken.detail}`,
    fix: "Ask for a fresh copy. Nothing was imported.",
  });
}

type Difference = Pick<ImportedJournal, "outcome" | "added_bytes">;

async function extend(source: string, toFolder: string, file: string): Promise<Difference> {
  const target = join(toFolder, file);
  try {
    await mkdir(toFolder, { recursive: true });
    // Planned again under the lock: the file may have grown since.
    return await withLock(`${target}.lock`, async () => {
      const difference = await plan(source, target);
      await appendRest(source, target, difference.added_bytes);
      if (difference.outcome === "new") await syncFolder(toFolder);
      return difference;
    });
  } catch (error) {
    throw toJournalError(error, target);
  }
}

async function appendRest(source: string, target: string, added_bytes: number): Promise<void> {
  const file = await openForAppend(target);
  try {
    const start = (await file.stat()).size;
    if (added_bytes > 0) {
      for await (const block of createReadStream(source, { start, end: start + added_bytes - 1 })) {
        await file.appendFile(block as Buffer);
      }
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

async function plan(source: string, target: string): Promise<Difference> {
  const ours = await openIfThere(target);
  const theirs = await openForRead(source);
  try {
    const source_bytes = (await theirs.stat()).size;
    if (ours === null) return { outcome: "new", added_bytes: source_bytes };

    const target_bytes = (await ours.stat()).size;
    const shared_bytes = Math.min(source_bytes, target_bytes);
    let lineEnds = 0;
    for (let position = 0; position < shared_bytes; position += BLOCK_BYTES) {
      const length = Math.min(BLOCK_BYTES, shared_bytes - position);
      const [a, b] = [Buffer.alloc(length), Buffer.alloc(length)];
      await Promise.all([theirs.read(a, 0, length, position), ours.read(b, 0, length, position)]);
      const equal = equalLength(a, b);
      lineEnds += countLineEnds(a.subarray(0, equal));
      if (equal < length) throw conflict(source, target, lineEnds + 1);
    }
    if (source_bytes > target_bytes) return { outcome: "extended", added_bytes: source_bytes - target_bytes };
    return { outcome: source_bytes === target_bytes ? "same" : "kept", added_bytes: 0 };
  } finally {
    await theirs.close();
    await ours?.close();
  }
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw toReadError(error, path);
  }
}

function equalLength(a: Buffer, b: Buffer): number {
  if (a.equals(b)) return a.length;
  return a.findIndex((byte, index) => byte !== b[index]);
}

function countLineEnds(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(LINE_END); at !== -1; at = bytes.indexOf(LINE_END, at + 1)) count += 1;
  return count;
}

function conflict(source: string, target: string, line: number): JournalConflictError {
  return new JournalConflictError(
    {
      what: "Two journals of one name part",
      where: `${source} and ${target} differ from line ${line} on`,
      fix: "One of them is not a copy of the other: compare both with `coldtrail custody --verify`. Nothing was imported.",
    },
    { file: target, line },
  );
}
