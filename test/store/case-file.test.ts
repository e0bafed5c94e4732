import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { CaseReader } from "../../src/store/case-reader.ts";
import { CaseWriter } from "../../src/store/case-writer.ts";
import { Database } from "../../src/store/database.ts";
import { askCase, caseContent } from "../helpers/case-content.ts";
import { quickIngest } from "../helpers/quick-ingest.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { logFileName, makeRecords, writeTrail } from "../helpers/trail-maker.ts";

// What lies in a case folder, and what is said when it is not what it should be.

let evidence: string;
let template: string;

beforeAll(async () => {
  const folder = temporaryFolder();
  evidence = writeTrail(join(folder, "evidence"), { [logFileName(1)]: makeRecords(1, 5) });
  template = join(folder, "case");
  await quickIngest(template, [evidence]);
});

/** A copy of the case, to spoil. */
function copyOfCase(): string {
  const folder = join(temporaryFolder(), "case");
  cpSync(template, folder, { recursive: true });
  return folder;
}

async function changeCase(caseFolder: string, sql: string, file = "coldtrail.duckdb"): Promise<void> {
  const database = await Database.open(join(caseFolder, file), { readOnly: false });
  await database.run(sql);
  database.close();
}

const more = (): string => writeTrail(temporaryFolder(), { [logFileName(2)]: makeRecords(11, 3) });

describe("a case that cannot be read", () => {
  test.each([
    ["newer", 99, "Use that version of coldtrail or a later one."],
    ["older", 0, "run `coldtrail ingest` over the evidence again"],
  ])("is %s than the tool: reader and writer say so, and leave nothing behind", async (word, version, advice) => {
    const folder = copyOfCase();
    await changeCase(folder, `UPDATE case_state SET value = '${version}' WHERE key = 'schema_version'`);
    const message = new RegExp(
      `The case is ${word} than this coldtrail: .*schema ${version}, written by coldtrail test[^]*${advice}`,
    );

    await expect(CaseReader.open(folder)).rejects.toThrow(message);
    await expect(quickIngest(folder, [more()])).rejects.toThrow(message);
    expect(readdirSync(folder)).toEqual(["coldtrail.duckdb"]);
  });

  test("is no DuckDB file: reader and writer say so, and leave nothing behind", async () => {
    const folder = copyOfCase();
    writeFileSync(join(folder, "coldtrail.duckdb"), "no database");

    await expect(CaseReader.open(folder)).rejects.toThrow(/Could not open the case database: .*\n.*not a valid DuckDB/);
    await expect(quickIngest(folder, [more()])).rejects.toThrow(/Could not open the case database/);
    expect(readdirSync(folder)).toEqual(["coldtrail.duckdb"]);
  });

  test("is a DuckDB file of something else", async () => {
    const folder = copyOfCase();
    rmSync(join(folder, "coldtrail.duckdb"));
    await changeCase(folder, "CREATE TABLE mine (a INTEGER)");

    await expect(CaseReader.open(folder)).rejects.toThrow("Not a coldtrail case");
    await expect(quickIngest(folder, [more()])).rejects.toThrow("Not a coldtrail case");
    expect(readdirSync(folder)).toEqual(["coldtrail.duckdb"]);
  });

  test("is not there", async () => {
    await expect(CaseReader.open(temporaryFolder())).rejects.toThrow(/No case here[^]*coldtrail ingest PATH/);
  });

  test("was never finished", async () => {
    const folder = copyOfCase();
    cpSync(join(folder, "coldtrail.duckdb"), join(folder, "coldtrail.next.duckdb"));
    rmSync(join(folder, "coldtrail.duckdb"));

    await expect(CaseReader.open(folder)).rejects.toThrow("The first ingest of this case is not finished");
  });
});

describe("writing", () => {
  test("counts the generations up, and leaves nothing but the case", async () => {
    const folder = copyOfCase();
    await quickIngest(folder, [more()]);

    expect(
      await askCase(folder, "SELECT key, value FROM case_state WHERE key IN ('generation', 'settled') ORDER BY key"),
    ).toEqual([
      { key: "generation", value: "2" },
      { key: "settled", value: "true" },
    ]);
    expect(readdirSync(folder)).toEqual(["coldtrail.duckdb"]);
  });

  test("publishes nothing when there was nothing new", async () => {
    const folder = copyOfCase();
    const before = readFileSync(join(folder, "coldtrail.duckdb"));
    await quickIngest(folder, [evidence]);

    expect(readFileSync(join(folder, "coldtrail.duckdb")).equals(before)).toBe(true);
    expect(readdirSync(folder)).toEqual(["coldtrail.duckdb"]);
  });

  test("makes a case also of an empty folder, so that it can be asked", async () => {
    const folder = join(temporaryFolder(), "case");
    const { summary } = await quickIngest(folder, [temporaryFolder()]);

    expect(summary).toMatchObject({ files: { offered: 0 }, records: { seen: 0 }, first_event: null });
    expect(await askCase(folder, "SELECT count(*) AS n FROM events")).toEqual([{ n: 0 }]);
  });

  test("leaves no trace when the evidence is not there", async () => {
    const [folder, other] = [copyOfCase(), join(temporaryFolder(), "case")];

    await expect(quickIngest(folder, [join(evidence, "missing")])).rejects.toThrow("No such evidence");
    await expect(quickIngest(other, [join(evidence, "missing")])).rejects.toThrow("No such evidence");
    expect(readdirSync(folder)).toEqual(["coldtrail.duckdb"]);
    expect(existsSync(other)).toBe(false);
  });

  test("gives the same case in place", async () => {
    const [copied, inPlace] = [copyOfCase(), copyOfCase()];
    const files = more();
    await quickIngest(copied, [files]);
    await quickIngest(inPlace, [files], { inPlace: true });

    expect(await caseContent(inPlace)).toEqual(await caseContent(copied));
    expect(readdirSync(inPlace)).toEqual(["coldtrail.duckdb"]);
  });
});

describe("readers and writers at once", () => {
  test("a reader keeps its generation while a new one is published, and the next reader gets that", async () => {
    const folder = copyOfCase();
    const reader = await CaseReader.open(folder);
    const count = async (): Promise<unknown> => (await reader.rows("SELECT count(*) AS n FROM events"))[0]!["n"];
    await quickIngest(folder, [more()]);

    expect(await count()).toBe(5n);
    reader.close();
    expect(await askCase(folder, "SELECT count(*) AS n FROM events")).toEqual([{ n: 8 }]);
  });

  test("a reader says that an unfinished ingest is not in here", async () => {
    const folder = copyOfCase();
    const writer = await CaseWriter.open(folder, { toolVersion: "test" });
    const during = await CaseReader.open(folder);
    writer.abandon({ discard: true });
    const after = await CaseReader.open(folder);
    during.close();
    after.close();

    expect([during.unfinishedIngest, after.unfinishedIngest]).toEqual([true, false]);
  });

  test("a second writer is refused with the process that writes", async () => {
    const folder = copyOfCase();
    const writer = await CaseWriter.open(folder, { toolVersion: "test" });

    await expect(CaseWriter.open(folder, { toolVersion: "test" })).rejects.toThrow(`process ${process.pid} on`);
    writer.abandon({ discard: true });
    expect(readdirSync(folder)).toEqual(["coldtrail.duckdb"]);
  });
});
