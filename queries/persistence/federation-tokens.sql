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
-- When a user's keys were taken away: what a token does after that, it does in spite of it.
WITH removals AS (
  SELECT
    recipient_account_id AS account,
    coalesce(ct_json(request_parameters, 'userName'), user_identity_user_name) AS user_name,
    min(event_time) AS removed_at
  FROM all_events
  WHERE service = 'iam' AND event_base_name IN ('DeleteAccessKey', 'UpdateAccessKey', 'DeleteUser') AND outcome = 'no-error'
    AND (event_base_name <> 'UpdateAccessKey' OR ct_json(request_parameters, 'status') = 'Inactive')
  GROUP BY recipient_account_id, coalesce(ct_json(request_parameters, 'userName'), user_identity_user_name)
),
-- Calls by name, so that the rest of the events is left alone.
issues AS (
  SELECT
    file_id, record_index, event_base_name AS call, outcome IN ('failure', 'denied', 'dry-run') AS is_attempt,
    user_identity_type AS kind, user_identity_user_name AS parent, recipient_account_id AS account,
    ct_json(request_parameters, 'policy') AS policy,
    ct_json(request_parameters, 'policyArns[0].arn') AS policy_arn,
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
    coalesce(session_issuer_account_id, user_identity_account_id) AS account
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
)
SELECT
  e.event_time, e.recipient_account_id AS account, e.aws_region AS region, e.service, e.event_name, e.outcome, e.actor,
  nullif(e.user_identity_access_key_id, '') AS access_key, e.source_ip_address AS source_ip, e.user_agent, e.target,
  coalesce(nullif(e.error_code, ''), e.error_message, substr(CAST(e.request_parameters AS VARCHAR), 1, 500)) AS detail,
  e.event_id,
  CASE WHEN f.is_issue AND f.is_attempt THEN 'attempted' WHEN f.is_issue THEN 'created' END AS effect,
  f.parent AS parent_user,
  f.issued_access_key,
  CASE WHEN r.removed_at < e.event_time THEN r.removed_at END AS parent_keys_removed_at,
  CASE
    WHEN f.is_issue AND f.is_attempt THEN 'low'
    WHEN NOT f.is_issue AND r.removed_at < e.event_time THEN 'high'
    WHEN NOT f.is_issue THEN 'low'
    WHEN f.call = 'GetSessionToken' AND f.kind = 'Root' THEN 'medium'
    WHEN f.call = 'GetSessionToken' AND f.has_second_factor THEN 'informational'
    WHEN f.call = 'GetSessionToken' THEN 'low'
    WHEN f.kind = 'Root' OR ct_grants_everything(f.policy) OR coalesce(f.policy_arn, '') LIKE '%:policy/AdministratorAccess' THEN 'high'
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
    || CASE WHEN r.removed_at < e.event_time THEN '; after keys of this user had been taken away' ELSE '' END AS why
FROM events e
JOIN found f ON f.file_id = e.file_id AND f.record_index = e.record_index
LEFT JOIN removals r ON r.account = f.account AND r.user_name = f.parent
WHERE e.user_identity_type = 'FederatedUser' OR (e.service = 'sts' AND e.event_base_name IN ('GetFederationToken', 'GetSessionToken'))
ORDER BY e.event_time NULLS LAST, e.same_second_rank, e.event_id, e.file_id, e.record_index;
