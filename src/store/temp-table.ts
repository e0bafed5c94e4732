import { quoteIdentifier, type Database } from "./database.ts";

/** Makes a temp table of VARCHAR columns; to be called before the sandbox closes. A number is written as its digits. */
export async function loadTempTable(
  database: Database,
  table: { readonly name: string; readonly columns: readonly string[] },
  rows: Iterable<readonly (string | number | null)[]>,
): Promise<void> {
  const columns = table.columns.map((column) => `${quoteIdentifier(column)} VARCHAR`).join(", ");
  await database.run(`CREATE TEMP TABLE ${quoteIdentifier(table.name)} (${columns})`);
  const appender = await database.connection.createAppender(table.name, "main", "temp");
  for (const row of rows) {
    for (const cell of row) {
      if (cell === null) appender.appendNull();
      else appender.appendVarchar(String(cell).toWellFormed());
    }
    appender.endRow();
  }
  appender.closeSync();
}
