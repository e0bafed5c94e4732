import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prepareCase } from "../../../src/queries/case-views.ts";
import { readLibrary } from "../../../src/queries/library.ts";
import type { QueryFile } from "../../../src/queries/query-file.ts";
import { WHOLE_CASE } from "../../../src/queries/scope.ts";
import { readBounded, type BoundedOptions, type BoundedResult } from "../../../src/queries/views/bounded-result.ts";
import { CaseReader } from "../../../src/store/case-reader.ts";
import { caseOf } from "../../helpers/small-case.ts";
import { makeRecords } from "../../helpers/trail-maker.ts";

let reader: CaseReader;
beforeAll(async () => {
  const folder = await caseOf(makeRecords(0, 30));
  reader = await CaseReader.open(folder, { prepare: async (database) => prepareCase(database, WHOLE_CASE) });
});
afterAll(() => {
  reader.close();
});

const [some] = readLibrary([]).queries.values();

async function read(sql: string, options: BoundedOptions = {}): Promise<BoundedResult> {
  const query: QueryFile = { ...some!, params: [], requires: [], sql };
  return await readBounded(reader, { query, given: new Map(), scope: WHOLE_CASE }, options);
}

describe("a result is kept up to a bound", () => {
  test("a short one is whole", async () => {
    const { rows, columns, isComplete, notes } = await read("SELECT event_id FROM events ORDER BY event_time");

    expect([rows.length, columns.length, isComplete, notes.limited]).toEqual([30, 1, true, false]);
  });

  test.each([
    [30, 30, true],
    [29, 29, false],
    [31, 30, true],
  ])("at most %i rows: %i, complete %s", async (max_rows, rows, isComplete) => {
    const result = await read("SELECT event_id FROM events ORDER BY event_time", { max_rows });

    expect([result.rows.length, result.isComplete, result.notes.rows]).toEqual([rows, isComplete, rows]);
  });

  test("10,000 rows of millions", async () => {
    const { rows, isComplete } = await read("SELECT i FROM range(5000000) AS r(i) ORDER BY i");

    expect([rows.length, isComplete, rows.at(-1)]).toEqual([10_000, false, [9999n]]);
  });

  test("long values count by their length, and one row is always kept", async () => {
    const sql = "SELECT repeat('x', 1000000) AS long FROM events";
    const result = await read(sql, { max_characters: 3_500_000 });
    const one = await read(sql, { max_characters: 10 });

    expect([result.rows.length, result.isComplete]).toEqual([3, false]);
    expect([one.rows.length, one.isComplete]).toEqual([1, false]);
  });

  test("the next question on the connection is answered after a cut one", async () => {
    await read("SELECT i FROM range(5000000) AS r(i) ORDER BY i");

    expect(await reader.rows("SELECT count(*) AS n FROM events")).toEqual([{ n: 30n }]);
  });

  test("rows are told as they come", async () => {
    const told: number[] = [];
    await read("SELECT i FROM range(5000) AS r(i) ORDER BY i", { onRows: (_, rows) => told.push(rows.length) });

    expect(told.length).toBeGreaterThan(1);
    expect(told.at(-1)).toBe(5000);
  });
});

test("an interrupt ends it with a QueryError", async () => {
  const running = read("SELECT count(*) AS n FROM range(100000000000) AS r(i) WHERE i % 7 = 3");
  const stop = setInterval(() => reader.interrupt(), 20);
  await expect(running).rejects.toThrow(/Stopped/);
  clearInterval(stop);
});
