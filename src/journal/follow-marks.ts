import { stat } from "node:fs/promises";
import { join } from "node:path";
import { parseLine } from "./journal-entry.ts";
import { readLines } from "./journal-lines.ts";
import { listJournals } from "./journal-name.ts";
import { MarkBook } from "./mark-book.ts";

/** How far one journal was read. */
interface Progress {
  readonly file_id: string;
  /** Its size when it was last looked at. */
  readonly size_bytes: number;
  /** Where the next line begins; what lies behind it is the line of a writer that is not done, or was killed. */
  readonly read_bytes: number;
}

/** The marks of a folder of journals, kept up with what this and other processes append: each line is read once. */
export class MarkFollower {
  readonly folder: string;
  /** Replaced, and never emptied, when a journal was exchanged for another. */
  book = new MarkBook();
  private readonly progress = new Map<string, Progress>();

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Reads what is new; true when it was a mark. @throws CaseError when a journal cannot be read. */
  async poll(): Promise<boolean> {
    const { book } = this;
    const version = book.version;
    const { journals } = await listJournals(this.folder);
    const seen = new Map<string, { file_id: string; size_bytes: number }>();
    for (const file of journals) {
      const { dev, ino, size } = await stat(join(this.folder, file));
      seen.set(file, { file_id: `${dev}:${ino}`, size_bytes: size });
    }
    if ([...this.progress].some(([file, before]) => !continues(before, seen.get(file)))) {
      this.progress.clear();
      this.book = new MarkBook();
    }
    for (const [file, now] of seen) {
      const before = this.progress.get(file);
      if (before?.size_bytes !== now.size_bytes) await this.readOn(file, { ...now, from: before?.read_bytes ?? 0 });
    }
    return this.book !== book || book.version !== version;
  }

  private async readOn(file: string, { from, ...now }: { file_id: string; size_bytes: number; from: number }) {
    let read_bytes = from;
    for await (const { bytes, offset_bytes, terminated, cut } of readLines(join(this.folder, file), from)) {
      const entry = cut ? null : (parseLine(bytes)?.entry ?? null);
      if (entry !== null) this.book.add(entry);
      if (terminated) read_bytes = offset_bytes + bytes.length + 1;
    }
    this.progress.set(file, { ...now, read_bytes });
  }
}

/** The marks of a folder of journals as they stand now. @throws CaseError when a journal cannot be read. */
export async function readMarks(folder: string): Promise<MarkBook> {
  const follower = new MarkFollower(folder);
  await follower.poll();
  return follower.book;
}

function continues(before: Progress, now: { file_id: string; size_bytes: number } | undefined): boolean {
  return now !== undefined && now.file_id === before.file_id && now.size_bytes >= before.size_bytes;
}
