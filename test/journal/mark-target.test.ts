import { describe, expect, test } from "vitest";
import { UsageError } from "../../src/errors.ts";
import { parseTarget, rangeTarget, targetId, type ValueKind, valueTarget } from "../../src/journal/mark-target.ts";

describe("what can be marked", () => {
  test.each<[ValueKind, string]>([
    ["event", "7f3c1e6a-1b2c-4d5e-8f90-a1b2c3d4e5f6"],
    ["event", "an id that is no UUID"],
    ["session", "AROAEXAMPLEROLEID0001:i-0abc"],
    ["key", "AKIAIOSFODNN7EXAMPLE"],
    ["key", "ASIAIOSFODNN7EXAMPLE"],
    ["ip", "198.51.100.0/24"],
    ["ip", "2001:db8::1"],
    ["principal", "*/o'brien"],
    ["resource", "arn:aws:s3:::bäckup"],
  ])("%s %s", (kind, value) => {
    expect(valueTarget(kind, ` ${value} `)).toEqual({ kind, value });
    expect(parseTarget({ kind, value })).toEqual({ kind, value });
  });

  test.each<[ValueKind, string, RegExp]>([
    ["event", "", /Nothing that can be marked: --event/],
    ["event", "a\nb", /control characters/],
    ["resource", "\u001b]0;x\u0007", /control characters/],
    ["principal", "x".repeat(2049), /1 to 2048 characters/],
    ["ip", "300.1.1.1", /Not an address: --ip 300\.1\.1\.1/],
    ["ip", "10.0.0.0/33", /Not an address/],
    ["key", "AKIA", /Not an access key id/],
    ["key", "AKIAIOSFODNN7EXAMPLE,", /Not an access key id/],
  ])("but not %s %j", (kind, value, message) => {
    expect(() => valueTarget(kind, value)).toThrow(UsageError);
    expect(() => valueTarget(kind, value)).toThrow(message);
    expect(parseTarget({ kind, value })).toBeNull();
  });

  test("a secret access key is refused without being repeated", () => {
    const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    expect(() => valueTarget("key", secret)).toThrow("looks like a secret access key: --key (not shown)");
  });

  test("a time range has two ends, the later one last", () => {
    expect(rangeTarget(0n, 1_500_000n)).toEqual({
      kind: "range",
      since: "1970-01-01T00:00:00Z",
      until: "1970-01-01T00:00:01.5Z",
    });
    expect(() => rangeTarget(0n, null)).toThrow("A time range has two ends: --since alone");
    expect(() => rangeTarget(null, 0n)).toThrow("A time range has two ends: --until alone");
    expect(() => rangeTarget(1n, 1n)).toThrow("An empty time range");
  });
});

test.each([
  [
    { kind: "ip", value: "198.51.100.7" },
    { kind: "ip", value: "::ffff:198.51.100.7" },
  ],
  [
    { kind: "ip", value: "10.1.2.3/8" },
    { kind: "ip", value: "10.0.0.0/8" },
  ],
  [
    { kind: "range", since: "2024-03-01T00:00:00Z", until: "2024-03-02" + "T01:00:00+01:00" },
    { kind: "range", since: "2024-03-01T01:00:00+01:00", until: "2024-03-02T00:00:00Z" },
  ],
])("%j is %j", (a, b) => {
  expect(targetId(parseTarget(a)!)).toBe(targetId(parseTarget(b)!));
});

test.each([
  null,
  "event",
  [],
  {},
  { kind: "event" },
  { kind: "event", value: 7 },
  { kind: "planet", value: "x" },
  { kind: "range", since: "2024-03-01T00:00:00Z" },
  { kind: "range", since: "yesterday", until: "today" },
  { kind: "range", since: "2024-03-02T00:00:00Z", until: "2024-03-01T00:00:00Z" },
])("a journal's %j is no target", (json) => {
  expect(parseTarget(json)).toBeNull();
});
