import { afterEach, beforeAll, expect, test } from "vitest";
import type { CaseReader } from "../../../src/store/case-reader.ts";
import type { Lanes } from "../../../src/tui/services/lanes.ts";
import type { EventsState } from "../../../src/tui/screens/events/events-state.ts";
import { viewsCase } from "../../queries/views/views-case.ts";
import { startDrawn, type DrawnApp } from "../screens/drawn-app.ts";

let folder: string;
let ui: DrawnApp;
/** Lanes that asked for what needs every record, once for each such question. */
let reading: string[] = [];
/** Called before the search adds to its list. */
let beforeKeep: (n_kept: number) => Promise<void> = async () => Promise.resolve();
let n_kept = 0;

beforeAll(async () => {
  folder = await viewsCase(4000);
});
afterEach(async () => {
  reading = [];
  n_kept = 0;
  beforeKeep = async () => Promise.resolve();
  await ui.close();
});

/** Real lanes over a real case; what they ask is looked at on the way. */
function watched(lanes: Lanes): Lanes {
  const look = (reader: CaseReader, lane: string): CaseReader =>
    new Proxy(reader, {
      get(target, name) {
        const own = Reflect.get(target, name) as unknown;
        if (typeof own !== "function") return own;
        return async (...args: unknown[]): Promise<unknown> => {
          if (name === "rows" && /concat_ws\(chr\(10\)/.test(String(args[0]))) reading.push(lane);
          if (name === "keep") {
            n_kept += 1;
            await beforeKeep(n_kept);
          }
          return (own as (...all: unknown[]) => Promise<unknown>).apply(target, args);
        };
      },
    });
  return {
    ...lanes,
    ask: async (lane, work) => lanes.ask(lane, async (reader, signal) => work(look(reader, lane), signal)),
  };
}

async function open(): Promise<void> {
  ui = await startDrawn(1, { caseFolder: folder, size: [120, 35], wrap: watched });
  await ui.settle();
}

test("words are sought once: rows, count, chart, facets, frequencies and jumps take what was found", async () => {
  await open();

  await ui.press("/", "curl", "enter");

  expect(ui.frame()).toMatch(/events {2}row 1 of 3\d\d /);
  expect(ui.frame()).toMatch(/eventName +5 values/);
  await ui.press("o", "F");
  expect(ui.frame()).toMatch(/5 values, 3\d\d events \(exact\)/);
  expect(reading).toEqual([]);
  expect(n_kept).toBeGreaterThan(0);
});

test("a filter more is a narrower look at what was found, and nothing is read again", async () => {
  await open();
  await ui.press("/", "curl", "enter");
  const before = n_kept;

  await ui.press("+", "/", "awsRegion=eu-west-1", "enter");

  expect(ui.frame()).toMatch(/events {2}row \d+ of \d+ /);
  expect(n_kept).toBe(before);
  expect(reading).toEqual([]);
});

test("words that nobody wrote: one search, and nothing else reads the records", async () => {
  await open();

  await ui.press("/", "words-that-nobody-wrote", "enter");

  expect(ui.frame()).toMatch(/No event matches/);
  expect(ui.frame()).toMatch(/without words-that-nobody-wrote: 4,009/);
  expect(reading).toEqual([]);
});

/** A search for words that nobody wrote, held at its second stretch until what is returned is resolved. */
async function searchHeldHalfway(): Promise<PromiseWithResolvers<void>> {
  await open();
  const held = Promise.withResolvers<void>();
  beforeKeep = async (n) => (n === 2 ? held.promise : Promise.resolve());
  for (const input of ["/", "words-that-nobody-wrote", "enter"]) ui.type(input);
  ui.frame();
  await until(() => n_kept === 2);
  return held;
}

test("while it is sought the screen says how far; stopped, it goes on from there", async () => {
  const held = await searchHeldHalfway();

  expect(ui.frame()).toMatch(/Reading whole records: 0 % {3}0 of 4,009 events read, 0 found/);
  expect(ui.lanes.cancelAll()).toBeGreaterThan(0);
  held.resolve();
  await ui.settle();
  expect(ui.frame()).toMatch(/Stopped at \d+ % /);

  ui.app.run("events.retry");
  await ui.settle();

  expect(ui.frame()).toMatch(/No event matches/);
});

test("a view that is left is sought no further, and a covered one is", async () => {
  const held = await searchHeldHalfway();
  const isRunning = (): boolean => ui.lanes.running().some(({ lane }) => lane === "search");
  expect(isRunning()).toBe(true);

  ui.app.push("events", "above", ui.app.top().state as EventsState);
  expect(isRunning()).toBe(true);
  ui.app.pop();
  ui.app.pop();

  expect(isRunning()).toBe(false);
  held.resolve();
  await ui.settle();
});

test("Enter before the rows are there opens the first one when it comes", async () => {
  await open();
  for (const input of ["/", "eventName=ListUsers", "enter", "enter"]) ui.type(input);
  expect(ui.app.top().screen).toBe("events");

  await ui.settle();
  await ui.app.idle();

  expect(ui.app.top().screen).toBe("event");
});

test("Enter that waits is forgotten when the person goes on, and when there is no row", async () => {
  await open();
  for (const input of ["/", "eventName=ListUsers", "enter", "enter"]) ui.type(input);
  ui.app.pop();
  await ui.settle();
  await ui.app.idle();
  expect(ui.app.store.getState().levels).toHaveLength(1);

  for (const input of ["/", "eventName=NobodyCalledThis", "enter", "enter"]) ui.type(input);
  await ui.settle();
  await ui.app.idle();

  expect(ui.app.top().screen).toBe("events");
});

async function until(isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 2000 && !isSo(); i += 1) await new Promise((resolve) => setTimeout(resolve, 2));
  expect(isSo()).toBe(true);
}
