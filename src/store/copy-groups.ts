import { timestampValue } from "@duckdb/node-api";
import { FIDELITIES } from "../cloudtrail/source-fidelity.ts";
import { LOADED_COLUMNS, RECORD_COLUMNS } from "./case-schema.ts";
import type { Database } from "./database.ts";
import { windowsOver } from "./time-windows.ts";

/*
 * Records that are one event, in temp tables that `append-batch` and `reconcile-copies` go on with:
 * `copies` holds every record of an event that has several, with all its columns; `row` is its place in `event_rows`
 * when it is shown, else NULL. `ranked_members` has the same records without content: `place` 1 is the one to be shown,
 * `known` tells whether one of the group was shown before, `same` whether all records are equal to the letter, which
 * spares nearly all of them a closer look.
 */

/** What makes two records the same event: the eventID, or the content where there is none. */
export const RECORD_KEY = "coalesce(record_key, event_id)";

/** Names of the columns that a record is loaded with, for SQL. */
export const LOADED_NAMES = LOADED_COLUMNS.map(([name]) => name).join(", ");

/** The rule by which the row shown is chosen; a total order over the records of a case. */
const COPY_ORDER = "fidelity, delivered_at NULLS LAST, path, member_path NULLS FIRST, sha256, record_index, file_id";

const FIDELITY = `CASE c.source_fidelity ${FIDELITIES.map((name, i) => `WHEN '${name}' THEN ${i}`).join(" ")}
  ELSE ${FIDELITIES.length} END`;

/**
 * Makes `repeated` (keys that occur more than once in `staged_keys`, or there and in the case) and `shown_matches` (the
 * rows shown of such keys). A copy has the time of its original, so only the hours that the batch covers are searched,
 * which zone maps make cheap; a record that repeats an eventID with another time is found by `reconcileCopies`.
 * Returns false when nothing is repeated.
 */
export async function findRepeated(database: Database): Promise<boolean> {
  await database.run(`CREATE OR REPLACE TEMP TABLE shown_matches AS ${await searchesOfShown(database)}`);
  await database.run(`
    CREATE OR REPLACE TEMP TABLE repeated AS
    SELECT key FROM staged_keys GROUP BY key HAVING count(*) > 1 UNION SELECT key FROM shown_matches`);
  return (await database.value("SELECT count(*) FROM repeated")) !== 0n;
}

async function searchesOfShown(database: Database): Promise<string> {
  const [found] = await database.rows(`
    SELECT count(*) FILTER (WHERE event_time IS NULL AND NOT keyless) AS undated,
      count(*) FILTER (WHERE keyless) AS keyless FROM staged_keys`);
  const hours = await database.rows(`
    SELECT DISTINCT epoch_us(date_trunc('hour', event_time)) AS hour FROM staged_keys
    WHERE event_time IS NOT NULL AND isfinite(event_time) ORDER BY hour`);
  const dated = (condition: string): string =>
    `SELECT rowid AS row, event_id AS key FROM event_rows WHERE ${condition} AND record_key IS NULL`;
  const windows = windowsOver(hours.map(({ hour }) => hour as bigint)).map(({ from, until }) =>
    dated(`event_time >= TIMESTAMP '${text(from)}' AND event_time < TIMESTAMP '${text(until)}'`),
  );
  if (found!["undated"] !== 0n) windows.push(dated("event_time IS NULL"));
  const searches = [
    `SELECT row, key FROM (${windows.length === 0 ? dated("false") : windows.join("\nUNION ALL ")})
    WHERE key IN (SELECT key FROM staged_keys WHERE NOT keyless)`,
  ];
  // Few records have no eventID, and the column is NULL in nearly all row groups.
  if (found!["keyless"] !== 0n)
    searches.push(`SELECT rowid AS row, record_key AS key FROM event_rows
    WHERE record_key IN (SELECT key FROM staged_keys WHERE keyless)`);
  return searches.join("\nUNION ALL ");
}

function text(micros: bigint): string {
  return String(timestampValue(micros));
}

/** Makes `ranked_members` from `copies`. */
export async function rankCopies(database: Database): Promise<void> {
  const content = RECORD_COLUMNS.map(([name]) => name).join(", ");
  await database.run(`
    CREATE OR REPLACE TEMP TABLE ranked_members AS
    WITH agreed AS (SELECT key, count(DISTINCT row(${content})) = 1 AS same FROM copies GROUP BY key),
    named AS (
      SELECT file_id, name_delivered_at, path, member_path, sha256_stored FROM evidence_files
      WHERE file_id IN (SELECT file_id FROM copies)
      UNION ALL SELECT file_id, name_delivered_at, path, member_path, sha256_stored FROM batch_files
      WHERE file_id IN (SELECT file_id FROM copies)),
    members AS (
      SELECT c.key, c.row, c.file_id, c.record_index, c.source_fidelity, c.wrapping, a.same, ${FIDELITY} AS fidelity,
        f.name_delivered_at AS delivered_at, f.path, f.member_path, f.sha256_stored AS sha256
      FROM copies c JOIN agreed a USING (key) JOIN named f ON f.file_id = c.file_id)
    SELECT key, row, file_id, record_index, source_fidelity, wrapping, same,
      row_number() OVER (PARTITION BY key ORDER BY ${COPY_ORDER}) AS place,
      bool_or(row IS NOT NULL) OVER (PARTITION BY key) AS known
    FROM members`);
}

/** Adds to `evidence_files` what `changes` (file_id, change) says of rows shown: what is not shown of a file is a duplicate. */
export async function moveCounts(database: Database): Promise<void> {
  await database.run(`
    UPDATE evidence_files SET stored = stored + c.change, duplicate = duplicate - c.change
    FROM (SELECT file_id, CAST(sum(change) AS BIGINT) AS change FROM changes GROUP BY file_id) c
    WHERE evidence_files.file_id = c.file_id AND c.change <> 0`);
}
