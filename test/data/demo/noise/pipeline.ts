import { DEVELOPMENT, PRODUCTION, type Region } from "../cast/accounts.ts";
import { BUILD_ROLE, CI_USER, ORDER_INTAKE_ROLE, RELEASE_ROLE } from "../cast/principals.ts";
import {
  ARTIFACT_BUCKET,
  DEVELOPMENT_VPC,
  EXPORTS_BUCKET,
  ORDER_INTAKE_FUNCTION,
  ORDER_INTAKE_FUNCTION_ARN,
  ORDERS_BUCKET,
  PRODUCTION_VPC,
} from "../cast/resources.ts";
import { DAYS, isWeekend, on } from "../clock.ts";
import { hexText } from "../ids.ts";
import type { Random } from "../random.ts";
import { userIdentity } from "../records/identity.ts";
import { recordCall, type Caller, type TrailRecord } from "../records/record.ts";
import { assumeRole, assumeRoleFromOutside, sessionCaller } from "../records/sts.ts";
import { TERRAFORM, terraformPlan } from "./terraform.ts";

/** Every release calls its session this; the attacker takes the same name to hide among them. */
export const RELEASE_SESSION = "release";

const RUNNER = { address: "10.20.4.11", userAgent: TERRAFORM };
const RUNNER_CLI =
  "aws-cli/2.24.20 md/awscrt#0.23.8 ua/2.1 os/linux#6.8.0 md/arch#x86_64 lang/python#3.12.9 md/installer#exe";
const WEEKDAY_RUNS = ["07:20", "09:05", "11:30", "13:45", "15:10", "17:25"];
const WEEKEND_RUNS = ["10:30"];

/** Which long-term key the runner holds at a time: the leak makes it change. */
export type KeyAt = (seconds: number) => string;

/** Build in development by web identity, then release to production by the runner's user and a role. */
export function pipeline(keyAt: KeyAt, random: Random): TrailRecord[] {
  return DAYS.flatMap((day) =>
    (isWeekend(day) ? WEEKEND_RUNS : WEEKDAY_RUNS).flatMap((time) => {
      const run = random.fork(`${day}/${time}`);
      const start = on(day, time) + run.integer(0, 180);
      return [...build(start, run), ...release({ start: start + run.integer(320, 420), keyAt }, run)];
    }),
  );
}

function build(start: number, random: Random): TrailRecord[] {
  const subject = "repo:fernhollow/shop:ref:refs/heads/main";
  const provider = `arn:aws:iam::${DEVELOPMENT.id}:oidc-provider/token.actions.githubusercontent.com`;
  const principalId = `${provider}:sts.amazonaws.com:${subject}`;
  const outsider: Caller = {
    identity: { type: "WebIdentityUser", principalId, userName: subject, identityProvider: provider },
    account: DEVELOPMENT,
    address: RUNNER.address,
    userAgent: "aws-sdk-nodejs/2.1692.0 linux/v20.19.0 configure-aws-credentials-for-github-actions promise",
    tls: "TLSv1.3",
  };
  const ask = {
    at: start,
    role: BUILD_ROLE,
    sessionName: "GitHubActions",
    region: "us-east-1",
    name: "AssumeRoleWithWebIdentity",
    request: {},
    response: { subjectFromWebIdentityToken: subject, provider, audience: "sts.amazonaws.com" },
    furtherResources: [],
  } as const;
  const { records, session } = assumeRoleFromOutside(outsider, ask, random);
  const webIdentity = { federatedProvider: provider, attributes: {} };
  const caller = sessionCaller({ ...session, webIdentity }, RUNNER);
  const plan = {
    at: start + 6,
    account: DEVELOPMENT,
    region: "us-east-1" as Region,
    vpcId: DEVELOPMENT_VPC,
    roleNames: [BUILD_ROLE.name],
    buckets: [ARTIFACT_BUCKET],
  };
  return [...records, ...pushImage(caller, start + 2, random), ...terraformPlan(caller, plan, random)];
}

function pushImage(caller: Caller, at: number, random: Random): TrailRecord[] {
  const repository = { registryId: DEVELOPMENT.id, repositoryName: "shop" };
  const calls = [
    { name: "GetAuthorizationToken", request: null, readOnly: true },
    { name: "BatchCheckLayerAvailability", request: repository, readOnly: true },
    { name: "PutImage", request: { ...repository, imageTag: hexText(random, 12) }, readOnly: false },
  ];
  return calls.map((call, index) =>
    recordCall(caller, { at: at + index, region: "us-east-1", source: "ecr", ...call }, random),
  );
}

function release(run: { start: number; keyAt: KeyAt }, random: Random): TrailRecord[] {
  const at = run.start;
  const identity = userIdentity(CI_USER, run.keyAt(at));
  const runner: Caller = {
    identity,
    account: DEVELOPMENT,
    address: RUNNER.address,
    userAgent: RUNNER_CLI,
    tls: "TLSv1.3",
  };
  const whoami = recordCall(runner, { at, region: "us-east-1", source: "sts", name: "GetCallerIdentity" }, random);
  const ask = {
    at: at + 1,
    role: RELEASE_ROLE,
    sessionName: RELEASE_SESSION,
    region: "us-east-1",
    durationSeconds: 1800,
  } as const;
  const { records, session } = assumeRole(runner, ask, random);
  const caller = sessionCaller(session, RUNNER);
  const plan = {
    at: at + 2,
    account: PRODUCTION,
    region: "eu-central-1" as Region,
    vpcId: PRODUCTION_VPC,
    roleNames: [RELEASE_ROLE.name, ORDER_INTAKE_ROLE.name],
    buckets: [ORDERS_BUCKET, EXPORTS_BUCKET],
  };
  return [whoami, ...records, ...terraformPlan(caller, plan, random), ...publish(caller, at + 40, random)];
}

function publish(caller: Caller, at: number, random: Random): TrailRecord[] {
  const version = String(random.integer(100, 999));
  const functionName = ORDER_INTAKE_FUNCTION;
  const functionArn = ORDER_INTAKE_FUNCTION_ARN;
  const artifact = { s3Bucket: ARTIFACT_BUCKET.name, s3Key: `shop/${hexText(random, 12)}.zip` };
  const calls = [
    {
      name: "UpdateFunctionCode20150331v2",
      request: { functionName, ...artifact, publish: false, dryRun: false },
      response: { functionName, functionArn },
    },
    { name: "PublishVersion20150331", request: { functionName }, response: { functionName, functionArn, version } },
    {
      name: "UpdateAlias20150331",
      request: { functionName, name: "live", functionVersion: version },
      response: { name: "live", functionVersion: version },
    },
  ];
  return calls.map((call, index) =>
    recordCall(
      caller,
      { at: at + index * 4, region: "eu-central-1", source: "lambda", readOnly: false, ...call },
      random,
    ),
  );
}
