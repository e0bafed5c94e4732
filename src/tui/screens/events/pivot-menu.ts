import type { EventDetail } from "../../../queries/views/event-detail.ts";
import { entitiesOf, type EventEntity } from "../../../queries/views/event-entities.ts";
import { openMenu, type MenuItem } from "../../overlays/menu.ts";
import type { App } from "../../state/contract.ts";
import { formatNumber } from "../../text/format.ts";
import { openEvents } from "./open-events.ts";

/** `P`: every thing that the event names, with how many events each has; counts come one by one. */
export function openPivotMenu(app: App, detail: EventDetail): void {
  const entities = entitiesOf(detail);
  if (entities.length === 0) {
    app.toast("This event names nothing to go to", "warning");
    return;
  }
  const { views } = app.services;
  openMenu(app, {
    title: "all events of",
    width: Math.min(110, app.store.getState().columns),
    items: entities.map((entity) => itemOf(app, entity, detail)),
  });
  void views.countEntities(entities).catch((error: unknown) => app.fail(error));
}

function itemOf(app: App, entity: EventEntity, { place }: EventDetail): MenuItem {
  return {
    label: `${entity.label.padEnd(16)} ${entity.value}`,
    // Read for every frame, so that a count is there when it has come.
    get detail() {
      const n = app.services.views.entityCount(entity);
      return n === null ? "counting" : n === "failed" ? "not known" : formatNumber(n);
    },
    run: () => {
      openEvents(app, [entity.filter], { title: `${entity.label} ${entity.value}`.slice(0, 60), goal: { place } });
    },
  };
}
