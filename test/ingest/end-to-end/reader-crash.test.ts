import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ingestArchives } from "../../../src/ingest/ingest.ts";
import { askCase } from "../../helpers/case-content.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { type FileContent, logFileName, makeRecords, writeTrail } from "../../helpers/trail-maker.ts";

// A reader thread that dies takes nothing with it but the file it was at.

const CRASHING_READER = new URL("../../helpers/crashing-reader.ts", import.meta.url);
const FILES = 70;

/** An archive of whole log files, and the others given. */
function archiveWith(others: readonly string[]): string {
  const files: Record<string, FileContent> = {};
  for (let i = 0; i < FILES; i += 1) files[logFileName(i)] = makeRecords(i * 2, 2);
  for (const name of others) files[name] = makeRecords(9_000, 2);
  return writeTrail(temporaryFolder(), files);
}

async function ingestWith(readerWorker: URL, evidence: string, jobs: number): Promise<{ caseFolder: string; run: ReturnType<typeof ingestArchives> }> {
  const caseFolder = join(temporaryFolder(), "case");
  return { caseFolder, run: ingestArchives([evidence], { caseFolder, toolVersion: "test", jobs, readerWorker }) };
}

describe("a file at which the reader stops", () => {
  test.each([
    ["111-stops.json", "the reader crashed on it: it stopped with code 7"],
    ["zzz-stops.json", "the reader crashed on it: it stopped with code 7"],
    ["111-stops-quietly.json", "the reader crashed on it: it stopped with code 0"],
    ["111-stops-throws.json", "the reader crashed on it: a bug in a decoder"],
  ])("%s is unreadable, and every other file is stored", async (name, reason) => {
    const { caseFolder, run } = await ingestWith(CRASHING_READER, archiveWith([name]), 2);
    const { summary } = await run;

    expect(summary.warnings).toEqual([{ file: name, reason, isProblem: true }]);
    expect(summary.files).toMatchObject({ offered: FILES + 1, imported: FILES, unreadable: 1 });
    expect(summary.records).toMatchObject({ seen: FILES * 2, stored: FILES * 2, duplicate: 0 });
    expect(await askCase(caseFolder, "SELECT count(*) AS n FROM events")).toEqual([{ n: FILES * 2 }]);
  });
});

test("several files at which the only reader stops are each unreadable", async () => {
  const names = ["111-stops.json", "1111-stops-throws.json", "zzz-stops-quietly.json"];
  const { run } = await ingestWith(CRASHING_READER, archiveWith(names), 1);
  const { summary } = await run;

  expect(summary.warnings.map(({ file }) => file).toSorted()).toEqual(names.toSorted());
  expect(summary.files).toMatchObject({ imported: FILES, unreadable: 3 });
});

test("a reader that can only stop is not started for ever: the ingest fails, and the next one goes on", async () => {
  const evidence = archiveWith(["stops-at-flush"]);
  const { caseFolder, run } = await ingestWith(CRASHING_READER, archiveWith([]), 1);
  await run;
  const failing = ingestArchives([evidence], { caseFolder, toolVersion: "test", jobs: 1, readerWorker: CRASHING_READER });

  await expect(failing).rejects.toThrow("it stopped with code 1");
  const { summary } = await ingestArchives([evidence], { caseFolder, toolVersion: "test", jobs: 1 });
  expect(summary.records).toMatchObject({ seen: FILES * 2 + 2, stored: 2, duplicate: FILES * 2 });
});

test("a reader that does not even start fails the ingest with its reason", async () => {
  const { run } = await ingestWith(new URL("./no-such-reader.ts", import.meta.url), archiveWith([]), 2);

  await expect(run).rejects.toThrow(/no-such-reader/);
});
