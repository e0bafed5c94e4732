import { expect, test } from "vitest";
import { progressLine } from "../../src/cli/ingest-progress.ts";

test.each([
  [
    { files_done: 0, records: 0, bytes: 0, elapsed_ms: 0 },
    20_000,
    "0 of 20,000 files · 0 records · 0 MB/s · estimating",
  ],
  [
    { files_done: 5_000, records: 410_000, bytes: 600e6, elapsed_ms: 10_000 },
    20_000,
    "5,000 of 20,000 files · 410,000 records · 60 MB/s · 30 s left",
  ],
  [
    { files_done: 100, records: 1_000, bytes: 1e6, elapsed_ms: 1_000 },
    100_000,
    "100 of 100,000 files · 1,000 records · 1 MB/s · 17 min left",
  ],
  [
    { files_done: 10, records: 10, bytes: 1e6, elapsed_ms: 10_000 },
    10_000,
    "10 of 10,000 files · 10 records · 0 MB/s · 2.8 h left",
  ],
])("progress %j of %i files reads well", (progress, total, line) => {
  expect(progressLine(progress, total)).toBe(line);
});

test("files that appear while the archive is read do not make the total look too small", () => {
  const line = progressLine({ files_done: 12, records: 1, bytes: 1, elapsed_ms: 1_000 }, 10);

  expect(line).toMatch(/^12 of 12 files/);
});
