import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, expect, test } from "vitest";
import { verifyJournals } from "../../../src/journal/verify-journal.ts";
import { attackIds } from "../../data/demo/archive.ts";
import { coldtrail } from "../../helpers/coldtrail.ts";
import { startTui, type PtyProgram } from "../../helpers/pty.ts";
import {
  CTRL_E,
  demoNight,
  DOWN,
  ENTER,
  ESC,
  filterTo,
  markAll,
  SHIFT_TAB,
  TAB,
  toAllEvents,
  untilRow,
  type DemoNight,
} from "./demo-night.ts";

// The demo investigation, typed by hand on a real pseudo-terminal: from the first look to the incident's timeline.

let night: DemoNight;
let program: PtyProgram | null = null;
beforeAll(async () => {
  night = await demoNight();
}, 180_000);
afterEach(() => program?.close());

test("from the refused calls to the whole incident: the exported timeline is that of the command line, and the attack", async () => {
  const { caseFolder, folder } = night;
  const tui = startTui(["--case", caseFolder, "--examiner", "ada"], { columns: 120, rows: 35, cwd: folder });
  program = tui;
  await untilRow(tui, 1, 975);

  await filterTo(tui, "outcome=denied", 37);
  tui.type(ENTER);
  await tui.until(/^> eventTime +2026-03-29T00:19:30Z/m);
  await pivotTo(tui, "key used", "AKIADEVAFLR7WEXAMPLE", 52);
  tui.type(ESC);
  await tui.until(/^> eventTime/m);
  await pivotTo(tui, "source address", "203.0.113.77", 139);
  await markAll(tui, 139);

  await toAllEvents(tui);
  await askWhoWasRefused(tui);
  await toAllEvents(tui);
  await filterTo(tui, "ip=198.51.100.146", 55);
  await markAll(tui, 55);
  await tagWithNote(tui);
  await toAllEvents(tui);
  await filterTo(tui, "who=arn:aws:iam::077788889999:user/backup-sync ip!=203.0.113.77 ip!=198.51.100.146", 20);
  await markAll(tui, 20);
  await toAllEvents(tui);
  await filterTo(tui, "key=ASIAPRODHRLHDEXAMPLE ip!=203.0.113.77", 2);
  await markAll(tui, 2);

  tui.type("4");
  await tui.until(/row 1 of 216 events/);
  await tui.until(/217 marks by 1 examiner/);
  tui.type(CTRL_E);
  const screen = await tui.until(/Wrote 216 rows .* to .*fernhollow-timeline\.csv/s);
  expect(screen).toMatch(/you are ada/);
  tui.type("q");
  expect(await tui.ended).toMatchObject({ exitCode: 0 });

  const fromCli = join(folder, "cli.csv");
  const words = ["timeline", "--marked", "--case", caseFolder, "--examiner", "grace", "-o", fromCli, "--quiet"];
  expect(await coldtrail(words)).toMatchObject({ code: 0 });
  const written = readFileSync(join(folder, "fernhollow-timeline.csv"), "utf8");
  expect(written).toBe(readFileSync(fromCli, "utf8"));
  expect(written).toMatch(/exfiltration/);
  expect(written).toMatch(/customer exports, read by hand/);
  expect(await idsOf(caseFolder)).toEqual(attackIds().toSorted());
  expect(await verifyJournals(join(caseFolder, "journal"))).toMatchObject({ ok: true });
}, 240_000);

/** From an event: `P`, down to the thing, and to its events. */
async function pivotTo(tui: PtyProgram, label: string, value: string, n_rows: number): Promise<void> {
  tui.type("P");
  const item = (cursor: string): RegExp =>
    new RegExp(`${cursor} ${label} +${value.replaceAll(".", "\\.")} +${n_rows} `);
  const menu = await tui.until(item(""));
  const [first, wanted] = [/│> /, item("")].map((pattern) => menu.split("\n").findIndex((line) => pattern.test(line)));
  tui.type("j".repeat(wanted! - first!));
  await tui.until(item("> ?"));
  tui.type(ENTER);
  await untilRow(tui, "\\d+", n_rows);
}

/** The library's question, the principal of its first row marked, and from the row to all that it did. */
async function askWhoWasRefused(tui: PtyProgram): Promise<void> {
  tui.type("3");
  await tui.until(/access-denied/);
  tui.type("/access-denied");
  await tui.until(/access-denied/);
  tui.type(ENTER);
  await tui.until(/run/);
  tui.type(ENTER);
  await tui.until(/row 1 of 3 /);
  tui.type("l");
  tui.type("M");
  await tui.until(/─ mark ─/);
  // The row's own event comes first; the principal is another of the things that it names.
  tui.type(SHIFT_TAB);
  await tui.until(/> what/);
  tui.type(DOWN);
  await tui.until(/\(o\) principal arn:aws:iam::444455556666:user\/ci-deployer/);
  tui.type(`${TAB}leaked${TAB}the pipeline's user${ENTER}`);
  await tui.until(/Written about principal/);
  tui.type("p");
  await tui.until(/^ filters: who=arn:aws:iam::444455556666:user/m);
  await untilRow(tui, "\\d+", "\\d+");
  tui.type(ESC);
  await tui.until(/row 1 of 3 /);
}

async function tagWithNote(tui: PtyProgram): Promise<void> {
  tui.type("g");
  await untilRow(tui, 1, 55);
  tui.type("M");
  await tui.until(/─ mark ─/);
  tui.type(`exfiltration, console${TAB}customer exports, read by hand${ENTER}`);
  await tui.until(/Written about event/);
}

async function idsOf(caseFolder: string): Promise<string[]> {
  const words = ["timeline", "--marked", "--case", caseFolder, "--format", "jsonl", "--quiet"];
  const { stdout } = await coldtrail(words);
  const rows = stdout.trim().split("\n");
  return rows.map((row) => (JSON.parse(row) as { event_id: string }).event_id).toSorted();
}
