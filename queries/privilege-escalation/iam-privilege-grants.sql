-- ---
-- id: iam-privilege-grants
-- title: Rights granted
-- question: Who gave whom more rights, and were they all there are?
-- phase: privilege-escalation
-- kind: finding
-- severity: medium
-- attack: [T1098.003]
-- requires: [management:write]
-- context: all
-- counts: records
-- params:
--   admin_only: {type: bool, default: false, help: "Only grants of every right there is, or of rights over IAM"}
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: resource-pivot, with: {resource: grantee}}
--   - {query: backdoor-principal-chain}
-- false_positives:
--   - Deployments attach policies to the roles that they make
--   - A new account is given its first administrator by hand
-- cannot_show: what a policy of your own allows when it was written before the archive begins, and what rights the grantee had before
-- references:
--   - "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html"
--   - "https://attack.mitre.org/techniques/T1098/003/"
-- tests:
--   - {fixture: demo, rows: "3"}
--   - {fixture: stratus/persistence.iam-create-admin-user, rows: "1"}
--   - {fixture: stratus/persistence.iam-create-backdoor-role, rows: "1"}
-- ---
-- Versions of policies that allow everything, written in this case: whoever is given one later is given everything.
WITH admin_versions AS (
  SELECT
    coalesce(ct_json(response_elements, 'policy.arn'), ct_json(request_parameters, 'policyArn')) AS policy_arn,
    coalesce(ct_json(response_elements, 'policyVersion.versionId'), 'v1') AS version_id,
    -- One written and not put in force counts for nobody until it is.
    event_base_name = 'CreatePolicy' OR ct_json(request_parameters, 'setAsDefault') = 'true' AS is_in_force, event_time
  FROM all_events
  WHERE service = 'iam' AND event_base_name IN ('CreatePolicy', 'CreatePolicyVersion') AND outcome = 'no-error'
    AND ct_grants_everything(ct_json(request_parameters, 'policyDocument'))
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
admin_policies AS (
  SELECT policy_arn, CAST(NULL AS VARCHAR) AS version_id, min(event_time) AS admin_since FROM admin_versions WHERE is_in_force GROUP BY policy_arn
  UNION ALL
  SELECT policy_arn, version_id, min(event_time) FROM admin_versions GROUP BY policy_arn, version_id
),
calls AS (
  SELECT
    file_id, record_index, event_time, same_second_rank, event_id, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_base_name AS call,
    -- Identity Center brings its permission sets into accounts; who gave them is in identity-center-grants.
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn) OR coalesce(user_identity_invoked_by, '') = 'sso.amazonaws.com' AS is_by_service,
    ct_is_deployment_tool(user_agent) OR coalesce(user_identity_invoked_by, '') = 'cloudformation.amazonaws.com' AS is_by_tool,
    outcome IN ('failure', 'denied', 'dry-run') AS is_attempt,
    ct_json(request_parameters, 'policyArn') AS policy_arn,
    CASE WHEN event_base_name = 'SetDefaultPolicyVersion' THEN ct_json(request_parameters, 'versionId') END AS version_id,
    -- The caller's own user or role.
    CASE
      WHEN user_identity_type = 'IAMUser'
        THEN ct_json(request_parameters, 'userName') = coalesce(user_identity_user_name, ct_extract(user_identity_arn, ':user/(?:.*/)?([^/]+)$', 1))
      WHEN user_identity_type = 'AssumedRole'
        THEN ct_json(request_parameters, 'roleName') = coalesce(session_issuer_user_name, ct_extract(session_issuer_arn, ':role/(?:.*/)?([^/]+)$', 1))
    END AS is_own,
    coalesce(ct_json(request_parameters, 'userName'), ct_json(request_parameters, 'roleName'), ct_json(request_parameters, 'groupName'),
      ct_json(request_parameters, 'instanceProfileName'), ct_extract(ct_json(request_parameters, 'policyArn'), '([^/]+)$', 1),
      CASE WHEN event_base_name = 'CreatePolicy' THEN ct_json(request_parameters, 'policyName') END) AS named,
    coalesce(ct_json(request_parameters, 'policyArn'), ct_json(request_parameters, 'permissionsBoundary'), ct_json(request_parameters, 'policyName'),
      ct_json(request_parameters, 'groupName'), ct_json(request_parameters, 'roleName')) AS policy,
    ct_grants_everything(ct_json(request_parameters, 'policyDocument'))
      OR ct_matches(ct_json(request_parameters, 'policyArn'), ':policy/(job-function/)?(AdministratorAccess|PowerUserAccess|IAMFullAccess|AdministratorAccess-Amplify|AdministratorAccess-AWSElasticBeanstalk)$') AS names_admin,
    -- A policy that allows nothing takes away: the console revokes the sessions of a role with one.
    coalesce(ct_policy(ct_json(request_parameters, 'policyDocument')) IS NOT NULL
      AND ct_policy_actions(ct_json(request_parameters, 'policyDocument')) IS NULL, false) AS is_deny_alone
  FROM events
  WHERE service = 'iam'
    AND event_base_name IN ('AttachUserPolicy', 'AttachRolePolicy', 'AttachGroupPolicy', 'PutUserPolicy', 'PutRolePolicy', 'PutGroupPolicy',
      'CreatePolicy', 'CreatePolicyVersion', 'SetDefaultPolicyVersion', 'AddUserToGroup', 'AddRoleToInstanceProfile',
      'PutUserPermissionsBoundary', 'PutRolePermissionsBoundary', 'DeleteUserPermissionsBoundary', 'DeleteRolePermissionsBoundary')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
judged AS (
  SELECT
    file_id, record_index, event_time, same_second_rank, event_id, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, call,
    is_by_service, is_by_tool, is_attempt, named, policy, is_deny_alone,
    coalesce(names_admin, false) OR (call <> 'CreatePolicyVersion' AND p.admin_since IS NOT NULL) AS is_admin,
    coalesce(is_own, false) AND call NOT LIKE '%PermissionsBoundary' AS is_to_self
  FROM calls c
  LEFT JOIN admin_policies p ON p.policy_arn = c.policy_arn AND p.version_id IS NOT DISTINCT FROM c.version_id AND p.admin_since <= c.event_time
)
SELECT
  event_time, recipient_account_id AS account, aws_region AS region, service, event_name, outcome, actor,
  nullif(user_identity_access_key_id, '') AS access_key, source_ip_address AS source_ip, user_agent, target,
  coalesce(nullif(error_code, ''), error_message, substr(CAST(request_parameters AS VARCHAR), 1, 500)) AS detail,
  event_id,
  CASE WHEN is_attempt THEN 'attempted' WHEN call LIKE 'Put%PermissionsBoundary' THEN NULL WHEN call = 'CreatePolicy' THEN 'created' WHEN is_deny_alone THEN 'removed' ELSE 'weakened' END AS effect,
  named AS grantee, policy, is_admin, is_to_self,
  CASE
    WHEN is_by_service OR is_deny_alone THEN 'informational'
    -- A policy gives nobody anything before it is attached.
    WHEN call = 'CreatePolicy' THEN CASE WHEN is_by_tool THEN 'informational' ELSE 'low' END
    WHEN is_admin AND is_attempt THEN 'medium'
    WHEN is_admin AND is_by_tool THEN 'medium'
    WHEN is_admin THEN 'high'
    WHEN (call LIKE 'Delete%' OR call = 'SetDefaultPolicyVersion' OR is_to_self) AND NOT is_attempt AND NOT is_by_tool THEN 'medium'
    WHEN is_by_tool OR call LIKE 'Put%PermissionsBoundary' OR is_attempt THEN 'informational'
    ELSE 'low'
  END AS severity,
  CASE outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' WHEN 'dry-run' THEN 'dry run: ' ELSE '' END
    || CASE
      WHEN call = 'AddUserToGroup' THEN 'user put into a group'
      WHEN call = 'AddRoleToInstanceProfile' THEN 'role put into an instance profile'
      WHEN call = 'SetDefaultPolicyVersion' THEN 'another version of a policy made the one that counts'
      WHEN call = 'CreatePolicyVersion' THEN 'policy given another version'
      WHEN call = 'CreatePolicy' THEN 'policy made'
      WHEN call LIKE 'Delete%' THEN 'limit on what may be granted taken away'
      WHEN call LIKE '%PermissionsBoundary' THEN 'limit on what may be granted set'
      WHEN call LIKE 'Attach%' THEN 'policy attached'
      WHEN is_deny_alone THEN 'policy written that allows nothing'
      ELSE 'policy written'
    END
    || CASE WHEN is_admin THEN ', every right or every right over IAM' ELSE '' END
    || CASE WHEN is_to_self THEN ', the caller''s own user or role' ELSE '' END
    || coalesce(': ' || named, '') || CASE WHEN policy <> named THEN coalesce(' with ' || policy, '') ELSE '' END
    || CASE WHEN is_by_tool THEN '; client names itself a deployment tool' ELSE '' END
    || CASE WHEN is_by_service THEN '; by a service of itself' ELSE '' END AS why
FROM judged
WHERE is_admin OR (call <> 'CreatePolicy' AND NOT CAST($admin_only AS BOOLEAN))
ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index;
