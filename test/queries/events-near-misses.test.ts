import { beforeAll, describe, expect, test } from "vitest";
import { ask, type Answer } from "../helpers/ask-library.ts";
import { denied, insight, network, roleSession, rootUser, signIn } from "../helpers/record-parts.ts";
import { caseOf } from "../helpers/small-case.ts";
import { ACCOUNT, iamUser, makeRecord } from "../helpers/trail-maker.ts";

// For every query that lists events what it must find, and beside it what looks alike and is something else.
// Tampering has a file of its own.

const idsOf = ({ rows }: Answer): string[] => rows.map((row) => String(row["event_id"]));

describe("root-activity", () => {
  let rows: Answer["rows"];
  beforeAll(async () => {
    const service = { ...rootUser, invokedBy: "support.amazonaws.com" };
    ({ rows } = await ask(
      await caseOf([
        makeRecord(0, { eventID: "call", userIdentity: rootUser }),
        makeRecord(1, {
          eventID: "failed-login",
          userIdentity: rootUser,
          ...signIn("ConsoleLogin", "Failure"),
          errorMessage: "Failed authentication",
        }),
        makeRecord(2, {
          eventID: "no-mfa",
          userIdentity: rootUser,
          ...signIn("ConsoleLogin", "Success"),
          additionalEventData: { MFAUsed: "No" },
        }),
        makeRecord(3, { eventID: "for-root", userIdentity: service }),
        makeRecord(4, { eventID: "long-term-key", userIdentity: { ...rootUser, accessKeyId: "AKIAROOTXXXXXXXXXXXX" } }),
        makeRecord(5, {
          eventID: "assumed",
          userIdentity: roleSession("r", { sessionContext: { assumedRoot: "true" } }),
        }),
        makeRecord(6, { eventID: "service-event", userIdentity: rootUser, eventType: "AwsServiceEvent" }),
        makeRecord(7, { eventID: "named-root", userIdentity: iamUser("root") }),
        makeRecord(8, { eventID: "about-root", requestParameters: { userName: "root" } }),
        makeRecord(9, { eventID: "insight", userIdentity: rootUser, ...insight }),
      ]),
      "root-activity",
    ));
  });

  test("finds calls, sign-ins, failures, and says what AWS did for root", () => {
    expect(rows.map(({ event_id, severity, why }) => [event_id, severity, why])).toEqual([
      ["call", "high", "root"],
      ["failed-login", "medium", "attempt to sign in as root"],
      ["no-mfa", "high", "signed in as root without MFA"],
      ["for-root", "informational", "AWS on behalf of root: support.amazonaws.com"],
      ["long-term-key", "high", "root with a long-term access key"],
      ["assumed", "high", "privileged root session, opened from another account with AssumeRoot"],
    ]);
  });
});

describe("console-logins", () => {
  const records = [
    makeRecord(0, {
      eventID: "mfa",
      ...signIn("ConsoleLogin", "Success"),
      additionalEventData: { MFAUsed: "Yes", LoginTo: "https://console.test/" },
    }),
    makeRecord(1, { eventID: "no-mfa", ...signIn("ConsoleLogin", "Success"), additionalEventData: { MFAUsed: "No" } }),
    makeRecord(2, {
      eventID: "mistyped",
      ...signIn("ConsoleLogin", "Failure"),
      userIdentity: iamUser("alice", { arn: undefined, userName: undefined }),
      errorMessage: "Failed authentication",
      additionalEventData: { MFAUsed: "No" },
    }),
    makeRecord(3, {
      eventID: "federated",
      ...signIn("ConsoleLogin", "Success"),
      userIdentity: roleSession("ana"),
      additionalEventData: { MFAUsed: "No", SamlProviderArn: "arn:saml" },
    }),
    makeRecord(4, { eventID: "lost", ...signIn("ConsoleLogin", "Success"), responseElements: null }),
    makeRecord(5, {
      eventID: "check",
      ...signIn("CheckMfa", "Success"),
      additionalEventData: { MfaType: "Virtual MFA" },
    }),
    makeRecord(6, {
      eventID: "switch",
      ...signIn("SwitchRole", "Success"),
      additionalEventData: { SwitchFrom: "arn:aws:iam::1:user/x", RedirectTo: "https://there.test/" },
    }),
    makeRecord(7, { eventID: "token", eventSource: "signin.amazonaws.com", eventName: "GetSigninToken" }),
    makeRecord(8, { eventID: "namesake", eventSource: "appstream.amazonaws.com", eventName: "ConsoleLogin" }),
  ];

  let caseFolder: string;
  beforeAll(async () => {
    caseFolder = await caseOf(records);
  });

  test("says how each ended, the MFA text as recorded, and where to", async () => {
    const { rows } = await ask(caseFolder, "console-logins");

    expect(
      rows.map(({ event_id, verdict, mfa, login_to, severity, why }) => [
        event_id,
        verdict,
        mfa,
        login_to,
        severity,
        why,
      ]),
    ).toEqual([
      ["mfa", "success", "Yes", "https://console.test/", "informational", "signed in with MFA"],
      ["no-mfa", "success", "No", null, "medium", "signed in without MFA"],
      ["mistyped", "failure", "No", null, "low", "sign-in failed; actor inferred from the principal id"],
      [
        "federated",
        "success",
        null,
        null,
        "informational",
        "federated sign-in; a second factor would be known to the identity provider alone",
      ],
      ["lost", "unknown", null, null, "low", "the record does not say how it ended"],
      ["check", "success", null, null, "informational", "second factor asked for; the sign-in is an event of its own"],
      ["switch", "success", null, "https://there.test/", "informational", "switched to a role in the console"],
      ["token", "success", null, null, "low", "link into the console made from temporary keys"],
    ]);
  });

  test.each([
    ["success", ["mfa", "no-mfa", "federated", "check", "switch", "token"]],
    ["failure", ["mistyped"]],
    ["unknown", ["lost"]],
  ])("result=%s narrows", async (result, expected) => {
    expect(idsOf(await ask(caseFolder, "console-logins", { params: { result } }))).toEqual(expected);
  });
});

describe("write-actions", () => {
  const linked = roleSession("x", {
    sessionContext: {
      sessionIssuer: {
        type: "Role",
        principalId: "AROALINKEDXXXXXXXXXXX",
        arn: `arn:aws:iam::${ACCOUNT}:role/aws-service-role/s/AWSServiceRoleForS`,
        accountId: ACCOUNT,
      },
    },
  });
  const records = [
    makeRecord(0, { eventID: "write", readOnly: false }),
    makeRecord(1, { eventID: "refused", readOnly: false, ...denied("ec2:RunInstances", "*") }),
    makeRecord(2, {
      eventID: "for-alice",
      readOnly: false,
      userIdentity: iamUser("alice", { invokedBy: "cloudformation.amazonaws.com" }),
    }),
    makeRecord(3, { eventID: "unmarked", readOnly: undefined, eventName: "RunInstances" }),
    makeRecord(4, {
      eventID: "service",
      readOnly: false,
      userIdentity: { type: "AWSService", invokedBy: "s.amazonaws.com" },
    }),
    makeRecord(5, {
      eventID: "untyped",
      readOnly: false,
      userIdentity: { accountId: ACCOUNT, invokedBy: "s.amazonaws.com" },
    }),
    makeRecord(6, { eventID: "linked", readOnly: false, userIdentity: linked }),
    makeRecord(7, { eventID: "read" }),
    makeRecord(8, { eventID: "unmarked-read", readOnly: undefined }),
    makeRecord(9, { eventID: "insight", ...insight, readOnly: false }),
    makeRecord(10, { eventID: "network", ...network, readOnly: false }),
  ];

  let caseFolder: string;
  beforeAll(async () => {
    caseFolder = await caseOf(records);
  });

  test("lists writes by people, the failed ones too, and what services did for people", async () => {
    expect(idsOf(await ask(caseFolder, "write-actions"))).toEqual(["write", "refused", "for-alice", "unmarked"]);
  });

  test("adds what services did of themselves when asked", async () => {
    expect(idsOf(await ask(caseFolder, "write-actions", { params: { include_services: "true" } }))).toEqual([
      "write",
      "refused",
      "for-alice",
      "unmarked",
      "service",
      "untyped",
      "linked",
    ]);
  });
});

describe("key-usage", () => {
  const key = "AKIAALICEXXXXXXXXXXX";
  const records = [
    makeRecord(0, {
      eventID: "issued",
      eventSource: "iam.amazonaws.com",
      eventName: "CreateAccessKey",
      userIdentity: iamUser("bob"),
      responseElements: { accessKey: { accessKeyId: key, userName: "alice" } },
    }),
    makeRecord(1, { eventID: "used" }),
    makeRecord(2, { eventID: "used-on-itself", eventName: "UpdateAccessKey", requestParameters: { accessKeyId: key } }),
    makeRecord(3, {
      eventID: "named",
      eventName: "DeleteAccessKey",
      userIdentity: iamUser("bob"),
      requestParameters: { accessKeyId: key },
    }),
    makeRecord(4, {
      eventID: "in-message",
      userIdentity: iamUser("bob"),
      errorCode: "NoSuchEntity",
      errorMessage: `The Access Key with id ${key} cannot be found.`,
    }),
    makeRecord(5, { eventID: "longer", userIdentity: iamUser("bob"), requestParameters: { accessKeyId: `${key}Y` } }),
    makeRecord(6, {
      eventID: "inside-text",
      userIdentity: iamUser("bob"),
      requestParameters: { note: `not ${key} alone` },
    }),
    makeRecord(7, { eventID: "other", userIdentity: iamUser("bob") }),
    makeRecord(8, { eventID: "network", ...network }),
  ];

  let caseFolder: string;
  beforeAll(async () => {
    caseFolder = await caseOf(records);
  });

  test("tells uses, issue and mentions apart", async () => {
    const { rows } = await ask(caseFolder, "key-usage", { params: { access_key: key } });

    expect(rows.map(({ event_id, role, detail }) => [event_id, role, detail])).toEqual([
      ["issued", "issued", "named in responseElements"],
      ["used", "used", null],
      ["used-on-itself", "used", null],
      ["named", "named", "named in requestParameters"],
      ["in-message", "named", "named in errorMessage; NoSuchEntity"],
      ["network", "used", "VpceAccessDenied"],
    ]);
  });

  test.each(["AKIAALICE", "%", "", `${key}"`])("a part of a key, or a pattern, is no key: %j", async (part) => {
    expect(idsOf(await ask(caseFolder, "key-usage", { params: { access_key: part } }))).toEqual([]);
  });
});
