import { DEVELOPMENT, PRODUCTION } from "../cast/accounts.ts";
import { MAINTENANCE_ROLE, RELEASE_ROLE, role, type Role } from "../cast/principals.ts";
import { ORDER_INTAKE_FUNCTION, ORDER_INTAKE_FUNCTION_ARN } from "../cast/resources.ts";
import type { Random } from "../random.ts";
import { uuid } from "../ids.ts";
import { RELEASE_SESSION } from "../noise/pipeline.ts";
import { accessDenied } from "../records/denial.ts";
import { roleIdentity, type RoleSession } from "../records/identity.ts";
import { useKey } from "../records/kms.ts";
import { recordCall, type Call, type Caller } from "../records/record.ts";
import { assumeRole, sessionCaller } from "../records/sts.ts";
import { kali, SCRIPT, SERVER_ADDRESS, tonight, withLeakedKey } from "./attacker.ts";
import type { Script } from "./script.ts";

/** Chosen by the attacker's tool, so it names one session only. */
const MAINTENANCE_SESSION = "botocore-session-1774746488";

export interface Chain {
  /** Shares its session name with every release of the pipeline: only its key tells it apart. */
  readonly release: RoleSession;
  /** Issued in the same second as the one above, never used. */
  readonly unusedKey: string;
  readonly maintenance: RoleSession;
}

/** 00:52 to 01:12: some guesses refused, then development's user becomes production's release role, then its admin. */
export function roleChain(script: Script, random: Random): Chain {
  guessRoles(script, random.fork("guesses"));
  const { release, unusedKey } = enterProduction(script, random.fork("enter"));
  lookAtRelease(script, release, random.fork("look"));
  return { release, unusedKey, maintenance: climb(script, release, random.fork("climb")) };
}

/** Refused across the border: production never hears of it, and only the message names the role. */
function guessRoles(script: Script, random: Random): void {
  const caller = withLeakedKey(SCRIPT);
  const guesses: readonly Role[] = [
    role(PRODUCTION, "OrganizationAccountAccessRole"),
    role(PRODUCTION, "Admin"),
    role(PRODUCTION, "prod-admin"),
    role(DEVELOPMENT, "platform-admin"),
    MAINTENANCE_ROLE,
  ];
  guesses.forEach((guess, index) => {
    const error = { ...accessDenied(caller, "sts:AssumeRole", guess.arn) };
    const call: Call = {
      at: tonight("00:52:06") + Math.floor(index / 2),
      region: "us-east-1",
      source: "sts",
      name: "AssumeRole",
      error,
    };
    script.attack(recordCall(caller, call, random), "access-denied", "failed-role-assumptions");
  });
}

/** The tool asks twice in one second and uses one key, in that same second; by id the use sorts before the issue. */
function enterProduction(script: Script, random: Random): { release: RoleSession; unusedKey: string } {
  const caller = withLeakedKey(SCRIPT);
  const at = tonight("00:58:33");
  const ask = { at, role: RELEASE_ROLE, sessionName: RELEASE_SESSION, region: "us-east-1" } as const;
  const [unused, used] = [
    assumeRole(caller, { ...ask, eventId: uuid(random, "e8") }, random),
    assumeRole(caller, { ...ask, eventId: uuid(random, "f4") }, random),
  ];
  script.attack([...unused.records, ...used.records], "who-assumed-role", "cross-account-access");
  const first = sessionCaller(used.session, { address: SERVER_ADDRESS, userAgent: SCRIPT });
  const whoami: Call = {
    at,
    region: "us-east-1",
    source: "sts",
    name: "GetCallerIdentity",
    eventId: uuid(random, "0a"),
  };
  script.attack(recordCall(first, whoami, random), "first-call-whoami");
  return { release: used.session, unusedKey: unused.session.accessKeyId };
}

function lookAtRelease(script: Script, release: RoleSession, random: Random): void {
  const caller = sessionCaller(release, { address: SERVER_ADDRESS, userAgent: SCRIPT });
  const at = tonight("01:01:15");
  const functionName = ORDER_INTAKE_FUNCTION;
  const context = { "aws:lambda:FunctionArn": ORDER_INTAKE_FUNCTION_ARN };
  const use = { at, region: "eu-central-1", name: "Decrypt", key: "default", context } as const;
  for (const name of ["GetFunction20150331v2", "GetFunctionConfiguration20150331v2"]) {
    const look: Call = { at, region: "eu-central-1", source: "lambda", name, request: { functionName } };
    script.attack(recordCall(caller, look, random));
    // Lambda decrypts the variables with the session's own key: neither address nor name gives this one away.
    script.attack(useKey(forwardedBy("lambda.amazonaws.com", release), use, random));
  }
  const policies = ["ListRolePolicies", "ListAttachedRolePolicies", "GetRole"].map((name): Call => {
    return { at: at + 14, region: "us-east-1", source: "iam", name, request: { roleName: RELEASE_ROLE.name } };
  });
  for (const call of policies) script.attack(recordCall(caller, call, random), "identity-recon");
}

function forwardedBy(service: string, session: RoleSession): Caller {
  const identity = roleIdentity({ ...session, invokedBy: service });
  return { identity, account: session.role.account, address: service, userAgent: service };
}

/** A second hop inside production: first without luck, then as the role that may do everything. */
function climb(script: Script, release: RoleSession, random: Random): RoleSession {
  const caller = sessionCaller(release, { address: SERVER_ADDRESS, userAgent: kali("sts.assume-role") });
  const admin = role(PRODUCTION, "prod-admin");
  const error = accessDenied(caller, "sts:AssumeRole", admin.arn);
  const refused: Call = { at: tonight("01:06:50"), region: "us-east-1", source: "sts", name: "AssumeRole", error };
  script.attack(recordCall(caller, refused, random), "access-denied", "failed-role-assumptions");
  const at = tonight("01:08:08");
  const ask = { at, role: MAINTENANCE_ROLE, sessionName: MAINTENANCE_SESSION, region: "us-east-1" } as const;
  const issue = assumeRole(caller, { ...ask, eventId: uuid(random, "f9") }, random);
  script.attack(issue.records, "role-chains");
  const climbed = sessionCaller(issue.session, { address: SERVER_ADDRESS, userAgent: kali("sts.get-caller-identity") });
  const whoami: Call = {
    at,
    region: "us-east-1",
    source: "sts",
    name: "GetCallerIdentity",
    eventId: uuid(random, "1c"),
  };
  script.attack(recordCall(climbed, whoami, random), "first-call-whoami");
  return issue.session;
}
