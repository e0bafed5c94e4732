import { compareRecords, type RecordText } from "../cloudtrail/compare-records.ts";
import { parseJson } from "../cloudtrail/json-text.ts";
import type { Database, Row } from "./database.ts";
import { decodeRecord, encodeRecord, recordTextOf } from "./stored-record.ts";

/*
 * What is listed of the records in `ranked_members` that are not shown. Nearly always they equal the one shown to the
 * letter. In the rare case every member of the group is compared by tokens with the one that the rule shows, so the
 * outcome depends on the members alone and not on who came first. The content of a record that is not identical is kept
 * in `event_occurrences.record`; of one that is, the row shown has it.
 */

const KEYS_PER_PAGE = 1_000;

/** A record of the group: in the batch, shown so far, or listed so far. */
interface Member {
  readonly row: Row;
  readonly text: string;
}

/** Lists all but the first of each group of equal records. */
export async function listIdenticalCopies(database: Database): Promise<void> {
  await database.run(`
    INSERT INTO event_occurrences
    SELECT c.event_id, c.record_key, m.file_id, m.record_index, m.source_fidelity, 'identical', NULL, NULL, c.event_time,
      m.wrapping
    FROM ranked_members m JOIN copies c USING (key, file_id, record_index) WHERE m.same AND m.place > 1`);
}

/** Lists the others of all groups whose records differ, anew, and removes their rows from those shown. */
export async function resolveDifferingCopies(database: Database): Promise<void> {
  if ((await database.value("SELECT count(*) FROM ranked_members WHERE NOT same")) === 0n) return;
  const known = "SELECT key FROM ranked_members WHERE NOT same AND known";
  await database.run(`
    CREATE OR REPLACE TEMP TABLE listed_before AS
    SELECT coalesce(record_key, event_id) AS key, * FROM event_occurrences
    WHERE coalesce(record_key, event_id) IN (${known})`);
  await database.run("CREATE OR REPLACE TEMP TABLE resolved AS SELECT * FROM event_occurrences LIMIT 0");
  for (let after = ""; ;) {
    const page = await database.rows(
      `SELECT DISTINCT key FROM ranked_members WHERE NOT same AND key > $after ORDER BY key LIMIT ${KEYS_PER_PAGE}`,
      { after },
    );
    if (page.length === 0) break;
    const last = String(page.at(-1)!["key"]);
    await resolvePage(database, { after, last });
    after = last;
  }
  await database.run(`DELETE FROM event_occurrences WHERE coalesce(record_key, event_id) IN (${known})`);
  await database.run("INSERT INTO event_occurrences SELECT * FROM resolved");
  await database.run(`
    DELETE FROM event_rows
    WHERE rowid IN (SELECT row FROM ranked_members WHERE NOT same AND row IS NOT NULL AND place > 1)`);
}

async function resolvePage(database: Database, range: { after: string; last: string }): Promise<void> {
  const members = await database.rows(
    `SELECT c.*, m.place FROM copies c JOIN ranked_members m USING (key, file_id, record_index)
     WHERE NOT m.same AND c.key > $after AND c.key <= $last ORDER BY c.key, m.place`,
    range,
  );
  const listed = await database.rows(
    "SELECT * FROM listed_before WHERE key > $after AND key <= $last ORDER BY key, file_id, record_index",
    range,
  );
  const listedOf = Map.groupBy(listed, ({ key }) => key);
  const appender = await database.connection.createAppender("resolved", "main", "temp");
  for (const [key, rows] of Map.groupBy(members, (row) => row["key"])) {
    const [winner, ...others] = rows.map((row) => ({ row, text: recordTextOf(row) }));
    const shown = [winner!, ...others].filter(({ row }) => row["row"] !== null);
    const before = (listedOf.get(key) ?? []).map((row) => ({ row, text: listedText(row, shown) }));
    const shownText = comparable(winner!);
    for (const member of [...others, ...before]) appendOccurrence(appender, shownText, member);
  }
  appender.closeSync();
}

/** An occurrence that was identical has the content of the row shown until now with its time: two rows of one eventID differ in that. */
function listedText(listed: Row, shown: readonly Member[]): string {
  if (listed["record"] !== null) return decodeRecord(String(listed["record"]));
  const like = shown.find(({ row }) => String(row["event_time"]) === String(listed["event_time"])) ?? shown[0]!;
  return like.text;
}

type Appender = Awaited<ReturnType<Database["connection"]["createAppender"]>>;

function appendOccurrence(appender: Appender, shown: RecordText, member: Member): void {
  const { row, text } = member;
  const { relation, fields } = compareRecords(shown, comparable(member));
  appendText(appender, row["event_id"]);
  appendText(appender, row["record_key"]);
  appender.appendBigInt(row["file_id"] as bigint);
  appender.appendInteger(row["record_index"] as number);
  appendText(appender, row["source_fidelity"]);
  appender.appendVarchar(relation);
  appendText(appender, fields.length > 0 ? JSON.stringify(fields) : null);
  appendText(appender, relation === "identical" ? null : encodeRecord(text));
  if (row["event_time"] === null) appender.appendNull();
  else appender.appendTimestamp(row["event_time"] as Parameters<Appender["appendTimestamp"]>[0]);
  appendText(appender, row["wrapping"]);
  appender.endRow();
}

function appendText(appender: Appender, value: Row[string] | undefined): void {
  if (value == null) appender.appendNull();
  else appender.appendVarchar(String(value));
}

function comparable({ row, text }: Member): RecordText {
  return { text, node: parseJson(text), isDerived: row["source_fidelity"] === "derived" };
}
