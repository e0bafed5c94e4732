import { rmSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseJson, type JsonObject } from "../../src/cloudtrail/json-text.ts";
import { eventRow, type ShardValue } from "../../src/ingest/event-row.ts";
import { Shard } from "../../src/ingest/shard.ts";
import { SHARD_COLUMNS } from "../../src/store/case-schema.ts";
import "../../src/store/whole-text.ts";
import { recordText } from "../helpers/generated-records.ts";
import { evidenceFolder, recordOf } from "./evidence-fixture.ts";

const folder = evidenceFolder();
let path = "";
let written = 0;
let connection: DuckDBConnection;
beforeAll(async () => {
  connection = await (await DuckDBInstance.create()).connect();
});
afterAll(() => rmSync(folder, { recursive: true }));

function rowOf(text: string, record_index: number): ShardValue[] {
  const place = {
    ordinal: 0,
    record_index,
    source_fidelity: "trail",
    wrapping: null,
    keyless: new Map<string, number>(),
  };
  return eventRow(text, parseJson(text) as JsonObject, place);
}

/** DuckDB remembers files by name, size and time, so each has a name of its own. */
function write(shard: Shard): void {
  written += 1;
  path = join(folder, `shard-${written}.parquet`);
  shard.write(path);
}

async function readBack(): Promise<unknown[][]> {
  const reader = await connection.runAndReadAll(`SELECT * FROM read_parquet('${path}')`);
  expect(reader.columnNames()).toEqual(SHARD_COLUMNS.map(([name]) => name));
  return reader.getRows();
}

test("a shard gives back the rows of any records", async () => {
  const shard = new Shard();
  await fc.assert(
    fc.asyncProperty(fc.array(recordText, { minLength: 1, maxLength: 8 }), async (texts) => {
      const rows = texts.map(rowOf);
      for (const row of rows) shard.append(row);
      expect(shard.rowCount).toBe(rows.length);
      write(shard);
      expect(await readBack()).toEqual(rows);
    }),
    { numRuns: 100, interruptAfterTimeLimit: 3000 },
  );
});

test("a shard is empty after it was written, and counts what it holds", async () => {
  const shard = new Shard();
  const row = rowOf(recordOf("a"), 0);
  for (let i = 0; i < 3000; i += 1) shard.append(row);
  expect(shard.rowCount).toBe(3000);
  // Repeated texts count once, the others with each row: here the event's id and its request.
  const distinct = 2 * 4 + Buffer.byteLength('a{"bucketName":"b","key":"naïve/😀"}');
  expect(shard.size_bytes).toBeGreaterThan(3000 * distinct);
  expect(shard.size_bytes).toBeLessThan(3000 * distinct + 2000);
  write(shard);
  expect(await readBack()).toEqual(Array.from({ length: 3000 }, () => row));
  expect([shard.rowCount, shard.size_bytes]).toEqual([0, 0]);

  const other = rowOf(recordOf("b"), 1);
  shard.append(other);
  write(shard);
  expect(await readBack()).toEqual([other]);
});

test("a shard that cannot be written says so", () => {
  const shard = new Shard();
  shard.append(rowOf(recordOf("a"), 0));
  expect(() => shard.write(join(folder, "nowhere", "shard.parquet"))).toThrow(/ENOENT/);
});
