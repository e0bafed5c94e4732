-- ---
-- id: identity-recon
-- title: Identities and rights looked up
-- question: Who asked which identities, groups, policies and accounts there are?
-- phase: discovery
-- kind: finding
-- severity: low
-- attack: [T1087.004, T1069.003]
-- requires: [management:read]
-- context: all
-- counts: records
-- params:
--   min_apis: {type: int, default: 5, help: "So many different calls of one caller within the window are a survey"}
--   window: {type: duration, default: 30m, help: "How far apart, before and after, calls count together"}
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: discovery-bursts}
-- false_positives:
--   - Inventory and compliance tools list identities on a schedule
--   - The IAM console asks for all of it on one page
-- cannot_show: what the answers held, since reads are logged without their result
-- references:
--   - "https://attack.mitre.org/techniques/T1087/004/"
--   - "https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html"
-- tests:
--   - {fixture: demo, rows: "898"}
--   - {fixture: stratus/credential-access.ec2-steal-instance-credentials, rows: ">=1"}
-- ---
WITH calls AS (
  SELECT
    file_id, record_index, coalesce(principal_unique_id, actor) AS caller, ct_epoch(event_time) AS second,
    service || ' ' || event_base_name AS api,
    CASE WHEN row_number() OVER (
      PARTITION BY coalesce(principal_unique_id, actor), service, event_base_name, ct_bucket(event_time, CAST($window AS BIGINT))
      ORDER BY event_time, same_second_rank, event_id, file_id, record_index
    ) = 1 THEN 1 ELSE 0 END AS is_first
  FROM all_events
  WHERE ((service = 'sts' AND event_base_name IN ('GetCallerIdentity', 'GetAccessKeyInfo'))
      OR (service = 'iam' AND event_base_name IN ('GetAccountAuthorizationDetails', 'GetAccountSummary', 'GetCredentialReport',
        'GenerateCredentialReport', 'ListUsers', 'ListRoles', 'ListGroups', 'ListPolicies', 'ListAccessKeys', 'ListAccountAliases',
        'ListGroupsForUser', 'ListUserPolicies', 'ListRolePolicies', 'ListGroupPolicies', 'ListAttachedUserPolicies',
        'ListAttachedRolePolicies', 'ListAttachedGroupPolicies', 'ListSSHPublicKeys', 'ListServiceSpecificCredentials',
        'ListSigningCertificates', 'ListMFADevices', 'ListVirtualMFADevices', 'ListSAMLProviders', 'ListOpenIDConnectProviders',
        'ListInstanceProfiles', 'SimulatePrincipalPolicy', 'SimulateCustomPolicy', 'GetLoginProfile', 'GetUser', 'GetAccountPasswordPolicy'))
      OR (service = 'organizations' AND (event_base_name LIKE 'Describe%' OR event_base_name LIKE 'List%'))
      OR (service IN ('sso', 'sso-directory', 'identitystore') AND (event_base_name LIKE 'List%' OR event_base_name LIKE 'Describe%' OR event_base_name LIKE 'Search%')))
    AND service IN ('sts', 'iam', 'organizations', 'sso', 'sso-directory', 'identitystore')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
counted AS (
  SELECT
    file_id, record_index,
    sum(is_first) OVER (
      PARTITION BY caller ORDER BY second
      RANGE BETWEEN CAST($window AS BIGINT) PRECEDING AND CAST($window AS BIGINT) FOLLOWING
    ) AS n_apis
  FROM calls
),
judged AS (
  SELECT
    file_id, record_index, event_time, same_second_rank, event_id, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, c.n_apis,
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn) AS is_by_service,
    ct_is_deployment_tool(user_agent) OR coalesce(user_identity_invoked_by, '') = 'cloudformation.amazonaws.com' AS is_by_tool,
    ct_client(user_agent, session_credential_from_console) AS client
  FROM events e
  JOIN counted c USING (file_id, record_index)
  WHERE e.service IN ('sts', 'iam', 'organizations', 'sso', 'sso-directory', 'identitystore')
)
SELECT
  event_time, recipient_account_id AS account, aws_region AS region, service, event_name, outcome, actor,
  nullif(user_identity_access_key_id, '') AS access_key, source_ip_address AS source_ip, user_agent, target,
  coalesce(nullif(error_code, ''), error_message, substr(CAST(request_parameters AS VARCHAR), 1, 500)) AS detail,
  event_id,
  n_apis AS n_calls_in_window,
  CASE
    WHEN is_by_service OR is_by_tool OR client IN ('console', 'browser', 'cloudformation') THEN 'informational'
    WHEN n_apis >= CAST($min_apis AS BIGINT) OR client = 'attack-tool' THEN 'medium'
    ELSE 'low'
  END AS severity,
  CASE outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' WHEN 'dry-run' THEN 'dry run: ' ELSE '' END || service || ' ' || event_name
    || CASE WHEN n_apis >= CAST($min_apis AS BIGINT) THEN '; one of many such calls near each other: ' || CAST(n_apis AS VARCHAR) ELSE '' END
    || CASE WHEN is_by_service THEN '; by a service of itself' ELSE '' END
    || CASE WHEN is_by_tool THEN '; client names itself a deployment tool' ELSE '' END
    || CASE WHEN client = 'attack-tool' THEN '; client names itself a tool for attacks or audits' ELSE '' END AS why
FROM judged
ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index;
