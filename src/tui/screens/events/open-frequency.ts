import { columnWord } from "../../../queries/views/filter-words.ts";
import type { App } from "../../state/contract.ts";
import { eventsLevel } from "./event-jumps.ts";
import { initialFrequency } from "./frequency-state.ts";

/** The id of the screen with the values of a column. */
export const FREQUENCY = "frequency";

/** Opens the table of all values of a column among the events of the present view. */
export function openFrequency(app: App, column: string): void {
  const { filters } = eventsLevel(app).state;
  app.push(FREQUENCY, `freq ${columnWord(column)}`, initialFrequency(filters, column));
}
