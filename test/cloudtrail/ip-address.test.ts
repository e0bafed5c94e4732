import { isIP, isIPv6 } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressKey } from "../../src/cloudtrail/ip-address.ts";

/** The shortest text of an IPv6 address, from the platform's own URL parser. */
const canonicalIpv6 = (text: string): string => new URL(`http://[${text}]/`).hostname.slice(1, -1);

const groups = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), {
  minLength: 8,
  maxLength: 8,
});
const hexKey = (parts: readonly number[]): string => parts.map((part) => part.toString(16).padStart(4, "0")).join("");

describe("addressKey", () => {
  test.each([
    ["1.2.3.4", "00000000000000000000ffff01020304"],
    ["255.255.255.255", "00000000000000000000ffffffffffff"],
    ["::", "00000000000000000000000000000000"],
    ["::1", "00000000000000000000000000000001"],
    ["::ffff:1.2.3.4", "00000000000000000000ffff01020304"],
    ["64:ff9b::192.0.2.33", "0064ff9b0000000000000000c0000221"],
    ["2001:DB8:0:0:8:800:200C:417A", "20010db80000000000080800200c417a"],
    ["1:2:3:4:5:6:7::", "00010002000300040005000600070000"],
  ])("of %s is %s", (text, key) => {
    expect(addressKey(text)).toBe(key);
  });

  test.each([
    "08.1.250.216",
    "225.01.00.16",
    "300.1.1.1",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.4 ",
    "1..2.3",
    "1:2:3:4:5:6:7:8::",
    "1:2:3:4:5:6:7",
    "1::2::3",
    ":::",
    "12345::",
    "1.2.3.4::",
    "fe80::1%eth0",
    "0x7f.1.1.1",
    "",
  ])("of %j is null", (text) => {
    expect(addressKey(text)).toBeNull();
  });

  test("does not depend on how an IPv6 address is written", () => {
    fc.assert(
      fc.property(groups, (parts) => {
        const long = parts.map((part) => part.toString(16)).join(":");
        expect(addressKey(long)).toBe(hexKey(parts));
        expect(addressKey(long.toUpperCase())).toBe(hexKey(parts));
        expect(addressKey(canonicalIpv6(long))).toBe(hexKey(parts));
      }),
    );
  });

  test("reads every form of IPv6 that the platform accepts as the same address", () => {
    fc.assert(fc.property(fc.ipV6(), (text) => addressKey(text) === addressKey(canonicalIpv6(text))));
  });

  test("accepts exactly what the platform accepts, zones aside", () => {
    const text = fc.string({ unit: fc.constantFrom(..."0123456789abf:..::"), maxLength: 20 });
    fc.assert(
      fc.property(fc.oneof(text, fc.ipV4(), fc.ipV6()), (candidate) => {
        const accepted = isIPv6(candidate) ? !candidate.includes("%") : isIP(candidate) !== 0;
        expect(addressKey(candidate) !== null).toBe(accepted);
      }),
      { numRuns: 2000 },
    );
  });

  test("orders IPv4 addresses as numbers", () => {
    const number = (address: string): number => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), (left, right) => {
        expect((addressKey(left) ?? "") < (addressKey(right) ?? "")).toBe(number(left) < number(right));
      }),
    );
  });
});
