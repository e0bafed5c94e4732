import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { prepareCase } from "../../src/queries/case-views.ts";
import { parseScope } from "../../src/queries/scope.ts";
import type { CaseReader } from "../../src/store/case-reader.ts";
import { openEmptyCase } from "../../src/store/empty-case.ts";

let reader: CaseReader;
beforeAll(async () => {
  reader = await openEmptyCase("test", async (database) => prepareCase(database, parseScope({})));
});
afterAll(() => reader.close());

/** The value of a macro over a column named as its own lambda variables might be. */
async function valueOf(macro: string, policy: unknown): Promise<unknown> {
  const text = policy === null || typeof policy === "string" ? policy : JSON.stringify(policy);
  const [row] = await reader.rows(
    `SELECT ${macro}(statement) AS value FROM (SELECT CAST($text AS VARCHAR) AS statement)`,
    { text },
  );
  return row!["value"];
}

type Statement = Record<string, unknown>;
const allow = (more: Statement): Statement => ({ Effect: "Allow", ...more });
const policy = (...statements: Statement[]): unknown => ({ Version: "2012-10-17", Statement: statements });
const anyone = (Condition: Statement): unknown =>
  policy(allow({ Principal: { AWS: "*" }, Action: "SNS:Publish", Condition }));

const HOSTILE = [
  null,
  "",
  "no json",
  "{",
  "5",
  '{"Statement":5}',
  '{"Statement":[5,"x",null]}',
  '{"Statement":[{"Effect":5,"Principal":[]}]}',
  '{"Statement":[{"Effect":"Allow","Principal":7,"Action":{"a":1},"Condition":"x"}]}',
  String.raw`{"Statement":[{"Effect":"Allow","Principal":"\ud800"}]}`,
  "%7B%zz",
  "[".repeat(3000),
  '{"Statement":'.repeat(3000),
];

test.each(HOSTILE)("nothing is read out of %.40s, and nothing fails", async (text) => {
  expect(await valueOf("ct_policy_principals", text)).toBeNull();
  expect(await valueOf("ct_policy_accounts", text)).toBeNull();
  expect(await valueOf("ct_policy_actions", text)).toBeNull();
  expect(await valueOf("ct_policy_is_public", text)).toBe(false);
  expect(await valueOf("ct_policy_is_admin", text)).toBe(false);
});

describe("ct_policy", () => {
  const text = '{"Statement":[{"Effect":"Allow","Action":"s3:Get+Object 7B"}]}';

  test.each([
    ["text with white space", JSON.stringify(JSON.parse(text), null, 2)],
    ["a JSON string, as ct_json_doc gives it", JSON.stringify(text)],
    ["URL-encoded, as IAM answers", encodeURIComponent(text)],
    ["URL-encoded as a form, with + for blanks", encodeURIComponent(text).replaceAll("%20", "+")],
  ])("of %s is compact JSON", async (_shape, value) => {
    expect(await valueOf("ct_policy", value)).toBe(text);
  });

  test.each(["", "no json", "%7B", "5"])("of %j is null", async (value) => {
    expect(await valueOf("ct_policy", value)).toBeNull();
  });
});

test("principals of every kind, once each, of Allow statements alone", async () => {
  const doc = policy(
    allow({ Principal: { AWS: ["arn:aws:iam::999988887777:root", "111122223333"], Service: "ec2.amazonaws.com" } }),
    allow({ Principal: { Federated: ["cognito-identity.amazonaws.com"], CanonicalUser: "79a5" } }),
    allow({ Principal: { AWS: "111122223333" } }),
    { Effect: "Deny", Principal: { AWS: "444455556666" } },
  );
  expect(await valueOf("ct_policy_principals", doc)).toBe(
    "111122223333, 79a5, arn:aws:iam::999988887777:root, cognito-identity.amazonaws.com, ec2.amazonaws.com",
  );
  expect(await valueOf("ct_policy_accounts", doc)).toBe("111122223333, 999988887777");
});

test.each<[principal: unknown, accounts: string | null]>([
  ["*", null],
  [{ AWS: "AIDAABCDEFGHIJKLMNOPQ" }, null],
  [{ AWS: "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1" }, null],
  [{ AWS: "arn:aws:sts::scrambled-1:assumed-role/r/s" }, "scrambled-1"],
  [{ Service: "s3.amazonaws.com" }, null],
  [{ Federated: "arn:aws:iam::999988887777:saml-provider/x" }, null],
])("the principal %j names the accounts %j", async (Principal, accounts) => {
  expect(await valueOf("ct_policy_accounts", policy(allow({ Principal })))).toBe(accounts);
});

test("who is left out is said, and everybody else is let in", async () => {
  const doc = policy(allow({ NotPrincipal: { AWS: "arn:aws:iam::111122223333:root" }, NotAction: "s3:DeleteObject" }));
  expect(await valueOf("ct_policy_principals", doc)).toBe("all but arn:aws:iam::111122223333:root");
  expect(await valueOf("ct_policy_actions", doc)).toBe("all but s3:DeleteObject");
  expect(await valueOf("ct_policy_is_public", doc)).toBe(true);
});

describe("ct_policy_is_public", () => {
  test.each<[condition: Statement, isPublic: boolean]>([
    [{}, true],
    [{ Bool: { "aws:SecureTransport": "true" } }, true],
    [{ StringEquals: { "aws:SourceAccount": "111122223333" } }, false],
    [{ StringEquals: { "AWS:SourceOwner": "111122223333" } }, false],
    [{ StringEquals: { "aws:PrincipalOrgID": ["o-1", "o-2"] } }, false],
    [{ "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "o-1/r-1/*" } }, false],
    [{ ArnLike: { "aws:SourceArn": "arn:aws:s3:*:*:bucket" } }, false],
    [{ StringEquals: { "aws:SourceVpce": "vpce-1" } }, false],
    [{ IpAddress: { "aws:SourceIp": ["192.0.2.0/24"] } }, false],
    [{ StringEquals: { "kms:CallerAccount": "111122223333", "kms:ViaService": "ec2.amazonaws.com" } }, false],
    [{ Bool: { "aws:PrincipalIsAWSService": "true" } }, false],
    [{ StringLike: { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/${aws:username}" } }, false],
    [{ Bool: { "aws:SecureTransport": "true" }, StringEquals: { "aws:SourceAccount": "111122223333" } }, false],
    // Anybody meets these.
    [{ IpAddress: { "aws:SourceIp": "0.0.0.0/0" } }, true],
    [{ IpAddress: { "aws:SourceIp": ["::/0", "10.1.2.3/0"] } }, true],
    [{ IpAddress: { "aws:SourceIp": ["192.0.2.0/24", "0.0.0.0/0"] } }, true],
    [{ StringLike: { "aws:SourceArn": "*" } }, true],
    [{ ArnLike: { "aws:SourceArn": "arn:aws:s3:::*" } }, true],
    [{ StringNotEquals: { "aws:SourceAccount": "111122223333" } }, true],
    [{ StringEqualsIfExists: { "aws:PrincipalOrgID": "o-1" } }, true],
    [{ "ForAllValues:StringEquals": { "aws:PrincipalOrgPaths": "o-1/" } }, true],
  ])("under %j is %j", async (condition, isPublic) => {
    expect(await valueOf("ct_policy_is_public", anyone(condition))).toBe(isPublic);
  });

  test.each<[principal: unknown, isPublic: boolean]>([
    ["*", true],
    [{ AWS: ["111122223333", "*"] }, true],
    [{ AWS: "arn:aws:iam::111122223333:role/*" }, false],
    [{ Service: "*" }, false],
    [undefined, false],
  ])("for the principal %j is %j", async (Principal, isPublic) => {
    expect(await valueOf("ct_policy_is_public", policy(allow({ Principal })))).toBe(isPublic);
  });

  test("one open statement among limited ones makes it public", async () => {
    const limited = allow({ Principal: "*", Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } } });
    expect(await valueOf("ct_policy_is_public", policy(limited))).toBe(false);
    expect(await valueOf("ct_policy_is_public", policy(limited, allow({ Principal: "*" })))).toBe(true);
  });
});

test("an account that limits a statement for anybody is an account let in", async () => {
  const doc = anyone({ StringEquals: { "aws:PrincipalAccount": ["999988887777"] } });
  expect(await valueOf("ct_policy_accounts", doc)).toBe("999988887777");
});

test.each<[statement: Statement, isAdmin: boolean]>([
  [{ Action: "*", Resource: "*" }, true],
  [{ Action: ["s3:Get*", "*:*"], Resource: ["*"] }, true],
  [{ Action: "*", Resource: "*", Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } }, true],
  [{ NotAction: ["s3:DeleteBucket"], Resource: "*" }, true],
  [{ Action: "*", NotResource: "arn:aws:s3:::b" }, true],
  // What is left out are the keys to all the rest.
  [{ NotAction: ["iam:*", "organizations:*", "account:*"], Resource: "*" }, false],
  [{ Action: "s3:*", Resource: "*" }, false],
  [{ Action: "*", Resource: "arn:aws:s3:::b/*" }, false],
  [{ Effect: "Deny", Action: "*", Resource: "*" }, false],
])("ct_policy_is_admin of %j is %j", async (statement, isAdmin) => {
  expect(await valueOf("ct_policy_is_admin", policy(allow(statement)))).toBe(isAdmin);
});

test("accounts not known as own are told, whatever the column is called", async () => {
  const text = JSON.stringify(policy(allow({ Principal: { AWS: ["111122223333", "999988887777"] } })));
  const [row] = await reader.rows(
    "SELECT ct_foreign_accounts(p, account) AS some, ct_foreign_accounts(p, NULL) AS every FROM (SELECT CAST($text AS VARCHAR) AS p, '111122223333, 5' AS account)",
    { text },
  );
  expect(Object.values(row!)).toEqual(["999988887777", "111122223333, 999988887777"]);
});
