import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { coldtrail, MAIN, startColdtrail, startProgram } from "../helpers/coldtrail.ts";
import { caseOf } from "../helpers/small-case.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { makeRecords } from "../helpers/trail-maker.ts";

const QUESTION =
  "SELECT event_id, event_time, read_only, request_parameters, error_code FROM events ORDER BY event_id LIMIT 2";
const ESCAPE = "\u001b";
/** Gives a program a terminal; its options differ on other systems. */
const hasScript = process.platform === "linux" && spawnSync("script", ["--version"], { stdio: "ignore" }).status === 0;

let caseFolder: string;
let work: string;

beforeAll(async () => {
  caseFolder = await caseOf(makeRecords(1, 5));
});
beforeEach(() => {
  work = temporaryFolder();
});

async function sql(query: string, ...more: string[]): ReturnType<typeof coldtrail> {
  return await coldtrail(["sql", query, "--case", caseFolder, ...more], { cwd: work });
}

describe("the sandbox", () => {
  test.concurrent.each([
    "SELECT 1; SELECT 2",
    "COPY events TO 'stolen.csv'",
    "ATTACH 'other.duckdb'",
    "INSTALL httpfs",
    "PRAGMA database_list",
    "SET memory_limit = '1GB'",
    "CREATE TABLE t (a INTEGER)",
    "SELECT * FROM read_csv('/etc/hostname')",
    "FROM enable_logging(storage = 'stdout')",
    "SELECT nosuch FROM events",
  ])("exits with 5 for %s and leaves everything as it was", async (query) => {
    const before = readFileSync(join(caseFolder, "coldtrail.duckdb"));
    const { code, stdout, stderr } = await sql(query);

    expect([code, stdout]).toEqual([5, ""]);
    expect(stderr).toMatch(/^(?:Refused to run this query|The query failed): query:1\n/);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(readFileSync(join(caseFolder, "coldtrail.duckdb")).equals(before)).toBe(true);
    expect(readdirSync(work)).toEqual([]);
  });
});

describe("where the query comes from", () => {
  test("a file, whose name and line are in the message when it fails", async () => {
    writeFileSync(join(work, "question.sql"), "-- how many\nSELECT count(*) AS n\nFROM events\n");
    writeFileSync(join(work, "wrong.sql"), "-- how many\nSELECT count(*) AS n\nFROM nosuch\n");

    expect(await sql("question.sql", "--format", "csv")).toMatchObject({ code: 0, stdout: "n\r\n5\r\n" });
    expect(await sql("wrong.sql")).toMatchObject({
      code: 5,
      stderr: expect.stringContaining("The query failed: wrong.sql:3\n"),
    });
  });

  test("standard input", async () => {
    const { code, stdout } = await coldtrail(["sql", "-", "--case", caseFolder, "--format", "csv"], {
      input: "SELECT 42 AS n",
    });

    expect([code, stdout]).toEqual([0, "n\r\n42\r\n"]);
  });
});

describe("formats", () => {
  const PARAMETERS = { instancesSet: { items: [{ instanceId: "i-00000000000000001" }] }, filterSet: {} };

  test("a table for the eye", async () => {
    const { stdout } = await sql(
      "SELECT right(event_id, 2) AS id, event_time, read_only, error_code FROM events ORDER BY id LIMIT 2",
    );

    expect(stdout).toMatchInlineSnapshot(`
      "id  event_time            read_only  error_code
      ──  ────────────────────  ─────────  ──────────
      01  2024-03-01T10:00:01Z  true
      02  2024-03-01T10:00:02Z  true
      "
    `);
  });

  test("CSV", async () => {
    const { stdout } = await sql(QUESTION, "--format", "csv");
    const [header, first] = stdout.split("\r\n");

    expect(header).toBe("event_id,event_time,read_only,request_parameters,error_code");
    expect(first).toBe(
      `00000000-0000-4000-8000-000000000001,2024-03-01T10:00:01Z,true,"${JSON.stringify(PARAMETERS).replaceAll('"', '""')}",`,
    );
  });

  test("JSON, with types, rows and what they mean", async () => {
    const { columns, rows, _meta } = JSON.parse((await sql(QUESTION, "--format", "json")).stdout) as Record<
      string,
      object[]
    >;

    expect(columns![1]).toEqual({ name: "event_time", type: "timestamp" });
    expect(rows![0]).toMatchObject({ read_only: true, request_parameters: PARAMETERS, error_code: null });
    expect(_meta).toBeTypeOf("object");
  });

  test("JSON lines, compact", async () => {
    const lines = (await sql(QUESTION, "--format", "jsonl")).stdout.trim().split("\n");

    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain(
      '{"event_id":"00000000-0000-4000-8000-000000000001","event_time":"2024-03-01T10:00:01Z","read_only":true,',
    );
  });

  test("Markdown", async () => {
    const { stdout } = await sql("SELECT 'a|b' AS x, 1 AS n", "--format", "md");

    expect(stdout).toContain("| x | n |\n| --- | ---: |\n| a\\|b | 1 |\n");
  });

  test("no rows: the header alone, and a hint beside it", async () => {
    const { code, stdout, stderr } = await sql("SELECT 1 AS n WHERE false", "--format", "csv");

    expect([code, stdout]).toEqual([0, "n\r\n"]);
    expect(stderr).toContain("`coldtrail overview` says what this case can and cannot show");
    expect((await sql("SELECT 1 AS n WHERE false", "--format", "csv", "--quiet")).stderr).toBe("");
  });

  test("no colour without a terminal", async () => {
    expect((await sql("SELECT 1 AS n")).stdout).not.toContain(ESCAPE);
  });

  test.runIf(hasScript)("a bold header on a terminal, unless it is unwanted", async () => {
    const onTerminal = async (more: string, env = {}): Promise<string> => {
      const command = `"${process.execPath}" "${MAIN}" sql "SELECT 1 AS n" --case "${caseFolder}" ${more}`;
      return (await startProgram("script", ["-qec", command, "/dev/null"], { env }).finished).stdout;
    };

    expect(await onTerminal("")).toContain(`${ESCAPE}[1mn${ESCAPE}[22m`);
    expect(await onTerminal("", { NO_COLOR: "" })).toContain(ESCAPE);
    expect(await onTerminal("", { NO_COLOR: "1" })).not.toContain(ESCAPE);
    expect(await onTerminal("--no-color")).not.toContain(ESCAPE);
  });
});

describe("-o", () => {
  test("writes the whole answer and prints nothing", async () => {
    const { code, stdout } = await sql("SELECT 1 AS n", "--format", "csv", "-o", "answer.csv");

    expect([code, stdout]).toEqual([0, ""]);
    expect(readFileSync(join(work, "answer.csv"), "utf8")).toBe("n\r\n1\r\n");
    expect(readdirSync(work)).toEqual(["answer.csv"]);
  });

  test("leaves what was there when the query fails in the middle of its rows", async () => {
    writeFileSync(join(work, "answer.csv"), "earlier");
    const query = "SELECT CASE WHEN i = 450000 THEN error('in the middle') ELSE i END AS n FROM range(500000) r(i)";
    const { code, stderr } = await sql(query, "--format", "csv", "-o", "answer.csv");

    expect(code).toBe(5);
    expect(stderr).toContain("in the middle");
    expect(readdirSync(work)).toEqual(["answer.csv"]);
    expect(readFileSync(join(work, "answer.csv"), "utf8")).toBe("earlier");
  });

  test.each([["."], ["nosuch/answer.csv"]])("says so when it cannot write to %s", async (target) => {
    const { code, stderr } = await sql("SELECT 1", "-o", target);

    expect(code).toBe(2);
    expect(stderr).toContain(`Could not write the output: ${target}\n`);
    expect(readdirSync(work)).toEqual([]);
  });

  test.skipIf(process.platform === "win32")("writes into a pipe and leaves it a pipe", async () => {
    const pipe = join(work, "pipe");
    execFileSync("mkfifo", [pipe]);
    const reading = startProgram("cat", [pipe]);
    const { code } = await sql("SELECT 1 AS n", "--format", "csv", "-o", pipe);

    expect(code).toBe(0);
    expect((await reading.finished).stdout).toBe("n\r\n1\r\n");
    expect(statSync(pipe).isFIFO()).toBe(true);
  });
});

describe("whoever reads the output", () => {
  const MANY = "SELECT i, repeat('x', 200) AS text FROM range(300000) r(i)";

  test("may leave: exit 0 and not a word", async () => {
    const { child, finished } = startColdtrail(["sql", MANY, "--format", "csv", "--case", caseFolder]);
    child.stdout!.once("data", () => child.stdout!.destroy());
    const { code, stdout, stderr } = await finished;

    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout.length).toBeLessThan(5_000_000);
  });

  test.runIf(existsSync("/bin/bash"))("may leave, as `| head -1` does", async () => {
    const script = `"$1" "$2" sql "$3" --format csv --case "$4" | head -1; echo "exit \${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await startProgram("/bin/bash", [
      "-c",
      script,
      "bash",
      process.execPath,
      MAIN,
      MANY,
      caseFolder,
    ]).finished;

    expect([stdout, stderr]).toEqual(["i,text\r\nexit 0\n", ""]);
  });

  test.runIf(existsSync("/dev/full"))("may have no space: exit 2 with the reason", async () => {
    const script = `"$1" "$2" sql "SELECT 1" --case "$3" > /dev/full`;
    const { code, stderr } = await startProgram("/bin/sh", ["-c", script, "sh", process.execPath, MAIN, caseFolder])
      .finished;

    expect(code).toBe(2);
    expect(stderr).toMatch(/^Could not write the output: standard output\n {2}ENOSPC/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

test.skipIf(process.platform === "win32")("Ctrl-C stops a long query: exit 130", async () => {
  const { child, finished } = startColdtrail([
    "sql",
    "SELECT count(*) FROM range(1000000000000) a",
    "--case",
    caseFolder,
    "--quiet",
  ]);
  setTimeout(() => child.kill("SIGINT"), 5_000);
  const { code, stdout, stderr } = await finished;

  expect([code, stdout, stderr]).toEqual([130, "", "Stopped.\n"]);
});
