import { personName, type Account, type Cast, type Principal, type PrincipalKind } from "./cast.ts";
import { Random } from "./random.ts";

/** Who makes a call, as the record states it. */
export interface Caller {
  /** JSON of `userIdentity`. */
  readonly identity: string;
  /** An address, or the name of the AWS service that calls. */
  readonly address: string;
  readonly userAgent: string;
  /** Calls that come out of AWS carry no `tlsDetails`. */
  readonly isFromAws: boolean;
  readonly vpcEndpoint: string | null;
  readonly fromConsole: boolean;
}

/** One set of credentials. */
interface Session {
  readonly identity: string;
  readonly addresses: readonly string[];
  readonly userAgents: readonly string[];
  readonly vpcEndpoint: string | null;
  readonly fromConsole: boolean;
}

/** Temporary keys change so often; with about 85 roles an account that makes some 2,000 keys in 120 days. */
const ROTATION_SECONDS = 16 * 86_400;

/** Hands out the credentials that are in use at a time; the same for the same corpus, principal and period. */
export class Callers {
  private readonly cast: Cast;
  private readonly sessions = new Map<string, Session>();

  constructor(cast: Cast) {
    this.cast = cast;
  }

  /** A caller of one of the kinds. `seconds` since 1970 UTC. */
  pick(account: Account, seconds: number, options: { kinds: readonly PrincipalKind[]; random: Random }): Caller {
    const { random } = options;
    const principal = random.pickSkewed(account.principals[random.pick(options.kinds)]);
    const session = this.sessionOf(account, principal, seconds);
    const { identity, vpcEndpoint, fromConsole } = session;
    if (principal.kind === "service-linked") {
      return {
        identity,
        address: principal.service,
        userAgent: principal.service,
        isFromAws: true,
        vpcEndpoint: null,
        fromConsole,
      };
    }
    return {
      identity,
      address: random.pick(session.addresses),
      userAgent: random.pick(session.userAgents),
      isFromAws: false,
      vpcEndpoint,
      fromConsole,
    };
  }

  private sessionOf(account: Account, principal: Principal, seconds: number): Session {
    const period = Math.floor(seconds / ROTATION_SECONDS);
    const name = `${principal.uniqueId}/${period}`;
    let session = this.sessions.get(name);
    if (session === undefined) {
      session = this.makeSession({ account, principal, period });
      this.sessions.set(name, session);
    }
    return session;
  }

  private makeSession({
    account,
    principal,
    period,
  }: {
    account: Account;
    principal: Principal;
    period: number;
  }): Session {
    const random = new Random(`${this.cast.seed}/session/${principal.uniqueId}/${period}`);
    const inVpc = principal.kind === "workload" && random.chance(0.4);
    const pool = inVpc ? this.cast.privateAddresses : this.cast.addresses;
    const addresses = Array.from({ length: random.integer(2, 5) }, () => random.pick(pool));
    const shared = {
      addresses,
      vpcEndpoint: inVpc ? account.vpcEndpoint : null,
      userAgents: userAgentsOf(this.cast.seed, principal),
    };
    if (principal.kind === "user") {
      return { ...shared, identity: userIdentity(account, principal, random), fromConsole: false };
    }
    const created = new Date((period * ROTATION_SECONDS + random.integer(0, 3_600)) * 1_000);
    const identity = roleIdentity(
      { account, principal, created, sessionName: sessionName(account, principal, random) },
      random,
    );
    return { ...shared, identity, fromConsole: principal.kind === "person" && random.chance(0.6) };
  }
}

/** What a service does on its own account. */
export function serviceCaller(service: string): Caller {
  return {
    identity: `{"type":"AWSService","invokedBy":"${service}"}`,
    address: service,
    userAgent: service,
    isFromAws: true,
    vpcEndpoint: null,
    fromConsole: false,
  };
}

function userIdentity(account: Account, user: Principal, random: Random): string {
  return (
    `{"type":"IAMUser","principalId":"${user.uniqueId}","arn":"${user.arn}","accountId":"${account.id}",` +
    `"accessKeyId":"${random.pick(user.accessKeys)}","userName":"${user.name}"}`
  );
}

interface RoleSession {
  readonly account: Account;
  readonly principal: Principal;
  readonly created: Date;
  readonly sessionName: string;
}

function roleIdentity({ account, principal, created, sessionName }: RoleSession, random: Random): string {
  const isLinked = principal.kind === "service-linked";
  const key = isLinked ? "" : `"accessKeyId":"ASIA${account.tag}${random.text("base32", 8)}",`;
  const delivery = principal.service === "ec2" ? `,"ec2RoleDelivery":"${random.pick(["1.0", "2.0"])}"` : "";
  const web =
    principal.kind === "pipeline"
      ? `{"federatedProvider":"arn:aws:iam::${account.id}:oidc-provider/token.actions.githubusercontent.com","attributes":{}}`
      : "{}";
  return (
    `{"type":"AssumedRole","principalId":"${principal.uniqueId}:${sessionName}",` +
    `"arn":"arn:aws:sts::${account.id}:assumed-role/${principal.name}/${sessionName}","accountId":"${account.id}",${key}` +
    `"sessionContext":{"sessionIssuer":{"type":"Role","principalId":"${principal.uniqueId}","arn":"${principal.arn}",` +
    `"accountId":"${account.id}","userName":"${principal.name}"},"webIdFederationData":${web},"attributes":{` +
    `"creationDate":"${created.toISOString().slice(0, 19)}Z","mfaAuthenticated":"false"}${delivery}}` +
    `${isLinked ? `,"invokedBy":"${principal.service}"` : ""}}`
  );
}

function sessionName(account: Account, principal: Principal, random: Random): string {
  if (principal.kind === "person") return `${personName(random)}@acme.example`;
  if (principal.kind === "pipeline") return "GitHubActions";
  if (principal.kind === "service-linked") return `${principal.service.split(".")[0]!}-${random.integer(1e9, 9e9)}`;
  if (principal.service === "ec2") return random.pick(account.instances);
  if (principal.service === "lambda") return random.pick(account.functions);
  return random.text("hex", 32);
}

/** The software of a principal stays the same for its sessions. */
function userAgentsOf(seed: string, principal: Principal): string[] {
  const random = new Random(`${seed}/software/${principal.uniqueId}`);
  const minor = random.integer(10, 34);
  const patch = random.integer(0, 20);
  if (principal.kind === "pipeline") {
    return [
      `APN/1.0 HashiCorp/1.0 Terraform/1.${minor % 9}.${patch} (+https://www.terraform.io) terraform-provider-aws/5.${minor}.0 ` +
        `(+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.${minor}.${patch} os/linux lang/go#1.21.${patch}`,
    ];
  }
  if (principal.kind === "workload") {
    return [
      `Boto3/1.${minor}.${patch} Python/3.11.${patch % 9} Linux/5.10.${patch}-amzn2.x86_64 Botocore/1.${minor + 3}.${patch}`,
      `aws-sdk-java/2.${minor}.${patch} Linux/5.10.${patch}-amzn2.x86_64 OpenJDK_64-Bit_Server_VM/17.0.${patch % 9} Java/17.0.${patch % 9} io/sync http/Apache`,
      `aws-sdk-go/1.${minor}.${patch} (go1.20.${patch}; linux; amd64)`,
    ].slice(random.integer(0, 1), random.integer(2, 3));
  }
  const browser = `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/1${minor}.0.0.0 Safari/537.36`;
  const cli = `aws-cli/2.${minor % 20}.${patch} md/awscrt#0.19.${patch} ua/2.0 os/macos#23.${patch % 7}.0 md/arch#arm64 lang/python#3.11.8 cfg/retry-mode#standard`;
  return [browser, cli];
}
