import type { Database } from "../store/database.ts";
import { MACROS, macroStatement } from "./macros.ts";
import { scopeCondition, type Scope } from "./scope.ts";

/** Makes the `ct_*` macros and lays the scope over `events`; to be called before the sandbox closes. */
export async function prepareCase(database: Database, scope: Scope): Promise<void> {
  for (const macro of MACROS) await database.run(macroStatement(macro));
  const condition = scopeCondition(scope);
  if (condition !== null) {
    await database.run(`CREATE TEMP VIEW events AS SELECT * FROM coldtrail.main.events WHERE ${condition}`);
  }
}
