import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatTime, parseAnyTime, parseCanonicalTime } from "../../src/cloudtrail/event-time.ts";

/** Microseconds since 1970 as the platform counts them. */
const micros = (iso: string, extra = 0): bigint => BigInt(Date.parse(iso)) * 1000n + BigInt(extra);

describe("the form that AWS writes", () => {
  test.each([
    "2023-07-10T12:27:45Z",
    "1970-01-01T00:00:00Z",
    "1969-12-31T23:59:59Z",
    "2199-12-31T23:59:59Z",
    "2024-02-29T00:00:00Z",
    "2000-02-29T12:00:00Z",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
  ])("%s is read and written back", (text) => {
    expect(parseCanonicalTime(text)).toBe(micros(text));
    expect(parseAnyTime(text)).toBe(micros(text));
    expect(formatTime(micros(text))).toBe(text);
  });

  test.each([
    "2023-07-10T12:27:45.1Z",
    "2023-07-10T12:27:45+00:00",
    "2023-07-10T12:27:45",
    "2023-07-10 12:27:45Z",
    "2023-07-10T12:27:45z",
    " 2023-07-10T12:27:45Z",
    "2023-07-10T12:27:45Z\n",
    "1688992065",
    "",
  ])("%j is another one", (text) => {
    expect(parseCanonicalTime(text)).toBeNull();
  });
});

test("any second of the years 1 to 9999 is read as the platform counts it", () => {
  const first = Date.parse("0001-01-01T00:00:00Z") / 1000;
  const last = Date.parse("9999-12-31T23:59:59Z") / 1000;
  fc.assert(
    fc.property(fc.integer({ min: first, max: last }), (second) => {
      const text = `${new Date(second * 1000).toISOString().slice(0, 19)}Z`;
      expect(parseCanonicalTime(text)).toBe(BigInt(second) * 1_000_000n);
    }),
  );
});

test("a canonical time with any character changed is read as before or not at all", () => {
  const form = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
  const mark = fc.constantFrom(..."0123456789-:TZ+. /\u0660\u00b2");
  fc.assert(
    fc.property(fc.nat(19), mark, fc.nat(19), mark, (at, one, also, other) => {
      const letters = [..."2024-02-28T22:58:59Z"];
      letters[at] = one;
      letters[also] = other;
      const text = letters.join("");
      expect(parseCanonicalTime(text)).toBe(form.test(text) ? parseAnyTime(text) : null);
    }),
    { numRuns: 2000 },
  );
});

describe("parseAnyTime reads", () => {
  test.each([
    ["2023-07-10T12:27:45.5Z", micros("2023-07-10T12:27:45.500Z")],
    ["2023-07-10T12:27:45.123456Z", micros("2023-07-10T12:27:45.123Z", 456)],
    ["2023-07-10T12:27:45.123456789Z", micros("2023-07-10T12:27:45.123Z", 456)],
    ["2023-07-10T12:27:45,25Z", micros("2023-07-10T12:27:45.250Z")],
    ["1969-12-31T23:59:59.999999Z", -1n],
    ["2023-07-10T12:27:45z", micros("2023-07-10T12:27:45Z")],
    ["2023-07-10T12:27:45", micros("2023-07-10T12:27:45Z")],
    ["2023-07-10T12:27Z", micros("2023-07-10T12:27:00Z")],
    ["2023-07-10T12:27", micros("2023-07-10T12:27:00Z")],
    ["2023-07-10 12:27:45", micros("2023-07-10T12:27:45Z")],
    ["2023-07-10 12:27:45.000", micros("2023-07-10T12:27:45Z")],
    ["2023-07-10 23:27:45+11:00", micros("2023-07-10T12:27:45Z")],
    ["2023-07-10 23:27:45 +1100", micros("2023-07-10T12:27:45Z")],
    ["2023-07-10T14:27:45+02:00", micros("2023-07-10T12:27:45Z")],
    ["2023-07-10T06:57:45-0530", micros("2023-07-10T12:27:45Z")],
    ["2024-01-01T00:30:00+01:00", micros("2023-12-31T23:30:00Z")],
    ["20230710T122745Z", micros("2023-07-10T12:27:45Z")],
    ["20230710T142745.5+0200", micros("2023-07-10T12:27:45.500Z")],
    ["1688992065", micros("2023-07-10T12:27:45Z")],
    ["1688992065.25", micros("2023-07-10T12:27:45.250Z")],
    ["1688992065.123456789", micros("2023-07-10T12:27:45.123Z", 456)],
    ["1688992065123", micros("2023-07-10T12:27:45.123Z")],
    ["1688992065123.5", micros("2023-07-10T12:27:45.123Z", 500)],
    ["999999999", micros("2001-09-09T01:46:39Z")],
  ])("%s", (text, expected) => {
    expect(parseAnyTime(text)).toBe(expected);
  });

  test("every second of every form alike, whatever the machine's zone", () => {
    const seconds = fc.integer({ min: -2_208_988_800, max: 7_258_118_399 });
    fc.assert(
      fc.property(seconds, fc.integer({ min: -14 * 60, max: 14 * 60 }), (second, offset) => {
        const expected = BigInt(second) * 1_000_000n;
        const utc = new Date(second * 1000).toISOString().slice(0, 19);
        const local = new Date((second + offset * 60) * 1000).toISOString().slice(0, 19);
        const size = Math.abs(offset);
        const zone = [Math.floor(size / 60), size % 60].map((part) => String(part).padStart(2, "0"));
        const sign = offset < 0 ? "-" : "+";
        for (const text of [
          `${utc}Z`,
          utc.replace("T", " "),
          `${local}${sign}${zone.join(":")}`,
          `${local}${sign}${zone.join("")}`,
        ]) {
          expect([text, parseAnyTime(text)]).toEqual([text, expected]);
        }
        expect(parseAnyTime(`${utc.replace(/[-:]/g, "")}Z`)).toBe(expected);
      }),
    );
  });
});

test.each([
  ...["", "now", "null", "2023-07-10", "12:27:45", "2023-07-10T", "2023-W28-1T00:00:00Z", "20230710", "20230710T1227Z"],
  ...[
    "2023-02-29T00:00:00Z",
    "1900-02-29T00:00:00Z",
    "2023-04-31T00:00:00Z",
    "2023-00-10T00:00:00Z",
    "2023-13-10T00:00:00Z",
  ],
  ...[
    "2023-07-00T00:00:00Z",
    "2023-07-32T00:00:00Z",
    "2023-07-10T24:00:00Z",
    "2023-07-10T12:60:00Z",
    "2023-06-30T23:59:60Z",
  ],
  ...["0000-01-01T00:00:00Z", "-2023-07-10T12:27:45Z", "+002023-07-10T12:27:45Z", "99999-07-10T12:27:45Z"],
  ...["2023-07-10T12:27:45+24:00", "2023-07-10T12:27:45+02:60", "2023-07-10T12:27:45+2", "2023-07-10T12:27:45 CEST"],
  ...[
    "9999-12-31T23:59:59-01:00",
    "0001-01-01T00:00:00+01:00",
    "99999999",
    "-1688992065",
    "1688992065123456",
    "1.688E9",
  ],
  ...[" 1688992065", "2023-07-10T12:27:45Z2023-07-10T12:27:45Z", "２０２３-07-10T12:27:45Z"],
])("%j is no time", (text) => {
  expect(parseAnyTime(text)).toBeNull();
});

describe("formatTime", () => {
  test.each([
    [0n, "1970-01-01T00:00:00Z"],
    [1n, "1970-01-01T00:00:00.000001Z"],
    [-1n, "1969-12-31T23:59:59.999999Z"],
    [-1_000_000n, "1969-12-31T23:59:59Z"],
    [1_688_992_065_120_000n, "2023-07-10T12:27:45.12Z"],
    [-62_135_596_800_000_000n, "0001-01-01T00:00:00Z"],
    [253_402_300_799_999_999n, "9999-12-31T23:59:59.999999Z"],
  ])("of %s is %s", (time, text) => {
    expect(formatTime(time)).toBe(text);
  });

  test("writes what parseAnyTime reads, to the microsecond", () => {
    const time = fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n });
    fc.assert(
      fc.property(time, (micro) => {
        expect(parseAnyTime(formatTime(micro))).toBe(micro);
        const second = micro - (micro % 1_000_000n);
        expect(parseCanonicalTime(formatTime(second))).toBe(second);
      }),
      { numRuns: 1000 },
    );
  });
});
