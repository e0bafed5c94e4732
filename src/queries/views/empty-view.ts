import type { CaseReader } from "../../store/case-reader.ts";
import { activeFilters, type Filter } from "./filter.ts";
import { filterCondition } from "./filter-sql.ts";

/** What would be there if one of the filters were off. */
export interface FilterRemoval {
  /** Index among the filters given. */
  readonly place: number;
  readonly n_without: number;
}

/**
 * For an empty view: how many events each active filter alone keeps out, in one pass. `asAsked` may put others that
 * leave the same events in the place of filters. Throws QueryError.
 */
export async function countRemovals(
  reader: CaseReader,
  filters: readonly Filter[],
  asAsked: (filters: readonly Filter[]) => readonly Filter[] = (same) => same,
): Promise<FilterRemoval[]> {
  const active = activeFilters(filters);
  if (active.length === 0) return [];
  const counts = active.map((filter, i) => {
    const others = asAsked(active.filter((other) => other !== filter));
    return `count(*) FILTER (WHERE ${filterCondition(others) ?? "true"}) AS n${i}`;
  });
  const [row] = await reader.rows(`SELECT ${counts.join(", ")} FROM events`);
  return active.map((filter, i) => ({ place: filters.indexOf(filter), n_without: Number(row?.[`n${i}`] ?? 0) }));
}
