import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { caseOf } from "../../../helpers/small-case.ts";
import { iamUser, makeRecord } from "../../../helpers/trail-maker.ts";
import { ASSUMED, ASSUMED_GROUP, SESSION_RECORDS } from "../../../queries/views/session-case.ts";
import { failing, SIZES, startDrawn, type DrawnApp, type Size } from "../drawn-app.ts";

let caseFolder: string;
let noEvents: string;
beforeAll(async () => {
  caseFolder = await caseOf(SESSION_RECORDS);
  noEvents = await caseOf([]);
});

let drawn: DrawnApp | null = null;
afterEach(async () => {
  await drawn?.close();
  drawn = null;
});

async function start(
  size: Size,
  options: { folder?: string; fails?: readonly string[]; ascii?: boolean } = {},
): Promise<DrawnApp> {
  const { folder = caseFolder, fails = [], ascii = false } = options;
  drawn = await startDrawn(2, { caseFolder: folder, size, ascii, wrap: (lanes) => failing(lanes, fails) });
  return drawn;
}

const golden = (state: string, [columns, rows]: Size): string => `golden/${state}-${columns}x${rows}.txt`;
const down = "down";
const enter = "enter";

describe.each(SIZES)("at %d columns and %d lines", (...size) => {
  test("the list loads, has keys and session groups, and what a made-up key holds is harmless", async () => {
    const app = await start(size);
    await expect(app.frame()).toMatchFileSnapshot(golden("loading", size));
    await app.settle();
    await expect(app.frame()).toMatchFileSnapshot(golden("keys", size));
    await app.press(down, down);
    await expect(app.frame()).toMatchFileSnapshot(golden("hostile", size));
    await app.press("tab");
    await expect(app.frame()).toMatchFileSnapshot(golden("groups", size));
  });

  test("a search is typed, finds, and finds nothing", async () => {
    const app = await start(size);
    await app.settle();
    await app.press("/", "user/b");
    await expect(app.frame()).toMatchFileSnapshot(golden("typing", size));
    await app.press("ob", enter);
    await expect(app.frame()).toMatchFileSnapshot(golden("found", size));
    await app.press("/", " address:192.0.2.1", enter);
    await expect(app.frame()).toMatchFileSnapshot(golden("nothing", size));
  });

  test("one session is seen from all sides", async () => {
    const app = await start(size);
    await app.settle();
    await app.press(down, enter);
    await expect(app.frame()).toMatchFileSnapshot(golden("session", size));
    await app.press("tab", "tab", down);
    await expect(app.frame()).toMatchFileSnapshot(golden("session-groups", size));
    await app.press("p");
    await expect(app.frame()).toMatchFileSnapshot(golden("group", size));
  });

  test("a session of which no record tells the issue says what that means", async () => {
    const app = await start(size);
    await app.settle();
    await app.press(enter);
    await expect(app.frame()).toMatchFileSnapshot(golden("long-term", size));
    await app.press("esc", "G", enter);
    await expect(app.frame()).toMatchFileSnapshot(golden("before-archive", size));
    await app.press("esc", "k", enter);
    await expect(app.frame()).toMatchFileSnapshot(golden("not-in-archive", size));
  });

  test("a made-up session does not break the frame", async () => {
    const app = await start(size);
    await app.settle();
    await app.press(down, down, enter, "tab");
    await expect(app.frame()).toMatchFileSnapshot(golden("hostile-session", size));
  });

  test("a list that fails says why, and a case without events has none", async () => {
    const broken = await start(size, { fails: ["sessions"] });
    await broken.settle();
    await expect(broken.frame()).toMatchFileSnapshot(golden("failed", size));
    await broken.close();
    const empty = await start(size, { folder: noEvents });
    await empty.settle();
    await expect(empty.frame()).toMatchFileSnapshot(golden("empty", size));
  });

  test("a list whose details fail stands without them", async () => {
    const app = await start(size, { fails: ["session-facts", "session-view"] });
    await app.settle();
    await expect(app.frame()).toMatchFileSnapshot(golden("no-facts", size));
    await app.press(enter);
    await expect(app.frame()).toMatchFileSnapshot(golden("session-failed", size));
  });
});

test("in ASCII nothing else is drawn", async () => {
  const app = await start([80, 24], { ascii: true });
  await app.settle();
  await app.press(down, enter);

  expect(app.frame()).toMatch(/^[\x20-\x7e\n]*$/);
});

describe("from a session lead", () => {
  async function topAfter(...keys: string[]): Promise<unknown> {
    const app = await start([80, 24]);
    await app.settle();
    await app.press(...keys);
    const { screen, state } = app.app.top();
    const { filters, session } = state as { filters?: readonly { match: unknown }[]; session?: string };
    return [screen, filters?.map(({ match }) => match) ?? session];
  }
  const isKey = { kind: "is", column: "user_identity_access_key_id", values: [ASSUMED] };

  test.each([
    ["its events", [down, "e"], ["events", [isKey]]],
    ["its events from the view of it", [down, enter, enter], ["events", [isKey]]],
    [
      "those from one address",
      [down, enter, down, enter],
      ["events", [isKey, { kind: "is", column: "source_ip_address", values: ["203.0.113.9"] }]],
    ],
    [
      "all from that address",
      [down, enter, down, "p"],
      ["events", [{ kind: "entity", entity: "address", values: ["203.0.113.9"] }]],
    ],
    ["its session group", [down, enter, "tab", "tab", down, "p"], ["session", ASSUMED_GROUP]],
    ["a key that it issued", [enter, "shift-tab", down, enter], ["session", ASSUMED]],
    [
      "who acted",
      [down, "p"],
      ["events", [{ kind: "entity", entity: "principal", values: ["arn:aws:iam::111122223333:role/admin/work"] }]],
    ],
  ])("%s", async (_, keys, expected) => {
    expect(await topAfter(...keys)).toEqual(expected);
  });

  test.each([
    ["the sessions of an address", [down, enter, down, "s"], "address:203.0.113.9", "2 keys, 3 records that fit"],
    [
      "the sessions of who acted",
      [down, enter, "s"],
      "principal:arn:aws:iam::111122223333:role/admin/work",
      "4 keys, 5 records",
    ],
  ])("%s", async (_, keys, expected, totals) => {
    const app = await start([80, 24]);
    await app.settle();
    await app.press(...keys);

    expect(app.app.top().title).toBe(`sessions of ${expected}`);
    expect(app.frame()).toContain(totals);
  });

  test("the event that issued it", async () => {
    const [screen, matches] = (await topAfter(down, enter, "o")) as [string, { entity: string }[]];

    expect([screen, matches[0]!.entity]).toEqual(["events", "event"]);
  });
});

describe("in the list", () => {
  test("every row of a long one can be reached, page by page", async () => {
    const name = (n: number): string => `ASIA${String(n).padStart(16, "0")}`;
    const many = Array.from({ length: 700 }, (_, n) =>
      makeRecord(n, { userIdentity: iamUser("eve", { accessKeyId: name(n) }) }),
    );
    const app = await start([80, 24], { folder: await caseOf(many) });
    await app.settle();
    expect(app.frame()).toContain("700 keys, 700 records");
    await app.press("G");
    expect(app.frame()).toContain(`> - ${name(699)}`);
    expect(app.frame()).toContain("user/eve");
    await app.press("pageup", "pageup", "up");
    expect(app.frame()).not.toContain(". . .");
    await app.press("g");
    expect(app.frame()).toContain(`> - ${name(0)}`);
  });

  test("a mark is set and shown, and cannot be set on a made-up key", async () => {
    const app = await start([80, 24]);
    await app.settle();
    await app.press(down, "m");
    expect(app.frame()).toMatch(new RegExp(`^>\\*. ${ASSUMED}`, "m"));

    expect(app.app.screen("sessions")!.markTargets!(app.app.top(), app.app)).toEqual([{ kind: "key", value: ASSUMED }]);
    await app.press(down);
    expect(app.app.screen("sessions")!.markTargets!(app.app.top(), app.app)).toEqual([]);
  });

  test("what was cancelled is asked again when it is asked for", async () => {
    const app = await start([80, 24]);
    app.frame();
    app.lanes.cancelAll();
    await app.settle();
    expect(app.frame()).toContain("Cancelled: r asks again.");
    await app.press("r");
    expect(app.frame()).toContain("6 keys");
  });

  test("the order is changed and turned round", async () => {
    const app = await start([80, 24]);
    await app.settle();
    await app.press("s", "s", "s", "s");
    expect(app.frame()).toContain("sort: session up");
    await app.press("S");
    expect(app.frame()).toContain("sort: session down");
  });

  test("Esc takes the search away before it goes back", async () => {
    const app = await start([80, 24]);
    await app.settle();
    await app.press("/", "nothing", enter, "esc");
    expect(app.app.top().screen).toBe("sessions");
    expect(app.frame()).toContain("6 keys, 10 records; 2 more carry no key");
  });

  test("nothing is asked while the cursor moves over rows that are here", async () => {
    const app = await start([80, 24]);
    await app.settle();
    const before = app.asked();
    expect(before).toBeGreaterThan(0);
    await app.press(down, down, "k", "G", "g", down);

    expect(app.asked()).toBe(before);
  });

  test("`v` gives a statement with the same rows", async () => {
    const app = await start([80, 24]);
    await app.settle();
    const screen = app.app.screen("sessions")!;
    const { sql, command } = await screen.describe!(app.app.top(), app.app);

    expect(command).toMatch(/^coldtrail sql '/);
    const answer = await app.lanes.ask("test", async (reader) => reader.rows(sql));
    expect(answer.kind === "answer" && answer.value.map(({ session }) => session).slice(0, 2)).toEqual([
      "AKIAALICEXXXXXXXXXXX",
      ASSUMED,
    ]);
  });
});
