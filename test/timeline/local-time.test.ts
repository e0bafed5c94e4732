import { expect, test } from "vitest";
import { localTimeFormatter } from "../../src/timeline/local-time.ts";

test.each([
  ["Europe/Berlin", "2026-03-29T00:59:59Z", "2026-03-29T01:59:59+01:00"],
  ["Europe/Berlin", "2026-03-29T01:00:00Z", "2026-03-29T03:00:00+02:00"],
  ["America/St_Johns", "2023-07-10T12:27:45Z", "2023-07-10T09:57:45-02:30"],
  ["Asia/Kathmandu", "2023-07-10T23:59:59Z", "2023-07-11T05:44:59+05:45"],
  ["UTC", "2023-07-10T00:00:00Z", "2023-07-10T00:00:00+00:00"],
])("%s: %s is %s", (zone, utc, local) => {
  expect(localTimeFormatter(zone)(utc)).toBe(local);
});

test("an unknown zone is refused by name", () => {
  expect(() => localTimeFormatter("Europe/Nowhere")).toThrow("--tz Europe/Nowhere");
});
