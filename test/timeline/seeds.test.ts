import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseSeeds, seedSql, seedsInWords } from "../../src/timeline/seeds.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "coldtrail-seeds-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("a file of seeds gives one seed a line, without blank lines and comments", () => {
  const file = join(folder, "keys.txt");
  writeFileSync(file, "# from the ticket\nAKIAONEEXAMPLE\r\n\n  ASIATWOEXAMPLE  \n");

  expect(parseSeeds({ key: [`@${file}`, "AKIATHREEEXAMPLE"] }).keys).toEqual([
    "AKIAONEEXAMPLE",
    "ASIATWOEXAMPLE",
    "AKIATHREEEXAMPLE",
  ]);
});

test.each(["300.1.1.1", "somewhere", "10.0.0.0/33", ""])("--ip %j is refused by name", (ip) => {
  expect(() => parseSeeds({ ip: [ip] })).toThrow(`--ip ${ip}`);
});

test("no seeds give no condition, and say so", () => {
  expect(seedSql(parseSeeds({}))).toBeNull();
  expect(seedsInWords(parseSeeds({}))).toBe("none: every event of the scope");
});

test("a quote in a seed stays inside its text", () => {
  const { condition } = seedSql(parseSeeds({ key: ["x' OR '1'='1"] }))!;

  expect(condition).toContain("'x'' OR ''1''=''1'");
});
