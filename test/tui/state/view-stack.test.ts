import { expect, test } from "vitest";
import type { AppState, Level } from "../../../src/tui/state/types.ts";
import {
  findLevel,
  lostLevels,
  patchLevel,
  popLevel,
  pushLevel,
  reopenLevel,
  showDigit,
  topLevel,
} from "../../../src/tui/state/view-stack.ts";

const level = (id: number, state: unknown = {}): Level => ({ id, screen: "events", title: `level ${id}`, state });

const ROOT: AppState = {
  columns: 80,
  rows: 24,
  digit: 1,
  parked: {},
  levels: [level(1)],
  closed: [],
  overlay: null,
  toast: null,
  data_version: 0,
  newer_case: false,
  is_reloading: false,
};

const ids = (levels: readonly Level[]): number[] => levels.map(({ id }) => id);

test("a view is opened above, and going back leaves the one below untouched", () => {
  const below = { ...ROOT, levels: [level(1, { cursor: 7, scroll: 3 })] };

  const back = popLevel(pushLevel(below, level(2)));

  expect(topLevel(back)).toBe(below.levels[0]);
  expect(ids(back.closed)).toEqual([2]);
});

test("what was closed is opened again as it was, the last closed first", () => {
  const deep = pushLevel(pushLevel(ROOT, level(2)), level(3, { cursor: 5 }));
  const closedTwice = popLevel(popLevel(deep));

  const once = reopenLevel(closedTwice);
  const twice = reopenLevel(once);

  expect(ids(once.levels)).toEqual([1, 2]);
  expect(topLevel(twice)).toBe(deep.levels[2]);
  expect(reopenLevel(twice)).toBe(twice);
});

test("opening a view forgets what was closed from there", () => {
  const state = pushLevel(popLevel(pushLevel(ROOT, level(2))), level(3));

  expect(ids(state.closed)).toEqual([]);
});

test("the last view is never closed", () => {
  expect(popLevel(ROOT)).toBe(ROOT);
});

test("each digit has a stack of its own, which waits as it was left", () => {
  const deep = pushLevel(ROOT, level(2));

  const sessions = showDigit(deep, 2, () => level(10));
  const pivoted = pushLevel(sessions, level(11));
  const back = showDigit(pivoted, 1, () => level(99));
  const again = showDigit(back, 2, () => level(99));

  expect(ids(sessions.levels)).toEqual([10]);
  expect(back.levels).toBe(deep.levels);
  expect(ids(again.levels)).toEqual([10, 11]);
});

test("its own digit leads to the first view, and forward again from there", () => {
  const deep = pushLevel(pushLevel(ROOT, level(2)), level(3));

  const first = showDigit(deep, 1, () => level(99));

  expect(ids(first.levels)).toEqual([1]);
  expect(ids(reopenLevel(reopenLevel(first)).levels)).toEqual([1, 2, 3]);
});

test("a level is changed wherever it is: on the stack, closed, or under another digit", () => {
  const closed = popLevel(pushLevel(ROOT, level(2)));
  const parked = showDigit(closed, 2, () => level(10));
  const rename = (old: Level): Level => ({ ...old, title: "renamed" });

  for (const id of [1, 2, 10]) expect(findLevel(patchLevel(parked, id, rename), id)?.title).toBe("renamed");
  expect(patchLevel(parked, 77, rename)).toBe(parked);
  expect(patchLevel(parked, 1, (old) => old)).toBe(parked);
});

test("levels that nothing leads to any more are told, so that their rows can be freed", () => {
  const closed = popLevel(pushLevel(ROOT, level(2)));

  expect(lostLevels(ROOT, closed)).toEqual([]);
  expect(lostLevels(closed, pushLevel(closed, level(3)))).toEqual([2]);
});
