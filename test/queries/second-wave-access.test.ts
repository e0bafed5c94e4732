import { beforeAll, expect, test } from "vitest";
import { ask } from "../helpers/ask-library.ts";
import { insight, signIn } from "../helpers/record-parts.ts";
import { caseOf } from "../helpers/small-case.ts";
import { ACCOUNT, iamUser, makeRecord, OTHER_ACCOUNT, timeAt, type RecordFields } from "../helpers/trail-maker.ts";

// Clicks, quarantines, quotas, and rights given by Identity Center and KMS.

const TERRAFORM = { userAgent: "APN/1.0 HashiCorp/1.0 Terraform/1.5.0" };
const BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36";
const DENIED = { errorCode: "AccessDenied", errorMessage: "not authorized to perform", requestParameters: null };
const policy = (statement: object): string => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });

let n = 0;
function record(name: string, request: unknown, changes: RecordFields = {}): RecordFields {
  n += 1;
  const [service = "", eventName = ""] = name.split(":");
  return makeRecord(n, {
    eventID: `${n} ${name}`,
    eventSource: `${service}.amazonaws.com`,
    eventName,
    readOnly: false,
    requestParameters: request,
    ...changes,
  });
}

/** Records, each with the severity and effect that its query is to give it; undefined when it is to give no row. */
type Judged = readonly [made: RecordFields, severity?: string, effect?: string | null];

const asked = { serviceCode: "ec2", quotaCode: "L-1216C47A", desiredValue: 512 };
const quotas: Judged[] = [
  [record("servicequotas:RequestServiceQuotaIncrease", asked), "medium", "created"],
  [record("servicequotas:RequestServiceQuotaIncrease", asked, TERRAFORM), "informational", "created"],
  [record("servicequotas:RequestServiceQuotaIncrease", { ...asked, quotaCode: "L-X" }), "low", "created"],
  [record("servicequotas:RequestServiceQuotaIncrease", null, DENIED), "low", "attempted"],
  [record("servicequotas:GetServiceQuota", asked, { readOnly: true }), "low", null],
  [record("servicequotas:GetServiceQuota", asked, { readOnly: true, userAgent: BROWSER }), "informational", null],
  [record("servicequotas:ListServiceQuotas", ["odd"], { readOnly: true, userAgent: "pacu/1.0" }), "medium", null],
  [record("ce:GetCostAndUsage", {}, { readOnly: true }), "informational", null],
  [record("account:GetRegionOptStatus", { RegionName: "eu-north-1" }, { readOnly: true }), "informational", null],
  [record("support:CreateCase", { subject: 5 }), "low", "created"],
  [
    record("ec2:DescribeAccountAttributes", {
      accountAttributeNameSet: { items: [{ attributeName: "max-instances" }] },
    }),
    "informational",
    null,
  ],
  [record("ec2:DescribeAccountAttributes", { accountAttributeNameSet: { items: [{ attributeName: "default-vpc" }] } })],
  [record("mediaconvert:ListServices", {})],
  [record("servicequotas:GetServiceQuota", asked, insight)],
  [record("servicequotas:TagResource", {})],
];

const SET = "arn:aws:sso:::permissionSet/ssoins-1/ps-admin";
const OTHER_SET = "arn:aws:sso:::permissionSet/ssoins-1/ps-read";
const admin = { permissionSetArn: SET, managedPolicyArn: "arn:aws:iam::aws:policy/AdministratorAccess" };
const assigned = (permissionSetArn: string, principalId: string): RecordFields => ({
  permissionSetArn,
  principalId,
  targetId: ACCOUNT,
});
const portalUser = {
  userIdentity: {
    type: "IdentityCenterUser",
    accountId: ACCOUNT,
    onBehalfOf: { userId: "user-1", identityStoreArn: "arn:x" },
  },
};
const centers: Judged[] = [
  [record("sso:CreatePermissionSet", { name: "admin" }), "informational", "created"],
  [record("sso:AttachManagedPolicyToPermissionSet", admin), "high", "weakened"],
  [record("sso:AttachManagedPolicyToPermissionSet", admin, TERRAFORM), "medium", "weakened"],
  [
    record(
      "sso:AttachManagedPolicyToPermissionSet",
      { ...admin, permissionSetArn: "x" },
      { errorCode: "ConflictException" },
    ),
    "medium",
    "attempted",
  ],
  [
    record("sso:AttachManagedPolicyToPermissionSet", {
      permissionSetArn: OTHER_SET,
      managedPolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess",
    }),
    "low",
    "weakened",
  ],
  [
    record("sso:PutInlinePolicyToPermissionSet", {
      permissionSetArn: "y",
      inlinePolicy: policy({ Effect: "Allow", Action: "*", Resource: "*" }),
    }),
    "high",
    "weakened",
  ],
  [
    record("sso:PutInlinePolicyToPermissionSet", {
      permissionSetArn: "z",
      inlinePolicy: policy({ Effect: "Allow", Action: "s3:Get*", Resource: "*" }),
    }),
    "low",
    "weakened",
  ],
  [record("sso:CreateAccountAssignment", assigned(SET, "user-9")), "high", "weakened"],
  [record("sso:CreateAccountAssignment", assigned(OTHER_SET, "user-9")), "low", "weakened"],
  [record("sso:CreateAccountAssignment", assigned(OTHER_SET, "user-1"), portalUser), "high", "weakened"],
  [record("sso:CreateAccountAssignment", assigned(OTHER_SET, "user-9"), TERRAFORM), "informational", "weakened"],
  [record("sso:CreateAccountAssignment", null, DENIED), "low", "attempted"],
  [record("sso:ProvisionPermissionSet", { permissionSetArn: SET, targetType: "ALL" }), "informational", null],
  [record("sso-directory:CreateUser", ["odd"]), "low", "created"],
  [
    record("identitystore:CreateGroupMembership", { groupId: "g", memberId: { userId: "user-1" } }, portalUser),
    "high",
    "weakened",
  ],
  [record("identitystore:CreateGroupMembership", { groupId: "g", memberId: { userId: "user-2" } }), "low", "weakened"],
  [record("sso-directory:DeleteMfaDeviceForUser", { userId: "user-2" }), "medium", "weakened"],
  [record("sso:DeleteAccountAssignment", assigned(SET, "user-9"))],
  [record("cognito-idp:CreateGroup", {})],
];

const KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/k`;
const keyPolicy = (principal: unknown, more: object = {}): RecordFields => ({
  keyId: KEY,
  policyName: "default",
  policy: policy({ Effect: "Allow", Principal: principal, Action: "kms:*", Resource: "*", ...more }),
});
const rootOf = (account: string): string => `arn:aws:iam::${account}:root`;
const grant = (granteePrincipal: unknown): RecordFields => ({
  keyId: KEY,
  granteePrincipal,
  operations: ["Decrypt", "CreateGrant"],
});
const forwarded = { userIdentity: iamUser("alice", { invokedBy: "autoscaling.amazonaws.com" }) };
const keys: Judged[] = [
  [record("kms:PutKeyPolicy", keyPolicy({ AWS: rootOf(OTHER_ACCOUNT) })), "high", "weakened"],
  [record("kms:PutKeyPolicy", keyPolicy({ AWS: rootOf(OTHER_ACCOUNT) }), TERRAFORM), "medium", "weakened"],
  [record("kms:PutKeyPolicy", keyPolicy("*")), "high", "weakened"],
  [
    record("kms:PutKeyPolicy", keyPolicy("*", { Condition: { StringEquals: { "kms:CallerAccount": ACCOUNT } } })),
    "low",
    null,
  ],
  [record("kms:PutKeyPolicy", keyPolicy({ AWS: rootOf(ACCOUNT) })), "low", null],
  [
    record("kms:PutKeyPolicy", { ...keyPolicy({ AWS: rootOf(ACCOUNT) }), bypassPolicyLockoutSafetyCheck: true }),
    "medium",
    "weakened",
  ],
  [
    record("kms:PutKeyPolicy", keyPolicy("*"), { errorCode: "MalformedPolicyDocumentException" }),
    "medium",
    "attempted",
  ],
  [record("kms:PutKeyPolicy", null, DENIED), "low", "attempted"],
  [record("kms:PutKeyPolicy", { policy: [1] }), "low", null],
  [record("kms:CreateKey", keyPolicy({ AWS: rootOf(OTHER_ACCOUNT) })), "high", "weakened"],
  [record("kms:CreateGrant", grant(`arn:aws:iam::${OTHER_ACCOUNT}:role/r`)), "high", "weakened"],
  [record("kms:CreateGrant", grant(`arn:aws:iam::${ACCOUNT}:role/r`)), "low", "created"],
  [record("kms:CreateGrant", grant("rds.us-east-1.amazonaws.com"), TERRAFORM), "informational", "created"],
  [record("kms:CreateGrant", null, DENIED), "low", "attempted"],
  [record("kms:CreateGrant", grant(`arn:aws:iam::${OTHER_ACCOUNT}:role/r`), forwarded), "medium", "weakened"],
  [record("kms:UpdateAlias", { aliasName: "alias/data", targetKeyId: KEY }), "low", null],
  [
    record("kms:ReEncrypt", { destinationKeyId: `arn:aws:kms:us-east-1:${OTHER_ACCOUNT}:key/k`, sourceKeyId: KEY }),
    "high",
    "weakened",
  ],
  [record("kms:ReEncrypt", { destinationKeyId: KEY })],
  [record("kms:CreateKey", keyPolicy({ AWS: rootOf(ACCOUNT) }))],
  [record("kms:CreateGrant", grant(`arn:aws:iam::${ACCOUNT}:role/r`), forwarded)],
  [record("redshift:CreateGrant", grant("x"))],
];

const QUARANTINE = "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3";
const leaked = { userName: "leaky", policyArn: QUARANTINE };
const quarantines: Judged[] = [
  [record("iam:AttachUserPolicy", leaked), "high", "created"],
  [record("iam:PutUserPolicy", { userName: "older", policyName: "AWSCompromisedKeyQuarantine" }), "high", "created"],
  [record("iam:AttachUserPolicy", leaked, { errorCode: "LimitExceededException" }), "medium", "attempted"],
  [record("iam:DetachUserPolicy", leaked), "medium", "removed"],
  [record("iam:DetachUserPolicy", leaked, { errorCode: "AccessDenied" }), "low", "attempted"],
  [record("iam:AttachUserPolicy", { userName: "x", policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" })],
  [
    record("iam:AttachUserPolicy", {
      userName: "x",
      policyArn: `arn:aws:iam::${ACCOUNT}:policy/NotAWSCompromisedKeyQuarantine`,
    }),
  ],
  [record("iam:AttachUserPolicy", null, DENIED)],
  [record("iam:PutUserPolicy", [QUARANTINE])],
];
const used = [
  record("ec2:RunInstances", {}, { userIdentity: iamUser("leaky"), errorCode: "Client.UnauthorizedOperation" }),
  record("ec2:DescribeInstances", {}, { userIdentity: iamUser("leaky") }),
];

const clicked: Judged[] = [
  [record("ec2:TerminateInstances", {}, { sessionCredentialFromConsole: "true", userAgent: "AWS Internal" })],
  [record("s3:PutBucketPolicy", {}, { userAgent: `[${BROWSER}]` })],
  [record("s3:DeleteBucket", null, { ...DENIED, userAgent: "[S3Console/0.4, aws-internal/3]" })],
];
const notClicked: Judged[] = [
  [record("ec2:DescribeInstances", {}, { readOnly: true, sessionCredentialFromConsole: "true" })],
  [
    record(
      "ec2:RunInstances",
      {},
      { userAgent: "aws-cli/2.15.0 exec-env/CloudShell", sessionCredentialFromConsole: "true" },
    ),
  ],
  [record("x:y", null, { ...signIn("ConsoleLogin", "Success"), userAgent: BROWSER })],
  [record("ec2:RunInstances", {}, { ...insight, readOnly: false, userAgent: BROWSER })],
];

const cases: Record<string, Judged[]> = {
  "quota-and-cost-recon": quotas,
  "identity-center-grants": centers,
  "kms-key-grants": keys,
  "key-exposed": quarantines,
  "console-actions": [...clicked, ...notClicked],
};

let caseFolder: string;
beforeAll(async () => {
  caseFolder = await caseOf([...Object.values(cases).flatMap((judged) => judged.map(([made]) => made)), ...used]);
});

const inOrder = (a: readonly unknown[], b: readonly unknown[]): number =>
  Number.parseInt(String(a[0]), 10) - Number.parseInt(String(b[0]), 10);

test.each(["quota-and-cost-recon", "identity-center-grants", "kms-key-grants", "key-exposed"])(
  "%s reports these, with these verdicts and effects, and nothing else",
  async (query) => {
    const { rows } = await ask(caseFolder, query);
    const expected = cases[query]!.filter(([, severity]) => severity !== undefined);

    expect(rows.map((row) => [row["event_id"], row["severity"], row["effect"]]).toSorted(inOrder)).toEqual(
      expected.map(([made, severity, effect]) => [made["eventID"], severity, effect]),
    );
  },
);

test("console-actions reports changes of console sessions and of browsers, and no sign-in, shell or read", async () => {
  const { rows } = await ask(caseFolder, "console-actions");

  expect(rows.map((row) => [row["event_id"], row["how"]])).toEqual([
    // The quota that a browser looked up and the case of Insights are no changes.
    [clicked[0]![0]["eventID"], "credential of a console session"],
    [clicked[1]![0]["eventID"], "browser"],
    [clicked[2]![0]["eventID"], "client of the console"],
  ]);
});

test("key-exposed counts what the user's keys did after the quarantine, though the scope ends with it", async () => {
  const { rows } = await ask(caseFolder, "key-exposed", { scope: { until: timeAt(n - 2), principal: ["*alice"] } });
  const first = rows.find((row) => row["event_id"] === quarantines[0]![0]["eventID"])!;

  expect(first).toMatchObject({ user_name: "leaky", n_actions_since_quarantine: 2, n_denied_since_quarantine: 1 });
  expect(first["keys_of_user"]).toBe("AKIALEAKYXXXXXXXXXXX");
});

test("identity-center-grants knows a permission set of every right that was made before the scope", async () => {
  const assignment = centers[7]![0];
  const { rows } = await ask(caseFolder, "identity-center-grants", {
    scope: { since: String(assignment["eventTime"]) },
  });

  expect(rows[0]).toMatchObject({ event_id: assignment["eventID"], is_admin: true });
});

test("kms-key-grants takes accounts that are trusted", async () => {
  const { rows } = await ask(caseFolder, "kms-key-grants", { params: { trusted: OTHER_ACCOUNT } });

  expect(rows.filter((row) => row["severity"] === "high").map((row) => row["is_public"])).toEqual([true]);
});
