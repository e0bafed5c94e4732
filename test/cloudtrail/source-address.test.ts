import { BlockList, isIPv6 } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cidrKeyRange, classifySourceAddress } from "../../src/cloudtrail/source-address.ts";

const kind = (text: string | null): string | null => classifySourceAddress(text).source_ip_kind;

describe("classifySourceAddress", () => {
  test.each([
    [
      "public",
      ["3.225.16.109", "8.8.8.8", "172.15.0.1", "172.32.0.1", "100.63.255.255", "100.128.0.0", "2600:1f18::1"],
    ],
    ["private", ["10.8.8.10", "172.16.0.1", "172.31.255.255", "192.168.10.20", "100.64.0.1", "127.0.0.1"]],
    ["private", ["169.254.169.254", "::1", "fc00::1", "fd12:3456::1", "fe80::1", "febf::1", "::ffff:10.0.0.1"]],
    ["aws-service", ["cloudtrail.amazonaws.com", "ec2.amazonaws.com.cn", "resource-explorer-2.amazonaws.com"]],
    ["aws-internal", ["AWS Internal", "AWS Internal/3", "aws internal"]],
    ["other", ["", " ", "...", "10.0.0.1, 10.0.0.2", "10.0.0.1,10.0.0.2", "host.example.com", "amazonaws.com", "12"]],
    ["other", ["0.0.0.0", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "ff02::1", "::ffff:224.0.0.1"]],
    ["other", ["evil.com, ec2.amazonaws.com", "ec2.amazonaws.com.evil.com", "30.*.0.210", "AWS InternalX"]],
    ["invalid", ["08.1.250.216", "225.01.00.16", "300.1.1.1", "1.2.3", "1.2.3.4.5", "1.2.3.4:443", "1.2.3.4/24"]],
    ["invalid", ["12345::1", "1::2::3", "1:2:3", "[::1]", "fe80::1%eth0"]],
  ])("calls %s: %j", (expected, texts) => {
    for (const text of texts) expect([text, kind(text)]).toEqual([text, expected]);
  });

  test("says nothing of an absent address", () => {
    expect(classifySourceAddress(null)).toEqual({ source_ip: null, source_ip_key: null, source_ip_kind: null });
  });

  test("gives the text of one address, trimmed, with its key", () => {
    expect(classifySourceAddress(" 10.8.8.10\n")).toEqual({
      source_ip: "10.8.8.10",
      source_ip_key: "00000000000000000000ffff0a08080a",
      source_ip_kind: "private",
    });
  });

  test("gives no address for anything that is not exactly one", () => {
    for (const text of ["", "AWS Internal", "ec2.amazonaws.com", "10.0.0.1, 10.0.0.2", "08.1.250.216"]) {
      const { source_ip, source_ip_key } = classifySourceAddress(text);
      expect([text, source_ip, source_ip_key]).toEqual([text, null, null]);
    }
  });

  test("agrees with the platform on which addresses are private", () => {
    const privateBlocks = new BlockList();
    for (const [net, bits] of [
      ["10.0.0.0", 8],
      ["172.16.0.0", 12],
      ["192.168.0.0", 16],
    ] as const)
      privateBlocks.addSubnet(net, bits);
    for (const [net, bits] of [
      ["100.64.0.0", 10],
      ["127.0.0.0", 8],
      ["169.254.0.0", 16],
    ] as const)
      privateBlocks.addSubnet(net, bits);
    privateBlocks.addAddress("::1", "ipv6");
    for (const [net, bits] of [
      ["fc00::", 7],
      ["fe80::", 10],
    ] as const)
      privateBlocks.addSubnet(net, bits, "ipv6");
    const near = fc
      .tuple(fc.constantFrom(9, 10, 100, 127, 169, 172, 192), fc.ipV4())
      .map(([first, rest]) => `${String(first)}.${rest.split(".").slice(1).join(".")}`);
    fc.assert(
      fc.property(fc.oneof(near, fc.ipV4(), fc.ipV6()), (address) => {
        const isPrivate = privateBlocks.check(address, isIPv6(address) ? "ipv6" : "ipv4");
        expect(kind(address) === "private").toBe(isPrivate);
      }),
      { numRuns: 1000 },
    );
  });

  test("never throws, and gives a kind to every text", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => kind(text) !== null));
  });

  test("stays fast on a long text that looks like an address", () => {
    const started = performance.now();
    expect(kind(`${"1.".repeat(100_000)}x`)).toBe("other");
    expect(kind(`${"a:".repeat(100_000)}x`)).toBe("other");
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

describe("cidrKeyRange", () => {
  test.each([
    ["10.0.0.0/8", "00000000000000000000ffff0a000000", "00000000000000000000ffff0affffff"],
    ["10.1.2.3/8", "00000000000000000000ffff0a000000", "00000000000000000000ffff0affffff"],
    ["100.64.0.0/10", "00000000000000000000ffff64400000", "00000000000000000000ffff647fffff"],
    ["1.2.3.4", "00000000000000000000ffff01020304", "00000000000000000000ffff01020304"],
    ["1.2.3.4/32", "00000000000000000000ffff01020304", "00000000000000000000ffff01020304"],
    ["0.0.0.0/0", "00000000000000000000ffff00000000", "00000000000000000000ffffffffffff"],
    ["::/0", "00000000000000000000000000000000", "ffffffffffffffffffffffffffffffff"],
    ["2600:1f18::/33", "26001f18000000000000000000000000", "26001f187fffffffffffffffffffffff"],
    ["::1/128", "00000000000000000000000000000001", "00000000000000000000000000000001"],
    [" 10.0.0.0/8 ", "00000000000000000000ffff0a000000", "00000000000000000000ffff0affffff"],
  ])("of %s is %s to %s", (cidr, low, high) => {
    expect(cidrKeyRange(cidr)).toEqual({ low, high });
  });

  test.each([
    "",
    "10.0.0.0/33",
    "::/129",
    "10.0.0.0/",
    "10.0.0.0/08",
    "10.0.0.0/8/8",
    "10.0.0/8",
    "x/8",
    "10.0.0.0/-1",
    "*",
  ])("refuses %j", (cidr) => {
    expect(cidrKeyRange(cidr)).toBeNull();
  });

  test("holds exactly the keys that the platform finds in the block", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), fc.ipV4(), (net, bits, address) => {
        const block = new BlockList();
        block.addSubnet(net, bits);
        const range = cidrKeyRange(`${net}/${String(bits)}`);
        const key = classifySourceAddress(address).source_ip_key ?? "";
        expect(range !== null && key >= range.low && key <= range.high).toBe(block.check(address));
      }),
    );
  });
});
