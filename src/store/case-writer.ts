import {
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
} from "node:fs";
import { availableParallelism } from "node:os";
import { CaseError } from "../errors.ts";
import { caseFolder, type CaseFolder } from "./case-folder.ts";
import { takeCaseLock } from "./case-lock.ts";
import { createSchema, isEmptyDatabase, readState, writeState } from "./case-state.ts";
import { Database } from "./database.ts";
import { settle } from "./settle.ts";

/** Of the engine; what it sorts beyond that goes to disk. The readers' memory comes on top. */
const MEMORY_LIMIT = "640MiB";

/** Settings of a writer's engine; docs/performance.md has what each of them is worth. */
const WRITER_SETTINGS = [
  // A checkpoint after every small batch would write row groups over and over.
  "checkpoint_threshold = '512MB'",
  // A checkpoint that joins row groups writes all of their columns again, and leaves holes where they were.
  "max_vacuum_tasks = 0",
  "write_buffer_row_group_count = 1",
];

export interface WriterOptions {
  readonly toolVersion: string;
  readonly threads?: number;
  readonly memoryLimit?: string;
  /** Write the published file itself, with nobody reading: for too little disk, or systems that cannot rename over an open file. */
  readonly inPlace?: boolean;
}

/**
 * The one writer of a case. It works on a copy, the next generation, and renames that over the published file at the
 * end, so readers never wait and a kill loses nothing: the next writer resumes the copy.
 */
export class CaseWriter {
  readonly folder: CaseFolder;
  readonly database: Database;
  /** True when a killed writer's unfinished work was taken up. */
  readonly resumed: boolean;
  private readonly workFile: string;
  private readonly toolVersion: string;
  private readonly release: () => void;
  private readonly threads: number;

  private constructor(parts: {
    folder: CaseFolder;
    database: Database;
    resumed: boolean;
    workFile: string;
    toolVersion: string;
    release: () => void;
    threads: number;
  }) {
    this.folder = parts.folder;
    this.database = parts.database;
    this.resumed = parts.resumed;
    this.workFile = parts.workFile;
    this.toolVersion = parts.toolVersion;
    this.release = parts.release;
    this.threads = parts.threads;
  }

  /** Opens the case in `path` for writing, making it first when there is none. Throws CaseError. */
  static async open(path: string, options: WriterOptions): Promise<CaseWriter> {
    const folder = caseFolder(path);
    mkdirSync(folder.folder, { recursive: true });
    const release = takeCaseLock(folder.lock);
    const resumedCopy = existsSync(folder.next);
    const inPlace = options.inPlace === true && !resumedCopy && existsSync(folder.published);
    const workFile = inPlace ? folder.published : folder.next;
    try {
      if (!inPlace && !resumedCopy) await copyPublished(folder);
      rmSync(folder.shards, { recursive: true, force: true });
      mkdirSync(folder.shards);
      const database = await Database.open(workFile, { readOnly: false, ...engine(options, folder) });
      for (const setting of WRITER_SETTINGS) await database.run(`SET ${setting}`);
      await database.run(`SET threads = ${threadsWhileLoading(options)}`);
      const { toolVersion } = options;
      const settled = await prepare(database, { workFile, toolVersion });
      const resumed = resumedCopy || !settled;
      return new CaseWriter({ folder, database, resumed, workFile, toolVersion, release, threads: threadsOf(options) });
    } catch (error) {
      // A copy that nothing was written to is no unfinished work.
      if (!resumedCopy) removeCopy(folder);
      rmSync(folder.shards, { recursive: true, force: true });
      release();
      throw error;
    }
  }

  /** Settles, closes and publishes what was committed. */
  async publish(): Promise<void> {
    // No reader wants a core any more.
    await this.database.run(`SET threads = ${this.threads}`);
    await settle(this.database);
    const state = await readState(this.database, this.workFile);
    const published = { generation: state.generation + 1, settled: true, tool_version: this.toolVersion };
    await this.database.transaction(async () => writeState(this.database, published));
    await this.database.run("CHECKPOINT");
    this.database.close();
    if (this.workFile === this.folder.next) {
      syncToDisk(this.folder.next);
      renameSync(this.folder.next, this.folder.published);
      syncToDisk(this.folder.folder);
    }
    this.finish();
  }

  /** Closes without publishing. With `discard` the unfinished copy goes too, else the next writer resumes it. */
  abandon({ discard }: { discard: boolean }): void {
    this.database.close();
    if (discard) removeCopy(this.folder);
    this.finish();
  }

  private finish(): void {
    rmSync(this.folder.shards, { recursive: true, force: true });
    this.release();
  }
}

function engine(options: WriterOptions, folder: CaseFolder): Omit<Parameters<typeof Database.open>[1], "readOnly"> {
  return {
    threads: threadsOf(options),
    memoryLimit: options.memoryLimit ?? MEMORY_LIMIT,
    tempFolder: folder.shards,
  };
}

function threadsOf(options: WriterOptions): number {
  return options.threads ?? availableParallelism();
}

/**
 * Half of them: readers need the others. On two cores that leaves one, which does the work by itself; with more, the
 * thread that waits for a statement spins (measured: 23 µs an event in place of 13, in 0.9 times the time).
 */
function threadsWhileLoading(options: WriterOptions): number {
  return Math.max(1, Math.floor(threadsOf(options) / 2));
}

/** Makes the schema in an empty file. Returns whether everything in it is settled; closes it when it is no case of ours. */
async function prepare(database: Database, about: { workFile: string; toolVersion: string }): Promise<boolean> {
  try {
    if (await isEmptyDatabase(database)) await createSchema(database, about.toolVersion);
    return (await readState(database, about.workFile)).settled;
  } catch (error) {
    database.close();
    throw error;
  }
}

function removeCopy(folder: CaseFolder): void {
  for (const file of [folder.next, `${folder.next}.wal`, draftOf(folder)]) rmSync(file, { force: true });
}

function draftOf(folder: CaseFolder): string {
  return `${folder.next}.copy`;
}

/** Copies the published generation, by reference where the file system can; a copy cut by a kill is never taken for whole. */
async function copyPublished(folder: CaseFolder): Promise<void> {
  const draft = draftOf(folder);
  rmSync(draft, { force: true });
  if (!existsSync(folder.published)) return;
  await foldInLog(folder);
  const { bavail, bsize } = statfsSync(folder.folder);
  const needed = statSync(folder.published).size;
  if (bavail * bsize < needed) throw diskError(folder, needed);
  copyFileSync(folder.published, draft, constants.COPYFILE_FICLONE);
  renameSync(draft, folder.next);
}

/** A writer that was killed in place leaves a write-ahead log, which a copy of the file alone would lack. */
async function foldInLog(folder: CaseFolder): Promise<void> {
  if (!existsSync(`${folder.published}.wal`)) return;
  const database = await Database.open(folder.published, { readOnly: false });
  try {
    await database.run("CHECKPOINT");
  } finally {
    database.close();
  }
}

function diskError(folder: CaseFolder, needed: number): CaseError {
  return new CaseError({
    what: "Too little disk for a second copy of the case",
    where: `${folder.folder} needs ${Math.ceil(needed / 1e6)} MB free`,
    fix: "Free some space, or repeat with --in-place (nobody can read the case meanwhile).",
  });
}

/** Windows cannot sync a folder; there the rename alone must do. */
function syncToDisk(path: string): void {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, "r");
    fsyncSync(descriptor);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EPERM" && code !== "EISDIR" && code !== "EINVAL" && code !== "EACCES") throw error;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
