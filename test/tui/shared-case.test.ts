import fc from "fast-check";
import { existsSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { coldtrail } from "../helpers/coldtrail.ts";
import { startTui, type PtyProgram } from "../helpers/pty.ts";
import { caseOf } from "../helpers/small-case.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { makeRecord, writeTrail } from "../helpers/trail-maker.ts";

// Somebody looks through a case while a colleague's ingests publish one generation of it after the other.

/** Short here; five minutes of it: COLDTRAIL_SHARE_SECONDS=300. */
const SHARE_SECONDS = Number(process.env["COLDTRAIL_SHARE_SECONDS"] ?? "20");
const N_FIRST = 4000;
const N_MORE = 300;
const KEY_EVERY_MS = 25;

const NAMES = ["DescribeInstances", "GetCallerIdentity", "ListUsers", "RunInstances", "PutObject"];
const recordsFrom = (from: number, count: number): ReturnType<typeof makeRecord>[] =>
  Array.from({ length: count }, (_, i) => {
    const n = from + i;
    const isDenied = n % 13 === 0;
    return makeRecord(n * 11, {
      eventName: NAMES[n % NAMES.length],
      readOnly: n % 3 !== 0,
      ...(isDenied ? { errorCode: "AccessDenied", errorMessage: "not authorized" } : {}),
    });
  });

/** What is typed without a pause: movement, views, pivots, filters, queries, and back. */
const BURSTS = [
  ..."jjkGg\u0004\u0015eEoOfF ".split(""),
  ..."1234512345".split(""),
  ..."jjjj|kk|\t|\u001b[6~|\u001b[5~|\r|\u007f|\u007f|\u007f|x|p|z|Z|d|s|R|R".split("|"),
  "/eventName=ListUsers\r",
  "/errorCode=AccessDenied\r",
  "/outcome=denied who=*alice*\r",
  "l+",
  "3/top-\r\r",
  "5jjj\r",
  "2j\r",
];
const ESC = "\u001b";
/** An error of a pane or of the last line; not what a field says of what is typed, nor a legend. */
const PROBLEM =
  /A bug in coldtrail.*|cannot be drawn|! (?:The |No case|count:|over time:|failed).*|[A-Z]\w+ Error:.*|\brows failed/;

let program: PtyProgram | null = null;
afterEach(() => program?.close());

/** Types until told to stop; returns the lines that spoke of a problem, and how many bursts were typed. */
async function typeAway(tui: PtyProgram, isOver: () => boolean): Promise<{ problems: string[]; n_bursts: number }> {
  const problems: string[] = [];
  let n_bursts = 0;
  for (const burst of fc.sample(fc.constantFrom(...BURSTS), { seed: 7, numRuns: 100_000 })) {
    if (isOver()) break;
    // Out of a text field, now and then; alone, so that it is no part of a sequence.
    if (n_bursts % 9 === 0) {
      tui.type(ESC);
      await pause(4 * KEY_EVERY_MS);
    }
    tui.type(burst);
    n_bursts += 1;
    await pause(KEY_EVERY_MS);
    const screen = tui.screen();
    const found = PROBLEM.exec(screen);
    if (found !== null) problems.push(`${JSON.stringify(burst)}: ${found[0]}`);
  }
  return { problems, n_bursts };
}

async function ingestFrom(caseFolder: string, from: number): Promise<void> {
  const folder = temporaryFolder();
  writeTrail(folder, { [`from-${from}.json`]: recordsFrom(from, N_MORE) });
  const { code, stderr } = await coldtrail(["ingest", folder, "--case", caseFolder, "--quiet"]);
  expect([code, stderr]).toEqual([0, ""]);
}

test(
  "ingests and the screen do not get into each other's way, and what came is shown when it is asked for",
  async () => {
    const caseFolder = await caseOf(recordsFrom(0, N_FIRST));
    const tui = startTui(["--case", caseFolder], { columns: 120, rows: 35, cwd: temporaryFolder() });
    program = tui;
    await tui.until(new RegExp(`row 1 of ${N_FIRST.toLocaleString("en-US")}`));

    const ends_ms = performance.now() + SHARE_SECONDS * 1000;
    let isIngesting = true;
    const typing = typeAway(tui, () => !isIngesting);
    let n_events = N_FIRST;
    let n_ingests = 0;
    try {
      while (performance.now() < ends_ms || n_ingests < 3) {
        await ingestFrom(caseFolder, n_events);
        n_events += N_MORE;
        n_ingests += 1;
      }
    } finally {
      isIngesting = false;
    }
    const { problems, n_bursts } = await typing;
    console.log(`${SHARE_SECONDS} s: ${n_ingests} ingests, ${n_bursts} bursts of keys, ${problems.length} problems`);
    expect(problems).toEqual([]);
    expect(n_bursts).toBeGreaterThan(SHARE_SECONDS);

    await backToAll(tui);
    await ingestFrom(caseFolder, n_events);
    n_events += N_MORE;
    await tui.until(/a newer case was published: R opens it/);
    tui.type("R");
    await tui.until(new RegExp(`UTC {2}${n_events.toLocaleString("en-US")} events`));
    await tui.until(/^ events {2}row [\d,]+ of [\d,]+ .*rows \d/m);
    tui.type("q");
    expect(await tui.ended).toMatchObject({ exitCode: 0 });
    const log = join(tmpdir(), `coldtrail-tui-${tui.pid}.log`);
    expect(existsSync(log) ? readFileSync(log, "utf8") : "").toBe("");
  },
  SHARE_SECONDS * 1000 + 180_000,
);

/** Out of whatever the last keys led to, to all events. */
async function backToAll(tui: PtyProgram): Promise<void> {
  for (let i = 0; i < 4; i += 1) {
    tui.type(ESC);
    await pause(4 * KEY_EVERY_MS);
  }
  tui.type("1");
  await tui.until(/^ case {2}(?:events|…)/);
  tui.type("1");
  await tui.until(/^ case {2}events {3}/);
}
