import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { openTuiCase } from "../../../src/cli/tui-case.ts";
import { WHOLE_CASE } from "../../../src/queries/scope.ts";
import { createLanes, type Lanes, type Work } from "../../../src/tui/services/lanes.ts";
import type { OpenedCase } from "../../../src/tui/state/case-facts.ts";
import { caseOf } from "../../helpers/small-case.ts";
import { makeRecords } from "../../helpers/trail-maker.ts";
import { ManualClock } from "../../helpers/tui-clock.ts";

let folder: string;
let opened: OpenedCase;
let lanes: Lanes;
let changes = 0;
const clock = new ManualClock();

beforeAll(async () => {
  folder = await caseOf(makeRecords(1, 3));
});

const openCase = async (): Promise<OpenedCase> =>
  (await openTuiCase({ caseFolder: folder, journalFolder: `${folder}/journal`, examiner: "Ada", scope: WHOLE_CASE }))
    .opened;

beforeEach(async () => {
  opened = await openCase();
  changes = 0;
  lanes = createLanes(opened, { clock, changed: () => (changes += 1) });
});

afterEach(async () => {
  await lanes.close();
  opened.close();
});

const quick: Work<number> = async (reader) => Number((await reader.rows("SELECT count(*) AS n FROM events"))[0]?.["n"]);
/** Runs for minutes unless it is stopped. */
const endless: Work<number> = async (reader) =>
  Number(
    (
      await reader.rows("SELECT count(*) AS n FROM range(30000000) a, range(30000) b WHERE (a.range + b.range) % 7 = 3")
    )[0]?.["n"],
  );

test("an answer comes with how long it took", async () => {
  expect(await lanes.ask("rows", quick)).toEqual({
    kind: "answer",
    value: 3,
    elapsed_ms: expect.any(Number) as number,
  });
  expect(changes).toBe(2);
});

test("the newest question of a lane wins: what runs is stopped and what waits is dropped", async () => {
  const running = lanes.ask("rows", endless);
  const waiting = lanes.ask("rows", endless);
  const newest = lanes.ask("rows", quick);

  expect(await running).toEqual({ kind: "superseded" });
  expect(await waiting).toEqual({ kind: "superseded" });
  expect(await newest).toMatchObject({ kind: "answer", value: 3 });
});

test("a question that goes on between two queries is stopped there too", async () => {
  let reached = 0;
  const stubborn: Work<void> = async (reader) => {
    await reader.rows("SELECT 1 AS one");
    reached = 1;
    await new Promise((resolve) => setTimeout(resolve, 60));
    reached = 2;
    await endless(reader, new AbortController().signal);
    reached = 3;
  };
  const first = lanes.ask("rows", stubborn);
  while (reached < 1) await new Promise((resolve) => setTimeout(resolve, 5));

  const second = lanes.ask("rows", quick);

  expect(await first).toEqual({ kind: "superseded" });
  expect(await second).toMatchObject({ value: 3 });
  expect(reached).toBe(2);
});

test("lanes do not wait for each other", async () => {
  const slow = lanes.ask("facets", endless);

  expect(await lanes.ask("rows", quick)).toMatchObject({ value: 3 });
  expect(lanes.running().map(({ lane }) => lane)).toEqual(["facets"]);

  expect(lanes.cancelAll()).toBe(1);
  expect(await slow).toEqual({ kind: "cancelled" });
  expect(lanes.running()).toEqual([]);
});

test("a question that fails says why, and the lane answers the next one", async () => {
  const failed = await lanes.ask("rows", async (reader) => reader.rows("SELECT no_such_column FROM events"));

  expect(failed).toMatchObject({ kind: "failed" });
  expect(failed.kind === "failed" && failed.error.message).toContain("no_such_column");
  expect(await lanes.ask("rows", quick)).toMatchObject({ value: 3 });
});

test("lanes of the library have the macros and the journal's tables", async () => {
  const answer = await lanes.ask("library", async (reader) =>
    reader.rows("SELECT ct_agent_family('Boto3/1.26') AS family, (SELECT count(*) FROM custody_log) AS n"),
  );

  expect(answer).toMatchObject({ value: [{ family: "boto3", n: expect.anything() as unknown }] });
});

test("the other lanes have what scopes and requirements call", async () => {
  const answer = await lanes.ask("rows", async (reader) =>
    reader.rows("SELECT ct_glob('Alice', 'al*') AS glob, ct_matches('alice', '^al') AS matches"),
  );

  expect(answer).toMatchObject({ value: [{ glob: expect.any(Boolean) as boolean, matches: true }] });
});

test("after a reload the new case is asked, and nothing of the old one arrives", async () => {
  const old = lanes.ask("rows", endless);
  const next = await openCase();

  const reopening = lanes.reopen(next);
  const during = lanes.ask("rows", quick);
  await reopening;
  opened.close();
  opened = next;

  expect(await old).toEqual({ kind: "superseded" });
  expect(await during).toEqual({ kind: "superseded" });
  expect(await lanes.ask("rows", quick)).toMatchObject({ value: 3 });
});

test("who asks again at once, as drawing does, does not keep the old case from being closed", async () => {
  const old = lanes.ask("count", endless);
  const next = await openCase();
  let isOpen = false;
  let n_asked = 0;

  const asking = (async () => {
    for (; !isOpen && n_asked < 1000; n_asked += 1) await lanes.ask("rows", quick);
  })();
  await lanes.reopen(next);
  isOpen = true;
  await asking;
  opened.close();
  opened = next;

  expect(await old).toEqual({ kind: "superseded" });
  expect(n_asked).toBeLessThan(20);
});

test("closing stops what runs, and nothing is asked afterwards", async () => {
  const running = lanes.ask("rows", endless);

  await lanes.close();

  expect(await running).toEqual({ kind: "superseded" });
  expect(await lanes.ask("rows", quick)).toEqual({ kind: "superseded" });
});
