import { ACCOUNTS, DEVELOPMENT, REGIONS, type Account, type Region } from "../cast/accounts.ts";
import { serviceLinkedRole } from "../cast/principals.ts";
import { kmsKeyArn } from "../cast/resources.ts";
import { DAYS, HOUR, on } from "../clock.ts";
import type { Json } from "../json.ts";
import type { Random } from "../random.ts";
import { serviceCaller, serviceRoleCaller } from "../records/identity.ts";
import { recordCall, recordServiceEvent, type TrailRecord } from "../records/record.ts";
import { assumeRoleByService } from "../records/sts.ts";

/** Development never uses us-west-2: the archive has nothing from there until the attacker looks. */
export function isUsed(account: Account, region: Region): boolean {
  return !(account.id === DEVELOPMENT.id && region === "us-west-2");
}

/** AWS Config, Access Analyzer and key rotation: services that work for themselves, day and night. */
export function serviceRoles(random: Random): TrailRecord[] {
  const records: TrailRecord[] = [];
  for (const account of ACCOUNTS) {
    for (const region of REGIONS.filter((candidate) => isUsed(account, candidate))) {
      records.push(...configRecorder(account, region, random.fork(`config/${account.id}/${region}`)));
    }
    records.push(...accessAnalyzer(account, random.fork(`analyzer/${account.id}`)));
    records.push(keyRotation(account, random.fork(`rotation/${account.id}`)));
  }
  return records;
}

const CONFIG_LOOKS: readonly (readonly [source: string, name: string, request: Json])[] = [
  ["ec2", "DescribeInstances", { instancesSet: {}, filterSet: {} }],
  ["ec2", "DescribeVolumes", { volumeSet: {}, filterSet: {} }],
  ["ec2", "DescribeSecurityGroups", { securityGroupSet: {}, securityGroupIdSet: {}, filterSet: {} }],
  ["ec2", "DescribeVpcs", { vpcSet: {}, filterSet: {} }],
  ["rds", "DescribeDBInstances", { maxRecords: 100 }],
  ["lambda", "ListFunctions20150331", { maxItems: 50 }],
  ["autoscaling", "DescribeAutoScalingGroups", { maxRecords: 100 }],
  ["kms", "ListKeys", { limit: 1000 }],
];

function configRecorder(account: Account, region: Region, random: Random): TrailRecord[] {
  const role = serviceLinkedRole(account, "Config", "config.amazonaws.com");
  const minute = random.integer(0, 59);
  const records: TrailRecord[] = [];
  for (const day of DAYS) {
    for (const hour of [1, 7, 13, 19]) {
      const at = on(day, `${hour}:${minute}`) + random.integer(0, 40);
      const ask = { at, role, sessionName: "AWSConfig-Describe", region } as const;
      const issue = assumeRoleByService("config", ask, random);
      records.push(...issue.records);
      const { accessKeyId: _hidden, ...session } = issue.session;
      const caller = serviceRoleCaller({ ...session, invokedBy: "config.amazonaws.com" });
      const looks = random.shuffle(CONFIG_LOOKS).slice(0, random.integer(4, 7));
      for (const [source, name, request] of looks) {
        records.push(recordCall(caller, { at: at + random.integer(0, 9), region, source, name, request }, random));
      }
    }
  }
  return records;
}

function accessAnalyzer(account: Account, random: Random): TrailRecord[] {
  const role = serviceLinkedRole(account, "AccessAnalyzer", "access-analyzer.amazonaws.com");
  return DAYS.flatMap((day) => {
    const createdAt = on(day, "04:10") + random.integer(0, 1200);
    const session = { role, sessionName: "access-analyzer", createdAt, invokedBy: "access-analyzer.amazonaws.com" };
    const caller = serviceRoleCaller(session);
    return ["ListRoles", "ListUsers", "ListPolicies", "GetAccountAuthorizationDetails"].map((name, index) =>
      recordCall(caller, { at: createdAt + index, region: "us-east-1", source: "iam", name, request: null }, random),
    );
  });
}

/** An `AwsServiceEvent` whose identity has an account and a service, and no type. */
function keyRotation(account: Account, random: Random): TrailRecord {
  const day = random.pick(DAYS);
  return recordServiceEvent(
    {
      at: on(day, "11:00") + random.integer(0, 6 * HOUR),
      region: "eu-central-1",
      account,
      source: "kms",
      name: "RotateKey",
      details: { keyId: kmsKeyArn(account, "eu-central-1", "default").split("/")[1] },
      identity: { accountId: account.id, invokedBy: "AWS Internal" },
      address: "AWS Internal",
    },
    random,
  );
}

/** Trusted Advisor and its like call as plain services, with neither role nor key. */
export function plainServiceCalls(random: Random): TrailRecord[] {
  return ACCOUNTS.flatMap((account) =>
    DAYS.map((day) => {
      const at = on(day, "05:30") + random.integer(0, HOUR);
      const caller = serviceCaller(account, "trustedadvisor");
      return recordCall(
        caller,
        { at, region: "us-east-1", source: "iam", name: "GetAccountSummary", request: null },
        random,
      );
    }),
  );
}
