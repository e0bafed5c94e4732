import type { ManifestEntry, ObjectLine } from "./manifest-line.ts";
import { isManifestPath } from "./own-files.ts";

/** A file that a manifest says is in its folder, and what it was when it came there. */
export interface RecordedFile {
  /** Relative to the manifest's folder, with `/`. */
  readonly path: string;
  /** `context` for keys and settings that were kept beside the logs. */
  readonly origin: ObjectLine["origin"] | "context";
  readonly bucket: string | null;
  readonly key: string | null;
  readonly version_id: string | null;
  readonly etag: string | null;
  /** UTC, as text; null when the line tells no time. */
  readonly retrieved_at: string | null;
  readonly size_bytes: number;
  /** Hex. */
  readonly sha256: string;
}

export interface RecordedFiles {
  readonly files: readonly RecordedFile[];
  /** Entries that name no file that could lie in the folder, or tell no size and hash: nobody who fetches writes such. */
  readonly unusable: number;
}

/** The files that an entry records. Nothing that it holds is believed to have the type that it should. */
export function recordedFilesOf(entry: ManifestEntry): RecordedFiles {
  if (entry.type === "object")
    return checked([{ ...entry, origin: entry.origin === "adopted" ? "adopted" : "fetched" }]);
  if (entry.type !== "context") return NOTHING;
  if (!Array.isArray(entry.files)) return { files: [], unusable: 1 };
  const files = entry.files as readonly unknown[];
  return checked(files.map((file) => ({ ...(file as object), origin: "context", retrieved_at: entry.fetched_at })));
}

const NOTHING: RecordedFiles = { files: [], unusable: 0 };

type Unchecked = { readonly origin: RecordedFile["origin"] } & Partial<
  Record<Exclude<keyof RecordedFile, "origin">, unknown>
>;

function checked(found: readonly Unchecked[]): RecordedFiles {
  const files: RecordedFile[] = [];
  let unusable = 0;
  for (const { path, origin, size_bytes, sha256, ...rest } of found) {
    if (!isPathInside(path) || !isSize(size_bytes) || !isHash(sha256)) unusable += 1;
    // A manifest goes on growing, and its own chain says whether it was changed.
    else if (!isManifestPath(path)) {
      files.push({
        path,
        origin,
        bucket: textOf(rest.bucket),
        // The key of an adopted file is its path: nobody knows what it was in a bucket.
        key: origin === "adopted" ? null : textOf(rest.key),
        version_id: textOf(rest.version_id),
        etag: textOf(rest.etag),
        retrieved_at: textOf(rest.retrieved_at),
        size_bytes,
        sha256,
      });
    }
  }
  return { files, unusable };
}

/** Whether a path leads to a file below a folder, and no further. */
function isPathInside(path: unknown): path is string {
  if (typeof path !== "string" || path === "" || path.includes("\0")) return false;
  return path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

function isSize(size: unknown): size is number {
  return Number.isSafeInteger(size) && (size as number) >= 0;
}

function isHash(hash: unknown): hash is string {
  return typeof hash === "string" && /^[0-9a-f]{64}$/.test(hash);
}

/** Text that a database takes; null for what is none. */
function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value.toWellFormed().replaceAll("\0", "\ufffd") : null;
}
