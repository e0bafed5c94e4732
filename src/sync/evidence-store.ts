import { createHash } from "node:crypto";
import {
  closeSync,
  createReadStream,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { DRAFT_FOLDER } from "../manifest/own-files.ts";
import { caseMark, pathBeside, pathOfKey, versionMark } from "./key-path.ts";

/*
 * Puts fetched objects into the evidence folder. A file that is there is never written again: what comes later under
 * the same name is put beside it.
 */

export interface Placed {
  /** Relative to the evidence folder, with `/`. */
  readonly path: string;
  /** True when the very same bytes were on disk already, from a run that was cut off. */
  readonly was_there: boolean;
}

export interface Placing {
  readonly bucket: string;
  readonly key: string;
  readonly version_id: string | null;
  readonly etag: string | null;
  readonly sha256: string;
  /** The bytes, or null when the draft file has them. */
  readonly bytes: Buffer | null;
  readonly draft: string;
}

export class EvidenceStore {
  readonly folder: string;
  private readonly made = new Set<string>();
  private drafts = 0;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
  }

  /** A name for a file that is not complete yet; drafts of a killed run are cleared by `clearDrafts`. */
  draftPath(): string {
    this.drafts += 1;
    const folder = join(this.folder, DRAFT_FOLDER);
    this.makeFolder(folder);
    return join(folder, `${process.pid}-${this.drafts}.part`);
  }

  clearDrafts(): void {
    rmSync(join(this.folder, DRAFT_FOLDER), { recursive: true, force: true });
    this.made.clear();
  }

  /** Puts an object in its place, or beside what is there. Throws the file system's error. */
  async place(placing: Placing): Promise<Placed> {
    const first = pathOfKey(placing.bucket, placing.key);
    const mark = versionMark(placing.version_id, placing.etag);
    const candidates = [
      first,
      pathBeside(first, mark),
      pathBeside(first, `${mark}-${caseMark(placing.key)}`),
      pathBeside(first, `sha256-${placing.sha256}`),
    ];
    if (placing.bytes !== null) writeWhole(placing.draft, placing.bytes);
    try {
      for (const path of candidates) {
        const target = join(this.folder, path);
        this.makeFolder(dirname(target));
        if (moveToFree(placing.draft, target)) return { path, was_there: false };
        if ((await sha256Of(target)) === placing.sha256) {
          rmSync(placing.draft, { force: true });
          return { path, was_there: true };
        }
      }
    } catch (error) {
      rmSync(placing.draft, { force: true });
      throw error;
    }
    throw new Error(`No free name for ${placing.key}`);
  }

  /** Whether a file of the size is at one of the places where an object may have been put. */
  has({
    bucket,
    key,
    version_id,
    etag,
    size_bytes,
  }: Omit<Placing, "sha256" | "bytes" | "draft"> & { size_bytes: number }): boolean {
    const first = pathOfKey(bucket, key);
    const mark = versionMark(version_id, etag);
    return [first, pathBeside(first, mark), pathBeside(first, `${mark}-${caseMark(key)}`)].some(
      (path) => statSync(join(this.folder, path), { throwIfNoEntry: false })?.size === size_bytes,
    );
  }

  private makeFolder(folder: string): void {
    if (this.made.has(folder)) return;
    mkdirSync(folder, { recursive: true });
    if (this.made.size > 10_000) this.made.clear();
    this.made.add(folder);
  }
}

function writeWhole(path: string, bytes: Buffer): void {
  const descriptor = openSync(path, "w");
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
  } finally {
    closeSync(descriptor);
  }
}

/** Moves a file to a name that must be free; false when it is taken. */
function moveToFree(from: string, to: string): boolean {
  try {
    linkSync(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return false;
    // FAT and some network file systems have no links: between this look and the rename nobody else writes here.
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"].includes(code ?? "")) throw error;
    if (existsSync(to)) return false;
    renameSync(from, to);
    return true;
  }
  unlinkSync(from);
  return true;
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest("hex");
}
