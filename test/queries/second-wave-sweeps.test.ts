import { beforeAll, expect, test } from "vitest";
import { ask, type Answer } from "../helpers/ask-library.ts";
import { insight, roleSession, rootUser, signIn } from "../helpers/record-parts.ts";
import { caseOf } from "../helpers/small-case.ts";
import { ACCOUNT, iamUser, makeRecord, timeAt, type RecordFields } from "../helpers/trail-maker.ts";

// Second factors that failed or were never asked for, and one call swept over regions.

const TERRAFORM = { userAgent: "APN/1.0 HashiCorp/1.0 Terraform/1.5.0" };
const session = (mfaAuthenticated: string, changes: RecordFields = {}): RecordFields =>
  iamUser("alice", {
    accessKeyId: "ASIAALICEXXXXXXXXXXX",
    sessionContext: { attributes: { mfaAuthenticated } },
    ...changes,
  });
const groups = (answer: Answer, ...names: string[]): unknown[][] =>
  answer.rows.map((row) => names.map((name) => row[name]));
const verification = (second: number, credentialType: string, user: string, result: string): RecordFields =>
  makeRecord(second, {
    eventID: `verify ${second}`,
    ...signIn("CredentialVerification", result),
    userIdentity: { type: "Unknown", accountId: ACCOUNT, userName: user },
    additionalEventData: { CredentialType: credentialType },
  });
const login = (second: number, user: string, result: string, changes: RecordFields = {}): RecordFields =>
  makeRecord(second, {
    eventID: `login ${user} ${second}`,
    ...signIn("ConsoleLogin", result),
    userIdentity: iamUser(user, { accessKeyId: "" }),
    sourceIPAddress: "203.0.113.5",
    additionalEventData: { MFAUsed: "Yes" },
    ...(result === "Failure" ? { errorMessage: "Failed authentication" } : {}),
    ...changes,
  });
const write = (second: number, userIdentity: RecordFields, changes: RecordFields = {}): RecordFields =>
  makeRecord(second, {
    eventID: `write ${second}`,
    eventName: "CreateTags",
    readOnly: false,
    userIdentity,
    ...changes,
  });
const sweep = (from: number, step: number, count: number, changes: RecordFields): RecordFields[] =>
  Array.from({ length: count }, (_, i) =>
    makeRecord(from + i * step, { eventID: `sweep ${from} ${i}`, awsRegion: `region-${i}`, ...changes }),
  );
const by = (name: string): RecordFields => ({ userIdentity: iamUser(name) });
let folder: string;
beforeAll(async () => {
  folder = await caseOf([
    // Second factors.
    login(0, "bob", "Failure"),
    login(60, "bob", "Failure", { sourceIPAddress: "203.0.113.6" }),
    login(120, "bob", "Success"),
    login(0, "carol", "Failure"),
    login(3600, "carol", "Failure"),
    login(0, "dave", "Failure", { additionalEventData: { MFAUsed: "No" } }),
    login(1, "dave", "Failure", { additionalEventData: { MFAUsed: "No" } }),
    login(0, "erin", "Failure", { additionalEventData: ["odd"] }),
    login(1, "erin", "Failure", { additionalEventData: null }),
    ...[10, 20, 30].map((second) => verification(second, "TOTP", "frank", "Failure")),
    ...[11, 21, 31].map((second) => verification(second, "PASSWORD", "grace", "Failure")),
    // Changes.
    write(200, session("false")),
    write(201, session("false"), { errorCode: "Client.UnauthorizedOperation", requestParameters: null }),
    write(202, session("false"), { eventSource: "iam.amazonaws.com", eventName: "CreateUser" }),
    write(203, session("true", { accessKeyId: "ASIAWITHMFAXXXXXXXXX" })),
    write(204, session("false", { invokedBy: "cloudformation.amazonaws.com" })),
    write(205, iamUser("henry")),
    write(206, { ...rootUser, accessKeyId: "AKIAROOTXXXXXXXXXXXX" }),
    write(207, roleSession("ci")),
    write(208, iamUser("ivan"), TERRAFORM),
    write(209, iamUser("judy"), insight),
    // Sweeps.
    ...sweep(1000, 5, 6, by("scanner")),
    ...sweep(1001, 5, 6, { ...by("scanner"), eventName: "DescribeVpcs", errorCode: "AccessDenied" }),
    ...sweep(2000, 5, 4, { ...by("miner"), eventName: "RunInstances", readOnly: false }),
    ...sweep(3000, 5, 3, by("small")),
    ...sweep(4000, 500, 6, by("drifter")),
    ...sweep(8000, 5, 6, { ...by("deployer"), ...TERRAFORM }),
    ...sweep(9000, 5, 6, { userIdentity: { type: "AWSService", invokedBy: "config.amazonaws.com" } }),
  ]);
});

test("mfa-fatigue takes failures of the second factor alone, close together", async () => {
  const answer = await ask(folder, "mfa-fatigue");

  expect(groups(answer, "person", "n_actions", "severity", "n_ips")).toEqual([
    ["bob", 2, "medium", 2],
    ["frank", 3, "low", 3],
  ]);
  expect(answer.rows[0]!["success_from"]).toBe("203.0.113.5");
  expect(answer.rows[1]!["success_after"]).toBeNull();
});

test("mfa-fatigue sees a sign-in after the scope", async () => {
  const { rows } = await ask(folder, "mfa-fatigue", { scope: { until: timeAt(100) } });

  expect(rows[0]).toMatchObject({ person: "bob", success_from: "203.0.113.5" });
});

test("no-mfa-writes tells sessions without a second factor from long-term keys", async () => {
  const answer = await ask(folder, "no-mfa-writes");

  const expected = [
    ["ASIAALICEXXXXXXXXXXX", "session without MFA", 3, 1, 1, "medium"],
    ["AKIAHENRYXXXXXXXXXXX", "long-term key", 1, 0, 0, "low"],
    ["AKIAROOTXXXXXXXXXXXX", "long-term key", 1, 0, 0, "medium"],
    ["AKIAIVANXXXXXXXXXXXX", "long-term key", 1, 0, 0, "informational"],
  ];
  const found = groups(answer, "access_key", "how", "n_actions", "n_failed", "n_denied", "severity");
  expect(found.filter(([key]) => key !== "AKIAMINERXXXXXXXXXXX")).toEqual(expected);
  expect(found).toHaveLength(expected.length + 1);
});

test("multi-region-enumeration takes one call in many regions within the window", async () => {
  const answer = await ask(folder, "multi-region-enumeration");

  expect(groups(answer, "actor", "n_regions", "n_apis", "n_actions", "n_denied", "n_changes", "severity")).toEqual([
    [`arn:aws:iam::${ACCOUNT}:user/scanner`, 6, 2, 12, 6, 0, "low"],
    [`arn:aws:iam::${ACCOUNT}:user/deployer`, 6, 1, 6, 0, 0, "informational"],
    [`arn:aws:iam::${ACCOUNT}:user/miner`, 4, 1, 4, 0, 4, "medium"],
  ]);
});

test("multi-region-enumeration takes a longer window and fewer regions", async () => {
  const { rows } = await ask(folder, "multi-region-enumeration", { params: { window: "2h", min_regions: "3" } });

  expect(rows.map((row) => String(row["actor"]).split("/")[1]).toSorted()).toEqual([
    "deployer",
    "drifter",
    "miner",
    "scanner",
    "small",
  ]);
});
