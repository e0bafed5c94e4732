import { shellWord } from "./indicator.ts";
import type { QueryFile } from "./query-file.ts";
import { typedValue } from "./scope.ts";

/*
 * Where a result leads: the commands of a query's `next`, with their parameters filled in from a row, or with the name
 * of the column that they come from.
 */

/** Cells of a row by column name; a cell may be missing. */
export type RowValues = Readonly<Record<string, string | number | bigint | boolean | null>>;

export interface NextCommand {
  readonly query: string;
  readonly command: string;
  /** False when a parameter has no value in the row, so that the command cannot be run as it is. */
  readonly isComplete: boolean;
}

/** Every `next` of a query, from a row or, without one, with `<column>` in place of values. */
export function nextCommands(query: QueryFile, row: RowValues | null, caseFolder: string | null = null): NextCommand[] {
  return query.next.map(({ query: id, with: given }) => {
    let isComplete = row !== null;
    const params = Object.entries(given).map(([name, column]) => {
      const value = row?.[column] ?? null;
      if (value === null) isComplete = false;
      return ` --param ${value === null ? `${name}=<${column}>` : shellWord(`${name}=${typedValue(String(value))}`)}`;
    });
    if (Object.keys(given).length === 0) isComplete = true;
    const where = caseFolder === null ? "" : ` --case ${shellWord(caseFolder)}`;
    return { query: id, command: `coldtrail query run ${id}${params.join("")}${where}`, isComplete };
  });
}

/** The command that shows the rows of a query. */
export function nextCommandOf(query: QueryFile, caseFolder: string | null): string {
  return `coldtrail query run ${query.id}${caseFolder === null ? "" : ` --case ${shellWord(caseFolder)}`}`;
}
