import { macro, type Macro } from "./macro.ts";

/*
 * What a policy document grants, to whom. Names of lambda variables begin with `ct_`, since an argument may be a column,
 * and a variable of its name would take its place.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */

/** A policy as JSON: a request has it as text or as an object, and an answer of IAM has it URL-encoded. */
const POLICY = String.raw`list_extract(list_transform(
  [CASE WHEN ltrim(CAST(value AS VARCHAR)) LIKE '"%' THEN TRY(json_extract_string(CAST(value AS VARCHAR), '$')) ELSE CAST(value AS VARCHAR) END],
  lambda ct_text: CASE
    WHEN ltrim(ct_text) LIKE '\{%' ESCAPE '\' THEN TRY(CAST(json(ct_text) AS VARCHAR))
    WHEN upper(ltrim(ct_text)) LIKE '\%7B%' ESCAPE '\' THEN TRY(CAST(json(url_decode(replace(ct_text, '+', '%20'))) AS VARCHAR)) END), 1)`;

// Of a literal NULL the engine could not tell that what it extracts is a list.
const DOCUMENT = "coalesce(ct_policy(policy), '{}')";

/** Its Allow statements, as a list of JSON: of a list, or of one statement without it. */
const ALLOWED = String.raw`list_filter(
  list_concat(TRY(json_extract(${DOCUMENT}, '$.Statement[*]')), [TRY(json_extract(${DOCUMENT}, '$.Statement'))]),
  lambda ct_s: TRY(json_type(ct_s)) = 'OBJECT' AND upper(json_extract_string(ct_s, '$.Effect')) = 'ALLOW')`;

/** Texts at a key of a statement: one, or a list. */
const texts = (key: string): string =>
  `list_concat(json_extract_string(ct_s, '$.${key}[*]'), CASE WHEN json_type(ct_s, '$.${key}') = 'VARCHAR' THEN [json_extract_string(ct_s, '$.${key}')] ELSE [] END)`;

const PRINCIPALS = `list_concat(list_concat(${texts("Principal")}, ${texts("Principal.AWS")}),
  list_concat(${texts("Principal.Service")}, list_concat(${texts("Principal.Federated")}, ${texts("Principal.CanonicalUser")})))`;

/** A statement that names whom it leaves out lets in everybody else. */
const LETS_ALL_IN = `(list_contains(list_concat(${texts("Principal")}, ${texts("Principal.AWS")}), '*') OR json_exists(ct_s, '$.NotPrincipal'))`;

// Operators that a missing key fails; `…IfExists`, `ForAllValues:` and the negated ones let a stranger through.
const OPERATOR = String.raw`"(?:ForAnyValue:)?(?:String(?:Equals(?:IgnoreCase)?|Like)|Arn(?:Equals|Like)|IpAddress|Bool)":\{(?:"[^"]*"|[^{}"])*\}`;
const CALLER_KEYS =
  "aws:source(?:account|arn|owner|ip|vpc|vpce|vpcarn|orgid|orgpaths)|aws:vpcsourceip|aws:principal(?:orgid|orgpaths|account|arn)|aws:userid|aws:vpce(?:account|orgid|orgpaths)|kms:calleraccount|s3:dataaccesspoint(?:account|arn)";
/** Values of a statement's conditions on who or what may call, as JSON; one that any caller meets is none. */
const LIMITS = String.raw`list_filter(
  flatten(list_transform(
    regexp_extract_all(coalesce(CAST(json_extract(ct_s, '$.Condition') AS VARCHAR), ''), '${OPERATOR}'),
    lambda ct_block: list_concat(
      regexp_extract_all(ct_block, '(?i)"(?:${CALLER_KEYS})":("[^"]*"|\[[^\]]*\])', 1),
      regexp_extract_all(ct_block, '(?i)"(?:aws:principalisawsservice|elasticfilesystem:accessedviamounttarget)":\[?"?(true)', 1)))),
  lambda ct_limit: NOT regexp_matches(ct_limit, '"[*?]*"|"[0-9a-fA-F.:]+/[01]"|"arn:[^":]*:[^":]*:[*]?:[*]?:[*]"'))`;

const IS_OPEN = `(${LETS_ALL_IN} AND len(${LIMITS}) = 0)`;

/** An account of a principal; ids of a deleted user and AWS's own names for its services are none. */
const ACCOUNTS = String.raw`flatten(list_transform(${ALLOWED}, lambda ct_s: list_concat(
  list_transform(${texts("Principal.AWS")}, lambda ct_p: CASE
    WHEN ct_p LIKE 'arn:%' THEN nullif(nullif(split_part(ct_p, ':', 5), 'cloudfront'), 'aws')
    WHEN ct_p = '*' OR regexp_matches(ct_p, '^A[A-Z]{3}[A-Z0-9]{12,}$') THEN NULL
    ELSE ct_p END),
  CASE WHEN ${LETS_ALL_IN} THEN flatten(list_transform(${LIMITS}, lambda ct_limit: regexp_extract_all(ct_limit, '(?:"|:)([0-9]{12})(?:"|:)', 1))) ELSE [] END)))`;

/** A list as one sorted text, or null for an empty one. */
const asText = (list: string): string => `TRY(nullif(array_to_string(list_sort(list_distinct(${list})), ', '), ''))`;

// Whoever may do everything in IAM can give himself the rest. To allow all but something is to allow everything when
// what is left out is neither IAM nor all.
const IS_ADMIN = String.raw`(
  (len(list_filter(${texts("Action")}, lambda ct_a: lower(ct_a) IN ('*', '*:*', 'iam:*'))) > 0
    OR json_exists(ct_s, '$.NotAction') AND len(list_filter(${texts("NotAction")}, lambda ct_a: regexp_matches(lower(ct_a), '^(?:[*]|iam:[*]?)'))) = 0)
  AND (list_contains(${texts("Resource")}, '*') OR json_exists(ct_s, '$.NotResource')))`;

export const POLICY_MACROS: readonly Macro[] = [
  macro(
    "ct_policy(value)",
    POLICY,
    "a policy document as JSON text, from JSON text, from an object (`ct_json_doc`), or URL-encoded as IAM answers with it; null for what is none",
  ),
  macro(
    "ct_policy_principals(policy)",
    asText(
      `flatten(list_transform(${ALLOWED}, lambda ct_s: list_concat(${PRINCIPALS}, list_transform(${texts("NotPrincipal.AWS")}, lambda ct_p: 'all but ' || ct_p))))`,
    ),
    "whom the Allow statements of a policy let in: ARNs, accounts, services, providers, `*`, and `all but …` for NotPrincipal, as one sorted text",
  ),
  macro(
    "ct_policy_accounts(policy)",
    asText(ACCOUNTS),
    "accounts that the Allow statements of a policy name as principals, or as the limit of a statement for `*`, as one sorted text",
  ),
  macro(
    "ct_policy_is_public(policy)",
    `coalesce(TRY(len(list_filter(${ALLOWED}, lambda ct_s: ${IS_OPEN})) > 0), false)`,
    "whether a policy lets anybody in: Allow to `*` or by NotPrincipal, without a condition that limits callers (account, ARN, organization, VPC, address); one on anything else, such as TLS, limits nobody",
  ),
  macro(
    "ct_policy_actions(policy)",
    asText(
      `flatten(list_transform(${ALLOWED}, lambda ct_s: list_concat(${texts("Action")}, list_transform(${texts("NotAction")}, lambda ct_a: 'all but ' || ct_a))))`,
    ),
    "what the Allow statements of a policy allow, and `all but …` for NotAction, as one sorted text",
  ),
  macro(
    "ct_policy_is_admin(policy)",
    `coalesce(TRY(len(list_filter(${ALLOWED}, lambda ct_s: ${IS_ADMIN})) > 0), false)`,
    "whether a policy allows every action, or every action of IAM, on every resource, under a condition or not; also by a NotAction that does not name IAM, or a NotResource",
  ),
  macro(
    "ct_foreign_accounts(policy, own)",
    // `own` may be a subquery, which no lambda may hold: it is an element of a list instead.
    `nullif(list_extract(list_transform([{'own': ', ' || coalesce(own, '') || ', ', 'accounts': ct_policy_accounts(policy)}], lambda ct_row: array_to_string(
      list_filter(string_split(ct_row.accounts, ', '), lambda ct_account: NOT contains(ct_row.own, ', ' || ct_account || ', ')), ', ')), 1), '')`,
    "accounts that a policy lets in and that are not among `own`, a text as `ct_set` makes it; null for none",
  ),
  macro("ct_is_open_to_all(policy)", "ct_policy_is_public(policy)", "the same as `ct_policy_is_public`"),
  macro("ct_grants_everything(policy)", "ct_policy_is_admin(policy)", "the same as `ct_policy_is_admin`"),
];
