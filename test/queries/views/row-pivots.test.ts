import { expect, test } from "vitest";
import { prepareCase } from "../../../src/queries/case-views.ts";
import { readLibrary } from "../../../src/queries/library.ts";
import { WHOLE_CASE } from "../../../src/queries/scope.ts";
import { readBounded } from "../../../src/queries/views/bounded-result.ts";
import { entityFilter, filterOf, isFilter, type Filter } from "../../../src/queries/views/filter.ts";
import { filterCondition } from "../../../src/queries/views/filter-sql.ts";
import { cellPivots, eventOfRow, rowPivots, rowValues } from "../../../src/queries/views/row-pivots.ts";
import { CaseReader } from "../../../src/store/case-reader.ts";
import type { Cell, ColumnType } from "../../../src/store/result-table.ts";
import { roleSession } from "../../helpers/record-parts.ts";
import { caseOf } from "../../helpers/small-case.ts";
import { makeRecord } from "../../helpers/trail-maker.ts";

const pivots = (name: string, cell: Cell, type: ColumnType = "text"): Filter[] =>
  cellPivots([{ name, type }], [cell], 0).map(({ filter }) => filter);

test.each<[string, Cell, Filter[]]>([
  ["event_id", "e-1", [entityFilter("event", "e-1")]],
  ["first_event_id", "e-1", [entityFilter("event", "e-1")]],
  ["access_keys", "AKIA1, ASIA2", [entityFilter("key", "AKIA1"), entityFilter("key", "ASIA2")]],
  [
    "source_ips",
    "10.0.0.1, AWS Internal",
    [entityFilter("address", "10.0.0.1"), entityFilter("address", "AWS Internal")],
  ],
  ["networks", "192.0.2.0/24", [entityFilter("address", "192.0.2.0/24")]],
  ["account", "111122223333", [entityFilter("account", "111122223333")]],
  ["actor", "arn:aws:iam::1:user/a", [entityFilter("principal", "arn:aws:iam::1:user/a")]],
  ["region", "eu-west-1", [isFilter("aws_region", "eu-west-1")]],
  [
    "apis",
    "iam CreateUser, s3:GetObject",
    [isFilter("event_base_name", "CreateUser"), isFilter("event_base_name", "GetObject")],
  ],
  ["user_agent", "Mozilla/5.0 (X, y)", [entityFilter("agent", "Mozilla/5.0 (X, y)")]],
  ["target", '["a","b, c"]', [entityFilter("resource", "a"), entityFilter("resource", "b, c")]],
  ["target", "[no list", [entityFilter("resource", "[no list")]],
  // Columns that no table of names has: the value says what it is.
  ["grantee", "AKIAIOSFODNN7EXAMPLE", [entityFilter("key", "AKIAIOSFODNN7EXAMPLE")]],
  ["value", "198.51.100.7", [entityFilter("address", "198.51.100.7")]],
  ["leads_to", "arn:aws:iam::111122223333:role/x", [entityFilter("principal", "arn:aws:iam::111122223333:role/x")]],
  [
    "policy",
    "arn:aws:iam::aws:policy/AdministratorAccess",
    [filterOf({ kind: "text", text: "arn:aws:iam::aws:policy/AdministratorAccess" })],
  ],
  ["detail", "User: arn:aws:iam::1:user/x is not authorized", []],
  ["why", "AKIAIOSFODNN7EXAMPLE", []],
  ["severity", "high", []],
  ["actor", null, []],
  ["actor", "", []],
])("%s = %j leads to %j", (name, cell, expected) => {
  expect(pivots(name, cell)).toEqual(expected);
});

test("a time leads to the events around it, and a number nowhere", () => {
  expect(pivots("first_seen", "2024-03-01T10:00:00Z", "timestamp")).toEqual([
    filterOf({ kind: "time", since: 1_709_286_600_000_000n, until: 1_709_287_800_000_000n }),
  ]);
  expect(pivots("first_seen", "infinity", "timestamp")).toEqual([]);
  expect(pivots("n_records", 12n, "integer")).toEqual([]);
});

test("every pivot of every row of the library finds the events that the row speaks of", async () => {
  const folder = await caseOf([
    makeRecord(0),
    makeRecord(1, {
      eventSource: "iam.amazonaws.com",
      eventName: "CreateAccessKey",
      readOnly: false,
      requestParameters: { userName: "bob" },
    }),
    makeRecord(2, { userIdentity: roleSession("x"), errorCode: "AccessDenied", userAgent: "curl/8, really" }),
  ]);
  const reader = await CaseReader.open(folder, { prepare: async (database) => prepareCase(database, WHOLE_CASE) });
  const { queries } = readLibrary([]);
  try {
    let checked = 0;
    for (const id of [
      "write-actions",
      "access-denied",
      "top-principals",
      "key-inventory",
      "ua-summary",
      "ip-summary",
    ]) {
      const query = queries.get(id)!;
      const { columns, rows } = await readBounded(reader, { query, given: new Map(), scope: WHOLE_CASE });
      expect([id, rows.length > 0]).toEqual([id, true]);
      for (const row of rows) {
        for (const { column, value, filter } of rowPivots(columns, row)) {
          const [found] = await reader.rows(`SELECT count(*) AS n FROM events WHERE ${filterCondition([filter])!}`);
          expect([id, column, value, Number(found!["n"]) > 0]).toEqual([id, column, value, true]);
          checked += 1;
        }
      }
    }
    expect(checked).toBeGreaterThan(40);
  } finally {
    reader.close();
  }
});

test("the event of a row is that of its role, else the first", () => {
  const columns = (["some_ref", "first_event_id", "event_id"] as const).map(
    (name) => ({ name, type: "text" }) as const,
  );

  expect(eventOfRow(columns, ["a", "b", "c"], "some_ref")).toBe("a");
  expect(eventOfRow(columns, [null, "b", "c"], "some_ref")).toBe("c");
  expect(eventOfRow(columns, [null, "b", null], undefined)).toBe("b");
  expect(eventOfRow(columns, [null, null, ""], undefined)).toBe(null);
  expect(rowValues(columns, ["a", "b", null])).toEqual({ some_ref: "a", first_event_id: "b", event_id: null });
});
