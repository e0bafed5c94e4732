import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { rowsOfChunk } from "../../src/store/chunk-rows.ts";
import { Database } from "../../src/store/database.ts";
import { cellOf } from "../../src/store/result-cells.ts";

// Columns are read in one go here and value by value in the client: both must give the same cells.

let folder: string;
let database: Database;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "coldtrail-chunks-"));
  database = await Database.open(join(folder, "chunks.duckdb"), { readOnly: false });
});
afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

/** Counts the cells, and fails on the first chunk whose rows differ. */
async function comparedCells(sql: string): Promise<number> {
  const result = await database.connection.stream(sql);
  let cells = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return cells;
    // First, since the client keeps the texts that it has read.
    const rows = rowsOfChunk(chunk);
    expect(rows).toEqual(chunk.getRows().map((row) => row.map(cellOf)));
    cells += rows.length * chunk.columnCount;
  }
}

const MANY = "FROM range(5000) r(i)";

test.each([
  ["texts of every length", `SELECT repeat('x', i % 40), repeat('y', (i * 7) % 4000) ${MANY}`],
  [
    "texts and nulls",
    `SELECT CASE WHEN i % 3 = 0 THEN 'a text that is longer than twelve' END, nullif(i % 5, 0) ${MANY}`,
  ],
  ["nothing but nulls", `SELECT CAST(NULL AS VARCHAR), CAST(NULL AS TIMESTAMP), CAST(NULL AS BIGINT) ${MANY}`],
  ["empty texts", `SELECT '', CASE WHEN i % 2 = 0 THEN '' END ${MANY}`],
  ["letters of two to four bytes", `SELECT repeat(['ä', '€', '😀', 'z'][1 + i % 4], i % 11) ${MANY}`],
  ["U+FEFF in short and long texts", `SELECT chr(65279) || repeat('x', i % 30), repeat(chr(65279), i % 9) ${MANY}`],
  ["zero bytes", `SELECT 'a' || chr(0) || repeat('b', i % 20), repeat(chr(0), i % 13) ${MANY}`],
  [
    "short texts that differ in one letter",
    `SELECT 'us-east-' || i % 7, 'abcdefghijk' || chr(97 + CAST(i % 26 AS INTEGER)) ${MANY}`,
  ],
  [
    "texts of a megabyte",
    "SELECT repeat(chr(97 + CAST(i AS INTEGER)), 700000 + CAST(i AS INTEGER)) FROM range(5) r(i)",
  ],
  ["one text for all rows", `SELECT 'the same text in each of the rows', 'short' ${MANY}`],
  ["texts sorted away from their places", `SELECT md5(CAST(i AS VARCHAR)) AS h, CAST(i AS VARCHAR) ${MANY} ORDER BY h`],
  ["JSON", `SELECT CAST('{"a": "' || repeat('x', i % 30) || '"}' AS JSON) ${MANY}`],
  [
    "times",
    `SELECT make_timestamp(1700000000000000 + (i // 3) * 1000000 + i % 2 * 250000), make_timestamp(-i * 1000001) ${MANY}`,
  ],
  [
    "times without end",
    "SELECT * FROM (VALUES (CAST('infinity' AS TIMESTAMP)), ('-infinity'), (NULL), ('290000-01-01'))",
  ],
  [
    "times of other kinds",
    `SELECT CAST(t AS TIMESTAMP_S), CAST(t AS TIMESTAMP_MS), CAST(t AS TIMESTAMP_NS), CAST(t AS TIMESTAMPTZ), CAST(t AS DATE), CAST(t AS TIME) FROM (SELECT make_timestamp(i * 777777777) AS t ${MANY})`,
  ],
  [
    "numbers",
    `SELECT CAST(i AS TINYINT), CAST(i AS UBIGINT), CAST(i AS HUGEINT), i / 3, CAST(i AS DECIMAL(9, 2)), i % 2 = 0 FROM range(100) r(i)`,
  ],
  [
    "nested values",
    `SELECT [i, NULL], {'a': 'a text that is longer than twelve', 'b': i}, MAP {'k': i}, CAST('x' AS BLOB), INTERVAL 3 DAY, uuid() ${MANY}`,
  ],
])("%s are the same", async (_what, sql) => {
  expect(await comparedCells(sql)).toBeGreaterThan(0);
});
