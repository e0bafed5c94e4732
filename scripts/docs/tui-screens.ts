import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ingestArchives } from "../../src/ingest/ingest.ts";
import type { Command, OverlayDefinition, ScreenDefinition } from "../../src/tui/state/contract.ts";
import { OVERLAYS } from "../../src/tui/screens/registry.ts";
import { buildDemoDay } from "../../test/data/demo/archive.ts";
import { ManualClock } from "../../test/helpers/tui-clock.ts";
import { TuiTerminal } from "../../test/helpers/tui-terminal.ts";
import { PICTURES, type Picture } from "./tui-words.ts";

/** The day of the attack in the demo archive. */
const DAY = "2026/03/29";
const CASE = "fernhollow";

/** What docs/tui.md is made of. */
export interface TuiPictures {
  /** In the order of `PICTURES`. */
  readonly screens: readonly string[];
  readonly commands: readonly Command[];
  readonly definitions: readonly ScreenDefinition[];
  readonly overlays: readonly OverlayDefinition[];
}

/** Draws every picture of the page from a case of the demo archive, in a folder that is gone afterwards. */
export async function drawPictures(): Promise<TuiPictures> {
  const folder = mkdtempSync(join(tmpdir(), "coldtrail-docs-"));
  const before = process.cwd();
  try {
    // The case is named as a user would name it, whatever folder this is.
    process.chdir(folder);
    writeDay(join(folder, "evidence"));
    await ingestArchives(["evidence"], { caseFolder: CASE, toolVersion: "docs", jobs: 1 });
    return await drawAll();
  } finally {
    process.chdir(before);
    rmSync(folder, { recursive: true, force: true });
  }
}

function writeDay(folder: string): void {
  for (const { path, bytes } of buildDemoDay(DAY)) {
    const file = join(folder, ...path.split("/"));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
}

/** Ink shows the cursor again when the process ends, on a terminal that never was: that is not for whoever runs this. */
function silenceLastWords(): void {
  process.once("exit", () => {
    process.stderr.write = () => true;
  });
}

async function drawAll(): Promise<TuiPictures> {
  silenceLastWords();
  const tui = await TuiTerminal.open({ caseFolder: CASE, columns: 120, rows: 35, clock: new ManualClock() });
  try {
    const screens: string[] = [];
    for (const picture of PICTURES) screens.push(await draw(tui, picture));
    if (tui.logged.length > 0) throw new Error(tui.logged.join("\n"));
    return { screens, commands: tui.app.commands(), definitions: tui.app.screens(), overlays: OVERLAYS };
  } finally {
    await tui.close();
  }
}

async function draw(tui: TuiTerminal, { size: [columns, rows], keys }: Picture): Promise<string> {
  await tui.resize(columns, rows);
  for (const key of keys) {
    const typed = /^"(.*)"$/s.exec(key)?.[1];
    if (typed === undefined) await tui.press(key);
    else await tui.type(typed);
  }
  // The event under the cursor is read after a rest, and messages go after a while.
  await tui.advance(30_000);
  return steady(tui.screen(), columns);
}

const ELAPSED = /\b\d[\d.,]* m?s\b/g;
const WRITTEN = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC {2}entry [0-9a-f]{12}/g;

/** Without what differs from run to run: elapsed times, and when a mark was written. */
function steady(screen: string, columns: number): string {
  return screen
    .replaceAll(WRITTEN, "2026-04-02 09:30:00 UTC  entry 3f1c9a62d07b")
    .split("\n")
    .map((line) => withoutTimes(line, columns))
    .join("\n");
}

function withoutTimes(line: string, columns: number): string {
  if (!ELAPSED.test(line)) return line;
  // A time at the right edge has moved what stands before it.
  const atEdge = /^(.*\S)? {2,}(\S.*?) *\b\d[\d.,]* m?s$/.exec(line);
  if (atEdge !== null && line.length > columns - 3) {
    const [, left = "", right = ""] = atEdge;
    return `${left}${right.trimEnd().padStart(columns - left.length - 1)}`;
  }
  return line
    .replaceAll(/ (?:rows|count|list|counted in) \d[\d.,]* m?s(?: ·)?/g, "")
    .replaceAll(ELAPSED, "")
    .trimEnd();
}
