import { Random } from "./random.ts";

/*
 * Who and what occurs in a corpus: 3 accounts, 6 regions, about 400 principals, and pools of addresses, buckets,
 * instances and the like. Everything follows from the corpus name.
 */

export type PrincipalKind = "user" | "workload" | "person" | "service-linked" | "pipeline";

export interface Principal {
  readonly kind: PrincipalKind;
  readonly name: string;
  /** AIDA… or AROA…. */
  readonly uniqueId: string;
  readonly arn: string;
  /** Service that uses a service-linked role; for a workload role, the one that hands out its sessions. */
  readonly service: string;
  /** Long-lived keys; users only. */
  readonly accessKeys: readonly string[];
}

export interface Account {
  readonly id: string;
  /** First letters of all ids of the account's keys and principals. */
  readonly tag: string;
  readonly principals: Readonly<Record<PrincipalKind, readonly Principal[]>>;
  readonly buckets: readonly string[];
  readonly instances: readonly string[];
  readonly functions: readonly string[];
  readonly keys: readonly string[];
  readonly secrets: readonly string[];
  readonly tables: readonly string[];
  readonly repositories: readonly string[];
  readonly groups: readonly string[];
  readonly vpcEndpoint: string;
}

export interface Cast {
  readonly seed: string;
  readonly accounts: readonly Account[];
  readonly addresses: readonly string[];
  readonly privateAddresses: readonly string[];
}

/** By share of deliveries. */
export const REGIONS: readonly (readonly [name: string, share: number])[] = [
  ["us-east-1", 0.54],
  ["eu-west-1", 0.2],
  ["us-west-2", 0.11],
  ["eu-central-1", 0.08],
  ["ap-southeast-2", 0.04],
  ["sa-east-1", 0.03],
];

export const ACCOUNT_SHARES = [0.62, 0.27, 0.11] as const;

const WORDS = [
  "billing",
  "orders",
  "search",
  "catalog",
  "payments",
  "ledger",
  "media",
  "fraud",
  "identity",
  "gateway",
  "reports",
  "inventory",
  "shipping",
  "metrics",
  "mailer",
  "crawler",
  "pricing",
  "loyalty",
  "claims",
  "archive",
];
const ROLES = ["api", "worker", "etl", "scheduler", "ingest", "export", "stream", "replica", "batch", "proxy"];
const PEOPLE = [
  "amelia",
  "boris",
  "chiara",
  "daniel",
  "esra",
  "felix",
  "giulia",
  "hamid",
  "ines",
  "jonas",
  "katya",
  "liam",
  "maren",
  "noor",
  "oscar",
  "priya",
  "quentin",
  "rosa",
  "stefan",
  "tomoko",
  "ursula",
  "viktor",
  "wanda",
  "xavier",
  "yusuf",
  "zoe",
];
const SERVICES = [
  "autoscaling",
  "config",
  "ecs",
  "elasticloadbalancing",
  "guardduty",
  "inspector2",
  "organizations",
  "rds",
  "replicator.lambda",
  "securityhub",
  "spot",
  "sso",
  "ssm",
  "support",
  "trustedadvisor",
  "access-analyzer",
  "backup",
  "cloudtrail",
];
const WORKLOAD_SERVICES = ["ec2", "lambda", "ecs-tasks", "glue", "states"];
const FIRST_OCTETS = [3, 13, 18, 34, 35, 44, 52, 54, 63, 81, 87, 91, 185, 203];

/** Builds the cast of a corpus; addresses grow with the time covered, principals do not. */
export function makeCast(corpus: string, days: number): Cast {
  const seed = `coldtrail-bench/${corpus}`;
  const random = new Random(`${seed}/cast`);
  const address = (): string =>
    `${random.pick(FIRST_OCTETS)}.${random.integer(0, 255)}.${random.integer(0, 255)}.${random.integer(1, 254)}`;
  return {
    seed,
    accounts: ACCOUNT_SHARES.map((_, index) => makeAccount(seed, index)),
    addresses: Array.from({ length: Math.round((2_400 * days) / 120) }, address),
    privateAddresses: Array.from(
      { length: Math.round((900 * days) / 120) },
      () => `10.${random.integer(0, 40)}.${random.integer(0, 255)}.${random.integer(4, 254)}`,
    ),
  };
}

function makeAccount(seed: string, index: number): Account {
  const random = new Random(`${seed}/account/${index}`);
  const account = { id: String(random.integer(100_000_000_000, 999_999_999_999)), tag: random.text("base32", 8) };
  const many = (count: number, make: () => string): string[] => Array.from({ length: count }, make);
  const service = (): string => `${random.pick(WORDS)}-${random.pick(ROLES)}`;
  const stage = ["prod", "dev", "audit"][index]!;
  return {
    ...account,
    principals: makePrincipals(account, stage, random),
    buckets: many(60, () => `acme-${stage}-${service()}-${random.text("hex", 8)}`),
    instances: many(300, () => `i-0${random.text("hex", 16)}`),
    functions: many(80, () => `${stage}-${service()}-${random.text("alphanumeric", 12)}`),
    keys: many(25, () => random.uuid()),
    secrets: many(40, () => `${stage}/${service()}/credentials-${random.text("alphanumeric", 6)}`),
    tables: many(20, () => `${stage}-${service()}`),
    repositories: many(20, () => `acme/${service()}`),
    groups: many(60, () => `sg-0${random.text("hex", 16)}`),
    vpcEndpoint: `vpce-0${random.text("hex", 16)}`,
  };
}

function makePrincipals(account: { id: string; tag: string }, stage: string, random: Random): Account["principals"] {
  const role = (kind: PrincipalKind, parts: { name: string; path?: string; service: string }): Principal => ({
    kind,
    name: parts.name,
    uniqueId: `AROA${account.tag}${random.text("base32", 9)}`,
    arn: `arn:aws:iam::${account.id}:role/${parts.path ?? ""}${parts.name}`,
    service: parts.service,
    accessKeys: [],
  });
  const user = (name: string): Principal => ({
    kind: "user",
    name,
    uniqueId: `AIDA${account.tag}${random.text("base32", 9)}`,
    arn: `arn:aws:iam::${account.id}:user/${name}`,
    service: "",
    accessKeys: Array.from(
      { length: random.chance(0.3) ? 2 : 1 },
      () => `AKIA${account.tag}${random.text("base32", 8)}`,
    ),
  });
  return {
    user: Array.from({ length: 30 }, (_, i) => user(i < 18 ? PEOPLE[i]! : `svc-${random.pick(WORDS)}-${i}`)),
    workload: Array.from({ length: 60 }, (_, i) =>
      role("workload", {
        name: `${stage}-${WORDS[i % 20]!}-${random.pick(ROLES)}-${i}`,
        service: random.pick(WORKLOAD_SERVICES),
      }),
    ),
    person: Array.from({ length: 20 }, (_, i) =>
      role("person", {
        name: `AWSReservedSSO_${["AdministratorAccess", "ReadOnlyAccess", "PowerUserAccess"][i % 3]!}_${random.text("hex", 16)}`,
        path: "aws-reserved/sso.amazonaws.com/",
        service: "sso.amazonaws.com",
      }),
    ),
    "service-linked": SERVICES.map((name) =>
      role("service-linked", {
        name: `AWSServiceRoleFor${name[0]!.toUpperCase()}${name.slice(1).replace(/[.-]/g, "")}`,
        path: `aws-service-role/${name}.amazonaws.com/`,
        service: `${name}.amazonaws.com`,
      }),
    ),
    pipeline: Array.from({ length: 5 }, (_, i) =>
      role("pipeline", { name: `github-deploy-${WORDS[i]!}`, service: "github" }),
    ),
  };
}

/** Names of people, for the sessions of roles that people take. */
export function personName(random: Random): string {
  return random.pick(PEOPLE);
}
