import { DEVELOPMENT, type Region } from "../cast/accounts.ts";
import { BUILD_ROLE, CI_USER } from "../cast/principals.ts";
import { EXPORTS_BUCKET } from "../cast/resources.ts";
import type { Json } from "../json.ts";
import type { Random } from "../random.ts";
import { accessDenied, accessDeniedException, THROTTLED, unauthorizedOperation } from "../records/denial.ts";
import { recordCall, type Call } from "../records/record.ts";
import { accessObject } from "../records/s3.ts";
import { kali, SCRIPT, tonight, withLeakedKey } from "./attacker.ts";
import type { Script } from "./script.ts";

/** 00:17 to 00:42: who am I, what may I, and what lies in the neighbour account's bucket. */
export function enumeration(script: Script, random: Random): void {
  const first = withLeakedKey(kali("sts.get-caller-identity"));
  const whoami: Call = { at: tonight("00:17:41"), region: "us-east-1", source: "sts", name: "GetCallerIdentity" };
  script.attack(recordCall(first, whoami, random), "key-usage", "ip-pivot", "first-call-whoami", "identity-recon");
  askIam(script, random.fork("iam"));
  sweep(script, { region: "us-east-1", at: tonight("00:22:10") }, random.fork("us-east-1"));
  sweep(script, { region: "us-west-2", at: tonight("00:24:03") }, random.fork("us-west-2"));
  peekIntoExports(script, random.fork("exports"));
}

function askIam(script: Script, random: Random): void {
  const caller = withLeakedKey(SCRIPT);
  const refused: readonly string[] = [
    "ListUsers",
    "GetAccountAuthorizationDetails",
    "ListPolicies",
    "GetCredentialReport",
  ];
  const allowed: readonly (readonly [name: string, request: Json])[] = [
    ["ListAttachedUserPolicies", { userName: CI_USER.name }],
    ["ListUserPolicies", { userName: CI_USER.name }],
    ["ListRoles", null],
    ["ListAccessKeys", { userName: CI_USER.name }],
    ["ListAttachedRolePolicies", { roleName: BUILD_ROLE.name }],
  ];
  const start = tonight("00:19:30");
  const call = { region: "us-east-1", source: "iam" } as const;
  refused.forEach((name, index) => {
    const error = accessDenied(caller, `iam:${name}`, `arn:aws:iam::${DEVELOPMENT.id}:user/`);
    const at = start + Math.floor(index / 2);
    script.attack(
      recordCall(caller, { ...call, at, name, error }, random),
      "access-denied",
      "identity-recon",
      "discovery-bursts",
    );
  });
  allowed.forEach(([name, request], index) => {
    const at = start + 2 + Math.floor(index / 2);
    script.attack(recordCall(caller, { ...call, at, name, request }, random), "identity-recon", "discovery-bursts");
  });
}

const EC2_LOOKS: readonly (readonly [name: string, request: Json])[] = [
  ["DescribeInstances", { instancesSet: {}, filterSet: {} }],
  [
    "DescribeSnapshots",
    { snapshotSet: {}, ownersSet: { items: [{ owner: "self" }] }, sharedUsersSet: {}, filterSet: {} },
  ],
  ["DescribeVolumes", { volumeSet: {}, filterSet: {} }],
  ["DescribeKeyPairs", { keySet: {}, filterSet: {} }],
  ["DescribeSecurityGroups", { securityGroupSet: {}, securityGroupIdSet: {}, filterSet: {} }],
];
const OTHER_LOOKS: readonly (readonly [source: string, name: string, action: string])[] = [
  ["secretsmanager", "ListSecrets", "secretsmanager:ListSecrets"],
  ["ssm", "DescribeParameters", "ssm:DescribeParameters"],
  ["rds", "DescribeDBInstances", "rds:DescribeDBInstances"],
  ["lambda", "ListFunctions20150331", "lambda:ListFunctions"],
  ["dynamodb", "ListTables", "dynamodb:ListTables"],
  ["kms", "ListKeys", "kms:ListKeys"],
];

/** The same questions in two regions, several a second, nearly all refused. Development never used us-west-2. */
function sweep(script: Script, where: { region: Region; at: number }, random: Random): void {
  const caller = withLeakedKey(SCRIPT);
  const { region, at } = where;
  EC2_LOOKS.forEach(([name, request], index) => {
    const error = unauthorizedOperation(caller, `ec2:${name}`);
    const call = { at: at + Math.floor(index / 3), region, source: "ec2", name, request, error };
    script.attack(recordCall(caller, call, random), "access-denied", "discovery-bursts", "error-summary");
  });
  OTHER_LOOKS.forEach(([source, name, action], index) => {
    const error = accessDeniedException(caller, action, `arn:aws:${source}:${region}:${DEVELOPMENT.id}:*`);
    const call = { at: at + 3 + Math.floor(index / 3), region, source, name, error };
    script.attack(recordCall(caller, call, random), "access-denied", "discovery-bursts", "error-summary");
  });
  const trails = {
    at: at + 6,
    region,
    source: "cloudtrail",
    name: "DescribeTrails",
    request: { includeShadowTrails: true },
  } as const;
  script.attack(recordCall(caller, { ...trails, request: null, error: THROTTLED }, random), "error-summary");
  script.attack(recordCall(caller, { ...trails, at: at + 8 }, random), "security-tooling-recon");
}

/** The bucket's policy lets development's principals read: each access is recorded in both accounts. */
function peekIntoExports(script: Script, random: Random): void {
  const caller = withLeakedKey(kali("s3.ls"));
  const start = tonight("00:38:12");
  const bucket = EXPORTS_BUCKET;
  const list = {
    at: start,
    name: "ListObjects",
    bucket,
    bytesOut: 4096,
    request: { "list-type": "2", "max-keys": "50" },
  } as const;
  script.attack(accessObject(caller, list, random), "cross-account-access");
  ["2026-01", "2026-02"].forEach((month, index) => {
    const key = `archive/customers-${month}.parquet`;
    const call = { at: start + 20 + index, name: "HeadObject", bucket, key, bytesOut: 0 } as const;
    script.attack(accessObject(caller, call, random), "cross-account-access");
  });
  const error = {
    code: "AccessDenied",
    message: `User: ${CI_USER.arn} is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::${bucket.name}/archive/customers-2026-01.parquet" because no resource-based policy allows the s3:GetObject action`,
  };
  const refused = {
    at: start + 22,
    name: "GetObject",
    bucket,
    key: "archive/customers-2026-01.parquet",
    error,
    bytesOut: 243,
  } as const;
  script.attack(accessObject(caller, refused, random), "access-denied", "cross-account-access");
  for (const [index, key] of ["manifest.json", "daily/manifest.json", "README.txt"].entries()) {
    const call = { at: start + 25, name: "GetObject", bucket, key, bytesOut: 812 + index * 37 } as const;
    script.attack(accessObject(caller, call, random), "cross-account-access", "s3-bulk-download");
  }
}
