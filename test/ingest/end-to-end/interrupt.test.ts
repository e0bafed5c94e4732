import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { askCase, caseHash } from "../../helpers/case-content.ts";
import { startColdtrail } from "../../helpers/coldtrail.ts";
import { writeManyFiles } from "../../helpers/many-files.ts";
import { quickIngest } from "../../helpers/quick-ingest.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

const FILES = 600;

test(
  "Ctrl-C publishes what was committed, says how to go on, and the next run completes it",
  { timeout: 120_000 },
  async () => {
    const folder = temporaryFolder();
    const evidence = writeManyFiles(join(folder, "evidence"), FILES);
    const caseFolder = join(folder, "case");
    const { child, finished } = startColdtrail([
      "ingest",
      evidence,
      "--case",
      caseFolder,
      "--jobs",
      "1",
      "--format",
      "json",
    ]);
    // Readers have begun once there is a shard folder with something in it.
    while (!existsSync(join(caseFolder, "shards.tmp")) || readdirSync(join(caseFolder, "shards.tmp")).length === 0)
      await wait(5);
    child.kill("SIGINT");
    const { code, stdout, stderr } = await finished;
    const { files, records } = JSON.parse(stdout) as { files: Record<string, number>; records: Record<string, number> };

    expect(code).toBe(130);
    expect(stderr).toContain("Interrupted. What was committed stays; run the same command again to go on from there.");
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(files["imported"]).toBeGreaterThan(0);
    expect(files["imported"]).toBeLessThan(FILES);
    expect(files["offered"]).toBe(files["imported"]);
    expect(records["seen"]).toBe(records["stored"]! + records["duplicate"]!);
    expect(readdirSync(caseFolder).toSorted()).toEqual(["coldtrail.duckdb", "journal"]);
    expect(await askCase(caseFolder, "SELECT count(*) AS n FROM evidence_files")).toEqual([{ n: files["imported"] }]);

    const { summary, resumed } = await quickIngest(caseFolder, [evidence], { jobs: 2 });
    await quickIngest(join(folder, "undisturbed"), [evidence], { jobs: 2 });

    expect(resumed).toBe(false);
    expect(summary.files).toMatchObject({ offered: FILES, skipped: files["imported"] });
    expect(await caseHash(caseFolder)).toBe(await caseHash(join(folder, "undisturbed")));
  },
);
