import { lstatSync, readdirSync, statSync, type BigIntStats } from "node:fs";
import { basename, join, sep } from "node:path";

/** A file on offer, before anything of it is read. */
export interface Candidate {
  readonly absolute: string;
  readonly size_bytes: number;
}

/** Something on the way that cannot be read or is no file. */
export interface DiscoveryProblem {
  readonly absolute: string;
  readonly reason: string;
}

/** Inodes never offered: the case's own files. Opening them here would drop the writer's lock on them. */
export type Excluded = ReadonlySet<string>;

/** `device:inode` of a path, for `Excluded`. */
export function inodeOf(path: string): string | null {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return null;
  }
}

/**
 * Walks a file or folder in the order of names, so that files come out in the order of accounts, regions and days.
 * Follows symbolic links once each; holds one folder's names per level.
 */
export function* discover(start: string, excluded: Excluded): Generator<Candidate | DiscoveryProblem> {
  yield* visit(start, { excluded, ancestors: new Set() });
}

interface Walk {
  readonly excluded: Excluded;
  readonly ancestors: ReadonlySet<string>;
}

function* visit(path: string, walk: Walk): Generator<Candidate | DiscoveryProblem> {
  let stat: BigIntStats;
  try {
    stat = statSync(path, { bigint: true });
  } catch (error) {
    yield { absolute: path, reason: missingReason(path, error as NodeJS.ErrnoException) };
    return;
  }
  const inode = `${stat.dev}:${stat.ino}`;
  if (walk.excluded.has(inode)) return;
  if (stat.isFile()) yield { absolute: path, size_bytes: Number(stat.size) };
  else if (!stat.isDirectory()) yield { absolute: path, reason: "not a regular file (a device, pipe or socket)" };
  else if (walk.ancestors.has(inode)) yield { absolute: path, reason: "a loop of symbolic links" };
  else {
    let names: string[];
    try {
      names = readdirSync(path).toSorted(byBytes);
    } catch (error) {
      yield { absolute: path, reason: `the folder cannot be listed (${(error as NodeJS.ErrnoException).code ?? "error"})` };
      return;
    }
    const below = { excluded: walk.excluded, ancestors: new Set([...walk.ancestors, inode]) };
    for (const name of names) yield* visit(join(path, name), below);
  }
}

function missingReason(path: string, error: NodeJS.ErrnoException): string {
  if (error.code === "ENOENT" && isLink(path)) return "a symbolic link to nothing";
  if (error.code === "ELOOP") return "a loop of symbolic links";
  return error.code === "EACCES" ? "no permission to look at it" : "vanished before it was read";
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

/** The same order on every machine and in every locale. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Files that operating systems leave behind; counted, never read. */
export function isSystemFile(path: string): boolean {
  const name = basename(path);
  return (
    name === ".DS_Store" || name === "Thumbs.db" || name === "desktop.ini" || name.startsWith("._") ||
    path.split(sep).includes("__MACOSX")
  );
}
