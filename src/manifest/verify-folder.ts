import { createHash } from "node:crypto";
import { createReadStream, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, sep } from "node:path";
import { CONTEXT_FOLDER, MANIFEST_NAME } from "./manifest-line.ts";
import { ownFileOf } from "./own-files.ts";
import { readManifest, type BrokenLine } from "./read-manifest.ts";

/** A file that is not what the manifest says. */
export interface FolderProblem {
  readonly path: string;
  readonly problem: "altered" | "missing" | "unreadable" | "not in the manifest";
  readonly detail: string;
}

export interface FolderVerdict {
  readonly objects: number;
  readonly size_bytes: number;
  /** Files whose bytes are those that were fetched. */
  readonly same: number;
  readonly broken_lines: readonly BrokenLine[];
  /** Runs without an end, which were cut off. */
  readonly unfinished_runs: number;
  readonly head: { readonly seq: number; readonly hash: string };
}

export interface VerifyOptions {
  readonly onProblem: (problem: FolderProblem) => void;
  readonly onProgress: (done: number, bytes: number) => void;
  readonly signal: AbortSignal;
}

/** Hashes every file of an evidence folder anew and compares it with the manifest, and the manifest with its chain. */
export async function verifyFolder(folder: string, options: VerifyOptions): Promise<FolderVerdict> {
  const counts = { objects: 0, size_bytes: 0, same: 0, unfinished_runs: 0 };
  const broken_lines: BrokenLine[] = [];
  const listed = new PathSet();
  let head = { seq: 0, hash: "" };
  let runs = 0;
  for await (const item of readManifest(folder)) {
    if (options.signal.aborted) break;
    if (item.type === "broken") {
      broken_lines.push({ line: item.line, problem: item.problem });
      continue;
    }
    const { entry, seq, hash } = item.line;
    head = { seq, hash };
    if (entry.type === "run-start") runs += 1;
    if (entry.type === "run-end") runs -= 1;
    const files = entry.type === "object" ? [entry] : entry.type === "context" ? entry.files : [];
    for (const file of files) {
      listed.add(file.path);
      counts.objects += 1;
      counts.size_bytes += file.size_bytes;
      const problem = await compare(folder, file);
      if (problem === null) counts.same += 1;
      else options.onProblem(problem);
      options.onProgress(counts.objects, counts.size_bytes);
    }
  }
  if (!options.signal.aborted) await findStrangers(folder, listed, options);
  return { ...counts, unfinished_runs: Math.max(0, runs), broken_lines, head };
}

interface Recorded {
  readonly path: string;
  readonly sha256: string;
  readonly size_bytes: number;
}

async function compare(folder: string, { path, sha256, size_bytes }: Recorded): Promise<FolderProblem | null> {
  const file = join(folder, path);
  try {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat === undefined) return { path, problem: "missing", detail: "it was fetched, and is not there any more" };
    if (stat.size !== size_bytes) {
      return { path, problem: "altered", detail: `it has ${stat.size} bytes, not the ${size_bytes} that were fetched` };
    }
    const hash = createHash("sha256");
    for await (const piece of createReadStream(file, { highWaterMark: 1024 * 1024 })) hash.update(piece as Buffer);
    const found = hash.digest("hex");
    return found === sha256 ? null : { path, problem: "altered", detail: `its SHA-256 is ${found}, not ${sha256}` };
  } catch (error) {
    return { path, problem: "unreadable", detail: (error as Error).message };
  }
}

/** Files that nobody fetched: put there since, or left by another tool. */
async function findStrangers(folder: string, listed: PathSet, { onProblem, signal }: VerifyOptions): Promise<void> {
  for await (const path of filesBelow(folder, "")) {
    if (signal.aborted) return;
    if (listed.has(path) || path === MANIFEST_NAME || ownFileOf(path)?.kind === "leftover") continue;
    const detail = path.startsWith(`${CONTEXT_FOLDER}/`)
      ? "kept beside the logs by a run that was cut off"
      : "no run fetched it";
    onProblem({ path, problem: "not in the manifest", detail });
  }
}

/** Files below a folder, relative with `/`, in order of names. */
export async function* filesBelow(folder: string, below: string): AsyncGenerator<string> {
  const entries = await readdir(join(folder, below), { withFileTypes: true });
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) yield* filesBelow(folder, path);
    else if (entry.isFile()) yield path.replaceAll(sep, "/");
  }
}

/** Paths by the first 8 bytes of their SHA-256: a set of millions of texts would not fit. */
class PathSet {
  private readonly hashes = new Set<bigint>();

  add(path: string): void {
    this.hashes.add(hashOfPath(path));
  }

  has(path: string): boolean {
    return this.hashes.has(hashOfPath(path));
  }
}

function hashOfPath(path: string): bigint {
  return createHash("sha256").update(path).digest().readBigUInt64LE(0);
}
