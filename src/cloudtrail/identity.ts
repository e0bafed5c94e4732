import { formatTime, parseAnyTime } from "./event-time.ts";
import { isRedacted } from "./redacted.ts";

/** The identity columns of one record, text as AWS wrote it, null where the record has none. */
export interface IdentityFields {
  readonly user_identity_type: string | null;
  readonly user_identity_principal_id: string | null;
  readonly user_identity_arn: string | null;
  readonly user_identity_account_id: string | null;
  readonly user_identity_user_name: string | null;
  readonly user_identity_invoked_by: string | null;
  readonly user_identity_on_behalf_of_user_id: string | null;
  readonly user_identity_on_behalf_of_store_arn: string | null;
  readonly session_issuer_type: string | null;
  readonly session_issuer_principal_id: string | null;
  readonly session_issuer_arn: string | null;
  readonly session_created_at: string | null;
  readonly recipient_account_id: string | null;
  readonly event_source: string | null;
}

const ANONYMOUS_ACCOUNT = "ANONYMOUS_PRINCIPAL";
/** AIDA…, AROA… and the like. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html */
const UNIQUE_ID = /^A[A-Z0-9]{15,}$/;
const WHOLE_SECOND = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;

/**
 * The identity as AWS recorded it, never a verdict on who is accountable: the first of these that the record has.
 * A role session as its role's ARN, "/" and the session name; an ARN; an Identity Center user as `user@store`;
 * `type:account:user` (a part that is missing stays empty); a principal id; `anonymous`; the calling service;
 * `unknown:account`, or `unknown` when the record has not even an account.
 */
export function deriveActor(fields: IdentityFields): string {
  const onBehalfOf = fields.user_identity_on_behalf_of_user_id;
  const storeArn = fields.user_identity_on_behalf_of_store_arn;
  const userName = fields.user_identity_user_name;
  const account = fields.user_identity_account_id;
  if (isRoleSession(fields) && isKnown(fields.session_issuer_arn)) {
    const name = sessionName(fields);
    return name === null ? fields.session_issuer_arn : `${fields.session_issuer_arn}/${name}`;
  }
  if (isKnown(fields.user_identity_arn)) return fields.user_identity_arn;
  if (isKnown(onBehalfOf)) return isKnown(storeArn) ? `${onBehalfOf}@${storeArn}` : onBehalfOf;
  if (isKnown(userName)) return `${fields.user_identity_type ?? ""}:${account ?? ""}:${userName}`;
  if (isKnown(fields.user_identity_principal_id)) return fields.user_identity_principal_id;
  if (isAnonymous(fields)) return "anonymous";
  if (isKnown(fields.user_identity_invoked_by)) return fields.user_identity_invoked_by;
  const owner = isKnown(account) ? account : fields.recipient_account_id;
  return isKnown(owner) ? `unknown:${owner}` : "unknown";
}

/** The role or user behind the session, for display: names can be used again, so never a key to join by. */
export function principalArn(fields: IdentityFields): string | null {
  const hasParent = isRoleSession(fields) || fields.user_identity_type === "FederatedUser";
  if (hasParent && isKnown(fields.session_issuer_arn)) return fields.session_issuer_arn;
  return isKnown(fields.user_identity_arn) ? fields.user_identity_arn : null;
}

/** The id AWS never gives twice (AIDA…, AROA…): two users created under one name have two. The key to join by. */
export function principalUniqueId(fields: IdentityFields): string | null {
  if (fields.user_identity_type === "FederatedUser" && isKnown(fields.session_issuer_principal_id)) {
    return fields.session_issuer_principal_id;
  }
  const principalId = fields.user_identity_principal_id;
  if (!isKnown(principalId)) return null;
  const colon = principalId.indexOf(":");
  if (colon === -1) return principalId;
  const uniqueId = principalId.slice(0, colon);
  return UNIQUE_ID.test(uniqueId) ? uniqueId : principalId;
}

/**
 * `principalId@YYYY-MM-DDTHH:MM:SSZ`, the second being the creation of the session. Two sessions can be issued to
 * one principal in one second, so the group is not proof of one session. Null without both, or when the creation
 * time is no time.
 */
export function sessionGroup(fields: IdentityFields): string | null {
  const createdAt = fields.session_created_at;
  if (!isKnown(fields.user_identity_principal_id) || createdAt === null) return null;
  const second = wholeSecond(createdAt);
  return second === null ? null : `${fields.user_identity_principal_id}@${second}`;
}

function wholeSecond(text: string): string | null {
  if (text.length === 20 && WHOLE_SECOND.test(text)) return text;
  const micros = parseAnyTime(text);
  // AWS writes whole seconds; a fraction that an export added must not split the group.
  return micros === null ? null : `${formatTime(micros).slice(0, 19)}Z`;
}

function isRoleSession(fields: IdentityFields): boolean {
  return fields.user_identity_type === "AssumedRole" || fields.session_issuer_type === "Role";
}

function sessionName(fields: IdentityFields): string | null {
  const principalId = fields.user_identity_principal_id ?? "";
  const colon = principalId.indexOf(":");
  if (colon !== -1 && colon < principalId.length - 1) return principalId.slice(colon + 1);
  const arn = fields.user_identity_arn ?? "";
  if (!arn.includes(":assumed-role/")) return null;
  const name = arn.slice(arn.lastIndexOf("/") + 1);
  return name === "" ? null : name;
}

function isAnonymous(fields: IdentityFields): boolean {
  if (fields.user_identity_account_id === ANONYMOUS_ACCOUNT) return true;
  return fields.user_identity_principal_id === "" && (fields.event_source ?? "").startsWith("s3.amazonaws.com");
}

/** Present, not empty, and not a mark that stands for different hidden values. */
function isKnown(text: string | null): text is string {
  return text !== null && text !== "" && !isRedacted(text);
}
