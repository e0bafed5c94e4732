import { DuckDBInstance } from "@duckdb/node-api";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { readLibrary } from "../../src/queries/library.ts";
import { bindParameters } from "../../src/queries/parameters.ts";
import { parseQueryFile } from "../../src/queries/query-file.ts";
import { parseScope, type ScopeFlags } from "../../src/queries/scope.ts";
import { standaloneSql } from "../../src/queries/standalone-sql.ts";
import { ask } from "../helpers/ask-library.ts";
import { neededParameters } from "../helpers/query-parameters.ts";
import { quickIngest } from "../helpers/quick-ingest.ts";
import { temporaryFolder } from "../helpers/temporary-folder.ts";
import { ACCOUNT, iamUser, makeRecord, writeTrail } from "../helpers/trail-maker.ts";

const root = {
  type: "Root",
  principalId: ACCOUNT,
  arn: `arn:aws:iam::${ACCOUNT}:root`,
  accountId: ACCOUNT,
  accessKeyId: "",
};
const write = { readOnly: false };
const trail = { ...write, eventSource: "cloudtrail.amazonaws.com", requestParameters: { name: "main" } };

const RECORDS = [
  makeRecord(0),
  makeRecord(1, {
    errorCode: "AccessDenied",
    errorMessage: "User: x is not authorized to perform: ec2:DescribeInstances on resource: *",
  }),
  makeRecord(2, { ...write, eventName: "RunInstances" }),
  makeRecord(3, { userIdentity: root }),
  makeRecord(4, {
    ...write,
    userIdentity: root,
    eventType: "AwsConsoleSignIn",
    eventSource: "signin.amazonaws.com",
    eventName: "ConsoleLogin",
    responseElements: { ConsoleLogin: "Success" },
    additionalEventData: { MFAUsed: "No" },
  }),
  makeRecord(5, { ...trail, eventName: "StopLogging" }),
  makeRecord(6, { ...trail, eventName: "StartLogging" }),
  makeRecord(7, { userIdentity: iamUser("o'brien") }),
  makeRecord(0, { eventID: "undated", eventTime: "?" }),
];

const PARAMS = { ip: "198.51.100.0/24", principal: "*alice*" };
/** Queries that the records above have rows for, in both scopes; others find theirs in the logged attacks, or nothing. */
const ANSWERED = new Set([
  "access-denied",
  "activity-histogram",
  "cloudtrail-tampering",
  "console-logins",
  "error-summary",
  "ip-pivot",
  "key-usage",
  "overview",
  "principal-dossier",
  "root-activity",
  "top-principals",
  "write-actions",
]);

const SCOPES: readonly ScopeFlags[] = [
  {},
  {
    since: "2024-03-01T10:00:01Z",
    until: "2024-03-01",
    principal: ["*alice", "o'brien", `arn:aws:iam::${ACCOUNT}:root`],
    account: [ACCOUNT],
  },
];

let caseFolder: string;
beforeAll(async () => {
  const folder = temporaryFolder();
  caseFolder = `${folder}/case`;
  writeTrail(`${folder}/evidence`, { "trail.json": RECORDS });
  await quickIngest(caseFolder, [`${folder}/evidence`, fileURLToPath(new URL("../data/stratus", import.meta.url))]);
});

/** Runs a script as anyone would: a plain DuckDB, the case attached, every statement in turn. */
async function runScript(script: string): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    await connection.run(`ATTACH '${caseFolder}/coldtrail.duckdb' AS coldtrail (READ_ONLY)`);
    await connection.run("USE coldtrail");
    await connection.run("SET TimeZone = 'UTC'");
    return (await connection.runAndReadAll(script)).getRowObjectsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** DuckDB's JSON has whole numbers as text but those of a DOUBLE, and times with a space. */
function asDuckDbSays(rows: readonly Readonly<Record<string, unknown>>[]): unknown[] {
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => {
        if (typeof value === "number") return [name, String(value)];
        return [name, typeof value === "string" ? value.replace(/^(\d{4}-\d\d-\d\d)T([\d:]+)Z$/, "$1 $2") : value];
      }),
    ),
  );
}

describe("the printed script gives the rows of `query run`", () => {
  test.each([...readLibrary([]).queries.values()].map((query) => [query.id, query] as const))(
    "%s",
    async (id, query) => {
      const params = neededParameters(query, PARAMS);
      const given = new Map(Object.entries(params).map(([name, value]) => [name, [value]]));
      for (const scope of SCOPES) {
        const { rows } = await ask(caseFolder, id, { params, scope });
        const bound = bindParameters(query, given);

        const script = standaloneSql(query, { scope: parseScope(scope), params: bound, own_accounts: [] });
        expect(asDuckDbSays(await runScript(script))).toEqual(asDuckDbSays(rows));
        const isLogged = query.tests.some(({ fixture }) => fixture.startsWith("stratus/"));
        const isAnswered = ANSWERED.has(id) || (isLogged && Object.keys(scope).length === 0);
        if (isAnswered) expect(rows.length).toBeGreaterThan(0);
      }
    },
  );
});

const TEXTS =
  "SELECT '$p' AS text, CAST($p AS VARCHAR) AS p, CAST($q AS BIGINT) AS q, 'a' IN $l AS l, CAST($n AS VARCHAR) AS n ORDER BY p; ";

function queryWith(question: string): ReturnType<typeof parseQueryFile> {
  const params =
    "{p: {type: string, help: x}, q: {type: int, help: x}, l: {type: list, help: x}, n: {type: string, default: null, help: x}}";
  const keys = [
    "id: q",
    "title: t",
    `question: ${question}`,
    "phase: triage",
    "kind: finding",
    "cannot_show: x",
    `params: ${params}`,
  ];
  return parseQueryFile("q.sql", "q", ["-- ---", ...keys.map((key) => `-- ${key}`), "-- ---", TEXTS].join("\n"));
}

test("hostile values stay values", async () => {
  const p = "'); DROP TABLE event_rows; --\n$q /*";
  const script = standaloneSql(queryWith("q?"), {
    scope: parseScope({}),
    params: { p, q: -5, l: ["a", "it's"], n: null },
    own_accounts: [],
  });

  expect(await runScript(script)).toEqual([{ text: "$p", p, q: "-5", l: true, n: null }]);
});

test("a question of several lines stays a comment", () => {
  const script = standaloneSql(queryWith('"really?\\nDROP TABLE event_rows;"'), {
    scope: parseScope({}),
    params: {
      p: "",
      q: 1,
      l: [],
      n: null,
    },
    own_accounts: [],
  });

  expect(script.split("\n")[0]).toBe("-- q: really? DROP TABLE event_rows;");
  expect(script.split("\n").filter((line) => line.startsWith("DROP"))).toEqual([]);
});

test("a script holds the later copies of what its scope leaves", async () => {
  const [query] = [...readLibrary([]).queries.values()].filter(({ id }) => id === "overview");
  const sql = "SELECT (SELECT count(*) FROM later_copies) AS x ORDER BY x";
  const script = standaloneSql(
    { ...query!, sql },
    { scope: parseScope({ recipientAccount: ["0"] }), params: {}, own_accounts: [] },
  );
  const made = [...script.matchAll(/^CREATE OR REPLACE TEMP (?:MACRO|VIEW) (\w+)/gm)].map(([, name]) => name);

  expect(made).toEqual(["events", "later_copies"]);
  expect(await runScript(script)).toEqual([{ x: "0" }]);
});

test("a script holds what its macros call, its reference tables, and the accounts that are known", async () => {
  const [query] = [...readLibrary([]).queries.values()].filter(({ id }) => id === "overview");
  const sql = `SELECT ct_foreign_accounts('{"Statement":{"Effect":"Allow","Principal":{"AWS":["777788889999","1"]}}}', (SELECT ct_set(account_id) FROM known_accounts WHERE source <> 'trail')) AS x,
    (SELECT count(*) FROM ref_instance_families WHERE kind = 'gpu') > 5 AS y ORDER BY x`;
  const script = standaloneSql(
    { ...query!, sql },
    { scope: parseScope({}), params: {}, own_accounts: ["777788889999"] },
  );
  const made = [...script.matchAll(/^CREATE OR REPLACE TEMP (?:MACRO|VIEW) (\w+)/gm)].map(([, name]) => name);

  expect(made).toEqual([
    "ct_set",
    "ct_policy",
    "ct_policy_accounts",
    "ct_foreign_accounts",
    "ref_instance_families",
    "known_accounts",
  ]);
  expect(await runScript(script)).toEqual([{ x: "1", y: true }]);
});

test("a script holds the macros it needs and no others, and ends its one statement once", () => {
  const [query] = [...readLibrary([]).queries.values()].filter(({ id }) => id === "root-activity");
  const script = standaloneSql(query!, { scope: parseScope({ principal: ["a*"] }), params: {}, own_accounts: [] });
  const macros = [...script.matchAll(/TEMP MACRO (\w+)/g)].map(([, name]) => name);

  expect(macros).toEqual(["ct_json", "ct_glob", "ct_is_read"]);
  expect(script).toMatch(/record_index;\n$/);
  expect(script).toContain("-- ATTACH 'case/coldtrail.duckdb' AS coldtrail (READ_ONLY)");
});
