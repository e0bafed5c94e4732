import { existsSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../errors.ts";
import { ManifestWriter } from "./append-manifest.ts";
import { MANIFEST_NAME } from "./manifest-line.ts";
import { hashesOfFile } from "./object-hashes.ts";
import { ownFileOf } from "./own-files.ts";
import { filesBelow } from "./verify-folder.ts";

export interface AdoptedFolder {
  readonly files: number;
  readonly size_bytes: number;
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
  readonly head: { readonly seq: number; readonly hash: string };
}

/** What a manifest made afterwards cannot prove any more; printed, and part of the documentation. */
export const CANNOT_BE_PROVEN = [
  "that the files are what lay in the bucket: nobody compared them with an ETag or checksum while they were fetched",
  "the signatures of digest files: they stood in the objects' metadata, which other tools do not keep",
  "when the objects were written, which versions they were, and who fetched them",
  "that nothing was left out, replaced or deleted before this moment",
] as const;

export interface AdoptOptions {
  readonly tool_version: string;
  readonly argv: readonly string[];
  readonly signal: AbortSignal;
  readonly onProgress: (files: number, bytes: number) => void;
}

/** Makes a manifest for a folder that other tools brought: from now on a change shows. Throws UsageError when there is one. */
export async function adoptFolder(folder: string, options: AdoptOptions): Promise<AdoptedFolder> {
  if (!existsSync(folder)) {
    throw new UsageError({ what: "No such folder", where: folder, fix: "Name the folder with the evidence." });
  }
  if (existsSync(join(folder, MANIFEST_NAME))) {
    throw new UsageError({
      what: "The folder has a manifest already",
      where: join(folder, MANIFEST_NAME),
      fix: "Check it with `coldtrail sync --verify`.",
    });
  }
  const writer = await ManifestWriter.open(folder);
  const totals = { files: 0, size_bytes: 0 };
  const unreadable: { path: string; reason: string }[] = [];
  const { tool_version, argv, signal } = options;
  const now = (): string => new Date().toISOString();
  writer.append({
    type: "run-start",
    tool_version,
    argv,
    caller_arn: null,
    source: "adopted",
    endpoint: null,
    region: null,
    started_at: now(),
    clock_skew_ms: null,
  });
  for await (const path of filesBelow(folder, "")) {
    if (signal.aborted) break;
    if (path === MANIFEST_NAME || ownFileOf(path)?.kind === "leftover") continue;
    try {
      const { sha256, sha256_inflated, size_bytes } = await hashesOfFile(join(folder, path));
      writer.append({ ...NOTHING_KNOWN, key: path, path, size_bytes, sha256, sha256_inflated, retrieved_at: now() });
      totals.files += 1;
      totals.size_bytes += size_bytes;
    } catch (error) {
      unreadable.push({ path, reason: (error as Error).message });
    }
    options.onProgress(totals.files, totals.size_bytes);
  }
  const outcome = signal.aborted ? "interrupted" : "adopted";
  writer.append({ type: "run-end", ended_at: now(), outcome, counts: { ...totals, unreadable: unreadable.length } });
  writer.close();
  return { ...totals, unreadable, head: writer.head };
}

const NOTHING_KNOWN = {
  type: "object",
  bucket: "",
  version_id: null,
  etag: null,
  last_modified: null,
  storage_class: null,
  server_side_encryption: null,
  kms_key_id: null,
  content_type: null,
  content_encoding: null,
  metadata: {},
  checks: { md5: "not-possible", checksum: null },
  request_id: null,
  extended_request_id: null,
  attempts: 0,
  origin: "adopted",
} as const;
