import { beforeAll, describe, expect, test } from "vitest";
import { ask, type Answer } from "../helpers/ask-library.ts";
import { insight, roleSession, rootUser, signIn } from "../helpers/record-parts.ts";
import { caseOf } from "../helpers/small-case.ts";
import { ACCOUNT, iamUser, makeRecord, OTHER_ACCOUNT, timeAt, type RecordFields } from "../helpers/trail-maker.ts";

// Sign-ins, credentials and rights: what is a finding, how grave, and what looks like one.

const TERRAFORM = { userAgent: "APN/1.0 HashiCorp/1.0 Terraform/1.5.0" };
const DENIED = { errorCode: "AccessDenied", errorMessage: "not authorized to perform", requestParameters: null };
const ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess";
const policy = (statement: object): string => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
const trust = (principal: unknown, more: object = {}): string =>
  policy({ Effect: "Allow", Principal: principal, Action: "sts:AssumeRole", ...more });
const records: RecordFields[] = [];

function iam(second: number, id: string, name: string, changes: RecordFields = {}): void {
  records.push(
    makeRecord(second, { eventID: id, eventSource: "iam.amazonaws.com", eventName: name, readOnly: false, ...changes }),
  );
}
const login = (second: number, id: string, result: string, changes: RecordFields = {}): void => {
  records.push(
    makeRecord(second, {
      eventID: id,
      ...signIn("ConsoleLogin", result),
      additionalEventData: { MFAUsed: "No" },
      ...changes,
    }),
  );
};

// Sign-ins.
login(0, "no-mfa", "Success");
login(1, "with-mfa", "Success", { additionalEventData: { MFAUsed: "Yes" } });
login(2, "root-no-mfa", "Success", { userIdentity: rootUser });
login(3, "federated", "Success", { userIdentity: roleSession("sso") });
login(4, "saml", "Success", {
  additionalEventData: { MFAUsed: "No", SamlProviderArn: "arn:aws:iam::1:saml-provider/x" },
});
login(5, "failed-login", "Failure", { errorMessage: "Failed authentication" });
login(6, "odd-mfa", "Success", { additionalEventData: "nothing" });
for (let i = 0; i < 6; i += 1) {
  login(1000 + i * 30, `guess-${i}`, "Failure", {
    errorMessage: "Failed authentication",
    sourceIPAddress: "203.0.113.66",
    userIdentity: iamUser(`user${i}`, { accessKeyId: "" }),
  });
}
login(1300, "guessed", "Success", { sourceIPAddress: "203.0.113.66", additionalEventData: { MFAUsed: "Yes" } });
for (let i = 0; i < 5; i += 1)
  login(2000 + i * 3600, `slow-${i}`, "Failure", {
    errorMessage: "Failed authentication",
    sourceIPAddress: "203.0.113.67",
  });

// One user, tried from an address each time; the user is also known for a slip long before.
for (let i = 0; i < 5; i += 1)
  login(9000 + i * 20, `roaming-${i}`, "Failure", {
    errorMessage: "Failed authentication",
    sourceIPAddress: `198.18.0.${i}`,
    userIdentity: iamUser("roamed", { accessKeyId: "" }),
  });
login(9700, "roamed-in", "Success", {
  sourceIPAddress: "198.18.0.99",
  userIdentity: iamUser("roamed"),
  additionalEventData: { MFAUsed: "Yes" },
});
// An office: two slips hours apart, then a burst of one user, and another user who signs in.
for (const [i, second] of [20_000, 24_000, 30_000, 30_010, 30_020, 30_030, 30_040].entries())
  login(second, `office-${i}`, "Failure", {
    errorMessage: "Failed authentication",
    sourceIPAddress: "192.0.2.10",
    userIdentity: iamUser(i === 0 ? "otto" : i === 1 ? "olga" : "oscar", { accessKeyId: "" }),
  });
login(30_100, "office-in", "Success", {
  sourceIPAddress: "192.0.2.10",
  userIdentity: iamUser("otto"),
  additionalEventData: { MFAUsed: "Yes" },
});

// Root.
const signinEvent = (second: number, id: string, name: string, changes: RecordFields = {}): void => {
  records.push(
    makeRecord(second, {
      eventID: id,
      eventSource: "signin.amazonaws.com",
      eventName: name,
      eventType: "AwsConsoleSignIn",
      userIdentity: rootUser,
      requestParameters: null,
      readOnly: false,
      ...changes,
    }),
  );
};
signinEvent(20, "recovery-asked", "PasswordRecoveryRequested", {
  responseElements: { PasswordRecoveryRequested: "Success" },
});
signinEvent(21, "recovered", "PasswordRecoveryCompleted", {
  responseElements: { PasswordRecoveryCompleted: "Success" },
});
iam(22, "root-key", "CreateAccessKey", {
  userIdentity: rootUser,
  requestParameters: null,
  responseElements: { accessKey: { accessKeyId: "AKIAROOTNEWXXXXXXXXX", userName: null } },
});

// Credentials.
const key = (id: string, user: string): RecordFields => ({
  requestParameters: { userName: user },
  responseElements: { accessKey: { accessKeyId: id, userName: user, status: "Active" } },
});
iam(30, "key-for-other", "CreateAccessKey", key("AKIABACKDOORXXXXXXXX", "mallory"));
records.push(
  makeRecord(31, { eventID: "key-used", userIdentity: iamUser("mallory", { accessKeyId: "AKIABACKDOORXXXXXXXX" }) }),
);
iam(32, "key-for-self", "CreateAccessKey", { ...key("AKIAALICENEWXXXXXXXX", "alice"), requestParameters: null });
iam(33, "key-by-terraform", "CreateAccessKey", { ...key("AKIADEPLOYNEWXXXXXXX", "ci"), ...TERRAFORM });
iam(34, "key-refused", "CreateAccessKey", DENIED);
iam(35, "key-off", "UpdateAccessKey", {
  requestParameters: { userName: "mallory", accessKeyId: "AKIAX", status: "Inactive" },
});
iam(36, "key-on", "UpdateAccessKey", {
  requestParameters: { userName: "mallory", accessKeyId: "AKIAX", status: "Active" },
});
iam(37, "odd-key", "CreateAccessKey", { requestParameters: [1], responseElements: "x" });
iam(38, "insight", "CreateAccessKey", { ...insight, ...key("AKIAINSIGHTXXXXXXXXX", "x") });

// Passwords.
iam(40, "password-for-other", "CreateLoginProfile", {
  requestParameters: { userName: "carol", passwordResetRequired: false },
  sourceIPAddress: "203.0.113.77",
});
login(41, "carol-in", "Success", {
  userIdentity: iamUser("carol", { accessKeyId: "" }),
  sourceIPAddress: "203.0.113.77",
  additionalEventData: { MFAUsed: "Yes" },
});
iam(42, "password-new-user", "CreateLoginProfile", { requestParameters: { userName: "dave" } });
iam(43, "own-password", "ChangePassword", { requestParameters: null });
iam(44, "password-gone", "DeleteLoginProfile", {
  requestParameters: { userName: "erin" },
  errorCode: "EntityTemporarilyUnmodifiableException",
});
iam(45, "password-refused", "UpdateLoginProfile", DENIED);

// MFA.
iam(50, "mfa-off", "DeactivateMFADevice", {
  requestParameters: { userName: "bob", serialNumber: `arn:aws:iam::${ACCOUNT}:mfa/bob` },
});
iam(51, "mfa-new", "EnableMFADevice", { requestParameters: { userName: "alice", serialNumber: "x" } });
iam(52, "mfa-refused", "DeactivateMFADevice", DENIED);

// Rights.
iam(60, "admin", "AttachUserPolicy", { requestParameters: { userName: "mallory", policyArn: ADMIN } });
iam(61, "admin-by-terraform", "AttachRolePolicy", {
  ...TERRAFORM,
  requestParameters: { roleName: "ci", policyArn: ADMIN },
});
iam(62, "admin-inline", "PutRolePolicy", {
  requestParameters: {
    roleName: "r",
    policyName: "p",
    policyDocument: policy({ Effect: "Allow", Action: "*", Resource: "*" }),
  },
});
iam(63, "narrow-inline", "PutRolePolicy", {
  requestParameters: {
    roleName: "r",
    policyName: "p",
    policyDocument: policy({ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }),
  },
});
iam(64, "read-only", "AttachUserPolicy", {
  requestParameters: { userName: "m", policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" },
});
iam(65, "group", "AddUserToGroup", { requestParameters: { userName: "m", groupName: "admins" } });
iam(66, "admin-attempt", "AttachUserPolicy", {
  errorCode: "NoSuchEntityException",
  requestParameters: { userName: "m", policyArn: ADMIN },
});
iam(67, "grant-refused", "AttachUserPolicy", DENIED);
iam(68, "boundary-gone", "DeleteUserPermissionsBoundary", { requestParameters: { userName: "m" } });
iam(69, "detached", "DetachUserPolicy", { requestParameters: { userName: "m", policyArn: ADMIN } });
iam(70, "service-linked", "AttachRolePolicy", {
  userIdentity: { type: "AWSService", invokedBy: "autoscaling.amazonaws.com" },
  requestParameters: { roleName: "s", policyArn: ADMIN },
});

// Trust.
iam(80, "foreign-trust", "UpdateAssumeRolePolicy", {
  requestParameters: { roleName: "deploy", policyDocument: trust({ AWS: `arn:aws:iam::${OTHER_ACCOUNT}:root` }) },
});
iam(81, "open-trust", "UpdateAssumeRolePolicy", {
  requestParameters: { roleName: "deploy", policyDocument: trust("*") },
});
iam(82, "own-trust", "UpdateAssumeRolePolicy", {
  requestParameters: { roleName: "deploy", policyDocument: trust({ AWS: `arn:aws:iam::${ACCOUNT}:root` }) },
});
iam(83, "vendor-role", "CreateRole", {
  requestParameters: {
    roleName: "vendor",
    assumeRolePolicyDocument: trust({ AWS: OTHER_ACCOUNT }, { Condition: { StringEquals: { "sts:ExternalId": "x" } } }),
  },
});
iam(84, "service-role", "CreateRole", {
  requestParameters: { roleName: "fn", assumeRolePolicyDocument: trust({ Service: "lambda.amazonaws.com" }) },
});
iam(85, "trust-refused", "UpdateAssumeRolePolicy", DENIED);

// Roles handed on.
const ec2 = (second: number, id: string, name: string, changes: RecordFields): void => {
  records.push(makeRecord(second, { eventID: id, eventName: name, readOnly: false, ...changes }));
};
ec2(90, "machine", "RunInstances", { requestParameters: { iamInstanceProfile: { name: "admin" } } });
ec2(91, "machine-again", "RunInstances", { requestParameters: { iamInstanceProfile: { name: "admin" } } });
ec2(92, "plain-machine", "RunInstances", { requestParameters: { instanceType: "t3.micro" } });
ec2(93, "pass-refused", "RunInstances", {
  errorCode: "Client.UnauthorizedOperation",
  errorMessage: `not authorized to perform: iam:PassRole on resource: arn:aws:iam::${ACCOUNT}:role/admin because`,
  requestParameters: null,
});

let folder: string;
const answer = async (query: string): Promise<Answer> => ask(folder, query);
const judged = async (query: string): Promise<unknown[]> =>
  (await answer(query)).rows.map(({ event_id, severity, effect }) =>
    effect === undefined ? [event_id, severity] : [event_id, severity, effect],
  );

beforeAll(async () => {
  folder = await caseOf(records);
});

test("console-login-no-mfa", async () => {
  expect(await judged("console-login-no-mfa")).toEqual([
    ["no-mfa", "medium"],
    ["root-no-mfa", "high"],
  ]);
});

describe("login-bruteforce", () => {
  test("tells a spray, one user tried from many places, and an office", async () => {
    const { rows } = await answer("login-bruteforce");
    expect(rows).toMatchObject([
      {
        alike_in: "address",
        source_ips: "203.0.113.66",
        n_users: 6,
        n_records: 6,
        most_in_window: 6,
        success_after: timeAt(1300),
        severity: "high",
        first_event_id: "guess-0",
      },
      { alike_in: "user", user_names: "roamed", n_source_ips: 5, success_of: "roamed", severity: "high" },
      // Users who slipped hours before are no part of it, nor is the sign-in of another.
      { source_ips: "192.0.2.10", n_users: 1, user_names: "oscar", n_records: 5, success_after: null, severity: "low" },
    ]);
  });

  test("says of a burst what it is in the whole case, and counts what the scope leaves", async () => {
    const scope = { since: timeAt(1060), until: timeAt(1110) };
    const { rows } = await ask(folder, "login-bruteforce", { scope });
    expect(rows).toMatchObject([
      { n_records: 2, n_in_whole_burst: 6, n_users: 6, severity: "high", first_event_id: "guess-2" },
    ]);
    expect(rows[0]!["why"]).toBe(
      "several users tried from one address: 6 within the window; in the whole burst: 6, users: 6; a sign-in went through within a day: alice",
    );
  });
});

test("root-takeover", async () => {
  expect(await judged("root-takeover")).toEqual([
    ["recovery-asked", "medium", null],
    ["recovered", "high", "weakened"],
    ["root-key", "high", "created"],
  ]);
});

describe("new-credentials", () => {
  test("tells another's from one's own, a tool's from a person's, and what was used", async () => {
    const { rows } = await answer("new-credentials");
    const byId = new Map(rows.map((row) => [row["event_id"], row]));
    const of = (id: string): unknown[] =>
      ["severity", "effect", "owner", "whose", "uses_in_case"].map((name) => byId.get(id)?.[name]);
    expect(of("key-for-other")).toEqual(["medium", "created", "mallory", "other", 1]);
    expect(of("key-for-self")).toEqual(["low", "created", "alice", "self", 0]);
    expect(of("key-by-terraform").slice(0, 2)).toEqual(["informational", "created"]);
    expect(of("key-refused").slice(0, 2)).toEqual(["low", "attempted"]);
    expect(of("root-key").slice(0, 3)).toEqual(["high", "created", "root"]);
    expect(of("key-on")[0]).toBe("medium");
    expect([byId.has("key-off"), byId.has("insight"), byId.has("odd-key")]).toEqual([false, false, true]);
  });

  test("counts uses over the whole case, whatever the scope", async () => {
    const { rows } = await ask(folder, "new-credentials", { scope: { since: timeAt(30), until: timeAt(31) } });
    expect(rows).toMatchObject([{ event_id: "key-for-other", uses_in_case: 1 }]);
  });
});

test("login-profile-changes", async () => {
  expect(await judged("login-profile-changes")).toEqual([
    ["password-for-other", "high", "created"],
    ["password-new-user", "medium", "created"],
    ["own-password", "informational", "weakened"],
    ["password-gone", "low", "attempted"],
    ["password-refused", "low", "attempted"],
  ]);
  const { rows } = await ask(folder, "login-profile-changes", { scope: { since: timeAt(40), until: timeAt(41) } });
  expect(rows).toMatchObject([{ event_id: "password-for-other", login_after: timeAt(41) }]);
});

test("mfa-changes", async () => {
  expect(await judged("mfa-changes")).toEqual([
    ["mfa-off", "medium", "removed"],
    ["mfa-new", "informational", "created"],
    ["mfa-refused", "low", "attempted"],
  ]);
});

test("iam-privilege-grants", async () => {
  expect(await judged("iam-privilege-grants")).toEqual([
    ["admin", "high", "weakened"],
    ["admin-by-terraform", "medium", "weakened"],
    ["admin-inline", "high", "weakened"],
    ["narrow-inline", "low", "weakened"],
    ["read-only", "low", "weakened"],
    ["group", "low", "weakened"],
    ["admin-attempt", "medium", "attempted"],
    ["grant-refused", "informational", "attempted"],
    ["boundary-gone", "medium", "weakened"],
    ["service-linked", "informational", "weakened"],
  ]);
  const { rows } = await ask(folder, "iam-privilege-grants", { params: { admin_only: "true" } });
  expect(rows.map(({ event_id }) => event_id)).toEqual([
    "admin",
    "admin-by-terraform",
    "admin-inline",
    "admin-attempt",
    "service-linked",
  ]);
});

test("trust-policy-changes", async () => {
  expect(await judged("trust-policy-changes")).toEqual([
    ["foreign-trust", "high", "weakened"],
    ["open-trust", "high", "weakened"],
    ["own-trust", "informational", null],
    ["vendor-role", "medium", "weakened"],
    ["trust-refused", "low", "attempted"],
  ]);
  const { rows } = await ask(folder, "trust-policy-changes", { params: { trusted: `${OTHER_ACCOUNT}, 1` } });
  expect(rows.filter(({ severity }) => severity === "high").map(({ event_id }) => event_id)).toEqual(["open-trust"]);
});

test("pass-role-to-compute", async () => {
  const { rows } = await answer("pass-role-to-compute");
  expect(rows.map(({ event_id, severity, role, is_first_time }) => [event_id, severity, role, is_first_time])).toEqual([
    ["machine", "low", "admin", true],
    ["machine-again", "informational", "admin", false],
    ["pass-refused", "medium", `arn:aws:iam::${ACCOUNT}:role/admin`, true],
  ]);
});
