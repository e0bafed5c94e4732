import { filterWords } from "../../../queries/views/filter-words.ts";
import { activeFilters, type Filter } from "../../../queries/views/filter.ts";
import type { App } from "../../state/contract.ts";
import { eventsState, type EventsStart } from "./events-state.ts";

/** The id of the screen that shows events. */
export const EVENTS = "events";

/** Longest crumb that filters make of themselves. */
const TITLE_MAX = 60;

/** Opens a view of the events that the filters leave, above the present one; for pivots from anywhere. */
export function openEvents(
  app: App,
  filters: readonly Filter[],
  start: EventsStart & { readonly title?: string } = {},
): number {
  return app.push(EVENTS, start.title ?? titleOf(filters), eventsState(filters, start));
}

/** The last filter in words, which is the one that a pivot added. */
export function titleOf(filters: readonly Filter[]): string {
  const last = activeFilters(filters).at(-1);
  const words = last === undefined ? "all" : filterWords(last);
  return words.length > TITLE_MAX ? `${words.slice(0, TITLE_MAX)}~` : words;
}
