import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DERIVED_FIELDS } from "../../src/cloudtrail/derived-fields.ts";
import { flattenRecord } from "../../src/cloudtrail/flatten-record.ts";
import { parseJson, type JsonObject } from "../../src/cloudtrail/json-text.ts";
import { RECORD_FIELDS } from "../../src/cloudtrail/record-fields.ts";
import { eventRow, type ShardValue } from "../../src/ingest/event-row.ts";
import { SHARD_COLUMNS } from "../../src/store/case-schema.ts";
import { recordText } from "../helpers/generated-records.ts";
import { recordOf } from "./evidence-fixture.ts";

function rowOf(text: string, keyless = new Map<string, number>()): ShardValue[] {
  const place = { ordinal: 3, record_index: 5, source_fidelity: "trail", wrapping: null, keyless };
  return eventRow(text, parseJson(text) as JsonObject, place);
}

function columnsOf(text: string, keyless?: Map<string, number>): Record<string, ShardValue> {
  const row = rowOf(text, keyless);
  return Object.fromEntries(SHARD_COLUMNS.map(([name], i) => [name, row[i]!]));
}

describe("a row", () => {
  test("has its columns in the order of the shard", () => {
    expect(SHARD_COLUMNS.map(([name]) => name)).toEqual([
      ...RECORD_FIELDS.map(({ column }) => column),
      "shape",
      "extra",
      ...DERIVED_FIELDS.map(({ column }) => column),
      "file_ordinal",
      "record_index",
      "source_fidelity",
      "record_key",
      "wrapping",
    ]);
  });

  test("holds the record, what is derived from it, and where it was read", () => {
    expect(columnsOf(recordOf("a"))).toMatchObject({
      event_id: "a",
      event_time: BigInt(Date.UTC(2023, 6, 10, 12, 27, 45)) * 1000n,
      request_parameters: '{"bucketName":"b","key":"naïve/😀"}',
      shape: "responseElements=null",
      extra: null,
      event_base_name: "GetObject",
      service: "s3",
      actor: "arn:aws:iam::111122223333:user/ada",
      principal_unique_id: "AIDAEXAMPLE",
      outcome: "no-error",
      source_ip: "203.0.113.7",
      source_ip_key: "00000000000000000000ffffcb007107",
      source_ip_kind: "public",
      file_ordinal: 3,
      record_index: 5,
      source_fidelity: "trail",
      record_key: null,
      wrapping: null,
    });
  });

  test("of an empty record is one all the same", () => {
    const { record_key, outcome, ...columns } = columnsOf("{}");
    expect(record_key).toMatch(/^sha256:/);
    expect(outcome).not.toBeNull();
    expect(columns).toMatchObject({ event_id: null, event_name: null, event_base_name: null, service: null });
  });

  test("of any record has a value of the right type in every column", () => {
    fc.assert(
      fc.property(recordText, (text) => {
        const row = rowOf(text);
        const wrong = SHARD_COLUMNS.filter(([, type], i) => row[i] !== null && typeof row[i] !== typeOf(type));
        expect(wrong).toEqual([]);
        expect(row.slice(0, RECORD_FIELDS.length)).toEqual(flattenRecord(text, parseJson(text) as JsonObject).values);
      }),
      { numRuns: 500, interruptAfterTimeLimit: 2500 },
    );
  });
});

function typeOf(duckdbType: string): string {
  const types: Record<string, string> = { TIMESTAMP: "bigint", BOOLEAN: "boolean", INTEGER: "number" };
  return types[duckdbType] ?? "string";
}

describe("a record without an eventID is known by its content", () => {
  const keyless = recordOf("");

  test("so that equal ones in one file are counted, and white space and order make no difference", () => {
    const seen = new Map<string, number>();
    const members = Object.entries(JSON.parse(keyless) as object).toReversed();
    const spaced = JSON.stringify(Object.fromEntries(members), null, 2);
    const keys = [keyless, spaced, keyless].map((text) => columnsOf(text, seen)["record_key"]);
    const [first] = keys;
    expect(keys).toEqual([first, String(first).replace("#1", "#2"), String(first).replace("#1", "#3")]);
  });

  test.each([
    ["another value", keyless.replace("GetObject", "PutObject")],
    ["a number written otherwise", keyless.replace("{", '{"x":1.0,')],
    ["another key", keyless.replace("{", '{"x":1,')],
    ["null in place of the empty one", keyless.replace('"eventID":""', '"eventID":null')],
    ["none at all", keyless.replace('"eventID":"",', "")],
  ])("so that one with %s is another", (_what, text) => {
    const plain = columnsOf(keyless.replace("{", '{"x":1e0,'))["record_key"];
    expect(columnsOf(text)["record_key"]).toMatch(/^sha256:[0-9a-f]{40}#1$/);
    expect(columnsOf(text)["record_key"]).not.toBe(columnsOf(keyless)["record_key"]);
    expect(columnsOf(text)["record_key"]).not.toBe(plain);
  });
});
