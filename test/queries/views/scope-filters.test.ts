import { describe, expect, test } from "vitest";
import { parseScope, scopeCondition, WHOLE_CASE, type ScopeFlags } from "../../../src/queries/scope.ts";
import { entityFilter, filterOf, isFilter, type Filter } from "../../../src/queries/views/filter.ts";
import { readScope } from "../../../src/queries/views/query-form.ts";
import { filtersOfScope, scopeOfFilters } from "../../../src/queries/views/scope-filters.ts";

describe("a view's filters as a scope", () => {
  test.each<[string, Filter, Readonly<Record<string, string>>]>([
    [
      "a time range",
      filterOf({ kind: "time", since: 1_709_251_200_000_000n, until: 1_709_251_201_500_000n }),
      { "--since": "2024-03-01T00:00:00Z", "--until": "2024-03-01T00:00:01.5Z" },
    ],
    ["a region", isFilter("aws_region", "eu-west-1"), { "--region": "eu-west-1" }],
    ["an outcome", isFilter("outcome", "denied"), { "--outcome": "denied" }],
    [
      "accounts",
      entityFilter("account", "111122223333", "444455556666"),
      { "--account": "111122223333, 444455556666" },
    ],
    ["a principal that looks like a file", entityFilter("principal", "@home"), { "--principal": "@@home" }],
    ["a receiving account", isFilter("recipient_account_id", "1"), { "--recipientAccount": "1" }],
  ])("%s is said", (_, filter, texts) => {
    expect(scopeOfFilters([filter])).toEqual({ texts, left_out: [] });
    expect(readScope(scopeOfFilters([filter]).texts).problems.size).toBe(0);
  });

  test.each<[string, Filter]>([
    ["a negated filter", isFilter("aws_region", "eu-west-1", true)],
    ["no value", isFilter("aws_region", null)],
    ["another column", isFilter("event_name", "RunInstances")],
    ["a text", filterOf({ kind: "text", text: "x" })],
    ["a key", entityFilter("key", "AKIAALICE")],
    ["a principal with a comma in it", entityFilter("principal", "a, b")],
  ])("%s is left out, and said to be", (_, filter) => {
    expect(scopeOfFilters([filter])).toEqual({ texts: {}, left_out: [filter] });
  });

  test("of two filters on one thing the second is left out, and one that is off is no filter", () => {
    const [one, two] = [isFilter("aws_region", "eu-west-1"), isFilter("aws_region", "us-east-1")];

    expect(scopeOfFilters([one, two])).toEqual({ texts: { "--region": "eu-west-1" }, left_out: [two] });
    expect(scopeOfFilters([{ ...one, on: false }])).toEqual({ texts: {}, left_out: [] });
  });
});

test.each<[ScopeFlags]>([
  [{}],
  [{ since: "2024-03-01", until: "2024-03-02" }],
  [{ until: "2024-03-02" }],
  [
    {
      account: ["1", "2"],
      recipientAccount: ["3"],
      callerAccount: ["4"],
      region: ["eu-west-1", "us-east-1"],
      principal: ["*role/x*", "@a"],
      outcome: ["denied", "failure"],
    },
  ],
])("a scope as filters and back is the same scope: %j", (flags) => {
  const scope = parseScope({ ...flags, principal: flags.principal?.map((text) => text.replace("@", "@@")) ?? [] });
  const { texts, left_out } = scopeOfFilters(filtersOfScope(scope));

  expect(left_out).toEqual([]);
  expect(scopeCondition(readScope(texts).scope)).toBe(scopeCondition(scope));
});

test("the whole case is no filter", () => {
  expect(filtersOfScope(WHOLE_CASE)).toEqual([]);
});
