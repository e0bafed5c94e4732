import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addressKey } from "../../src/cloudtrail/ip-address.ts";
import { prepareCase } from "../../src/queries/case-views.ts";
import { parseScope } from "../../src/queries/scope.ts";
import type { CaseReader } from "../../src/store/case-reader.ts";
import { openEmptyCase } from "../../src/store/empty-case.ts";

let reader: CaseReader;
beforeAll(async () => {
  reader = await openEmptyCase("test", async (database) => prepareCase(database, parseScope({})));
});
afterAll(() => reader.close());

async function valueOf(sql: string, params: Record<string, string | null>): Promise<unknown> {
  const [row] = await reader.rows(`SELECT ${sql} AS value`, params);
  return row!["value"];
}

test.each([
  ["192.168.1.23", "192.168.1.0/24"],
  ["255.0.255.1", "255.0.255.0/24"],
  ["2001:db8:1::abcd", "2001:db8:1::/48"],
  ["::1", "0:0:0::/48"],
])("the network of %s is %s", async (address, network) => {
  expect(await valueOf("ct_ip_prefix(CAST($key AS VARCHAR))", { key: addressKey(address) })).toBe(network);
});

test.each([null, "", "zz", "1.2.3.4"])("%j is no key and has no network", async (key) => {
  expect(await valueOf("ct_ip_prefix(CAST($key AS VARCHAR))", { key })).toBeNull();
});

describe("ct_in_cidr", () => {
  test.each<[address: string, range: string | null, isIn: boolean]>([
    ["192.168.1.23", "192.168.0.0/16", true],
    ["192.168.1.23", "192.168.1.16/29", true],
    ["192.168.1.23", "192.168.1.8/29", false],
    ["192.168.1.23", "192.168.1.23", true],
    ["192.168.1.23", "192.168.1.22/32", false],
    ["192.168.1.23", " 0.0.0.0/0", true],
    ["192.168.1.23", "128.0.0.0/1", true],
    ["192.168.1.23", "0.0.0.0/1", false],
    ["2001:db8:1::abcd", "2001:DB8::/32", true],
    ["2001:db8:1::abcd", "2001:db8:2::/47", false],
    ["2001:db8:1::abcd", "2001:db8::/47", true],
    ["2001:db8:1::abcd", "2001:db8:1:0:0:0:0:abcd", true],
    ["2001:db8:1::abcd", "0.0.0.0/0", false],
    ["2001:db8:1::abcd", "::/0", true],
    // Not ranges.
    ["192.168.1.23", "300.1.1.1/8", false],
    ["192.168.1.23", "192.168.1.23/33", false],
    ["192.168.1.23", "192.168.1", false],
    ["192.168.1.23", "1:2:3:4:5:6:7:8:9/0", false],
    ["192.168.1.23", "bad", false],
    ["192.168.1.23", "", false],
    ["192.168.1.23", null, false],
  ])("%s in %j is %j", async (address, cidr, isIn) => {
    const key = addressKey(address);
    expect(await valueOf("ct_in_cidr(CAST($key AS VARCHAR), CAST($cidr AS VARCHAR))", { key, cidr })).toBe(isIn);
  });

  test.each([null, "", "AWS Internal"])("%j is in no range", async (key) => {
    expect(await valueOf("ct_in_cidr(CAST($key AS VARCHAR), '0.0.0.0/0')", { key })).toBe(false);
  });
});

const open = async (request: unknown, response: unknown = null): Promise<unknown> =>
  valueOf("ct_open_ranges(CAST($request AS VARCHAR), CAST($response AS VARCHAR))", {
    request: request === null ? null : JSON.stringify(request),
    response: response === null ? null : JSON.stringify(response),
  });
const permissions = (...items: unknown[]): unknown => ({ groupId: "sg-1", ipPermissions: { items } });

test.each<[shape: string, request: unknown, ranges: string | null]>([
  [
    "a flat rule of a security group",
    { groupId: "sg-1", cidrIp: "208.236.235.254/0", ipProtocol: "tcp", fromPort: 22, toPort: 22, ipPermissions: {} },
    "208.236.235.254/0 tcp 22-22",
  ],
  [
    "listed permissions with ranges of both kinds",
    permissions({
      ipProtocol: "udp",
      fromPort: 53,
      toPort: 54,
      groups: {},
      ipRanges: { items: [{ cidrIp: "10.0.0.0/8" }, { cidrIp: "0.0.0.0/0", description: "x" }] },
      ipv6Ranges: { items: [{ cidrIpv6: "::/0" }] },
    }),
    "0.0.0.0/0 udp 53-54, ::/0 udp 53-54",
  ],
  [
    "every protocol",
    permissions({ ipProtocol: "-1", ipRanges: { items: [{ cidrIp: "0.0.0.0/0" }] } }),
    "0.0.0.0/0 all all",
  ],
  [
    "every ICMP type",
    permissions({ ipProtocol: "icmp", fromPort: -1, toPort: -1, ipRanges: { items: [{ cidrIp: "0.0.0.0/0" }] } }),
    "0.0.0.0/0 icmp all",
  ],
  [
    "a modified rule",
    {
      ModifySecurityGroupRulesRequest: {
        GroupId: "sg-1",
        SecurityGroupRule: {
          SecurityGroupRuleId: "sgr-1",
          SecurityGroupRule: { IpProtocol: "tcp", FromPort: 22, ToPort: 22, CidrIpv4: "0.0.0.0/0" },
        },
      },
    },
    "0.0.0.0/0 tcp 22-22",
  ],
  [
    "several modified rules",
    {
      ModifySecurityGroupRulesRequest: {
        SecurityGroupRule: [
          { SecurityGroupRule: { IpProtocol: "tcp", FromPort: 1, ToPort: 2, CidrIpv6: "::/0" } },
          { SecurityGroupRule: { IpProtocol: "tcp", FromPort: 3, ToPort: 3, CidrIpv4: "10.0.0.0/8" } },
        ],
      },
    },
    "::/0 tcp 1-2",
  ],
  ["a security group of RDS", { dBSecurityGroupName: "d", cIDRIP: "0.0.0.0/0" }, "0.0.0.0/0 tcp all"],
  [
    "an entry of a network ACL",
    {
      networkAclId: "acl-1",
      ruleNumber: 1,
      egress: false,
      ruleAction: "allow",
      aclProtocol: "6",
      cidrBlock: "0.0.0.0/0",
      portRange: { from: 22, to: 22 },
    },
    "0.0.0.0/0 tcp 22-22",
  ],
  ["an entry that leads out", { egress: true, ruleAction: "allow", aclProtocol: "-1", cidrBlock: "0.0.0.0/0" }, null],
  ["an entry that denies", { egress: false, ruleAction: "deny", aclProtocol: "-1", cidrBlock: "0.0.0.0/0" }, null],
  ["a range of few", permissions({ ipProtocol: "tcp", ipRanges: { items: [{ cidrIp: "10.0.0.0/20" }] } }), null],
  ["a group as source", permissions({ ipProtocol: "tcp", groups: { items: [{ groupId: "sg-2" }] } }), null],
])("%s", async (_shape, request, ranges) => {
  expect(await open(request)).toBe(ranges);
});

test("the answer counts before the request, without the rules that lead out", async () => {
  const request = { cidrIp: "0.0.0.0/0", ipProtocol: "tcp", fromPort: 1, toPort: 1 };
  const rule = { ipProtocol: "tcp", fromPort: 22, toPort: 22, cidrIpv4: "0.0.0.0/0" };
  const response = {
    securityGroupRuleSet: {
      items: [
        { ...rule, isEgress: false },
        { ...rule, fromPort: 5, isEgress: true },
      ],
    },
  };
  expect(await open(request, response)).toBe("0.0.0.0/0 tcp 22-22");
  expect(await open(request, { _return: true })).toBe("0.0.0.0/0 tcp 1-1");
});

test.each(["", "{", "5", "[".repeat(3000), '{"ipPermissions":{"items":[5,null,"x"]}}', '{"cidrIp":7}'])(
  "%.40s opens nothing, and nothing fails",
  async (text) => {
    expect(await valueOf("ct_open_ranges(CAST($text AS VARCHAR), CAST($text AS VARCHAR))", { text })).toBeNull();
  },
);
