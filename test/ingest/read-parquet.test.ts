import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, test } from "vitest";
import { compareRecords } from "../../src/cloudtrail/compare-records.ts";
import { parseJson } from "../../src/cloudtrail/json-text.ts";
import { explainFiles } from "../../src/ingest/explain.ts";
import { caseFolder } from "../../src/store/case-folder.ts";
import { Database } from "../../src/store/database.ts";
import { recordTextOf } from "../../src/store/stored-record.ts";
import { EVENT_IDS, EVENTS } from "../data/formats/events.ts";
import { LOSSY_FORMATS } from "../data/formats/lossy-formats.ts";
import { quickIngest } from "../helpers/quick-ingest.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

/** Writes the rows of a query as Parquet. */
async function writeParquet(path: string, query: string): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(`COPY (${query}) TO '${path}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
}

/** A file of a poorer format as Parquet: what Security Lake or Athena would have written. */
async function parquetOf(name: string, folder: string, file: string): Promise<string> {
  const { content } = LOSSY_FORMATS.find((format) => format.name === name)!;
  const source = join(folder, "source");
  writeFileSync(source, content);
  const reader = name === "ocsf" ? "read_json_auto" : "read_csv";
  const options = name === "ocsf" ? "format = 'newline_delimited'" : "all_varchar = true";
  const evidence = join(folder, "evidence");
  mkdirSync(evidence, { recursive: true });
  await writeParquet(join(evidence, file), `SELECT * FROM ${reader}('${source}', ${options})`);
  return evidence;
}

describe("Parquet", () => {
  test.each([
    ["ocsf", "Parquet row > (ocsf)"],
    ["athena-csv", "Parquet row > (flat-columns)"],
  ])(
    "of %s gives the events that its text form gives, and contradicts the trail in nothing",
    async (name, wrapping) => {
      const folder = temporaryFolder();
      const evidence = await parquetOf(name, folder, "a[1] *.parquet");
      const { summary } = await quickIngest(join(folder, "case"), [evidence]);
      expect(summary.files).toMatchObject({ offered: 1, imported: 1 });
      expect(summary.records).toMatchObject({ seen: 4, stored: 4, rejected: 0 });
      const database = await Database.open(caseFolder(join(folder, "case")).published, { readOnly: true });
      try {
        const rows = await database.rows("SELECT * FROM event_rows ORDER BY event_id");
        expect(rows.map(({ event_id }) => event_id)).toEqual(EVENT_IDS);
        rows.forEach((row, i) => {
          expect(row["source_fidelity"]).toBe("derived");
          const text = recordTextOf(row);
          const record = { text, node: parseJson(text), isDerived: true };
          const trail = { text: EVENTS[i]!, node: parseJson(EVENTS[i]!) };
          expect(compareRecords(trail, record), text).toEqual({ relation: "subset", fields: [] });
        });
        const [file] = await database.rows("SELECT * FROM evidence_files");
        expect(file).toMatchObject({ wrapping, container: "", records: 4n, stored: 4n, source_fidelity: "derived" });
        expect(file!["sha256_stored"]).toBe(file!["sha256_inflated"]);
      } finally {
        database.close();
      }
    },
  );

  test("that is in the case is skipped the next time", async () => {
    const folder = temporaryFolder();
    const evidence = await parquetOf("ocsf", folder, "a.parquet");
    await quickIngest(join(folder, "case"), [evidence]);
    const { summary } = await quickIngest(join(folder, "case"), [evidence]);
    expect(summary.files).toMatchObject({ offered: 1, skipped: 1 });
    expect(summary.records).toMatchObject({ seen: 0 });
  });

  test("of something else, or damaged, is named, and the other files are loaded", async () => {
    const folder = temporaryFolder();
    const evidence = await parquetOf("ocsf", folder, "good.parquet");
    await writeParquet(join(evidence, "other.parquet"), "SELECT 1 AS a, 'x' AS b");
    await writeParquet(join(evidence, "none.parquet"), "SELECT 1 AS class_uid WHERE false");
    const good = readFileSync(join(evidence, "good.parquet"));
    writeFileSync(join(evidence, "cut.parquet"), good.subarray(0, good.length - 20));
    writeFileSync(join(evidence, "damaged.parquet"), Buffer.from(good).fill(7, 30, 400));
    const { summary } = await quickIngest(join(folder, "case"), [evidence]);
    const reasons = Object.fromEntries(summary.warnings.map(({ file, reason }) => [file, reason]));
    expect(reasons).toEqual({
      "cut.parquet": "Parquet that cannot be read: No magic bytes found at end of file",
      "damaged.parquet": expect.stringMatching(/^Parquet that cannot be read: /),
      "none.parquet": "a list of events that holds none",
      "other.parquet": "rows of a query, not events: no eventid and eventtime among the columns a, b",
    });
    expect(summary.files).toMatchObject({ imported: 2, unsupported: 1, unreadable: 2 });
    expect(summary.records).toMatchObject({ stored: 4 });
  });

  test("is explained", async () => {
    const folder = temporaryFolder();
    const evidence = await parquetOf("ocsf", folder, "a.parquet");
    const explained: (readonly string[])[] = [];
    for await (const { steps } of explainFiles([evidence])) explained.push(steps);
    expect(explained).toHaveLength(1);
    expect(explained[0]!.slice(-5)).toEqual([
      "read as: Parquet, row by row",
      `first event: ${EVENT_IDS[0]!}, Parquet row > (ocsf)`,
      "events: 4, the poorest of fidelity derived",
      "  4 as Parquet row > (ocsf)",
      "status: imported",
    ]);
  });
});
