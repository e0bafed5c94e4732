import type { DuckDBAppender } from "@duckdb/node-api";
import { quoteIdentifier, type Database } from "./database.ts";

/** A journal entry as the store sees it: text columns, and the rest as JSON. */
export interface JournalRow {
  readonly kind: string;
  readonly time_utc: string;
  readonly examiner: string;
  readonly host: string;
  readonly seq: number;
  readonly tool_version: string;
  readonly argv: readonly string[];
  readonly counts: object;
  readonly result_sha256: string | null;
  readonly evidence_sha256: string | null;
  readonly exit_code: number;
  readonly body: object;
  readonly hash: string;
}

/** One tag or one note on one target; every text as it stands in its column. */
export interface MarkRow {
  readonly kind: "tag" | "note";
  /** Null for a mark without a tag. */
  readonly text: string | null;
  readonly target_kind: string;
  readonly target: string;
  /** Ends of a time range; null for other targets. */
  readonly since: string | null;
  readonly until: string | null;
  /** Lowest and highest `source_ip_key` of an address or block; null for other targets. */
  readonly ip_low: string | null;
  readonly ip_high: string | null;
  readonly undone_by: string | null;
  readonly time_utc: string;
  readonly examiner: string;
  readonly host: string;
  readonly seq: number;
  readonly tool_version: string;
  readonly hash: string;
}

const LOG_COLUMNS = `kind VARCHAR, time TIMESTAMP, examiner VARCHAR, host VARCHAR, seq BIGINT, tool_version VARCHAR, argv JSON,
  counts JSON, result_sha256 VARCHAR, evidence_sha256 VARCHAR, exit_code INTEGER, body JSON, hash VARCHAR`;
const markColumns = (text: string): string => `target_kind VARCHAR, target VARCHAR, ${text} VARCHAR, undone BOOLEAN,
  since TIMESTAMP, until TIMESTAMP, ip_low VARCHAR, ip_high VARCHAR, time TIMESTAMP, examiner VARCHAR, host VARCHAR,
  seq BIGINT, tool_version VARCHAR, hash VARCHAR, undone_by VARCHAR`;

/**
 * Makes the temp tables `custody_log` (a row a journal line), `tags` and `notes` (a row for each target of each tag or
 * note), so that SQL can join what the journals hold. `marks` is asked after the last line was read.
 */
export async function loadJournalTables(
  database: Database,
  rows: AsyncIterable<JournalRow>,
  marks: () => Iterable<MarkRow> = () => [],
): Promise<void> {
  const log = await makeTable(database, "custody_log", LOG_COLUMNS);
  for await (const row of rows) appendLine(log, row);
  log.closeSync();
  const tags = await makeTable(database, "tags", markColumns("tag"));
  const notes = await makeTable(database, "notes", markColumns("text"));
  for (const row of marks()) appendMark(row.kind === "tag" ? tags : notes, row);
  tags.closeSync();
  notes.closeSync();
}

async function makeTable(database: Database, name: string, columns: string): Promise<DuckDBAppender> {
  await database.run(`CREATE TEMP TABLE ${quoteIdentifier(name)} (${columns})`);
  return await database.connection.createAppender(name, "main", "temp");
}

function appendText(appender: DuckDBAppender, value: string | null): void {
  if (value === null) appender.appendNull();
  else appender.appendVarchar(value.toWellFormed());
}

function appendLine(appender: DuckDBAppender, row: JournalRow): void {
  appendText(appender, row.kind);
  appendText(appender, row.time_utc);
  appendText(appender, row.examiner);
  appendText(appender, row.host);
  appender.appendBigInt(BigInt(row.seq));
  appendText(appender, row.tool_version);
  appendText(appender, JSON.stringify(row.argv.map((word) => word.toWellFormed())));
  appendText(appender, JSON.stringify(row.counts));
  appendText(appender, row.result_sha256);
  appendText(appender, row.evidence_sha256);
  appender.appendInteger(row.exit_code);
  appendText(appender, JSON.stringify(row.body));
  appendText(appender, row.hash);
  appender.endRow();
}

function appendMark(appender: DuckDBAppender, row: MarkRow): void {
  appendText(appender, row.target_kind);
  appendText(appender, row.target);
  appendText(appender, row.text);
  appender.appendBoolean(row.undone_by !== null);
  for (const text of [row.since, row.until, row.ip_low, row.ip_high, row.time_utc, row.examiner, row.host]) {
    appendText(appender, text);
  }
  appender.appendBigInt(BigInt(row.seq));
  for (const text of [row.tool_version, row.hash, row.undone_by]) appendText(appender, text);
  appender.endRow();
}
