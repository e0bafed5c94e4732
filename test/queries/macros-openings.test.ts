import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareCase } from "../../src/queries/case-views.ts";
import { parseScope } from "../../src/queries/scope.ts";
import type { CaseReader } from "../../src/store/case-reader.ts";
import { openEmptyCase } from "../../src/store/empty-case.ts";

let reader: CaseReader;
beforeAll(async () => {
  reader = await openEmptyCase("test", async (database) => prepareCase(database, parseScope({})));
});
afterAll(() => reader.close());

const text = (value: unknown): string => {
  if (value === null) return "CAST(NULL AS VARCHAR)";
  return `'${(typeof value === "string" ? value : JSON.stringify(value)).replaceAll("'", "''")}'`;
};

/** The value of a macro over columns, as queries use it. */
async function valueOf(macro: string, ...values: readonly unknown[]): Promise<unknown> {
  const names = values.map((_, i) => `v${i}`);
  const [row] = await reader.rows(
    `SELECT ${macro}(${names.join(", ")}) AS value FROM (VALUES (${values.map(text).join(", ")})) AS t(${names.join(", ")})`,
  );
  return row!["value"];
}

const statement = (more: Record<string, unknown>): Record<string, unknown> => ({ Effect: "Allow", ...more });
const policy = (...statements: Record<string, unknown>[]): Record<string, unknown> => ({ Statement: statements });
const HOSTILE = [null, "", "no json", "{", "5", '{"Statement":5}', '{"Statement":[5,"x",null]}', "[".repeat(3000)];

test.each<[policy: unknown, value: boolean]>([
  [policy(statement({ Action: "*", Resource: "*" })), true],
  [{ Statement: statement({ Action: ["s3:Get*", "*"], Resource: ["*"] }) }, true],
  [policy(statement({ Action: "*:*", Resource: "*" })), true],
  [policy(statement({ Action: "s3:*", Resource: "*" }), statement({ Action: "*", Resource: "*" })), true],
  [encodeURIComponent(JSON.stringify(policy(statement({ Action: "*", Resource: "*" })))), true],
  [policy(statement({ Action: "s3:*", Resource: "*" })), false],
  [policy(statement({ Action: "*", Resource: "arn:aws:s3:::b/*" })), false],
  [policy({ Effect: "Deny", Action: "*", Resource: "*" }), false],
  // A condition that always holds is easily written, so none makes it less.
  [policy(statement({ Action: "*", Resource: "*", Condition: {} })), true],
  ...HOSTILE.map((value) => [value, false] as [unknown, boolean]),
])("ct_grants_everything(%j) is %j", async (doc, value) => {
  expect(await valueOf("ct_grants_everything", doc)).toBe(value);
});

test.each<[policy: unknown, accounts: string | null, isOpen: boolean]>([
  [policy(statement({ Principal: { AWS: "arn:aws:iam::999988887777:root" } })), "999988887777", false],
  [policy(statement({ Principal: { AWS: ["111122223333", "999988887777"] } })), "999988887777", false],
  [policy(statement({ Principal: { AWS: "arn:aws:iam::scrambled-1:user/x" } })), "scrambled-1", false],
  [policy(statement({ Principal: { AWS: "arn:aws:iam::111122223333:root" } })), null, false],
  [policy(statement({ Principal: { Service: "ec2.amazonaws.com" } })), null, false],
  [policy(statement({ Principal: "*" })), null, true],
  [{ Statement: statement({ Principal: { AWS: "*" } }) }, null, true],
  [policy(statement({ Principal: "*", Condition: { StringEquals: { "aws:PrincipalOrgID": "o" } } })), null, false],
  [policy({ Effect: "Deny", Principal: "*" }), null, false],
  ...HOSTILE.map((value) => [value, null, false] as [unknown, null, boolean]),
])("of %j the accounts are %j, and it is open to all: %j", async (doc, accounts, isOpen) => {
  expect(await valueOf("ct_foreign_accounts", doc, "111122223333, 444455556666")).toBe(accounts);
  expect(await valueOf("ct_is_open_to_all", doc)).toBe(isOpen);
});

const items = (...rules: unknown[]): unknown => ({ ipPermissions: { items: rules } });
const ports = (fromPort: number, toPort = fromPort): Record<string, unknown> => ({
  fromPort,
  toPort,
  ipProtocol: "tcp",
});
const ranges = (cidrIp: string): Record<string, unknown> => ({ ipRanges: { items: [{ cidrIp }] } });

test.each<[request: unknown, response: unknown, value: string | null]>([
  [{ cidrIp: "208.236.235.254/0", ipPermissions: {}, ...ports(22) }, null, "22"],
  [items({ ...ports(0, 65_535), ...ranges("0.0.0.0/0") }), null, "0-65535"],
  [items({ ipProtocol: "-1", ipv6Ranges: { items: [{ cidrIpv6: "::/0" }] } }), null, "all"],
  [items({ ...ports(22), ...ranges("0.0.0.0/1") }, { ...ports(443), ...ranges("0.0.0.0/0") }), null, "22, 443"],
  [items({ ...ports(22), ...ranges("10.0.0.0/8") }), null, null],
  [
    {
      ModifySecurityGroupRulesRequest: {
        SecurityGroupRule: { SecurityGroupRule: { CidrIpv4: "0.0.0.0/0", FromPort: 9, ToPort: 9 } },
      },
    },
    null,
    "9",
  ],
  [
    {
      ModifySecurityGroupRulesRequest: {
        SecurityGroupRule: [{ SecurityGroupRule: { CidrIpv6: "::/0", FromPort: 1, ToPort: 2 } }],
      },
    },
    null,
    "1-2",
  ],
  // The answer has the rules that were made, and says which of them lead out.
  [
    items({ ...ports(1), ...ranges("0.0.0.0/0") }),
    {
      securityGroupRuleSet: {
        items: [
          { cidrIpv4: "0.0.0.0/0", isEgress: false, ...ports(22) },
          { cidrIpv4: "0.0.0.0/0", isEgress: true, ...ports(23) },
        ],
      },
    },
    "22",
  ],
  [{ ipPermissions: 5 }, 5, null],
  ...HOSTILE.map((value) => [value, value, null] as [unknown, unknown, null]),
])("ct_world_ports(%j, %j) is %j", async (request, response, value) => {
  expect(await valueOf("ct_world_ports", request, response)).toBe(value);
});

test.each([
  ["22", "22,3389", true],
  ["0-65535", "22", true],
  ["all", "22", true],
  ["80, 3380-3390", "22,3389", true],
  ["80, 443", "22,3389", false],
  ["odd", "22", false],
  [null, "22", null],
])("ct_includes_port(%j, %j) is %j", async (opened, wanted, value) => {
  expect(await valueOf("ct_includes_port", opened, wanted)).toBe(value);
});
