/** The night of the attack in the demo archive, as a case, and what a person types to look through it. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { buildDemoDay } from "../../data/demo/archive.ts";
import { coldtrail } from "../../helpers/coldtrail.ts";
import type { PtyProgram } from "../../helpers/pty.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

export interface DemoNight {
  /** A folder for what is exported. */
  readonly folder: string;
  readonly caseFolder: string;
  /** Evidence that has not been ingested: the morning after. */
  readonly nextDay: string;
}

/** Ingests all log files of the day on which it happened: 975 events, 216 of them the attack. */
export async function demoNight(): Promise<DemoNight> {
  const folder = temporaryFolder();
  const [evidence, nextDay] = [join(folder, "night"), join(folder, "next-day")];
  writeDay("2026/03/29", evidence);
  writeDay("2026/03/30", nextDay);
  const caseFolder = join(folder, "fernhollow");
  const { code, stderr } = await coldtrail(["ingest", evidence, "--case", caseFolder, "--quiet"]);
  expect([code, stderr]).toEqual([0, ""]);
  return { folder, caseFolder, nextDay };
}

function writeDay(day: string, folder: string): void {
  for (const { path, bytes } of buildDemoDay(day)) {
    const file = join(folder, ...path.split("/"));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
}

export const ENTER = "\r";
export const ESC = "\u001b";
export const TAB = "\t";
export const SHIFT_TAB = "\u001b[Z";
export const DOWN = "\u001b[B";
export const CTRL_E = "\u0005";
export const CTRL_U = "\u0015";

/** Back to the first view of all events, wherever the person is: to the views of events, and to the lowest of them. */
export async function toAllEvents(tui: PtyProgram): Promise<void> {
  tui.type("1");
  await tui.until(/^ fernhollow {2}(?:events|…)/);
  tui.type("1");
  await tui.until(/^ fernhollow {2}events {3}/);
  await untilRow(tui, "\\d+", 975);
}

/** Types a filter over the present view; waits for its rows. */
export async function filterTo(tui: PtyProgram, text: string, n_rows: number): Promise<void> {
  tui.type("/");
  await tui.until(/─ filter ─/);
  tui.type(text + ENTER);
  await untilRow(tui, 1, n_rows);
}

/** Waits until the cursor is on this row of so many, and the rows have been read. */
export async function untilRow(tui: PtyProgram, row: number | string, n_rows: number | string): Promise<void> {
  await tui.until(new RegExp(`^ events {2}row ${row} of ${n_rows} .* rows [\\d.,]+ m?s`, "m"));
}

/** Marks every row of the present view, from the first on, as fast as keys are typed. */
export async function markAll(tui: PtyProgram, n_rows: number): Promise<void> {
  tui.type("g");
  await untilRow(tui, 1, n_rows);
  tui.type(`${"mj".repeat(n_rows - 1)}m`);
  await untilRow(tui, n_rows, n_rows);
  await tui.until(/Marked: event /);
}
