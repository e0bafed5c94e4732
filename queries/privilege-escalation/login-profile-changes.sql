-- ---
-- id: login-profile-changes
-- title: Console passwords set
-- question: Were console passwords set, replaced or taken away, for others, and did those then sign in?
-- phase: privilege-escalation
-- kind: finding
-- severity: medium
-- attack: [T1098.001]
-- requires: [management:write]
-- context: all
-- counts: records
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: console-logins}
--   - {query: key-usage, with: {access_key: access_key}}
-- false_positives:
--   - Administrators set the first password of a new user
--   - A password is replaced when it was forgotten
-- cannot_show: who knows the password, and sign-ins that were recorded in a region that is not in the case
-- references:
--   - "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_admin-change-user.html"
--   - "https://attack.mitre.org/techniques/T1098/001/"
-- tests:
--   - {fixture: demo, rows: "2"}
--   - {fixture: stratus/persistence.iam-create-user-login-profile, rows: "2"}
--   - {fixture: stratus/privilege-escalation.iam-update-user-login-profile, rows: "1"}
-- ---
WITH calls AS (
  SELECT
    file_id, record_index, event_time, same_second_rank, event_id, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_base_name AS call,
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn) AS is_by_service,
    ct_is_deployment_tool(user_agent) OR coalesce(user_identity_invoked_by, '') = 'cloudformation.amazonaws.com' AS is_by_tool,
    outcome IN ('failure', 'denied', 'dry-run') AS is_attempt,
    coalesce(ct_json(request_parameters, 'userName'), ct_json(response_elements, 'loginProfile.userName'),
      CASE WHEN event_base_name = 'ChangePassword' THEN user_identity_user_name END) AS owner,
    coalesce(user_identity_user_name, ct_extract(user_identity_arn, ':user/(?:.*/)?([^/]+)$', 1)) AS caller_name
  FROM events
  WHERE service = 'iam' AND event_base_name IN ('CreateLoginProfile', 'UpdateLoginProfile', 'DeleteLoginProfile', 'ChangePassword') AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
logins AS (
  SELECT
    c.file_id, c.record_index, min(l.event_time) AS login_after,
    ct_min_by(l.source_ip_address, l.event_time) AS login_ip
  FROM calls c
  JOIN all_events l ON l.user_identity_user_name = c.owner AND l.recipient_account_id IS NOT DISTINCT FROM c.recipient_account_id AND l.event_time >= c.event_time
  WHERE l.service = 'signin' AND l.event_base_name = 'ConsoleLogin' AND l.outcome = 'no-error' AND NOT c.is_attempt AND c.call <> 'DeleteLoginProfile'
  GROUP BY c.file_id, c.record_index
)
SELECT
  c.event_time, c.recipient_account_id AS account, c.aws_region AS region, c.service, c.event_name, c.outcome, c.actor,
  nullif(c.user_identity_access_key_id, '') AS access_key, c.source_ip_address AS source_ip, c.user_agent, c.target,
  coalesce(nullif(c.error_code, ''), c.error_message, substr(CAST(c.request_parameters AS VARCHAR), 1, 500)) AS detail,
  c.event_id,
  CASE WHEN c.is_attempt THEN 'attempted' WHEN c.call = 'CreateLoginProfile' THEN 'created' WHEN c.call = 'DeleteLoginProfile' THEN 'removed' ELSE 'weakened' END AS effect,
  c.owner, CASE WHEN c.owner IS NULL OR c.owner = c.caller_name THEN 'self' ELSE 'other' END AS whose,
  l.login_after, l.login_ip,
  CASE
    WHEN c.is_by_service THEN 'informational'
    WHEN c.is_attempt OR c.call = 'DeleteLoginProfile' THEN 'low'
    WHEN c.owner = c.caller_name OR c.call = 'ChangePassword' THEN 'informational'
    -- Who wants in has no use for a password that must be changed at once; colleagues share an office's address.
    WHEN l.login_ip = c.source_ip_address AND c.source_ip_address <> 'AWS Internal' AND coalesce(ct_json(c.request_parameters, 'passwordResetRequired'), 'false') <> 'true' THEN 'high'
    WHEN c.is_by_tool THEN 'low'
    ELSE 'medium'
  END AS severity,
  CASE c.outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' ELSE '' END
    || CASE c.call WHEN 'CreateLoginProfile' THEN 'console password made' WHEN 'UpdateLoginProfile' THEN 'console password replaced'
      WHEN 'DeleteLoginProfile' THEN 'console password taken away' ELSE 'own password changed' END
    || CASE WHEN c.owner <> coalesce(c.caller_name, '') AND c.call <> 'ChangePassword' THEN ' for another user: ' || c.owner ELSE '' END
    || CASE WHEN l.login_ip = c.source_ip_address THEN '; then signed in from the address that set it'
      WHEN l.login_after IS NOT NULL THEN '; signed in afterwards' ELSE '' END
    || CASE WHEN c.is_by_tool THEN '; client names itself a deployment tool' ELSE '' END AS why
FROM calls c
LEFT JOIN logins l ON l.file_id = c.file_id AND l.record_index = c.record_index
ORDER BY c.event_time NULLS LAST, c.same_second_rank, c.event_id, c.file_id, c.record_index;
