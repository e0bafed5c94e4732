import { createHash } from "node:crypto";
import { quoteText, type Database } from "./database.ts";
import { isCutOff } from "./streamed-rows.ts";

/** A file on offer, named as the manifest names it. */
export interface OfferedFile {
  readonly root: string;
  readonly path: string;
  readonly size_bytes: number;
}

export interface KnownFiles {
  /**
   * Files that the case holds already, by index: same root, path and size. The value is null for a file that was read
   * whole, and for the others what is wrong with it.
   */
  readonly held: ReadonlyMap<number, string | null>;
  /** Indexes of files that the case holds under the same path with another size. */
  readonly changed: ReadonlySet<number>;
  /**
   * Members that the case holds of files that are archives, by index. Of a file that is to be read again, only those
   * that need not be.
   */
  readonly members: ReadonlyMap<number, readonly HeldMember[]>;
}

/** A member of an archive that is in the case. */
export interface HeldMember {
  readonly member_path: string;
  /** Null for one that was left out by its name. */
  readonly sha256_stored: string | null;
  /** True for an archive inside the archive. */
  readonly isArchive: boolean;
  /** What is wrong with it; null for one that was read whole. */
  readonly problem: string | null;
}

/** Looks up which of the files are in the case. Files that could not be read earlier count as new. */
export async function lookUpFiles(database: Database, files: readonly OfferedFile[]): Promise<KnownFiles> {
  await database.run(
    "CREATE OR REPLACE TEMP TABLE looked_up (i INTEGER, root VARCHAR, path VARCHAR, size_bytes BIGINT)",
  );
  const appender = await database.connection.createAppender("looked_up", "main", "temp");
  files.forEach(({ root, path, size_bytes }, i) => {
    appender.appendInteger(i);
    appender.appendVarchar(root);
    appender.appendVarchar(path);
    appender.appendBigInt(BigInt(size_bytes));
    appender.endRow();
  });
  appender.closeSync();
  const rows = await database.rows(`
    SELECT l.i, bool_or(f.size_bytes = l.size_bytes) AS held,
      max(CASE WHEN f.size_bytes = l.size_bytes AND f.status = 'partial' THEN f.reason END) AS problem
    FROM looked_up l JOIN evidence_files f ON f.root = l.root AND f.path = l.path
    WHERE f.member_path IS NULL AND (f.status IN ('imported', 'partial', 'not_events') OR f.records > 0)
    GROUP BY l.i`);
  const held = new Map(
    rows.filter((row) => row["held"] === true).map(({ i, problem }) => [Number(i), problem as string | null]),
  );
  const changed = new Set(rows.filter((row) => row["held"] !== true).map(({ i }) => Number(i)));
  const members = await lookUpMembers(database, held);
  return { held, changed, members };
}

/** An archive with a member that could not be read, or was left out, is no longer held: it is read again. */
async function lookUpMembers(database: Database, held: Map<number, string | null>): Promise<Map<number, HeldMember[]>> {
  const rows = await database.rows(`
    SELECT l.i, f.member_path, f.sha256_stored, f.sha256_inflated IS NULL AND f.records = 0 AS is_archive,
      CASE WHEN f.status = 'partial' THEN f.reason END AS problem,
      f.records = 0 AND f.status IN ('unreadable', 'unsupported', 'not_selected') AS is_open
    FROM looked_up l JOIN evidence_files f ON f.root = l.root AND f.path = l.path
    WHERE f.member_path IS NOT NULL ORDER BY l.i, f.member_path`);
  const members = new Map<number, HeldMember[]>();
  for (const { i, member_path, sha256_stored, is_archive, problem, is_open } of rows) {
    const list = members.get(Number(i)) ?? [];
    members.set(Number(i), list);
    if (is_open === true) held.delete(Number(i));
    else {
      list.push({
        member_path: String(member_path),
        sha256_stored: sha256_stored as string | null,
        isArchive: is_archive === true,
        problem: problem as string | null,
      });
    }
  }
  return members;
}

/** Labelled roots and where each was last mounted. */
export async function readRoots(database: Database): Promise<{ root: string; mounted_at: string }[]> {
  const rows = await database.rows("SELECT root, mounted_at FROM evidence_roots ORDER BY root");
  return rows.map(({ root, mounted_at }) => ({ root: String(root), mounted_at: String(mounted_at) }));
}

export async function writeRoots(
  database: Database,
  roots: readonly { root: string; mounted_at: string }[],
): Promise<void> {
  for (const { root, mounted_at } of roots) {
    await database.run("INSERT OR REPLACE INTO evidence_roots VALUES ($root, $mounted_at)", { root, mounted_at });
  }
}

/**
 * SHA-256 over the sorted lines of relative path, size and both hashes of every file of the case: equal for two cases
 * exactly when they were made from the same evidence, wherever it was mounted.
 */
export async function evidenceHash(database: Database): Promise<string> {
  const hash = createHash("sha256");
  const result = await database.connection.stream(`
    SELECT concat_ws(chr(9), path, coalesce(member_path, ''), coalesce(CAST(size_bytes AS VARCHAR), ''),
      coalesce(sha256_stored, ''), coalesce(sha256_inflated, '')) AS line
    FROM evidence_files ORDER BY line`);
  for await (const rows of result.yieldRows()) for (const [line] of rows) hash.update(`${String(line)}\n`);
  if (isCutOff(result)) throw new Error("The list of evidence files could not be read to its end");
  return hash.digest("hex");
}

/** What a case covers, for the summary of an ingest. Times are UTC text or null; lists are sorted. */
export interface CaseSpan {
  readonly first_event: string | null;
  readonly last_event: string | null;
  readonly accounts: readonly string[];
  readonly regions: readonly string[];
  readonly undated: number;
  readonly conflicting: number;
}

export async function readSpan(database: Database): Promise<CaseSpan> {
  const format = quoteText("%Y-%m-%dT%H:%M:%SZ");
  const [row] = await database.rows(`
    SELECT strftime(min(event_time), ${format}) AS first, strftime(max(event_time), ${format}) AS last,
      count(*) - count(event_time) AS undated FROM events`);
  const list = async (column: string): Promise<string[]> =>
    (await database.rows(`SELECT DISTINCT ${column} AS v FROM events WHERE ${column} <> '' ORDER BY v`)).map(({ v }) =>
      String(v),
    );
  return {
    first_event: (row?.["first"] as string | null) ?? null,
    last_event: (row?.["last"] as string | null) ?? null,
    accounts: await list("recipient_account_id"),
    regions: await list("aws_region"),
    undated: Number(row?.["undated"] ?? 0),
    conflicting: Number(await database.value("SELECT count(*) FROM event_occurrences WHERE relation = 'conflicting'")),
  };
}
