import type { Macro } from "./macro.ts";

/** Small signs that several findings go by: what a client calls itself, how many things a call names, which SSH key. */
export const SIGN_MACROS: readonly Macro[] = [
  {
    name: "ct_is_deployment_tool",
    parameters: ["agent"],
    // A lambda runs once for each text of the column's dictionary, see `ct_agent_family`.
    body: "list_transform([agent], lambda ct_raw: coalesce(regexp_matches(lower(ct_raw), 'terraform|opentofu|terragrunt|pulumi|cloudformation|crossplane|ansible|cdk|serverless-framework'), false))[1]",
    meaning:
      "whether a user agent calls itself a tool that deploys; anybody can write that, so it explains and never proves",
  },
  {
    name: "ct_is_service_alone",
    parameters: ["kind", "invoked_by", "issuer_arn"],
    body: "(coalesce(kind, '') = 'AWSService' OR (coalesce(kind, '') = '' AND coalesce(invoked_by, '') <> '') OR coalesce(issuer_arn, '') LIKE '%:role/aws-service-role/%')",
    meaning:
      "whether an AWS service acted of itself, by `user_identity_type`, `user_identity_invoked_by` and `session_issuer_arn`; with a caller beside invokedBy it acted for somebody",
  },
  {
    name: "ct_is_read",
    parameters: ["recorded", "call"],
    // Records before 2019 mostly lack `readOnly`.
    body: "coalesce(recorded, regexp_matches(call, '^(Get|List|Describe|Head|Lookup|Search|BatchGet|BatchDescribe|Query|Scan|Check|Validate|Preview|View|Simulate|AssumeRole)'))",
    meaning:
      "whether a call reads only, by AWS's own mark `read_only`, and by its name, `event_base_name`, where that mark was not recorded",
  },
  {
    name: "ct_item_count",
    parameters: ["doc", "path"],
    body: String.raw`TRY(json_array_length(doc, '$' || regexp_replace('.' || path, '\.([^.\[]+)', '."\1"', 'g')))`,
    meaning: "how many elements the JSON array at a path has; 0 for what is no array, null when absent",
  },
  {
    name: "ct_least_number",
    parameters: ["value", "pattern"],
    body: "list_min(list_transform(regexp_extract_all(value, pattern, 1), lambda ct_n: TRY_CAST(ct_n AS DOUBLE)))",
    meaning: "the smallest number that the first group of a pattern matches anywhere in a text; null without one",
  },
  {
    name: "ct_ssh_fingerprint",
    parameters: ["public_key"],
    body: String.raw`'SHA256:' || rtrim(to_base64(unhex(sha256(TRY(from_base64(nullif(regexp_extract(public_key, '^\s*(?:ssh|ecdsa|sk)-\S+ ([A-Za-z0-9+/=]+)', 1), '')))))), '=')`,
    meaning: "the SHA256 fingerprint of an OpenSSH public key as sshd writes it to its log; null for what is no key",
  },
];
