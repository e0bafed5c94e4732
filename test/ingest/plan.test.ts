import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeCorpus } from "../../scripts/bench/corpus/make-corpus.ts";
import { planIngest, refuseSmallDisk } from "../../src/ingest/plan.ts";
import { ingestArchives } from "../../src/ingest/ingest.ts";
import { EVERYTHING } from "../../src/ingest/selection.ts";
import { parseSince } from "../../src/queries/time-text.ts";
import { CaseReader } from "../../src/store/case-reader.ts";

let folder: string;
let evidence: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "coldtrail-plan-"));
  evidence = join(folder, "evidence");
  for (const [month, day] of [
    ["03", "29"],
    ["03", "30"],
    ["04", "01"],
  ] as const) {
    const name = `111122223333_CloudTrail_eu-west-1_2026${month}${day}T1005Z_aaaabbbbccccdd${day}.json`;
    const record = {
      eventVersion: "1.08",
      eventID: `id-${day}`,
      eventTime: `2026-${month}-${day}T10:00:00Z`,
      eventName: "ListUsers",
    };
    write(`CloudTrail/eu-west-1/2026/${month}/${day}/${name}`, JSON.stringify({ Records: [record] }));
  }
  write("notes.txt", "no log file");
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(path: string, text: string): void {
  const file = join(evidence, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

test("the manifest of a sync is no list of events, however large it is", () => {
  const synced = join(folder, "synced");
  mkdirSync(synced);
  writeFileSync(join(synced, "coldtrail-manifest.jsonl"), "x".repeat(1_000_000));
  const plan = planIngest([synced], EVERYTHING, join(folder, "case"));

  expect([plan.files, plan.bytes, plan.estimated_events]).toEqual([1, 1_000_000, 0]);
});

test("a plan groups files by account, region, kind and month, and estimates what loading takes", () => {
  const plan = planIngest([evidence], EVERYTHING, join(folder, "case"));

  expect(plan.groups.map(({ account, month, files }) => [account, month, files])).toEqual([
    ["111122223333", "2026-03", 2],
    ["111122223333", "2026-04", 1],
    [null, null, 1],
  ]);
  expect(plan.files).toBe(4);
  expect(plan.free_bytes).toBeGreaterThan(0);
});

test.each(["mixed", "small"] as const)("the estimate of a %s trail is within a third of its events", async (corpus) => {
  const trail = join(folder, corpus);
  const { manifest } = await makeCorpus(corpus, corpus === "mixed" ? 0.01 : 0.0006, trail);
  const plan = planIngest([trail], EVERYTHING, join(folder, "case"));

  expect(plan.files).toBe(manifest.files);
  expect(plan.estimated_events / manifest.records).toBeGreaterThan(0.67);
  expect(plan.estimated_events / manifest.records).toBeLessThan(1.33);
  // What readers have written and the store has not taken needs room too.
  expect(plan.needed_bytes).toBeGreaterThan(plan.estimated_case_bytes);
});

test("a disk that is too small is refused with both sizes, and the ways out", () => {
  const plan = { ...planIngest([evidence], EVERYTHING, folder), needed_bytes: 5e9, free_bytes: 1e9 };

  expect(() => refuseSmallDisk(plan, "/somewhere/case")).toThrow(/1,000 MB free; about 5,000 MB.*\n.*--ignore-space/);
  expect(() => refuseSmallDisk({ ...plan, needed_bytes: 1 }, "/somewhere/case")).not.toThrow();
});

test("a slice counts what it left out, shows it in the manifest, and the rest loads later without rework", async () => {
  const caseFolder = join(folder, "case");
  const options = { caseFolder, toolVersion: "test", jobs: 1 };
  const selection = { ...EVERYTHING, since: parseSince("2026-03-31") };

  const slice = await ingestArchives([evidence], { ...options, selection });
  expect(slice.summary.files).toMatchObject({ offered: 4, imported: 1, not_events: 1, not_selected: 2, skipped: 0 });
  expect(await statuses(caseFolder)).toEqual({ imported: 1, not_events: 1, not_selected: 2 });

  const again = await ingestArchives([evidence], { ...options, selection });
  expect(again.summary.files).toMatchObject({ offered: 4, imported: 0, skipped: 2, not_selected: 2 });

  const rest = await ingestArchives([evidence], options);
  expect(rest.summary.files).toMatchObject({ offered: 4, imported: 2, skipped: 2, not_selected: 0 });
  expect(await statuses(caseFolder)).toEqual({ imported: 3, not_events: 1 });
});

async function statuses(caseFolder: string): Promise<Record<string, number>> {
  const reader = await CaseReader.open(caseFolder);
  const rows = await reader.rows("SELECT status, count(*) AS n FROM evidence_files GROUP BY status ORDER BY status");
  reader.close();
  return Object.fromEntries(rows.map(({ status, n }) => [String(status), Number(n)]));
}
