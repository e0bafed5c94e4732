import { beforeAll, expect, test } from "vitest";
import { ask, type Answer } from "../helpers/ask-library.ts";
import { caseOf } from "../helpers/small-case.ts";
import { ACCOUNT, iamUser, makeRecord, OTHER_ACCOUNT, type RecordFields } from "../helpers/trail-maker.ts";

// Users, roles and groups that were created and then given something; each has a name that says what it is.

const records: RecordFields[] = [];
const TERRAFORM = { userAgent: "APN/1.0 HashiCorp/1.0 Terraform/1.5.0" };
let n = 0;
const iam = (second: number, eventName: string, request: RecordFields, changes: RecordFields = {}): void => {
  n += 1;
  records.push(
    makeRecord(second, {
      eventID: `${n} ${eventName}`,
      eventSource: "iam.amazonaws.com",
      eventName,
      readOnly: false,
      requestParameters: request,
      ...changes,
    }),
  );
};
const admin = { policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" };
const readOnly = { policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" };
const everything = {
  policyName: "p",
  policyDocument: '{"Statement":{"Effect":"Allow","Action":["*"],"Resource":"*"}}',
};
const trust = (principal: unknown, more: RecordFields = {}): string =>
  JSON.stringify({ Statement: [{ Effect: "Allow", Principal: principal, Action: "sts:AssumeRole", ...more }] });
const user = (second: number, userName: string, changes: RecordFields = {}): void =>
  iam(
    second,
    "CreateUser",
    { userName },
    {
      responseElements: { user: { userName, arn: `arn:aws:iam::${ACCOUNT}:user/${userName}` } },
      ...changes,
    },
  );
const role = (roleName: string, assumeRolePolicyDocument: unknown, changes: RecordFields = {}): void =>
  iam(0, "CreateRole", { roleName, assumeRolePolicyDocument }, changes);

user(0, "admin-with-key");
iam(10, "AttachUserPolicy", { userName: "admin-with-key", ...admin }, { userIdentity: iamUser("mallory") });
iam(
  20,
  "CreateAccessKey",
  { userName: "admin-with-key" },
  {
    responseElements: { accessKey: { accessKeyId: "AKIANEWXXXXXXXXXXXXX", userName: "admin-with-key" } },
  },
);
iam(5000, "DeleteUser", { userName: "admin-with-key" });
user(0, "by-terraform", TERRAFORM);
iam(1, "AttachUserPolicy", { userName: "by-terraform", ...admin }, TERRAFORM);
iam(2, "CreateAccessKey", { userName: "by-terraform" }, TERRAFORM);
user(0, "key-alone");
iam(1, "CreateAccessKey", { userName: "key-alone" });
user(0, "inline-admin");
iam(1, "PutUserPolicy", { userName: "inline-admin", ...everything });
user(0, "reader");
iam(1, "AttachUserPolicy", { userName: "reader", ...readOnly });
user(0, "refused");
iam(1, "AttachUserPolicy", { userName: "refused", ...admin }, { errorCode: "AccessDenied" });
user(0, "nothing-more");
user(0, "much-later");
iam(7200, "AttachUserPolicy", { userName: "much-later", ...admin });
iam(1, "AttachUserPolicy", { userName: "old-user", ...admin });
user(0, "failed", { errorCode: "EntityAlreadyExists" });
iam(1, "AttachUserPolicy", { userName: "failed", ...admin });
user(0, "twice");
iam(30, "DeleteUser", { userName: "twice" });
user(60, "twice");
iam(61, "CreateLoginProfile", { userName: "twice" });

role("outsider-admin", trust({ AWS: `arn:aws:iam::${OTHER_ACCOUNT}:root` }));
iam(1, "AttachRolePolicy", { roleName: "outsider-admin", ...admin });
role("outsider-reader", trust({ AWS: `arn:aws:iam::${OTHER_ACCOUNT}:root` }));
iam(1, "AttachRolePolicy", { roleName: "outsider-reader", ...readOnly });
role("anybody", trust("*"));
iam(1, "PutRolePolicy", { roleName: "anybody", policyName: "p", policyDocument: "{}" });
role(
  "anybody-in-the-organization",
  trust({ AWS: "*" }, { Condition: { StringEquals: { "aws:PrincipalOrgID": "o" } } }),
);
iam(1, "AttachRolePolicy", { roleName: "anybody-in-the-organization", ...readOnly });
role("service", trust({ Service: "lambda.amazonaws.com" }));
iam(1, "AttachRolePolicy", { roleName: "service", ...readOnly });
role("service-admin", trust({ Service: "lambda.amazonaws.com" }));
iam(1, "AttachRolePolicy", { roleName: "service-admin", ...admin });
role("own", trust({ AWS: `arn:aws:iam::${ACCOUNT}:root` }));
iam(1, "AttachRolePolicy", { roleName: "own", ...readOnly });
role("turned", trust({ Service: "lambda.amazonaws.com" }));
iam(1, "AttachRolePolicy", { roleName: "turned", ...admin });
iam(2, "UpdateAssumeRolePolicy", { roleName: "turned", policyDocument: trust({ AWS: OTHER_ACCOUNT }) });
role("odd", { not: "text" });
iam(1, "PutRolePolicy", { roleName: "odd", policyDocument: ["odd"] });
// A user and a role of one name are two.
iam(0, "CreateGroup", { groupName: "key-alone" });

let caseFolder: string;
let rows: Answer["rows"];
beforeAll(async () => {
  caseFolder = await caseOf(records);
  ({ rows } = await ask(caseFolder, "backdoor-principal-chain"));
});

const nameOf = (row: Answer["rows"][number]): string => String(row["principal"]).replace(/^.*:user\//, "");
const rowOf = (name: string): Answer["rows"][number] => rows.find((row) => nameOf(row) === name)!;

test("judges a chain by what was given, and says nothing where nothing was", () => {
  expect(Object.fromEntries(rows.map((row) => [nameOf(row), row["severity"]]))).toEqual({
    "admin-with-key": "high",
    "by-terraform": "medium",
    "key-alone": "medium",
    "inline-admin": "medium",
    reader: "low",
    refused: "low",
    twice: "medium",
    "outsider-admin": "high",
    "outsider-reader": "medium",
    anybody: "medium",
    "anybody-in-the-organization": "low",
    service: "informational",
    "service-admin": "medium",
    own: "low",
    turned: "high",
    odd: "low",
  });
});

test("names the steps, the actors, the new key, and what became of it", () => {
  expect(rowOf("admin-with-key")).toMatchObject({
    kind: "user",
    n_steps: 2,
    n_records: 3,
    steps: "AttachUserPolicy, CreateAccessKey",
    actors: `arn:aws:iam::${ACCOUNT}:user/alice, arn:aws:iam::${ACCOUNT}:user/mallory`,
    issued_access_keys: "AKIANEWXXXXXXXXXXXXX",
    span_seconds: 20,
    deleted_at: "2024-03-01T11:23:20Z",
  });
  expect(rowOf("outsider-admin")).toMatchObject({ foreign_accounts: OTHER_ACCOUNT });
  expect(rowOf("refused")).toMatchObject({ n_failed: 1, n_denied: 1 });
  expect(rowOf("twice")).toMatchObject({ first_seen: "2024-03-01T10:01:00Z", deleted_at: null });
});

test.each([
  ["the creation", { until: "2024-03-01T10:00:01Z" }],
  ["a step", { since: "2024-03-01T10:00:05Z" }],
  ["another's step", { principal: ["*mallory*"] }],
])("a scope that leaves %s alone changes nothing that is said", async (_, scope) => {
  const scoped = await ask(caseFolder, "backdoor-principal-chain", { scope });

  expect(scoped.rows).toContainEqual(rowOf("admin-with-key"));
  for (const row of scoped.rows) expect(rows).toContainEqual(row);
});

test("a longer window takes in what came later", async () => {
  const { rows: more } = await ask(caseFolder, "backdoor-principal-chain", { params: { window: "3h" } });

  expect(more.map(nameOf)).toContain("much-later");
});
