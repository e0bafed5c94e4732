import type { Database } from "../../store/database.ts";
import { macroStatement, type Macro } from "../macro.ts";
import { MACROS } from "../macros.ts";

/** What scopes and requirements call; everything else in the views' SQL is plain DuckDB. */
const CALLED = ["ct_glob", "ct_matches"];

/** The macros that the SQL of views needs, in an order that defines each before it is used. */
const VIEW_MACROS: readonly Macro[] = withDependencies(CALLED);

/** Makes them in a connection: a tenth of a second less than all macros take, and a view has several connections. */
export async function prepareViewMacros(database: Database): Promise<void> {
  for (const macro of VIEW_MACROS) await database.run(macroStatement(macro));
}

function withDependencies(names: readonly string[]): Macro[] {
  const wanted = new Set(names);
  // A macro is defined after those it calls, so one pass from the end finds all of them.
  for (const { name, body } of MACROS.toReversed()) {
    if (wanted.has(name)) for (const called of body.match(/\bct_\w+/g) ?? []) wanted.add(called);
  }
  return MACROS.filter(({ name }) => wanted.has(name));
}
