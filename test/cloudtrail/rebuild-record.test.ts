import { expect, test } from "vitest";
import { RECORD_FIELDS, type FieldValue } from "../../src/cloudtrail/record-fields.ts";
import { rebuildRecord } from "../../src/cloudtrail/rebuild-record.ts";

/** A row with these columns, and null in all others. */
function row(columns: Record<string, FieldValue>): FieldValue[] {
  return RECORD_FIELDS.map(({ column }) => columns[column] ?? null);
}

test.each<[string, Record<string, FieldValue>, string | null, string | null, string]>([
  ["nothing", {}, null, null, "{}"],
  ["a text", { event_name: 'a"b' }, null, null, String.raw`{"eventName":"a\"b"}`],
  ["a time", { event_time: 1_688_992_065_000_000n }, null, null, '{"eventTime":"2023-07-10T12:27:45Z"}'],
  ["a flag", { read_only: false }, null, null, '{"readOnly":false}'],
  [
    "a flag that AWS writes as text",
    { session_mfa_authenticated: false },
    null,
    null,
    '{"userIdentity":{"sessionContext":{"attributes":{"mfaAuthenticated":"false"}}}}',
  ],
  ["JSON", { request_parameters: '{"a":1.0}' }, null, null, '{"requestParameters":{"a":1.0}}'],
  ["what is empty", {}, "requestParameters=null;userIdentity={}", null, '{"requestParameters":null,"userIdentity":{}}'],
  ["other keys", {}, null, '{"a":{"b": 1.0},"userIdentity.x":2}', '{"a":{"b":1.0},"userIdentity":{"x":2}}'],
  ["a token that wins", { event_name: "5" }, null, '{"@tokens":{"eventName":"5.0"}}', '{"eventName":5.0}'],
  [
    "a token that wins over an object",
    {},
    null,
    '{"userIdentity.x":1,"@tokens":{"userIdentity":"7"}}',
    '{"userIdentity":7}',
  ],
  [
    "the whole record",
    { event_name: "x" },
    null,
    String.raw`{"a":1,"@tokens":{"":"{\"b\":1,\"b\":2}"}}`,
    '{"b":1,"b":2}',
  ],
])("a row of %s becomes a record", (_what, columns, shape, extra, text) => {
  expect(rebuildRecord({ values: row(columns), shape, extra })).toBe(text);
});
