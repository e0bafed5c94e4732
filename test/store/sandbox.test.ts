import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { QueryError } from "../../src/errors.ts";
import { CaseReader } from "../../src/store/case-reader.ts";
import { caseOf } from "../helpers/small-case.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { makeRecords } from "../helpers/trail-maker.ts";

// Saved SQL is untrusted: one SELECT on the case, and no way out of it.

let caseFolder: string;
let before: Buffer;
let outside: string;
let reader: CaseReader;

beforeAll(async () => {
  caseFolder = await caseOf(makeRecords(1, 3));
  before = readFileSync(join(caseFolder, "coldtrail.duckdb"));
  outside = temporaryFolder();
});
beforeEach(async () => {
  reader = await CaseReader.open(caseFolder, { threads: 1 });
  return () => reader.close();
});
afterAll(() => {
  expect(readFileSync(join(caseFolder, "coldtrail.duckdb")).equals(before)).toBe(true);
  expect(readdirSync(caseFolder)).toEqual(["coldtrail.duckdb"]);
  expect(readdirSync(outside)).toEqual([]);
});

/** Number of rows; `$OUT` stands for a path outside the case. */
async function run(sql: string): Promise<number> {
  const { chunks } = await reader.query(sql.replaceAll("$OUT", join(outside, "x")));
  let rows = 0;
  for await (const chunk of chunks) rows += chunk.length;
  return rows;
}

describe("refused before it runs", () => {
  test.each([
    ["CREATE TABLE t (a INTEGER)"],
    ["CREATE TEMP TABLE t AS SELECT 1"],
    ["INSERT INTO evidence_roots VALUES ('a', 'b')"],
    ["WITH a AS (SELECT 1) INSERT INTO evidence_roots SELECT 'a', 'b'"],
    ["UPDATE event_rows SET actor = 'x'"],
    ["DELETE FROM event_rows"],
    ["DROP VIEW events"],
    ["COPY events TO '$OUT'"],
    ["COPY (SELECT 1) TO '$OUT' (FORMAT parquet)"],
    ["EXPORT DATABASE '$OUT'"],
    ["ATTACH '$OUT' AS other"],
    ["DETACH coldtrail"],
    ["USE memory"],
    ["INSTALL httpfs"],
    ["LOAD httpfs"],
    ["SET threads = 1"],
    ["SET enable_external_access = true"],
    ["RESET lock_configuration"],
    ["PRAGMA database_list"],
    ["CALL pragma_version()"],
    ["CHECKPOINT"],
    ["BEGIN"],
    ["PREPARE p AS SELECT 1"],
    ["EXPLAIN ANALYZE SELECT 1"],
    ["SELECT 1; SELECT 2"],
    ["SELECT 1; DROP TABLE event_rows"],
    ["/* a */ -- b\n /* c */ DROP TABLE event_rows"],
    [""],
    ["-- nothing but a comment"],
    [";"],
  ])("%s", async (sql) => {
    await expect(run(sql)).rejects.toThrow(QueryError);
    await expect(run(sql)).rejects.toThrow("Refused to run this query");
  });

  // Measured: in a locked configuration these still run; one ends the process, one prints evidence as it is.
  test.each([
    ["FROM enable_logging('QueryLog', storage = 'file', storage_path = '$OUT')"],
    ["FROM enable_logging('QueryLog', storage = 'stdout')"],
    ["SELECT 1 WHERE EXISTS (FROM system.main.enable_logging())"],
    ["DESCRIBE FROM enable_logging()"],
    ["WITH a AS (SELECT * FROM ENABLE_LOGGING()) SELECT * FROM a"],
    [
      "SELECT * FROM (VALUES (1)) t, LATERAL (SELECT * FROM enable_profiling(save_location = '$OUT.json', format = 'json'))",
    ],
    ["FROM query('FROM enable_logging()')"],
    ["FROM json_execute_serialized_sql(json_serialize_sql('FROM enable_logging()'))"],
    ["FROM checkpoint()"],
    ["FROM force_checkpoint('coldtrail')"],
    ["FROM truncate_duckdb_logs()"],
    ["FROM duckdb_secrets()"],
    ["SELECT * FROM read_csv('/etc/passwd')"],
    ["SELECT * FROM read_text('/etc/passwd')"],
    ["SELECT * FROM read_parquet('s3://bucket/key')"],
    ["SELECT * FROM glob('/etc/*')"],
    ["SELECT * FROM sniff_csv('/etc/passwd')"],
    ["SELECT * FROM read_duckdb('coldtrail.duckdb')"],
  ])("%s, for the function it calls", async (sql) => {
    await expect(run(sql)).rejects.toThrow(/Refused to run this query: query:1\n {2}It holds a call of \w+/);
    expect(await run("SELECT * FROM events")).toBe(3);
  });

  test("with the line on which the call stands", async () => {
    await expect(run("SELECT *\nFROM events,\n  read_csv('/etc/passwd')")).rejects.toThrow(
      "query:3\n  It holds a call of read_csv",
    );
  });
});

test.each([
  ["SELECT * FROM '/etc/passwd'"],
  ["SELECT * FROM 'x.parquet'"],
  ['SELECT * FROM "https://example.com/x.csv"'],
])("a file named as a table is none: %s", async (sql) => {
  await expect(run(sql)).rejects.toThrow(QueryError);
});

describe("allowed", () => {
  test.each([
    ["SELECT * FROM events", 3],
    ["select 1;", 1],
    ["FROM events LIMIT 2", 2],
    ["-- why\n/* what */ SELECT 1", 1],
    ["WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4) SELECT * FROM n", 4],
    ["VALUES (1), (2)", 2],
    ["TABLE evidence_files", 1],
    ["(SELECT 1)", 1],
    ["SHOW TABLES", null],
    ["DESCRIBE events", null],
    ["SUMMARIZE evidence_files", null],
    ["SELECT * FROM range(5) r(i), unnest([1, 2]) u(j)", 10],
    ["SELECT e.key FROM events, json_each(request_parameters) e WHERE event_id LIKE '%1'", 2],
    ["SELECT * FROM duckdb_columns() WHERE table_name = 'events' AND column_name = 'actor'", 1],
    ["SELECT * FROM events PIVOT (count(*) FOR outcome IN ('denied'))", null],
    ["SELECT 1e400, -1e400, CAST('nan' AS DOUBLE), 'Infinity'", 1],
    ["SELECT $$ FROM enable_logging() $$ AS text", 1],
  ])("%s", async (sql, rows) => {
    const n = await run(sql);

    expect(n).toBe(rows ?? n);
    expect(n).toBeGreaterThan(0);
  });
});

describe("what goes wrong is said with its place", () => {
  test.each([
    ["SELECT\n  nosuch\nFROM events", /query:2\n.*nosuch/],
    ["SELECT 1 +", /query:1\n.*syntax error/],
    ["SELECT *\nFROM events\nWHERE event_time > 'x'", /query:3\n.*timestamp/i],
    ["SELECT CAST(actor AS INTEGER) FROM events", /query:1\n.*Conversion Error/],
  ])("%j", async (sql, message) => {
    await expect(run(sql)).rejects.toThrow(message);
  });

  test("a query that is interrupted ends as a QueryError", async () => {
    const running = run("SELECT count(*) FROM range(100000000000) a");
    setTimeout(() => reader.interrupt(), 50);

    await expect(running).rejects.toThrow(/^Stopped: /);
  });
});

test("times are UTC, and large sorts spill outside the case", async () => {
  const [row] = await reader.rows(
    "SELECT current_setting('TimeZone') AS zone, strftime(min(event_time), '%H:%M') AS first FROM events",
  );

  expect(row).toEqual({ zone: "UTC", first: "10:00" });
  const [temp] = await reader.rows("SELECT current_setting('temp_directory') AS folder");
  expect(existsSync(String(temp!["folder"]))).toBe(true);
  expect(String(temp!["folder"]).startsWith(caseFolder)).toBe(false);
});
