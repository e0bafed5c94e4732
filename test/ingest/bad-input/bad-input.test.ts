import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { askCase } from "../../helpers/case-content.ts";
import { coldtrail } from "../../helpers/coldtrail.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import type { IngestSummary } from "../../../src/ingest/summary.ts";
import { ingestBadInputs, pathOf } from "./ingest-bad-inputs.ts";
import { BAD_INPUTS } from "./table.ts";

// Every bad input of the list goes into one case in one run: none may cost another one anything.

const folder = temporaryFolder();
const caseFolder = join(folder, "case");
const evidence = join(folder, "evidence");
// There are no pipes and devices to make on Windows.
const inputs = BAD_INPUTS.filter(({ row }) => process.platform !== "win32" || !row.startsWith("5"));
let summary: IngestSummary;
let files: Map<string, Record<string, unknown>[]>;
let stored: Map<string, number>;

beforeAll(async () => {
  ({ summary } = (await ingestBadInputs(inputs, folder)).result);
  const rows = await askCase(caseFolder, "SELECT * FROM evidence_files ORDER BY path, member_path NULLS FIRST");
  files = Map.groupBy(rows, ({ path }) => String(path));
  const counts = await askCase(
    caseFolder,
    "SELECT path, count(*) AS n FROM events JOIN evidence_files USING (file_id) GROUP BY path",
  );
  stored = new Map(counts.map(({ path, n }) => [String(path), Number(n)]));
}, 60_000);

describe("bad input", () => {
  test.each(inputs.map((input) => [input.row, input.input, input] as const))(
    "%s: %s",
    async (_row, _input, expected) => {
      const path = pathOf(expected);
      const [file, ...members] = files.get(path) ?? [];
      expect(stored.get(path) ?? 0).toBe(expected.stored);
      if (expected.status === "nothing") {
        expect(file).toBeUndefined();
        return;
      }
      expect({ status: file!["status"], said: file!["reason"] }).toEqual({
        status: expected.status,
        said: expected.said,
      });
      expect(Object.fromEntries(members.map(({ member_path, status }) => [member_path, status]))).toEqual(
        expected.members ?? {},
      );
      const rejected = [file!, ...members].reduce((sum, row) => sum + Number(row["rejected"]), 0);
      expect(rejected).toBe(expected.rejected ?? 0);
      if (expected.check !== undefined) {
        const these = `SELECT e.* FROM events e JOIN evidence_files f USING (file_id) WHERE f.path = '${path.replaceAll("'", "''")}'`;
        expect(await askCase(caseFolder, `WITH these AS (${these}) ${expected.check.sql}`)).toEqual(
          expected.check.rows,
        );
      }
    },
  );

  test("has a row of its own in the table for every input", () => {
    expect(new Set(BAD_INPUTS.map(({ row }) => row)).size).toBe(BAD_INPUTS.length);
  });
});

describe("all of it together", () => {
  test("adds up, for every file and for the case", async () => {
    const uneven = "SELECT count(*) AS n FROM evidence_files WHERE records <> stored + duplicate + rejected";
    expect(await askCase(caseFolder, uneven)).toEqual([{ n: 0 }]);
    const { offered, ...kinds } = summary.files;
    expect(Object.values(kinds).reduce((sum, n) => sum + n, 0)).toBe(offered);
    const { seen, stored: kept, duplicate, rejected } = summary.records;
    expect(kept + duplicate + rejected).toBe(seen);
    expect([...stored.values()].reduce((sum, n) => sum + n, 0)).toBe(kept);
  });

  test("gives the same case a second time, and is skipped but for what could not be read", async () => {
    const { code, stdout } = await coldtrail(["ingest", evidence, "--case", caseFolder, "--format", "json"]);
    const again = JSON.parse(stdout) as IngestSummary;
    expect(code).toBe(3);
    expect(again.files.offered).toBe(summary.files.offered);
    expect(again.records).toMatchObject({ stored: 0, duplicate: 0 });
    const { unreadable, unsupported } = summary.files;
    expect(again.files).toMatchObject({ unreadable, unsupported });
  });

  test("reaches neither the terminal nor a file outside the case", async () => {
    const list = await coldtrail(["evidence", "list", "--case", caseFolder, "--format", "csv"]);
    // eslint-disable-next-line no-control-regex
    expect(list.stdout).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u0080-\u009f\u202a-\u202e]/);
    expect(list.stdout).toContain(String.raw`\x1b[2J`);
    expect(readdirSync(folder).toSorted()).toEqual(["case", "evidence"]);
    expect(existsSync(join(folder, "..", "x.json"))).toBe(false);
    expect(readdirSync(caseFolder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("is in the documentation, with what is said of it", () => {
    const page = readFileSync(new URL("../../../docs/bad-input.md", import.meta.url), "utf8");
    for (const { input } of BAD_INPUTS) expect(page).toContain(input.replaceAll("|", "\\|"));
  });
});
