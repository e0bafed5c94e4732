import { existsSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { askCase } from "../../helpers/case-content.ts";
import { coldtrail, startColdtrail, startProgram } from "../../helpers/coldtrail.ts";
import { writeManyFiles } from "../../helpers/many-files.ts";
import { quickIngest } from "../../helpers/quick-ingest.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";

// One process writes, any number reads, and nobody ever sees a lock error or half a case.

const FILES = 300;
let folder: string;
let evidence: string;
let caseFolder: string;

beforeAll(async () => {
  folder = temporaryFolder();
  evidence = writeManyFiles(join(folder, "evidence"), FILES);
  caseFolder = join(folder, "case");
  await quickIngest(caseFolder, [join(evidence, "2024", "03", "01")], { roots: [`evidence=${evidence}`] });
});

/** Queries a case again and again until its input ends, then prints the number of rows that it saw each time. */
const READER = `
  import { CaseReader } from ${JSON.stringify(new URL("../../../dist/store/case-reader.js", import.meta.url).href)};
  const seen = [];
  let going = true;
  process.stdin.on("end", () => (going = false)).resume();
  const kept = await CaseReader.open(process.argv[1]);
  const count = async (reader) => Number((await reader.rows("SELECT count(*) AS n FROM events"))[0].n);
  const first = await count(kept);
  do {
    const reader = await CaseReader.open(process.argv[1]);
    seen.push([await count(reader), await count(kept)]);
    reader.close();
    if (seen.length === 1) process.stderr.write("reading");
    await new Promise((resolve) => setTimeout(resolve, 30));
  } while (going);
  kept.close();
  process.stdout.write(JSON.stringify({ first, seen }));`;

describe("while an ingest runs", () => {
  test("other processes read all the time, a second ingest is refused, and answers say that it is not in here", async () => {
    const reading = startProgram(process.execPath, ["--input-type=module", "-e", READER, caseFolder], {
      keepInput: true,
    });
    await new Promise((resolve) => reading.child.stderr!.once("data", resolve));
    const writing = startColdtrail(["ingest", evidence, "--case", caseFolder, "--jobs", "1"]);
    while (!existsSync(join(caseFolder, "coldtrail.next.duckdb"))) await wait(2);
    // Held still in the middle of its work, however fast it is.
    writing.child.kill("SIGSTOP");
    const [second, overview, doctor] = await Promise.all(
      [["ingest", evidence], ["overview"], ["doctor"]].map(
        async (args) => await coldtrail([...args, "--case", caseFolder]),
      ),
    );
    writing.child.kill("SIGCONT");
    const written = await writing.finished;
    reading.child.stdin!.end();
    const { first, seen } = JSON.parse((await reading.finished).stdout) as { first: number; seen: [number, number][] };

    expect(written.code).toBe(0);
    expect(second).toMatchObject({ code: 2, stdout: "" });
    expect(second!.stderr).toContain(
      `Another process is writing to this case: process ${writing.child.pid} on ${hostname()}`,
    );
    expect(second!.stderr).not.toMatch(/\n\s+at |\bbug\b/);
    for (const { code, stderr } of [overview!, doctor!]) {
      expect([code, stderr]).toEqual([0, expect.stringContaining("an unfinished ingest is not in here")]);
    }
    const after = await askCase(caseFolder, "SELECT count(*) AS n FROM events");
    expect(first).toBe(300);
    expect(seen.length).toBeGreaterThan(5);
    expect(new Set(seen.map(([, kept]) => kept))).toEqual(new Set([first]));
    expect([...new Set(seen.map(([fresh]) => fresh)), first].every((n) => n === first || n === after[0]!["n"])).toBe(
      true,
    );
    expect(after).toEqual([{ n: FILES * 3 }]);
  });
});

test("a lock left by a dead process is broken, and the ingest goes through without a word on it", async () => {
  const dead = startProgram(process.execPath, ["-e", ""]);
  await dead.finished;
  writeFileSync(
    join(caseFolder, "case.lock"),
    JSON.stringify({
      pid: dead.child.pid,
      host: hostname(),
      started_at: "2024-03-01T10:00:00.000Z",
      start_ticks: null,
    }),
  );
  const { code, stderr } = await coldtrail(["ingest", evidence, "--case", caseFolder]);

  expect(code).toBe(0);
  expect(stderr).not.toContain("process");
  expect(existsSync(join(caseFolder, "case.lock"))).toBe(false);
});

test("a lock of another host stops the ingest and names the file to delete", async () => {
  const lock = join(caseFolder, "case.lock");
  writeFileSync(
    lock,
    JSON.stringify({ pid: 1, host: "elsewhere", started_at: "2024-03-01T10:00:00.000Z", start_ticks: null }),
  );
  const { code, stderr } = await coldtrail(["ingest", evidence, "--case", caseFolder]);

  expect(code).toBe(2);
  expect(stderr).toContain(
    `process 1 on elsewhere, since 2024-03-01T10:00:00.000Z\n  Wait for it to finish. If that process is gone, delete ${lock}`,
  );
});
