import { join } from "node:path";
import { ingestArchives } from "../../src/ingest/ingest.ts";
import type { IngestSummary } from "../../src/ingest/summary.ts";
import { caseFolder } from "../../src/store/case-folder.ts";
import { Database } from "../../src/store/database.ts";
import { recordTextOf } from "../../src/store/stored-record.ts";
import { strictTokens } from "../../test/helpers/strict-tokens.ts";
import { readIngestItems } from "./corpus-files.ts";
import { equal, type Expectation } from "./expectation.ts";

/** Loads a folder into a new case and checks that all sums hold and that every row gives its record back. */
export async function checkIngest(evidence: string, folder: string): Promise<Expectation[]> {
  const { summary } = await ingestArchives([evidence], { caseFolder: folder, toolVersion: "corpus" });
  const database = await Database.open(caseFolder(folder).published, { readOnly: true });
  try {
    return [
      ...summaryAddsUp(summary),
      equal("files whose sums do not hold", await unevenFiles(database), []),
      equal(
        "rows and copies in the case",
        await countRecords(database),
        summary.records.stored + summary.records.duplicate,
      ),
      await checkRows(database, evidence),
      ...(await checkAgain(evidence, folder, summary)),
    ];
  } finally {
    database.close();
  }
}

function summaryAddsUp({ files, records }: IngestSummary): Expectation[] {
  const { offered, imported, partial, not_events, unsupported, unreadable, skipped, not_selected } = files;
  const parts = imported + partial + not_events + unsupported + unreadable + skipped + not_selected;
  return [
    equal("files offered = sum of the statuses", offered, parts),
    equal(
      "records seen = stored + duplicate + rejected",
      records.seen,
      records.stored + records.duplicate + records.rejected,
    ),
  ];
}

/** Paths of files whose counts disagree with each other or with the rows. */
async function unevenFiles(database: Database): Promise<string[]> {
  const rows = await database.rows(`
    SELECT path FROM evidence_files f
    WHERE records <> stored + duplicate + rejected
      OR stored <> (SELECT count(*) FROM event_rows r WHERE r.file_id = f.file_id)
      OR duplicate <> (SELECT count(*) FROM event_occurrences o WHERE o.file_id = f.file_id)
      OR rejected <> (SELECT count(*) FROM rejected_records x WHERE x.file_id = f.file_id)
    ORDER BY path`);
  return rows.map(({ path }) => String(path));
}

async function countRecords(database: Database): Promise<number> {
  const count = await database.value(
    "SELECT (SELECT count(*) FROM event_rows) + (SELECT count(*) FROM event_occurrences)",
  );
  return Number(count);
}

/** Compares every row of the case with the record at its place in its file, read anew. */
async function checkRows(database: Database, evidence: string): Promise<Expectation> {
  const files = await database.rows(`
    SELECT file_id, path FROM evidence_files
    WHERE stored > 0 AND member_path IS NULL AND wrapping NOT LIKE 'Parquet row%' ORDER BY path`);
  const wrong: string[] = [];
  let compared = 0;
  for (const { file_id, path } of files) {
    const originals = new Map<number, string>();
    for await (const { index, text, node } of readIngestItems(join(evidence, String(path)))) {
      if (node !== null) originals.set(index, strictTokens(text.slice(node.start, node.end)));
    }
    for (const row of await database.rows("SELECT * FROM event_rows WHERE file_id = $file_id", { file_id: file_id! })) {
      compared += 1;
      const index = Number(row["record_index"]);
      if (strictTokens(recordTextOf(row)) !== originals.get(index)) wrong.push(`${String(path)} ${index}`);
    }
  }
  const detail =
    wrong.length === 0 ? `${compared} rows` : `${wrong.length} of ${compared}: ${wrong.slice(0, 5).join(", ")}`;
  return { name: "rows give their records back token by token", passed: compared > 0 && wrong.length === 0, detail };
}

async function checkAgain(evidence: string, folder: string, first: IngestSummary): Promise<Expectation[]> {
  const { summary } = await ingestArchives([evidence], { caseFolder: folder, toolVersion: "corpus" });
  const { imported, partial, not_events } = first.files;
  return [
    equal("a second ingest skips what is in the case", summary.files.skipped, imported + partial + not_events),
    equal("a second ingest stores nothing", summary.records.stored + summary.records.duplicate, 0),
  ];
}

/** What is known of the trail of the Invictus data set. */
export async function checkInvictus(folder: string): Promise<Expectation[]> {
  const database = await Database.open(caseFolder(folder).published, { readOnly: true });
  try {
    const count = async (sql: string): Promise<unknown> => await database.value(sql);
    const time = (aggregate: string): string =>
      `SELECT strftime(${aggregate}(event_time), '%Y-%m-%dT%H:%M:%SZ') FROM events`;
    return [
      equal("files imported", await count("SELECT count(*) FROM evidence_files WHERE status = 'imported'"), 55),
      equal("records stored", await count("SELECT count(*) FROM events"), 2900),
      equal("records duplicate", await count("SELECT sum(duplicate)::BIGINT FROM evidence_files"), 0),
      equal("records rejected", await count("SELECT sum(rejected)::BIGINT FROM evidence_files"), 0),
      equal("events denied", await count("SELECT count(*) FROM events WHERE outcome = 'denied'"), 60),
      equal("first event", await count(time("min")), "2023-07-10T11:42:18Z"),
      equal("last event", await count(time("max")), "2023-07-10T12:37:50Z"),
    ];
  } finally {
    database.close();
  }
}
