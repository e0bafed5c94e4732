import { quoteIdentifier } from "./database.ts";

/** The database in memory that a case is attached to: every connection to the open case sees its tables. */
const CATALOG = "memory";

/** A list made by `CaseReader.keep`, as SQL names it. */
export function keptTable(list: string): string {
  return `${CATALOG}.main.${quoteIdentifier(list)}`;
}
