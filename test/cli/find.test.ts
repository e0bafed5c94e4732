import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { coldtrail } from "../helpers/coldtrail.ts";
import { caseOf } from "../helpers/small-case.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { idOf, makeRecord, makeRecords, timeAt } from "../helpers/trail-maker.ts";

// oxlint-disable-next-line no-control-regex -- Control characters are what this is about.
const CONTROLS = /[\u001b\u0007]/;
let caseFolder: string;

beforeAll(async () => {
  const hostile = makeRecord(9, { userAgent: "evil\u001b]0;owned\u0007/1.0" });
  caseFolder = await caseOf([...makeRecords(1, 5), hostile]);
});

async function find(...args: string[]): ReturnType<typeof coldtrail> {
  return await coldtrail(["find", ...args, "--case", caseFolder]);
}

test("values from the line and from a file are looked up together, with the notes in JSON", async () => {
  const list = join(temporaryFolder(), "iocs.txt");
  writeFileSync(list, "\uFEFF# seen at the proxy\r\n198.51.100.2\r\n198.51.100.77\r\n");
  const { code, stdout } = await find(`@${list}`, "alice", "--format", "json");
  const { rows, _meta } = JSON.parse(stdout) as { rows: Record<string, unknown>[]; _meta: Record<string, unknown> };
  expect(code).toBe(0);
  expect(rows.map(({ value, kind, n_records, first_seen }) => [value, kind, n_records, first_seen])).toEqual([
    ["198.51.100.2", "ip", 1, timeAt(2)],
    ["198.51.100.77", "ip", 0, null],
    ["alice", "text", 6, timeAt(1)],
  ]);
  expect(_meta).toMatchObject({ scope: "whole case", counts: "records" });
  expect(String(_meta["cannot_show"])).toContain("HIDDEN_DUE_TO_SECURITY_REASONS");
});

test("the events themselves come in time order, as a file too", async () => {
  const file = join(temporaryFolder(), "hits.csv");
  const { code } = await find("198.51.100.0/30", "--events", "--format", "csv", "-o", file);
  expect(code).toBe(0);
  const lines = readFileSync(file, "utf8").trimEnd().split("\r\n");
  expect(lines[0]).toMatch(/^event_time,account,region,service,event_name,.*,indicator,found_in$/);
  expect(lines.slice(1).map((line) => line.slice(0, 20))).toEqual([timeAt(1), timeAt(2), timeAt(3)]);
  expect(lines[1]).toContain(`${idOf(1)},198.51.100.0/30,sourceIPAddress`);
});

test("nothing from the evidence or the command line drives the terminal", async () => {
  const { stdout, stderr } = await find("evil\u001b]0;owned\u0007/1.0", "\u001b[2J", "--events");
  expect(stdout + stderr).not.toMatch(CONTROLS);
  const summary = await find("evil", "\u001b[2J");
  expect(summary.stdout).not.toMatch(CONTROLS);
});

test.each([
  [["--regex", "(unclosed"], 5, "The query failed"],
  [["--regex", "(?=look)"], 5, "The query failed"],
  [[" "], 2, "Not a value to look for"],
  [["@nosuch.txt"], 2, "No such list file"],
  [[], 2, "missing required argument"],
])("%j ends with exit code %i and says why", async (args, expected, words) => {
  const { code, stdout, stderr } = await find(...args);
  expect([code, stdout]).toEqual([expected, ""]);
  expect(stderr).toContain(words);
  expect(stderr).not.toMatch(/\n\s+at /);
});
