import { CONTEXT_FOLDER, MANIFEST_NAME } from "./manifest-line.ts";

/*
 * What coldtrail itself puts into an evidence folder, told by names alone. A name proves nothing: files that may hold
 * evidence all the same are read like any other, and only what turns out to hold no events is called by these words.
 */

/** Folder of objects that are not complete yet. */
export const DRAFT_FOLDER = ".coldtrail-drafts";

/** Name of a list that a running sync keeps on disk. */
export function spoolName(list: "to-fetch" | "findings", pid: number): string {
  return `.coldtrail-${list}-${pid}.jsonl`;
}

const SPOOL = /^\.coldtrail-(?:to-fetch|findings)-\d+\.jsonl$/;

/** Name of the lock that a running sync holds. */
export const LOCK_NAME = `.${MANIFEST_NAME}.lock`;

export interface OwnFile {
  /** `leftover` for what a sync that was cut off left behind: it holds nothing that the next one does not fetch. */
  readonly kind: "manifest" | "context" | "leftover";
  /** In words. */
  readonly what: string;
}

/** What a file is by its path, with `/`; null for one that is not coldtrail's. */
export function ownFileOf(path: string): OwnFile | null {
  // Asked for every file of an archive, nearly always for nothing.
  if (!path.includes("coldtrail-")) return null;
  const parts = path.split("/");
  const name = parts.at(-1)!;
  if (name === MANIFEST_NAME) return MANIFEST;
  if (name === LOCK_NAME) return { kind: "leftover", what: "the lock of a sync" };
  if (SPOOL.test(name)) return { kind: "leftover", what: "a working list that a sync left behind" };
  const folders = parts.slice(0, -1);
  if (folders.includes(DRAFT_FOLDER)) return { kind: "leftover", what: "an unfinished download of a sync" };
  if (!folders.includes(CONTEXT_FOLDER)) return null;
  const what = name.startsWith("public-keys-") ? "public keys" : "settings of trails and bucket";
  return { kind: "context", what: `${what}, kept by coldtrail sync` };
}

const MANIFEST: OwnFile = { kind: "manifest", what: "the manifest of a synced folder" };

/** Whether a path, with either slash, is that of a manifest. */
export function isManifestPath(path: string): boolean {
  if (!path.endsWith(MANIFEST_NAME)) return false;
  const before = path[path.length - MANIFEST_NAME.length - 1];
  return before === undefined || before === "/" || before === "\\";
}
