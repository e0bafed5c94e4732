import { describe, expect, test } from "vitest";
import { nextCommandFor, patternIndicator, recogniseIndicator, shellWord } from "../../src/queries/indicator.ts";

describe("a value is taken for", () => {
  test.each([
    ["AKIAIOSFODNN7EXAMPLE", "access-key"],
    ["ASIAIOSFODNN7EXAMPLE", "access-key"],
    ["AROADEPLOYXXXXXXXXXXX", "principal-id"],
    ["AROADEPLOYXXXXXXXXXXX:ci run", "text"],
    ["AROADEPLOYXXXXXXXXXXX:ci-run", "principal-id"],
    ["AIDAALICEXXXXXXXXXXXX", "principal-id"],
    ["AROADEPLOYXXXXXXXXXXX:ci@2024-03-01T10:00:00Z", "principal-id"],
    ["AIDAALICEXXXXXXXXXXXX@2024-03-01T10:00:00Z", "session"],
    ["198.51.100.7", "ip"],
    ["2001:db8::7", "ip"],
    ["08.1.250.216", "ip"],
    ["198.51.100.0/24", "cidr"],
    ["198.51.100.0/33", "text"],
    ["111122223333", "account"],
    ["11112222333", "text"],
    ["i-0dbc91f429e48eeed", "instance"],
    ["i-am-a-name", "text"],
    ["00000000-0000-4000-8000-00000000000A", "uuid"],
    ["s3://payroll-exports/", "bucket"],
    ["arn:aws:s3:::payroll-exports", "bucket"],
    ["arn:aws:s3:::payroll-exports/2024/a.csv", "arn"],
    ["arn:aws-us-gov:iam::111122223333:role/deploy", "arn"],
    ["aws-cli/2.15.0", "user-agent"],
    ["[S3Console/0.4]", "user-agent"],
    ["alice", "text"],
    ["AKIA123", "text"],
  ])("%s: %s", (value, kind) => {
    expect(recogniseIndicator(value).kind).toBe(kind);
  });

  test("an address or range has its first and last key", () => {
    expect(recogniseIndicator("198.51.100.0/24").range).toEqual({
      low: "00000000000000000000ffffc6336400",
      high: "00000000000000000000ffffc63364ff",
    });
    expect(recogniseIndicator("08.1.250.216").range).toBeNull();
  });

  test("nothing, and what is longer than any id, is refused", () => {
    expect(() => recogniseIndicator(" ")).toThrow("Not a value to look for");
    expect(() => recogniseIndicator("x".repeat(2049))).toThrow("1 to 2048 characters");
  });
});

describe("the command to run next", () => {
  test.each([
    ["AKIAIOSFODNN7EXAMPLE", "coldtrail query run key-usage --param access_key=AKIAIOSFODNN7EXAMPLE"],
    ["198.51.100.0/24", "coldtrail query run ip-pivot --param ip=198.51.100.0/24"],
    ["00000000-0000-4000-8000-000000000001", "coldtrail show 00000000-0000-4000-8000-000000000001"],
    ["s3://payroll/", "coldtrail query run resource-pivot --param resource=payroll"],
    ["111122223333", "coldtrail query run write-actions --account 111122223333"],
    ["it's; rm -rf $HOME", String.raw`coldtrail query run resource-pivot --param 'resource=it'\''s; rm -rf $HOME'`],
    ["arn:aws:iam::1:role/a", "coldtrail query run principal-dossier --param principal=arn:aws:iam::1:role/a"],
  ])("of %s is %s", (value, command) => {
    expect(nextCommandFor(recogniseIndicator(value))).toBe(command);
  });

  test("of a pattern lists its events", () => {
    expect(nextCommandFor(patternIndicator("pay.*roll"))).toBe("coldtrail find --regex 'pay.*roll' --events");
  });

  test("a plain word is not quoted", () => {
    expect(shellWord("a/b:c")).toBe("a/b:c");
    expect(shellWord("")).toBe("''");
  });
});
