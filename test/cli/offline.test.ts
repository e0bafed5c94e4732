import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { coldtrail, MAIN, startProgram } from "../helpers/coldtrail.ts";
import { caseOf } from "../helpers/small-case.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { makeRecords, writeTrail } from "../helpers/trail-maker.ts";

// The tool works on machines that have no network, and touches none where there is one.

const canUnshare = spawnSync("unshare", ["-rn", "true"], { stdio: "ignore" }).status === 0;
const canTrace = spawnSync("strace", ["-V"], { stdio: "ignore" }).status === 0;

test.runIf(canUnshare)("an ingest, an overview and a query work in a process that has no network at all", async () => {
  const folder = temporaryFolder();
  const evidence = writeTrail(join(folder, "evidence"), { "a.json.gz": makeRecords(1, 3) });
  const script = `
    node=$1 main=$2 evidence=$3; cd "$4"; set -e
    "$node" "$main" ingest "$evidence" --quiet > summary
    "$node" "$main" overview > overview
    "$node" "$main" sql "SELECT count(*) AS n FROM events" --format csv`;
  const args = ["-rn", "sh", "-c", script, "sh", process.execPath, MAIN, evidence, folder];
  const { code, stdout, stderr } = await startProgram("unshare", args).finished;

  expect([code, stdout, stderr]).toEqual([0, "n\r\n3\r\n", ""]);
  expect(readFileSync(join(folder, "summary"), "utf8")).toContain("1 imported");
  expect(readFileSync(join(folder, "overview"), "utf8")).toContain("us-east-1");
});

test.runIf(canTrace)("no command asks for a socket of the internet", async () => {
  const folder = temporaryFolder();
  const evidence = writeTrail(join(folder, "evidence"), { "a.json.gz": makeRecords(1, 3) });
  const log = join(folder, "trace");
  const args = [
    "-f",
    "-qq",
    "-e",
    "trace=socket,connect",
    "-o",
    log,
    process.execPath,
    MAIN,
    "ingest",
    evidence,
    "--case",
    join(folder, "case"),
  ];
  const { code } = await startProgram("strace", args).finished;

  expect(code).toBe(0);
  expect(
    readFileSync(log, "utf8")
      .split("\n")
      .filter((line) => /AF_INET/.test(line)),
  ).toEqual([]);
});

describe("what a command loads", () => {
  /** Every source file that Node loaded, as its coverage report lists them: no loader, no change to what is run. */
  async function loadedBy(words: readonly string[]): Promise<string[]> {
    const folder = join(temporaryFolder(), "coverage");
    mkdirSync(folder);
    const { code } = await coldtrail(words, { env: { NODE_V8_COVERAGE: folder } });
    expect(code).toBe(0);
    const reports = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
    const scripts = reports.flatMap((text) => (JSON.parse(text) as { result: { url: string }[] }).result);
    return scripts.filter(({ url }) => url.startsWith("file://")).map(({ url }) => fileURLToPath(url));
  }

  test("for sql is neither a renderer nor a network client", async () => {
    const caseFolder = await caseOf(makeRecords(1, 3));
    const loaded = await loadedBy(["sql", "SELECT count(*) FROM events", "--case", caseFolder]);
    const packages = new Set(
      loaded.map((path) => /node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(path)?.[1]?.replaceAll("\\", "/")),
    );

    // The report is not empty: these two are needed.
    expect([...packages]).toEqual(expect.arrayContaining(["commander", "@duckdb/node-api"]));
    expect(
      [...packages].filter(
        (name) => name !== undefined && /^(?:react|ink|yoga-layout|@aws-sdk\/|@smithy\/)/.test(name),
      ),
    ).toEqual([]);
    expect(loaded.filter((path) => /[\\/]dist[\\/](?:tui|sync)[\\/]/.test(path))).toEqual([]);
  });
});
