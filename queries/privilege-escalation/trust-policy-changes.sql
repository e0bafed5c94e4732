-- ---
-- id: trust-policy-changes
-- title: Roles opened
-- question: Which roles were opened to other accounts, to anybody, or to an outside identity provider?
-- phase: privilege-escalation
-- kind: finding
-- severity: high
-- attack: [T1098.003]
-- requires: [management:write]
-- context: scope
-- counts: records
-- params:
--   trusted: {type: string, default: null, help: "Accounts that may be let in, with commas between them, beside those of the case and of own-accounts.txt"}
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: resource-pivot, with: {resource: role}}
--   - {query: backdoor-principal-chain}
-- false_positives:
--   - Vendors' monitoring is let in by their account, mostly with an external id
--   - A cluster or build system is let in through its identity provider
-- cannot_show: whether the role was taken from outside (such calls are logged in its own account alone), and what a refused call asked for
-- references:
--   - "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html"
--   - "https://attack.mitre.org/techniques/T1098/003/"
-- tests:
--   - {fixture: demo, rows: "0"}
--   - {fixture: stratus/persistence.iam-backdoor-role, rows: "1"}
--   - {fixture: stratus/persistence.iam-create-backdoor-role, rows: "1"}
-- ---
WITH own AS (
  SELECT coalesce(ct_set(account_id), '') AS own FROM (SELECT DISTINCT account_id FROM known_accounts) known
),
calls AS (
  SELECT
    file_id, record_index, event_time, same_second_rank, event_id, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_base_name AS call,
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn) AS is_by_service,
    ct_is_deployment_tool(user_agent) OR coalesce(user_identity_invoked_by, '') = 'cloudformation.amazonaws.com' AS is_by_tool,
    outcome IN ('failure', 'denied', 'dry-run') AS is_attempt,
    ct_json(request_parameters, 'roleName') AS role,
    coalesce(ct_json(request_parameters, 'policyDocument'), ct_json(request_parameters, 'assumeRolePolicyDocument')) AS policy,
    o.own || ', ' || coalesce(recipient_account_id, '') || coalesce(', ' || replace(replace(CAST($trusted AS VARCHAR), ' ', ''), ',', ', '), '') AS own
  FROM events
  CROSS JOIN own o
  WHERE service = 'iam' AND event_base_name IN ('UpdateAssumeRolePolicy', 'CreateRole') AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
read AS (
  SELECT
    file_id, record_index, event_time, same_second_rank, event_id, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, call, role, policy, is_by_service, is_by_tool, is_attempt,
    ct_foreign_accounts(policy, own) AS foreign_accounts,
    ct_foreign_accounts(policy, own) IS NOT NULL AS is_foreign,
    ct_is_open_to_all(policy) AS is_open_to_all,
    ct_matches(policy, '"Federated"') AS is_federated,
    ct_matches(policy, ':oidc-provider/') AND (NOT ct_matches(policy, '":?[^"]*:sub"|[a-z.]+:sub')
      OR ct_matches(policy, ':sub"\s*:\s*\[?\s*"(\*|repo:\*[^"]*|repo:\*/\*[^"]*)"')) AS is_any_subject,
    ct_matches(policy, 'sts:ExternalId') AS has_external_id
  FROM calls
)
SELECT
  event_time, recipient_account_id AS account, aws_region AS region, service, event_name, outcome, actor,
  nullif(user_identity_access_key_id, '') AS access_key, source_ip_address AS source_ip, user_agent, target,
  coalesce(nullif(error_code, ''), error_message, substr(CAST(request_parameters AS VARCHAR), 1, 500)) AS detail,
  event_id,
  CASE WHEN is_attempt THEN 'attempted' WHEN is_foreign OR is_open_to_all OR is_any_subject THEN 'weakened' WHEN call = 'CreateRole' THEN 'created' END AS effect,
  role, foreign_accounts, is_open_to_all,
  CASE
    WHEN is_by_service THEN 'informational'
    WHEN is_attempt THEN 'low'
    WHEN is_open_to_all THEN 'high'
    WHEN is_foreign AND is_by_tool THEN 'medium'
    WHEN is_foreign AND has_external_id AND call = 'CreateRole' THEN 'medium'
    WHEN is_foreign THEN 'high'
    WHEN is_any_subject THEN 'medium'
    WHEN is_federated AND NOT is_by_tool THEN 'low'
    ELSE 'informational'
  END AS severity,
  CASE outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' WHEN 'dry-run' THEN 'dry run: ' ELSE '' END || CASE call WHEN 'CreateRole' THEN 'role made' ELSE 'trust policy of a role replaced' END || coalesce(': ' || role, '')
    || CASE WHEN is_open_to_all THEN '; anybody may take it' ELSE '' END
    || CASE WHEN is_foreign THEN '; lets in accounts not known as yours: ' || foreign_accounts ELSE '' END
    || CASE WHEN is_foreign AND has_external_id THEN ', with an external id' ELSE '' END
    || CASE WHEN is_any_subject THEN '; lets in every identity of a provider, whatever its subject' WHEN is_federated THEN '; lets in an identity provider' ELSE '' END
    || CASE WHEN is_by_tool THEN '; client names itself a deployment tool' ELSE '' END
    || CASE WHEN is_by_service THEN '; by a service of itself' ELSE '' END AS why
FROM read
WHERE call = 'UpdateAssumeRolePolicy' OR is_foreign OR is_open_to_all OR is_federated
ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index;
