/**
 * `npm run test:corpus -- FOLDER`: checks that need a folder of real archives. Every record found must come back token
 * by token from its columns; every folder of trail files is ingested into a case of its own, where all sums must hold
 * and every row must give its record back. Of the data sets that are known, what the library's queries say is compared
 * with what they must say. At last the whole folder goes into one case, in which every event of every `events.ndjson`
 * must be found. Prints a line a check and `N passed, N failed`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { checkCleanInvictus } from "./corpus/clean-expectations.ts";
import { checkIngest, checkInvictus } from "./corpus/case-expectations.ts";
import { checkContent } from "./corpus/content-expectations.ts";
import { findCorpusFiles, trailFolders } from "./corpus/corpus-files.ts";
import type { Expectation } from "./corpus/expectation.ts";
import { checkFlattening } from "./corpus/lossless.ts";
import { checkPanther } from "./corpus/panther-expectations.ts";
import { checkQueries } from "./corpus/query-expectations.ts";

const INVICTUS = join("invictus-aws-dataset", "raw", "CloudTrail");

class Report {
  passed = 0;
  failed = 0;

  add(where: string, { name, passed, detail }: Expectation): void {
    if (passed) this.passed += 1;
    else this.failed += 1;
    console.log(`${passed ? "ok  " : "FAIL"} ${where}${name}: ${detail}`);
  }

  /** Runs checks; one that throws is one that failed. */
  async run(where: string, checks: () => Promise<Expectation[]>): Promise<void> {
    try {
      for (const expectation of await checks()) this.add(where, expectation);
    } catch (error) {
      this.add(where, { name: "runs to its end", passed: false, detail: (error as Error).message });
    }
  }
}

async function main(folder: string): Promise<number> {
  const report = new Report();
  const files = await findCorpusFiles(folder);
  for (const file of files)
    await report.run("", async () => [await checkFlattening(file, relative(folder, file.path))]);
  const work = mkdtempSync(join(tmpdir(), "coldtrail-corpus-"));
  try {
    for (const [i, evidence] of trailFolders(files).entries()) {
      const caseAt = join(work, String(i));
      const where = `${relative(folder, evidence) || "."}: `;
      await report.run(where, async () => await checkIngest(evidence, caseAt));
      if (evidence.endsWith(INVICTUS)) {
        await report.run(where, async () => [...(await checkInvictus(caseAt)), ...(await checkQueries(caseAt))]);
        await report.run(where, async () => await checkCleanInvictus(caseAt));
      }
    }
    await report.run("panther-analysis: ", async () => await checkPanther(folder, join(work, "panther")));
    await report.run("", async () => await checkContent(folder, join(work, "all")));
  } finally {
    rmSync(work, { recursive: true });
  }
  if (files.length === 0) report.add("", { name: "there is something to check", passed: false, detail: folder });
  console.log(`${report.passed} passed, ${report.failed} failed`);
  return report.failed === 0 ? 0 : 1;
}

const folder = process.argv[2];
if (folder === undefined) {
  console.error("Name a folder of archives: npm run test:corpus -- FOLDER");
  process.exitCode = 2;
} else process.exitCode = await main(resolve(folder));
