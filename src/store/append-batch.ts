import { LOADED_COLUMNS, RECORD_COLUMNS } from "./case-schema.ts";
import { writeState } from "./case-state.ts";
import { quoteText, type Database } from "./database.ts";
import { appendFiles, appendRejected, type EvidenceFile, type ReadFile, type RejectedRecord } from "./evidence-file.ts";
import { assignFileIds, rememberOffered } from "./file-id.ts";
import { resolveDifferingCopies } from "./resolve-copies.ts";

/*
 * One batch of whole files goes into the case in one transaction: rows, copies and manifest together. Of several
 * records with one eventID the row shown is chosen by rule (semantics.md section 5), never by arrival: source fidelity,
 * delivery minute in the name, path relative to the evidence root, record index. The others become occurrences.
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

/** The rule by which the row shown is chosen; a total order over the records of a case. */
const COPY_ORDER = "fidelity, delivered_at NULLS LAST, path, member_path NULLS FIRST, sha256, record_index, file_id";

/** What makes two records the same event: the eventID, or the content where there is none. */
const RECORD_KEY = "coalesce(record_key, event_id)";

const FIDELITY = `CASE source_fidelity WHEN 'trail' THEN 0 WHEN 'lookup-events' THEN 1 WHEN 'stream' THEN 2
  WHEN 'siem' THEN 3 ELSE 4 END`;

/** Commits a batch; throws (rolled back) when the store cannot take it. */
export async function appendBatch(database: Database, batch: Batch): Promise<BatchCounts> {
  return database.transaction(async () => {
    const before = await countAll(database);
    // Whoever opens this before the next settling must know: after a kill, a file written in place is all there is.
    await writeState(database, { settled: false });
    await dropReoffered(database, batch.files);
    const files = await assignFileIds(database, batch.files);
    await appendFiles(database, files);
    await appendRejected(database, batch.rejected, files);
    await rememberBatch(database, files);
    const replaced = batch.shards.length > 0 ? await appendRows(database, batch.shards) : 0;
    await countPerFile(database);
    const after = await countAll(database);
    return { stored: after.stored - before.stored, duplicate: after.duplicate - before.duplicate, replaced };
  });
}

/** A file that was not or could not be read earlier and is offered again replaces its old manifest row, with its id. */
async function dropReoffered(database: Database, files: readonly ReadFile[]): Promise<void> {
  await rememberOffered(database, files);
  await database.run(`
    DELETE FROM evidence_files
    WHERE records = 0 AND (status IN ('unreadable', 'unsupported') OR sha256_stored IS NULL)
      AND (root, path) IN (SELECT (root, path) FROM offered)`);
}

/** `batch_files` maps ordinals to ids; `touched_files` are those whose counts may change. */
async function rememberBatch(database: Database, files: readonly EvidenceFile[]): Promise<void> {
  await database.run("CREATE OR REPLACE TEMP TABLE batch_files (ordinal INTEGER, batch_file_id BIGINT)");
  const appender = await database.connection.createAppender("batch_files", "main", "temp");
  for (const { ordinal, file_id } of files) {
    appender.appendInteger(ordinal);
    appender.appendBigInt(file_id);
    appender.endRow();
  }
  appender.closeSync();
  await database.run("CREATE OR REPLACE TEMP TABLE touched_files AS SELECT batch_file_id AS file_id FROM batch_files");
}

async function appendRows(database: Database, shards: readonly string[]): Promise<number> {
  await stage(database, shards);
  const insert = `INSERT INTO event_rows (${LOADED_COLUMNS.map(([name]) => name).join(", ")})`;
  const repeated = await findRepeated(database);
  const fresh = repeated ? `WHERE ${RECORD_KEY} NOT IN (SELECT key FROM repeated)` : "";
  await database.run(`${insert} SELECT * FROM staged ${fresh} ORDER BY event_time NULLS LAST`);
  if (!repeated) return 0;
  await compareCopies(database);
  const replaced = await chooseAmongEqual(database, insert);
  return replaced + (await resolveDifferingCopies(database, insert));
}

/** The shards as a view with the columns and types of LOADED_COLUMNS. */
async function stage(database: Database, shards: readonly string[]): Promise<void> {
  const columns = LOADED_COLUMNS.map(([name, type]) => {
    if (name === "file_id") return "batch_file_id AS file_id";
    if (type === "TIMESTAMP") return `make_timestamp(${name}) AS ${name}`;
    return type.startsWith("JSON") ? `CAST(${name} AS JSON) AS ${name}` : name;
  });
  const list = shards.map(quoteText).join(", ");
  await database.run(`
    CREATE OR REPLACE TEMP VIEW staged AS SELECT ${columns.join(", ")}
    FROM read_parquet([${list}]) JOIN batch_files ON batch_files.ordinal = file_ordinal`);
}

/** Keys that occur more than once in the batch, or in the batch and the case. False when there are none. */
async function findRepeated(database: Database): Promise<boolean> {
  await database.run(`
    CREATE OR REPLACE TEMP TABLE staged_keys AS
    SELECT ${RECORD_KEY} AS key, record_key IS NOT NULL AS keyless FROM staged`);
  await database.run(`
    CREATE OR REPLACE TEMP TABLE repeated AS
    SELECT key FROM staged_keys GROUP BY key HAVING count(*) > 1
    UNION SELECT e.event_id FROM event_rows e JOIN staged_keys k ON e.event_id = k.key
      WHERE NOT k.keyless AND e.record_key IS NULL
    UNION SELECT e.record_key FROM event_rows e JOIN staged_keys k ON e.record_key = k.key WHERE k.keyless`);
  return (await database.value("SELECT count(*) FROM repeated")) !== 0n;
}

/**
 * `members`: every record of a repeated key, in the batch and shown so far, in the order of the rule; `same` tells
 * whether all records of its key are equal to the letter, which spares nearly all of them a closer look.
 */
async function compareCopies(database: Database): Promise<void> {
  const loaded = LOADED_COLUMNS.map(([name]) => name).join(", ");
  const content = RECORD_COLUMNS.map(([name]) => name).join(", ");
  await database.run(`
    CREATE OR REPLACE TEMP TABLE copies AS
    SELECT ${RECORD_KEY} AS key, false AS shown, ${loaded} FROM staged
    WHERE ${RECORD_KEY} IN (SELECT key FROM repeated)
    UNION ALL
    SELECT ${RECORD_KEY}, true, ${loaded} FROM event_rows WHERE ${RECORD_KEY} IN (SELECT key FROM repeated)`);
  await database.run(`
    CREATE OR REPLACE TEMP TABLE members AS
    WITH agreed AS (SELECT key, count(DISTINCT row(${content})) = 1 AS same FROM copies GROUP BY key)
    SELECT c.key, c.shown, c.file_id, c.record_index, c.source_fidelity, a.same,
      ${FIDELITY.replace("source_fidelity", "c.source_fidelity")} AS fidelity, f.name_delivered_at AS delivered_at,
      f.path, f.member_path, f.sha256_stored AS sha256
    FROM copies c JOIN agreed a USING (key) JOIN evidence_files f ON f.file_id = c.file_id`);
  await database.run("INSERT INTO touched_files SELECT DISTINCT file_id FROM members WHERE shown");
  await database.run(`
    CREATE OR REPLACE TEMP TABLE ranked_members AS
    SELECT *, row_number() OVER (PARTITION BY key ORDER BY ${COPY_ORDER}) AS place,
      bool_or(shown) OVER (PARTITION BY key) AS known FROM members`);
}

/** Equal copies: the best place becomes the row's provenance, all other places are listed. Returns rows replaced. */
async function chooseAmongEqual(database: Database, insert: string): Promise<number> {
  const loaded = LOADED_COLUMNS.map(([name]) => `c.${name}`).join(", ");
  await database.run(`
    ${insert} SELECT ${loaded} FROM copies c JOIN ranked_members m USING (key, file_id, record_index)
    WHERE m.same AND m.place = 1 AND NOT m.known ORDER BY c.event_time NULLS LAST`);
  await database.run(`
    CREATE OR REPLACE TEMP TABLE better AS
    SELECT key, file_id, record_index, source_fidelity FROM ranked_members
    WHERE same AND known AND place = 1 AND NOT shown`);
  await database.run(`
    UPDATE event_rows SET file_id = b.file_id, record_index = b.record_index, source_fidelity = b.source_fidelity
    FROM better b WHERE coalesce(event_rows.record_key, event_rows.event_id) = b.key`);
  await database.run(`
    INSERT INTO event_occurrences
    SELECT c.event_id, c.record_key, m.file_id, m.record_index, m.source_fidelity, 'identical', NULL, NULL
    FROM ranked_members m JOIN copies c USING (key, file_id, record_index) WHERE m.same AND m.place > 1`);
  return Number(await database.value("SELECT count(*) FROM better"));
}

async function countAll(database: Database): Promise<{ stored: number; duplicate: number }> {
  return {
    stored: Number(await database.value("SELECT count(*) FROM event_rows")),
    duplicate: Number(await database.value("SELECT count(*) FROM event_occurrences")),
  };
}

/** For every file, records = stored + duplicate + rejected: the first two are counted from the rows themselves. */
async function countPerFile(database: Database): Promise<void> {
  await database.run(`
    CREATE OR REPLACE TEMP TABLE stored_counts AS
    SELECT file_id, count(*) AS n FROM event_rows WHERE file_id IN (SELECT file_id FROM touched_files) GROUP BY file_id`);
  await database.run(`
    UPDATE evidence_files SET stored = 0, duplicate = records - rejected
    WHERE file_id IN (SELECT file_id FROM touched_files)`);
  await database.run(`
    UPDATE evidence_files SET stored = c.n, duplicate = records - rejected - c.n
    FROM stored_counts c WHERE evidence_files.file_id = c.file_id`);
}
