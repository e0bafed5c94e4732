import { beforeAll, describe, expect, test } from "vitest";
import { prepareCase } from "../../src/queries/case-views.ts";
import { findEvents, findIndicators, loadIndicators, type Finding } from "../../src/queries/find.ts";
import { patternIndicator, recogniseIndicator, type Indicator } from "../../src/queries/indicator.ts";
import { parseScope, type ScopeFlags } from "../../src/queries/scope.ts";
import { CaseReader } from "../../src/store/case-reader.ts";
import { loadTempTable } from "../../src/store/temp-table.ts";
import { roleSession } from "../helpers/record-parts.ts";
import { caseOf } from "../helpers/small-case.ts";
import { ACCOUNT, iamUser, idOf, makeRecord, OTHER_ACCOUNT, timeAt } from "../helpers/trail-maker.ts";

const KEY = "AKIAIOSFODNN7EXAMPLE";
const TABLE = "arn:aws:dynamodb:us-east-1:999900001111:table/ledger";
const attacker = iamUser("mallory", { accessKeyId: KEY });
let folder: string;

beforeAll(async () => {
  folder = await caseOf([
    makeRecord(0, { userIdentity: attacker, sourceIPAddress: "203.0.113.9" }),
    // The same user by way of a service, and from another address.
    makeRecord(1, {
      userIdentity: { ...attacker, accessKeyId: "ASIAFORWARDEDXXXXXXX", invokedBy: "cloudformation.amazonaws.com" },
      sourceIPAddress: "cloudformation.amazonaws.com",
    }),
    makeRecord(2, { userIdentity: attacker, sourceIPAddress: "198.51.100.9", errorCode: "AccessDenied" }),
    // Names the key and does not use it.
    makeRecord(3, {
      eventSource: "iam.amazonaws.com",
      eventName: "DeleteAccessKey",
      requestParameters: { userName: "mallory", accessKeyId: KEY },
      sourceIPAddress: "198.51.100.3",
    }),
    // A longer id that begins like the key.
    makeRecord(4, { requestParameters: { accessKeyId: `${KEY}Z` }, sourceIPAddress: "198.51.100.4" }),
    makeRecord(5, {
      eventSource: "s3.amazonaws.com",
      eventName: "PutBucketPolicy",
      requestParameters: {
        bucketName: "payroll-exports",
        bucketPolicy: { Statement: [{ Principal: { AWS: `arn:aws:iam::${OTHER_ACCOUNT}:root` } }] },
      },
      userAgent: '[S3Console/0.4 Payroll "Tool"]',
      sourceIPAddress: "198.51.100.5",
    }),
    makeRecord(6, {
      userIdentity: roleSession("ci"),
      sourceIPAddress: "08.1.250.216",
      requestParameters: { note: 'say "hello" \\ bye', ["__proto__"]: "x" },
    }),
    // Names all that is below a table, and its own id and address once more.
    makeRecord(7, {
      requestParameters: { policy: `${TABLE}/*`, again: idOf(7).toUpperCase(), source: "192.0.2.77" },
      sourceIPAddress: "192.0.2.77",
    }),
  ]);
});

async function open(indicators: readonly Indicator[], scope: ScopeFlags = {}): Promise<CaseReader> {
  return CaseReader.open(folder, {
    prepare: async (database) => {
      await prepareCase(database, parseScope(scope));
      await loadIndicators(database, indicators);
      await loadTempTable(
        database,
        { name: "indicators", columns: ["place", "value"] },
        indicators.map(({ value }, place) => [place, value]),
      );
    },
  });
}

async function find(indicators: readonly Indicator[], scope?: ScopeFlags): Promise<Finding[]> {
  const reader = await open(indicators, scope);
  try {
    return await findIndicators(reader, indicators, parseScope(scope ?? {}));
  } finally {
    reader.close();
  }
}

async function eventsOf(indicators: readonly Indicator[]): Promise<string[]> {
  const reader = await open(indicators);
  try {
    const { columns, chunks } = await findEvents(reader, indicators);
    const ids: string[] = [];
    const [id, value] = ["event_id", "indicator"].map((name) => columns.findIndex((column) => column.name === name));
    for await (const rows of chunks) for (const row of rows) ids.push(`${String(row[id!])} ${String(row[value!])}`);
    return ids;
  } finally {
    reader.close();
  }
}

const one = async (value: string, scope?: ScopeFlags): Promise<Finding> =>
  (await find([recogniseIndicator(value)], scope))[0]!;

test("a key is found where it is used and where it is named, and not inside a longer id", async () => {
  const { cells } = await one(KEY);
  expect(cells).toEqual([
    KEY,
    "access-key",
    3,
    3,
    timeAt(0),
    timeAt(3),
    2,
    `arn:aws:iam::${ACCOUNT}:user/mallory (2), arn:aws:iam::${ACCOUNT}:user/alice (1)`,
    `${ACCOUNT} (3)`,
    "no-error (2), denied (1)",
    "accessKeyId (2), named in the record (1)",
    null,
    `coldtrail query run key-usage --param access_key=${KEY}`,
  ]);
});

test("of an address it says what its sessions did from elsewhere", async () => {
  const { cells } = await one("203.0.113.9");
  expect(cells.slice(2, 4)).toEqual([1, 1]);
  expect(cells.at(-2)).toBe(
    `its sessions have 2 more events from other sources (1 by way of AWS services, 1 from 1 other addresses): arn:aws:iam::${ACCOUNT}:user/mallory`,
  );
});

describe("each kind is found where it stands", () => {
  test.each([
    ["198.51.100.0/24", [2, 3, 4, 5]],
    ["08.1.250.216", [6]],
    ["AIDAMALLORYXXXXXXXXXX", [0, 1, 2]],
    ["AROADEPLOYXXXXXXXXXXX", [6]],
    [OTHER_ACCOUNT, [5]],
    [`arn:aws:iam::${OTHER_ACCOUNT}:root`, [5]],
    [TABLE, [7]],
    [`${TABLE}/*`, [7]],
    [`arn:aws:iam::${ACCOUNT}:role/deploy`, [6]],
    ["s3://payroll-exports", [5]],
    ["i-00000000000000002", [2]],
    [idOf(4).toUpperCase(), [4]],
    ["11111111-0000-4000-8000-000000000003", [3]],
    ["[S3Console/0.4", [5]],
    ['Payroll "Tool"', [5]],
    ['say "hello" \\ bye', [6]],
    ["MALLORY", [0, 1, 2, 3]],
    ["__proto__", [6]],
  ])("%s", async (value, numbers) => {
    expect(await eventsOf([recogniseIndicator(value)])).toEqual(numbers.map((n) => `${idOf(n)} ${value}`));
  });

  test("a pattern is told from case", async () => {
    expect(await eventsOf([patternIndicator("user/mal+ory")])).toHaveLength(3);
    expect(await eventsOf([patternIndicator("user/MAL+ORY")])).toHaveLength(0);
    expect(await eventsOf([patternIndicator("(?i)user/MAL+ORY")])).toHaveLength(3);
  });
});

test("a record that holds a value in several places counts once, where it stands most tellingly", async () => {
  const found = await find([idOf(7), idOf(7).toUpperCase(), "192.0.2.77", "192.0.2.0/24"].map(recogniseIndicator));
  expect(found.map(({ cells }) => [cells[2], cells[10]])).toEqual([
    [1, "eventID (1)"],
    [1, "eventID (1)"],
    [1, "sourceIPAddress (1)"],
    [1, "sourceIPAddress (1)"],
  ]);
});

test("a value without a hit is listed with what could have been seen", async () => {
  const { n_records, cells } = await one("AKIAABSENTXXXXXXXXXX");
  expect(n_records).toBe(0);
  expect(cells.at(-2)).toMatch(/^no matching record; \d+ management read events, .*the case holds no data events$/);
  expect(cells.at(-1)).toBeNull();
});

test("a value that stands outside the scope alone is told from one that is not in the case", async () => {
  const { cells, n_in_case } = await one(KEY, { since: timeAt(4) });
  expect([cells[2], n_in_case, cells.at(-2)]).toEqual([0, 3, "no matching record in this scope; 3 in the whole case"]);
});

test("many values at once give what each gives alone, in the order given", async () => {
  const values = [KEY, "203.0.113.9", "mallory", "payroll", "nowhere", "alice", "bye", "hello", "ci", "deploy", "tool"];
  const together = await find(values.map(recogniseIndicator));
  for (const [i, value] of values.entries()) expect(together[i]!.cells).toEqual((await one(value)).cells);
});
