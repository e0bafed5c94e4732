import { afterEach, beforeAll, expect, test } from "vitest";
import { caseOf } from "../helpers/small-case.ts";
import { makeRecord } from "../helpers/trail-maker.ts";
import { TuiTerminal } from "../helpers/tui-terminal.ts";

// Keys that are typed fast arrive as one text: each acts where the one before it led.

let folder: string;
let tui: TuiTerminal | null = null;

beforeAll(async () => {
  const records = Array.from({ length: 40 }, (_, n) =>
    makeRecord(n, { eventName: `Call${n}`, ...(n % 9 === 0 ? { errorCode: "AccessDenied" } : {}) }),
  );
  folder = await caseOf(records);
});

afterEach(async () => {
  await tui?.close();
  tui = null;
});

test.each([
  ["p3", /queries/],
  ["+2", /sessions/],
  ["-4", /marks/],
  ["o3", /queries/],
  ["eee5", /coverage/],
  ["P3", /queries/],
  ["d2", /sessions/],
])("%s ends on the other screen, and nothing of the first one fails there", async (keys, title) => {
  tui = await TuiTerminal.open({ caseFolder: folder, columns: 120, rows: 35 });
  await tui.type("l");

  await tui.type(keys);

  expect(tui.screen().split("\n")[0]).toMatch(title);
  expect(tui.screen()).not.toMatch(/A bug in coldtrail/);
  expect(tui.logged).toEqual([]);
});

test("a pivot is about the row on which it was asked for, whatever is typed after it", async () => {
  tui = await TuiTerminal.open({ caseFolder: folder, columns: 120, rows: 35 });
  await tui.type("jj");

  await tui.type("+jj");

  expect(tui.screen()).toMatch(/filters: eventName=Call2$/m);
});
