import { PRODUCTION, type Region } from "../cast/accounts.ts";
import { BACKDOOR_KEY } from "../cast/credentials.ts";
import { BACKDOOR_USER } from "../cast/principals.ts";
import { javaTime } from "../clock.ts";
import { accessKeyId, uuid } from "../ids.ts";
import type { Json } from "../json.ts";
import { CLICKS } from "../noise/repertoire.ts";
import type { Random } from "../random.ts";
import { userIdentity, type RoleSession } from "../records/identity.ts";
import { recordCall, type Caller } from "../records/record.ts";
import { recordSignIn } from "../records/signin.ts";
import { sessionCaller } from "../records/sts.ts";
import { BROWSER, BROWSER_ADDRESS, SCRIPT, SERVER_ADDRESS, tonight } from "./attacker.ts";
import type { Script } from "./script.ts";

/** 01:21 to 02:24: a user with full rights, a key and a password, and a look around in the console. */
export function persistence(script: Script, maintenance: RoleSession, random: Random): void {
  surveyUsers(script, maintenance, random.fork("survey"));
  createUser(script, maintenance, random.fork("create"));
  signIn(script, random.fork("sign-in"));
}

function surveyUsers(script: Script, maintenance: RoleSession, random: Random): void {
  const caller = sessionCaller(maintenance, { address: SERVER_ADDRESS, userAgent: SCRIPT });
  ["ListUsers", "GetAccountSummary", "ListRoles", "GetAccountPasswordPolicy", "ListAccountAliases"].forEach(
    (name, index) => {
      const call = {
        at: tonight("01:21:40") + Math.floor(index / 3),
        region: "us-east-1" as Region,
        source: "iam",
        name,
      };
      script.attack(recordCall(caller, call, random), "identity-recon", "discovery-bursts");
    },
  );
}

/** Four changes in two seconds; by event id the policy would come before the user it is attached to. */
function createUser(script: Script, maintenance: RoleSession, random: Random): void {
  const caller = sessionCaller(maintenance, { address: SERVER_ADDRESS, userAgent: SCRIPT });
  const at = tonight("01:27:12");
  const userName = BACKDOOR_USER.name;
  const created = {
    path: "/",
    userName,
    userId: BACKDOOR_USER.uniqueId,
    arn: BACKDOOR_USER.arn,
    createDate: javaTime(at),
  };
  const key = { userName, accessKeyId: BACKDOOR_KEY, status: "Active", createDate: javaTime(at + 1) };
  const profile = { userName, passwordResetRequired: false, createDate: javaTime(at + 1) };
  const policyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
  const change = (
    second: number,
    name: string,
    details: { request: Json; response?: Json; eventId?: string },
  ): void => {
    const call = { at: at + second, region: "us-east-1" as Region, source: "iam", name, readOnly: false, ...details };
    script.attack(
      recordCall(caller, call, random),
      "write-actions",
      "backdoor-principal-chain",
      ...(FINDERS[name] ?? []),
    );
  };
  change(0, "CreateUser", { request: { userName }, response: { user: created }, eventId: uuid(random, "d7") });
  change(0, "AttachUserPolicy", { request: { userName, policyArn }, eventId: uuid(random, "12") });
  change(1, "CreateAccessKey", { request: { userName }, response: { accessKey: key }, eventId: uuid(random, "c3") });
  const request = { userName, passwordResetRequired: false };
  change(1, "CreateLoginProfile", { request, response: { loginProfile: profile } });
}

const FINDERS: Readonly<Record<string, readonly string[]>> = {
  CreateUser: ["resources-created"],
  AttachUserPolicy: ["iam-privilege-grants"],
  CreateAccessKey: ["new-credentials", "key-usage"],
  CreateLoginProfile: ["new-credentials", "login-profile-changes"],
};

/** One mistyped password, then in, without MFA, at the sign-in endpoint of another region than the key's calls. */
function signIn(script: Script, random: Random): void {
  const at = tonight("02:05:31");
  const place = { region: "eu-central-1", account: PRODUCTION, address: BROWSER_ADDRESS, userAgent: BROWSER } as const;
  const identity = userIdentity(BACKDOOR_USER, undefined);
  const failure = "Failed authentication";
  // A failed sign-in names the user without an ARN.
  const unproven = { ...userIdentity(BACKDOOR_USER, ""), arn: undefined };
  script.attack(
    recordSignIn({ ...place, at: at - 21, identity: unproven, failure, mfa: "not-used" }, random),
    "console-logins",
  );
  script.attack(
    recordSignIn({ ...place, at, identity, mfa: "not-used" }, random),
    "console-logins",
    "console-login-no-mfa",
  );
  lookAround(script, { loginAt: at }, random);
}

/** Console pages: keys rotate, all bear the login's second, and two pages call from inside AWS. */
function lookAround(script: Script, login: { loginAt: number }, random: Random): void {
  let clock = login.loginAt;
  let key = accessKeyId("ASIA", PRODUCTION, random);
  for (let index = 0; index < 20; index += 1) {
    if (index % 4 === 3) clock += random.integer(15, 170);
    if (index % 6 === 5) key = accessKeyId("ASIA", PRODUCTION, random);
    const [source, name, request] = random.pick(CLICKS);
    const isInside = index % 10 === 4;
    const caller: Caller = {
      identity: userIdentity(BACKDOOR_USER, key, {
        createdAt: login.loginAt,
        ...(isInside && { invokedBy: `${source}.amazonaws.com` }),
      }),
      account: PRODUCTION,
      address: isInside ? `${source}.amazonaws.com` : BROWSER_ADDRESS,
      userAgent: isInside ? "AWS Internal" : BROWSER,
      fromConsole: true,
      ...(!isInside && { tls: "TLSv1.3" }),
    };
    const region = source === "iam" ? "us-east-1" : "eu-central-1";
    script.attack(recordCall(caller, { at: clock, region, source, name, request }, random), "principal-dossier");
  }
}
