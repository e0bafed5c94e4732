import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Database } from "../../src/store/database.ts";

let folder: string;
let database: Database;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "coldtrail-text-"));
  database = await Database.open(join(folder, "texts.duckdb"), { readOnly: false });
});
afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

test.each([
  ["a first U+FEFF", "\ufeffa"],
  ["two of them", "\ufeff\ufeffa"],
  ["one alone", "\ufeff"],
  ["one before a long text", `\ufeff${"x".repeat(40)}`],
  ["one in the middle", "a\ufeffb"],
  ["a zero byte", "a\0b"],
  ["what is beyond the first plane", "😀"],
  ["nothing", ""],
])("a stored text comes back with %s", async (_what, text) => {
  expect(await database.value("SELECT CAST($text AS VARCHAR)", { text })).toBe(text);
});
