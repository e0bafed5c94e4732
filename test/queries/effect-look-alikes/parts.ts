import { roleSession } from "../../helpers/record-parts.ts";
import type { RecordFields } from "../../helpers/trail-maker.ts";

export type Step = readonly [name: string, request?: unknown, changes?: RecordFields];
export const DAY = 86_400;
const DATA = { eventCategory: "Data", managementEvent: false };
export const CONSOLE = { userAgent: "Mozilla/5.0 (X11; Linux x86_64)" };
export const TERRAFORM = { userAgent: "APN/1.0 HashiCorp/1.0 Terraform/1.5.0" };
export const STRANGE_KEY = "arn:aws:kms:us-east-1:777788889999:key/k";
export const CUSTOMER = { "x-amz-server-side-encryption-customer-algorithm": "AES256" };
export const DENIED = { errorCode: "AccessDenied", errorMessage: "not authorized to perform" };

export const times = (count: number, make: (i: number) => Step): Step[] =>
  Array.from({ length: count }, (_, i) => make(i));
export const object = (name: string, bucketName: string, key: string, more: RecordFields = {}): Step => [
  `s3:${name}`,
  { bucketName, key, ...more },
  DATA,
];
/** Eight a day for five days, by a function. */
export const daily = (make: (i: number) => Step): Step[] =>
  times(40, (i) => {
    const [name, request, changes] = make(i);
    return [name, request, { at: Math.floor(i / 8) * DAY + 3600 + (i % 8), ...changes }];
  });
export const by = (role: string, session: string, invokedBy?: string): RecordFields => {
  const identity = roleSession(session, { principalId: `AROA${role}:${session}`, accessKeyId: `ASIA${role}` });
  return { userIdentity: invokedBy === undefined ? identity : { ...identity, invokedBy } };
};
export const forService = (service: string): RecordFields => by(service, "run", `${service}.amazonaws.com`);
export const noted = (bucket: string, note: string): Step[] => [
  ["s3:DeleteObjects", { bucketName: bucket }, DATA],
  object("PutObject", bucket, note),
];
export const lifecycle = (bucketName: string, rule: RecordFields): Step => [
  "s3:PutBucketLifecycle",
  { bucketName, LifecycleConfiguration: { Rule: { Status: "Enabled", Filter: { Prefix: "" }, ...rule } } },
];
export const trail = (name: string, bucket: string, more: RecordFields = {}): Step => [
  "cloudtrail:CreateTrail",
  { name, s3BucketName: bucket, ...more },
  { at: 1 },
];

/** What happened, by a name for it: which query says how grave it is. */
export type Scenes = Readonly<Record<string, readonly [query: string, severity: string, steps: readonly Step[]]>>;
