import { principalId, resourceId } from "../ids.ts";
import { DEVELOPMENT, MANAGEMENT, PRODUCTION, type Account } from "./accounts.ts";

export interface Role {
  readonly account: Account;
  readonly name: string;
  /** Only in IAM ARNs: the ARN of a role's session leaves it out. */
  readonly path: string;
  readonly uniqueId: string;
  readonly arn: string;
}

export interface User {
  readonly account: Account;
  readonly name: string;
  readonly uniqueId: string;
  readonly arn: string;
}

export function role(account: Account, name: string, path = "/"): Role {
  const arn = `arn:aws:iam::${account.id}:role${path}${name}`;
  return { account, name, path, uniqueId: principalId("AROA", account, name), arn };
}

function user(account: Account, name: string): User {
  const arn = `arn:aws:iam::${account.id}:user/${name}`;
  return { account, name, uniqueId: principalId("AIDA", account, name), arn };
}

/** The role an AWS service keeps for itself in an account. */
export function serviceLinkedRole(account: Account, name: string, service: string): Role {
  return role(account, `AWSServiceRoleFor${name}`, `/aws-service-role/${service}/`);
}

/** The role that Identity Center makes in an account for a permission set. */
export function permissionSetRole(account: Account, permissionSet: string): Role {
  const suffix = resourceId("ps", `${permissionSet}/${account.id}`).slice(3, 19);
  return role(account, `AWSReservedSSO_${permissionSet}_${suffix}`, "/aws-reserved/sso.amazonaws.com/eu-central-1/");
}

/** Builds and tests from GitHub come in by web identity. */
export const BUILD_ROLE = role(DEVELOPMENT, "gha-build");
/** Reads production's orders every night. */
export const ANALYTICS_ROLE = role(DEVELOPMENT, "analytics-export");
/** The release job's role; it trusts `ci-deployer` and may itself assume MAINTENANCE_ROLE, which nobody intended. */
export const RELEASE_ROLE = role(PRODUCTION, "release-deploy");
export const MAINTENANCE_ROLE = role(PRODUCTION, "maintenance-admin");
export const ORDER_INTAKE_ROLE = role(PRODUCTION, "order-intake-lambda");
export const WEB_INSTANCE_ROLE = role(PRODUCTION, "web-instance");
export const BACKUP_ROLE = role(PRODUCTION, "AWSBackupDefaultServiceRole", "/service-role/");

/** The self-hosted runner's user, whose long-term key leaks. */
export const CI_USER = user(DEVELOPMENT, "ci-deployer");
/** Signs in with a password and a hardware token; everyone else comes through Identity Center. */
export const FINANCE_USER = user(MANAGEMENT, "ines.marchetti");
/** Exists only in the story. */
export const BACKDOOR_USER = user(PRODUCTION, "backup-sync");
