export interface Account {
  /** 12 digits; production's begins with a zero, which only text keeps. */
  readonly id: string;
  readonly name: string;
  /** Four base32 letters inside this account's key and principal ids. */
  readonly tag: string;
}

export const MANAGEMENT: Account = { id: "111122223333", name: "fernhollow-management", tag: "MGMT" };
export const DEVELOPMENT: Account = { id: "444455556666", name: "fernhollow-development", tag: "DEVA" };
export const PRODUCTION: Account = { id: "077788889999", name: "fernhollow-production", tag: "PROD" };
export const ACCOUNTS: readonly Account[] = [MANAGEMENT, DEVELOPMENT, PRODUCTION];

/** The account that receives the shared snapshots; it is in no file of the archive. */
export const FOREIGN_ACCOUNT_ID = "888877776666";

export const ORGANIZATION_ID = "o-fernhollow1";

export type Region = "us-east-1" | "eu-central-1" | "eu-west-1" | "us-west-2";
export const REGIONS: readonly Region[] = ["us-east-1", "eu-central-1", "eu-west-1", "us-west-2"];

/** The organisation trail whose deliveries are the archive. */
export const TRAIL = {
  name: "org-trail",
  homeRegion: "us-east-1",
  bucket: "fernhollow-audit-logs",
  prefix: "cloudtrail",
  arn: `arn:aws:cloudtrail:us-east-1:${MANAGEMENT.id}:trail/org-trail`,
  kmsKey: "audit-logs",
} as const;

/** A second trail in production, delivering elsewhere: the one that the attacker stops. */
export const SECOND_TRAIL = {
  name: "prod-data-events",
  arn: `arn:aws:cloudtrail:eu-central-1:${PRODUCTION.id}:trail/prod-data-events`,
} as const;
