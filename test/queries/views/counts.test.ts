import { afterAll, beforeAll, expect, test } from "vitest";
import { countFacet, countFacets, FACETS_ON_DEMAND, QUICK_FACETS } from "../../../src/queries/views/facets.ts";
import { filterOf, isFilter, type Filter } from "../../../src/queries/views/filter.ts";
import { whereClause } from "../../../src/queries/views/filter-sql.ts";
import { FREQUENCY_ORDERS, frequencySql, readFrequency } from "../../../src/queries/views/frequency.ts";
import { readHistogram } from "../../../src/queries/views/histogram.ts";
import { CaseReader } from "../../../src/store/case-reader.ts";
import { viewsCase } from "./views-case.ts";

let reader: CaseReader;
beforeAll(async () => {
  reader = await CaseReader.open(await viewsCase(6000));
});
afterAll(() => reader.close());

const FILTERS: readonly (readonly [string, readonly Filter[]])[] = [
  ["no filter", []],
  ["a filter", [isFilter("aws_region", "eu-west-1")]],
  ["nothing left", [isFilter("aws_region", "nowhere")]],
];

async function counted(column: string, filters: readonly Filter[]): Promise<Map<string | null, number>> {
  const rows = await reader.rows(
    `SELECT nullif(CAST(${column} AS VARCHAR), '') AS value, count(*) AS n FROM events ${whereClause(filters)} GROUP BY 1`,
  );
  return new Map(rows.map(({ value, n }) => [value as string | null, Number(n)]));
}

test.each(FILTERS)("facets count every value with %s", async (_, filters) => {
  const quick = await countFacets(reader, filters);
  expect(quick.map(({ column }) => column)).toEqual(QUICK_FACETS);
  const onDemand = await Promise.all(
    FACETS_ON_DEMAND.map(async (column) => countFacet(await reader.sibling(), filters, column)),
  );
  for (const { column, values, n_values } of [...quick, ...onDemand]) {
    const truth = await counted(column, filters);
    expect(n_values).toBe(truth.size);
    expect(values.length).toBe(Math.min(50, truth.size));
    for (const { value, n } of values) expect(truth.get(value)).toBe(n);
    expect(values.map(({ n }) => n)).toEqual(values.map(({ n }) => n).toSorted((a, b) => b - a));
  }
});

test.each(FREQUENCY_ORDERS)("a frequency table in the order of %s is that of its SELECT", async (order) => {
  const filters = [isFilter("event_name", "AssumeRole", true)];
  const table = await readFrequency(reader, filters, { column: "actor", order });
  const rows = await reader.rows(frequencySql(filters, { column: "actor", order }));
  expect(table.rows.map(({ value }) => value)).toEqual(rows.map(({ value }) => value));
  expect(table.rows.map(({ n }) => n)).toEqual(rows.map(({ n }) => Number(n)));
  expect(table.n_values).toBe(rows.length);
  expect(table.n_events).toBe(rows.reduce((sum, { n }) => sum + Number(n), 0));
  expect(table.rows.reduce((sum, { percent }) => sum + percent, 0)).toBeCloseTo(100);
});

test("values of times, flags and JSON are counted too", async () => {
  for (const column of [
    "event_time",
    "read_only",
    "request_parameters",
    "request_parameters.bucketName",
    "event_copies",
  ]) {
    const { rows, n_events } = await readFrequency(reader, [], { column, order: "count" });
    expect(rows.reduce((sum, { n }) => sum + n, 0)).toBe(n_events);
  }
});

test("a histogram has every bucket, all events, errors and the day without a file", async () => {
  const range = filterOf({
    kind: "time",
    since: BigInt(Date.UTC(2024, 2, 1)) * 1000n,
    until: BigInt(Date.UTC(2024, 2, 7)) * 1000n,
  });
  const histogram = (await readHistogram(reader, [range], 40))!;
  expect(histogram.size.label).toBe("6h");
  expect(histogram.buckets.length).toBe(24);
  const [row] = await reader.rows(
    `SELECT count(*) AS n, count(*) FILTER (WHERE outcome <> 'no-error') AS n_errors FROM events ${whereClause([range])}`,
  );
  expect(histogram.buckets.reduce((sum, { n }) => sum + n, 0)).toBe(Number(row!["n"]));
  expect(histogram.buckets.reduce((sum, { n_errors }) => sum + n_errors, 0)).toBe(Number(row!["n_errors"]));
  const gapDays = new Set(
    histogram.buckets.filter(({ is_gap }) => is_gap).map(({ since }) => new Date(Number(since / 1000n)).getUTCDate()),
  );
  expect(gapDays).toContain(6);
  const covered = histogram.buckets.filter(({ n }) => n > 0);
  expect(covered.every(({ is_gap }) => !is_gap)).toBe(true);
});

test("the buckets go from a minute to a year", async () => {
  const at = (text: string): bigint => BigInt(Date.parse(text)) * 1000n;
  const sizes: [string, string, string][] = [
    ["2024-03-01T10:00:00Z", "2024-03-01T10:30:00Z", "1m"],
    ["2024-03-01T10:00:00Z", "2024-03-01T20:00:00Z", "15m"],
    ["2024-03-01T00:00:00Z", "2024-03-31T00:00:00Z", "1d"],
    ["2024-02-20T00:00:00Z", "2024-05-10T00:00:00Z", "2d"],
    ["2023-12-31T00:00:00Z", "2024-11-01T00:00:00Z", "1w"],
    ["2022-01-01T00:00:00Z", "2024-12-01T00:00:00Z", "1mo"],
    ["2017-02-01T00:00:00Z", "2024-05-10T00:00:00Z", "3mo"],
    ["1990-01-01T00:00:00Z", "2024-03-31T00:00:00Z", "1y"],
    ["1960-01-01T00:00:00Z", "2024-03-31T00:00:00Z", "5y"],
    ["0200-01-01T00:00:00Z", "2024-03-31T00:00:00Z", "50y"],
  ];
  for (const [since, until, label] of sizes) {
    const range = filterOf({ kind: "time", since: at(since), until: at(until) });
    const histogram = (await readHistogram(reader, [range], 50))!;
    expect([since, histogram.size.label]).toEqual([since, label]);
    const [row] = await reader.rows(`SELECT count(*) AS n FROM events ${whereClause([range])}`);
    expect(histogram.buckets.reduce((sum, { n }) => sum + n, 0)).toBe(Number(row!["n"]));
  }
});

test("a filter without a dated event has no histogram, and one without any event in its range has zeros", async () => {
  expect(await readHistogram(reader, [isFilter("event_name", "nothing")], 40)).toBeNull();
  const range = filterOf({ kind: "time", since: 0n, until: 3_600_000_000n });
  const histogram = (await readHistogram(reader, [range], 40))!;
  expect(histogram.buckets.length).toBeGreaterThan(3);
  expect(histogram.buckets.every(({ n }) => n === 0)).toBe(true);
});
