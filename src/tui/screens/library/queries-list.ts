import type { QueryFile } from "../../../queries/query-file.ts";
import type { FormTexts } from "../../../queries/views/query-form.ts";
import type { Availability } from "../../../queries/views/query-availability.ts";

/** What the query screen keeps. */
export interface QueriesState {
  /** Id of the query under the cursor; null for the first. */
  readonly cursor: string | null;
  readonly search: string;
  readonly isSearching: boolean;
  /** Queries that can find nothing in this case are left out. */
  readonly hidesNotLogged: boolean;
  /** The scope of every run, as the fields of a form. */
  readonly scope: FormTexts;
  /** Filters of the view it was taken from that no scope can say, in words. */
  readonly scope_left_out: readonly string[];
}

export type ListRow =
  | { readonly kind: "phase"; readonly phase: string; readonly n: number }
  | { readonly kind: "query"; readonly query: QueryFile; readonly availability: Availability | null };

/** Which queries are listed, in the order of an investigation. */
export function listedQueries(
  queries: readonly QueryFile[],
  state: Pick<QueriesState, "search" | "hidesNotLogged">,
  availability: ReadonlyMap<string, Availability> | null,
): QueryFile[] {
  const words = state.search.toLowerCase().split(/\s+/).filter(Boolean);
  return queries.filter((query) => {
    if (state.hidesNotLogged && availability?.get(query.id)?.state === "not-logged") return false;
    const text = searchedText(query);
    return words.every((word) => text.includes(word));
  });
}

/** Everything that a person may remember of a query. */
function searchedText(query: QueryFile): string {
  const { id, title, question, phase, kind, severity, attack, requires } = query;
  return [id, title, question, phase, kind, severity, ...attack, ...requires].join("\n").toLowerCase();
}

/** The list as it is drawn: each phase has a line of its own. */
export function listRows(
  queries: readonly QueryFile[],
  availability: ReadonlyMap<string, Availability> | null,
): ListRow[] {
  const rows: ListRow[] = [];
  let phase = "";
  for (const query of queries) {
    if (query.phase !== phase) {
      phase = query.phase;
      rows.push({ kind: "phase", phase, n: queries.filter((other) => other.phase === phase).length });
    }
    rows.push({ kind: "query", query, availability: availability?.get(query.id) ?? null });
  }
  return rows;
}

/** The query under the cursor; the first when the cursor's is not listed. */
export function queryAtCursor(queries: readonly QueryFile[], cursor: string | null): QueryFile | null {
  return queries.find(({ id }) => id === cursor) ?? queries[0] ?? null;
}

/** The id so many queries further down, or the last there is. */
export function movedCursor(queries: readonly QueryFile[], cursor: string | null, by: number): string | null {
  const at = Math.max(
    0,
    queries.findIndex(({ id }) => id === cursor),
  );
  return queries[Math.max(0, Math.min(queries.length - 1, at + by))]?.id ?? null;
}

/** How many queries of the library can answer nothing, and how many only in part. */
export function availabilityCounts(
  availability: ReadonlyMap<string, Availability>,
): Record<Availability["state"], number> {
  const counts = { ready: 0, partly: 0, "out-of-scope": 0, "not-logged": 0 };
  for (const { state } of availability.values()) counts[state] += 1;
  return counts;
}
