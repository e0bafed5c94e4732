import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { RECORD_FIELDS } from "../../src/cloudtrail/record-fields.ts";
import { prepareCase } from "../../src/queries/case-views.ts";
import { MACROS } from "../../src/queries/macros.ts";
import { parseScope } from "../../src/queries/scope.ts";
import { CaseReader } from "../../src/store/case-reader.ts";
import { coldtrail } from "../helpers/coldtrail.ts";
import { quickIngest } from "../helpers/quick-ingest.ts";
import { makeRecords, writeTrail } from "../helpers/trail-maker.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";

// Whoever is investigated chooses user agents, names and parameters: none of them may drive the terminal of whoever
// investigates, or make a query fail for all other records.

const DRIVING = "\u001b[2J\u001b]0;title\u0007\u009b31m\u0085\u007f\b\r\t\n\u2028\u202eabc\u2069 =1+1 <b>|`";
/** As JSON text, since no JavaScript program writes it by itself. */
const UNPAIRED = String.raw`x\ud800y\udc00\u0000`;

/** A record with a text in every field, by the path of each. */
function recordOf(value: string, eventTime: string): Record<string, unknown> {
  const record: Record<string, unknown> = { eventTime };
  for (const { path, kind, column } of RECORD_FIELDS) {
    if (column === "event_time") continue;
    let node = record;
    for (const key of path.slice(0, -1)) node = (node[key] ??= {}) as Record<string, unknown>;
    node[path.at(-1)!] = kind === "json" ? { [value]: [value, { deep: value }], list: [] } : value;
  }
  return { ...record, [`unknown ${value}`]: { nested: value } };
}

const HOSTILE_NAME = process.platform === "win32" ? "hostile.json" : `a${DRIVING.replaceAll("/", "")}.json`;
const UNPAIRED_RECORD = JSON.stringify(recordOf("@@", "2024-03-01T10:00:01Z")).replaceAll("@@", UNPAIRED);

let caseFolder: string;

beforeAll(async () => {
  const folder = temporaryFolder();
  caseFolder = join(folder, "case");
  const evidence = writeTrail(join(folder, "evidence"), {
    [HOSTILE_NAME]: [
      JSON.stringify(recordOf(DRIVING, "2024-03-01T10:00:00Z")),
      UNPAIRED_RECORD,
      JSON.stringify({ ...recordOf(DRIVING, DRIVING), eventID: "undated", eventCategory: "Management" }),
      JSON.stringify({ ...recordOf(DRIVING, "2024-03-01T10:00:00Z"), eventID: "insight", eventCategory: "Insight" }),
      JSON.stringify({
        ...recordOf(DRIVING, "2024-03-01T10:00:00Z"),
        eventID: "aggregate",
        eventCategory: "Aggregated",
      }),
      JSON.stringify({
        ...recordOf(DRIVING, "2024-03-01T10:00:00Z"),
        eventID: "resources",
        resources: [{ ARN: DRIVING, type: DRIVING, accountId: DRIVING }],
      }),
      JSON.stringify(DRIVING),
      `{"eventVersion":"1.09","userAgent":"\u001b[31m" oops}`,
    ],
    "copy.json": [UNPAIRED_RECORD.replace('"userAgent":"x', '"userAgent":"z'), ...makeRecords(100, 3)],
  });
  await quickIngest(caseFolder, [evidence]);
});

describe("every query still answers", () => {
  let reader: CaseReader;
  beforeAll(async () => {
    reader = await CaseReader.open(caseFolder, { prepare: async (database) => prepareCase(database, parseScope({})) });
    return () => reader.close();
  });

  test.each([
    ["events", 8],
    ["all_events", 8],
    ["undated_events", 1],
    ["insights", 1],
    ["aggregated_events", 1],
    ["event_occurrences", 1],
    ["rejected_records", 2],
    ["evidence_files", 2],
    ["event_rows", 9],
  ])("%s has %i rows, and every column of them can be read", async (view, rows) => {
    expect(await reader.rows(`SELECT * FROM ${view}`)).toHaveLength(rows);
  });

  test("event_resources reads the resources that are some", async () => {
    expect(await reader.rows("SELECT DISTINCT arn FROM event_resources WHERE event_id = 'resources'")).toEqual([
      { arn: DRIVING },
    ]);
  });

  const JSON_COLUMNS = RECORD_FIELDS.filter(({ kind }) => kind === "json").map(({ column }) => column);
  const FUNCTIONS = [
    "json_valid(@)",
    "json_type(@)",
    "json_keys(@)",
    "json_array_length(@)",
    "json_structure(@)",
    "json_pretty(@)",
    "json_extract(@, '$.list')",
    "json_extract_string(@, '$.*')",
    "json_extract(@, '$..*')",
    "json_exists(@, '$.list')",
    "json_contains(@, '\"x\"')",
    "json_merge_patch(@, '{}')",
    "(@ -> '$.list')",
    "(@ ->> 'list')",
    "to_json(@)",
    "CAST(@ AS VARCHAR)",
    "json(@)",
    'from_json(@, \'{"list":"JSON"}\')',
    "md5(CAST(@ AS VARCHAR))",
    ...MACROS.filter(({ name }) => name.startsWith("ct_json")).map(({ name }) => `${name}(@, 'list')`),
  ];

  test.each([...JSON_COLUMNS, "extra"])("every JSON function takes every value of %s", async (column) => {
    for (const expression of FUNCTIONS) {
      const sql = `SELECT ${expression.replaceAll("@", column)} AS value FROM all_events WHERE ${column} IS NOT NULL`;
      expect((await reader.rows(sql)).length, expression).toBeGreaterThan(4);
    }
    expect(
      await reader.rows(`SELECT json_group_array(${column}), json_group_structure(${column}) FROM all_events`),
    ).toHaveLength(1);
    const each = `SELECT e.key, e.value, t.fullkey FROM all_events, json_each(${column}) e, json_tree(${column}) t WHERE ${column} IS NOT NULL`;
    expect((await reader.rows(each)).length).toBeGreaterThan(4);
  });
});

/** What can move a cursor, change a colour or hide a text: all of C0 but line ends, DEL, C1, and the marks for direction. */
// oxlint-disable-next-line no-control-regex -- Control characters are what this is about.
const DANGEROUS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/u;
/** CSV quotes tabs and carriage returns inside cells, and ends its lines with CR LF. */
const DANGEROUS_IN_CSV =
  // oxlint-disable-next-line no-control-regex -- As above.
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/u;

describe("nothing raw reaches the terminal", () => {
  const FORMATS = ["table", "csv", "json", "jsonl", "md"];
  const COMMANDS: readonly (readonly string[])[] = [
    ["sql", `SELECT *, user_agent AS "${DRIVING}" FROM all_events`],
    ["overview"],
    ["evidence", "list"],
  ];

  /** What a command printed that it must not print. */
  async function dangerIn(command: readonly string[], format: string): Promise<string[]> {
    const { code, stdout, stderr } = await coldtrail([...command, "--format", format, "--case", caseFolder]);
    expect([code, stdout.length > 0]).toEqual([0, true]);
    const pattern = format === "csv" ? DANGEROUS_IN_CSV : DANGEROUS;
    const found = [stdout, stderr].map((text) => pattern.exec(text)).filter((match) => match !== null);
    return found.map(({ 0: text, index }) => `${command[0]!}: ${JSON.stringify(text)} at ${index}`);
  }

  test.each(FORMATS)("in format %s", async (format) => {
    expect((await Promise.all(COMMANDS.map(async (command) => await dangerIn(command, format)))).flat()).toEqual([]);
  });

  test("from copies, rejected records and a check of the evidence", async () => {
    expect(await dangerIn(["sql", "SELECT * FROM event_occurrences, rejected_records"], "table")).toEqual([]);
    expect(await dangerIn(["evidence", "check", "--all"], "table")).toEqual([]);
  });

  test.each(["table", "json"])("by show, in format %s", async (format) => {
    const { code, stdout, stderr } = await coldtrail(["show", DRIVING, "--format", format, "--case", caseFolder]);

    expect(code).toBe(0);
    expect(stdout + stderr).not.toMatch(DANGEROUS);
  });

  test.each(["table", "csv", "json"])(
    "by custody, whose lines hold the arguments above, in format %s",
    async (format) => {
      const { code, stdout } = await coldtrail(["custody", "--format", format, "--case", caseFolder]);

      expect(code).toBe(0);
      expect(stdout).toContain("overview");
      expect(stdout).not.toMatch(format === "csv" ? DANGEROUS_IN_CSV : DANGEROUS);
    },
  );

  test("by the messages of a failing query and of an ingest", async () => {
    const failed = await coldtrail(["sql", `SELECT "${DRIVING}" FROM events`, "--case", caseFolder]);
    const ingested = await coldtrail([
      "ingest",
      join(caseFolder, "..", "evidence"),
      "--case",
      join(caseFolder, "..", "other"),
    ]);

    expect([failed.code, ingested.code]).toEqual([5, 3]);
    expect(failed.stderr).not.toMatch(DANGEROUS_IN_CSV);
    expect(ingested.stdout + ingested.stderr).not.toMatch(DANGEROUS);
  });
});
