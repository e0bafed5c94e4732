import type { Account } from "../cast/accounts.ts";
import type { Role, User } from "../cast/principals.ts";
import { isoTime } from "../clock.ts";
import type { JsonObject } from "../json.ts";
import type { Caller } from "./record.ts";

/** Temporary credentials, or a console login: what `sessionContext` tells. */
export interface SessionFacts {
  /** Seconds; equal to the time of the AssumeRole or login that began the session. */
  readonly createdAt: number;
  readonly mfa?: boolean;
  /** "1.0" or "2.0" when an instance got the credentials from its metadata service. */
  readonly ec2RoleDelivery?: string;
  readonly webIdentity?: JsonObject;
  /** The service that called with the session's authority. */
  readonly invokedBy?: string;
  /** The function that a Lambda role's session was issued to. */
  readonly functionArn?: string;
}

export interface RoleSession extends SessionFacts {
  readonly role: Role;
  readonly sessionName: string;
  /** Absent for service-linked roles, whose keys AWS does not show. */
  readonly accessKeyId?: string;
}

/** A session of a role, with its issuer. */
export function roleIdentity(session: RoleSession): JsonObject {
  const { role, sessionName } = session;
  return {
    type: "AssumedRole",
    principalId: `${role.uniqueId}:${sessionName}`,
    arn: sessionArn(role, sessionName),
    accountId: role.account.id,
    accessKeyId: session.accessKeyId,
    sessionContext: {
      sessionIssuer: {
        type: "Role",
        principalId: role.uniqueId,
        arn: role.arn,
        accountId: role.account.id,
        userName: role.name,
      },
      webIdFederationData: session.webIdentity ?? {},
      attributes: sessionAttributes(session),
      ec2RoleDelivery: session.ec2RoleDelivery,
    },
    invokedBy: session.invokedBy,
    inScopeOf: session.functionArn
      ? { issuerType: "AWS::Lambda::Function", credentialsIssuedTo: session.functionArn }
      : undefined,
  };
}

/** Leaves the role's path out, as STS does. */
export function sessionArn(role: Role, sessionName: string): string {
  return `arn:aws:sts::${role.account.id}:assumed-role/${role.name}/${sessionName}`;
}

/** An IAM user by long-term key, or by a session of a console login when `session` is given. */
export function userIdentity(user: User, accessKeyId: string | undefined, session?: SessionFacts): JsonObject {
  return {
    type: "IAMUser",
    principalId: user.uniqueId,
    arn: user.arn,
    accountId: user.account.id,
    accessKeyId,
    userName: user.name,
    // Not left out for users: AWS writes the two empty objects.
    sessionContext: session && {
      sessionIssuer: {},
      webIdFederationData: {},
      attributes: sessionAttributes(session),
    },
    invokedBy: session?.invokedBy,
  };
}

function sessionAttributes(session: SessionFacts): JsonObject {
  return { creationDate: isoTime(session.createdAt), mfaAuthenticated: session.mfa ? "true" : "false" };
}

/** An account's root user in a console session. */
export function rootIdentity(account: Account, accessKeyId?: string, session?: SessionFacts): JsonObject {
  return {
    type: "Root",
    principalId: account.id,
    arn: `arn:aws:iam::${account.id}:root`,
    accountId: account.id,
    accessKeyId: accessKeyId ?? "",
    sessionContext: session && {
      sessionIssuer: {},
      webIdFederationData: {},
      attributes: sessionAttributes(session),
    },
  };
}

/** A service acting by itself in an account. */
export function serviceCaller(account: Account, service: string): Caller {
  const name = `${service}.amazonaws.com`;
  return { identity: { type: "AWSService", invokedBy: name }, account, address: name, userAgent: name };
}

/** A service-linked role at work: the service stands in address and user agent, and no key is shown. */
export function serviceRoleCaller(session: RoleSession & { readonly invokedBy: string }): Caller {
  const { invokedBy, role } = session;
  return { identity: roleIdentity(session), account: role.account, address: invokedBy, userAgent: invokedBy };
}
