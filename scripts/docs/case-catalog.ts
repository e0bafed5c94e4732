import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SCHEMA_STATEMENTS } from "../../src/store/case-schema.ts";
import { Database } from "../../src/store/database.ts";
import { loadJournalTables } from "../../src/store/journal-tables.ts";

export interface CatalogColumn {
  readonly name: string;
  readonly type: string;
}

/** A table or view as a query meets it. */
export interface CatalogEntry {
  readonly name: string;
  /** `temporary` is made from the journals whenever a case is opened. */
  readonly kind: "table" | "view" | "temporary";
  readonly columns: readonly CatalogColumn[];
}

/** Every table and view of a case, by name: asked of the engine itself, on an empty case in a temporary folder. */
export async function readCatalog(): Promise<CatalogEntry[]> {
  const folder = mkdtempSync(join(tmpdir(), "coldtrail-docs-"));
  const database = await Database.open(join(folder, "empty.duckdb"), { readOnly: false });
  try {
    for (const statement of SCHEMA_STATEMENTS) await database.run(statement);
    await loadJournalTables(database, noRows());
    return await readEntries(database);
  } finally {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function readEntries(database: Database): Promise<CatalogEntry[]> {
  const views = await database.rows("SELECT view_name AS name FROM duckdb_views() WHERE NOT internal");
  const viewNames = new Set(views.map(({ name }) => String(name)));
  const rows = await database.rows(`
    SELECT table_name AS name, column_name AS column_name, data_type AS type, database_name = 'temp' AS is_temporary
    FROM duckdb_columns() WHERE NOT internal ORDER BY table_name, column_index`);
  const entries = new Map<string, { name: string; kind: CatalogEntry["kind"]; columns: CatalogColumn[] }>();
  for (const { name, column_name, type, is_temporary } of rows) {
    const table = String(name);
    const kind = viewNames.has(table) ? "view" : is_temporary === true ? "temporary" : "table";
    const entry = entries.get(table) ?? { name: table, kind, columns: [] };
    entry.columns.push({ name: String(column_name), type: String(type) });
    entries.set(table, entry);
  }
  return [...entries.values()];
}

async function* noRows(): AsyncGenerator<never> {
  // The tables are wanted, not what is in them.
}
