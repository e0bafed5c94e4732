import { namedUuid, resourceId } from "../ids.ts";
import { randomFor } from "../random.ts";
import { DEVELOPMENT, MANAGEMENT, PRODUCTION, TRAIL, type Account, type Region } from "./accounts.ts";

export interface Bucket {
  readonly name: string;
  readonly account: Account;
  readonly region: Region;
}

export const AUDIT_BUCKET: Bucket = { name: TRAIL.bucket, account: MANAGEMENT, region: "us-east-1" };
export const ARTIFACT_BUCKET: Bucket = {
  name: "fernhollow-build-artifacts",
  account: DEVELOPMENT,
  region: "us-east-1",
};
/** The two buckets whose object access the trail records. */
export const ORDERS_BUCKET: Bucket = { name: "fernhollow-orders", account: PRODUCTION, region: "eu-central-1" };
export const EXPORTS_BUCKET: Bucket = {
  name: "fernhollow-customer-exports",
  account: PRODUCTION,
  region: "eu-central-1",
};

/** Every secret of production, all in eu-central-1. */
export const SECRET_ARNS: readonly string[] = [
  "orders/database",
  "orders/queue",
  "orders/webhook",
  "billing/database",
  "billing/card-gateway",
  "billing/invoice-mail",
  "customers/database",
  "customers/search",
  "customers/crm-token",
  "shipping/carrier-api",
  "shipping/labels",
  "web/session-signing",
  "web/oauth-client",
  "warehouse/reader",
  "warehouse/loader",
  "mail/smtp",
  "monitoring/pager",
  "backup/vault",
  "release/registry",
  "release/signing",
].map((name) => {
  const suffix = randomFor(`secret/${name}`).text("ABCDEFGHKLMNPQRSTUVWXYZabcdefghkmnpqrstuvwxyz", 6);
  return `arn:aws:secretsmanager:eu-central-1:${PRODUCTION.id}:secret:prod/${name}-${suffix}`;
});

export function kmsKeyArn(account: Account, region: Region, name: string): string {
  return `arn:aws:kms:${region}:${account.id}:key/${namedUuid(`kms/${account.id}/${region}/${name}`)}`;
}

export const ORDER_INTAKE_FUNCTION = "order-intake";
export const ORDER_INTAKE_FUNCTION_ARN = `arn:aws:lambda:eu-central-1:${PRODUCTION.id}:function:${ORDER_INTAKE_FUNCTION}`;
export const ORDER_DATABASE = "orders-primary";
export const DATA_VOLUMES: readonly string[] = ["orders", "customers", "warehouse"].map((name) =>
  resourceId("vol", name),
);
export const PRODUCTION_VPC = resourceId("vpc", "production");
export const DEVELOPMENT_VPC = resourceId("vpc", "development");
