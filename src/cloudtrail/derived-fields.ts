/*
 * Columns that coldtrail derives from one record and stores with it. What needs more than one record is settled later,
 * in the store.
 */

export interface DerivedField {
  readonly column: string;
  readonly kind: "text" | "flag";
  /** How the value comes about, as a line of docs/formats.md; Markdown. */
  readonly meaning: string;
}

const text = (column: string, meaning: string): DerivedField => ({ column, kind: "text", meaning });

export const DERIVED_FIELDS = [
  text("event_base_name", "`event_name` without the API version that Lambda and CloudFront append to it"),
  text("service", "`event_source` without `.amazonaws.com` or `.amazonaws.com.cn`"),
  text("actor", "The identity as AWS recorded it, never a verdict; the order of choice is below"),
  text(
    "principal_arn",
    "ARN of the role or user behind a session, else the caller's own; for display, names get reused",
  ),
  text(
    "principal_unique_id",
    "Id before the colon of `principalId` (AIDA…, AROA…), which AWS gives once; the key to join by",
  ),
  text("session_group", "`principalId@creationDate`; two sessions issued in one second share it"),
  text("outcome", "How the call ended, in one of the words below"),
  text("target", "What the call acted on; several things as a JSON array"),
  text("target_source", "Where `target` was found: a path of the record, or `errorMessage`"),
  text("source_ip", "`sourceIPAddress` when it is exactly one valid address"),
  text("source_ip_key", "The same as 32 hex digits, IPv4 inside ::ffff:0:0/96: a CIDR block is a `BETWEEN`"),
  text("source_ip_kind", "public, private, aws-service, aws-internal, other or invalid"),
  // Internal: what the settling step orders and joins by; not in the `events` view.
  text("issued_access_key_id", "Access key that the response handed out"),
  text("named_access_key_id", "Access key that the request was about, whoever made it"),
  text("issued_session_group", "`session_group` of the calls that will use the session issued here"),
  { column: "created_target", kind: "flag", meaning: "True when the call created its own target" },
] as const satisfies readonly DerivedField[];

/** Derived columns that only the store uses. */
export const INTERNAL_FIELDS = new Set(["issued_session_group", "created_target"]);
