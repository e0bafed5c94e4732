import { CaseError } from "../errors.ts";
import type { Database } from "./database.ts";
import { SCHEMA_STATEMENTS, SCHEMA_VERSION } from "./case-schema.ts";

/** What a case says of itself. */
export interface CaseState {
  readonly schema_version: number;
  /** Counts up with every published write. */
  readonly generation: number;
  /** False while a write is unfinished: what needs several records is not computed yet. */
  readonly settled: boolean;
  /** Version of coldtrail that wrote last. */
  readonly tool_version: string;
}

/** Makes the tables and views of an empty case. */
export async function createSchema(database: Database, toolVersion: string): Promise<void> {
  await database.transaction(async () => {
    for (const statement of SCHEMA_STATEMENTS) await database.run(statement);
    await writeState(database, {
      schema_version: SCHEMA_VERSION,
      generation: 0,
      settled: true,
      tool_version: toolVersion,
    });
  });
}

export async function isEmptyDatabase(database: Database): Promise<boolean> {
  return (await database.value("SELECT count(*) FROM duckdb_tables() WHERE database_name = 'coldtrail'")) === 0n;
}

/** Reads the state and refuses a case of another schema version. Throws CaseError. */
export async function readState(database: Database, file: string): Promise<CaseState> {
  const rows = await database.rows("SELECT key, value FROM case_state").catch(() => null);
  if (rows === null) {
    throw new CaseError({
      what: "Not a coldtrail case",
      where: file,
      fix: "Name the case folder with --case DIR; `coldtrail ingest PATH` makes one.",
    });
  }
  const values = new Map(rows.map(({ key, value }) => [String(key), String(value)]));
  const state: CaseState = {
    schema_version: Number(values.get("schema_version")),
    generation: Number(values.get("generation")),
    settled: values.get("settled") === "true",
    tool_version: values.get("tool_version") ?? "unknown",
  };
  if (state.schema_version !== SCHEMA_VERSION) throw versionError(state, file);
  return state;
}

export async function writeState(database: Database, state: Partial<CaseState>): Promise<void> {
  for (const [key, value] of Object.entries(state)) {
    await database.run("INSERT OR REPLACE INTO case_state VALUES ($key, $value)", { key, value: String(value) });
  }
}

function versionError(state: CaseState, file: string): CaseError {
  const newer = state.schema_version > SCHEMA_VERSION;
  return new CaseError({
    what: newer ? "The case is newer than this coldtrail" : "The case is older than this coldtrail",
    where: `${file} has schema ${state.schema_version}, written by coldtrail ${state.tool_version}; this one reads schema ${SCHEMA_VERSION}`,
    fix: newer
      ? "Use that version of coldtrail or a later one."
      : "Move coldtrail.duckdb away and run `coldtrail ingest` over the evidence again: it is rebuilt; the journal stays.",
  });
}
