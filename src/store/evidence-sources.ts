import { timestampValue } from "@duckdb/node-api";
import { quoteText, type Database } from "./database.ts";

/** A manifest by the evidence root that it belongs to, and its path there: `b/manifest.jsonl`, `a.zip!/b/manifest.jsonl`. */
export interface ManifestPlace {
  readonly root: string;
  readonly manifest: string;
}

/** How a file stands to what the manifest says of it; `unread` for one that was not hashed. */
export type SourceState = "same" | "altered" | "missing" | "unread";

/** What a manifest says of one file, named as `evidence_files` names it. */
export interface SourceLine {
  readonly path: string;
  /** Null for a file that is no member of an archive. */
  readonly member_path: string | null;
  readonly origin: string;
  readonly bucket: string | null;
  readonly key: string | null;
  readonly version_id: string | null;
  readonly etag: string | null;
  /** Microseconds since 1970 UTC. */
  readonly retrieved_at: bigint | null;
  readonly size_bytes: number;
  /** Hex. */
  readonly sha256: string;
  /** Whether the folder has the file; null for a member, which is there when the case has it. */
  readonly is_there: boolean | null;
}

/** Columns of `evidence_sources` but for the manifest's. */
const COLUMNS = [
  "file_id",
  "path",
  "origin",
  "bucket",
  "key",
  "version_id",
  "etag",
  "retrieved_at",
  "recorded_size_bytes",
  "recorded_sha256",
  "state",
];

/** Sources of files that the case has under another id now, since they were read again. */
export async function dropOrphanedSources(database: Database): Promise<void> {
  await database.run(`
    DELETE FROM evidence_sources
    WHERE file_id IS NOT NULL AND file_id NOT IN (SELECT file_id FROM evidence_files)`);
}

/**
 * Compares a page of a manifest's lines with the files of the case and writes down what is new; a later line of the same
 * file wins. Returns whether anything was.
 */
export async function writeSources(
  database: Database,
  place: ManifestPlace,
  lines: readonly SourceLine[],
): Promise<boolean> {
  return database.transaction(async () => {
    await stageLines(database, lines);
    const { root, manifest } = place;
    await database.run(judgement(root));
    const named = COLUMNS.map((name) => `s.${name} IS NOT DISTINCT FROM j.${name}`).join(" AND ");
    const here = `root = ${quoteText(root)} AND manifest = ${quoteText(manifest)}`;
    await database.run(`
      CREATE OR REPLACE TEMP TABLE kept_sources AS
      SELECT s.rowid AS row, j.n, j.file_id FROM evidence_sources s JOIN judged_lines j ON ${named} WHERE ${here}`);
    const deleted = await database.connection.run(`
      DELETE FROM evidence_sources
      WHERE ${here} AND rowid NOT IN (SELECT row FROM kept_sources)
        AND (file_id IN (SELECT file_id FROM judged_lines WHERE file_id IS NOT NULL)
          OR path IN (SELECT shown FROM manifest_lines))`);
    const inserted = await database.connection.run(`
      INSERT INTO evidence_sources (root, manifest, ${COLUMNS.join(", ")})
      SELECT ${quoteText(root)}, ${quoteText(manifest)}, ${COLUMNS.map((name) => `j.${name}`).join(", ")}
      FROM judged_lines j ANTI JOIN kept_sources k ON k.n = j.n AND k.file_id IS NOT DISTINCT FROM j.file_id
      ORDER BY j.n, j.file_id`);
    return deleted.rowsChanged + inserted.rowsChanged > 0;
  });
}

/** Temp table `manifest_lines`. */
async function stageLines(database: Database, lines: readonly SourceLine[]): Promise<void> {
  await database.run(`
    CREATE OR REPLACE TEMP TABLE manifest_lines (
      n INTEGER, path VARCHAR, member_path VARCHAR, shown VARCHAR, origin VARCHAR, bucket VARCHAR, key VARCHAR,
      version_id VARCHAR, etag VARCHAR, sha256 VARCHAR, retrieved_at TIMESTAMP, size_bytes BIGINT, is_there BOOLEAN)`);
  const appender = await database.connection.createAppender("manifest_lines", "main", "temp");
  for (const [n, line] of lines.entries()) {
    const { path, member_path, origin, bucket, key, version_id, etag, sha256 } = line;
    appender.appendInteger(n);
    for (const text of [path, member_path ?? "", shownPath(line), origin, bucket, key, version_id, etag, sha256]) {
      if (text === null) appender.appendNull();
      else appender.appendVarchar(text);
    }
    if (line.retrieved_at === null) appender.appendNull();
    else appender.appendTimestamp(timestampValue(line.retrieved_at));
    appender.appendBigInt(BigInt(line.size_bytes));
    if (line.is_there === null) appender.appendNull();
    else appender.appendBoolean(line.is_there);
    appender.endRow();
  }
  appender.closeSync();
}

function shownPath({ path, member_path }: SourceLine): string {
  return member_path === null ? path : `${path}!/${member_path}`;
}

/** Temp table `judged_lines`: a row for each file of the case that a line names, or for the line where there is none. */
function judgement(root: string): string {
  return `
    CREATE OR REPLACE TEMP TABLE judged_lines AS
    SELECT l.n, f.file_id, CASE WHEN f.file_id IS NULL THEN l.shown END AS path,
      l.origin, l.bucket, l.key, l.version_id, l.etag, l.retrieved_at,
      CASE WHEN f.size_bytes IS DISTINCT FROM l.size_bytes THEN l.size_bytes END AS recorded_size_bytes,
      CASE WHEN f.sha256_stored IS DISTINCT FROM l.sha256 THEN l.sha256 END AS recorded_sha256,
      CASE
        WHEN f.size_bytes <> l.size_bytes OR f.sha256_stored <> l.sha256 THEN 'altered'
        WHEN l.is_there = false OR f.file_id IS NULL THEN 'missing'
        WHEN f.sha256_stored IS NULL THEN 'unread'
        ELSE 'same' END AS state
    FROM manifest_lines l
    JOIN (SELECT max(n) AS n FROM manifest_lines GROUP BY shown) latest USING (n)
    LEFT JOIN evidence_files f
      ON f.root = ${quoteText(root)} AND f.path = l.path AND coalesce(f.member_path, '') = l.member_path
    WHERE f.file_id IS NOT NULL OR l.is_there IS DISTINCT FROM true`;
}
