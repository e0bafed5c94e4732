import { existsSync } from "node:fs";
import { join } from "node:path";
import { InterruptedError, UsageError } from "../errors.ts";
import type { CaseReader } from "../store/case-reader.ts";
import { hashMembers } from "./member-hashes.ts";
import { hashOf, openEvidence } from "./evidence-bytes.ts";
import { resolveOffers } from "./evidence-root.ts";

export type Verdict = "same" | "differs" | "missing" | "unreadable";

export interface CheckedFile {
  readonly verdict: Verdict;
  readonly root: string;
  readonly path: string;
  /** Place inside an archive; null for the file itself. */
  readonly member_path: string | null;
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
 * too, in the order of their paths. The members of an archive that is the same are the same; of one that is not, each
 * is looked for and hashed. Throws UsageError when a root is not mounted, InterruptedError when stopped.
 */
export async function checkEvidence(reader: CaseReader, options: CheckOptions): Promise<CheckReport> {
  const mounted = await findRoots(reader, options.roots);
  const recorded = await readRecorded(reader);
  const notHashed = await reader.rows("SELECT count(*) AS n FROM evidence_files WHERE sha256_stored IS NULL");
  const files: CheckedFile[] = [];
  const counts = { same: 0, differs: 0, missing: 0, unreadable: 0 };
  for (const group of groupsOf(recorded)) {
    const place = join(mounted.get(group[0]!.root)!, ...group[0]!.path.split("/"));
    for await (const file of checkGroup(place, group)) {
      if (options.signal.aborted) throw stopped(files.length, recorded.length);
      counts[file.verdict] += 1;
      files.push(file);
      options.onProgress(files.length, recorded.length);
    }
  }
  return { files, counts, notHashed: Number(notHashed[0]?.["n"] ?? 0) };
}

type Recorded = Pick<CheckedFile, "root" | "path" | "member_path" | "recorded">;

async function readRecorded(reader: CaseReader): Promise<Recorded[]> {
  const rows = await reader.rows(`
    SELECT DISTINCT root, path, member_path, sha256_stored FROM evidence_files WHERE sha256_stored IS NOT NULL
    ORDER BY path, root, member_path NULLS FIRST, sha256_stored`);
  return rows.map(({ root, path, member_path, sha256_stored }) => ({
    root: String(root),
    path: String(path),
    member_path: member_path as string | null,
    recorded: String(sha256_stored),
  }));
}

/** What is recorded of one file and its members, together. */
function* groupsOf(recorded: readonly Recorded[]): Generator<Recorded[]> {
  let group: Recorded[] = [];
  for (const file of recorded) {
    const [first] = group;
    if (first !== undefined && (first.path !== file.path || first.root !== file.root)) {
      yield group;
      group = [];
    }
    group.push(file);
  }
  if (group.length > 0) yield group;
}

async function* checkGroup(place: string, group: readonly Recorded[]): AsyncGenerator<CheckedFile> {
  const now = hashFile(place);
  const itself = group.filter(({ member_path }) => member_path === null);
  for (const file of itself) yield judge(file, now);
  const members = group.filter(({ member_path }) => member_path !== null);
  if (members.length === 0) return;
  if (itself.length > 0 && itself.every(({ recorded }) => recorded === now.hash)) {
    for (const file of members) yield { ...file, now: file.recorded, verdict: "same" };
    return;
  }
  const found = now.hash === null ? null : await hashMembers(place);
  for (const file of members) {
    const hashes = found?.get(file.member_path!) ?? [];
    if (hashes.includes(file.recorded)) yield { ...file, now: file.recorded, verdict: "same" };
    else if (hashes[0] !== undefined) yield { ...file, now: hashes[0], verdict: "differs" };
    else yield { ...file, now: null, verdict: now.problem ?? "missing" };
  }
}

interface HashNow {
  readonly hash: string | null;
  readonly problem: "missing" | "unreadable" | null;
}

function hashFile(place: string): HashNow {
  try {
    const file = openEvidence(place);
    try {
      return { hash: hashOf(file), problem: null };
    } finally {
      file.close();
    }
  } catch (error) {
    const gone = (error as NodeJS.ErrnoException).code === "ENOENT";
    return { hash: null, problem: gone ? "missing" : "unreadable" };
  }
}

function judge(file: Recorded, { hash, problem }: HashNow): CheckedFile {
  return { ...file, now: hash, verdict: problem ?? (hash === file.recorded ? "same" : "differs") };
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

function stopped(done: number, total: number): InterruptedError {
  return new InterruptedError({
    what: "Stopped",
    where: `${done} of ${total} files were hashed again`,
    fix: "Run the command again for a whole answer.",
  });
}
