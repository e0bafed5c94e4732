import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { placeKey } from "../../../src/queries/views/event-order.ts";
import {
  findPosition,
  readFirstRows,
  readSortedRows,
  readWindow,
  type EventRow,
} from "../../../src/queries/views/event-window.ts";
import { entityFilter, filterOf, isFilter, TIME_ORDER, type EventView } from "../../../src/queries/views/filter.ts";
import { findEvent } from "../../../src/queries/views/find-event.ts";
import { countAnchors, type TimeAnchors } from "../../../src/queries/views/time-anchors.ts";
import { viewSql } from "../../../src/queries/views/view-command.ts";
import { CaseReader } from "../../../src/store/case-reader.ts";
import { viewsCase } from "./views-case.ts";

let reader: CaseReader;
beforeAll(async () => {
  reader = await CaseReader.open(await viewsCase());
});
afterAll(() => reader.close());

const newest = { column: null, descending: true };
const VIEWS: readonly (readonly [string, EventView])[] = [
  ["everything", { filters: [], sort: TIME_ORDER }],
  ["everything, newest first", { filters: [], sort: newest }],
  ["one name", { filters: [isFilter("event_name", "CreateUser")], sort: TIME_ORDER }],
  ["one name, newest first", { filters: [isFilter("event_name", "CreateUser")], sort: newest }],
  ["all but one user", { filters: [filterOf(entityFilter("principal", "*alice").match, true)], sort: TIME_ORDER }],
  ["nothing", { filters: [isFilter("event_name", "NoSuchName")], sort: TIME_ORDER }],
  ["undated events", { filters: [filterOf({ kind: "contains", column: "event_id", text: "UNDATED" })], sort: newest }],
];

async function wholeOrder(view: EventView): Promise<string[]> {
  const rows = await reader.rows(viewSql(view, ["file_id", "record_index"]));
  return rows.map((row) => placeKey({ file_id: String(row["file_id"]), record_index: Number(row["record_index"]) }));
}

const keysOf = (rows: readonly EventRow[]): string[] => rows.map(({ place }) => placeKey(place));

async function windowKeys(view: EventView, anchors: TimeAnchors, from: number, count = 256): Promise<string[]> {
  return keysOf(await readWindow(reader, view, { anchors, columns: ["event_name"], from, count }));
}

describe.each(VIEWS)("a view of %s", (_, view) => {
  let order: string[];
  let anchors: TimeAnchors;
  beforeAll(async () => {
    order = await wholeOrder(view);
    anchors = await countAnchors(reader, view);
  });

  test("is counted exactly", () => {
    expect(anchors.total).toBe(order.length);
    expect(anchors.anchors.reduce((sum, { n }) => sum + n, 0)).toBe(order.length);
  });

  test("has the same rows in windows as in one SELECT, wherever they begin", async () => {
    for (const from of [0, 1, 255, 4095, 4096, 4097, 5000, order.length - 300, order.length - 1, order.length]) {
      if (from < 0) continue;
      expect(await windowKeys(view, anchors, from)).toEqual(order.slice(from, from + 256));
    }
  });

  test("has its first rows before it is counted", async () => {
    const rows = await readFirstRows(reader, view, { columns: [], count: 256 });
    expect(keysOf(rows)).toEqual(order.slice(0, 256));
  });

  test("finds the position of each of its rows", async () => {
    const step = Math.max(1, Math.floor(order.length / 6));
    for (let at = 0; at < order.length; at += step) {
      const [row] = await readWindow(reader, view, { anchors, columns: [], from: at, count: 1 });
      expect(await findPosition(reader, view, { anchors, place: row!.place })).toBe(at);
    }
  });

  test("goes from row to row in both directions", async () => {
    for (const at of [0, 1, Math.floor(order.length / 2), order.length - 2]) {
      if (at < 0 || at + 1 >= order.length) continue;
      const [row, next] = await readWindow(reader, view, { anchors, columns: [], from: at, count: 2 });
      const forward = await findEvent(reader, view, { from: row!.place, condition: null, forward: true });
      const backward = await findEvent(reader, view, { from: next!.place, condition: null, forward: false });
      expect([forward, backward]).toEqual([next!.place, row!.place]);
    }
  });
});

test("the anchors of many events cut them into several stretches", async () => {
  const { anchors } = await countAnchors(reader, { filters: [], sort: TIME_ORDER });
  expect(anchors.length).toBeGreaterThan(2);
  expect(anchors.at(-1)).toMatchObject({ since: null, n: 2 });
});

test("the anchors from the index of minutes are those from the events", async () => {
  const all = filterOf({ kind: "between", column: "event_copies", low: "0", high: null });
  const [indexed, counted] = await Promise.all([
    countAnchors(reader, { filters: [], sort: TIME_ORDER }),
    countAnchors(await reader.sibling(), { filters: [all], sort: TIME_ORDER }),
  ]);
  expect(counted).toEqual(indexed);
});

test("the position of an event that a filter leaves out is that of the next one", async () => {
  const all: EventView = { filters: [], sort: TIME_ORDER };
  const few: EventView = { filters: [isFilter("event_id", "odd-key")], sort: TIME_ORDER };
  const [first] = await readFirstRows(reader, all, { columns: [], count: 1 });
  const anchors = await countAnchors(reader, few);
  expect(await findPosition(reader, few, { anchors, place: first!.place })).toBe(0);
  const names: EventView = { filters: [isFilter("event_name", "AssumeRole", true)], sort: TIME_ORDER };
  const namedAnchors = await countAnchors(reader, names);
  const whole = await reader.rows(viewSql(all, ["file_id", "record_index", "event_name"]));
  const at = whole.findIndex((row, i) => i > 2000 && row["event_name"] === "AssumeRole");
  const before = whole.slice(0, at).filter((row) => row["event_name"] !== "AssumeRole").length;
  const place = await readWindow(reader, all, {
    anchors: await countAnchors(reader, all),
    columns: [],
    from: at,
    count: 1,
  });
  expect(await findPosition(reader, names, { anchors: namedAnchors, place: place[0]!.place })).toBe(before);
});

test("the next event with the same value is found, and none behind the last", async () => {
  const view: EventView = { filters: [], sort: TIME_ORDER };
  const [first] = await readFirstRows(reader, view, { columns: [], count: 1 });
  const condition = "(event_name = 'DeleteAccessKey')";
  const found = await findEvent(reader, view, { from: first!.place, condition, forward: true });
  expect(found?.event_id).toBe("odd-key");
  expect(await findEvent(reader, view, { from: found!, condition, forward: true })).toBeNull();
});

test("rows sorted by a column have missing values last and stand in time order among equals", async () => {
  const view: EventView = { filters: [], sort: { column: "error_code", descending: true } };
  const rows = await readSortedRows(reader, view, ["error_code", "event_time"]);
  expect(rows[0]?.cells[0]).toBe("AccessDenied");
  expect(rows.at(-1)?.cells[0]).toBeNull();
  const times = rows.filter(({ cells }) => cells[0] === "AccessDenied").map(({ cells }) => String(cells[1]));
  expect(times).toEqual(times.toSorted());
});

test("a long value is cut in a row of a table", async () => {
  const rows = await readFirstRows(
    reader,
    { filters: [isFilter("event_id", "odd-quote")], sort: TIME_ORDER },
    { columns: ["user_agent", "request_parameters.deep.list[0].id"], count: 5 },
  );
  expect(rows.map(({ cells }) => cells)).toEqual([["a'); DROP TABLE event_rows; --\n\0x", "x y"]]);
});
