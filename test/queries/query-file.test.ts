import { describe, expect, test } from "vitest";
import { QueryError } from "../../src/errors.ts";
import { parseQueryFile } from "../../src/queries/query-file.ts";

const VALID = {
  id: "a-question",
  title: "A title",
  question: "Is it?",
  phase: "triage",
  kind: "finding",
  cannot_show: "the rest",
};

function fileOf(keys: Readonly<Record<string, string | undefined>>, sql = "SELECT 1 AS n ORDER BY n"): string {
  const lines = Object.entries({ ...VALID, ...keys }).flatMap(([key, value]) =>
    value === undefined ? [] : [`-- ${key}: ${value}`],
  );
  return ["-- ---", ...lines, "-- ---", sql].join("\n");
}

function parse(text: string): ReturnType<typeof parseQueryFile> {
  return parseQueryFile("lib/a-question.sql", "a-question", text);
}

/** Message of the QueryError that a text is refused with. */
function refusal(text: string): string {
  try {
    parse(text);
  } catch (error) {
    expect(error).toBeInstanceOf(QueryError);
    return (error as Error).message;
  }
  throw new Error("It was taken.");
}

test("a file with the least front matter has defaults for the rest", () => {
  expect(parse(fileOf({}))).toMatchObject({
    id: "a-question",
    severity: "informational",
    attack: [],
    requires: [],
    context: "scope",
    counts: "records",
    params: [],
    next: [],
    tests: [],
    sql: "SELECT 1 AS n ORDER BY n",
    sql_line: 9,
  });
});

test("everything that front matter can say is read", () => {
  const query = parse(
    fileOf({
      severity: "high",
      attack: "[T1078.004, T1562.008]",
      requires: "[management:write, data:s3:read($ip), insight]",
      context: "all",
      counts: "things",
      params:
        "{ip: {type: cidr, help: An address, suggest: source_ip}, n: {type: int, default: 5, help: How many}, any: {type: string, default: null, help: Any}, way: {type: string, default: up, choices: [up, down], help: Way}}",
      columns: "{time: event_time}",
      next: "[{query: other, with: {ip: source_ip}}, {query: third}]",
      false_positives: "[Some]",
      references: "[https://docs.aws.amazon.com/x]",
      tests: '[{fixture: stratus/a.b, rows: ">=1"}, {fixture: c, rows: 5, params: {n: 7, any: x}}]',
    }),
  );

  expect(query.attack).toEqual(["T1078.004", "T1685.002"]);
  expect(query.params).toEqual([
    { name: "ip", type: "cidr", default: undefined, help: "An address", suggest: "source_ip", choices: null },
    { name: "n", type: "int", default: "5", help: "How many", suggest: null, choices: null },
    { name: "any", type: "string", default: null, help: "Any", suggest: null, choices: null },
    { name: "way", type: "string", default: "up", help: "Way", suggest: null, choices: ["up", "down"] },
  ]);
  expect(query.next).toEqual([
    { query: "other", with: { ip: "source_ip" } },
    { query: "third", with: {} },
  ]);
  expect(query.tests).toEqual([
    { fixture: "stratus/a.b", rows: ">=1", params: {} },
    { fixture: "c", rows: "5", params: { n: "7", any: "x" } },
  ]);
  expect(query.lineOf("columns")).toBe(14);
  expect(query.lineOf("nowhere")).toBe(2);
});

test("Windows line ends make no difference", () => {
  const { question, sql } = parse(fileOf({}).replaceAll("\n", "\r\n"));

  expect({ question, sql }).toEqual({ question: "Is it?", sql: "SELECT 1 AS n ORDER BY n" });
});

describe("what is wrong is named with file and line", () => {
  test.each<[what: string, text: string, line: number, words: RegExp]>([
    ["no front matter", "SELECT 1", 1, /must begin with front matter/],
    ["an end that is missing", "-- ---\n-- id: a-question\nSELECT 1", 1, /between two lines/],
    ["a line that is no comment", "-- ---\n-- id: a-question\ntitle: x\n-- ---\nSELECT 1", 3, /must begin with `-- `/],
    ["text that is no YAML", fileOf({ question: "[unclosed" }), 5, /question|flow|Flow/],
    ["a key twice", fileOf({ cannot_show: "x\n-- title: again" }), 8, /unique/],
    ["a list instead of keys", "-- ---\n-- [a, b]\n-- ---\nSELECT 1", 2, /keys and values/],
    ["an anchor", fileOf({ title: "&a x", question: "*a" }), 2, /without YAML anchors/],
    ["a key that nobody knows", fileOf({ autor: "me" }), 8, /`autor` is not a key/],
    ["an id that is not the file's name", fileOf({ id: "other" }), 2, /must be the file's name, `a-question`/],
    ["a question that is missing", fileOf({ question: undefined }), 2, /`question` is missing/],
    ["a cannot_show that is empty", fileOf({ cannot_show: '" "' }), 7, /`cannot_show` is missing or not a text/],
    ["a phase that is none", fileOf({ phase: "dessert" }), 5, /`phase` must be one of: triage/],
    ["a kind that is none", fileOf({ kind: "rumour" }), 6, /`kind` must be one of/],
    ["a severity that is none", fileOf({ severity: "awful" }), 8, /`severity` must be one of/],
    ["a technique that is none", fileOf({ attack: "[T99]" }), 8, /not an ATT&CK technique/],
    ["a requirement that is none", fileOf({ requires: "[everything]" }), 8, /not a requirement/],
    ["texts that are no list", fileOf({ references: "https://docs.aws.amazon.com" }), 8, /must be a list of texts/],
    ["columns that are no names", fileOf({ columns: "{time: 3}" }), 8, /must be names and texts/],
    ["a next without a query", fileOf({ next: "[{with: {}}]" }), 8, /needs a `query`/],
    ["tests that are no list", fileOf({ tests: "{fixture: a, rows: 1}" }), 8, /`tests` must be a list/],
    ["a test without a fixture", fileOf({ tests: "[{rows: 1}]" }), 8, /`tests` must be a list/],
    ["a test without rows", fileOf({ tests: "[{fixture: a}]" }), 8, /`tests` must be a list/],
    ["a test with a comparison that is none", fileOf({ tests: '[{fixture: a, rows: ">1"}]' }), 8, /rows: ">=1"/],
    [
      "a test whose parameters are a list",
      fileOf({ tests: "[{fixture: a, rows: 1, params: [x]}]" }),
      8,
      /`tests` must/,
    ],
    ["a test with an unknown key", fileOf({ tests: "[{fixture: a, rows: 1, param: {}}]" }), 8, /unknown key `param`/],
    ["a parameter without a type", fileOf({ params: "{n: {help: x}}" }), 8, /`n` needs a type/],
    ["a parameter without help", fileOf({ params: "{n: {type: int}}" }), 8, /needs a `help`/],
    [
      "a parameter with an unknown key",
      fileOf({ params: "{n: {type: int, help: x, min: 1}}" }),
      8,
      /unknown key `min`/,
    ],
    [
      "a parameter whose name SQL cannot have",
      fileOf({ params: "{a-b: {type: int, help: x}}" }),
      8,
      /`a-b` is no parameter name/,
    ],
    [
      "choices of a number",
      fileOf({ params: "{n: {type: int, help: x, choices: [a]}}" }),
      8,
      /when its type is string/,
    ],
  ])("%s", (...[, text, line, words]) => {
    const message = refusal(text);

    expect(message).toMatch(new RegExp(`^Not a valid query file: lib/a-question\\.sql:${line}\\n`));
    expect(message).toMatch(words);
  });
});
