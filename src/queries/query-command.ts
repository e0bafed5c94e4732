import { formatTime } from "../cloudtrail/event-time.ts";
import { shellWord } from "./indicator.ts";
import type { QueryFile } from "./query-file.ts";
import { typedValue, type Scope } from "./scope.ts";

/** One question to the case: a query, the texts of its parameters as a user types them, and where it looks. */
export interface QueryRequest {
  readonly query: QueryFile;
  readonly given: ReadonlyMap<string, readonly string[]>;
  readonly scope: Scope;
}

/** The command whose result has the same rows, to paste into a shell. */
export function queryCommand({ query, given, scope }: QueryRequest, caseFolder: string | null): string {
  const params = [...given].flatMap(([name, values]) =>
    values.map((value) => ` --param ${shellWord(`${name}=${value}`)}`),
  );
  return `coldtrail query run ${query.id}${params.join("")}${scopeArguments(scope)}${caseArgument(caseFolder)}`;
}

/** The command that runs many queries as `--all` or one `--phase` does. */
export function manyQueriesCommand(phase: string | null, scope: Scope, caseFolder: string | null): string {
  const which = phase === null ? "--all" : `--phase ${shellWord(phase)}`;
  return `coldtrail query run ${which}${scopeArguments(scope)}${caseArgument(caseFolder)}`;
}

/** The scope as flags, each with a space before it; empty when it leaves nothing out. */
function scopeArguments(scope: Scope): string {
  const parts: string[] = [];
  if (scope.since !== null) parts.push(` --since ${formatTime(scope.since)}`);
  if (scope.until !== null) parts.push(` --until ${formatTime(scope.until)}`);
  for (const name of ["account", "recipient_account", "caller_account", "region", "principal", "outcome"] as const) {
    // One flag a value, each with `=`: a value may begin with a dash.
    for (const value of scope[name]) parts.push(` --${name.replace("_", "-")}=${shellWord(typedValue(value))}`);
  }
  return parts.join("");
}

function caseArgument(caseFolder: string | null): string {
  return caseFolder === null ? "" : ` --case ${shellWord(caseFolder)}`;
}
