import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareCase } from "../../../src/queries/case-views.ts";
import { WHOLE_CASE } from "../../../src/queries/scope.ts";
import { narrowed, suggestValues } from "../../../src/queries/views/parameter-suggestions.ts";
import type { SuggestionSource } from "../../../src/queries/views/query-form.ts";
import { CaseReader } from "../../../src/store/case-reader.ts";
import { ENTITY_COLUMNS } from "../../../src/store/settle.ts";
import { roleSession } from "../../helpers/record-parts.ts";
import { caseOf } from "../../helpers/small-case.ts";
import { iamUser, makeRecord } from "../../helpers/trail-maker.ts";

let reader: CaseReader;
beforeAll(async () => {
  const folder = await caseOf([
    makeRecord(0, { sourceIPAddress: "10.0.0.1" }),
    makeRecord(1, { sourceIPAddress: "10.0.0.1", userAgent: "curl/8 kali" }),
    makeRecord(2, { sourceIPAddress: "110.0.0.2", userIdentity: iamUser("bob"), awsRegion: "eu-west-1" }),
    makeRecord(3, { sourceIPAddress: "10.0.0.3", userIdentity: roleSession("s"), recipientAccountId: "444455556666" }),
  ]);
  reader = await CaseReader.open(folder, { prepare: async (database) => prepareCase(database, WHOLE_CASE) });
});
afterAll(() => {
  reader.close();
});

const column = (name: string): SuggestionSource => ({ kind: "column", column: name });

test.each<[SuggestionSource, string, readonly string[]]>([
  // What begins with the text comes before what only holds it, whatever is more frequent.
  [column("source_ip"), "", ["10.0.0.1", "10.0.0.3", "110.0.0.2"]],
  [column("source_ip"), "10.0", ["10.0.0.1", "10.0.0.3", "110.0.0.2"]],
  [column("source_ip"), "11", ["110.0.0.2"]],
  [column("user_identity_access_key_id"), "akiabob", ["AKIABOBXXXXXXXXXXXXX"]],
  [column("aws_region"), "eu", ["eu-west-1"]],
  [column("user_agent"), "*KALI*", ["curl/8 kali"]],
  [{ kind: "accounts" }, "", ["111122223333", "444455556666"]],
  [
    { kind: "principals" },
    "deploy",
    ["arn:aws:iam::111122223333:role/deploy", "arn:aws:iam::111122223333:role/deploy/s"],
  ],
  [{ kind: "words", words: ["all", "long-term", "temporary"] }, "te", ["temporary", "long-term"]],
  [{ kind: "times" }, "", ["2024-03-01", "2024-03-01T10:00:00Z", "2024-03-01T10:00:03Z"]],
  [{ kind: "times" }, "2024-03-01T", ["2024-03-01T10:00:00Z", "2024-03-01T10:00:03Z"]],
  [{ kind: "none" }, "x", []],
])("%j with %j typed gives %j", async (source, typed, expected) => {
  expect((await suggestValues(reader, source, typed)).map(({ value }) => value)).toEqual(expected);
});

test("a suggestion says how many records have it, and when", async () => {
  expect(await suggestValues(reader, { kind: "accounts" }, "1111")).toEqual([
    { value: "111122223333", n: 4, first: "2024-03-01T10:00:00Z", last: "2024-03-01T10:00:03Z" },
  ]);
});

test("a column of the summary and the same column counted agree", async () => {
  for (const name of ENTITY_COLUMNS) {
    const counted = await reader.rows(
      `SELECT ${name} AS value, count(*) AS n FROM all_events WHERE ${name} <> '' GROUP BY 1 ORDER BY n DESC, value`,
    );
    const suggested = await suggestValues(reader, column(name), "");

    expect(suggested.map(({ value, n }) => [value, n])).toEqual(counted.map(({ value, n }) => [value, Number(n)]));
  }
});

test("a column that a query file makes up is an error and no SQL", async () => {
  await expect(suggestValues(reader, column('x" FROM case_state; --'), "")).rejects.toThrow(/The query failed/);
});

test("what is typed on narrows what was suggested, as long as that was all there is", async () => {
  for (const source of [column("source_ip"), column("user_agent"), { kind: "accounts" } as const]) {
    const values = await suggestValues(reader, source, "1");
    for (const typed of ["1", "10", "11", "1x"])
      expect(narrowed({ typed: "1", values }, typed)).toEqual(await suggestValues(reader, source, typed));
  }
  const many = Array.from({ length: 50 }, (_, i) => ({ value: `1${i}`, n: 1, first: null, last: null }));
  expect(narrowed({ typed: "1", values: many }, "12")).toBe(null);
  expect(narrowed({ typed: "1", values: [] }, "2")).toBe(null);
  expect(narrowed({ typed: "", values: [] }, "*a")).toBe(null);
});
