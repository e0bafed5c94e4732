import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prepareCase } from "../../src/queries/case-views.ts";
import { MACROS } from "../../src/queries/macros.ts";
import { parseScope } from "../../src/queries/scope.ts";
import type { CaseReader } from "../../src/store/case-reader.ts";
import { openEmptyCase } from "../../src/store/empty-case.ts";

let reader: CaseReader;
beforeAll(async () => {
  reader = await openEmptyCase("test", async (database) => prepareCase(database, parseScope({})));
});
afterAll(() => reader.close());

async function valueOf(expression: string, from = ""): Promise<unknown> {
  const [row] = await reader.rows(`SELECT ${expression} AS value ${from}`);
  const value = row?.["value"];
  return typeof value === "bigint" ? Number(value) : value;
}

const DOC = `'{"a":{"b":[{"c":"x"},{"c":5}],"n":null,"t":true,"o":{"p":1}},"k.d":"dot","x-amz-acl":"private","q\\"q":1,"e":""}'`;
/** Values that no function may stumble over: half a surrogate, text that is no JSON, depth, a huge number, NUL. */
const HOSTILE = [
  String.raw`'{"a":"\ud800"}'`,
  "'not json'",
  "''",
  "'{\"a\":'",
  "repeat('[', 5000)",
  "'{\"a\":123456789012345678901234567890}'",
  String.raw`'{"a":"\u0000x"}'`,
  "'null'",
];

describe("on an ordinary value", () => {
  test.each<[expression: string, value: unknown]>([
    [`ct_json(${DOC}, 'a.b[0].c')`, "x"],
    [`ct_json(${DOC}, 'a.b[1].c')`, "5"],
    [`ct_json(${DOC}, 'a.t')`, "true"],
    [`ct_json(${DOC}, 'a.o')`, '{"p":1}'],
    [`ct_json(${DOC}, 'x-amz-acl')`, "private"],
    [`ct_json(${DOC}, 'e')`, ""],
    [`ct_json('[{"a":1},{"a":2}]', '[1].a')`, "2"],
    [`ct_json_doc(${DOC}, 'a.b')`, '[{"c":"x"},{"c":5}]'],
    [`ct_json_doc('{ "a" : [ 1, 2 ] }', 'a')`, "[1,2]"],
    [`ct_json_has(${DOC}, 'a.n')`, true],
    [`ct_json_has(${DOC}, 'a.z')`, false],
    ["ct_number('1.5e3')", 1500],
    ["ct_number('12 apples')", null],
    ["ct_matches('GetObject', '^Get')", true],
    ["ct_matches('GetObject', '^Put')", false],
    ["ct_matches('GetObject', '(?i)^get')", true],
    ["ct_extract('arn:aws:iam::1:user/x', ':user/(.+)$', 1)", "x"],
    ["ct_extract('nothing', ':user/(.+)$', 1)", null],
    ["ct_ilike('AccessDenied', '%DENIED')", true],
    ["ct_glob('arn:aws:iam::1:user/Bob', '*:USER/b?b')", true],
    ["ct_glob('a_b', 'a?b')", true],
    ["ct_glob('axb', 'a_b')", false],
    ["ct_glob('100%', '100%')", true],
    ["ct_glob('100x', '100%')", false],
    [String.raw`ct_glob('a\b', 'a\b')`, true],
    ["ct_glob('ab', 'a')", false],
    ["ct_epoch(TIMESTAMP '1970-01-02 00:00:01.9')", 86_401],
    ["ct_bucket(TIMESTAMP '2024-03-01 12:59:59.7', 3600)", "2024-03-01T12:00:00Z"],
    ["ct_bucket(TIMESTAMP '2024-03-01 13:00:00', 3600)", "2024-03-01T13:00:00Z"],
    ["ct_dow(TIMESTAMP '2026-03-23 12:00:00')", 1],
    ["ct_dow(TIMESTAMP '2026-03-29 12:00:00')", 7],
    ["ct_seconds_between(TIMESTAMP '2024-03-01 00:00:00', TIMESTAMP '2024-03-01 00:01:30')", 90],
    ["ct_seconds_between(TIMESTAMP '2024-03-01 00:01:30', TIMESTAMP '2024-03-01 00:00:00')", -90],
    ["ct_time('2024-03-01 12:00:00')", "2024-03-01T12:00:00Z"],
    ["ct_time('soon')", null],
  ])("%s", async (expression, value) => {
    expect(await valueOf(expression)).toEqual(value);
  });
});

describe("on null", () => {
  test.each<[expression: string, value: unknown]>([
    ["ct_json(CAST(NULL AS VARCHAR), 'a')", null],
    [`ct_json(${DOC}, 'a.n')`, null],
    [`ct_json(${DOC}, 'z.z')`, null],
    ["ct_json_doc(CAST(NULL AS VARCHAR), 'a')", null],
    ["ct_json_has(CAST(NULL AS VARCHAR), 'a')", false],
    ["ct_number(CAST(NULL AS VARCHAR))", null],
    ["ct_matches(CAST(NULL AS VARCHAR), 'a')", false],
    ["ct_extract(CAST(NULL AS VARCHAR), '(a)', 1)", null],
    ["ct_ilike(CAST(NULL AS VARCHAR), 'a')", false],
    ["ct_glob(CAST(NULL AS VARCHAR), '*')", false],
    ["ct_glob('a', CAST(NULL AS VARCHAR))", false],
    ["ct_epoch(CAST(NULL AS TIMESTAMP))", null],
    ["ct_bucket(CAST(NULL AS TIMESTAMP), 3600)", null],
    ["ct_dow(CAST(NULL AS TIMESTAMP))", null],
    ["ct_seconds_between(CAST(NULL AS TIMESTAMP), TIMESTAMP '2024-03-01 00:00:00')", null],
    ["ct_time(CAST(NULL AS VARCHAR))", null],
  ])("%s", async (expression, value) => {
    expect(await valueOf(expression)).toEqual(value);
  });
});

describe("on a hostile value nothing fails", () => {
  test.each(HOSTILE)("%s", async (value) => {
    for (const call of [
      "ct_json(v, 'a')",
      "ct_json(v, 'a.b[0].c')",
      "ct_json_doc(v, 'a')",
      "ct_json_has(v, 'a')",
      "ct_number(v)",
      "ct_time(v)",
      "ct_glob(v, '*a*')",
      "ct_ilike(v, '%a%')",
      "ct_matches(v, 'a')",
    ]) {
      await expect(valueOf(call, `FROM (SELECT ${value} AS v) t`)).resolves.not.toThrow();
    }
  });
});

describe("over a group", () => {
  const group = `FROM (VALUES
    (TIMESTAMP '2024-03-01 10:00:05', 0, 'c', 'late'),
    (TIMESTAMP '2024-03-01 10:00:00', 1, 'a', 'second'),
    (TIMESTAMP '2024-03-01 10:00:00', 0, 'b', 'first'),
    (CAST(NULL AS TIMESTAMP), 0, '0', NULL),
    (TIMESTAMP '2024-03-01 10:00:05', 0, 'd', 'late')) t(moment, place, id, word)`;

  test.each<[expression: string, value: unknown]>([
    // By place inside the second, then by id; undated events come last.
    ["ct_first_event(id, moment, place)", "b"],
    ["ct_last_event(id, moment, place)", "d"],
    ["ct_min_by(word, id)", "second"],
    ["ct_max_by(word, id)", "late"],
    ["ct_set(word)", "first, late, second"],
  ])("%s", async (expression, value) => {
    expect(await valueOf(expression, group)).toBe(value);
  });

  test("of undated events alone still has a first and a last one", async () => {
    const undated = "FROM (VALUES (CAST(NULL AS TIMESTAMP), 0, 'y'), (NULL, 0, 'x')) t(moment, place, id)";

    expect(await valueOf("ct_first_event(id, moment, place)", undated)).toBe("x");
    expect(await valueOf("ct_last_event(id, moment, place)", undated)).toBe("y");
  });
});

test("none is named like a function of DuckDB, and each is explained", async () => {
  const rows = await reader.rows("SELECT DISTINCT function_name FROM duckdb_functions() WHERE internal");
  const builtin = new Set(rows.map(({ function_name }) => function_name));

  expect(builtin.size).toBeGreaterThan(500);
  expect(MACROS.filter(({ name }) => builtin.has(name))).toEqual([]);
  for (const { name, meaning } of MACROS) {
    expect(name).toMatch(/^ct_/);
    expect(meaning.length).toBeGreaterThan(10);
  }
});
