import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { filterOf, isFilter } from "../../../../src/queries/views/filter.ts";
import { openEvents } from "../../../../src/tui/screens/events/open-events.ts";
import type { EventsState } from "../../../../src/tui/screens/events/events-state.ts";
import { caseOf } from "../../../helpers/small-case.ts";
import { makeRecord } from "../../../helpers/trail-maker.ts";
import { viewsCase } from "../../../queries/views/views-case.ts";
import { failing, SIZES, startDrawn, type DrawnApp, type Size } from "../drawn-app.ts";

let folder: string;
let hostile: string;
beforeAll(async () => {
  folder = await viewsCase(400);
  hostile = await caseOf(Array.from({ length: 6 }, (_, n) => hostileRecord(n)));
});

/** What a terminal would obey, what hides or reorders text, what is wide or long; in every field. */
const POISON = [
  "\u001B[2J\u001B[31mred",
  "\u001B]52;c;ZXZpbA==\u0007",
  "\u001B]8;;http://x\u001B\\link\u001B]8;;\u001B\\",
  "a\nb\tc\rd\0e",
  "\u202Egnp.exe\u200B\u2066x\u{E0041}",
  "漢字😀👨‍👩‍👧é́́́ｆｕｌｌ",
];

function hostileRecord(n: number): ReturnType<typeof makeRecord> {
  const text = `${POISON[n]!}${"長".repeat(n === 5 ? 300_000 : 1)}`;
  return makeRecord(n, {
    eventID: `id-${n}-${POISON[n]!}`,
    eventName: text,
    userAgent: text,
    sourceIPAddress: POISON[n]!,
    awsRegion: POISON[n]!,
    errorCode: POISON[n]!,
    errorMessage: text,
    recipientAccountId: POISON[n]!,
    requestParameters: { [POISON[n]!]: [text, { deep: text }], big: 12345678901234567890n.toString() },
    resources: [{ ARN: `arn:aws:s3:::${POISON[n]!}` }],
    userIdentity: {
      type: "IAMUser",
      userName: text,
      arn: `arn:aws:iam::1:user/${text}`,
      principalId: text,
      accessKeyId: POISON[n]!,
    },
  });
}

let ui: DrawnApp;
const open = async (size: Size, options: Partial<Parameters<typeof startDrawn>[1]> = {}): Promise<void> => {
  ui = await startDrawn(1, { caseFolder: folder, size, ...options });
};

/** How long things took is of no interest, nor where that is cut off. */
const frame = (): string => ui.frame().replace(/^( events  row .*?) {3}rows .*$/m, "$1   rows");
const whole = (): string => ui.frame();

/** Keys that lead to a state, from the events of the whole case. */
const STATES: readonly (readonly [string, readonly string[]])[] = [
  ["rows", []],
  ["rows-moved", ["G", "l", "l", "l"]],
  ["facets", ["f", "j", "j"]],
  ["facets-ticked", ["f", "j", " ", " "]],
  ["facet-opened", ["f", "G", "k", "enter"]],
  ["facets-opened", ["f", "G", "enter", "k", "enter", "k", "enter"]],
  ["histogram", ["tab", "tab", "l", "l"]],
  ["chips", ["+", "/", "awsRegion=eu-west-1", "enter", "tab", "l"]],
  ["chip-off", ["+", "tab", " "]],
  ["empty", ["/", "eventName=Nothing errorCode=AccessDenied", "enter"]],
  ["context", ["l", "x"]],
  ["sorted", ["l", "s", "s"]],
  ["event", ["enter", "j", "j"]],
  ["event-folded", ["enter", "/", "instancesSet", "enter", "enter"]],
  ["event-raw", ["enter", "i"]],
  ["event-search", ["enter", "/", "198"]],
  ["frequency", ["F", " "]],
  ["frequency-search", ["l", "l", "F", "/", "5", "enter"]],
  ["pivot-menu", ["P"]],
  ["copy-menu", ["Y"]],
  ["columns", ["c", "j", " "]],
  ["filter", ["/", "errorC"]],
  ["filter-wrong", ["/", "ip=1.2.3.4/99", "enter"]],
  ["time", ["t"]],
  ["time-gap", ["t", "2024-02-28..2024-03-07", "enter"]],
  ["export", ["X"]],
];

describe.each(SIZES)("at %dx%d", (...size) => {
  const golden = (name: string): string => `./goldens/${name}-${size.join("x")}.txt`;

  test.each(STATES)("the screen shows %s", async (name, keys) => {
    await open(size);
    await ui.settle();
    await ui.press(...keys);
    await expect(frame()).toMatchFileSnapshot(golden(name));
    await ui.close();
  });

  test("rows that are not there yet, and no colour or special glyph", async () => {
    await open(size, { ascii: true });
    await expect(frame()).toMatchFileSnapshot(golden("loading"));
    await ui.settle();
    expect(frame()).toMatch(/^[\x20-\x7e\n]*$/);
    await expect(frame()).toMatchFileSnapshot(golden("ascii"));
    await ui.close();
  });

  test("old rows stay until the new ones are there", async () => {
    await open(size);
    await ui.settle();
    ui.type("+");
    await expect(frame()).toMatchFileSnapshot(golden("old-rows"));
    await ui.settle();
    await ui.close();
  });

  test.each([
    ["rows-failed", ["rows"]],
    ["sides-failed", ["count", "histogram", "facets", "detail"]],
  ])("%s: an error in its own pane", async (name, lanes) => {
    await open(size, { wrap: (own) => failing(own, lanes) });
    await ui.settle();
    await expect(frame()).toMatchFileSnapshot(golden(name));
    await ui.close();
  });

  test("hostile values never break the frame", async () => {
    await open(size, { caseFolder: hostile });
    await ui.settle();
    await expect(frame()).toMatchFileSnapshot(golden("hostile"));
    for (const keys of [
      ["G"],
      ["l", "l", "l", "l"],
      ["f", "G"],
      ["esc", "enter", "G"],
      ["i", "G"],
      ["/", "x", "enter", "n"],
      ["esc", "esc", "F"],
      ["esc", "P"],
      ["esc", "Y"],
      ["esc", "v"],
      ["esc", "+"],
      ["/", POISON[4]!],
    ]) {
      // Drawing itself checks that the frame has its size and no control character.
      await ui.press(...keys);
      frame();
    }
    await ui.close();
  });
});

describe("at 120x35", () => {
  beforeAll(async () => {
    await open([120, 35]);
    await ui.settle();
  });
  afterAll(async () => ui.close());
  const state = (): EventsState => ui.app.top().state as EventsState;
  const depth = (): number => ui.app.store.getState().levels.length;
  const back = (): void => {
    while (depth() > 1) ui.app.pop();
  };

  test("Esc goes back to the same row, cell and scroll", async () => {
    await ui.press("g", "j", "j", "j", "l");
    const before = frame();
    await ui.press("p", "G", "+", "esc", "esc");
    expect(frame()).toBe(before);
    await ui.press("a");
    expect(depth()).toBe(2);
    back();
  });

  test("+ keeps the cursor on its event, and - keeps all others", async () => {
    await ui.press("g", "j", "j", "j", "j", "j");
    const [row] = [state().row];
    const id = /event ([\w-]+)/.exec(frame())?.[1];
    expect(row).toBe(5);
    await ui.press("+");
    expect(frame()).toContain(`event ${id!}`);
    back();
    await ui.press("-");
    expect(state().filters).toMatchObject([{ negated: true, on: true }]);
    back();
  });

  test("next and previous errors, values and marks are found", async () => {
    await ui.press("g", "e");
    const first = state().row;
    await ui.press("e", "E");
    expect(state().row).toBe(first);
    await ui.press("e");
    const second = state().row;
    await ui.press("g", "ee");
    expect(state().row).toBe(second);
    await ui.press("G", "e");
    expect(whole()).toContain("No error below");
    await ui.press("g", "o", "O");
    expect(state().row).toBe(0);
    await ui.press("u");
    expect(whole()).toContain("No event is marked");
  });

  test("a mark is seen, and jumped to", async () => {
    await ui.press("g", "j", "j", "m", "g");
    expect(
      frame()
        .split("\n")
        .filter((line) => line.startsWith("│*")),
    ).toHaveLength(1);
    await ui.press("u");
    expect(state().row).toBe(2);
    expect(whole()).toContain("* marked");
  });

  test("all filters go off and on again, and the cursor stays on its event", async () => {
    openEvents(ui.app, [isFilter("event_name", "CreateUser")]);
    await ui.settle();
    await ui.press("j", "j");
    const id = /event ([\w-]+)/.exec(frame())?.[1];
    await ui.press("ctrl-f".replace("ctrl-f", "\u0006"));
    expect(frame()).toContain(`event ${id!}`);
    expect(frame()).toContain("(off)");
    await ui.press("\u0006");
    expect(state().row).toBe(2);
    back();
  });

  test("zooming halves the time around the event, and d moves the range a day", async () => {
    openEvents(ui.app, [
      filterOf({ kind: "time", since: at("2024-03-01T00:00:00Z"), until: at("2024-03-03T00:00:00Z") }),
    ]);
    await ui.settle();
    await ui.press("z");
    const [zoomed] = state().filters;
    expect(zoomed?.match.kind === "time" ? zoomed.match.until! - zoomed.match.since! : 0n).toBe(86_400_000_000n);
    await ui.press("d");
    const [shifted] = state().filters;
    expect(
      shifted?.match.kind === "time" && zoomed?.match.kind === "time" ? shifted.match.since! - zoomed.match.since! : 0n,
    ).toBe(86_400_000_000n);
    back();
  });

  test("an event that a view was opened for is under the cursor", async () => {
    openEvents(ui.app, [], { goal: { event_id: "odd-key" } });
    await ui.settle();
    expect(frame()).toContain("event odd-key");
    back();
    openEvents(ui.app, [], { goal: { event_id: "nowhere" } });
    await ui.settle();
    expect(whole()).toContain("This event is not in the case");
    back();
  });

  test("what is copied is harmless", async () => {
    openEvents(ui.app, [isFilter("event_id", "odd-quote")], { columns: ["event_time", "user_agent"] });
    await ui.settle();
    await ui.press("y");
    expect(ui.copied.at(-1)).toBe("a'); DROP TABLE event_rows; --\\n\\x00x");
    back();
  });

  test("columns can be hidden, moved and widened", async () => {
    await ui.press("c", "g", " ", "J", "l", "enter");
    expect(state().columns).not.toContain("event_time");
    await ui.press("c", "G", " ", "enter");
    expect(state().columns).toHaveLength(11);
  });
});

test("a pane that goes with the size of the screen loses the focus, and facets take the screen", async () => {
  await open([120, 35]);
  await ui.settle();
  await ui.press("f", "j");
  ui.app.resize(80, 24);
  await ui.settle();
  expect(frame()).toContain("f or Esc goes back to the rows");
  await ui.press("f");
  ui.app.resize(120, 35);
  await ui.press("shift-tab");
  expect((ui.app.top().state as EventsState).focus).toBe("detail");
  ui.app.resize(60, 15);
  await ui.settle();
  expect((ui.app.top().state as EventsState).focus).toBe("rows");
  await ui.close();
});

test("a reload keeps the cursor on its event", async () => {
  await open([120, 35]);
  await ui.settle();
  await ui.press("pagedown", "j", "j");
  const before = frame();
  await ui.app.reloaded();
  await ui.settle();
  const id = /event ([\w-]{12,})/;
  expect(id.exec(frame())?.[1]).toBe(id.exec(before)?.[1]);
  await ui.close();
});

test("what was stopped says so, and is asked again", async () => {
  await open([80, 24]);
  frame();
  ui.lanes.cancelAll();
  await ui.settle();
  expect(frame()).toContain("Cancelled: ctrl-r asks again");
  await ui.press("\u0012");
  expect(frame()).toContain("row 1 of 409");
  await ui.close();
});

test("moving inside known rows asks nothing", async () => {
  await open([80, 24]);
  await ui.settle();
  const asked: string[] = [];
  const { lanes } = ui.app.services;
  const ask = lanes.ask.bind(lanes);
  (lanes as { ask: typeof ask }).ask = async (lane, work) => {
    asked.push(lane);
    return ask(lane, work);
  };
  for (let i = 0; i < 100; i += 1) await ui.press("j");
  expect(asked).toEqual([]);
  await ui.close();
});

function at(text: string): bigint {
  return BigInt(Date.parse(text)) * 1000n;
}
