import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { WINDOWS_MAX, windowsOver } from "../../src/store/time-windows.ts";

const HOUR = 3_600_000_000n;
const hours = (...numbers: number[]): bigint[] => numbers.map((n) => BigInt(n) * HOUR);
const inHours = (...numbers: number[]): [bigint, bigint][] =>
  windowsOver(hours(...numbers)).map(({ from, until }) => [from / HOUR, until / HOUR]);

describe("hours become few windows", () => {
  test.each<[string, number[], [bigint, bigint][]]>([
    ["no hour, no window", [], []],
    ["one hour", [7], [[7n, 8n]]],
    ["neighbours are one window", [1, 2, 3], [[1n, 4n]]],
    [
      "years apart they are two",
      [1, 2, 20_000],
      [
        [1n, 3n],
        [20_000n, 20_001n],
      ],
    ],
    [
      "hours before 1970 too",
      [-5, -4, 3],
      [
        [-5n, -3n],
        [3n, 4n],
      ],
    ],
  ])("%s", (_, given, expected) => {
    expect(inHours(...given)).toEqual(expected);
  });

  test("beyond the most windows, the smallest gaps are closed", () => {
    const given = Array.from({ length: 3 * WINDOWS_MAX }, (_, i) => 10 * i + (i >= WINDOWS_MAX ? 1_000 : 0));

    expect(inHours(...given)).toHaveLength(WINDOWS_MAX);
    expect(inHours(...given)).toContainEqual([BigInt(10 * WINDOWS_MAX + 1_000), expect.anything()]);
  });

  test("every hour lies in exactly one window, in order, whatever the hours", () => {
    const sorted = fc.uniqueArray(fc.integer({ min: -100_000, max: 100_000 }), { maxLength: 60 });
    fc.assert(
      fc.property(sorted, (numbers) => {
        const all = hours(...numbers.toSorted((a, b) => a - b));
        const windows = windowsOver(all);
        expect(windows.length).toBeLessThanOrEqual(WINDOWS_MAX);
        for (const hour of all) {
          expect(windows.filter(({ from, until }) => hour >= from && hour + HOUR <= until)).toHaveLength(1);
        }
        expect(windows.slice(1).every(({ from }, i) => from > windows[i]!.until)).toBe(true);
      }),
    );
  });
});
