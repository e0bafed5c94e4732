import { describe, expect, test } from "vitest";
import { UsageError } from "../../src/errors.ts";
import { parseDuration, parseSince, parseUntil, timestampText } from "../../src/queries/time-text.ts";

const at = (iso: string): bigint => BigInt(Date.parse(iso)) * 1000n;

describe("the start of a range", () => {
  test.each([
    ["2023-07-10", "2023-07-10T00:00:00Z"],
    ["2023-07-10T12:27:45Z", "2023-07-10T12:27:45Z"],
    ["2023-07-10 12:27:45", "2023-07-10T12:27:45Z"],
    ["2023-07-10T12:27:45", "2023-07-10T12:27:45Z"],
    ["2023-07-10T14:27:45+02:00", "2023-07-10T12:27:45Z"],
    ["2023-07-10T08:57:45-03:30", "2023-07-10T12:27:45Z"],
    ["2023-07-10T12:27:45.250Z", "2023-07-10T12:27:45.250Z"],
    // The night in which Europe's clocks change: no machine's zone has a say.
    ["2026-03-29T01:30:00", "2026-03-29T01:30:00Z"],
  ])("%s is %s", (text, iso) => {
    expect(parseSince(text)).toBe(at(iso));
  });
});

describe("the end of a range", () => {
  test.each([
    ["2023-07-10", "2023-07-11T00:00:00Z"],
    ["2024-02-29", "2024-03-01T00:00:00Z"],
    ["2023-12-31", "2024-01-01T00:00:00Z"],
    ["2023-07-10T12:00:00Z", "2023-07-10T12:00:00Z"],
    ["2023-07-10T00:00:00", "2023-07-10T00:00:00Z"],
  ])("%s is before %s", (text, iso) => {
    expect(parseUntil(text)).toBe(at(iso));
  });
});

test.each([
  "",
  "yesterday",
  "10.07.2023",
  "2023-02-30",
  "2023-13-01",
  "2023-07-10T25:00:00Z",
  "12:00",
  "1689000000",
  "2023-07-10T",
])("%j is no time, and the message shows how to write one", (text) => {
  expect(() => parseSince(text)).toThrow(UsageError);
  expect(() => parseUntil(text)).toThrow(`Not a time: --until ${text}\n  Write 2023-07-10,`);
});

test("a moment is written as DuckDB takes it in a literal", () => {
  expect(timestampText(at("2023-07-10T12:27:45Z"))).toBe("2023-07-10 12:27:45");
  expect(timestampText(at("2023-07-10T12:27:45.250Z"))).toMatch(/^2023-07-10 12:27:45\.25/);
});

test.each([
  ["90s", 90],
  ["10m", 600],
  ["1h", 3600],
  ["2d", 172_800],
  ["1w", 604_800],
  ["0s", 0],
])("%s lasts %i seconds", (text, seconds) => {
  expect(parseDuration(text, "--param window")).toBe(seconds);
});

test.each(["", "1", "h", "1.5h", "-1h", "1 h", "1y", "1H", "9999999999s"])("%j is no duration", (text) => {
  expect(() => parseDuration(text, "--param window")).toThrow(`Not a duration: --param window ${text}`);
});
