import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, expect, test } from "vitest";
import { coldtrail } from "../../helpers/coldtrail.ts";
import { shellWords } from "../../helpers/command-line.ts";
import { startTui, type PtyOptions, type PtyProgram } from "../../helpers/pty.ts";
import { CTRL_U, demoNight, ENTER, ESC, filterTo, TAB, toAllEvents, untilRow, type DemoNight } from "./demo-night.ts";

// Ways through the other screens, typed by hand on a real pseudo-terminal.

let night: DemoNight;
let program: PtyProgram | null = null;
beforeAll(async () => {
  night = await demoNight();
}, 180_000);
afterEach(() => program?.close());

async function open(options: PtyOptions = {}): Promise<PtyProgram> {
  const tui = startTui(["--case", night.caseFolder, "--examiner", "ada"], {
    columns: 120,
    rows: 35,
    cwd: night.folder,
    ...options,
  });
  program = tui;
  await untilRow(tui, 1, 975);
  return tui;
}

async function leave(tui: PtyProgram): Promise<void> {
  await toAllEvents(tui);
  tui.type("q");
  expect(await tui.ended).toMatchObject({ exitCode: 0 });
}

test("from the keys of a principal to what one of them did, and from a day of the coverage to its events", async () => {
  const tui = await open();

  tui.type("2");
  await tui.until(/37 keys, 495 records/);
  tui.type(`/backup-sync${ENTER}`);
  await tui.until(/23 keys, 136 records/);
  tui.type(ENTER);
  const session = await tui.until(/issued by: CreateAccessKey at 2026-03-29T01:27:13Z/);
  expect(session).toMatch(/AKIAPRODMTU7SEXAMPLE {2}long-term key/);
  expect(session).toMatch(/98 records · 4 denied/);
  await tui.until(/^ {2}203\.0\.113\.77 +63 +4/m);
  tui.type(ENTER);
  await untilRow(tui, 1, 98);
  expect(tui.screen()).toMatch(/^ filters: .*AKIAPRODMTU7SEXAMPLE/m);
  tui.type(ESC);
  await tui.until(/issued by: CreateAccessKey/);
  tui.type("o");
  await untilRow(tui, 1, 1);
  expect(tui.screen()).toMatch(/^│> 2026-03-29 01:27:13 CreateAccessKey/m);
  tui.type(ESC);
  await tui.until(/issued by: CreateAccessKey/);

  tui.type("5");
  await tui.until(/^> 077788889999 +552 +104/m);
  expect(tui.screen()).toMatch(/not verified/);
  tui.type("j");
  await tui.until(/^> {3}eu-central-1 +423 +72/m);
  tui.type(ENTER);
  await untilRow(tui, 1, 423);
  expect(tui.screen()).toMatch(/^ filters: .*eu-central-1/m);
  tui.type(ESC);
  await tui.until(/^> {3}eu-central-1 +423/m);
  tui.type(TAB);
  await tui.until(/Every file that was offered was read to its end/);
  tui.type(TAB);
  await tui.until(/\[queries need: /);
  await leave(tui);
}, 120_000);

/** The command that `v` shows, as the terminal's clipboard got it. */
async function commandOfView(tui: PtyProgram): Promise<readonly string[]> {
  tui.type("v");
  await tui.until(/this view as SQL and as a command/);
  const before = tui.output.length;
  tui.type("c");
  await tui.until(/Copied command/);
  // eslint-disable-next-line no-control-regex -- It is what the terminal gets.
  const encoded = /\u001b\]52;c;([A-Za-z0-9+/=]+)\u0007/.exec(tui.output.slice(before))![1]!;
  const [first = ""] = Buffer.from(encoded, "base64").toString("utf8").split("\n");
  if (/this view as SQL/.test(tui.screen())) tui.type(ESC);
  await tui.until(/^(?![\s\S]*this view as SQL)/);
  const [name, ...words] = shellWords(first);
  expect(name).toBe("coldtrail");
  return words;
}

async function exportView(tui: PtyProgram, file: string): Promise<string> {
  tui.type("X");
  await tui.until(/─ export /);
  tui.type(`${CTRL_U}${file}${ENTER}`);
  await tui.until(/Wrote [\d,]+ rows/);
  return readFileSync(join(night.folder, file), "utf8");
}

test("what X writes is what the command of v writes: a view of events, and a query's result", async () => {
  const tui = await open();
  const fromCli = async (words: readonly string[], file: string): Promise<string> => {
    const path = join(night.folder, file);
    expect(await coldtrail([...words, "--format", "csv", "-o", path, "--quiet"])).toMatchObject({ code: 0 });
    return readFileSync(path, "utf8");
  };

  await filterTo(tui, "service=sts outcome=denied", 6);
  const events = await exportView(tui, "events.csv");
  expect(events).toBe(await fromCli(await commandOfView(tui), "events-cli.csv"));
  expect(events.split("\r\n")).toHaveLength(8);

  await toAllEvents(tui);
  tui.type("3");
  await tui.until(/access-denied/);
  tui.type("/secrets-access");
  await tui.until(/^>.*secrets-access/m);
  tui.type(ENTER);
  await tui.until(/Enter run/);
  tui.type(ENTER);
  await tui.until(/row 1 of 27 [\s\S]* 27 rows, counts records/);
  const result = await exportView(tui, "secrets.csv");
  expect(result).toBe(await fromCli(await commandOfView(tui), "secrets-cli.csv"));
  expect(result).toMatch(/backup-sync/);
  await leave(tui);
}, 120_000);

test("each size has a frame of its own, and the first size again has the first frame again", async () => {
  const tui = await open({ columns: 200, rows: 50 });
  tui.type("jjj");
  await untilRow(tui, 4, 975);
  const wide = await wholeFrame(tui);

  tui.resize(60, 15);
  await tui.until(/^ events {2}row 4 of 975.*\n.*\? help/m);
  expect(tui.screen()).not.toMatch(/─ facets ─/);
  tui.resize(59, 15);
  await tui.until(/needs 60 columns and 15 lines; this terminal has\s+59\s+and\s+15/);
  tui.type("jk");
  tui.resize(200, 50);

  expect(await wholeFrame(tui)).toBe(wide);
  await leave(tui);
}, 120_000);

/** The screen when rows, facets and the event under the cursor are there and nothing is counted any more. */
async function wholeFrame(tui: PtyProgram): Promise<string> {
  await tui.until(/recipientAccountId +3 values/);
  // Until it is read, the pane says that it still has the one before.
  await tui.until(/^┌─ event [0-9a-f-]{36} /m);
  await tui.until(/^│ identity .*(?:\n.*)+\n events {2}row 4 of 975 .* count [\d.]+ m?s\n/m);
  return tui.screen();
}

test("a newer case is offered while one looks at the old one, and R shows it", async () => {
  const tui = await open();
  await filterTo(tui, "outcome=denied", 37);

  const { code, stderr } = await coldtrail(["ingest", night.nextDay, "--case", night.caseFolder, "--quiet"]);
  expect([code, stderr]).toEqual([0, ""]);
  await tui.until(/a newer case was published: R opens it/);
  expect(tui.screen()).toMatch(/UTC {2}975 events/);
  tui.type("R");

  await tui.until(/UTC {2}2,\d{3} events/);
  await untilRow(tui, 1, "\\d+");
  expect(tui.screen()).toMatch(/^ filters: outcome=denied/m);
  await tui.until(/^(?![\s\S]*newer case)/);
  tui.type("q");
  await untilRow(tui, 1, "2,\\d{3}");
  tui.type("q");
  expect(await tui.ended).toMatchObject({ exitCode: 0 });
}, 120_000);
