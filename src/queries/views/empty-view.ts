import type { CaseReader } from "../../store/case-reader.ts";
import { activeFilters, type Filter } from "./filter.ts";
import { oneCondition } from "./filter-sql.ts";

/** What would be there if one of the filters were off. */
export interface FilterRemoval {
  /** Index among the filters given. */
  readonly place: number;
  readonly n_without: number;
}

/** For an empty view: how many events each active filter alone keeps out, in one pass. Throws QueryError. */
export async function countRemovals(reader: CaseReader, filters: readonly Filter[]): Promise<FilterRemoval[]> {
  const active = activeFilters(filters);
  if (active.length === 0) return [];
  const counts = active.map((filter, i) => {
    const others = active.filter((other) => other !== filter).map(oneCondition);
    return `count(*) FILTER (WHERE ${others.join(" AND ") || "true"}) AS n${i}`;
  });
  const [row] = await reader.rows(`SELECT ${counts.join(", ")} FROM events`);
  return active.map((filter, i) => ({ place: filters.indexOf(filter), n_without: Number(row?.[`n${i}`] ?? 0) }));
}
