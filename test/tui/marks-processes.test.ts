import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { readMarks } from "../../src/journal/follow-marks.ts";
import { verifyJournals } from "../../src/journal/verify-journal.ts";
import { coldtrail } from "../helpers/coldtrail.ts";
import { startTui, type PtyProgram } from "../helpers/pty.ts";
import { caseOf } from "../helpers/small-case.ts";
import { idOf, makeRecords } from "../helpers/trail-maker.ts";

// The program on a real pseudo-terminal, and the command line beside it, write to one case.

let program: PtyProgram | null = null;
afterEach(() => program?.close());

async function note(caseFolder: string, examiner: string, n: number): Promise<string> {
  const text = `cli ${examiner} ${n}`;
  const { code, stderr } = await coldtrail([
    "note",
    text,
    "--event",
    idOf(n),
    "--case",
    caseFolder,
    "--examiner",
    examiner,
  ]);
  expect([code, stderr]).toEqual([0, ""]);
  return text;
}

test("the screen and the command line lose no mark; killed, the screen loses at most the one in flight", async () => {
  const caseFolder = await caseOf(makeRecords(1, 60));
  const tui = startTui(["--case", caseFolder, "--examiner", "ada"], { columns: 100, rows: 40 });
  program = tui;
  await tui.until(/row 1 of 60/);

  const writing = (async () => {
    const written: string[] = [];
    // Beside the events that the screen marks: `m` on a note would open the editor.
    for (const n of [41, 42, 43]) {
      written.push(...(await Promise.all([note(caseFolder, "ada", n), note(caseFolder, "grace", n)])));
    }
    return written;
  })();
  const told = new Set<string>();
  for (let n = 1; n <= 20; n += 1) {
    tui.type("m");
    const screen = await tui.until(new RegExp(`Marked: event ${idOf(n)}`));
    told.add(/Marked: event (\S+)/.exec(screen)![1]!);
    tui.type("j");
  }
  const written = await writing;
  tui.type("mjmjm");
  tui.kill("SIGKILL");
  await tui.ended;
  written.push(await note(caseFolder, "ada", 44));

  const journal = join(caseFolder, "journal");
  const targets = [...(await readMarks(journal)).targets().values()];
  const marked = new Set(targets.map(({ id }) => id.slice("event ".length)));
  expect(targets.flatMap(({ notes }) => notes).toSorted()).toEqual(written.toSorted());
  expect(told.size).toBe(20);
  expect([...told].filter((id) => !marked.has(id))).toEqual([]);
  expect(await verifyJournals(journal)).toMatchObject({ ok: true });
}, 180_000);
