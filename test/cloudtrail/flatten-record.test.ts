import { DuckDBInstance, listValue } from "@duckdb/node-api";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { flattenRecord, type FlatRecord } from "../../src/cloudtrail/flatten-record.ts";
import { DEPTH_MAX } from "../../src/cloudtrail/json-limits.ts";
import { parseJson } from "../../src/cloudtrail/json-text.ts";
import { rebuildRecord } from "../../src/cloudtrail/rebuild-record.ts";
import { RECORD_FIELDS } from "../../src/cloudtrail/record-fields.ts";
import { nestedText } from "../helpers/generated-json.ts";
import { recordText } from "../helpers/generated-records.ts";
import { strictTokens } from "../helpers/strict-tokens.ts";

function flatten(text: string): FlatRecord {
  const node = parseJson(text);
  if (node.kind !== "object") throw new Error("no object");
  return flattenRecord(text, node);
}

/** What the columns hold, those that hold nothing left out. */
function columnsOf(text: string): Record<string, unknown> {
  const { values, shape, extra } = flatten(text);
  const columns = RECORD_FIELDS.map(({ column }, i) => [column, values[i] ?? null] as const);
  const all = [...columns, ["shape", shape] as const, ["extra", extra] as const];
  return Object.fromEntries(all.filter(([, value]) => value !== null));
}

/** Every JSON text that a row of this record stores. */
function jsonTexts({ values, extra }: FlatRecord): string[] {
  const texts = RECORD_FIELDS.flatMap(({ kind }, i) => (kind === "json" ? [values[i] as string | null] : []));
  return [...texts, extra].filter((text) => text !== null);
}

const RECORD = `{"eventVersion":"1.08","userIdentity":{"type":"AssumedRole","sessionContext":{"sessionIssuer":{"arn":"arn:x"},
  "attributes":{"creationDate":"2023-07-10T11:42:31Z","mfaAuthenticated":"false"}}},"eventTime":"2023-07-10T12:27:45Z",
  "readOnly":true,"managementEvent":false,"requestParameters":{"a": [1.0, 2]},"responseElements":null,
  "tlsDetails":{"tlsVersion":"TLSv1.3"},"resources":[]}`;

describe("flattenRecord puts", () => {
  test("every kind of field into its column", () => {
    expect(columnsOf(RECORD)).toEqual({
      event_time: BigInt(Date.UTC(2023, 6, 10, 12, 27, 45)) * 1000n,
      event_version: "1.08",
      read_only: true,
      management_event: false,
      user_identity_type: "AssumedRole",
      session_issuer_arn: "arn:x",
      session_created_at: BigInt(Date.UTC(2023, 6, 10, 11, 42, 31)) * 1000n,
      session_mfa_authenticated: false,
      tls_version: "TLSv1.3",
      request_parameters: '{"a":[1.0,2]}',
      resources: "[]",
      shape: "responseElements=null",
    });
  });

  test.each<[string, Record<string, unknown>]>([
    ['{"eventTime":null}', { shape: "eventTime=null" }],
    ['{"eventTime":{},"eventName":[]}', { shape: "eventName=[];eventTime={}" }],
    ['{"userIdentity":{}}', { shape: "userIdentity={}" }],
    ['{"userIdentity":{"sessionContext":null}}', { shape: "userIdentity.sessionContext=null" }],
    ['{"requestParameters":{}}', { request_parameters: "{}" }],
    ['{"requestParameters":null}', { shape: "requestParameters=null" }],
    ["{}", {}],
  ])("what is empty in %s into the shape, apart from what is absent", (text, columns) => {
    expect(columnsOf(text)).toEqual(columns);
  });

  test.each<[string, string]>([
    ['{"eventContext":{"a":1}}', '{"eventContext":{"a":1}}'],
    ['{"userIdentity":{"x":1}}', '{"userIdentity.x":1}'],
    ['{"userIdentity.type":1}', String.raw`{"userIdentity\\.type":1}`],
    ['{"@tokens":1}', String.raw`{"\\@tokens":1}`],
    [String.raw`{"a\\b":1}`, String.raw`{"a\\\\b":1}`],
    ['{"":1}', '{"":1}'],
    ['{"__proto__":{"a":1}}', '{"__proto__":{"a":1}}'],
  ])("the unknown keys of %s into extra, by path", (text, extra) => {
    expect(columnsOf(text)).toEqual({ extra });
  });

  test.each<[string, Record<string, unknown>]>([
    ['{"eventName":5}', { event_name: "5", extra: '{"@tokens":{"eventName":"5"}}' }],
    ['{"readOnly":"true"}', { read_only: true, extra: String.raw`{"@tokens":{"readOnly":"\"true\""}}` }],
    ['{"readOnly":"maybe"}', { extra: String.raw`{"@tokens":{"readOnly":"\"maybe\""}}` }],
    ['{"eventName":{"a":1}}', { extra: '{"eventName":{"a":1}}' }],
    ['{"userIdentity":"x"}', { extra: String.raw`{"@tokens":{"userIdentity":"\"x\""}}` }],
    [
      '{"eventTime":"2023-07-10T14:27:45+02:00"}',
      {
        event_time: BigInt(Date.UTC(2023, 6, 10, 12, 27, 45)) * 1000n,
        extra: String.raw`{"@tokens":{"eventTime":"\"2023-07-10T14:27:45+02:00\""}}`,
      },
    ],
  ])("the original token of what is odd in %s beside the column", (text, columns) => {
    expect(columnsOf(text)).toEqual(columns);
  });

  test("of duplicate keys the last into the column", () => {
    expect(columnsOf('{"eventName":"a","eventName":"b"}')["event_name"]).toBe("b");
    expect(columnsOf('{"requestParameters":{"a":1,"b":2,"a":3}}')["request_parameters"]).toBe('{"a":3,"b":2}');
  });

  test("U+FFFD in place of an unpaired surrogate", () => {
    const columns = columnsOf(String.raw`{"userAgent":"x\ud800y","requestParameters":{"a\udc00":["\ud83d"]}}`);
    expect(columns["user_agent"]).toBe("x\ufffdy");
    expect(columns["request_parameters"]).toBe('{"a\ufffd":["\ufffd"]}');
  });

  test("what is nested too deep into a string at the depth where it becomes so", () => {
    const [column] = jsonTexts(flatten(`{"requestParameters":${nestedText(400, "1.0")}}`));
    let value: unknown = JSON.parse(column!);
    let depth = 1;
    for (; typeof value === "object" && value !== null; depth += 1) [value] = Object.values(value);
    expect(depth).toBe(DEPTH_MAX);
    expect(value).toMatch(/^[[{].*1\.0.*[\]}]$/);
  });
});

test.each([
  ["an empty key with duplicate keys in it", '{"eventName":"x","":{"a":1,"a":2}}'],
  ["an empty key with an unpaired surrogate in it", String.raw`{"eventName":"x","":"\ud800"}`],
  ["an empty key nested too deep", `{"eventName":"x","":${nestedText(300, "1")}}`],
  ["an empty key below a known object", String.raw`{"userIdentity":{"type":"x","":"\ud800"}}`],
  [
    "keys that look like paths",
    '{"userIdentity.type":"a","userIdentity":{"type":"b","type.x":1},"a.b":{"c":1},"a":{"b.c":2}}',
  ],
  [
    "keys that look like escapes of paths",
    String.raw`{"a\\.b":1,"a":{".b":1},"\\":2,"@":3,"\\@":4,"@tokens":{"":"1"}}`,
  ],
  ["a known key with an escape", String.raw`{"event\u004eame":"x","userIdentity":{"\u0074ype":"y"}}`],
  ["two keys that become one", String.raw`{"\ud800":1,"\ud801":2}`],
  ["a string that is deep in white space", `{"x":${nestedText(250, '[ 1 , "a  b\\" c" ]')}}`],
])("a record with %s is rebuilt token by token", (_what, text) => {
  expect(strictTokens(rebuildRecord(flatten(text)))).toBe(strictTokens(text));
});

test("every record that can be written is rebuilt token by token", () => {
  fc.assert(
    fc.property(recordText, (text) => {
      expect(strictTokens(rebuildRecord(flatten(text)))).toBe(strictTokens(text));
    }),
    { numRuns: 1500, interruptAfterTimeLimit: 3000 },
  );
});

test("values nested 1 to 400 deep are rebuilt token by token, wherever they stand", () => {
  for (let depth = 1; depth <= 400; depth += 7) {
    const deep = nestedText(depth, String.raw`{"a":1.0,"b":"\ud800","b":null}`);
    const text = `{"requestParameters":${deep},"userIdentity":{"x":${deep}},"resources":[${deep}],"new":${deep}}`;
    expect(strictTokens(rebuildRecord(flatten(text)))).toBe(strictTokens(text));
  }
});

describe("stored JSON", () => {
  let instance: DuckDBInstance;
  beforeAll(async () => {
    instance = await DuckDBInstance.create(":memory:");
  });
  afterAll(() => instance.closeSync());

  test("is valid and fails no JSON function, whatever the record", async () => {
    const connection = await instance.connect();
    await fc.assert(
      fc.asyncProperty(recordText, async (text) => {
        const texts = jsonTexts(flatten(text));
        const reader = await connection.runAndReadAll(PROBE, { texts: listValue(texts) });
        expect(reader.getRowObjects()).toEqual([{ n: BigInt(texts.length), invalid: 0n }]);
        expect(texts).not.toContain("null");
      }),
      { numRuns: 300, interruptAfterTimeLimit: 5000 },
    );
    connection.closeSync();
  });

  /** Counts texts, and puts each through the JSON functions that queries use; any of them may throw. */
  const PROBE = `
    SELECT count(*) AS n,
      count(*) FILTER (NOT json_valid(t) OR CAST(t AS JSON) IS NULL OR json_type(t) IS NULL
        OR coalesce(length(json_extract(t, '$.a')), 0) < 0 OR coalesce(length(json_extract_string(t, '$.a.b')), 0) < 0
        OR coalesce(length(json_extract_string(t, '$[0]')), 0) < 0 OR coalesce(len(json_keys(t)), 0) < 0
        OR length(json_structure(t)) = 0 OR coalesce(len(json_extract_string(t, '$.*')), 0) < 0
        OR coalesce(len(from_json(t, '[{"ARN":"VARCHAR"}]')), 0) < 0) AS invalid
    FROM (SELECT unnest(CAST($texts AS VARCHAR[])) AS t)`;
});
