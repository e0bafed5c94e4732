import type { Account, Region } from "../cast/accounts.ts";
import { ORDER_INTAKE_FUNCTION, type Bucket } from "../cast/resources.ts";
import type { Json } from "../json.ts";
import type { Random } from "../random.ts";
import { THROTTLED } from "../records/denial.ts";
import { recordCall, type Call, type CallError, type Caller, type TrailRecord } from "../records/record.ts";
import { askBucket } from "../records/s3.ts";

export const TERRAFORM =
  "APN/1.0 HashiCorp/1.0 Terraform/1.11.2 (+https://www.terraform.io) terraform-provider-aws/5.91.0 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.36.3 ua/2.1 os/linux lang/go#1.23.6 md/GOOS#linux md/GOARCH#amd64";

export interface Plan {
  readonly at: number;
  readonly account: Account;
  readonly region: Region;
  readonly vpcId: string;
  readonly roleNames: readonly string[];
  readonly buckets: readonly Bucket[];
}

type Look = readonly [source: string, name: string, request: Json, error?: CallError];

/** A refresh of the whole state: dozens of reads within seconds, some answered "there is no such thing". */
export function terraformPlan(caller: Caller, plan: Plan, random: Random): TrailRecord[] {
  let clock = plan.at;
  const records: TrailRecord[] = [];
  for (const [source, name, request, error] of random.shuffle(looks(plan))) {
    if (random.chance(35)) clock += 1;
    // IAM answers in us-east-1, wherever the caller works.
    const region = source === "iam" ? "us-east-1" : plan.region;
    const call: Call = { at: clock, region, source, name, request, error };
    if (random.chance(3)) {
      records.push(recordCall(caller, { ...call, request: null, error: THROTTLED }, random));
      clock += random.integer(1, 2);
    }
    records.push(recordCall(caller, { ...call, at: clock }, random));
  }
  for (const bucket of plan.buckets) records.push(...readBucket(caller, { bucket, at: clock }, random));
  return records;
}

function looks(plan: Plan): Look[] {
  const { vpcId } = plan;
  const inVpc = { items: [{ name: "vpc-id", valueSet: { items: [{ value: vpcId }] } }] };
  const missing = { code: "ResourceNotFoundException", message: `The resource you requested does not exist.` };
  return [
    ["sts", "GetCallerIdentity", null],
    ["ec2", "DescribeVpcs", { vpcSet: { items: [{ vpcId }] }, filterSet: {} }],
    ["ec2", "DescribeVpcAttribute", { vpcId, attribute: "enableDnsSupport" }],
    ["ec2", "DescribeVpcAttribute", { vpcId, attribute: "enableDnsHostnames" }],
    ["ec2", "DescribeSubnets", { subnetSet: {}, filterSet: inVpc }],
    ["ec2", "DescribeRouteTables", { routeTableIdSet: {}, filterSet: inVpc }],
    ["ec2", "DescribeSecurityGroups", { securityGroupSet: {}, securityGroupIdSet: {}, filterSet: inVpc }],
    ["ec2", "DescribeNetworkAcls", { networkAclIdSet: {}, filterSet: inVpc }],
    ["rds", "DescribeDBInstances", { maxRecords: 100 }],
    ["lambda", "GetFunction20150331v2", { functionName: ORDER_INTAKE_FUNCTION }],
    ["lambda", "ListVersionsByFunction20150331", { functionName: ORDER_INTAKE_FUNCTION }],
    ["lambda", "GetPolicy20150331v2", { functionName: ORDER_INTAKE_FUNCTION }, missing],
    ["logs", "DescribeLogGroups", { logGroupNamePrefix: "/aws/lambda/" }],
    ["kms", "DescribeKey", { keyId: "alias/secrets" }],
    ...plan.roleNames.flatMap((roleName): Look[] => [
      ["iam", "GetRole", { roleName }],
      ["iam", "ListRolePolicies", { roleName }],
      ["iam", "ListAttachedRolePolicies", { roleName }],
    ]),
  ];
}

const NO_TAGS: CallError = { code: "NoSuchTagSet", message: "The TagSet does not exist" };
const NO_CORS: CallError = { code: "NoSuchCORSConfiguration", message: "The CORS configuration does not exist" };

function readBucket(caller: Caller, visit: { bucket: Bucket; at: number }, random: Random): TrailRecord[] {
  const settings: readonly (readonly [name: string, aspect: string, error?: CallError])[] = [
    ["GetBucketPolicy", "policy"],
    ["GetBucketVersioning", "versioning"],
    ["GetBucketTagging", "tagging", NO_TAGS],
    ["GetBucketCors", "cors", NO_CORS],
    ["GetBucketEncryption", "encryption"],
  ];
  return settings.map(([name, aspect, error]) =>
    askBucket(caller, { ...visit, at: visit.at + random.integer(0, 2), name, aspect, error }, random),
  );
}
