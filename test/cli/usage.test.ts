import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { coldtrail } from "../helpers/coldtrail.ts";
import { quickIngest } from "../helpers/quick-ingest.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { makeRecords, writeTrail } from "../helpers/trail-maker.ts";

let folder: string;
let evidence: string;
let caseFolder: string;

beforeAll(async () => {
  folder = temporaryFolder();
  evidence = writeTrail(join(folder, "evidence"), { "a.json.gz": makeRecords(1, 3) });
  caseFolder = join(folder, "case");
  mkdirSync(join(folder, "empty"));
  writeFileSync(join(folder, "file"), "");
  await quickIngest(caseFolder, [evidence]);
});

/** `$DIR` stands for the test's folder, which holds `evidence`, `case`, `empty` and `file`. */
async function run(words: readonly string[]): ReturnType<typeof coldtrail> {
  return await coldtrail(
    words.map((word) => word.replace("$DIR", folder)),
    { cwd: folder },
  );
}

describe.concurrent("wrong usage", () => {
  test.each<[string[], RegExp]>([
    [[], /Usage: coldtrail/],
    [["--nosuch"], /unknown option '--nosuch'/],
    [["ingset", "x"], /unknown command 'ingset'\n\(Did you mean ingest\?\)/],
    [["sql", "SELECT 1", "--forma", "csv"], /unknown option '--forma'\n\(Did you mean --format\?\)/],
    [["sql", "SELECT 1", "--format", "xml"], /Allowed choices are table, csv, json, jsonl, md/],
    [["ingest"], /missing required argument 'paths'/],
    [["ingest", "$DIR/nosuch", "--case", "$DIR/new"], /No such evidence: .*nosuch/],
    [["ingest", "$DIR/evidence", "--case", "$DIR/new", "--jobs", "0"], /Not a whole number above 0: --jobs 0/],
    [["ingest", "$DIR/evidence", "--case", "$DIR/new", "--jobs", "two"], /Not a whole number above 0: --jobs two/],
    [["ingest", "$DIR/evidence", "--case", "$DIR/new", "--root", "x"], /Not a root: --root x/],
    [["ingest", "$DIR/evidence", "--case", "$DIR/evidence/case"], /The case would lie inside the evidence/],
    [["ingest", "."], /The case would lie inside the evidence/],
    [
      ["ingest", "$DIR/case/coldtrail.duckdb", "--case", "$DIR/case"],
      /would lie inside the evidence|The evidence lies inside/,
    ],
    [["ingest", "$DIR/evidence/a.json.gz", "--case", "$DIR/evidence"], /The case would lie inside the evidence/],
    [["sql", "nosuch.sql", "--case", "$DIR/case"], /No such query file: nosuch.sql/],
    [["show", "no-such-id", "--case", "$DIR/case"], /No event with this id in the case: no-such-id/],
    [["sql", "SELECT 1", "--case", "$DIR/empty"], /No case here: .*empty\n.*coldtrail ingest PATH/],
    [["ingest", "$DIR/evidence", "--case", "$DIR/file"], /The case cannot be written: .*file/],
    [["ingest", "$DIR/evidence", "--case", "$DIR/file/case"], /The case cannot be written: .*file.case/],
    [["overview", "--case", "$DIR/nosuch"], /No case here/],
    [["custody", "--case", "$DIR/nosuch"], /No journal here: .*nosuch/],
    [["custody", "--verify", "--case", "$DIR/nosuch"], /No journal here: .*nosuch/],
    [["evidence", "list", "--case", "$DIR/nosuch"], /No case here/],
    [["evidence", "check", "--case", "$DIR/nosuch"], /No case here/],
    [["journal", "import", "$DIR/nosuch", "--case", "$DIR/case"], /No such case/],
    [["custody", "--verify", "--head", "abc", "--case", "$DIR/case"], /This is no chain head: abc/],
  ])("%j exits with 2, says why, and prints nothing else", async (words, message) => {
    const { code, stdout, stderr } = await run(words);

    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at |This is a bug/);
    expect([code, stdout]).toEqual([2, ""]);
  });
});

test("none of them made a case", () => {
  expect(existsSync(join(folder, "new"))).toBe(false);
  expect(existsSync(join(folder, "nosuch"))).toBe(false);
});

describe.concurrent("help", () => {
  test.each([[["--help"]], [["help", "sql"]], [["evidence", "check", "--help"]]])(
    "%j is printed to stdout, exit 0",
    async (words) => {
      const { code, stdout, stderr } = await run(words);

      expect([code, stderr]).toEqual([0, ""]);
      expect(stdout).toContain("Usage: coldtrail");
    },
  );

  test("the version is the package's", async () => {
    expect(await run(["--version"])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      stderr: "",
    });
  });
});

test("a doctor without a case says so and is no failure", async () => {
  const { code, stdout } = await run(["doctor", "--case", "$DIR/empty"]);

  expect(code).toBe(0);
  expect(stdout).toMatch(/^ok +coldtrail \d/);
  expect(stdout).toContain("coldtrail ingest PATH makes one");
});

test("a doctor finds every check of a case passed", async () => {
  const { code, stdout } = await run(["doctor", "--case", "$DIR/case"]);

  expect(code).toBe(0);
  expect(stdout).toContain("1 files: 3 records = 3 stored + 0 duplicate + 0 rejected");
  expect(stdout).not.toContain("FAILED");
});
