import { createHash } from "node:crypto";

/*
 * What an object is called on disk: `<bucket>/<key>`, so that the paths of a synced folder read like the bucket. What a
 * file system would not take, or would take for something else, is percent-encoded; the manifest has the key itself.
 */

/** Longest name of one folder or file, in bytes, that every usual file system takes. */
const NAME_MAX_BYTES = 240;
/** Longest path below the evidence folder: Windows takes 260 characters in all unless told otherwise. */
const PATH_MAX_BYTES = 3000;

const RESERVED = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i;

/** The path of an object, with `/`, relative to the evidence folder. Never leaves it, never names a folder as a file. */
export function pathOfKey(bucket: string, key: string): string {
  const parts = [bucket, ...key.split("/")].map(safeName);
  const path = parts.join("/");
  return Buffer.byteLength(path) > PATH_MAX_BYTES ? `${safeName(bucket)}/long-keys/${shortHash(key, 32)}` : path;
}

/** The path of a later version of an object that is on disk already, or of a key that differs in case alone. */
export function pathBeside(path: string, mark: string): string {
  const at = path.lastIndexOf("/") + 1;
  return path.slice(0, at) + safeName(`${path.slice(at)}.~${mark}`);
}

/** What marks a later version: its version id, else the start of its ETag. */
export function versionMark(version_id: string | null, etag: string | null): string {
  return (version_id ?? (etag ?? "unknown").replaceAll('"', "").slice(0, 8)).replaceAll(/[^\w.-]/g, "_").slice(0, 40);
}

function safeName(name: string): string {
  if (name === "") return "%00empty";
  let safe = "";
  for (const char of name) safe += needsEscape(char) ? percent(char) : char;
  // Windows drops a dot or blank at the end, and takes these names for devices; `.` and `..` are directories.
  if (/[. ]$/.test(safe)) safe = safe.slice(0, -1) + percent(safe.slice(-1));
  if (RESERVED.test(safe)) safe = percent(safe.slice(0, 1)) + safe.slice(1);
  if (Buffer.byteLength(safe) <= NAME_MAX_BYTES) return safe;
  let kept = safe.slice(0, 160);
  while (Buffer.byteLength(kept) > 160) kept = kept.slice(0, -8);
  return `${kept.replace(/%[0-9A-F]?$/, "").toWellFormed()}~${shortHash(name, 32)}`;
}

function needsEscape(char: string): boolean {
  const code = char.codePointAt(0)!;
  return code < 0x20 || code === 0x7f || '<>:"\\|?*%'.includes(char) || (code >= 0xd800 && code <= 0xdfff);
}

function percent(char: string): string {
  return [...Buffer.from(char.toWellFormed(), "utf8")]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)
    .join("");
}

function shortHash(text: string, digits: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, digits);
}

/** Marks a key that some file systems take for another one's, which is on disk. */
export function caseMark(key: string): string {
  return `case-${shortHash(key, 8)}`;
}
