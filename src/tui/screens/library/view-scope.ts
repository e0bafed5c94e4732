import type { Filter } from "../../../queries/views/filter.ts";
import { filterWords } from "../../../queries/views/filter-words.ts";
import { filtersOfScope, scopeOfFilters } from "../../../queries/views/scope-filters.ts";
import type { App } from "../../state/contract.ts";
import type { QueryTexts } from "./open-query.ts";

/** The stack whose bottom shows all events. */
const EVENTS_DIGIT = 1;

/** The scope that queries take over: that of the uppermost view of events, else what the command line narrowed. */
export function scopeOfViews(app: App): QueryTexts {
  const { digit, levels: seen, parked } = app.store.getState();
  const levels = digit === EVENTS_DIGIT ? seen : (parked[EVENTS_DIGIT]?.levels ?? []);
  const filters = levels
    .toReversed()
    .map(({ state }) => filtersIn(state))
    .find((found) => found !== null);
  const { texts, left_out } = scopeOfFilters(filters ?? filtersOfScope(app.caseFacts().scope));
  return { texts, left_out: left_out.map(filterWords) };
}

/** Levels of events keep their filters, by themselves or in what they call their view. */
function filtersIn(state: unknown): readonly Filter[] | null {
  if (typeof state !== "object" || state === null) return null;
  const { filters, view } = state as { filters?: unknown; view?: unknown };
  if (Array.isArray(filters)) return filters as readonly Filter[];
  return view === undefined ? null : filtersIn(view);
}
