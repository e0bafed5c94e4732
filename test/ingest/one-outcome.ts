import { expect } from "vitest";
import type { FileOutcome } from "../../src/ingest/file-outcome.ts";
import { SHARD_COLUMNS } from "../../src/store/case-schema.ts";
import type { ReadResult } from "./evidence-fixture.ts";

const ORDINAL = SHARD_COLUMNS.findIndex(([name]) => name === "file_ordinal");
const STATUSES = ["imported", "partial", "not_events", "unsupported", "unreadable"];

/** What holds for every file and every member of it, whatever is in it. */
export function expectOneOutcome(result: ReadResult): void {
  const rows = Map.groupBy(result.rows, (row) => row[ORDINAL]);
  for (const outcome of [result, ...result.members]) {
    expectCounts(outcome, rows.get(outcome.file.ordinal)?.length ?? 0);
    rows.delete(outcome.file.ordinal);
  }
  // No row without its file.
  expect([...rows.keys()]).toEqual([]);
  expect(result.rows.every((row) => row.length === SHARD_COLUMNS.length)).toBe(true);
}

function expectCounts({ file, rejected }: FileOutcome, rows: number): void {
  expect(STATUSES).toContain(file.status);
  expect(file.records).toBe(rows + rejected.length);
  expect(file.rejected).toBe(rejected.length);
  if (file.status !== "imported") expect(file.reason).toMatch(/\S/);
  if (file.status === "imported") expect(rejected).toEqual([]);
  if (file.status !== "imported" && file.status !== "partial") expect(file.records).toBe(0);
}
