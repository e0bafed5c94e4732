import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { EXIT_CODES, QueryError } from "../../src/errors.ts";
import { prepareCase } from "../../src/queries/case-views.ts";
import { readQuery } from "../../src/queries/library.ts";
import { runQuery } from "../../src/queries/run-query.ts";
import { parseScope } from "../../src/queries/scope.ts";
import { CaseReader, type ReaderOptions } from "../../src/store/case-reader.ts";
import { coldtrail, type Finished } from "../helpers/coldtrail.ts";
import { caseOf } from "../helpers/small-case.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { makeRecords } from "../helpers/trail-maker.ts";

// A saved query comes from somebody else. Whatever it says, it reads the case and nothing but the case.

const FRONT_MATTER = ["id: hostile", "title: t", "question: q?", "phase: triage", "kind: finding", "cannot_show: x"];
/** The line of the file on which the SQL begins. */
const SQL_LINE = FRONT_MATTER.length + 3;

let caseFolder: string;
let folder: string;
let before: string;

beforeAll(async () => {
  caseFolder = await caseOf(makeRecords(0, 100));
  folder = temporaryFolder();
  before = caseHash();
});
afterEach(() => {
  expect(caseHash()).toBe(before);
});

function caseHash(): string {
  return createHash("sha256")
    .update(readFileSync(join(caseFolder, "coldtrail.duckdb")))
    .digest("hex");
}

function saved(sql: string): string {
  const path = join(folder, "hostile.sql");
  writeFileSync(path, ["-- ---", ...FRONT_MATTER.map((line) => `-- ${line}`), "-- ---", sql].join("\n"));
  return path;
}

/** The error that a saved query ends with, asked in this process. */
async function errorOf(sql: string, options: ReaderOptions = {}): Promise<QueryError> {
  const scope = parseScope({});
  const reader = await CaseReader.open(caseFolder, {
    ...options,
    prepare: async (database) => prepareCase(database, scope),
  });
  try {
    const { result } = await runQuery(reader, readQuery(saved(sql)), { scope, given: new Map(), limit: null });
    for await (const chunk of result.chunks) expect(chunk).toBeDefined();
  } catch (error) {
    expect(error).toBeInstanceOf(QueryError);
    return error as QueryError;
  } finally {
    reader.close();
  }
  throw new Error("It ran.");
}

describe("is refused, with file and line", () => {
  test.each<[sql: string, words: RegExp]>([
    ["SELECT 1 AS n ORDER BY n;\nDROP TABLE event_rows", /2 statements; a query is exactly one SELECT/],
    ["SELECT 1 AS n; SELECT 2 AS n", /2 statements/],
    ["", /no statement at all/],
    ["COPY events TO 'stolen.csv'", /begins with COPY;/],
    ["COPY (SELECT 1) TO 'stolen.csv'", /begins with COPY;/],
    ["EXPORT DATABASE 'stolen'", /begins with EXPORT;/],
    ["ATTACH 'other.duckdb'", /begins with ATTACH;/],
    ["DETACH coldtrail", /begins with DETACH;/],
    ["USE memory", /begins with USE;/],
    ["INSTALL httpfs", /begins with INSTALL;/],
    ["LOAD httpfs", /begins with LOAD;/],
    ["PRAGMA database_list", /begins with PRAGMA;/],
    ["-- a comment first\nPRAGMA database_list", /begins with PRAGMA;/],
    ["CALL pragma_version()", /begins with CALL;/],
    ["SET memory_limit = '1TB'", /begins with SET;/],
    ["RESET lock_configuration", /begins with RESET;/],
    ["CHECKPOINT", /begins with CHECKPOINT;/],
    ["DELETE FROM event_rows", /begins with DELETE;/],
    ["UPDATE event_rows SET actor = 'x'", /begins with UPDATE;/],
    ["INSERT INTO event_rows DEFAULT VALUES", /begins with INSERT;/],
    ["CREATE TEMP TABLE t AS SELECT 1", /begins with CREATE;/],
    ["CREATE OR REPLACE TEMP VIEW all_events AS SELECT 1", /begins with CREATE;/],
    ["DROP VIEW events", /begins with DROP;/],
    ["EXPLAIN ANALYZE SELECT 1", /begins with EXPLAIN;/],
    [
      "WITH t AS (DELETE FROM event_rows RETURNING actor) SELECT actor FROM t",
      /Parser Error|Not implemented|Binder Error|CTE/,
    ],
    ["SELECT\ncontent FROM read_text('/etc/hosts')", /reads no part of the case|cannot read files/],
    ["SELECT column0 FROM read_csv('/etc/hosts')", /reads no part of the case|cannot read files/],
    ["SELECT a FROM read_json('/etc/hosts')", /reads no part of the case|cannot read files/],
    ["SELECT a FROM read_parquet('https://example.com/x.parquet')", /reads no part of the case|cannot read files/],
    ["SELECT a FROM '/etc/hosts.csv'", /reads no part of the case|cannot read files/],
    ["SELECT file FROM glob('/*')", /reads no part of the case|cannot read files/],
    ["SELECT a FROM sqlite_scan('x.db', 't')", /sqlite_scan|Catalog Error/],
  ])("%s", async (sql, words) => {
    const { message } = await errorOf(sql);

    expect(message).toMatch(/hostile\.sql:(\d+)/);
    expect(Number(/hostile\.sql:(\d+)/.exec(message)![1])).toBeGreaterThanOrEqual(SQL_LINE);
    expect(message).toMatch(words);
    expect(readdirSync(process.cwd()).filter((name) => /^(?:stolen|other)/.test(name))).toEqual([]);
  });

  test("the line is that of the statement or the word at fault", async () => {
    expect((await errorOf("-- one\n-- two\nDROP TABLE event_rows")).message).toContain(`hostile.sql:${SQL_LINE + 2}\n`);
    expect((await errorOf("SELECT\n1 AS n,\nnobody\nFROM events")).message).toContain(`hostile.sql:${SQL_LINE + 2}\n`);
  });
});

describe("cannot get out by a setting", () => {
  test.each(["enable_external_access", "lock_configuration"])("%s is shut", async (name) => {
    const reader = await CaseReader.open(caseFolder);
    try {
      const [row] = await reader.rows(`SELECT current_setting('${name}') AS value`);
      expect(row).toEqual({ value: name === "lock_configuration" });
    } finally {
      reader.close();
    }
  });
});

test("a value of 1 GB ends in a message, not in a crash", async () => {
  const { message } = await errorOf(`SELECT repeat('${"x".repeat(100_000)}', 10000) AS x ORDER BY x`, {
    memoryLimit: "128MiB",
    threads: 1,
  });

  expect(message).toContain(`hostile.sql:${SQL_LINE}\n`);
  expect(message).toMatch(/more memory|too large to show/);
});

describe("from the command line", () => {
  const run = async (sql: string, ...more: string[]): Promise<Finished> =>
    await coldtrail(["query", "run", saved(sql), "--case", caseFolder, "--quiet", ...more], { cwd: folder });

  test("a refusal is exit code 5, and no row is printed", async () => {
    const { code, stdout, stderr } = await run("SELECT 1 AS n ORDER BY n; COPY events TO 'stolen.csv'");

    expect({ code, stdout }).toEqual({ code: EXIT_CODES.query, stdout: "" });
    expect(stderr).toContain(`hostile.sql:${SQL_LINE}\n  It holds 2 statements; a query is exactly one SELECT`);
    expect(existsSync(join(folder, "stolen.csv"))).toBe(false);
  });

  test("a cross join of millions is stopped by --timeout, with file and line", async () => {
    const started = performance.now();
    const { code, stderr } = await run(
      "SELECT count(*) AS n FROM range(10000000) a, range(10000000) b ORDER BY n",
      "--timeout",
      "1",
    );

    expect(code).toBe(EXIT_CODES.query);
    expect(stderr).toContain(`Stopped: ${join(folder, "hostile.sql")}:${SQL_LINE}\n  Narrow the query`);
    expect(performance.now() - started).toBeLessThan(15_000);
  });
});
