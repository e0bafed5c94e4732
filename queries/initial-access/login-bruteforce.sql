-- ---
-- id: login-bruteforce
-- title: Passwords guessed
-- question: Was a password guessed, or one password tried on many users, and did it work in the end?
-- phase: initial-access
-- kind: finding
-- severity: medium
-- attack: [T1110, T1110.003]
-- requires: [management:write]
-- context: all
-- counts: records
-- params:
--   min_failures: {type: int, default: 5, help: "So many failed sign-ins within the window"}
--   window: {type: duration, default: 10m, help: "Length of the window"}
-- columns: {time: first_seen, actor: user_names, ip: source_ip, ref: first_event_id, severity: severity, why: why}
-- next:
--   - {query: ip-pivot, with: {ip: source_ip}}
--   - {query: console-logins}
-- false_positives:
--   - A user who has forgotten the password, or a password manager with an old one
-- cannot_show: names that do not exist (AWS hides them), and guesses at access keys, which are not logged
-- references:
--   - "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html"
--   - "https://attack.mitre.org/techniques/T1110/003/"
-- ---
WITH failed AS (
  SELECT
    source_ip_address, recipient_account_id, event_time, same_second_rank, event_id, outcome, ct_epoch(event_time) AS second,
    coalesce(user_identity_user_name, user_identity_arn, 'unknown') AS user_name,
    count(*) OVER (
      PARTITION BY source_ip_address, recipient_account_id ORDER BY ct_epoch(event_time)
      RANGE BETWEEN CAST($window AS BIGINT) PRECEDING AND CURRENT ROW
    ) AS n_window
  FROM events
  WHERE service = 'signin' AND event_base_name IN ('ConsoleLogin', 'CredentialVerification') AND outcome IN ('failure', 'denied') AND event_time IS NOT NULL
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
groups AS (
  SELECT
    source_ip_address, recipient_account_id, count(*) AS n_records, count(*) FILTER (WHERE outcome = 'denied') AS n_denied, max(n_window) AS most_in_window,
    count(DISTINCT user_name) AS n_users, substr(ct_set(user_name), 1, 1000) AS user_names,
    min(event_time) AS first_seen, max(event_time) AS last_seen,
    ct_first_event(event_id, event_time, same_second_rank) AS first_event_id,
    ct_last_event(event_id, event_time, same_second_rank) AS last_event_id
  FROM failed
  GROUP BY source_ip_address, recipient_account_id
),
successes AS (
  SELECT g.source_ip_address, g.recipient_account_id, min(l.event_time) AS success_after
  FROM groups g
  JOIN all_events l ON l.source_ip_address = g.source_ip_address AND l.recipient_account_id = g.recipient_account_id AND l.event_time >= g.first_seen
  WHERE l.service = 'signin' AND l.event_base_name = 'ConsoleLogin' AND l.outcome = 'no-error'
  GROUP BY g.source_ip_address, g.recipient_account_id
)
SELECT
  g.recipient_account_id AS account, g.source_ip_address AS source_ip, g.n_users, g.user_names,
  g.n_records, g.n_records AS n_actions, g.n_records AS n_failed, g.n_denied, g.most_in_window,
  g.first_seen, g.last_seen, g.first_event_id, g.last_event_id, s.success_after,
  CASE WHEN s.success_after IS NOT NULL AND g.n_users > 2 THEN 'high' WHEN s.success_after IS NOT NULL OR g.n_users > 2 THEN 'medium' ELSE 'low' END AS severity,
  CASE WHEN g.n_users > 2 THEN 'several users tried from one address' ELSE 'failed sign-ins from one address' END
    || ': ' || CAST(g.most_in_window AS VARCHAR) || ' within the window'
    || CASE WHEN s.success_after IS NOT NULL THEN '; a sign-in from there went through afterwards' ELSE '' END AS why
FROM groups g
LEFT JOIN successes s ON s.source_ip_address = g.source_ip_address AND s.recipient_account_id = g.recipient_account_id
WHERE g.most_in_window >= CAST($min_failures AS BIGINT)
ORDER BY g.first_seen, g.source_ip_address, g.recipient_account_id;
