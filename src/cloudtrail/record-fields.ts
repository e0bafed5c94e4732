/*
 * Which column holds which field of a record: the one table that flattening, rebuilding, the schema and the shards
 * are made from. Order here is the column order everywhere.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */

/**
 * How AWS writes the field, hence which token rebuilds it: `text` a string; `flag` true or false; `text-flag` the
 * string "true" or "false"; `time` the string `YYYY-MM-DDTHH:MM:SSZ`; `json` any value, kept as text.
 */
export type FieldKind = "text" | "flag" | "text-flag" | "time" | "json";

export interface RecordField {
  readonly column: string;
  readonly path: readonly string[];
  readonly kind: FieldKind;
}

const field = (kind: FieldKind, column: string, path: string): RecordField => ({ kind, column, path: path.split(".") });

export const RECORD_FIELDS: readonly RecordField[] = [
  field("time", "event_time", "eventTime"),
  field("text", "event_version", "eventVersion"),
  field("text", "event_source", "eventSource"),
  field("text", "event_name", "eventName"),
  field("text", "aws_region", "awsRegion"),
  field("text", "source_ip_address", "sourceIPAddress"),
  field("text", "user_agent", "userAgent"),
  field("text", "error_code", "errorCode"),
  field("text", "error_message", "errorMessage"),
  field("text", "request_id", "requestID"),
  field("text", "event_id", "eventID"),
  field("flag", "read_only", "readOnly"),
  field("text", "event_type", "eventType"),
  field("text", "api_version", "apiVersion"),
  field("flag", "management_event", "managementEvent"),
  field("text", "recipient_account_id", "recipientAccountId"),
  field("text", "shared_event_id", "sharedEventID"),
  field("text", "vpc_endpoint_id", "vpcEndpointId"),
  field("text", "vpc_endpoint_account_id", "vpcEndpointAccountId"),
  field("text", "event_category", "eventCategory"),
  field("text-flag", "session_credential_from_console", "sessionCredentialFromConsole"),
  field("text", "addendum_reason", "addendum.reason"),
  field("text", "addendum_original_event_id", "addendum.originalEventID"),
  field("text", "user_identity_type", "userIdentity.type"),
  field("text", "user_identity_principal_id", "userIdentity.principalId"),
  field("text", "user_identity_arn", "userIdentity.arn"),
  field("text", "user_identity_account_id", "userIdentity.accountId"),
  field("text", "user_identity_access_key_id", "userIdentity.accessKeyId"),
  field("text", "user_identity_user_name", "userIdentity.userName"),
  field("text", "user_identity_invoked_by", "userIdentity.invokedBy"),
  field("text", "user_identity_invoked_by_delegate", "userIdentity.invokedByDelegate.accountId"),
  field("text", "user_identity_identity_provider", "userIdentity.identityProvider"),
  field("text", "user_identity_credential_id", "userIdentity.credentialId"),
  field("text", "user_identity_on_behalf_of_user_id", "userIdentity.onBehalfOf.userId"),
  field("text", "user_identity_on_behalf_of_store_arn", "userIdentity.onBehalfOf.identityStoreArn"),
  field("json", "user_identity_in_scope_of", "userIdentity.inScopeOf"),
  field("text", "session_issuer_type", "userIdentity.sessionContext.sessionIssuer.type"),
  field("text", "session_issuer_principal_id", "userIdentity.sessionContext.sessionIssuer.principalId"),
  field("text", "session_issuer_arn", "userIdentity.sessionContext.sessionIssuer.arn"),
  field("text", "session_issuer_account_id", "userIdentity.sessionContext.sessionIssuer.accountId"),
  field("text", "session_issuer_user_name", "userIdentity.sessionContext.sessionIssuer.userName"),
  field("time", "session_created_at", "userIdentity.sessionContext.attributes.creationDate"),
  field("text-flag", "session_mfa_authenticated", "userIdentity.sessionContext.attributes.mfaAuthenticated"),
  field("text", "session_source_identity", "userIdentity.sessionContext.sourceIdentity"),
  field("text-flag", "session_assumed_root", "userIdentity.sessionContext.assumedRoot"),
  field("text", "ec2_role_delivery", "userIdentity.sessionContext.ec2RoleDelivery"),
  field("text", "web_identity_provider", "userIdentity.sessionContext.webIdFederationData.federatedProvider"),
  field("text", "tls_version", "tlsDetails.tlsVersion"),
  field("text", "tls_cipher_suite", "tlsDetails.cipherSuite"),
  field("text", "tls_host_header", "tlsDetails.clientProvidedHostHeader"),
  field("json", "request_parameters", "requestParameters"),
  field("json", "response_elements", "responseElements"),
  field("json", "additional_event_data", "additionalEventData"),
  field("json", "resources", "resources"),
  field("json", "service_event_details", "serviceEventDetails"),
  field("json", "insight_details", "insightDetails"),
];

/** A record as columns: text as text, JSON as text, flags as booleans, times as microseconds since 1970 UTC. */
export type FieldValue = string | boolean | bigint | null;

/** A place in the record's fixed structure: a field, or an object that holds fields. */
export interface StructureNode {
  readonly path: string;
  readonly members: ReadonlyMap<string, StructureNode>;
  /** Index in RECORD_FIELDS, or -1 for an object. */
  readonly fieldIndex: number;
}

/** The tree of known objects and fields; a record is walked along it. */
export const RECORD_STRUCTURE: StructureNode = buildStructure();

function buildStructure(): StructureNode {
  interface Building extends StructureNode {
    members: Map<string, Building>;
  }
  const root: Building = { path: "", members: new Map(), fieldIndex: -1 };
  RECORD_FIELDS.forEach(({ path }, fieldIndex) => {
    let node = root;
    path.forEach((name, depth) => {
      let next = node.members.get(name);
      if (next === undefined) {
        const isField = depth === path.length - 1;
        next = {
          path: path.slice(0, depth + 1).join("."),
          members: new Map(),
          fieldIndex: isField ? fieldIndex : -1,
        };
        node.members.set(name, next);
      }
      node = next;
    });
  });
  return root;
}
