import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { scanCondition, whereClause } from "../../../src/queries/views/filter-sql.ts";
import { parseFilterText } from "../../../src/queries/views/filter-text.ts";
import { TIME_ORDER, type Filter } from "../../../src/queries/views/filter.ts";
import {
  keepMatches,
  keptFilters,
  readsRecords,
  scanPlan,
  stretchFrom,
} from "../../../src/queries/views/kept-matches.ts";
import { CaseReader } from "../../../src/store/case-reader.ts";
import { viewsCase } from "./views-case.ts";

let reader: CaseReader;
let other: CaseReader;
beforeAll(async () => {
  reader = await CaseReader.open(await viewsCase(9000));
  other = await reader.sibling();
});
afterAll(() => {
  other.close();
  reader.close();
});

async function idsWhere(clause: string, from = other): Promise<string[]> {
  const rows = await from.rows(`SELECT concat(file_id, ':', record_index) AS id FROM events ${clause} ORDER BY id`);
  return rows.map(({ id }) => String(id));
}

/** What the UI does: stretch after stretch into one list. */
async function search(list: string, filters: readonly Filter[], isDescending = false): Promise<number> {
  const plan = await scanPlan(reader, { filters, sort: { ...TIME_ORDER, descending: isDescending } });
  let n_found = await keepMatches(reader, list, { filters, condition: "false" });
  for (let at = 0; at < plan.length;) {
    const { condition, next } = stretchFrom(plan, at, 3000);
    n_found += await keepMatches(reader, list, { filters, condition });
    at = next;
  }
  return n_found;
}

const TEXTS = [
  "curl",
  "EU-WEST-1",
  "O'Brien%_",
  "no time",
  "AKIANAMED",
  "odd-undated-a",
  "s3:::it's",
  "nobody-wrote-this",
  "-curl",
  "curl -AccessDenied",
  "alice region=eu-west-1",
  "requestParameters~it's",
  "requestParameters:*it's*",
  'requestParameters.deep.list[0].id="x y"',
  "requestParameters.bucketName!=it's",
  "curl time=2024-03-01..2024-03-02",
  '-"nobody wrote this" time=2024-03-01..2024-03-01',
];

describe("a list of what was found stands for the filters", () => {
  test.each(TEXTS.map((text, i) => [text, `list_${i}`]))("%s", async (text, list) => {
    const filters = parseFilterText(text);
    const expected = await idsWhere(whereClause(filters));

    const n_found = await search(list, filters);

    expect(n_found).toBe(expected.length);
    expect(await idsWhere(whereClause(keptFilters(filters, list)))).toEqual(expected);
  });

  test("newest first it is the same list", async () => {
    const filters = parseFilterText("curl");
    await search("list_down", filters, true);

    expect(await idsWhere(whereClause(keptFilters(filters, "list_down")))).toEqual(
      await idsWhere(whereClause(filters)),
    );
  });
});

test.each([...TEXTS, "two\nlines", "1\nodd"])("words sought in each text by itself find the same: %j", async (text) => {
  const filters = text.includes("\n")
    ? [{ match: { kind: "text", text } as const, negated: false, on: true }]
    : parseFilterText(text);

  expect(await idsWhere(`WHERE ${scanCondition(filters)}`)).toEqual(await idsWhere(whereClause(filters)));
});

test.each([
  ["curl", true],
  ["requestParameters~x", true],
  ["requestParameters.bucketName=x", true],
  ["userAgent~curl", false],
  ["eventName=GetObject ip=198.51.100.0/24", false],
])("%s reads whole records: %j", (text, isSo) => {
  expect(parseFilterText(text).some(readsRecords)).toBe(isSo);
});

test("a list goes when it is freed, and the case itself is as it was", async () => {
  await search("list_freed", parseFilterText("curl"));
  await reader.forgetKept("list_freed");

  await expect(idsWhere(whereClause(keptFilters([], "list_freed")))).rejects.toThrow(/list_freed/);
  await reader.forgetKept("never_there");
});

test.each(["DELETE FROM event_rows", "SELECT 1; SELECT 2", "SELECT * FROM read_text('/etc/hostname')"])(
  "only the rows of one SELECT on the case are kept: %s",
  async (sql) => {
    await expect(reader.keep("list_refused", sql)).rejects.toThrow(/Refused/);
  },
);
