import fc from "fast-check";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  FlagColumn,
  NumberColumn,
  PlainTextColumn,
  RepeatedTextColumn,
  type ParquetColumn,
} from "../../src/ingest/parquet-column.ts";
import { writeParquetFile } from "../../src/ingest/parquet-file.ts";

// DuckDB is the reader that the files are for, so it is the oracle.

let folder: string;
let trials = 0;
let connection: DuckDBConnection;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "coldtrail-parquet-"));
  connection = await (await DuckDBInstance.create()).connect();
});
afterAll(() => rmSync(folder, { recursive: true }));

type Value = string | number | bigint | boolean | null;
interface Trial {
  readonly column: ParquetColumn;
  readonly values: readonly Value[];
}

async function roundTrip(columns: Record<string, Trial>): Promise<unknown> {
  // DuckDB remembers files by name, size and time, so each has a name of its own.
  trials += 1;
  const file = join(folder, `trial-${trials}.parquet`);
  const rows = Object.values(columns)[0]!.values.length;
  const written = Object.entries(columns).map(([name, { column, values }]) => {
    for (const [row, value] of values.entries()) if (value !== null) column.set(row, value);
    return { name, pages: column.pages(rows) };
  });
  writeParquetFile(file, rows, written);
  for (const { column } of Object.values(columns)) column.clear();
  const reader = await connection.runAndReadAll(`SELECT * FROM read_parquet('${file}')`);
  return reader.getColumnsObject();
}

const text = fc.string({ unit: "grapheme", maxLength: 40 });
const optional = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(values, { freq: 3 });
const record = fc.record({
  repeated: optional(text),
  plain: optional(text),
  flag: optional(fc.boolean()),
  wide: optional(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  narrow: optional(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
});

const held = { bytes: 0 };

test("any columns come back as they went in, also when they were used before", async () => {
  const columns = {
    repeated: new RepeatedTextColumn(held),
    plain: new PlainTextColumn(held),
    flag: new FlagColumn(),
    wide: new NumberColumn(64),
    narrow: new NumberColumn(32),
  };
  await fc.assert(
    fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 200 }), async (records) => {
      const expected = {
        repeated: records.map(({ repeated }) => repeated),
        plain: records.map(({ plain }) => plain),
        flag: records.map(({ flag }) => flag),
        wide: records.map(({ wide }) => wide),
        narrow: records.map(({ narrow }) => narrow),
      };
      const back = await roundTrip({
        repeated: { column: columns.repeated, values: expected.repeated },
        plain: { column: columns.plain, values: expected.plain },
        flag: { column: columns.flag, values: expected.flag },
        wide: { column: columns.wide, values: expected.wide },
        narrow: { column: columns.narrow, values: expected.narrow },
      });
      expect(back).toEqual(expected);
    }),
    { numRuns: 60 },
  );
});

test.each([
  [1, 1],
  [256, 256],
  [257, 257],
  [65_535, 65_535],
  [80_000, 80_000],
  [20_000, 3],
])("%i rows of %i different texts, with nulls between", async (rows, distinct) => {
  const values = Array.from({ length: rows }, (_, i) => (i % 7 === 3 ? null : `value ${i % distinct} é`));

  expect(await roundTrip({ repeated: { column: new RepeatedTextColumn(held), values } })).toEqual({ repeated: values });
});

test("columns without any value, and one text of a megabyte", async () => {
  const none = [null, null, null];
  const long = ["x".repeat(1_000_000), null, "\u0000"];

  expect(
    await roundTrip({
      none: { column: new RepeatedTextColumn(held), values: none },
      plain: { column: new PlainTextColumn(held), values: none },
      flag: { column: new FlagColumn(), values: none },
      number: { column: new NumberColumn(64), values: none },
      long: { column: new RepeatedTextColumn(held), values: long },
    }),
  ).toEqual({ none, plain: none, flag: none, number: none, long });
});

test("texts that were numbered for no row", async () => {
  const none = new RepeatedTextColumn(held);
  none.numberOfText("a");
  const some = new RepeatedTextColumn(held);
  some.numberOfText("a");

  expect(
    await roundTrip({
      none: { column: none, values: [null, null] },
      some: { column: some, values: [null, "b"] },
    }),
  ).toEqual({ none: [null, null], some: [null, "b"] });
});
