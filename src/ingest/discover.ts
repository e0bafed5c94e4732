import { lstatSync, readdirSync, statSync, type BigIntStats, type Stats } from "node:fs";
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
  const followed = new Set<string>();
  // A stack of folders and not a recursion: a generator inside generators hands each file up through all of them.
  const open: OpenFolder[] = [];
  const first = look(start, { excluded, followed, ancestors: new Set() });
  if (first === null) return;
  if (!("names" in first)) yield first;
  else open.push(first);
  for (let folder = open.at(-1); folder !== undefined; folder = open.at(-1)) {
    const name = folder.names[folder.next];
    folder.next += 1;
    if (name === undefined) {
      open.pop();
      continue;
    }
    const found = look(folder.prefix + name, { excluded, followed, ancestors: folder.inodes });
    if (found === null) continue;
    if ("names" in found) open.push(found);
    else yield found;
  }
}

interface Walk {
  readonly excluded: Excluded;
  /** Of the folders around, the root of the walk first. */
  readonly ancestors: ReadonlySet<string>;
  /** Folders that a link has led to: a few links to each other's folders make more paths than could ever be walked. */
  readonly followed: Set<string>;
}

interface OpenFolder {
  /** Path of the folder, with its separator. */
  readonly prefix: string;
  readonly names: readonly string[];
  readonly inodes: ReadonlySet<string>;
  next: number;
}

/** Null for what is passed over in silence: the case's own files, and folders that another link has led to. */
function look(path: string, walk: Walk): Candidate | DiscoveryProblem | OpenFolder | null {
  let stat: Stats | BigIntStats;
  try {
    stat = statSync(path);
    // Above 2^53 a number no longer tells one inode from the next.
    if (!Number.isSafeInteger(stat.ino)) stat = statSync(path, { bigint: true });
  } catch (error) {
    return { absolute: path, reason: missingReason(path, error as NodeJS.ErrnoException) };
  }
  const inode = `${stat.dev}:${stat.ino}`;
  if (walk.excluded.has(inode)) return null;
  if (stat.isFile()) return { absolute: path, size_bytes: Number(stat.size) };
  if (!stat.isDirectory()) return { absolute: path, reason: "not a regular file (a device, pipe or socket)" };
  if (walk.ancestors.has(inode)) return { absolute: path, reason: "a loop of symbolic links" };
  if (isLink(path)) {
    if (walk.followed.has(inode)) return null;
    walk.followed.add(inode);
  }
  try {
    const names = inByteOrder(readdirSync(path));
    return { prefix: join(path, sep), names, inodes: new Set([...walk.ancestors, inode]), next: 0 };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "error";
    return { absolute: path, reason: `the folder cannot be listed (${code})` };
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
function inByteOrder(names: readonly string[]): string[] {
  // UTF-16 and UTF-8 sort alike but for what lies above the surrogates.
  return names.some((name) => ABOVE_SURROGATES.test(name)) ? names.toSorted(byBytes) : names.toSorted();
}

const ABOVE_SURROGATES = /[\ud800-\uffff]/;

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Files that operating systems leave behind; counted, never read. */
export function isSystemFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf(sep) + 1);
  return (
    name === ".DS_Store" ||
    name === "Thumbs.db" ||
    name === "desktop.ini" ||
    name.startsWith("._") ||
    (path.includes("__MACOSX") && path.split(sep).includes("__MACOSX"))
  );
}
