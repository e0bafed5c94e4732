import type { Region } from "../cast/accounts.ts";
import type { Role } from "../cast/principals.ts";
import { HOUR, javaTime } from "../clock.ts";
import { accessKeyId, sessionToken, uuid } from "../ids.ts";
import type { JsonObject } from "../json.ts";
import type { Random } from "../random.ts";
import { sharedWithOwner } from "./cross-account.ts";
import { roleIdentity, serviceCaller, sessionArn, type RoleSession } from "./identity.ts";
import { recordCall, type Caller, type TrailRecord } from "./record.ts";

export interface AssumeRole {
  readonly at: number;
  readonly role: Role;
  readonly sessionName: string;
  /** The STS endpoint asked; the global one records in us-east-1. */
  readonly region: Region;
  readonly durationSeconds?: number;
  readonly eventId?: string;
  readonly additional?: JsonObject;
}

export interface Issue {
  /** One record, or two when the role is in another account. */
  readonly records: readonly TrailRecord[];
  readonly session: RoleSession & { readonly accessKeyId: string };
}

/** A successful AssumeRole by a user or by another role. */
export function assumeRole(caller: Caller, ask: AssumeRole, random: Random): Issue {
  const session = issueSession(ask, random);
  const record = recordCall(
    caller,
    {
      at: ask.at,
      region: ask.region,
      source: "sts",
      name: "AssumeRole",
      request: {
        roleArn: ask.role.arn,
        roleSessionName: ask.sessionName,
        durationSeconds: ask.durationSeconds,
      },
      response: issueResponse(session, ask, random),
      resources: [roleResource(ask.role)],
      eventId: ask.eventId,
    },
    random,
  );
  const owner = ask.role.account;
  return { session, records: owner.id === caller.account.id ? [record] : sharedWithOwner(record, owner, random) };
}

/** A service takes its role. The record has a `sharedEventID` although only one account ever sees it. */
export function assumeRoleByService(service: string, ask: AssumeRole, random: Random): Issue {
  const session = issueSession(ask, random);
  const record = recordCall(
    serviceCaller(ask.role.account, service),
    {
      at: ask.at,
      region: ask.region,
      source: "sts",
      name: "AssumeRole",
      request: {
        roleArn: ask.role.arn,
        roleSessionName: ask.sessionName,
        durationSeconds: ask.durationSeconds ?? HOUR,
      },
      response: issueResponse(session, ask, random),
      resources: [roleResource(ask.role)],
      sharedEventId: uuid(random),
    },
    random,
  );
  return { session, records: [record] };
}

/** `AssumeRoleWithWebIdentity` or `AssumeRoleWithSAML`: the caller has no AWS credentials yet. */
export function assumeRoleFromOutside(caller: Caller, ask: AssumeRole & FederatedAsk, random: Random): Issue {
  const session = issueSession(ask, random);
  const record = recordCall(
    caller,
    {
      at: ask.at,
      region: ask.region,
      source: "sts",
      name: ask.name,
      request: {
        ...ask.request,
        roleArn: ask.role.arn,
        roleSessionName: ask.sessionName,
        durationSeconds: ask.durationSeconds ?? HOUR,
      },
      response: { ...issueResponse(session, ask, random), ...ask.response },
      resources: [roleResource(ask.role), ...ask.furtherResources],
    },
    random,
  );
  return { session, records: [record] };
}

export interface FederatedAsk {
  readonly name: "AssumeRoleWithWebIdentity" | "AssumeRoleWithSAML";
  readonly request: JsonObject;
  readonly response: JsonObject;
  readonly furtherResources: readonly JsonObject[];
}

function issueSession(ask: AssumeRole, random: Random): Issue["session"] {
  return {
    role: ask.role,
    sessionName: ask.sessionName,
    accessKeyId: accessKeyId("ASIA", ask.role.account, random),
    createdAt: ask.at,
  };
}

function issueResponse(session: Issue["session"], ask: AssumeRole, random: Random): JsonObject {
  const { role, sessionName } = session;
  return {
    credentials: {
      accessKeyId: session.accessKeyId,
      sessionToken: sessionToken(random),
      expiration: javaTime(ask.at + (ask.durationSeconds ?? HOUR)),
    },
    assumedRoleUser: { assumedRoleId: `${role.uniqueId}:${sessionName}`, arn: sessionArn(role, sessionName) },
  };
}

function roleResource(role: Role): JsonObject {
  return { accountId: role.account.id, type: "AWS::IAM::Role", ARN: role.arn };
}

export interface Whereabouts {
  readonly address: string;
  readonly userAgent: string;
}

/** Someone who uses a role's temporary key from outside AWS. */
export function sessionCaller(session: RoleSession, from: Whereabouts): Caller {
  return { identity: roleIdentity(session), account: session.role.account, tls: "TLSv1.3", ...from };
}
