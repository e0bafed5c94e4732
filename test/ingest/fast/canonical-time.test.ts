import fc from "fast-check";
import { expect, test } from "vitest";
import { parseCanonicalTime } from "../../../src/cloudtrail/event-time.ts";
import { parseSecond } from "../../../src/ingest/fast/canonical-time.ts";

function parsed(text: string): number | null {
  const micros = parseSecond(Buffer.from(`x"${text}"`), 1);
  return Number.isNaN(micros) ? null : micros;
}

const EPOCH = 0n;

/** The oracle, for years from 1970 on. */
function expected(text: string): number | null {
  const micros = parseCanonicalTime(text);
  return micros === null || micros < EPOCH ? null : Number(micros);
}

test("any second from 1970 to 9999 is that of the general path", () => {
  const time = fc.date({ min: new Date(0), max: new Date("9999-12-31T23:59:59Z"), noInvalidDate: true });
  fc.assert(
    fc.property(time, (date) => {
      const text = `${date.toISOString().slice(0, 19)}Z`;
      expect(parsed(text)).toBe(expected(text));
      expect(parsed(text)).toBe(Math.floor(date.getTime() / 1000) * 1e6);
    }),
    { numRuns: 2000 },
  );
});

test("any digits are a second exactly when the general path says so", () => {
  const two = fc.integer({ min: 0, max: 99 }).map((n) => String(n).padStart(2, "0"));
  const near = fc.constantFrom("00", "01", "02", "12", "13", "23", "24", "28", "29", "30", "31", "32", "59", "60");
  const parts = fc.tuple(fc.constantFrom("19", "20", "21", "00"), two, near, near, near, near, near);
  fc.assert(
    fc.property(parts, ([century, year, month, day, hour, minute, second]) => {
      const text = `${century}${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
      expect(parsed(text)).toBe(expected(text));
    }),
    { numRuns: 5000 },
  );
});

test.each([
  "2024-02-29T00:00:00Z",
  "2100-02-29T00:00:00Z",
  "2000-02-29T00:00:00Z",
  "1969-12-31T23:59:59Z",
  "2024-02-29T00:00:00z",
  "2024-02-29 00:00:00Z",
  "2024/02/29T00:00:00Z",
  "2024-02-29T00:00:0:Z",
  "2024-02-29T00:00:00",
  "2024-02-29T00:00:00.Z",
  "",
])("%j is what the general path takes it for", (text) => expect(parsed(text)).toBe(expected(text)));
