import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readLibrary } from "../../../src/queries/library.ts";
import { columnDays, columnOf, columnStart, dayNumber, dayText } from "../../../src/queries/views/coverage-calendar.ts";
import { cellKey, coverageCells, coverageCellsSql } from "../../../src/queries/views/coverage-cells.ts";
import { COVERAGE_CATEGORIES } from "../../../src/queries/views/coverage-days.ts";
import { coverageFilters } from "../../../src/queries/views/coverage-filters.ts";
import { whereClause } from "../../../src/queries/views/filter-sql.ts";
import { problemFiles, rejectedRecords } from "../../../src/queries/views/coverage-files.ts";
import { requiredByLibrary, requirementCoverage } from "../../../src/queries/views/coverage-requirements.ts";
import { coverageRows, outsideMatrix, type CoverageRow } from "../../../src/queries/views/coverage-rows.ts";
import { prepareCase } from "../../../src/queries/case-views.ts";
import { parseScope } from "../../../src/queries/scope.ts";
import { CaseReader } from "../../../src/store/case-reader.ts";
import { quickIngest } from "../../helpers/quick-ingest.ts";
import { temporaryFolder } from "../../helpers/temporary-folder.ts";
import { ACCOUNT, OTHER_ACCOUNT } from "../../helpers/trail-maker.ts";
import { writeCoverageEvidence } from "./coverage-case.ts";

let reader: CaseReader;
beforeAll(async () => {
  const folder = temporaryFolder();
  writeCoverageEvidence(`${folder}/evidence`);
  await quickIngest(`${folder}/case`, [`${folder}/evidence`]);
  reader = await CaseReader.open(`${folder}/case`, {
    prepare: async (database) => prepareCase(database, parseScope({})),
  });
});
afterAll(() => {
  reader.close();
});

const nameOf = ({ account, region }: CoverageRow): string => `${account} ${region ?? "all"}`;

describe("the rows of the matrix", () => {
  test("are the accounts, each with its regions, those without a name last", async () => {
    const { rows, total } = await coverageRows(reader);

    expect(rows.map(nameOf)).toEqual([
      `${ACCOUNT} all`,
      `${ACCOUNT} eu-west-1`,
      `${ACCOUNT} us-east-1`,
      `${OTHER_ACCOUNT} all`,
      `${OTHER_ACCOUNT} us-east-1`,
      " all",
      " us-east-1",
    ]);
    expect(total).toBe(7);
  });

  test("count events by category, files, and the days without either", async () => {
    const { rows } = await coverageRows(reader);

    expect(rows.find((row) => nameOf(row) === `${ACCOUNT} us-east-1`)).toEqual({
      account: ACCOUNT,
      region: "us-east-1",
      events: 8,
      by_category: { "management-read": 3, "management-write": 2, data: 1, insight: 1, network: 1, other: 0 },
      files: 3,
      // One was read in part: it is there, and it is a problem.
      problems: 1,
      first_day: "2024-03-01",
      last_day: "2024-03-11",
      // 03-01, 03-02, 03-06 and 03-11 have events or files.
      days_without: 7,
    });
  });

  test("have a row for an account of which only an unreadable file is there", async () => {
    const { rows } = await coverageRows(reader);

    expect(rows.find((row) => nameOf(row) === `${OTHER_ACCOUNT} us-east-1`)).toMatchObject({
      events: 0,
      files: 0,
      problems: 1,
      first_day: "2024-03-01",
      days_without: 0,
    });
  });

  test("are found by a part of account or region, the account's total being that of what is found", async () => {
    const { rows } = await coverageRows(reader, "EU-WEST");

    expect(rows.map(nameOf)).toEqual([`${ACCOUNT} all`, `${ACCOUNT} eu-west-1`]);
    expect(rows[0]!.events).toBe(rows[1]!.events);
  });

  test("leave out what has no time, and say how much", async () => {
    expect(await outsideMatrix(reader)).toEqual({ undated_events: 1, undated_files: 1 });
  });
});

describe("the cells", () => {
  const range = { from: "2024-02-26", until: "2024-04-01" };

  test.each([
    ["day", "us-east-1", "2024-03-01", { events: 4, files: 1, problems: 0, days: 1 }],
    ["day", "us-east-1", "2024-03-02", { events: 2, files: 1, problems: 1, days: 1 }],
    ["day", "us-east-1", "2024-03-06", { events: 0, files: 1, problems: 0, days: 1 }],
    ["day", null, "2024-03-01", { events: 5, files: 2, problems: 0, days: 1 }],
    ["week", "us-east-1", "2024-02-26", { events: 6, files: 2, problems: 1, days: 2 }],
    ["week", "us-east-1", "2024-03-04", { events: 0, files: 1, problems: 0, days: 1 }],
    ["month", "us-east-1", "2024-03-01", { events: 8, files: 3, problems: 1, days: 4 }],
  ] as const)("of a %s hold what is there of it: %s %s", async (zoom, region, bucket, expected) => {
    const cells = await coverageCells(reader, zoom, { range, accounts: [ACCOUNT] });

    expect(cells.get(cellKey(ACCOUNT, region, bucket))).toMatchObject(expected);
  });

  test("are missing where nothing is there", async () => {
    const cells = await coverageCells(reader, "day", { range, accounts: [ACCOUNT] });

    expect(cells.has(cellKey(ACCOUNT, "us-east-1", "2024-03-03"))).toBe(false);
  });

  test("add up to the rows", async () => {
    const { rows } = await coverageRows(reader);
    const accounts = [...new Set(rows.map(({ account }) => account))];
    for (const zoom of ["day", "week", "month"] as const) {
      const cells = await coverageCells(reader, zoom, { range: { from: "2024-01-01", until: "2024-12-30" }, accounts });
      for (const row of rows) {
        const own = [...cells].filter(([key]) => key.startsWith(cellKey(row.account, row.region, "")));
        expect(own.reduce((sum, [, { events }]) => sum + events, 0)).toBe(row.events);
        expect(own.reduce((sum, [, { files }]) => sum + files, 0)).toBe(row.files);
      }
    }
  });

  test("of no account are none, and a quote in an account is no SQL", async () => {
    expect((await coverageCells(reader, "day", { range, accounts: [] })).size).toBe(0);
    expect(await reader.rows(coverageCellsSql("day", range, ["' OR true --"]))).toEqual([]);
  });
});

describe("the filters of a place", () => {
  test("choose as many events as its cells count, of every category", async () => {
    const { rows } = await coverageRows(reader);
    for (const { account, region, by_category } of rows) {
      for (const category of COVERAGE_CATEGORIES) {
        const filters = coverageFilters({ account, region, category, since: 0n, until: 4_000_000_000_000_000n });
        const [row] = await reader.rows(`SELECT count(*) AS n FROM events ${whereClause(filters)}`);
        expect([account, region, category, Number(row!["n"])]).toEqual([
          account,
          region,
          category,
          by_category[category],
        ]);
      }
    }
  });
});

describe("the calendar", () => {
  test.each([
    ["day", "2024-02-29", "2024-02-29", 1],
    ["week", "2024-02-29", "2024-02-26", 7],
    ["week", "2024-03-03", "2024-02-26", 7],
    ["week", "2024-03-04", "2024-03-04", 7],
    ["month", "2024-02-29", "2024-02-01", 29],
    ["month", "2023-12-31", "2023-12-01", 31],
    ["month", "1969-12-31", "1969-12-01", 31],
  ] as const)("a %s with %s begins on %s and has %d days", (zoom, day, start, days) => {
    const column = columnOf(zoom, dayNumber(day));

    expect(dayText(columnStart(zoom, column))).toBe(start);
    expect(columnDays(zoom, column)).toBe(days);
  });

  test("puts the year 0, which the engine calls 1 BC, at its own beginning", () => {
    expect(dayText(dayNumber("0001-06-01 (BC)"))).toBe("0001-01-01");
  });

  test("agrees with the engine on every day of four years", async () => {
    const rows = await reader.rows(`SELECT CAST(CAST(d AS DATE) AS VARCHAR) AS day,
        CAST(CAST(date_trunc('week', d) AS DATE) AS VARCHAR) AS week, CAST(CAST(date_trunc('month', d) AS DATE) AS VARCHAR) AS month
      FROM range(TIMESTAMP '2022-12-25', TIMESTAMP '2027-01-05', INTERVAL 1 DAY) t(d)`);
    for (const row of rows) {
      const day = dayNumber(String(row["day"]));
      expect(dayText(columnStart("week", columnOf("week", day)))).toBe(row["week"]);
      expect(dayText(columnStart("month", columnOf("month", day)))).toBe(row["month"]);
    }
  });
});

describe("the files with problems", () => {
  test("are listed, the worst first, with the reason", async () => {
    const { rows, total } = await problemFiles(reader, "", { offset: 0, limit: 10 });

    expect(rows.map(({ status }) => status)).toEqual(["unreadable", "partial"]);
    expect(total).toBe(2);
    expect(rows[0]).toMatchObject({ account: OTHER_ACCOUNT, region: "us-east-1", delivered: "2024-03-01T12:00:00Z" });
    expect(rows.every(({ reason }) => reason !== null && reason !== "")).toBe(true);
  });

  test("come in pages and are found by a part of what they say", async () => {
    expect((await problemFiles(reader, "", { offset: 1, limit: 1 })).rows.map(({ status }) => status)).toEqual([
      "partial",
    ]);
    expect((await problemFiles(reader, "UNREADABLE", { offset: 0, limit: 9 })).total).toBe(1);
    expect((await problemFiles(reader, "%", { offset: 0, limit: 9 })).total).toBe(0);
  });

  test("name the records that were rejected", async () => {
    const { rows } = await problemFiles(reader, "partial", { offset: 0, limit: 1 });
    const rejected = await rejectedRecords(reader, rows[0]!.file_id);

    expect(rejected).toHaveLength(rows[0]!.rejected);
    expect(rejected[0]).toMatchObject({ record_index: 2 });
  });
});

describe("what the library requires", () => {
  test("is counted for each kind of record, with the queries that read it", async () => {
    const queries = [...readLibrary([]).queries.values()];
    const coverage = await requirementCoverage(reader, queries);
    const found = new Map(coverage.map((row) => [row.requirement, row]));

    expect([...found.keys()]).toEqual([...requiredByLibrary(queries).keys()]);
    expect(found.get("management:write")).toMatchObject({
      records: 4,
      accounts: 1,
      accounts_all: 1,
      words: "management write events",
    });
    expect(found.get("network")).toMatchObject({ records: 1 });
    expect(found.get("data:s3:write")).toMatchObject({ records: 0, first: null, last: null });
    expect(found.get("data:s3:write")!.queries).toContain("s3-ransom");
  });

  test("of no queries is nothing", async () => {
    expect(await requirementCoverage(reader, [])).toEqual([]);
  });
});
