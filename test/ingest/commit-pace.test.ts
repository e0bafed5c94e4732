import { expect, test } from "vitest";
import { CommitPace } from "../../src/ingest/commit-pace.ts";

test("a batch is a little more than a row group, so that one is stored of it whole", () => {
  expect(new CommitPace(1_000).batchRows).toBe(1_010);
});

test.each([
  ["a few copies", 990, 10, 1_021],
  ["a third of copies", 2_000, 1_000, 1_515],
  ["copies only: never more than twice as much", 0, 1_000, 2_000],
])("after a batch with %s, the next one makes up for them", (_, stored, duplicate, rows) => {
  const pace = new CommitPace(1_000);
  pace.committed({ stored, duplicate });

  expect(pace.batchRows).toBe(rows);
});

test("a batch without rows teaches nothing", () => {
  const pace = new CommitPace(1_000);
  pace.committed({ stored: 500, duplicate: 500 });
  pace.committed({ stored: 0, duplicate: 0 });

  expect(pace.batchRows).toBe(2_000);
});
