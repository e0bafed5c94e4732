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

const COLUMNS = `time TIMESTAMP, examiner VARCHAR, host VARCHAR, seq BIGINT, tool_version VARCHAR, argv JSON,
  counts JSON, result_sha256 VARCHAR, evidence_sha256 VARCHAR, exit_code INTEGER, body JSON, hash VARCHAR`;
const TABLES: Record<string, string> = { command: "custody_log", tag: "tags", untag: "tags", note: "notes" };

/** Makes the temp tables `custody_log`, `tags` and `notes`, so that SQL can join what the journals hold. */
export async function loadJournalTables(database: Database, rows: AsyncIterable<JournalRow>): Promise<void> {
  const appenders = new Map<string, DuckDBAppender>();
  for (const table of new Set(Object.values(TABLES))) {
    await database.run(`CREATE TEMP TABLE ${quoteIdentifier(table)} (kind VARCHAR, ${COLUMNS})`);
    appenders.set(table, await database.connection.createAppender(table, "main", "temp"));
  }
  for await (const row of rows) {
    const appender = appenders.get(TABLES[row.kind] ?? "");
    if (appender !== undefined) appendRow(appender, row);
  }
  for (const appender of appenders.values()) appender.closeSync();
}

function appendRow(appender: DuckDBAppender, row: JournalRow): void {
  const text = (value: string | null): void => {
    if (value === null) appender.appendNull();
    else appender.appendVarchar(value.toWellFormed());
  };
  text(row.kind);
  text(row.time_utc);
  text(row.examiner);
  text(row.host);
  appender.appendBigInt(BigInt(row.seq));
  text(row.tool_version);
  text(JSON.stringify(row.argv.map((word) => word.toWellFormed())));
  text(JSON.stringify(row.counts));
  text(row.result_sha256);
  text(row.evidence_sha256);
  appender.appendInteger(row.exit_code);
  text(JSON.stringify(row.body));
  text(row.hash);
  appender.endRow();
}
