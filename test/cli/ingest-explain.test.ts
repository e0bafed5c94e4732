import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { explainFiles } from "../../src/ingest/explain.ts";
import { coldtrail } from "../helpers/coldtrail.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { EVENT_IDS } from "../data/formats/events.ts";
import { WHOLE_FORMATS } from "../data/formats/whole-formats.ts";

function write(name: string, gzip = false): { path: string; folder: string } {
  const { file, content } = WHOLE_FORMATS.find((format) => format.name === name)!;
  const folder = temporaryFolder();
  const path = join(folder, file);
  writeFileSync(path, gzip ? gzipSync(content) : content);
  return { path, folder };
}

async function stepsOf(path: string): Promise<readonly string[]> {
  for await (const { steps } of explainFiles([path])) return steps;
  throw new Error("nothing was explained");
}

describe("ingest --explain", () => {
  test("prints each step of one file, and makes no case", async () => {
    const { path, folder } = write("eventbridge", true);
    const result = await coldtrail(["ingest", "--explain", path, "--case", join(folder, "case")]);
    expect(result.code).toBe(0);
    expect(result.stdout.split("\n").map((line) => line.trim())).toEqual(
      expect.arrayContaining([
        path,
        "containers: gzip",
        "read as: JSON: one value or several, lists item by item",
        expect.stringMatching(/^the first value is: EventBridge event \(.*\), row 13 of the decision list$/),
        expect.stringMatching(/^detail is: event \(.*\), row 19 of the decision list$/),
        `first event: ${EVENT_IDS[0]!}, detail`,
        "events: 4, the poorest of fidelity stream",
        "status: imported",
      ]),
    );
    expect(existsSync(join(folder, "case"))).toBe(false);
  });

  test("is one JSON object a file with --format json", async () => {
    const { path, folder } = write("trail");
    const result = await coldtrail(["ingest", "--explain", path, "--format", "json", "--case", join(folder, "case")]);
    const [line] = result.stdout.split("\n");
    expect(JSON.parse(line!)).toEqual({ file: path, steps: expect.arrayContaining(["status: imported"]) });
  });

  test.each([
    ["trail", /^read as: a trail file: an object whose list Records begins at byte 11$/],
    ["cloudwatch-kinesis", /^ {2}Records\[\] is: notification record .*, row 5/],
    ["cloudwatch-export", /^read as: lines of text that end in JSON$/],
    ["splunk-csv", /^read as: a table of 2 columns parted by ",", columns of events: _time, _raw$/],
    ["mixed", /^ {2}2 as Events\[\] > CloudTrailEvent$/],
  ])("says how %s is recognised", async (name, step) => {
    expect(await stepsOf(write(name).path)).toContainEqual(expect.stringMatching(step));
  });
});
