import { LOADED_NAMES, moveCounts, rankCopies } from "./copy-groups.ts";
import type { Database } from "./database.ts";
import { resolveDifferingCopies } from "./resolve-copies.ts";

/*
 * A batch looks for copies of its events only in the hours that it covers. A record that repeats an eventID with another
 * time, or without one, is shown beside the first until the end of the run; here the two become one event again.
 */

export interface Reconciled {
  /** Rows that were shown and are listed as copies now. */
  readonly moved: number;
  /** Of these, rows of earlier runs. */
  readonly replaced: number;
}

/** Hashes of so many eventIDs are held at once; beyond that the case is read once for each part. */
const PART_ROWS = 6_000_000;

/** Notes the files of a batch: only their events can repeat others. Needs the `batch_files` of that batch. */
export async function rememberNewFiles(database: Database): Promise<void> {
  await database.run("CREATE TEMP TABLE IF NOT EXISTS new_files (file_id BIGINT)");
  await database.run("INSERT INTO new_files SELECT file_id FROM batch_files");
}

/** Finds eventIDs that are shown more than once, with `everything` in the whole case, else among what is in new files. */
export async function reconcileCopies(
  database: Database,
  { everything }: { readonly everything: boolean },
): Promise<Reconciled> {
  await database.run("CREATE TEMP TABLE IF NOT EXISTS new_files (file_id BIGINT)");
  await findRepeatedHashes(database, everything);
  if ((await database.value("SELECT count(*) FROM repeated_hashes")) === 0n) return { moved: 0, replaced: 0 };
  return await database.transaction(async () => {
    await database.run(`
      CREATE OR REPLACE TEMP TABLE copies AS
      WITH candidates AS (
        SELECT event_id AS key, rowid AS row FROM event_rows
        WHERE record_key IS NULL AND hash(event_id) IN (SELECT h FROM repeated_hashes))
      SELECT c.key, c.row, ${LOADED_NAMES} FROM event_rows e JOIN candidates c ON c.row = e.rowid
      WHERE c.key IN (SELECT key FROM candidates GROUP BY key HAVING count(*) > 1)`);
    await database.run(
      "CREATE OR REPLACE TEMP TABLE batch_files AS SELECT NULL AS ordinal, * FROM evidence_files LIMIT 0",
    );
    await rankCopies(database);
    // All of a group are shown: their times differ, and rows that were equal would have been found earlier.
    await database.run("UPDATE ranked_members SET same = false");
    await resolveDifferingCopies(database);
    await database.run(`
      CREATE OR REPLACE TEMP TABLE changes AS SELECT file_id, -1 AS change FROM ranked_members WHERE place > 1`);
    await moveCounts(database);
    const isNew = "file_id IN (SELECT file_id FROM new_files)";
    return {
      moved: Number(await database.value("SELECT count(*) FROM ranked_members WHERE place > 1")),
      replaced: Number(await database.value(`SELECT count(*) FROM ranked_members WHERE place > 1 AND NOT ${isNew}`)),
    };
  });
}

/** `repeated_hashes`: hashes of eventIDs that more than one row shown has. */
async function findRepeatedHashes(database: Database, everything: boolean): Promise<void> {
  await database.run("CREATE OR REPLACE TEMP TABLE repeated_hashes (h UBIGINT)");
  const all = Number(await database.value("SELECT count(*) FROM event_rows"));
  const isNew = "file_id IN (SELECT file_id FROM new_files)";
  const added = everything ? all : Number(await database.value(`SELECT count(*) FROM event_rows WHERE ${isNew}`));
  if (added === 0) return;
  // Looking up a few in all is cheaper than counting all; looking up most of them is not.
  const few = added * 4 < all;
  const parts = Math.ceil((few ? added : all) / PART_ROWS);
  const inPart = (part: number): string =>
    parts === 1 ? "record_key IS NULL" : `record_key IS NULL AND hash(event_id) % ${parts} = ${part}`;
  for (let part = 0; part < parts; part += 1) {
    const among = few
      ? `AND hash(event_id) IN (SELECT hash(event_id) FROM event_rows WHERE ${isNew} AND ${inPart(part)})`
      : "";
    await database.run(`
      INSERT INTO repeated_hashes SELECT h FROM (SELECT hash(event_id) AS h FROM event_rows WHERE ${inPart(part)} ${among})
      GROUP BY h HAVING count(*) > 1`);
  }
}
