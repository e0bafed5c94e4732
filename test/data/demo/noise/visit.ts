import { MANAGEMENT, type Account, type Region } from "../cast/accounts.ts";
import { IDENTITY_STORE_ARN, type Person } from "../cast/people.ts";
import { permissionSetRole } from "../cast/principals.ts";
import { isoTime } from "../clock.ts";
import { accessKeyId, uuid } from "../ids.ts";
import type { Random } from "../random.ts";
import { accessDenied } from "../records/denial.ts";
import { roleIdentity, type RoleSession } from "../records/identity.ts";
import { recordCall, recordServiceEvent, type Caller, type TrailRecord } from "../records/record.ts";
import { recordSignIn } from "../records/signin.ts";
import { assumeRoleFromOutside } from "../records/sts.ts";
import { CLICKS, COMMANDS } from "./repertoire.ts";

export interface Visit {
  readonly person: Person;
  readonly account: Account;
  readonly region: Region;
  readonly at: number;
}

export interface Arrival {
  readonly records: readonly TrailRecord[];
  readonly person: Person;
  /** Console keys rotate; they all carry the login's time. In a terminal it is the session that STS issued. */
  readonly session: RoleSession;
  /** When the person can begin to work. */
  readonly readyAt: number;
}

/** Portal, SAML, and for console people the console's own sign-in record: three accounts' worth of traces. */
export function signInThroughIdentityCenter(visit: Visit, random: Random): Arrival {
  const { person, account, at } = visit;
  const role = permissionSetRole(account, person.permissionSet);
  const samlProviderArn = `arn:aws:iam::${account.id}:saml-provider/AWSSSO_${role.uniqueId.slice(8, 14).toLowerCase()}_DO_NOT_DELETE`;
  const outsider: Caller = {
    identity: {
      type: "SAMLUser",
      principalId: `fernhollow=:${person.email}`,
      userName: person.email,
      identityProvider: "fernhollow=",
    },
    account,
    address: person.address,
    userAgent: person.usesCli ? "aws-internal/3" : person.browser,
    tls: "TLSv1.3",
  };
  const ask = {
    at: at + 6,
    role,
    sessionName: person.email,
    region: "us-east-1",
    durationSeconds: 28_800,
    name: "AssumeRoleWithSAML",
    request: { sAMLAssertionID: `_${uuid(random)}`, principalArn: samlProviderArn },
    response: {
      issuer: "https://portal.sso.eu-central-1.amazonaws.com/saml",
      subjectType: "persistent",
      subject: person.email,
    },
    furtherResources: [{ accountId: account.id, type: "AWS::IAM::SAMLProvider", ARN: samlProviderArn }],
  } as const;
  const { records, session } = assumeRoleFromOutside(outsider, ask, random);
  const portal = portalEvents(visit, role.name, random);
  if (person.usesCli) return { records: [...portal, ...records], person, session, readyAt: at + 9 };
  const login = {
    at: at + 7,
    region: visit.region,
    account,
    identity: { ...roleIdentity({ ...session, createdAt: at + 6 }), accessKeyId: undefined },
    address: person.address,
    userAgent: person.browser,
    samlProviderArn,
  };
  const consoleSession = { ...session, createdAt: at + 7 };
  return {
    records: [...portal, ...records, recordSignIn(login, random)],
    person,
    session: consoleSession,
    readyAt: at + 9,
  };
}

/** Identity Center's own events, in the management account and the directory's home region. */
function portalEvents(visit: Visit, roleName: string, random: Random): TrailRecord[] {
  const { person, at } = visit;
  const identity = {
    type: "IdentityCenterUser",
    accountId: MANAGEMENT.id,
    onBehalfOf: { userId: person.identityStoreUserId, identityStoreArn: IDENTITY_STORE_ARN },
    credentialId: uuid(random),
  };
  const event = {
    region: "eu-central-1",
    account: MANAGEMENT,
    source: "sso",
    identity,
    address: person.address,
  } as const;
  const details = { role_name: roleName, account_id: visit.account.id };
  return [
    recordServiceEvent({ ...event, at, name: "Authenticate", details: { loginDate: isoTime(at) } }, random),
    recordServiceEvent({ ...event, at: at + 5, name: "Federate", details }, random),
  ];
}

export interface Stay extends Arrival {
  readonly region: Region;
  readonly calls: number;
}

/** Console work: bursts of reads whenever a page opens, under keys that change every few minutes; few are refused. */
export function browse(stay: Stay, random: Random): TrailRecord[] {
  const { session, person } = stay;
  const account = session.role.account;
  let clock = stay.readyAt;
  let key = accessKeyId("ASIA", account, random);
  return Array.from({ length: stay.calls }, (_, index) => {
    if (index % 6 === 0) clock += random.integer(20, 150);
    if (index % 9 === 8) key = accessKeyId("ASIA", account, random);
    const [source, name, request] = random.pick(CLICKS);
    const region = source === "iam" || source === "ce" ? "us-east-1" : stay.region;
    const caller: Caller = {
      identity: roleIdentity({ ...session, accessKeyId: key }),
      account,
      address: person.address,
      userAgent: source === "health" ? "AWS Internal" : person.browser,
      tls: "TLSv1.3",
      fromConsole: true,
    };
    const at = clock + random.integer(0, 1);
    if (person.permissionSet !== "PlatformAdmin" && random.chance(4)) {
      const error = accessDenied(caller, `${source}:${name.replace(/\d{8}$/, "")}`, "*");
      return recordCall(caller, { at, region, source, name, error }, random);
    }
    return recordCall(caller, { at, region, source, name, request }, random);
  });
}

/** Terminal work: one command at a time, its name in the user agent. */
export function typeCommands(stay: Stay, random: Random): TrailRecord[] {
  let clock = stay.readyAt;
  return Array.from({ length: stay.calls }, () => {
    clock += random.integer(4, 70);
    const [source, name, request] = random.pick(COMMANDS);
    const command = `${source}.${name
      .replace(/\d{8}v?\d?$/, "")
      .replace(/(?<=[a-z])(?=[A-Z])/g, "-")
      .toLowerCase()}`;
    const userAgent = `aws-cli/2.25.3 md/awscrt#0.23.8 ua/2.1 os/macos#24.3.0 md/arch#arm64 lang/python#3.12.9 md/installer#exe md/prompt#off md/command#${command}`;
    const identity = roleIdentity(stay.session);
    const caller: Caller = {
      identity,
      account: stay.session.role.account,
      address: stay.person.address,
      userAgent,
      tls: "TLSv1.3",
    };
    return recordCall(
      caller,
      { at: clock, region: source === "iam" ? "us-east-1" : stay.region, source, name, request },
      random,
    );
  });
}
