import { rmSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { readOriginal, type Original } from "../../src/ingest/original-record.ts";
import { evidenceFolder, recordOf, sha256, trailOf, writeEvidence } from "./evidence-fixture.ts";

const folder = evidenceFolder();
afterAll(() => rmSync(folder, { recursive: true }));

const path = "a b/trail.json.gz";

/** Asks for the record at an index of a file, which is `now` and was `then` when it was ingested. */
async function original(record_index: number, now: string | Uint8Array, then = now): Promise<Original> {
  writeEvidence(folder, path, now);
  return await readOriginal({ mounted_at: folder, path, member_path: null, sha256_stored: sha256(then), record_index });
}

const SPACED = String.raw`{ "eventVersion" : "1.08", "n" : 791.0,  "x":"\u0041" }`;
const TRAIL = trailOf(recordOf("a"), '{"eventVersion":x}', SPACED);

describe("the original of a record", () => {
  test.each([
    ["a plain file", TRAIL],
    ["a gzip file", gzipSync(TRAIL)],
    ["a gzip file that is damaged", gzipSync(TRAIL).subarray(0, -4)],
    ["a file behind a byte order mark", `\ufeff${TRAIL}`],
    ["a file in UTF-16", Buffer.from(`\ufeff${TRAIL}`, "utf16le")],
    ["one of several members", Buffer.concat([gzipSync(TRAIL.slice(0, 40)), gzipSync(TRAIL.slice(40))])],
  ])("is its text as it stands in %s", async (_what, stored) => {
    expect(await original(2, stored)).toEqual({ text: SPACED });
    expect(await original(0, stored)).toEqual({ text: recordOf("a") });
  });

  test("is counted with the records that were rejected, as at ingest", async () => {
    expect(await original(1, TRAIL)).toEqual({ missing: "the record is not at its place in the evidence file" });
    expect(await original(3, TRAIL)).toEqual({ missing: "the record is not at its place in the evidence file" });
  });

  test("is not taken from a file that has changed by one byte", async () => {
    const changed = TRAIL.replace("791.0", "792.0");
    expect(await original(2, changed, TRAIL)).toEqual({ missing: expect.stringMatching(/its hash differs/) });
  });

  test("is missing when the file is", async () => {
    const place = {
      mounted_at: folder,
      path: "gone.json",
      member_path: null,
      sha256_stored: sha256(TRAIL),
      record_index: 0,
    };
    expect(await readOriginal(place)).toEqual({ missing: "the evidence file cannot be read (ENOENT)" });
    expect(await readOriginal({ ...place, path: "a b" })).toEqual({ missing: expect.stringMatching(/cannot be read/) });
  });

  test("is missing when the file is no trail file", async () => {
    expect(await original(0, "# text")).toEqual({ missing: "text, not CloudTrail" });
    expect(await original(0, "Rar!\x1a\x07\x01\0")).toEqual({ missing: expect.stringMatching(/^rar is not read/) });
  });
});
