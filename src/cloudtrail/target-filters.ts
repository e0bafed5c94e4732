import { isJsonObject, ownValue, type JsonObject } from "./json-object.ts";
import { collectNames } from "./target-values.ts";

/*
 * A Describe call may ask for things by id through a filter: EC2 as `filterSet.items[]` with a `valueSet`, EC2's
 * newer calls as `Filter`, Systems Manager as `filters[]` or `parameterFilters[]`.
 */

const FILTER_KEYS = ["filterSet", "Filter", "filters", "parameterFilters"] as const;
/** A filter on an id or on the exact name; `owner-id`, `tag-key` and the like are properties many things share. */
const NAMES_ONE_THING = /^(?!.*(?:owner|account|requester|description|tag))(?:.*(?:-id|Id|Ids|-arn|Arn)|Name)$/;

export interface FilteredTarget {
  readonly key: string;
  readonly names: readonly string[];
}

/** The values of the filters that name things, with the parameter they stand in; null when there are none. */
export function targetInFilters(request: unknown): FilteredTarget | null {
  if (!isJsonObject(request)) return null;
  for (const key of FILTER_KEYS) {
    const names: string[] = [];
    for (const filter of filtersIn(ownValue(request, key))) collectFilter(filter, names);
    if (names.length > 0) return { key, names };
  }
  return null;
}

function filtersIn(value: unknown): readonly JsonObject[] {
  if (Array.isArray(value)) return value.filter(isJsonObject);
  if (!isJsonObject(value)) return [];
  const items = ownValue(value, "items") ?? ownValue(value, "item");
  return Array.isArray(items) ? items.filter(isJsonObject) : [value];
}

function collectFilter(filter: JsonObject, names: string[]): void {
  const field = ownValue(filter, "name") ?? ownValue(filter, "key") ?? ownValue(filter, "Name");
  if (typeof field !== "string" || !NAMES_ONE_THING.test(field)) return;
  // Systems Manager's `BeginsWith` gives a prefix, which names nothing.
  if ((ownValue(filter, "option") ?? "Equals") !== "Equals") return;
  collectNames(ownValue(filter, "values") ?? ownValue(filter, "Value"), names);
  const valueSet = ownValue(filter, "valueSet");
  const items = isJsonObject(valueSet) ? ownValue(valueSet, "items") : undefined;
  if (Array.isArray(items))
    for (const item of items) if (isJsonObject(item)) collectNames(ownValue(item, "value"), names);
}
