-- ---
-- id: access-removal
-- title: People locked out
-- question: Was access taken away from users, roles or the account itself?
-- phase: impact
-- kind: finding
-- severity: medium
-- attack: [T1531]
-- requires: [management:write]
-- context: all
-- counts: records
-- params:
--   min_burst: {type: int, default: 5, help: "So many others who lost access to one caller within the window are a burst"}
--   window: {type: duration, default: 1h, help: "How far apart they count together"}
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: root-takeover}
-- false_positives:
--   - People leave, keys are rotated, and responders lock out an intruder by the same calls
--   - What the same caller had created within a day was mostly a test
-- cannot_show: who is left with access, and changes at an identity provider
-- references:
--   - "https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html"
--   - "https://attack.mitre.org/techniques/T1531/"
-- tests:
--   - {fixture: demo, rows: "7"}
-- ---
WITH calls AS (
  SELECT
    event_time, same_second_rank, file_id, record_index, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_id,
    event_base_name AS call, coalesce(principal_unique_id, actor) AS caller, user_identity_user_name, principal_arn,
    coalesce(ct_json(request_parameters, 'userName'), ct_json(request_parameters, 'roleName'), ct_json(request_parameters, 'groupName'), target) AS whom,
    lower(CAST(request_parameters AS VARCHAR)) AS request,
    outcome IN ('failure', 'denied', 'dry-run') AS is_attempt,
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn) AS is_by_service,
    ct_is_deployment_tool(user_agent) OR coalesce(user_identity_invoked_by, '') = 'cloudformation.amazonaws.com' AS is_by_deployment_tool
  FROM all_events
  WHERE service IN ('iam', 'signin', 'organizations', 'account', 'sso', 'sso-directory', 'identitystore')
    AND event_base_name IN ('DeleteUser', 'DeleteLoginProfile', 'DeleteAccessKey', 'UpdateAccessKey', 'DetachUserPolicy', 'DeleteUserPolicy', 'RemoveUserFromGroup', 'DeleteRole', 'DetachRolePolicy', 'DeleteRolePolicy',
      'DeleteGroup', 'DetachGroupPolicy', 'DeleteGroupPolicy', 'PutUserPermissionsBoundary', 'DeactivateMFADevice', 'DeleteVirtualMFADevice', 'DeleteSAMLProvider', 'DeleteOpenIDConnectProvider', 'CloseAccount', 'RemoveAccountFromOrganization',
      'EmailUpdated', 'PasswordUpdated', 'PutAlternateContact', 'DeleteAlternateContact', 'DeleteAccountAssignment', 'DeletePermissionSet', 'DisableUser', 'UpdateLoginProfile', 'DeleteAccountPasswordPolicy', 'PutUserPolicy', 'AttachUserPolicy')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
created AS (
  SELECT coalesce(ct_json(request_parameters, 'userName'), ct_json(request_parameters, 'roleName'), ct_json(request_parameters, 'groupName')) AS whom, coalesce(principal_unique_id, actor) AS caller, min(event_time) AS created_at
  FROM all_events
  WHERE service = 'iam' AND event_base_name IN ('CreateUser', 'CreateRole', 'CreateGroup') AND outcome = 'no-error'
  GROUP BY coalesce(ct_json(request_parameters, 'userName'), ct_json(request_parameters, 'roleName'), ct_json(request_parameters, 'groupName')), coalesce(principal_unique_id, actor)
),
named AS (
  SELECT
    c.file_id, c.record_index, c.call, c.caller, c.whom, ct_epoch(c.event_time) AS second, c.is_attempt, c.is_by_service, c.is_by_deployment_tool,
    coalesce(c.whom = c.user_identity_user_name, c.whom IS NULL) AS is_self,
    coalesce(ct_seconds_between(m.created_at, c.event_time) BETWEEN 0 AND 86400, false) AS is_own_young,
    CASE
      WHEN c.call IN ('CloseAccount', 'EmailUpdated', 'RemoveAccountFromOrganization') THEN 3
      WHEN c.call IN ('DeleteUser', 'DeleteLoginProfile', 'DeleteAccessKey', 'UpdateAccessKey', 'DeleteSAMLProvider', 'DeleteOpenIDConnectProvider', 'DeactivateMFADevice', 'DisableUser', 'UpdateLoginProfile',
        'DeleteAccountAssignment', 'PutUserPolicy', 'AttachUserPolicy', 'DeletePermissionSet', 'PasswordUpdated') THEN 2
      ELSE 1
    END AS weight,
    CASE
      WHEN c.call = 'UpdateAccessKey' AND NOT c.is_attempt AND NOT coalesce(contains(c.request, '"inactive"'), false) THEN NULL
      WHEN c.call = 'UpdateAccessKey' THEN 'access key switched off'
      WHEN c.call IN ('PutUserPolicy', 'AttachUserPolicy') AND NOT coalesce(ct_matches(c.request, 'awsdenyall|effect\\*":\\*"deny.{0,80}action\\*":\\*"\*'), false) THEN NULL
      WHEN c.call IN ('PutUserPolicy', 'AttachUserPolicy') THEN 'everything denied to a user'
      WHEN c.call = 'PasswordUpdated' AND c.service <> 'signin' THEN NULL
      WHEN c.call = 'PasswordUpdated' THEN 'password of the root user changed'
      WHEN c.call = 'UpdateLoginProfile' THEN 'password of a user changed'
      WHEN c.call = 'EmailUpdated' THEN 'e-mail address of the root user changed'
      WHEN c.call = 'CloseAccount' THEN 'account closed'
      WHEN c.call = 'RemoveAccountFromOrganization' THEN 'account taken out of the organization'
      WHEN c.call IN ('PutAlternateContact', 'DeleteAlternateContact') THEN 'contact of the account changed'
      WHEN c.call = 'DeleteUser' THEN 'user deleted'
      WHEN c.call = 'DeleteLoginProfile' THEN 'password of a user deleted'
      WHEN c.call = 'DeleteAccessKey' THEN 'access key deleted'
      WHEN c.call LIKE '%MFADevice' THEN 'second factor of a user taken away'
      WHEN c.call LIKE '%Provider' THEN 'way to sign in through an identity provider deleted'
      WHEN c.call = 'RemoveUserFromGroup' THEN 'user taken out of a group'
      WHEN c.call = 'PutUserPermissionsBoundary' THEN 'limit put on what a user may do'
      ELSE 'permissions taken away'
    END AS what
  FROM calls c
  LEFT JOIN created m ON m.whom = c.whom AND m.caller = c.caller
),
-- Who takes access from about as many on other days too does so by duty: old keys every night, say.
losses_by_day AS (
  SELECT caller, second - second % 86400 AS day, count(DISTINCT whom) AS n
  FROM named
  WHERE what IS NOT NULL AND weight >= 2 AND NOT is_attempt AND NOT is_self AND NOT is_own_young
  GROUP BY caller, second - second % 86400
),
routines AS (
  SELECT d.caller, d.day
  FROM losses_by_day d
  JOIN losses_by_day o ON o.caller = d.caller AND o.day <> d.day AND o.n * 2 >= d.n
  GROUP BY d.caller, d.day
  HAVING count(*) >= 3
),
counted AS (
  SELECT
    file_id, record_index, caller, second - second % 86400 AS day, call, whom, is_attempt, is_by_service, is_by_deployment_tool, is_self, is_own_young, weight, what,
    sum(CASE WHEN is_first AND weight >= 2 AND NOT is_attempt AND NOT is_self AND NOT is_own_young THEN 1 ELSE 0 END) OVER (
      PARTITION BY caller ORDER BY second RANGE BETWEEN CAST($window AS BIGINT) PRECEDING AND CAST($window AS BIGINT) FOLLOWING) AS n_others
  FROM (
    SELECT
      file_id, record_index, call, caller, whom, second, is_attempt, is_by_service, is_by_deployment_tool, is_self, is_own_young, weight, what,
      -- The first in a while: who lost more than one thing at once counts once, and who lost it long ago counts again.
      coalesce(second - lag(second) OVER (PARTITION BY caller, whom, is_attempt, weight ORDER BY second, file_id, record_index) > CAST($window AS BIGINT), true) AS is_first
    FROM named
    WHERE what IS NOT NULL
  ) firsts
)
SELECT
  e.event_time, e.recipient_account_id AS account, e.aws_region AS region, e.service, e.event_name, e.outcome, e.actor,
  nullif(e.user_identity_access_key_id, '') AS access_key, e.source_ip_address AS source_ip, e.user_agent, e.target,
  coalesce(nullif(e.error_code, ''), e.error_message, substr(CAST(e.request_parameters AS VARCHAR), 1, 500)) AS detail,
  e.event_id,
  CASE WHEN t.is_attempt THEN 'attempted' WHEN t.call LIKE 'Delete%' OR t.call LIKE 'Remove%' OR t.call LIKE 'Detach%' OR t.call IN ('CloseAccount', 'UpdateAccessKey', 'DisableUser') THEN 'removed' ELSE 'weakened' END AS effect,
  t.whom AS who_lost_it,
  t.n_others AS n_others_in_window,
  CASE
    WHEN t.is_attempt THEN CASE WHEN t.weight = 3 THEN 'medium' ELSE 'low' END
    WHEN t.is_by_service THEN 'informational'
    WHEN t.weight = 3 THEN 'high'
    WHEN t.is_by_deployment_tool OR t.is_own_young OR t.is_self THEN 'informational'
    WHEN t.weight = 2 AND t.n_others >= CAST($min_burst AS BIGINT) THEN CASE WHEN r.caller IS NULL THEN 'high' ELSE 'medium' END
    WHEN t.what = 'everything denied to a user' THEN 'medium'
    WHEN t.weight = 2 THEN 'low'
    ELSE 'informational'
  END AS severity,
  CASE e.outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' WHEN 'dry-run' THEN 'dry run: ' ELSE '' END
    || t.what
    || CASE WHEN t.is_self THEN '; one''s own' ELSE '' END
    || CASE WHEN t.is_own_young THEN '; the same caller had created it within a day' ELSE '' END
    || CASE WHEN NOT t.is_self AND NOT t.is_attempt THEN '; others from whom this caller took access in the window: ' || CAST(t.n_others AS VARCHAR) ELSE '' END
    || CASE WHEN r.caller IS NOT NULL AND t.weight = 2 THEN '; about as many on other days' ELSE '' END
    || CASE WHEN t.is_by_deployment_tool THEN '; client names itself a deployment tool' ELSE '' END
    || CASE WHEN t.is_by_service THEN '; by a service of itself' ELSE '' END AS why
FROM events e
JOIN counted t ON t.file_id = e.file_id AND t.record_index = e.record_index
LEFT JOIN routines r ON r.caller = t.caller AND r.day = t.day
WHERE e.service IN ('iam', 'signin', 'organizations', 'account', 'sso', 'sso-directory', 'identitystore')
  AND e.event_base_name IN ('DeleteUser', 'DeleteLoginProfile', 'DeleteAccessKey', 'UpdateAccessKey', 'DetachUserPolicy', 'DeleteUserPolicy', 'RemoveUserFromGroup', 'DeleteRole', 'DetachRolePolicy', 'DeleteRolePolicy',
    'DeleteGroup', 'DetachGroupPolicy', 'DeleteGroupPolicy', 'PutUserPermissionsBoundary', 'DeactivateMFADevice', 'DeleteVirtualMFADevice', 'DeleteSAMLProvider', 'DeleteOpenIDConnectProvider', 'CloseAccount', 'RemoveAccountFromOrganization',
    'EmailUpdated', 'PasswordUpdated', 'PutAlternateContact', 'DeleteAlternateContact', 'DeleteAccountAssignment', 'DeletePermissionSet', 'DisableUser', 'UpdateLoginProfile', 'DeleteAccountPasswordPolicy', 'PutUserPolicy', 'AttachUserPolicy')
ORDER BY e.event_time NULLS LAST, e.same_second_rank, e.event_id, e.file_id, e.record_index;
