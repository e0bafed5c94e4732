import { formatTime } from "../../cloudtrail/event-time.ts";
import { typedValue, type Scope } from "../scope.ts";
import { activeFilters, entityFilter, filterOf, type Filter } from "./filter.ts";
import type { FormTexts } from "./query-form.ts";

/*
 * A view of events narrows by any column, a query of the library by its scope. What the two have in common goes from
 * one to the other; what a scope cannot say is named and never dropped silently.
 */

export interface ScopeOfFilters {
  /** The scope's fields as a form has them. */
  readonly texts: FormTexts;
  /** Active filters that a scope cannot say. */
  readonly left_out: readonly Filter[];
}

/** The scope that a view's filters ask for. */
export function scopeOfFilters(filters: readonly Filter[]): ScopeOfFilters {
  const texts: Record<string, string> = {};
  const left_out: Filter[] = [];
  for (const filter of activeFilters(filters)) {
    const fields = Object.entries(fieldsOfFilter(filter) ?? {});
    // Filters narrow each other, and values of one flag are alternatives: a second one cannot be said.
    if (fields.length === 0 || fields.some(([name]) => name in texts)) left_out.push(filter);
    else for (const [name, text] of fields) texts[name] = text;
  }
  return { texts, left_out };
}

const COLUMN_FIELDS: Readonly<Record<string, string>> = {
  aws_region: "--region",
  recipient_account_id: "--recipientAccount",
  user_identity_account_id: "--callerAccount",
  outcome: "--outcome",
};

function fieldsOfFilter({ match, negated }: Filter): FormTexts | null {
  if (negated) return null;
  switch (match.kind) {
    case "time":
      return {
        ...(match.since === null ? {} : { "--since": formatTime(match.since) }),
        ...(match.until === null ? {} : { "--until": formatTime(match.until) }),
      };
    case "is": {
      const field = COLUMN_FIELDS[match.column];
      const values = match.values.filter((value) => value !== null && value !== "");
      return field === undefined || values.length < match.values.length ? null : listField(field, values as string[]);
    }
    case "entity":
      if (match.entity !== "account" && match.entity !== "principal") return null;
      return listField(`--${match.entity}`, match.values);
    default:
      return null;
  }
}

/** Null when a value holds the comma that separates values. */
function listField(field: string, values: readonly string[]): FormTexts | null {
  return values.some((value) => value.includes(",")) ? null : { [field]: values.map(typedValue).join(", ") };
}

/** The scope as filters of a view: the same events, so that a pivot from a result stays where the query looked. */
export function filtersOfScope(scope: Scope): Filter[] {
  const filters: Filter[] = [];
  const { since, until } = scope;
  if (since !== null || until !== null) filters.push(filterOf({ kind: "time", since, until }));
  if (scope.account.length > 0) filters.push(entityFilter("account", ...scope.account));
  for (const [name, column] of [
    ["recipient_account", "recipient_account_id"],
    ["caller_account", "user_identity_account_id"],
    ["region", "aws_region"],
    ["outcome", "outcome"],
  ] as const) {
    if (scope[name].length > 0) filters.push(filterOf({ kind: "is", column, values: scope[name] }));
  }
  if (scope.principal.length > 0) filters.push(entityFilter("principal", ...scope.principal));
  return filters;
}
