import {
  DEVELOPMENT,
  FOREIGN_ACCOUNT_ID,
  PRODUCTION,
  SECOND_TRAIL,
  type Account,
  type Region,
} from "../cast/accounts.ts";
import { BACKDOOR_KEY, LEAKED_KEY, REPLACEMENT_KEY } from "../cast/credentials.ts";
import { JONAS } from "../cast/people.ts";
import { BACKDOOR_USER, CI_USER, MAINTENANCE_ROLE, RELEASE_ROLE } from "../cast/principals.ts";
import { isoTime, javaTime } from "../clock.ts";
import type { Json } from "../json.ts";
import { KEY_REPLACED_AT } from "../noise/noise.ts";
import { signInThroughIdentityCenter } from "../noise/visit.ts";
import type { Random } from "../random.ts";
import { recordCall, type Caller } from "../records/record.ts";
import { sessionCaller } from "../records/sts.ts";
import { tonight } from "./attacker.ts";
import { SECOND_TRAIL_REGION, selectors } from "./blinding.ts";
import { permissionToCopy, SHARED_DATABASE_SNAPSHOT, SHARED_SNAPSHOT } from "./giveaway.ts";
import type { Script } from "./script.ts";

interface Step {
  readonly at: number;
  readonly source: string;
  readonly name: string;
  readonly request: Json;
  readonly response?: Json;
  readonly region?: Region;
  readonly finders: readonly string[];
}

/** 06:38 to 09:27: the person on call stops the attack, restores logging, and later cleans up. */
export function defence(script: Script, random: Random): void {
  const development = arrive(script, { account: DEVELOPMENT, at: tonight("06:38:20") }, random.fork("development"));
  for (const step of [disable(tonight("06:41:05"), CI_USER.name, LEAKED_KEY)])
    take(script, { caller: development, step }, random);
  const production = arrive(script, { account: PRODUCTION, at: tonight("06:43:02") }, random.fork("production"));
  for (const step of containment()) take(script, { caller: production, step }, random);
  for (const step of cleanUp()) take(script, { caller: production, step }, random);
  for (const step of replacement()) take(script, { caller: development, step }, random);
}

function arrive(script: Script, visit: { account: Account; at: number }, random: Random): Caller {
  const person = { ...JONAS, usesCli: true };
  const arrival = signInThroughIdentityCenter({ person, region: "eu-central-1", ...visit }, random);
  script.defence(arrival.records);
  const userAgent =
    "aws-cli/2.25.3 md/awscrt#0.23.8 ua/2.1 os/linux#6.11.0 md/arch#x86_64 lang/python#3.12.9 md/installer#exe";
  return sessionCaller(arrival.session, { address: person.address, userAgent });
}

function take(script: Script, action: { caller: Caller; step: Step }, random: Random): void {
  const { finders, ...call } = action.step;
  const record = recordCall(action.caller, { region: "us-east-1", readOnly: false, ...call }, random);
  script.defence(record, "write-actions", ...finders);
}

function disable(at: number, userName: string, accessKeyId: string): Step {
  const request = { userName, status: "Inactive", accessKeyId };
  return { at, source: "iam", name: "UpdateAccessKey", request, finders: ["key-usage", "access-removal"] };
}

function containment(): Step[] {
  const userName = BACKDOOR_USER.name;
  return [
    disable(tonight("06:44:11"), userName, BACKDOOR_KEY),
    {
      at: tonight("06:44:40"),
      source: "iam",
      name: "DeleteLoginProfile",
      request: { userName },
      finders: ["login-profile-changes", "access-removal"],
    },
    revokeSessions(tonight("06:46:02"), RELEASE_ROLE.name),
    revokeSessions(tonight("06:46:19"), MAINTENANCE_ROLE.name),
    ...restoreLogging(),
    ...takeBack(),
  ];
}

function revokeSessions(at: number, roleName: string): Step {
  const condition = { DateLessThan: { "aws:TokenIssueTime": isoTime(at) } };
  const statement = [{ Effect: "Deny", Action: ["*"], Resource: ["*"], Condition: condition }];
  const policyDocument = JSON.stringify({ Version: "2012-10-17", Statement: statement });
  const request = { roleName, policyName: "AWSRevokeOlderSessions", policyDocument };
  return { at, source: "iam", name: "PutRolePolicy", request, finders: [] };
}

function restoreLogging(): Step[] {
  const whole = selectors("All", true);
  const step = { source: "cloudtrail", region: SECOND_TRAIL_REGION, finders: ["cloudtrail-tampering"] };
  return [
    {
      ...step,
      at: tonight("06:52:30"),
      name: "PutEventSelectors",
      request: { trailName: SECOND_TRAIL.name, ...whole },
      response: { trailARN: SECOND_TRAIL.arn, ...whole },
    },
    { ...step, at: tonight("06:52:48"), name: "StartLogging", request: { name: SECOND_TRAIL.name } },
  ];
}

function takeBack(): Step[] {
  const permission = { dBSnapshotIdentifier: SHARED_DATABASE_SNAPSHOT, attributeName: "restore" };
  const step = { region: SECOND_TRAIL_REGION, finders: ["snapshot-and-image-sharing"] };
  return [
    {
      ...step,
      at: tonight("06:58:07"),
      source: "ec2",
      name: "ModifySnapshotAttribute",
      request: permissionToCopy(SHARED_SNAPSHOT, "remove"),
    },
    {
      ...step,
      at: tonight("06:58:55"),
      source: "rds",
      name: "ModifyDBSnapshotAttribute",
      request: { ...permission, valuesToRemove: [FOREIGN_ACCOUNT_ID] },
      response: permission,
    },
  ];
}

function cleanUp(): Step[] {
  const userName = BACKDOOR_USER.name;
  const policyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
  return [
    {
      at: tonight("09:11:20"),
      source: "iam",
      name: "DetachUserPolicy",
      request: { userName, policyArn },
      finders: ["access-removal"],
    },
    {
      at: tonight("09:11:31"),
      source: "iam",
      name: "DeleteAccessKey",
      request: { userName, accessKeyId: BACKDOOR_KEY },
      finders: ["key-usage", "access-removal"],
    },
    { at: tonight("09:11:31"), source: "iam", name: "DeleteUser", request: { userName }, finders: ["access-removal"] },
    {
      at: tonight("09:14:03"),
      source: "ec2",
      name: "DeleteSnapshot",
      region: "eu-central-1",
      request: { snapshotId: SHARED_SNAPSHOT },
      finders: ["destructive-actions"],
    },
  ];
}

function replacement(): Step[] {
  const userName = CI_USER.name;
  const accessKey = { userName, accessKeyId: REPLACEMENT_KEY, status: "Active", createDate: javaTime(KEY_REPLACED_AT) };
  return [
    {
      at: KEY_REPLACED_AT,
      source: "iam",
      name: "CreateAccessKey",
      request: { userName },
      response: { accessKey },
      finders: ["new-credentials"],
    },
    {
      at: tonight("09:26:44"),
      source: "iam",
      name: "DeleteAccessKey",
      request: { userName, accessKeyId: LEAKED_KEY },
      finders: ["key-usage", "access-removal"],
    },
  ];
}
