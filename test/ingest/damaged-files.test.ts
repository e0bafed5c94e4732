import { rmSync } from "node:fs";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { SHARD_COLUMNS } from "../../src/store/case-schema.ts";
import { applyAll, damages } from "../helpers/damage.ts";
import { recordText } from "../helpers/generated-records.ts";
import { evidenceFolder, readFileAt, recordOf, trailOf, writeEvidence, type ReadResult } from "./evidence-fixture.ts";
import { expectOneOutcome } from "./one-outcome.ts";

const folder = evidenceFolder();
afterAll(() => rmSync(folder, { recursive: true }));

async function readBytes(bytes: Buffer): Promise<ReadResult> {
  writeEvidence(folder, "damaged.json", bytes);
  return await readFileAt(folder, "damaged.json");
}

const RECORDS = Array.from({ length: 6 }, (_, i) => recordOf(`event-${i}`, { userAgent: "é😀", n: i }));
const TRAIL = Buffer.from(trailOf(...RECORDS));

const BOUNDED = { numRuns: 1500, interruptAfterTimeLimit: 2500 };

test("whatever happens to a trail file, it ends in one status, and its records add up", async () => {
  await fc.assert(
    fc.asyncProperty(damages, async (all) => {
      expectOneOutcome(await readBytes(applyAll(TRAIL, all)));
    }),
    BOUNDED,
  );
});

test("whatever happens to a gzipped trail file, it ends in one status, and its records add up", async () => {
  await fc.assert(
    fc.asyncProperty(damages, fc.boolean(), async (all, twice) => {
      const stored = gzipSync(TRAIL);
      expectOneOutcome(await readBytes(applyAll(twice ? gzipSync(stored) : stored, all)));
    }),
    BOUNDED,
  );
});

test("whatever happens inside a gzip file, it ends in one status, and its records add up", async () => {
  const records = fc.array(recordText, { minLength: 1, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(records, damages, async (texts, all) => {
      expectOneOutcome(await readBytes(gzipSync(applyAll(Buffer.from(trailOf(...texts)), all))));
    }),
    { ...BOUNDED, numRuns: 300 },
  );
});

test("whatever is written over one record, all others are read", async () => {
  const noise = fc.oneof(
    fc.string({ unit: fc.constantFrom(...'{}[]",:\\ 1entrulasf\0\n'), minLength: 1, maxLength: 40 }),
    fc.string({ unit: "binary", minLength: 1, maxLength: 40 }).map((text) => text.toWellFormed()),
  );
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: 5 }), fc.nat(), noise, async (index, at, text) => {
      const record = RECORDS[index]!;
      // Not the first characters: they are what a record is found again by.
      const from = 20 + (at % (record.length - 60));
      const damaged = record.slice(0, from) + text + record.slice(from + text.length);
      const result = await readBytes(Buffer.from(trailOf(...RECORDS.with(index, damaged))));
      expectOneOutcome(result);
      const ids = new Set(result.rows.map((row) => row[EVENT_ID]));
      const missing = RECORDS.map((_, other) => other).filter((other) => other !== index && !ids.has(`event-${other}`));
      expect(missing).toEqual([]);
    }),
    BOUNDED,
  );
});

const EVENT_ID = SHARD_COLUMNS.findIndex(([name]) => name === "event_id");

test("a changed bit in the data of a gzip file never goes unnoticed", async () => {
  const stored = gzipSync(TRAIL);
  for (let bit = 80; bit < stored.length * 8; bit += 5) {
    const damaged = Buffer.from(stored);
    damaged[bit >> 3]! ^= 1 << (bit & 7);
    const { file } = await readBytes(damaged);
    expect([bit, file.reason]).toEqual([bit, expect.stringMatching(/\w/)]);
    expect(["partial", "unreadable", "not_events"]).toContain(file.status);
  }
});

test("a trail file cut anywhere is never taken for a whole one", async () => {
  for (let end = 0; end < TRAIL.length; end += 3) {
    const result = await readBytes(TRAIL.subarray(0, end));
    expectOneOutcome(result);
    expect([end, result.file.status]).toEqual([end, expect.stringMatching(/partial|unreadable|not_events/)]);
    if (end > 12) expect(result.file.status).toBe("partial");
  }
});
