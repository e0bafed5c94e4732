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
 * Follows symbolic links, but only one to each folder; holds one folder's names per level.
 */
export function* discover(start: string, excluded: Excluded): Generator<Candidate | DiscoveryProblem> {
  yield* visit(start, { excluded, ancestors: new Set(), followed: new Set() });
}

interface Walk {
  readonly excluded: Excluded;
  readonly ancestors: ReadonlySet<string>;
  /** Folders that a link has led to: a few links to each other's folders make more paths than could ever be walked. */
  readonly followed: Set<string>;
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
    if (isLink(path)) {
      if (walk.followed.has(inode)) return;
      walk.followed.add(inode);
    }
    let names: string[];
    try {
      names = readdirSync(path).toSorted(byBytes);
    } catch (error) {
      yield {
        absolute: path,
        reason: `the folder cannot be listed (${(error as NodeJS.ErrnoException).code ?? "error"})`,
      };
      return;
    }
    const below = { ...walk, ancestors: new Set([...walk.ancestors, inode]) };
    for (const name of names) yield* visit(join(path, name), below);
  }
}

function missingReason(path: string, error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case "ENOENT":
    case "ENOTDIR":
      if (isLink(path)) return "a symbolic link to nothing";
      if (basename(path).includes("\ufffd")) return "its name is not UTF-8: copy it under another name";
      return "vanished before it was read";
    case "ELOOP":
      return "a loop of symbolic links";
    case "EACCES":
    case "EPERM":
      return "no permission to look at it";
    default:
      return `cannot be looked at (${error.code ?? error.message})`;
  }
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
    name === ".DS_Store" ||
    name === "Thumbs.db" ||
    name === "desktop.ini" ||
    name.startsWith("._") ||
    path.split(sep).includes("__MACOSX")
  );
}
