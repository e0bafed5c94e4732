import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prepareCase } from "../../src/queries/case-views.ts";
import { checkQuery } from "../../src/queries/check-query.ts";
import { parameterNames, uncastParameters, withoutTexts } from "../../src/queries/portable-subset.ts";
import { parseQueryFile } from "../../src/queries/query-file.ts";
import { parseScope } from "../../src/queries/scope.ts";
import type { CaseReader } from "../../src/store/case-reader.ts";
import { openEmptyCase } from "../../src/store/empty-case.ts";

let reader: CaseReader;
beforeAll(async () => {
  reader = await openEmptyCase("test", async (database) => prepareCase(database, parseScope({})));
});
afterAll(() => reader.close());

const HEAD = ["id: q", "title: t", "question: q?", "phase: triage", "kind: finding", "cannot_show: x"];

async function check(sql: string, keys: readonly string[] = []): ReturnType<typeof checkQuery> {
  const text = ["-- ---", ...[...HEAD, ...keys].map((line) => `-- ${line}`), "-- ---", sql].join("\n");
  return await checkQuery(reader, parseQueryFile("q.sql", "q", text), new Set(["q"]));
}

describe("a construct that other engines do not have is named with its line, and what to write instead is portable", () => {
  test.each<[what: string, sql: string, instead: string]>([
    ["the cast `::`", "SELECT event_time::VARCHAR AS x", "SELECT CAST(event_time AS VARCHAR) AS x"],
    ["a JSON arrow", "SELECT (request_parameters->>'$.a') AS x", "SELECT ct_json(request_parameters, 'a') AS x"],
    ["a JSON arrow", "SELECT (request_parameters->'$.a') AS x", "SELECT ct_json_doc(request_parameters, 'a') AS x"],
    [
      "QUALIFY",
      "SELECT actor AS x FROM events QUALIFY row_number() OVER (ORDER BY event_id) = 1 --",
      "SELECT actor AS x",
    ],
    [
      "GROUP BY ALL",
      "SELECT actor AS x, count(*) FROM events GROUP BY ALL --",
      "SELECT actor AS x, count(*) FROM events GROUP BY actor --",
    ],
    ["SELECT *", "SELECT *, actor AS x", "SELECT actor, event_id AS x"],
    ["SELECT *", "SELECT e.*, actor AS x FROM events e --", "SELECT count(*) AS x"],
    ["EXCLUDE", "SELECT * EXCLUDE (actor), actor AS x", "SELECT actor AS x"],
    ["ILIKE", "SELECT actor ILIKE 'a%' AS x", "SELECT ct_ilike(actor, 'a%') AS x"],
    ["SIMILAR TO", "SELECT actor SIMILAR TO 'a.*' AS x", "SELECT ct_matches(actor, 'a.*') AS x"],
    ["an unquoted INTERVAL", "SELECT event_time + INTERVAL 2 DAY AS x", "SELECT event_time + INTERVAL '2' DAY AS x"],
    [
      "an interval made by a function",
      "SELECT event_time + to_days(2) AS x",
      "SELECT event_time + INTERVAL '2' HOUR AS x",
    ],
    ["the current time", "SELECT now() AS x", "SELECT max(event_time) AS x"],
    ["the current time", "SELECT current_date AS x", "SELECT date_trunc('day', max(event_time)) AS x"],
    ["the function unnest", "SELECT unnest([1, 2]) AS x", "SELECT 1 AS x"],
    ["the function list_value", "SELECT [actor] AS x", "SELECT ct_set(actor) AS x"],
    ["the function string_agg", "SELECT string_agg(actor, ',') AS x", "SELECT ct_set(actor) AS x"],
    ["the function regexp_matches", "SELECT regexp_matches(actor, 'a') AS x", "SELECT ct_matches(actor, 'a') AS x"],
    ["the function epoch", "SELECT epoch(event_time) AS x", "SELECT ct_epoch(event_time) AS x"],
    ["the function strftime", "SELECT strftime(event_time, '%H') AS x", "SELECT date_part('hour', event_time) AS x"],
    ["the function arg_min", "SELECT arg_min(actor, event_time) AS x", "SELECT ct_min_by(actor, event_time) AS x"],
    ["the function list_transform", "SELECT list_transform([1], lambda y: y) AS x", "SELECT 1 AS x"],
  ])("%s: %s", async (what, sql, instead) => {
    const rest = (start: string): string =>
      `SELECT 1 AS one FROM (\n${start}${start.endsWith("--") ? "" : "\nFROM events"}\n) t ORDER BY one`;

    const found = await check(rest(sql));
    expect(found.errors).toEqual([]);
    expect(found.label).toBe("duckdb-only");
    expect(found.deviations).toContainEqual(expect.objectContaining({ what, line: 2 }));

    const portable = await check(rest(instead));
    expect(portable.errors).toEqual([]);
    expect(portable.deviations).toEqual([]);
    expect(portable.label).toBe("portable");
  });

  test.each<[sql: string, instead: RegExp]>([
    ["json_extract_string(request_parameters, '$.a')", /^ct_json\(/],
    ["json_array_length(request_parameters)", /^ct_item_count\(/],
    ["regexp_extract(actor, 'a')", /^ct_extract\(/],
    ["actor ~~* 'a'", /^ct_ilike\(/],
    ["time_bucket(INTERVAL '1' HOUR, event_time)", /^ct_bucket\(/],
    ["isodow(event_time)", /^ct_dow\(/],
    ["date_diff('second', event_time, event_time)", /^ct_seconds_between\(/],
    ["strptime(actor, '%Y')", /^ct_time\(/],
    ["TRY_CAST(actor AS DOUBLE)", /^ct_number\(/],
    ["list_filter([1], lambda y: y > 0)", /^a macro that gives one text/],
    ["md5(actor)", /docs\/queries\.md/],
  ])("of %s it says what is portable", async (expression, instead) => {
    const { deviations } = await check(`SELECT\n${expression} AS x FROM events ORDER BY x`);

    expect(deviations).toContainEqual(expect.objectContaining({ line: 2, instead: expect.stringMatching(instead) }));
  });

  test("every place is told, not the first alone", async () => {
    const { deviations } = await check(
      "SELECT actor::VARCHAR AS x,\nmd5(actor) AS y,\nevent_id::VARCHAR AS z,\nmd5(event_id) AS w FROM events ORDER BY z",
    );

    expect(deviations.map(({ line, what }) => `${line} ${what}`)).toEqual([
      "1 the cast `::`",
      "2 the function md5",
      "3 the cast `::`",
      "4 the function md5",
    ]);
  });

  test("ORDER BY ALL", async () => {
    expect((await check("SELECT actor AS x FROM events\nORDER BY ALL")).deviations).toContainEqual({
      line: 2,
      what: "ORDER BY ALL",
      instead: "the columns by name",
    });
  });

  test("ASOF JOIN", async () => {
    const { deviations } = await check(
      "SELECT a.actor AS x FROM events a\nASOF JOIN events b ON a.actor = b.actor AND a.event_time >= b.event_time ORDER BY x",
    );

    expect(deviations).toContainEqual(expect.objectContaining({ what: "ASOF JOIN", line: 2 }));
  });
});

test.each([
  "SELECT ':: ->> QUALIFY SELECT * now()' AS x FROM events ORDER BY x",
  "SELECT actor AS x -- :: and ->> and GROUP BY ALL\nFROM events /* now() ILIKE */ ORDER BY x",
  'SELECT actor AS "ilike" FROM events ORDER BY "ilike"',
  "SELECT CAST($interval AS BIGINT) AS x FROM events ORDER BY x",
])("words inside texts, comments, names and parameters are no constructs: %s", async (sql) => {
  const { deviations } = await check(sql, ["params: {interval: {type: duration, default: 1h, help: x}}"]);

  expect(deviations).toEqual([]);
});

describe("what makes a file invalid", () => {
  test.each<[what: string, sql: string, keys: string[], message: RegExp]>([
    ["no order", "SELECT actor FROM events", [], /q\.sql:9\n.*must end in an ORDER BY/],
    ["two statements", "SELECT 1 AS n ORDER BY n;\nSELECT 2 AS n ORDER BY n", [], /q\.sql:9\n.*2 statements/],
    ["a statement that is no SELECT", "DELETE FROM events", [], /q\.sql:9\n.*exactly one SELECT/],
    ["a column that is not there", "SELECT actor\n, nobody AS n FROM events ORDER BY n", [], /q\.sql:10\n.*nobody/],
    [
      "a parameter that is not declared",
      "SELECT CAST($x AS VARCHAR) AS n ORDER BY n",
      [],
      /q\.sql:9\n.*\$x is used and not declared/,
    ],
    [
      "a parameter that is not used",
      "SELECT 1 AS n ORDER BY n",
      ["params: {x: {type: int, help: x}}"],
      /q\.sql:10\n.*x is declared and not used/,
    ],
    [
      "half a range that is not used",
      "SELECT CAST($ip_low AS VARCHAR) AS n ORDER BY n",
      ["params: {ip: {type: cidr, help: x}}"],
      /ip_high is declared and not used/,
    ],
    [
      "a parameter without a type in SQL",
      "SELECT\nlower($x) AS n ORDER BY n",
      ["params: {x: {type: string, help: x}}"],
      /q\.sql:11\n.*CAST\(\$x AS type\)/,
    ],
    [
      "a default of another type",
      "SELECT CAST($x AS BIGINT) AS n ORDER BY n",
      ["params: {x: {type: int, default: many, help: x}}"],
      /q\.sql:8\n.*default does not fit/,
    ],
    [
      "a role for a column that is not returned",
      "SELECT 1 AS n ORDER BY n",
      ["columns: {time: event_time}"],
      /q\.sql:8\n.*gives time as event_time/,
    ],
    ["a next that is no query", "SELECT 1 AS n ORDER BY n", ["next: [{query: nowhere}]"], /q\.sql:8\n.*names nowhere/],
    [
      "a test with a parameter that is not there",
      "SELECT 1 AS n ORDER BY n",
      ['tests: [{fixture: x, rows: ">=1", params: {y: 1}}]'],
      /q\.sql:8\n.*gives y, which is no parameter/,
    ],
    [
      "a requirement about a parameter that is not there",
      "SELECT 1 AS n ORDER BY n",
      ["requires: [data:s3:read($bucket)]"],
      /q\.sql:8\n.*asks about \$bucket, which is no parameter/,
    ],
    [
      "a next with a column that is not returned",
      "SELECT 1 AS n ORDER BY n",
      ["next: [{query: q, with: {x: ip}}]"],
      /q\.sql:8\n.*passes ip on/,
    ],
  ])("%s", async (...[, sql, keys, message]) => {
    const { errors } = await check(sql, keys);

    expect(errors.map((error) => error.message).join("\n")).toMatch(message);
  });

  test("a list is bound to IN without a CAST", async () => {
    const { errors } = await check("SELECT actor AS x FROM events WHERE actor IN $names ORDER BY x", [
      "params: {names: {type: list, help: x}}",
    ]);

    expect(errors).toEqual([]);
  });
});

test("a constant that no number holds does not end the check", async () => {
  const { errors, label } = await check(
    "SELECT actor AS x, 'is Infinity' AS y FROM events WHERE 1e400 > 1 AND -1e400 < 1 ORDER BY x",
  );

  expect({ errors, label }).toEqual({ errors: [], label: "portable" });
});

test("reference tables and the accounts known as own are there for every query", async () => {
  const { errors, label } = await check(
    "SELECT e.event_name AS x, a.tactics, ct_foreign_accounts(e.event_name, o.own) AS y FROM events e JOIN ref_abused_apis a ON a.event_name = e.event_name CROSS JOIN (SELECT ct_set(account_id) AS own FROM known_accounts) o CROSS JOIN ref_instance_families f ORDER BY x",
  );

  expect({ errors, label }).toEqual({ errors: [], label: "portable" });
});

test("parameters are found outside texts and comments alone", () => {
  const sql = `SELECT '$a', "$b", CAST($c AS INT) -- $d\n/* $e */, $f`;

  expect([...parameterNames(sql)]).toEqual(["c", "f"]);
  expect(uncastParameters(sql)).toEqual([{ name: "f", line: 2 }]);
});

test("blanking keeps every other character where it was", () => {
  const sql = "SELECT 'it''s' AS \"x y\" -- end\n, 1";

  expect(withoutTexts(sql)).toBe("SELECT '     ' AS             \n, 1");
});
