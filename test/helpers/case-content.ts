/** Everything that a case says, as lines in a fixed order: two cases are the same when these are equal. */
import { CaseReader } from "../../src/store/case-reader.ts";

/** No root labels, places or times of files: those may differ for the same evidence. */
const CONTENT: Readonly<Record<string, string>> = {
  events: `SELECT e.*, f.path FROM events e JOIN evidence_files f USING (file_id)
    ORDER BY e.event_time NULLS LAST, e.same_second_rank, e.event_id, f.path, e.record_index, e.file_id`,
  rows: `SELECT r.record_key, r.actor_recorded, r.issued_session_group, r.created_target, r.file_id, r.record_index
    FROM event_rows r ORDER BY ALL`,
  occurrences: `SELECT o.*, f.path FROM event_occurrences o JOIN evidence_files f USING (file_id)
    ORDER BY o.event_id, o.record_key, f.path, o.file_id, o.record_index`,
  rejected: `SELECT r.*, f.path FROM rejected_records r JOIN evidence_files f USING (file_id)
    ORDER BY f.path, r.record_index, r.file_id`,
  files: `SELECT * EXCLUDE (root, modified_at) FROM evidence_files ORDER BY path, sha256_stored, file_id`,
  sources: `SELECT s.* EXCLUDE (root), f.path AS file_path FROM evidence_sources s LEFT JOIN evidence_files f USING (file_id)
    ORDER BY s.manifest, coalesce(s.path, f.path), s.file_id`,
  manifests: "SELECT * EXCLUDE (root) FROM evidence_manifests ORDER BY manifest",
  resources: "SELECT * FROM event_resources ORDER BY ALL",
  aggregated: "SELECT * FROM aggregated_events ORDER BY ALL",
  insights: "SELECT * FROM insights ORDER BY ALL",
  minutes: "SELECT minute, n FROM event_minutes ORDER BY ALL",
  entities: "SELECT * FROM entity_summary ORDER BY column_name, value",
};

/** The lines of a case, each with the name of its table in front. */
export async function caseContent(caseFolder: string): Promise<string[]> {
  const reader = await CaseReader.open(caseFolder);
  try {
    const lines: string[] = [];
    for (const [name, sql] of Object.entries(CONTENT)) {
      for (const row of await reader.rows(sql)) lines.push(`${name} ${asText(row)}`);
    }
    return lines;
  } finally {
    reader.close();
  }
}

/** A hash over all rows and columns of the same tables, for cases too large to compare line by line. */
export async function caseHash(caseFolder: string): Promise<string> {
  const parts = Object.entries(CONTENT).map(
    ([name, sql]) => `SELECT '${name}' AS name, count(*) AS n, sum(hash(q)) AS hash FROM (${sql}) q`,
  );
  const rows = await askCase(caseFolder, `${parts.join("\nUNION ALL ")}\nORDER BY name`);
  return rows.map(({ name, n, hash }) => `${String(name)} ${String(n)} ${String(hash)}`).join("; ");
}

export type Cells = Record<string, unknown>;

/** Rows of one query; whole numbers as numbers, except those that a number cannot hold. */
export async function askCase(caseFolder: string, sql: string): Promise<Cells[]> {
  const reader = await CaseReader.open(caseFolder);
  try {
    return (await reader.rows(sql)).map((row) => JSON.parse(asText(row)) as Cells);
  } finally {
    reader.close();
  }
}

function asText(row: object): string {
  return JSON.stringify(row, (_, value: unknown) => {
    if (typeof value !== "bigint") return value;
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  });
}
