import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { excludeCase } from "../../src/ingest/case-and-evidence.ts";
import { resolveOffers } from "../../src/ingest/evidence-root.ts";
import { Loading } from "../../src/ingest/loading.ts";
import { EVERYTHING } from "../../src/ingest/selection.ts";
import type { IngestCounts } from "../../src/ingest/summary.ts";
import { CaseWriter } from "../../src/store/case-writer.ts";
import { caseHash } from "../helpers/case-content.ts";
import { writeManyFiles } from "../helpers/many-files.ts";
import { quickIngest } from "../helpers/quick-ingest.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { logFileName, makeRecords, writeTrail } from "../helpers/trail-maker.ts";

const FILES = 200;

async function loadWith(
  caseFolder: string,
  evidence: string,
  limits: { batchRows: number; waitingRows: number },
): Promise<IngestCounts> {
  const writer = await CaseWriter.open(caseFolder, { toolVersion: "test" });
  const { offers, roots } = resolveOffers([evidence], [], []);
  const options = { jobs: 2, excluded: excludeCase(writer.folder), selection: EVERYTHING, roots, limits };
  const counts = await new Loading(writer, options).load(offers);
  await writer.publish();
  return counts;
}

describe("readers pause when rows wait for the store", () => {
  test.each([
    ["a batch needs more rows than may wait", { batchRows: 500, waitingRows: 1 }],
    ["a batch is one file", { batchRows: 1, waitingRows: 1 }],
    ["a batch is more than there is", { batchRows: 1e9, waitingRows: 1e9 }],
  ])("%s: nothing waits for ever, and the case is the same", { timeout: 60_000 }, async (_, limits) => {
    const folder = temporaryFolder();
    const evidence = writeManyFiles(join(folder, "evidence"), FILES);
    const counts = await loadWith(join(folder, "limited"), evidence, limits);
    await quickIngest(join(folder, "usual"), [evidence]);

    expect(counts.files).toMatchObject({ offered: FILES, imported: FILES });
    expect(counts.records.seen).toBe(FILES * 4);
    expect(await caseHash(join(folder, "limited"))).toBe(await caseHash(join(folder, "usual")));
  });
});

describe("of files that are looked up a thousand at once", () => {
  test("those with a known path and size are skipped; another size, path or root is read", async () => {
    const folder = temporaryFolder();
    const names = Array.from({ length: 2_100 }, (_, i) => `${String(i).padStart(4, "0")}-${logFileName(1)}`);
    const evidence = writeTrail(
      join(folder, "evidence"),
      Object.fromEntries(names.map((name, i) => [name, makeRecords(i, 1)])),
    );
    const caseFolder = join(folder, "case");
    await quickIngest(caseFolder, [evidence], { jobs: 2 });
    const changed = [names[0]!, names[999]!, names[1000]!, names[2099]!];
    writeTrail(evidence, Object.fromEntries(changed.map((name, i) => [name, makeRecords(5_000 + i, 2)])));
    writeTrail(evidence, { [`new-${logFileName(1)}`]: makeRecords(6_000, 1) });
    const { summary } = await quickIngest(caseFolder, [evidence], { jobs: 2 });
    const elsewhere = writeTrail(join(folder, "elsewhere"), { [names[5]!]: makeRecords(5, 1) });
    const other = await quickIngest(caseFolder, [elsewhere]);

    expect(summary.files).toMatchObject({ offered: 2_101, skipped: 2_096, imported: 5 });
    expect(summary.warnings.map(({ file }) => file)).toEqual(changed);
    expect(other.summary.files).toMatchObject({ offered: 1, skipped: 0, imported: 1 });
    expect(other.summary.records).toMatchObject({ seen: 1, duplicate: 1 });
  });
});
