import { renameSync } from "node:fs";
import { expect, test } from "vitest";
import { quickIngest } from "../helpers/quick-ingest.ts";
import { caseOf } from "../helpers/small-case.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { makeRecords, writeTrail } from "../helpers/trail-maker.ts";
import { TuiTerminal } from "../helpers/tui-terminal.ts";

async function ingestMore(caseFolder: string, from: number, count: number): Promise<void> {
  const folder = temporaryFolder();
  writeTrail(folder, { "more.json": makeRecords(from, count) });
  await quickIngest(caseFolder, [folder]);
}

test("a newer case is offered, not forced, and R opens it with the same views", async () => {
  const folder = await caseOf(makeRecords(1, 20));
  const tui = await TuiTerminal.open({ caseFolder: folder, columns: 120, rows: 35 });
  await ingestMore(folder, 1000, 5);
  expect(tui.screen()).not.toMatch(/newer case/);

  await tui.advance(4000);
  expect(tui.screen()).toMatch(/a newer case was published: R opens it/);
  expect(tui.screen()).toMatch(/UTC {2}20 events/);

  const before = tui.output().length;
  await tui.press("R");
  expect(tui.output().slice(before)).toMatch(/reloading/);
  expect(tui.screen()).toMatch(/UTC {2}25 events/);
  expect(tui.screen()).toMatch(/of 25/);
  await tui.advance(60_000);
  expect(tui.screen()).not.toMatch(/newer case/);
  expect(tui.logged).toEqual([]);
  await tui.close();
});

test("a case that is away for a moment is no newer case", async () => {
  const folder = await caseOf(makeRecords(1, 3));
  const tui = await TuiTerminal.open({ caseFolder: folder });
  const published = `${folder}/coldtrail.duckdb`;

  renameSync(published, `${published}.away`);
  await tui.advance(4000);
  renameSync(`${published}.away`, published);
  await tui.advance(4000);

  expect(tui.screen()).not.toMatch(/newer case/);
  await tui.close();
});

test("a case that cannot be opened anew leaves the old one open and says why", async () => {
  const folder = await caseOf(makeRecords(1, 3));
  const tui = await TuiTerminal.open({ caseFolder: folder, columns: 160 });
  await ingestMore(folder, 1000, 5);
  await tui.advance(4000);
  renameSync(`${folder}/coldtrail.duckdb`, `${folder}/elsewhere`);

  await tui.press("R");

  expect(tui.screen()).toMatch(/! No case here/);
  expect(tui.screen()).toMatch(/UTC {2}3 events/);
  await tui.close();
});

test("an empty case says which command fills it, and R shows the events once there are some", async () => {
  const folder = await caseOf([]);
  const tui = await TuiTerminal.open({ caseFolder: folder, columns: 100, rows: 24 });
  expect(tui.screen()).toContain(`coldtrail ingest PATH --case ${folder}`);

  await ingestMore(folder, 1, 7);
  await tui.advance(4000);
  await tui.press("R");

  expect(tui.screen()).toMatch(/of 7/);
  expect(tui.logged).toEqual([]);
  await tui.close();
});
