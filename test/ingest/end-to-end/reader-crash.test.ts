import { join } from "node:path";
import { expect, test } from "vitest";
import { ingestArchives } from "../../../src/ingest/ingest.ts";
import { askCase } from "../../helpers/case-content.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { type FileContent, logFileName, makeRecords, writeTrail } from "../../helpers/trail-maker.ts";

// A reader thread that dies takes nothing with it but the file it was at.

const CRASHING_READER = new URL("../../helpers/crashing-reader.ts", import.meta.url);
const FILES = 40;

/** An archive of whole log files, and the others given. */
function archiveWith(others: readonly string[]): string {
  const files: Record<string, FileContent> = {};
  for (let i = 0; i < FILES; i += 1) files[logFileName(i)] = makeRecords(i * 2, 2);
  for (const name of others) files[name] = makeRecords(9_000, 2);
  return writeTrail(temporaryFolder(), files);
}

async function ingestWith(
  readerWorker: URL,
  evidence: string,
  jobs: number,
): Promise<{ caseFolder: string; run: ReturnType<typeof ingestArchives> }> {
  const caseFolder = join(temporaryFolder(), "case");
  return { caseFolder, run: ingestArchives([evidence], { caseFolder, toolVersion: "test", jobs, readerWorker }) };
}

test.each([1, 3])(
  "a file at which a reader stops is unreadable, and every other file is stored, with %i readers",
  async (jobs) => {
    const reasons = {
      "111-stops.json": "the reader crashed on it: it stopped with code 7",
      "1111-stops-quietly.json": "the reader crashed on it: it stopped with code 0",
      "zzz-stops-throws.json": "the reader crashed on it: a bug in a decoder",
    };
    const { caseFolder, run } = await ingestWith(CRASHING_READER, archiveWith(Object.keys(reasons)), jobs);
    const { summary } = await run;

    expect(Object.fromEntries(summary.warnings.map(({ file, reason }) => [file, reason]))).toEqual(reasons);
    expect(summary.files).toMatchObject({ offered: FILES + 3, imported: FILES, unreadable: 3 });
    expect(summary.records).toMatchObject({ seen: FILES * 2, stored: FILES * 2, duplicate: 0 });
    expect(await askCase(caseFolder, "SELECT count(*) AS n FROM events")).toEqual([{ n: FILES * 2 }]);
  },
);

test("a reader that can only stop is not started for ever: the ingest fails, and the next one goes on", async () => {
  const evidence = archiveWith(["stops-at-flush"]);
  const { caseFolder, run } = await ingestWith(CRASHING_READER, archiveWith([]), 1);
  await run;
  const failing = ingestArchives([evidence], {
    caseFolder,
    toolVersion: "test",
    jobs: 1,
    readerWorker: CRASHING_READER,
  });

  await expect(failing).rejects.toThrow("it stopped with code 1");
  const { summary } = await ingestArchives([evidence], { caseFolder, toolVersion: "test", jobs: 1 });
  expect(summary.records).toMatchObject({ seen: FILES * 2 + 2, stored: 2, duplicate: FILES * 2 });
});

test("a reader that does not even start fails the ingest with its reason", async () => {
  const { run } = await ingestWith(new URL("./no-such-reader.ts", import.meta.url), archiveWith([]), 2);

  await expect(run).rejects.toThrow(/no-such-reader/);
});
