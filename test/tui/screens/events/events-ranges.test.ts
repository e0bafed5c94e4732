import { afterEach, beforeAll, expect, test } from "vitest";
import type { EventsState } from "../../../../src/tui/screens/events/events-state.ts";
import { viewsCase } from "../../../queries/views/views-case.ts";
import { startDrawn, type DrawnApp } from "../drawn-app.ts";

let folder: string;
let ui: DrawnApp;
beforeAll(async () => {
  folder = await viewsCase(400);
});
afterEach(async () => ui.close());

async function open(): Promise<void> {
  ui = await startDrawn(1, { caseFolder: folder, size: [120, 35] });
  await ui.settle();
}

const depth = (): number => ui.app.store.getState().levels.length;

test("zooming opens a view above, more of it changes that view, and one Esc leads back to where it began", async () => {
  await open();
  await ui.press("j", "j", "j", "l");
  const before = [ui.frame(), ui.app.top().state];

  await ui.press("z");
  expect(depth()).toBe(2);
  const once = ui.frame();
  await ui.press("z", "Z", "d", "D");
  expect(depth()).toBe(2);
  expect(ui.frame()).toBe(once);
  expect(ui.app.top().title).toMatch(/^\d{4}-\d\d-\d\d.*\.\./);
  await ui.press("esc");

  expect([ui.frame(), ui.app.top().state]).toEqual(before);
});

test("a day on in a view that was narrowed by time is a view above it", async () => {
  await open();
  await ui.press("t", "2024-03-01", "enter");
  const before = ui.frame();
  expect(depth()).toBe(2);

  await ui.press("d");
  expect(depth()).toBe(3);
  expect(ui.app.top().title).toBe("2024-03-02");
  await ui.press("esc");

  expect(ui.frame()).toBe(before);
});

test("a filter on top of a zoomed view is a view of its own", async () => {
  await open();
  await ui.press("z", "+");
  expect((ui.app.top().state as EventsState).isRangeView).toBe(false);

  await ui.press("z");

  expect(depth()).toBe(4);
});

test("the pane of details keeps the last event, and says so, until the next one is read", async () => {
  await open();
  const title = (): string => /┌─ (event (?:…  still )?\S+)/.exec(ui.frame())?.[1] ?? "";
  const first = title();
  expect(first).toBe("event odd-old");

  ui.type("down");
  expect(title()).toBe("event …  still odd-old");
  expect(ui.frame()).toContain("eventTime");
  await ui.settle();

  expect(title()).toMatch(/^event [0-9a-f-]+$/);
  ui.type("up");
  // What was read before is there at once.
  expect(title()).toBe(first);
});

test("a view without events has no details of the one before", async () => {
  await open();
  await ui.press("/", "eventName=NobodyCalledThis", "enter");

  expect(ui.frame()).toMatch(/┌─ event ─/);
});
