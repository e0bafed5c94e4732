import type { IndicatorKind } from "./indicator.ts";

/* Where in a record a value may stand, whole or named inside other text. */

/** Columns that hold a value of a kind whole, most telling first, with AWS's names for them. */
export const COLUMNS: Partial<Record<IndicatorKind, readonly (readonly [string, string])[]>> = {
  "access-key": [
    ["user_identity_access_key_id", "accessKeyId"],
    ["issued_access_key_id", "issued here"],
    ["user_identity_credential_id", "credentialId"],
  ],
  "principal-id": [
    ["user_identity_principal_id", "principalId"],
    ["principal_unique_id", "principalId"],
    ["session_issuer_principal_id", "sessionIssuer"],
  ],
  session: [["session_group", "session"]],
  account: [
    ["recipient_account_id", "recipientAccountId"],
    ["user_identity_account_id", "caller's account"],
    ["session_issuer_account_id", "sessionIssuer"],
    ["vpc_endpoint_account_id", "vpcEndpointAccountId"],
  ],
  uuid: [
    ["event_id", "eventID"],
    ["shared_event_id", "sharedEventID"],
    ["request_id", "requestID"],
  ],
  arn: [
    ["user_identity_arn", "caller"],
    ["principal_arn", "caller"],
    ["session_issuer_arn", "sessionIssuer"],
    ["actor", "caller"],
    ["target", "target"],
  ],
  ip: [["source_ip_address", "sourceIPAddress"]],
  instance: [["target", "target"]],
};

/** What a value looks like inside other text, in RE2. An ARN swallows ids, so it is looked for by itself. */
export const TOKENS: Partial<Record<IndicatorKind, string>> = {
  "access-key": "(?:AKIA|ASIA|ABIA)[A-Z0-9]{12,}",
  "principal-id": String.raw`(?:AIDA|AROA|AGPA|AIPA|ANPA|ANVA|APKA|ASCA|ACCA)[A-Z0-9]{12,}(?::[\w+=,.@-]+)?`,
  account: "[0-9]{12,}",
  uuid: "(?i:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})",
  ip: String.raw`[0-9]{1,3}(?:\.[0-9]{1,3}){3}`,
  instance: "i-[0-9a-f]{8,17}",
};
export const ARN_TOKEN = String.raw`arn:aws[a-z-]*:[^"\\\s,;()<>]+`;
