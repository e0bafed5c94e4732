-- ---
-- id: no-mfa-writes
-- title: Changes without a second factor
-- question: Who changed something with a session or key that no second factor had been given for?
-- phase: identity
-- kind: anomaly
-- severity: low
-- attack: [T1078.004]
-- requires: [management:write]
-- context: scope
-- counts: actions
-- columns: {time: first_seen, actor: actor, key: access_key, ip: source_ips, ref: first_event_id, severity: severity, why: why}
-- next:
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: console-login-no-mfa}
--   - {query: write-actions}
-- false_positives:
--   - Programs have long-term keys and no second factor, and many accounts are run this way
--   - Federated users may have given a second factor to their identity provider, which AWS does not record
-- cannot_show: a second factor outside AWS, and whether the user has a device at all
-- references:
--   - "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html"
--   - "https://attack.mitre.org/techniques/T1078/004/"
-- tests:
--   - {fixture: demo, rows: "1"}
-- ---
WITH groups AS (
  SELECT
    recipient_account_id, actor, user_identity_type, access_key, how,
    count(*) AS n_records, count(DISTINCT action_id) AS n_actions,
    count(DISTINCT action_id) FILTER (WHERE outcome IN ('failure', 'denied')) AS n_failed,
    count(DISTINCT action_id) FILTER (WHERE outcome = 'denied') AS n_denied,
    count(DISTINCT service || ' ' || event_base_name) AS n_apis, substr(ct_set(service), 1, 500) AS services,
    substr(ct_set(source_ip_address), 1, 500) AS source_ips, count(DISTINCT source_ip_address) AS n_ips,
    bool_and(ct_is_deployment_tool(user_agent)) AS is_by_tool,
    bool_or(service = 'iam' AND outcome = 'no-error') AS is_iam_changed,
    min(event_time) AS first_seen, max(event_time) AS last_seen,
    ct_first_event(event_id, event_time, same_second_rank) AS first_event_id,
    ct_last_event(event_id, event_time, same_second_rank) AS last_event_id
  FROM (
    SELECT
      recipient_account_id, actor, user_identity_type, nullif(user_identity_access_key_id, '') AS access_key, action_id, outcome, service,
      event_base_name, source_ip_address, user_agent, event_time, same_second_rank, event_id,
      -- A long-term key has no session, and a call signed with it names no second factor.
      CASE WHEN session_mfa_authenticated = false THEN 'session without MFA' ELSE 'long-term key' END AS how
    FROM events
    WHERE NOT ct_is_read(read_only, event_base_name) AND user_identity_type IN ('IAMUser', 'FederatedUser', 'Root')
      AND (session_mfa_authenticated = false OR (session_mfa_authenticated IS NULL AND session_created_at IS NULL AND user_identity_access_key_id <> '' AND user_identity_access_key_id NOT LIKE 'ASIA%'))
      -- What a service sent for the caller has the caller's own call before it.
      AND coalesce(user_identity_invoked_by, '') IN ('', 'signin.amazonaws.com')
      AND service <> 'signin' AND coalesce(event_type, '') NOT IN ('AwsConsoleSignIn', 'AwsServiceEvent')
      AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
  ) writes
  GROUP BY recipient_account_id, actor, user_identity_type, access_key, how
)
SELECT
  recipient_account_id AS account, actor, access_key, how, services, source_ips, n_ips, n_apis, n_records, n_actions, n_failed, n_denied,
  first_seen, last_seen, first_event_id, last_event_id,
  CASE
    WHEN n_failed = n_actions THEN 'informational'
    WHEN user_identity_type = 'Root' THEN 'medium'
    WHEN is_by_tool THEN 'informational'
    WHEN how = 'session without MFA' AND is_iam_changed THEN 'medium'
    ELSE 'low'
  END AS severity,
  CASE WHEN how = 'long-term key' THEN 'changes with a long-term key, which carries no second factor' ELSE 'changes in a session without MFA' END
    || ': ' || CAST(n_actions AS VARCHAR) || CASE WHEN n_failed > 0 THEN ', failed or refused: ' || CAST(n_failed AS VARCHAR) ELSE '' END
    || CASE WHEN user_identity_type = 'Root' THEN '; by root' ELSE '' END
    || CASE WHEN is_iam_changed THEN '; identities or rights among them' ELSE '' END
    || CASE WHEN is_by_tool THEN '; client names itself a deployment tool' ELSE '' END AS why
FROM groups
ORDER BY n_actions DESC, first_seen, account, actor, access_key, how;
