import type { QueryFile } from "../../../queries/query-file.ts";
import type { Availability } from "../../../queries/views/query-availability.ts";
import { readForm, readScope, type FormTexts } from "../../../queries/views/query-form.ts";
import { openReading } from "../../overlays/reading.ts";
import type { App } from "../../state/contract.ts";
import { initialForm } from "./query-form-state.ts";
import { queryText } from "./query-words.ts";
import { initialResult } from "./result-state.ts";

/** What a query is opened with. */
export interface QueryTexts {
  readonly texts: FormTexts;
  readonly left_out: readonly string[];
}

/** Runs a query and shows its rows, or its form when something must be given or is wrong. */
export function openQuery(app: App, query: QueryFile, { texts, left_out }: QueryTexts): void {
  if (readForm(query, texts).problems.size > 0) openForm(app, query, { texts, left_out });
  else app.push("query-result", query.id, initialResult(query.id, texts, left_out));
}

/** The form of a query, or with null that of the scope of every run. */
export function openForm(app: App, query: QueryFile | null, { texts, left_out }: QueryTexts): void {
  app.push("query-form", query === null ? "scope" : `${query.id} form`, initialForm(query, texts, left_out));
}

/** All that a query's file says of it, in a box to read. */
export function openAbout(app: App, query: QueryFile, texts: FormTexts): void {
  const found = app.services.library.availabilityIn(readScope(texts).scope);
  const availability = found instanceof Map ? ((found.get(query.id) as Availability | undefined) ?? null) : null;
  openReading(app, {
    title: query.id,
    parts: [{ heading: "query", text: queryText(query, availability), copyKey: "y" }],
  });
}

/** Files of the library that were left out, in a box to read. */
export function openProblems(app: App, problems: readonly Error[]): void {
  openReading(app, {
    title: "left out of the library",
    parts: [{ heading: "files", text: problems.map(({ message }) => message).join("\n\n"), copyKey: "y" }],
  });
}

/** Whether a level is no longer on any stack: it was closed, and neither covered nor left for another screen. */
export function isClosed(app: App, levelId: number): boolean {
  const state = app.store.getState();
  return [state, ...Object.values(state.parked)].every(({ levels }) => levels.every(({ id }) => id !== levelId));
}
