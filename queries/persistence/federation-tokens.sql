-- ---
-- id: federation-tokens
-- title: Federation and session tokens
-- question: Were tokens made that outlive the key they were made with, and what was done with them?
-- phase: persistence
-- kind: finding
-- severity: high
-- attack: [T1550.001, T1078.004]
-- requires: [management, data]
-- context: all
-- counts: records
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: key-usage, with: {access_key: issued_access_key}}
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: ip-pivot, with: {ip: source_ip}}
--   - {query: console-logins}
-- false_positives:
--   - Command line tools make a session token to give a second factor once a day
--   - Brokers that let staff into the console make federation tokens all day, as a rule with a narrow policy
-- cannot_show: what was done with a session token (its calls look like the user's own, with a key ASIA…; see key-usage), and tokens made before the archive begins
-- references:
--   - "https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html"
--   - "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_disable-perms.html"
--   - "https://attack.mitre.org/techniques/T1550/001/"
-- tests:
--   - {fixture: demo, rows: "0"}
--   - {fixture: stratus/persistence.sts-federation-token, rows: "2"}
-- ---
-- When a user's keys were taken away: what a token made before that does after it, it does in spite of it.
WITH removals AS (
  SELECT
    coalesce(recipient_account_id, user_identity_account_id) AS account,
    coalesce(ct_json(request_parameters, 'userName'), user_identity_user_name) AS user_name,
    ct_json(request_parameters, 'accessKeyId') AS removed_key,
    event_time AS removed_at
  FROM all_events
  WHERE service = 'iam' AND event_base_name IN ('DeleteAccessKey', 'UpdateAccessKey', 'DeleteUser') AND outcome = 'no-error'
    AND (event_base_name <> 'UpdateAccessKey' OR ct_json(request_parameters, 'status') = 'Inactive')
),
-- By which key a token was made, where that is recorded: keys are changed all the time, and another one counts for nothing.
makers AS (
  SELECT issued_access_key_id AS token_key, min(nullif(user_identity_access_key_id, '')) AS maker_key
  FROM all_events
  WHERE service = 'sts' AND event_base_name = 'GetFederationToken' AND issued_access_key_id IS NOT NULL
  GROUP BY issued_access_key_id
),
-- Calls by name, so that the rest of the events is left alone.
issues AS (
  SELECT
    file_id, record_index, event_base_name AS call, outcome IN ('failure', 'denied', 'dry-run') AS is_attempt,
    user_identity_type AS kind, user_identity_user_name AS parent, recipient_account_id AS account,
    ct_json(request_parameters, 'policy') AS policy,
    coalesce(ct_json_all(request_parameters, 'policyArns[*].arn'), ct_json_all(request_parameters, 'policyArns[*]')) AS policy_arn,
    ct_json_has(request_parameters, 'serialNumber') AS has_second_factor,
    issued_access_key_id AS issued_access_key
  FROM events
  WHERE service = 'sts' AND event_base_name IN ('GetFederationToken', 'GetSessionToken')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
uses AS (
  SELECT
    file_id, record_index, event_base_name AS call, outcome IN ('failure', 'denied', 'dry-run') AS is_attempt,
    coalesce(session_issuer_user_name, ct_extract(session_issuer_arn, ':user/(?:.*/)?([^/]+)$', 1)) AS parent,
    coalesce(session_issuer_account_id, user_identity_account_id) AS account, event_time, session_created_at,
    nullif(user_identity_access_key_id, '') AS token_key
  FROM events
  WHERE user_identity_type = 'FederatedUser' AND NOT (service = 'sts' AND event_base_name IN ('GetFederationToken', 'GetSessionToken'))
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
found AS (
  SELECT file_id, record_index, call, is_attempt, kind, parent, account, policy, policy_arn, has_second_factor, issued_access_key, true AS is_issue
  FROM issues
  UNION ALL
  SELECT file_id, record_index, call, is_attempt, 'FederatedUser', parent, account, NULL, NULL, false, NULL, false
  FROM uses
),
outlived AS (
  SELECT u.file_id, u.record_index, min(r.removed_at) AS removed_at
  FROM uses u
  LEFT JOIN makers m ON m.token_key = u.token_key
  JOIN removals r ON r.account = u.account AND r.user_name = u.parent AND r.removed_at < u.event_time
    AND r.removed_at >= coalesce(u.session_created_at, r.removed_at)
    AND (m.maker_key IS NULL OR r.removed_key IS NULL OR r.removed_key = m.maker_key)
  GROUP BY u.file_id, u.record_index
)
SELECT
  e.event_time, e.recipient_account_id AS account, e.aws_region AS region, e.service, e.event_name, e.outcome, e.actor,
  nullif(e.user_identity_access_key_id, '') AS access_key, e.source_ip_address AS source_ip, e.user_agent, e.target,
  coalesce(nullif(e.error_code, ''), e.error_message, substr(CAST(e.request_parameters AS VARCHAR), 1, 500)) AS detail,
  e.event_id,
  CASE WHEN f.is_issue AND f.is_attempt THEN 'attempted' WHEN f.is_issue THEN 'created' END AS effect,
  f.parent AS parent_user,
  f.issued_access_key,
  r.removed_at AS parent_keys_removed_at,
  CASE
    WHEN f.is_issue AND f.is_attempt THEN 'low'
    WHEN r.removed_at IS NOT NULL THEN 'high'
    WHEN NOT f.is_issue THEN 'low'
    WHEN f.call = 'GetSessionToken' AND f.kind = 'Root' THEN 'medium'
    WHEN f.call = 'GetSessionToken' AND f.has_second_factor THEN 'informational'
    WHEN f.call = 'GetSessionToken' THEN 'low'
    WHEN f.kind = 'Root' OR ct_grants_everything(f.policy) OR ct_matches(f.policy_arn, ':policy/AdministratorAccess(,|$)') THEN 'high'
    ELSE 'medium'
  END AS severity,
  CASE e.outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' WHEN 'dry-run' THEN 'dry run: ' ELSE '' END
    || CASE
      WHEN NOT f.is_issue THEN 'call with a federation token of the user ' || coalesce(f.parent, 'not recorded')
      WHEN f.call = 'GetSessionToken' AND f.has_second_factor THEN 'session token made, with a second factor'
      WHEN f.call = 'GetSessionToken' THEN 'session token made, without a second factor; it lasts up to 36 hours, whatever becomes of the key'
      WHEN ct_grants_everything(f.policy) THEN 'federation token made that may do all that its user may; it lasts up to 36 hours, whatever becomes of the key'
      WHEN f.policy_arn IS NOT NULL THEN 'federation token made, with ' || f.policy_arn
      WHEN f.policy IS NULL AND NOT f.is_attempt THEN 'federation token made, without a policy'
      ELSE 'federation token made; it lasts up to 36 hours, whatever becomes of the key'
    END
    || CASE WHEN f.is_issue AND f.kind = 'Root' THEN '; for root' ELSE '' END
    || CASE WHEN r.removed_at IS NOT NULL THEN '; after keys of this user had been taken away' ELSE '' END AS why
FROM events e
JOIN found f ON f.file_id = e.file_id AND f.record_index = e.record_index
LEFT JOIN outlived r ON r.file_id = f.file_id AND r.record_index = f.record_index
WHERE e.user_identity_type = 'FederatedUser' OR (e.service = 'sts' AND e.event_base_name IN ('GetFederationToken', 'GetSessionToken'))
ORDER BY e.event_time NULLS LAST, e.same_second_rank, e.event_id, e.file_id, e.record_index;
