import fc from "fast-check";
import { afterEach, beforeAll, expect, test } from "vitest";
import { caseOf } from "../helpers/small-case.ts";
import { makeRecord, makeRecords, type RecordFields } from "../helpers/trail-maker.ts";
import { TuiTerminal } from "../helpers/tui-terminal.ts";

/*
 * What costs nothing must stay so: these are counted, not timed, and so are the same on every machine.
 */

let folder: string;
let tui: TuiTerminal | null = null;

const EVENT_NAMES = ["DescribeInstances", "GetCallerIdentity", "AssumeRole", "ListUsers", "RunInstances"];

beforeAll(async () => {
  const records: RecordFields[] = makeRecords(1, 1500).map((record, i) =>
    makeRecord(i * 37, {
      ...record,
      eventName: EVENT_NAMES[i % 5],
      ...(i % 11 === 0 ? { errorCode: "AccessDenied", errorMessage: "not authorized\u001b[2J\u202e日本語" } : {}),
    }),
  );
  folder = await caseOf(records);
});

afterEach(async () => {
  await tui?.close();
  tui = null;
});

async function open(columns: number, rows: number): Promise<TuiTerminal> {
  tui = await TuiTerminal.open({ caseFolder: folder, columns, rows });
  return tui;
}

test("an idle screen makes no frames and writes nothing", async () => {
  const idle = await open(120, 35);
  // The details follow the cursor after a rest, and what they ask is named while it runs.
  for (let second = 0; second < 4; second += 1) await idle.advance(1000);
  const frames = idle.frames();

  const bytes = await idle.bytesOf(async () => idle.advance(60_000));

  expect(idle.frames() - frames).toBe(0);
  expect(bytes).toBe(0);
});

/** Long enough for the details of the event under the cursor to be read. */
const REST_MS = 500;

test.each([
  [80, 24, 300],
  [120, 35, 400],
  [200, 50, 600],
])("a cursor move at %ix%i writes at most %i bytes, the first after a rest too", async (columns, rows, bytes_max) => {
  const moving = await open(columns, rows);
  await moving.press("j", "j");
  // What follows the cursor after a rest is not the move.
  const counts: number[] = [];
  for (const key of ["j", "j", "k", "j"]) counts.push(await moving.bytesOf(async () => moving.press(key)));
  await moving.advance(REST_MS);
  counts.push(await moving.bytesOf(async () => moving.press("j")));

  expect(Math.max(...counts)).toBeLessThanOrEqual(bytes_max);
  expect(Math.min(...counts)).toBeGreaterThan(0);
});

test.each([
  [120, 35, 500],
  [200, 50, 700],
])("with the details of the event known, a move at %ix%i writes at most %i bytes", async (columns, rows, bytes_max) => {
  const moving = await open(columns, rows);
  for (const key of ["j", "j", "j"]) {
    await moving.press(key);
    await moving.advance(REST_MS);
  }
  const counts: number[] = [];
  for (const key of ["k", "k", "j", "j"]) counts.push(await moving.bytesOf(async () => moving.press(key)));

  expect(Math.max(...counts)).toBeLessThanOrEqual(bytes_max);
  // Details of another event were among it.
  expect(Math.min(...counts)).toBeGreaterThan(300);
});

test("while keys keep coming, nothing is asked of the case", async () => {
  const held = await open(120, 35);
  await held.advance(REST_MS);
  const { lanes } = held.app.services;
  const asked: string[] = [];
  const ask = lanes.ask.bind(lanes);
  lanes.ask = async (lane, work) => {
    asked.push(lane);
    return ask(lane, work);
  };

  for (let i = 0; i < 100; i += 1) {
    await held.press(i < 60 ? "j" : "k");
    // Faster than the rest after which the event under the cursor is read.
    await held.advance(33);
  }
  expect(asked).toEqual([]);

  await held.advance(REST_MS);
  expect(asked).toEqual(["detail"]);
});

test("a burst of keys is one frame or few, and none of the keys is lost", async () => {
  const held = await open(120, 35);
  await held.press("j");
  const before = held.screen();
  const frames = held.frames();

  await held.type("j".repeat(12));
  const far = held.screen();
  expect(held.frames() - frames).toBeLessThanOrEqual(4);
  await held.type("k".repeat(12));

  expect(far).not.toBe(before);
  expect(held.screen()).toBe(before);
});

const KEY = fc.constantFrom(
  ...[
    "j",
    "k",
    "pagedown",
    "pageup",
    "G",
    "g",
    "tab",
    "h",
    "l",
    "enter",
    "esc",
    "?",
    ":",
    "+",
    "F",
    "f",
    "a",
    "left",
    "right",
  ],
  ...["2", "3", "5", "1", "v", "down", "up", "space"],
);

test("the screen after any keys, as it was patched frame by frame, is the one drawn from nothing", async () => {
  const patched = await open(100, 30);
  await fc.assert(
    fc.asyncProperty(fc.array(KEY, { minLength: 1, maxLength: 8 }), async (keys) => {
      await patched.press(...keys);
      const [screen, styles] = [patched.screen(), patched.styles()];
      await patched.press("ctrl-l");
      expect({ keys, screen: patched.screen() }).toEqual({ keys, screen });
      expect(patched.styles()).toBe(styles);
      expect(patched.logged).toEqual([]);
    }),
    { numRuns: 40 },
  );
});

test("every frame of every size has as many lines as the terminal, and none is cut by it", async () => {
  const resized = await open(120, 35);
  for (const [columns, rows] of [
    [80, 24],
    [200, 50],
    [60, 15],
    [100, 40],
    [61, 16],
  ] as const) {
    await resized.resize(columns, rows);
    const lines = resized.screen().split("\n");
    expect(lines).toHaveLength(rows);
    expect(lines[0]).toContain("UTC");
    expect(lines.at(-1)).toContain("help");
  }
  expect(resized.logged).toEqual([]);
});
