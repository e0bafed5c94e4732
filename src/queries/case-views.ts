import type { Database } from "../store/database.ts";
import { macroStatement } from "./macro.ts";
import { MACROS } from "./macros.ts";
import { prepareKnownAccounts } from "./known-accounts.ts";
import { LATER_COPIES_VIEW } from "./later-copies.ts";
import { REFERENCE_TABLES } from "./reference-tables.ts";
import { scopeCondition, type Scope } from "./scope.ts";

/**
 * Makes the `ct_*` macros, the reference tables and `known_accounts`, and lays the scope over `events`; to be called
 * before the sandbox closes. `caseFolder` is where `own-accounts.txt` may lie, or null.
 */
export async function prepareCase(database: Database, scope: Scope, caseFolder: string | null = null): Promise<void> {
  for (const macro of MACROS) await database.run(macroStatement(macro));
  for (const { statement } of REFERENCE_TABLES) await database.run(statement);
  await prepareKnownAccounts(database, caseFolder);
  await narrowEvents(database, scope);
}

/** Lays the scope over `events`, and `later_copies` over that, in a connection that has everything else. */
export async function narrowEvents(database: Database, scope: Scope): Promise<void> {
  const condition = scopeCondition(scope);
  if (condition !== null) {
    await database.run(`CREATE TEMP VIEW events AS SELECT * FROM coldtrail.main.events WHERE ${condition}`);
  }
  // Last: a view keeps to the `events` that it found.
  await database.run(LATER_COPIES_VIEW);
}
