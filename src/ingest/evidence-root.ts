import { existsSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, relative, resolve, sep } from "node:path";
import { UsageError } from "../errors.ts";

/** A labelled folder that evidence paths are relative to; where it is mounted may change, the label stays. */
export interface EvidenceRoot {
  readonly root: string;
  readonly mounted_at: string;
}

/** One path of the command line: where to walk, and the root that it belongs to. */
export interface Offer {
  readonly start: string;
  readonly root: EvidenceRoot;
}

/**
 * Finds the root of each path offered. A path inside a known root belongs to the deepest such root; `--root LABEL=PATH`
 * says where a known root is mounted now, or labels a new one; any other folder becomes a root under its own name.
 * A path inside another one that is offered too is left out: no file is offered twice. Throws UsageError for paths that
 * are not there.
 */
export function resolveOffers(
  paths: readonly string[],
  known: readonly EvidenceRoot[],
  labelled: readonly string[],
): { readonly offers: Offer[]; readonly roots: EvidenceRoot[] } {
  const roots = new Map(known.map((root) => [root.root, root]));
  for (const text of labelled) {
    const root = parseLabelled(text);
    roots.set(root.root, root);
  }
  const offers = outermost(paths.map(existing)).map((start) => {
    const found = deepest([...roots.values()], start) ?? newRoot(start, roots);
    roots.set(found.root, found);
    return { start, root: found };
  });
  return { offers, roots: [...roots.values()] };
}

/** Drops paths that lie in another one, and repeated ones; the order stays. */
function outermost(paths: readonly string[]): string[] {
  const unique = [...new Set(paths)];
  return unique.filter((path) => !unique.some((other) => other !== path && isInside(path, other)));
}

/** Deepest root that holds a path. */
export function deepest(roots: readonly EvidenceRoot[], path: string): EvidenceRoot | undefined {
  return roots
    .filter(({ mounted_at }) => isInside(path, mounted_at))
    .toSorted((a, b) => b.mounted_at.length - a.mounted_at.length || (a.root < b.root ? -1 : 1))[0];
}

/** True when `path` is `folder` or lies in it. */
export function isInside(path: string, folder: string): boolean {
  const between = relative(folder, path);
  return between === "" || (!between.startsWith(`..${sep}`) && between !== ".." && !isAbsolute(between));
}

/** Path of a file below a root, with forward slashes on every system. */
export function pathBelow({ mounted_at }: EvidenceRoot, absolute: string): string {
  // `relative` splits both paths, which shows over a million files.
  const isPlain = absolute.startsWith(mounted_at) && absolute[mounted_at.length] === sep;
  const below = isPlain ? absolute.slice(mounted_at.length + 1) : relative(mounted_at, absolute);
  return sep === "/" ? below : below.split(sep).join("/");
}

function parseLabelled(text: string): EvidenceRoot {
  const at = text.indexOf("=");
  if (at < 1 || at === text.length - 1) {
    throw new UsageError({
      what: "Not a root",
      where: `--root ${text}`,
      fix: "Write --root LABEL=PATH, for example --root laptop=/mnt/usb/logs.",
    });
  }
  const folder = existing(text.slice(at + 1));
  return { root: text.slice(0, at), mounted_at: statSync(folder).isDirectory() ? folder : dirname(folder) };
}

function existing(path: string): string {
  if (!existsSync(path)) {
    throw new UsageError({
      what: "No such evidence",
      where: resolve(path),
      fix: "Check the path; name a folder or file that holds CloudTrail logs.",
    });
  }
  return realpathSync(path);
}

/** A folder is its own root, a single file's root is its folder; the label grows by parent names until it is new. */
function newRoot(start: string, roots: ReadonlyMap<string, EvidenceRoot>): EvidenceRoot {
  const folder = statSync(start).isDirectory() ? start : dirname(start);
  let parent = dirname(folder);
  let label = basename(folder) || "root";
  while (roots.has(label)) {
    const name = basename(parent);
    label = name === "" ? `${label}+` : `${name}/${label}`;
    parent = dirname(parent);
  }
  return { root: label, mounted_at: folder };
}
