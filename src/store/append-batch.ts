import { statSync } from "node:fs";
import { LOADED_COLUMNS } from "./case-schema.ts";
import { writeState } from "./case-state.ts";
import { findRepeated, LOADED_NAMES, moveCounts, rankCopies, RECORD_KEY } from "./copy-groups.ts";
import { quoteText, type Database } from "./database.ts";
import { appendRejected, stageFiles, type ReadFile, type RejectedRecord } from "./evidence-file.ts";
import { assignFileIds, rememberOffered } from "./file-id.ts";
import { rememberNewFiles } from "./reconcile-copies.ts";
import { listIdenticalCopies, resolveDifferingCopies } from "./resolve-copies.ts";

/*
 * One batch of whole files goes into the case in one transaction: rows, copies and manifest together. Of several
 * records with one eventID the row shown is chosen by rule (semantics.md section 5), never by arrival: source fidelity,
 * delivery minute in the name, path relative to the evidence root, record index. The others become occurrences.
 *
 * Rows are inserted by a single statement: a batch of at least a row group then goes to the disk compressed, and the
 * commit adds only pointers; anything less is written twice, once to the log and once by the checkpoint.
 */

export interface Batch {
  /** Parquet files with the columns of SHARD_COLUMNS; times as microseconds. */
  readonly shards: readonly string[];
  readonly files: readonly ReadFile[];
  readonly rejected: readonly RejectedRecord[];
}

export interface BatchCounts {
  readonly stored: number;
  readonly duplicate: number;
  /** Earlier rows that are now shown from a better copy. */
  readonly replaced: number;
}

/** Rows that fill a row group: fewer in one transaction cost twice. */
export const ROW_GROUP_ROWS = 122_880;

/** Commits a batch; throws (rolled back) when the store cannot take it. */
export async function appendBatch(database: Database, batch: Batch): Promise<BatchCounts> {
  return database.transaction(async () => {
    // Whoever opens this before the next settling must know: after a kill, a file written in place is all there is.
    await writeState(database, { settled: false });
    await dropReoffered(database, batch.files);
    const files = await assignFileIds(database, batch.files);
    await stageFiles(database, files);
    await appendRejected(database, batch.rejected, files);
    const counts = await appendRows(database, batch.shards);
    await appendManifest(database);
    await rememberNewFiles(database);
    return counts;
  });
}

/**
 * A file that was not or could not be read earlier and is offered again replaces its old manifest row, with its id; so
 * does an archive that was looked into again for such members.
 */
async function dropReoffered(database: Database, files: readonly ReadFile[]): Promise<void> {
  await rememberOffered(database, files);
  await database.run(`
    DELETE FROM evidence_files
    WHERE records = 0 AND (status IN ('unreadable', 'unsupported') OR sha256_stored IS NULL)
      AND (root, path, coalesce(member_path, '')) IN (SELECT (root, path, member_path) FROM offered)
    OR records = 0 AND sha256_inflated IS NULL
      AND (root, path, coalesce(member_path, ''), sha256_stored) IN (
        SELECT (root, path, member_path, sha256_stored) FROM offered)`);
}

async function appendRows(database: Database, shards: readonly string[]): Promise<BatchCounts> {
  await database.run("CREATE OR REPLACE TEMP TABLE changes (file_id BIGINT, change BIGINT)");
  if (shards.length === 0) return { stored: 0, duplicate: 0, replaced: 0 };
  await stage(database, shards);
  const isRepeated = await findRepeated(database);
  if (isRepeated) await compareCopies(database);
  const rest = isRepeated ? "ANTI JOIN held_back USING (file_id, record_index)" : "";
  await insertRows(database, shards, rest);
  await database.run(`INSERT INTO changes SELECT file_id, count(*) FROM staged_keys ${rest} GROUP BY file_id`);
  const replaced = isRepeated ? await placeCopies(database) : 0;
  const stored = Number(await database.value("SELECT coalesce(sum(change), 0) FROM changes"));
  const seen = Number(await database.value("SELECT count(*) FROM staged_keys"));
  return { stored, duplicate: seen - stored, replaced };
}

/** Sorts and inserts the rows of a batch, in one piece unless it is large: one huge file is one batch. */
async function insertRows(database: Database, shards: readonly string[], rest: string): Promise<void> {
  const groups = await groupsOf(database, shards);
  for (const group of groups) {
    if (groups.length > 1) await viewShards(database, group);
    await database.run(`
      INSERT INTO event_rows (${LOADED_NAMES})
      SELECT ${LOADED_NAMES} FROM (${loadedRows()}) ${rest} ORDER BY event_time NULLS LAST`);
  }
  if (groups.length > 1) await viewShards(database, shards);
}

/** Rows and bytes that are sorted at once: sorting takes several times as much memory. */
const SORTED_ROWS_MAX = 2 * ROW_GROUP_ROWS;
const SORTED_BYTES_MAX = 256 * 1024 * 1024;

/** The shards in their order, in groups that are small enough to be sorted in memory. */
async function groupsOf(database: Database, shards: readonly string[]): Promise<string[][]> {
  const list = shards.map(quoteText).join(", ");
  const counted = await database.rows(`SELECT file_name, num_rows FROM parquet_file_metadata([${list}])`);
  const rowsOf = new Map(counted.map(({ file_name, num_rows }) => [String(file_name), Number(num_rows)]));
  const groups: string[][] = [];
  let [rows, bytes] = [0, 0];
  for (const shard of shards) {
    rows += rowsOf.get(shard)!;
    bytes += statSync(shard).size;
    if (groups.length === 0 || rows > SORTED_ROWS_MAX || bytes > SORTED_BYTES_MAX) {
      groups.push([]);
      [rows, bytes] = [rowsOf.get(shard)!, statSync(shard).size];
    }
    groups.at(-1)!.push(shard);
  }
  return groups;
}

async function viewShards(database: Database, shards: readonly string[]): Promise<void> {
  const list = shards.map(quoteText).join(", ");
  await database.run(`CREATE OR REPLACE TEMP VIEW shard_rows AS SELECT * FROM read_parquet([${list}])`);
}

/** `shard_rows`: the rows as the readers wrote them; `staged_keys`: what tells copies, of the files in the batch. */
async function stage(database: Database, shards: readonly string[]): Promise<void> {
  await viewShards(database, shards);
  await database.run(`
    CREATE OR REPLACE TEMP TABLE staged_keys AS
    SELECT ${RECORD_KEY} AS key, record_key IS NOT NULL AS keyless, make_timestamp(event_time) AS event_time,
      file_ordinal, file_id, record_index
    FROM shard_rows JOIN batch_files ON batch_files.ordinal = file_ordinal`);
}

/** SQL of the rows of the shards that meet a condition, with the columns and types of LOADED_COLUMNS. */
function loadedRows(condition = "true"): string {
  const columns = LOADED_COLUMNS.map(([name, type]) => {
    if (name === "file_id") return "batch_files.file_id AS file_id";
    if (type === "TIMESTAMP") return `make_timestamp(${name}) AS ${name}`;
    return type.startsWith("JSON") ? `CAST(${name} AS JSON) AS ${name}` : `s.${name}`;
  });
  // Inside, so that only the rows wanted are decoded and converted.
  return `SELECT ${columns.join(", ")} FROM (SELECT * FROM shard_rows WHERE ${condition}) s
    JOIN batch_files ON batch_files.ordinal = file_ordinal`;
}

/** Brings the records of repeated keys together. `held_back`: rows of the batch that are not to be shown as they come. */
async function compareCopies(database: Database): Promise<void> {
  const repeated = `(file_ordinal, record_index) IN (
    SELECT (file_ordinal, record_index) FROM staged_keys WHERE key IN (SELECT key FROM repeated))`;
  const shown = LOADED_COLUMNS.map(([name]) => `e.${name}`).join(", ");
  await database.run(`
    CREATE OR REPLACE TEMP TABLE copies AS
    SELECT ${RECORD_KEY} AS key, CAST(NULL AS BIGINT) AS row, ${LOADED_NAMES} FROM (${loadedRows(repeated)})
    UNION ALL
    SELECT m.key, e.rowid, ${shown} FROM event_rows e JOIN shown_matches m ON m.row = e.rowid`);
  await rankCopies(database);
  // An equal copy in a better place changes the provenance of the row shown; a new row would leave a hole for the old.
  await database.run(`
    CREATE OR REPLACE TEMP TABLE held_back AS
    SELECT file_id, record_index FROM ranked_members WHERE row IS NULL AND (place > 1 OR (same AND known))`);
}

/** Lists the copies that are not shown, and makes room for better ones. Returns how many rows shown were replaced. */
async function placeCopies(database: Database): Promise<number> {
  await database.run(`
    UPDATE event_rows SET file_id = b.file_id, record_index = b.record_index, source_fidelity = b.source_fidelity,
      wrapping = b.wrapping
    FROM (
      SELECT shown.row, best.file_id, best.record_index, best.source_fidelity, best.wrapping
      FROM ranked_members best JOIN ranked_members shown USING (key)
      WHERE best.same AND best.place = 1 AND best.row IS NULL AND shown.row IS NOT NULL) b
    WHERE event_rows.rowid = b.row`);
  await listIdenticalCopies(database);
  await resolveDifferingCopies(database);
  await database.run(`
    INSERT INTO changes
    SELECT file_id, 1 FROM ranked_members WHERE same AND known AND place = 1 AND row IS NULL
    UNION ALL SELECT file_id, -1 FROM ranked_members WHERE row IS NOT NULL AND place > 1`);
  return Number(await database.value("SELECT count(*) FROM ranked_members WHERE row IS NOT NULL AND place > 1"));
}

/** For every file, records = stored + duplicate + rejected. */
async function appendManifest(database: Database): Promise<void> {
  await moveCounts(database);
  await database.run(`
    INSERT INTO evidence_files
    SELECT f.* EXCLUDE (ordinal) REPLACE (
      coalesce(c.stored, 0) AS stored, f.records - f.rejected - coalesce(c.stored, 0) AS duplicate)
    FROM batch_files f LEFT JOIN (
      SELECT file_id, CAST(sum(change) AS BIGINT) AS stored FROM changes GROUP BY file_id) c USING (file_id)`);
}
