import { compareRecords, type RecordText } from "../cloudtrail/compare-records.ts";
import { parseJson } from "../cloudtrail/json-text.ts";
import { LOADED_COLUMNS } from "./case-schema.ts";
import type { Database, Row } from "./database.ts";
import { decodeRecord, encodeRecord, recordTextOf } from "./stored-record.ts";

/*
 * The rare case: records with one key that are not equal to the letter. Every member of the group is compared by
 * tokens with the one that the rule shows, so the outcome depends on the members alone and not on who came first.
 * The content of a record that is not identical is kept in `event_occurrences.record`.
 */

const KEYS_PER_PAGE = 500;

/** A record of the group: in the batch, shown so far, or listed so far. */
interface Member {
  readonly event_id: string | null;
  readonly record_key: string | null;
  readonly file_id: bigint;
  readonly record_index: number;
  readonly source_fidelity: string | null;
  readonly text: string;
}

/** Resolves all groups of `ranked_members` with differing records. Returns how many shown rows were replaced. */
export async function resolveDifferingCopies(database: Database, insert: string): Promise<number> {
  let replaced = 0;
  for (let after = ""; ;) {
    const page = await database.rows(
      `SELECT DISTINCT key FROM ranked_members WHERE NOT same AND key > $after ORDER BY key LIMIT ${KEYS_PER_PAGE}`,
      { after },
    );
    for (const { key } of page) replaced += await resolveGroup(database, String(key), insert);
    if (page.length < KEYS_PER_PAGE) return replaced;
    after = String(page.at(-1)!["key"]);
  }
}

async function resolveGroup(database: Database, key: string, insert: string): Promise<number> {
  const rows = await database.rows(
    `SELECT c.*, m.place FROM copies c JOIN ranked_members m USING (key, file_id, record_index)
     WHERE key = $key ORDER BY m.place`,
    { key },
  );
  const shownBefore = rows.find(({ shown }) => shown === true);
  const [winnerRow, ...otherRows] = rows;
  if (winnerRow === undefined) return 0;
  const listed = await listedBefore(database, key, shownBefore);
  const isNew = winnerRow["shown"] !== true;
  if (isNew) await showRow(database, { key, winner: winnerRow, insert });
  const winner = parsed(recordTextOf(winnerRow));
  await database.run("DELETE FROM event_occurrences WHERE coalesce(record_key, event_id) = $key", { key });
  for (const member of [...otherRows.map(memberOf), ...listed]) await listMember(database, winner, member);
  return isNew && shownBefore !== undefined ? 1 : 0;
}

/** Occurrences already listed; those that were identical have the content of the row shown until now. */
async function listedBefore(database: Database, key: string, shown: Row | undefined): Promise<Member[]> {
  const rows = await database.rows("SELECT * FROM event_occurrences WHERE coalesce(record_key, event_id) = $key", {
    key,
  });
  return rows.map((row) => ({
    ...placeOf(row),
    text: row["record"] === null ? recordTextOf(shown!) : decodeRecord(String(row["record"])),
  }));
}

async function showRow(database: Database, group: { key: string; winner: Row; insert: string }): Promise<void> {
  const { key, winner, insert } = group;
  const loaded = LOADED_COLUMNS.map(([name]) => name).join(", ");
  await database.run("DELETE FROM event_rows WHERE coalesce(record_key, event_id) = $key", { key });
  await database.run(
    `${insert} SELECT ${loaded} FROM copies WHERE key = $key AND file_id = $file_id AND record_index = $index`,
    {
      key,
      file_id: winner["file_id"]!,
      index: winner["record_index"]!,
    },
  );
}

async function listMember(database: Database, winner: RecordText, member: Member): Promise<void> {
  const { relation, fields } = compareRecords(winner, parsed(member.text));
  await database.run(
    `INSERT INTO event_occurrences
     VALUES ($event_id, $record_key, $file_id, $record_index, $source_fidelity, $relation, $fields, $record)`,
    {
      event_id: member.event_id,
      record_key: member.record_key,
      file_id: member.file_id,
      record_index: member.record_index,
      source_fidelity: member.source_fidelity,
      relation,
      fields: fields.length > 0 ? JSON.stringify(fields) : null,
      record: relation === "identical" ? null : encodeRecord(member.text),
    },
  );
}

function memberOf(row: Row): Member {
  return { ...placeOf(row), text: recordTextOf(row) };
}

function placeOf(row: Row): Omit<Member, "text"> {
  return {
    event_id: row["event_id"] as string | null,
    record_key: row["record_key"] as string | null,
    file_id: row["file_id"] as bigint,
    record_index: row["record_index"] as number,
    source_fidelity: row["source_fidelity"] as string | null,
  };
}

function parsed(text: string): RecordText {
  return { text, node: parseJson(text) };
}
