import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { join } from "node:path";
import { InterruptedError, UsageError } from "../errors.ts";
import type { CaseReader } from "../store/case-reader.ts";
import { resolveOffers } from "./evidence-root.ts";

export type Verdict = "same" | "differs" | "missing" | "unreadable";

export interface CheckedFile {
  readonly verdict: Verdict;
  readonly root: string;
  readonly path: string;
  /** SHA-256 of the stored bytes at ingest. */
  readonly recorded: string;
  /** The same now; null when the file is gone or cannot be read. */
  readonly now: string | null;
}

export interface CheckReport {
  readonly files: readonly CheckedFile[];
  readonly counts: Record<Verdict, number>;
  /** Files that could not be read at ingest, so there is nothing to compare with. */
  readonly notHashed: number;
}

export interface CheckOptions {
  /** `LABEL=PATH` texts. */
  readonly roots: readonly string[];
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/**
 * Hashes every evidence file again. Files that differ or are gone are in the report; those that are the same are there
 * too, in the order of their paths. Throws UsageError when a root is not mounted, InterruptedError when stopped.
 */
export async function checkEvidence(reader: CaseReader, options: CheckOptions): Promise<CheckReport> {
  const mounted = await findRoots(reader, options.roots);
  const recorded = await reader.rows(
    `SELECT DISTINCT root, path, sha256_stored FROM evidence_files WHERE sha256_stored IS NOT NULL ORDER BY path, root, sha256_stored`,
  );
  const notHashed = await reader.rows("SELECT count(*) AS n FROM evidence_files WHERE sha256_stored IS NULL");
  const files: CheckedFile[] = [];
  const counts = { same: 0, differs: 0, missing: 0, unreadable: 0 };
  for (const { root, path, sha256_stored } of recorded) {
    if (options.signal.aborted) throw stopped(files.length, recorded.length);
    const file = await checkFile(mounted.get(String(root))!, {
      root: String(root),
      path: String(path),
      recorded: String(sha256_stored),
    });
    counts[file.verdict] += 1;
    files.push(file);
    options.onProgress(files.length, recorded.length);
  }
  return { files, counts, notHashed: Number(notHashed[0]?.["n"] ?? 0) };
}

async function findRoots(reader: CaseReader, labelled: readonly string[]): Promise<Map<string, string>> {
  const known = await reader.rows("SELECT root, mounted_at FROM evidence_roots ORDER BY root");
  const roots = known.map(({ root, mounted_at }) => ({ root: String(root), mounted_at: String(mounted_at) }));
  const resolved = resolveOffers([], roots, labelled).roots;
  const used = await reader.rows(
    "SELECT DISTINCT root FROM evidence_files WHERE sha256_stored IS NOT NULL ORDER BY root",
  );
  for (const { root } of used) {
    const mountedAt = resolved.find((candidate) => candidate.root === root)?.mounted_at;
    if (mountedAt === undefined || !existsSync(mountedAt)) {
      throw new UsageError({
        what: `The evidence root "${String(root)}" is not mounted`,
        where: mountedAt ?? "place unknown",
        fix: `Say where it is now: --root ${String(root)}=PATH.`,
      });
    }
  }
  return new Map(resolved.map(({ root, mounted_at }) => [root, mounted_at]));
}

async function checkFile(
  mountedAt: string,
  file: { root: string; path: string; recorded: string },
): Promise<CheckedFile> {
  try {
    const hash = createHash("sha256");
    for await (const chunk of createReadStream(join(mountedAt, ...file.path.split("/")))) hash.update(chunk as Buffer);
    const now = hash.digest("hex");
    return { ...file, now, verdict: now === file.recorded ? "same" : "differs" };
  } catch (error) {
    const gone = (error as NodeJS.ErrnoException).code === "ENOENT";
    return { ...file, now: null, verdict: gone ? "missing" : "unreadable" };
  }
}

function stopped(done: number, total: number): InterruptedError {
  return new InterruptedError({
    what: "Stopped",
    where: `${done} of ${total} files were hashed again`,
    fix: "Run the command again for a whole answer.",
  });
}
