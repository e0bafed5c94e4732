import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { quickIngest } from "../../../helpers/quick-ingest.ts";
import { caseOf } from "../../../helpers/small-case.ts";
import { temporaryFolder } from "../../../helpers/temporary-folder.ts";
import { ACCOUNT, makeRecord, writeTrail } from "../../../helpers/trail-maker.ts";
import { writeCoverageEvidence } from "../../../queries/views/coverage-case.ts";
import { failing, SIZES, startDrawn, type DrawnApp, type Size } from "../drawn-app.ts";

const FORGED = "\u001b[2J\u202e\u200b";

let caseFolder: string;
let noEvents: string;
let hostile: string;
beforeAll(async () => {
  const folder = temporaryFolder();
  writeCoverageEvidence(`${folder}/evidence`);
  await quickIngest(`${folder}/case`, [`${folder}/evidence`]);
  caseFolder = `${folder}/case`;
  noEvents = await caseOf([]);
  writeTrail(`${folder}/forged`, {
    [`${FORGED}${"x".repeat(150)}.json`]: [
      makeRecord(1, { recipientAccountId: `${FORGED}${"9".repeat(50_000)}`, awsRegion: `\n${FORGED}` }),
      // A time far away stretches the matrix over centuries.
      makeRecord(2, { eventTime: "0001-01-01T00:00:00Z" }),
      makeRecord(3, { eventTime: "9999-12-31T23:59:59Z", awsRegion: "\u0041\u0301\u0301\u0301\u0301 中文" }),
      '"a record that is none\u0007"',
    ],
  });
  await quickIngest(`${folder}/hostile`, [`${folder}/forged`]);
  hostile = `${folder}/hostile`;
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
  drawn = await startDrawn(5, { caseFolder: folder, size, ascii, wrap: (lanes) => failing(lanes, fails) });
  return drawn;
}

const golden = (state: string, [columns, rows]: Size): string => `golden/${state}-${columns}x${rows}.txt`;

describe.each(SIZES)("at %d columns and %d lines", (...size) => {
  test("the matrix loads, by day, week and month, and for one category", async () => {
    const app = await start(size);
    await expect(app.frame()).toMatchFileSnapshot(golden("loading", size));
    await app.settle();
    await expect(app.frame()).toMatchFileSnapshot(golden("days", size));
    await app.press("down", "down", "home", "right");
    await expect(app.frame()).toMatchFileSnapshot(golden("problem", size));
    await app.press("right");
    await expect(app.frame()).toMatchFileSnapshot(golden("gap", size));
    await app.press("Z");
    await expect(app.frame()).toMatchFileSnapshot(golden("weeks", size));
    await app.press("Z", "c", "c", "c");
    await expect(app.frame()).toMatchFileSnapshot(golden("months-data", size));
  });

  test("the files with problems are listed, searched and opened", async () => {
    const app = await start(size);
    await app.settle();
    await app.press("tab", "down");
    await expect(app.frame()).toMatchFileSnapshot(golden("files", size));
    await app.press("enter");
    await expect(app.frame()).toMatchFileSnapshot(golden("file", size));
    await app.press("esc", "/", "no such");
    await expect(app.frame()).toMatchFileSnapshot(golden("typing", size));
    await app.press("enter");
    await expect(app.frame()).toMatchFileSnapshot(golden("nothing", size));
  });

  test("what the library requires is listed with what was logged", async () => {
    const app = await start(size);
    await app.settle();
    await app.press("shift-tab", "down", "down");
    await expect(app.frame()).toMatchFileSnapshot(golden("requires", size));
  });

  test("an answer that fails says why, and an empty case what to run", async () => {
    const broken = await start(size, { fails: ["coverage-rows"] });
    await broken.settle();
    await expect(broken.frame()).toMatchFileSnapshot(golden("failed", size));
    await broken.close();
    const empty = await start(size, { folder: noEvents });
    await empty.settle();
    await expect(empty.frame()).toMatchFileSnapshot(golden("empty", size));
  });

  test("cells that fail leave the rows", async () => {
    const app = await start(size, { fails: ["coverage-cells"] });
    await app.settle();
    await expect(app.frame()).toMatchFileSnapshot(golden("cells-failed", size));
  });

  test("made-up accounts, regions, times and names do not break the frame", async () => {
    const app = await start(size, { folder: hostile });
    await app.settle();
    await expect(app.frame()).toMatchFileSnapshot(golden("hostile", size));
    await app.press("G", "end", "z", "z", "tab");
    await expect(app.frame()).toMatchFileSnapshot(golden("hostile-files", size));
    await app.press("enter");
    await expect(app.frame()).toMatchFileSnapshot(golden("hostile-file", size));
  });
});

test("in ASCII nothing else is drawn", async () => {
  const app = await start([80, 24], { ascii: true });
  await app.settle();
  expect(app.frame()).toMatch(/^[\x20-\x7e\n]*$/);
});

describe("from a cell lead", () => {
  async function filtersAfter(...keys: string[]): Promise<unknown> {
    const app = await start([80, 24]);
    await app.settle();
    await app.press(...keys);
    const { screen, state } = app.app.top();
    const { filters } = state as { filters?: readonly { match: { kind: string }; negated: boolean }[] };
    return [screen, filters?.map(({ match, negated }) => (negated ? ["not", match] : match))];
  }
  const account = { kind: "is", column: "recipient_account_id", values: [ACCOUNT] };
  const region = { kind: "is", column: "aws_region", values: ["us-east-1"] };
  const day = (since: string, until: string): unknown => ({
    kind: "time",
    since: BigInt(Date.parse(since)) * 1000n,
    until: BigInt(Date.parse(until)) * 1000n,
  });

  test.each([
    ["its events", ["down", "down", "home", "enter"], [account, region, day("2024-03-01", "2024-03-02")]],
    ["those of a month", ["Z", "Z", "enter"], [account, day("2024-03-01", "2024-04-01")]],
    ["all of the row", ["down", "down", "p"], [account, region]],
    [
      "those of the category",
      ["c", "c", "c", "c", "p"],
      [account, { kind: "is", column: "event_category", values: ["Insight"] }],
    ],
  ])("%s", async (_, keys, expected) => {
    expect(await filtersAfter(...keys)).toEqual(["events", expected]);
  });

  test("the events of a kind that queries require", async () => {
    const [screen, filters] = (await filtersAfter("shift-tab", "G", "enter")) as [string, unknown[]];

    expect([screen, filters[0]]).toEqual([
      "events",
      { kind: "is", column: "event_category", values: ["NetworkActivity"] },
    ]);
  });
});

test("from a row lead the sessions of its account", async () => {
  const app = await start([80, 24]);
  await app.settle();
  await app.press("down", "s");

  expect(app.app.top()).toMatchObject({ screen: "sessions", title: `sessions of account:${ACCOUNT}` });
});

test("what is marked is the time of the column", async () => {
  const app = await start([80, 24]);
  await app.settle();
  await app.press("home");

  expect(app.app.screen("coverage")!.markTargets!(app.app.top(), app.app)).toEqual([
    { kind: "range", since: "2024-03-01T00:00:00Z", until: "2024-03-02T00:00:00Z" },
  ]);
});

test("nothing is asked while the cursor moves over cells that are here", async () => {
  const app = await start([120, 35]);
  await app.settle();
  const before = app.asked();
  expect(before).toBeGreaterThan(0);
  await app.press("down", "right", "left", "G", "home", "end", "c");

  expect(app.asked()).toBe(before);
});

test("the statement of every tab can be run, and the export of the matrix holds every cell", async () => {
  const app = await start([80, 24]);
  await app.settle();
  const screen = app.app.screen("coverage")!;
  for (const _ of ["matrix", "files", "requires"]) {
    const { sql, command } = await screen.describe!(app.app.top(), app.app);
    const answer = await app.lanes.ask("test", async (reader) => reader.rows(sql));
    expect([command.startsWith("coldtrail sql '"), answer.kind]).toEqual([true, "answer"]);
    await app.press("tab");
  }
  const path = join(temporaryFolder(), "matrix.csv");
  const written = await screen.exportable!(app.app.top(), app.app)!.write(
    { path, format: "csv" },
    new AbortController().signal,
  );
  const lines = readFileSync(path, "utf8").trimEnd().split("\r\n");

  expect(written.n_rows).toBe(lines.length - 1);
  expect(lines[0]).toContain("proof_by_digests");
  expect(lines.filter((line) => line.includes("us-east-1,2024-03-01"))).toHaveLength(2);
});
