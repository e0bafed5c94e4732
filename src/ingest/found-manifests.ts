import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import { MANIFEST_NAME } from "../manifest/manifest-line.ts";
import { isManifestPath } from "../manifest/own-files.ts";
import { isInside, pathBelow, type EvidenceRoot, type Offer } from "./evidence-root.ts";

/** A manifest of `coldtrail sync` that speaks of files that are on offer. */
export interface FoundManifest {
  readonly root: EvidenceRoot;
  /** Of the manifest, or of the archive that it lies in, relative to the root; begins with `..` when it lies above. */
  readonly path: string;
  /** Place inside an archive; null for a manifest in a folder. */
  readonly member_path: string | null;
  /** Of the member as the case has it; several where the archive was replaced. Empty for a manifest in a folder. */
  readonly hashes: readonly string[];
  /** True when an earlier run read the archive whole, and this one passed over it. */
  readonly isHeld: boolean;
  /** Folders of the root that are on offer, of those that the manifest speaks of; the empty one is the root. */
  readonly scopes: readonly string[];
}

interface ManifestMember {
  readonly path: string;
  readonly member_path: string;
  readonly sha256_stored: string | null;
}

/** Collects the manifests that an ingest comes across. */
export class FoundManifests {
  private readonly found = new Map<string, FoundManifest>();

  /** Notes a file, if it is a manifest. */
  addFile(root: EvidenceRoot, path: string): void {
    if (!isManifestPath(path)) return;
    const scope = path.slice(0, Math.max(0, path.length - MANIFEST_NAME.length - 1));
    this.add({ root, path, member_path: null, hashes: [], isHeld: false, scopes: [scope] });
  }

  /** Notes a member of an archive, if it is a manifest. */
  addMember(root: EvidenceRoot, member: ManifestMember, isHeld: boolean): void {
    const { path, member_path, sha256_stored } = member;
    // No name that a person gave has a null character.
    if (sha256_stored === null || !isManifestPath(member_path) || member_path.includes("\0")) return;
    this.add({ root, path, member_path, hashes: [sha256_stored], isHeld, scopes: [""] });
  }

  /** Notes the manifest of the folder that a path on offer lies in, if there is one. */
  addAbove({ start, root }: Offer): void {
    for (let folder = dirname(start), below = start; folder !== below; below = folder, folder = dirname(folder)) {
      if (!hasFile(folder, MANIFEST_NAME)) continue;
      const path = pathBelow(root, join(folder, MANIFEST_NAME));
      this.add({ root, path, member_path: null, hashes: [], isHeld: false, scopes: [pathBelow(root, start)] });
      return;
    }
  }

  /** In the order of their places. */
  list(): FoundManifest[] {
    return [...this.found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, manifest]) => manifest);
  }

  private add(manifest: FoundManifest): void {
    const key = [manifest.root.root, manifest.path, manifest.member_path ?? ""].join("\0");
    const same = this.found.get(key);
    const scopes = [...new Set([...(same?.scopes ?? []), ...manifest.scopes])].toSorted();
    const hashes = [...new Set([...manifest.hashes, ...(same?.hashes ?? [])])];
    this.found.set(key, { ...manifest, hashes, isHeld: manifest.isHeld && same?.isHeld !== false, scopes });
  }
}

/** Absolute path of a manifest, or of the archive that it lies in. */
export function placeOfManifest({ root, path }: FoundManifest): string {
  return join(root.mounted_at, ...path.split("/"));
}

/** What is put in front of a path of the manifest to name the file from the root, or inside the archive. */
export interface PathRule {
  /** What a path must begin with, and what is taken off: a manifest above the root speaks of other folders too. */
  readonly strip: string;
  readonly prefix: string;
  /** `\` in archives of programs that write it so. */
  readonly separator: "/" | "\\";
}

export function pathRuleOf(manifest: FoundManifest): PathRule {
  const { root, path, member_path } = manifest;
  if (member_path !== null) {
    const prefix = member_path.slice(0, member_path.length - MANIFEST_NAME.length);
    return { strip: "", prefix, separator: prefix.endsWith("\\") ? "\\" : "/" };
  }
  const folder = dirname(placeOfManifest(manifest));
  if (isInside(folder, root.mounted_at)) {
    return { strip: "", prefix: path.slice(0, path.length - MANIFEST_NAME.length), separator: "/" };
  }
  return { strip: `${pathBelow({ root: "", mounted_at: folder }, root.mounted_at)}/`, prefix: "", separator: "/" };
}

/** Name from the root of a path that a manifest has; null for a file that is elsewhere. */
export function pathByRule(path: string, { strip, prefix, separator }: PathRule): string | null {
  if (!path.startsWith(strip)) return null;
  const below = path.slice(strip.length);
  return prefix + (separator === "/" ? below : below.replaceAll("/", separator));
}

/** Whether a path is one of some folders, or below one. */
export function isBelow(path: string, scopes: readonly string[]): boolean {
  return scopes.some((scope) => scope === "" || path === scope || path.startsWith(`${scope}/`));
}

/** Whether a folder has a file at a path; a path that cannot be looked at is taken to be there. */
export function hasFile(folder: string, path: string): boolean {
  try {
    return statSync(join(folder, path), { throwIfNoEntry: false })?.isFile() === true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "EACCES" || code === "EPERM" || code === "EIO";
  }
}
