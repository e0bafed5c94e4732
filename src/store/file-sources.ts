import type { CaseReader } from "./case-reader.ts";

/** Where a file came from, as a manifest of `coldtrail sync` says. */
export interface FileSource {
  readonly origin: string;
  readonly bucket: string | null;
  readonly key: string | null;
  readonly version_id: string | null;
  readonly etag: string | null;
  /** UTC text. */
  readonly retrieved_at: string | null;
  /** `same`, `altered`, `missing` or `unread`. */
  readonly sync: string;
}

export const SOURCE_COLUMNS = ["bucket", "key", "version_id", "etag", "retrieved_at", "sync"] as const;

/**
 * SQL for one source of each file that a manifest knows, by `file_id`. Of several manifests the one of the fetch wins
 * over one that was made later, and the nearest over others; what any of them calls altered is.
 */
export const NEAREST_SOURCES = `
  SELECT file_id, origin, bucket, key, version_id, etag, retrieved_at, state AS sync
  FROM evidence_sources WHERE file_id IS NOT NULL
  QUALIFY row_number() OVER (
    PARTITION BY file_id ORDER BY state = 'altered' DESC, origin = 'fetched' DESC, length(manifest) DESC, manifest) = 1`;

/** A file of the case by what it is called and its hash; a member of an archive also has its place there. */
export interface NamedFile {
  readonly root: string;
  readonly path: string;
  readonly member_path: string | null;
  readonly sha256_stored: string;
}

/** Names a file for a map. */
export function fileKey({ root, path, member_path, sha256_stored }: NamedFile): string {
  return [root, path, member_path ?? "", sha256_stored].join("\0");
}

/** Sources of the files that hold an event, by `fileKey`; a member of an archive has its own, or that of the archive. */
export async function readEventSources(reader: CaseReader, eventId: string): Promise<Map<string, FileSource>> {
  const rows = await reader.rows(
    `WITH holding AS (
       SELECT file_id FROM event_rows WHERE event_id = $id OR record_key = $id
       UNION SELECT file_id FROM event_occurrences WHERE event_id = $id OR record_key = $id),
     files AS (SELECT f.* FROM evidence_files f SEMI JOIN holding USING (file_id)),
     candidates AS (
       SELECT file_id, file_id AS source_id, 1 AS place FROM files
       UNION ALL SELECT files.file_id, a.file_id, 2
       FROM files JOIN evidence_files a ON a.root = files.root AND a.path = files.path AND a.member_path IS NULL
       WHERE files.member_path IS NOT NULL)
     SELECT f.root, f.path, f.member_path, coalesce(f.sha256_stored, '') AS sha256_stored,
       s.origin, s.bucket, s.key, s.version_id, s.etag, s.retrieved_at, s.state
     FROM candidates c JOIN evidence_sources s ON s.file_id = c.source_id JOIN files f ON f.file_id = c.file_id
     QUALIFY row_number() OVER (
       PARTITION BY c.file_id
       ORDER BY c.place, s.state = 'altered' DESC, s.origin = 'fetched' DESC, length(s.manifest) DESC, s.manifest) = 1`,
    { id: eventId },
  );
  return new Map(rows.map((row) => [fileKey(row as unknown as NamedFile), sourceOf(row)]));
}

type Cells = Awaited<ReturnType<CaseReader["rows"]>>[number];

function sourceOf(row: Cells): FileSource {
  const text = (name: string): string | null =>
    row[name] === null || row[name] === undefined ? null : String(row[name]);
  return {
    origin: String(row["origin"]),
    bucket: text("bucket"),
    key: text("key"),
    version_id: text("version_id"),
    etag: text("etag"),
    retrieved_at: text("retrieved_at"),
    sync: String(row["state"] ?? row["sync"]),
  };
}

/** Sources of files of the case that are wanted, by `fileKey`. Goes over all of them, and keeps only those. */
export async function readFileSources(
  reader: CaseReader,
  isWanted: (key: string, sync: string) => boolean,
): Promise<Map<string, FileSource>> {
  const { columns, chunks } = await reader.query(
    `SELECT f.root, f.path, f.member_path, f.sha256_stored, s.* EXCLUDE (file_id)
     FROM (${NEAREST_SOURCES}) s JOIN evidence_files f USING (file_id) WHERE f.sha256_stored IS NOT NULL`,
  );
  const sources = new Map<string, FileSource>();
  for await (const rows of chunks) {
    for (const cells of rows) {
      const row = Object.fromEntries(columns.map(({ name }, i) => [name, cells[i] ?? null])) as Cells;
      const key = fileKey(row as unknown as NamedFile);
      if (isWanted(key, String(row["sync"]))) sources.set(key, sourceOf(row));
    }
  }
  return sources;
}
