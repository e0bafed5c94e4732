import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { QueryError } from "../../src/errors.ts";
import { CaseReader } from "../../src/store/case-reader.ts";
import { caseOf } from "../helpers/small-case.ts";
import { makeRecords } from "../helpers/trail-maker.ts";

// The client does not tell a stream that broke from one that ended. An answer that lacks rows must never look whole.

const ROWS = 500_000;
let reader: CaseReader;

beforeAll(async () => {
  reader = await CaseReader.open(await caseOf(makeRecords(1, 3)));
});
afterAll(() => reader.close());

/** Reads to the end; tells how many rows came and how it ended. */
async function readAll(
  sql: string,
  params = {},
  meanwhile?: () => unknown,
): Promise<{ rows: number; error: Error | null }> {
  let rows = 0;
  try {
    const { chunks } = await reader.query(sql, params);
    for await (const chunk of chunks) {
      if (rows === 0) await meanwhile?.();
      rows += chunk.length;
    }
    return { rows, error: null };
  } catch (error) {
    return { rows, error: error as Error };
  }
}

test("a stream that ends gives all its rows", async () => {
  expect(await readAll(`SELECT i FROM range(${ROWS}) r(i)`)).toEqual({ rows: ROWS, error: null });
});

describe("a stream that breaks after many rows is an error with its reason", () => {
  test.each([
    [
      `SELECT CASE WHEN i = 450000 THEN error('in the middle') ELSE i END AS n FROM range(${ROWS}) r(i)`,
      "in the middle",
    ],
    [
      `SELECT i,\n  CAST(CASE WHEN i = 450000 THEN 'x' ELSE '1' END AS INTEGER) AS n FROM range(${ROWS}) r(i);`,
      "Conversion Error",
    ],
    [
      `SELECT CAST(CASE WHEN i = $bad THEN 'x' ELSE '1' END AS INTEGER) AS n FROM range(${ROWS}) r(i)`,
      "Conversion Error",
    ],
    [
      `SELECT CAST(CASE WHEN i = 450000 THEN 'x' ELSE '1' END AS INTEGER) AS n FROM range(${ROWS}) r(i); -- done`,
      "gave no reason",
    ],
  ])("%s", async (sql, reason) => {
    const { rows, error } = await readAll(sql, { bad: 450_000 });

    expect(rows).toBeGreaterThan(0);
    expect(error).toBeInstanceOf(QueryError);
    expect(error!.message).toContain(reason);
  });
});

test("a stream that is interrupted after its first rows is stopped, not ended", async () => {
  const { rows, error } = await readAll("SELECT i, md5(CAST(i AS VARCHAR)) FROM range(100000000) r(i)", {}, () =>
    reader.interrupt(),
  );

  expect(rows).toBeGreaterThan(0);
  expect(error).toBeInstanceOf(QueryError);
  expect(error!.message).toMatch(/^Stopped: /);
});

test("a stream that another query cuts off is an error", async () => {
  const sql = `SELECT i FROM range(${ROWS}) r(i)`;
  const { error } = await readAll(sql, {}, async () => await reader.rows("SELECT 1"));

  expect(error!.message).toContain("Another query was begun before this one was read to its end");
});

test("a stream that its reader leaves is no error, and the next query answers", async () => {
  const { chunks } = await reader.query(`SELECT i FROM range(${ROWS}) r(i)`);
  for await (const chunk of chunks) if (chunk.length > 0) break;

  expect(await readAll("SELECT * FROM events")).toEqual({ rows: 3, error: null });
});
