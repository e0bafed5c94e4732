import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readLibrary } from "../../src/queries/library.ts";
import { bindParameters } from "../../src/queries/parameters.ts";
import type { QueryFile } from "../../src/queries/query-file.ts";
import { parseScope } from "../../src/queries/scope.ts";
import { standaloneSql } from "../../src/queries/standalone-sql.ts";
import { writeDemoArchive } from "../helpers/demo-archive-folder.ts";
import { neededParameters } from "../helpers/query-parameters.ts";
import { quickIngest } from "../helpers/quick-ingest.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

// A query that lists events must let the scan leave out most of them: its plan has a filter on what was called, or how it ended.

/** Queries that ask for something else, and so look at every event. */
const ABOUT_ALL: Readonly<Record<string, string>> = {
  "cli-commands": "asks by user agent, and the scan filters by that",
  "insight-events": "asks by category, and the scan filters by that",
  "key-usage": "a key may stand in any part of any record",
  "resource-pivot": "a thing may be named in any record",
  "root-activity": "asks for one kind of caller, whatever it called",
  "write-actions": "asks for every change, and the scan filters by read_only",
};

const eventQueries = [...readLibrary([]).queries.values()].filter(({ sql }) => /\n {2}(?:\w\.)?event_id,\n/.test(sql));

let instance: DuckDBInstance;
let connection: DuckDBConnection;
beforeAll(async () => {
  // Many calls of many kinds: of a case with few, the statistics alone leave out everything.
  const folder = temporaryFolder();
  const caseFolder = `${folder}/case`;
  writeDemoArchive(`${folder}/archive`);
  await quickIngest(caseFolder, [`${folder}/archive/cloudtrail`], { jobs: 2 });
  instance = await DuckDBInstance.create(":memory:");
  connection = await instance.connect();
  await connection.run(`ATTACH '${caseFolder}/coldtrail.duckdb' AS coldtrail (READ_ONLY)`);
  await connection.run("USE coldtrail");
}, 60_000);
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

/** The filters that a query's scans apply, without white space, since the plan breaks its lines anywhere. */
async function scanFilters(query: QueryFile): Promise<string[]> {
  const given = new Map(Object.entries(neededParameters(query)).map(([name, value]) => [name, [value]]));
  const script = standaloneSql(
    { ...query, sql: `EXPLAIN ${query.sql}` },
    { scope: parseScope({}), params: bindParameters(query, given), own_accounts: [] },
  );
  const plan = String((await connection.runAndReadAll(script)).getRows()[0]![1]).replaceAll(/[│┌┐└┘─┬┴├┤]/g, " ");
  return [...plan.matchAll(/Filters:([\s\S]*?)(?:~|\n\s*\n)/g)].map(([, filter = ""]) => filter.replaceAll(/\s+/g, ""));
}

test.each(eventQueries.map((query) => [query.id, query] as const))("%s filters in the scan", async (id, query) => {
  const filters = await scanFilters(query);
  const isNarrow = filters.some((filter) => /event_name|event_base_name|event_source|service|outcome/.test(filter));

  expect(isNarrow || Object.hasOwn(ABOUT_ALL, id)).toBe(true);
});

test("the excused queries exist, and are few", () => {
  const ids = eventQueries.map(({ id }) => id);

  expect(ids.length).toBeGreaterThan(40);
  expect(Object.keys(ABOUT_ALL).filter((id) => !ids.includes(id))).toEqual([]);
});
