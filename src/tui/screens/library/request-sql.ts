import { ownAccountsOf } from "../../../queries/known-accounts.ts";
import { bindParameters } from "../../../queries/parameters.ts";
import type { QueryRequest } from "../../../queries/query-command.ts";
import { standaloneSql } from "../../../queries/standalone-sql.ts";
import type { App } from "../../state/contract.ts";

/** The script that any DuckDB runs; without what must still be given, the query's own text with its parameters. */
export function requestSql({ query, given, scope }: QueryRequest, app: App): string {
  const isMissing = query.params.some(({ name, default: otherwise }) => otherwise === undefined && !given.has(name));
  if (isMissing) return query.sql.trim();
  const params = bindParameters(query, given);
  return standaloneSql(query, { scope, params, own_accounts: ownAccountsOf(app.caseFacts().folder) });
}
