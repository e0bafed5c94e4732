import { Command } from "commander";
import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { addScopeOptions, type ScopeFlags } from "../../src/cli/scope-options.ts";
import { readLibrary } from "../../src/queries/library.ts";
import { manyQueriesCommand, queryCommand } from "../../src/queries/query-command.ts";
import { expandValues, parseScope, typedValue, WHOLE_CASE } from "../../src/queries/scope.ts";

const query = readLibrary([]).queries.get("ip-pivot")!;
const given = new Map([["ip", ["10.0.0.0/8"]]]);

test("the whole case needs no flag", () => {
  expect(queryCommand({ query, given, scope: WHOLE_CASE }, null)).toBe(
    "coldtrail query run ip-pivot --param ip=10.0.0.0/8",
  );
});

test("many queries are one command too", () => {
  const scope = parseScope({ region: ["eu-west-1"] });

  expect(manyQueriesCommand(null, scope, null)).toBe("coldtrail query run --all --region=eu-west-1");
  expect(manyQueriesCommand("impact", scope, "/a b")).toBe(
    "coldtrail query run --phase impact --region=eu-west-1 --case '/a b'",
  );
});

describe("what the shell and the command line make of it is the same scope", () => {
  test.each<[ScopeFlags]>([
    [{}],
    [{ since: "2024-03-01", until: "2024-03-02" }],
    [{ since: "2024-03-01T10:00:00.123456Z" }],
    [{ account: ["111122223333", "444455556666"], recipientAccount: ["1"], callerAccount: ["2"] }],
    [{ principal: ["*role/a b*", "it's", "--help", "-x", "$(id)", 'a"b\\c', "@@home"], outcome: ["denied"] }],
    [{ region: ["eu-west-1", "us-east-1"] }],
  ])("%j", (flags) => {
    const scope = parseScope(flags);
    const command = queryCommand({ query, given, scope }, null);
    const words = execFileSync("sh", ["-c", `printf '%s\\0' ${command}`], { encoding: "utf8" })
      .split("\0")
      .slice(0, -1);
    const parser = addScopeOptions(new Command().exitOverride()).argument("[id]").option("--param <p>");
    parser.parse(words.slice(3), { from: "user" });

    expect(parseScope(parser.opts())).toEqual(scope);
    expect(parser.args).toEqual(["ip-pivot"]);
  });
});

test("a value that begins with @ is typed with two, and read as one", () => {
  expect(expandValues([typedValue("@/etc/passwd"), typedValue("a@b"), typedValue("@@")])).toEqual([
    "@/etc/passwd",
    "a@b",
    "@@",
  ]);
});
