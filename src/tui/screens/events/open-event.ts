import type { EventPlace } from "../../../queries/views/event-order.ts";
import type { App } from "../../state/contract.ts";
import { initialEvent } from "./event-state.ts";

/** The id of the screen that shows one event whole. */
export const EVENT = "event";

/** Opens one event above the present view. */
export function openEvent(app: App, place: EventPlace): void {
  app.push(EVENT, `event ${(place.event_id ?? "without id").slice(0, 13)}`, initialEvent(place));
}
