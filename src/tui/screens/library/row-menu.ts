import type { Filter } from "../../../queries/views/filter.ts";
import type { FormTexts } from "../../../queries/views/query-form.ts";
import { openMenu } from "../../overlays/menu.ts";
import type { App } from "../../state/contract.ts";
import { openEvents } from "../events/open-events.ts";
import { openForm, openQuery } from "./open-query.ts";

/** What an entry of the menu does. */
export type RowAction =
  | { readonly kind: "events"; readonly filters: readonly Filter[] }
  | {
      readonly kind: "query";
      readonly query: string;
      readonly texts: FormTexts;
      readonly left_out: readonly string[];
      /** False when a parameter has no value in the row: its form is shown. */
      readonly isComplete: boolean;
    }
  | { readonly kind: "copy"; readonly text: string; readonly what: string };

/** Where a row of a result leads: its events, a next query, what can be copied of it. */
export interface RowMenuItem {
  readonly label: string;
  /** What it is about; from evidence. */
  readonly detail: string;
  readonly action: RowAction;
}

const WIDTH = 96;

export function openRowMenu(app: App, title: string, items: readonly RowMenuItem[]): void {
  if (items.length === 0) {
    app.toast("This row leads nowhere", "warning");
    return;
  }
  openMenu(app, {
    title,
    width: WIDTH,
    items: items.map(({ label, detail, action }) => ({ label, detail, run: () => act(app, action) })),
  });
}

function act(app: App, action: RowAction): void {
  if (action.kind === "copy") app.copy(action.text, action.what);
  else if (action.kind === "events") openEvents(app, action.filters);
  else {
    const query = app.services.library.query(action.query);
    if (query === null) app.toast(`There is no query ${action.query}`, "warning");
    else if (action.isComplete) openQuery(app, query, action);
    else openForm(app, query, action);
  }
}
