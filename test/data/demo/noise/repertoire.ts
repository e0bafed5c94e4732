import type { Json } from "../json.ts";

export type Read = readonly [source: string, name: string, request: Json];

const EVERYTHING = { filterSet: {} };

/** What console pages ask for when they open. */
export const CLICKS: readonly Read[] = [
  [
    "health",
    "DescribeEventAggregates",
    { aggregateField: "eventTypeCategory", filter: { eventStatusCodes: ["open", "upcoming"] } },
  ],
  ["ec2", "DescribeInstances", { maxResults: 1000, instancesSet: {}, ...EVERYTHING }],
  ["ec2", "DescribeVolumes", { volumeSet: {}, ...EVERYTHING }],
  ["ec2", "DescribeVpcs", { vpcSet: {}, ...EVERYTHING }],
  ["ec2", "DescribeRegions", { regionSet: {}, allRegions: true }],
  [
    "ec2",
    "DescribeAccountAttributes",
    { accountAttributeNameSet: { items: [{ attributeName: "supported-platforms" }] }, ...EVERYTHING },
  ],
  ["rds", "DescribeDBInstances", { maxRecords: 100 }],
  ["lambda", "ListFunctions20150331", { maxItems: 50 }],
  ["lambda", "GetAccountSettings20160819", null],
  ["monitoring", "DescribeAlarms", { maxRecords: 100 }],
  ["logs", "DescribeLogGroups", { limit: 50 }],
  ["cloudformation", "ListStacks", { stackStatusFilter: ["CREATE_COMPLETE", "UPDATE_COMPLETE"] }],
  ["elasticloadbalancing", "DescribeLoadBalancers", { pageSize: 400 }],
  ["iam", "ListRoles", { maxItems: 100 }],
  ["iam", "GetAccountSummary", null],
  ["resource-explorer-2", "ListIndexes", null],
  ["notifications", "ListNotificationHubs", null],
];

/** What people type. */
export const COMMANDS: readonly Read[] = [
  ["sts", "GetCallerIdentity", null],
  ["ec2", "DescribeInstances", { instancesSet: {}, ...EVERYTHING }],
  [
    "logs",
    "DescribeLogStreams",
    { logGroupName: "/aws/lambda/order-intake", orderBy: "LastEventTime", descending: true },
  ],
  ["logs", "FilterLogEvents", { logGroupName: "/aws/lambda/order-intake", filterPattern: "ERROR" }],
  ["lambda", "GetFunction20150331v2", { functionName: "order-intake" }],
  ["cloudformation", "DescribeStacks", { stackName: "shop" }],
  ["ssm", "GetParameter", { name: "/shop/config/current", withDecryption: false }],
  ["athena", "GetQueryExecution", { queryExecutionId: "HIDDEN_DUE_TO_SECURITY_REASONS" }],
  ["iam", "ListAttachedRolePolicies", { roleName: "order-intake-lambda" }],
  ["dynamodb", "DescribeTable", { tableName: "shop-sessions" }],
];
