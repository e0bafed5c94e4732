import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { coldtrail, type Finished } from "../helpers/coldtrail.ts";
import { BUCKET, objectLine, writeSynced } from "../helpers/synced-folder.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { idOf, logFileName, makeRecords } from "../helpers/trail-maker.ts";

const key = (n: number): string => `AWSLogs/${logFileName(n)}`;
const folder = temporaryFolder();
const evidence = join(folder, "evidence");
const caseFolder = join(folder, "case");
let ingested: Finished;
let etag: string;

const run = async (...args: string[]): Promise<Finished> => await coldtrail([...args, "--case", caseFolder]);

beforeAll(async () => {
  await writeSynced(evidence, Object.fromEntries([1, 2, 3].map((n) => [key(n), makeRecords(n * 10, 1)])));
  ({ etag } = objectLine(evidence, key(1)) as { etag: string });
  const altered = join(evidence, BUCKET, key(2));
  const bytes = readFileSync(altered);
  bytes[4]! ^= 1;
  writeFileSync(altered, bytes);
  rmSync(join(evidence, BUCKET, key(3)));
  ingested = await run("ingest", evidence, "--quiet");
});

describe("evidence that was altered after the sync", () => {
  test("is named by ingest, on both streams, with exit code 4", () => {
    const { code, stdout, stderr } = ingested;
    expect(code).toBe(4);
    expect(stderr).toContain("WARNING: the evidence is not as it was fetched: 1 altered, 1 missing.");
    expect(stdout).toContain("Manifest  coldtrail-manifest.jsonl: files 1 as recorded + 1 ALTERED + 1 MISSING");
    expect(stdout).toMatch(/NOT AS FETCHED\n {2}\S+1002Z\S+: altered since .*\n {2}\S+1003Z\S+: missing: /);
    expect(stdout).toMatch(/head [0-9a-f]{64}; its chain is whole/);
  });

  test("is in the summary as JSON, and ends later runs as the first one", async () => {
    const { code, stdout } = await run("ingest", evidence, "--format", "json");
    const { provenance } = JSON.parse(stdout) as { provenance: Record<string, unknown> };
    expect(code).toBe(4);
    expect(provenance).toMatchObject({
      problem_count: 2,
      manifests: [{ same: 1, altered: 1, missing: 1 }],
      strangers: { count: 0, first: [] },
    });
  });

  test("is listed with where it came from", async () => {
    const { stdout } = await run("evidence", "list", "--format", "jsonl");
    const rows = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(rows.map(({ sync }) => sync)).toEqual([null, "same", "altered"]);
    expect(rows[1]).toMatchObject({
      bucket: BUCKET,
      key: key(1),
      version_id: `v-${key(1)}`,
      etag,
      retrieved_at: "2024-03-02T08:00:00Z",
    });
  });

  test.each([
    ["same", key(1)],
    ["altered", key(2)],
    ["missing", key(3)],
  ])("can be listed by how it stands to the manifest: %s", async (state, expected) => {
    const { stdout } = await run("evidence", "list", "--sync", state, "--format", "jsonl");
    const rows = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(rows.map(({ path }) => path)).toEqual([`${BUCKET}/${expected}`]);
  });

  test("is named by evidence check too, though it is what was ingested", async () => {
    const { code, stdout, stderr } = await run("evidence", "check", "--format", "jsonl");
    expect(code).toBe(4);
    expect(JSON.parse(stdout)).toMatchObject({
      verdict: "same",
      path: `${BUCKET}/${key(2)}`,
      sync: "altered",
      bucket: BUCKET,
    });
    expect(stderr).toContain("1 altered before they were ingested, 1 missing at ingest");
  });

  test("is said of an event by show", async () => {
    const [whole, changed] = [await run("show", idOf(10)), await run("show", idOf(20))];
    expect(whole.stdout).toContain(
      `fetched  s3://${BUCKET}/${key(1)}, version v-${key(1)}, ETag ${etag}, 2024-03-02T08:00:00Z; unchanged since\n`,
    );
    expect(changed.stdout).toContain("2024-03-02T08:00:00Z; ALTERED SINCE\n");
    const json = await run("show", idOf(20), "--format", "json");
    expect(JSON.parse(json.stdout)).toMatchObject([{ source: { bucket: BUCKET, key: key(2), sync: "altered" } }]);
  });

  test("stays queryable", async () => {
    const { stdout } = await run(
      "sql",
      "SELECT state, count(*) AS n FROM events JOIN evidence_sources USING (file_id) GROUP BY state ORDER BY state",
      "--format",
      "csv",
    );
    expect(stdout).toBe("state,n\r\naltered,1\r\nsame,1\r\n");
  });
});
