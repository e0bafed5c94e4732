import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { askCase, caseHash } from "../../helpers/case-content.ts";
import { coldtrail, startColdtrail } from "../../helpers/coldtrail.ts";
import { quickIngest } from "../../helpers/quick-ingest.ts";
import { tarOf } from "../../helpers/tar-maker.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { idOf, logFileName, makeRecords, trailText, writeTrail } from "../../helpers/trail-maker.ts";
import { zipOf, type ZipPart } from "../../helpers/zip-maker.ts";

/** Log files as members, of so many records each. */
function memberLogs(from: number, files: number, records: number): ZipPart[] {
  return Array.from({ length: files }, (_, i) => ({
    name: `AWSLogs/${logFileName(from + i)}`,
    content: gzipSync(trailText(makeRecords((from + i) * records, records))),
    method: 0,
  }));
}

describe("archives in a case", () => {
  const folder = temporaryFolder();
  const evidence = join(folder, "evidence");
  const caseFolder = join(folder, "case");
  const inCase = ["--case", caseFolder];
  const names = ["bucket.zip", "more.tar.gz"];

  beforeAll(async () => {
    const tar = tarOf(memberLogs(10, 3, 4).map(({ name, content }) => ({ name: String(name), content: content! })));
    const nested = { name: "inner.tar.gz", content: gzipSync(tar) };
    writeTrail(evidence, {
      "bucket.zip": zipOf([...memberLogs(0, 5, 4), nested, { name: "secret", content: "x", flags: 0x801 }]),
      "more.tar.gz": gzipSync(tarOf([{ name: "logs/x.json", content: trailText(makeRecords(1000, 2)) }])),
      [logFileName(0)]: makeRecords(0, 4),
    });
    await quickIngest(caseFolder, [evidence]);
  });

  test("give every member its row, and their sums hold", async () => {
    const files = await askCase(
      caseFolder,
      `SELECT concat(path, '!/' || member_path) AS file, container, status, records FROM evidence_files
       WHERE path IN ('bucket.zip', 'more.tar.gz') ORDER BY path, member_path NULLS FIRST`,
    );
    expect(
      files.map(({ file, container, status }) => `${String(file)} ${String(container)} ${String(status)}`),
    ).toEqual([
      "bucket.zip zip imported",
      ...Array.from({ length: 5 }, (_, i) => `bucket.zip!/AWSLogs/${logFileName(i)} zip>gzip imported`),
      "bucket.zip!/inner.tar.gz zip>gzip>tar imported",
      ...Array.from(
        { length: 3 },
        (_, i) => `bucket.zip!/inner.tar.gz!/AWSLogs/${logFileName(10 + i)} zip>gzip>tar>gzip imported`,
      ),
      "bucket.zip!/secret zip unsupported",
      "more.tar.gz gzip>tar imported",
      "more.tar.gz!/logs/x.json gzip>tar imported",
    ]);
    expect(await askCase(caseFolder, "SELECT sum(stored) AS n, sum(duplicate) AS d FROM evidence_files")).toEqual([
      { n: 34, d: 4 },
    ]);
  });

  test("are skipped with their members, but for those that could not be read", async () => {
    const { summary } = await quickIngest(caseFolder, [evidence]);
    // The zip is looked into again for the encrypted member; its other members are not read.
    expect(summary.files).toMatchObject({ offered: 14, skipped: 11, unsupported: 1, imported: 2 });
    expect(summary.records).toMatchObject({ seen: 0 });
    expect(await askCase(caseFolder, "SELECT count(*) AS n FROM evidence_files")).toEqual([{ n: 14 }]);
  });

  test("are where `show` finds the original text", async () => {
    for (const [id, source] of [
      [idOf(1001), "more.tar.gz!/logs/x.json, record 1 "],
      [idOf(41), `bucket.zip!/inner.tar.gz!/AWSLogs/${logFileName(10)}, record 1 `],
    ]) {
      const { code, stdout } = await coldtrail(["show", id!, ...inCase]);
      expect(code).toBe(0);
      expect(stdout).toContain(`source   ${source!}`);
      expect(stdout).toContain("text     original, file hash checked");
    }
  });

  test("are what `evidence check` hashes, and the members of one that differs one by one", async () => {
    expect(await coldtrail(["evidence", "check", ...inCase])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("13 same, 0 different, 0 missing, 0 unreadable now"),
    });
    const before = names.map((name) => readFileSync(join(evidence, name)));
    const changed = [...memberLogs(0, 4, 4), { ...memberLogs(4, 1, 4)[0]!, content: gzipSync(trailText([])) }];
    writeFileSync(join(evidence, "bucket.zip"), zipOf(changed));
    writeFileSync(join(evidence, "more.tar.gz"), "no archive any more");
    const { code, stdout, stderr } = await coldtrail(["evidence", "check", "--format", "csv", ...inCase]);
    names.forEach((name, i) => writeFileSync(join(evidence, name), before[i]!));

    expect(code).toBe(4);
    expect(stderr).toContain("5 same, 3 different, 5 missing");
    const verdicts = stdout.split("\r\n").map((line) => line.split(",").slice(0, 3).join(" "));
    expect(verdicts).toContain("differs evidence bucket.zip");
    expect(verdicts).toContain(`differs evidence bucket.zip!/AWSLogs/${logFileName(4)}`);
    expect(verdicts).toContain("missing evidence bucket.zip!/inner.tar.gz");
    expect(verdicts).toContain("missing evidence more.tar.gz!/logs/x.json");
  });

  test("say where an event comes from in a timeline", async () => {
    const { stdout } = await coldtrail(["timeline", ...inCase, "--format", "jsonl"]);
    expect(stdout).toContain("more.tar.gz!/logs/x.json");
  });
});

describe("one large archive", () => {
  const MEMBERS = 1_500;
  const folder = temporaryFolder();
  const evidence = join(folder, "evidence");
  const zip = zipOf(memberLogs(0, MEMBERS, 40));

  beforeAll(async () => {
    writeTrail(evidence, { "bucket.zip": zip });
    await quickIngest(join(folder, "undisturbed"), [evidence]);
  });

  test.each(["SIGINT", "SIGKILL"] as const)(
    "that a %s falls into keeps the members that were committed, and the next run reads the others",
    { timeout: 120_000 },
    async (signal) => {
      const caseFolder = join(folder, signal);
      const { child, finished } = startColdtrail(["ingest", evidence, "--case", caseFolder, "--jobs", "1", "--quiet"]);
      for (let waited = 0; waited < 60_000; waited += 20) {
        await wait(20);
        if (hasCommitted(caseFolder)) break;
      }
      child.kill(signal);
      await finished;
      const { summary } = await quickIngest(caseFolder, [evidence]);

      expect(summary.files.offered).toBe(MEMBERS + 1);
      expect(summary.files.skipped).toBeGreaterThan(0);
      expect(summary.files.imported + summary.files.skipped).toBe(MEMBERS + 1);
      expect(summary.records.duplicate).toBe(0);
      expect(await caseHash(caseFolder)).toBe(await caseHash(join(folder, "undisturbed")));
    },
  );
});

/** Looks at the size of the unfinished case: it grows with the first commit. */
function hasCommitted(caseFolder: string): boolean {
  const unfinished = join(caseFolder, "coldtrail.next.duckdb");
  return existsSync(unfinished) && statSync(unfinished).size > 400_000;
}
