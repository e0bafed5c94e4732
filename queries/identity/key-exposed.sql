-- ---
-- id: key-exposed
-- title: Key put in quarantine
-- question: Did AWS put a user under quarantine because a key was found in public, and was that lifted again?
-- phase: identity
-- kind: finding
-- severity: high
-- attack: [T1552]
-- requires: [management:write]
-- context: all
-- counts: records
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: user_name}}
--   - {query: key-inventory}
--   - {query: new-credentials}
--   - {query: resources-created}
-- false_positives:
--   - A user who has cleaned up takes the quarantine off again
--   - Anybody with the right may attach these policies, as a drill or to lock a user out
-- cannot_show: where the key was found, which key of the user it was, and what was done with it where no trail of this case records
-- references:
--   - "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCompromisedKeyQuarantineV3.html"
--   - "https://attack.mitre.org/techniques/T1552/"
-- tests:
--   - {fixture: demo, rows: "0"}
-- ---
WITH named AS (
  SELECT
    file_id, record_index, event_time, same_second_rank, event_id, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters,
    event_base_name AS call, outcome IN ('failure', 'denied', 'dry-run') AS is_attempt,
    coalesce(ct_json(request_parameters, 'userName'), ct_json(request_parameters, 'roleName'), ct_json(request_parameters, 'groupName')) AS user_name,
    coalesce(ct_json(request_parameters, 'policyArn'), ct_json(request_parameters, 'policyName')) AS policy
  FROM events
  WHERE service = 'iam'
    AND event_base_name IN ('AttachUserPolicy', 'PutUserPolicy', 'DetachUserPolicy', 'DeleteUserPolicy', 'AttachRolePolicy', 'PutRolePolicy',
      'DetachRolePolicy', 'DeleteRolePolicy', 'AttachGroupPolicy', 'PutGroupPolicy', 'DetachGroupPolicy', 'DeleteGroupPolicy')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
calls AS (
  SELECT
    file_id, record_index, event_time, same_second_rank, event_id, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters,
    call, is_attempt, user_name, ct_extract(policy, '([^/]+)$', 1) AS policy
  FROM named
  WHERE ct_matches(policy, '(^|/)AWSCompromisedKeyQuarantine[^/]*$')
),
-- What the user's keys did, and how much of it after the first quarantine that took hold.
uses AS (
  SELECT
    u.recipient_account_id, u.user_name, ct_set(a.user_identity_access_key_id) AS keys_of_user,
    count(DISTINCT a.action_id) AS n_actions_of_keys,
    count(DISTINCT a.action_id) FILTER (WHERE a.event_time > u.since) AS n_actions_since,
    count(DISTINCT a.action_id) FILTER (WHERE a.event_time > u.since AND a.outcome = 'denied') AS n_denied_since
  FROM (
    SELECT recipient_account_id, user_name, min(event_time) FILTER (WHERE NOT is_attempt AND (call LIKE 'Attach%' OR call LIKE 'Put%')) AS since
    FROM calls
    WHERE call LIKE '%UserPolicy'
    GROUP BY recipient_account_id, user_name
  ) u
  JOIN all_events a ON a.user_identity_user_name = u.user_name AND a.recipient_account_id = u.recipient_account_id
  WHERE a.user_identity_type = 'IAMUser' AND a.user_identity_access_key_id <> '' AND a.session_created_at IS NULL AND a.user_identity_access_key_id NOT LIKE 'ASIA%'
    AND coalesce(a.event_category, '') NOT IN ('Insight', 'NetworkActivity')
  GROUP BY u.recipient_account_id, u.user_name
)
SELECT
  c.event_time, c.recipient_account_id AS account, c.aws_region AS region, c.service, c.event_name, c.outcome, c.actor,
  nullif(c.user_identity_access_key_id, '') AS access_key, c.source_ip_address AS source_ip, c.user_agent, c.target,
  coalesce(nullif(c.error_code, ''), c.error_message, substr(CAST(c.request_parameters AS VARCHAR), 1, 500)) AS detail,
  c.event_id,
  CASE WHEN c.is_attempt THEN 'attempted' WHEN c.call LIKE 'Detach%' OR c.call LIKE 'Delete%' THEN 'removed' ELSE 'created' END AS effect,
  c.user_name, c.policy, u.keys_of_user,
  coalesce(u.n_actions_of_keys, 0) AS n_actions_of_keys, coalesce(u.n_actions_since, 0) AS n_actions_since_quarantine,
  coalesce(u.n_denied_since, 0) AS n_denied_since_quarantine,
  CASE
    WHEN c.is_attempt AND (c.call LIKE 'Attach%' OR c.call LIKE 'Put%') THEN 'medium'
    WHEN c.is_attempt THEN 'low'
    WHEN c.call LIKE 'Detach%' OR c.call LIKE 'Delete%' THEN 'medium'
    ELSE 'high'
  END AS severity,
  CASE outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' WHEN 'dry-run' THEN 'dry run: ' ELSE '' END
    || CASE WHEN c.call LIKE 'Detach%' OR c.call LIKE 'Delete%' THEN 'quarantine taken off' ELSE 'put in quarantine, as AWS does when a key was found in public' END
    || coalesce(': ' || c.user_name, '')
    || CASE WHEN u.n_actions_since > 0 THEN '; its keys were used afterwards, actions: ' || CAST(u.n_actions_since AS VARCHAR) || ', refused: ' || CAST(u.n_denied_since AS VARCHAR) ELSE '' END AS why
FROM calls c
LEFT JOIN uses u ON u.user_name = c.user_name AND u.recipient_account_id = c.recipient_account_id AND c.call LIKE '%UserPolicy'
ORDER BY c.event_time NULLS LAST, c.same_second_rank, c.event_id, c.file_id, c.record_index;
