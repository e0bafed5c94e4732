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
--   min_failures: {type: int, default: 5, help: "So many failed sign-ins within the window are a burst"}
--   window: {type: duration, default: 10m, help: "Length of the window; failures further apart belong to different bursts"}
-- columns: {time: first_seen, actor: user_names, ip: source_ip, ref: first_event_id, severity: severity, why: why}
-- next:
--   - {query: console-logins}
--   - {query: ip-pivot, with: {ip: source_ip}}
--   - {query: mfa-fatigue}
-- false_positives:
--   - A user who has forgotten the password, or a password manager with an old one
--   - A whole office comes from one address, and somebody signs in there all the time
-- cannot_show: names that do not exist (AWS hides them, so they count as one user), and guesses at access keys, which are not logged
-- references:
--   - "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html"
--   - "https://attack.mitre.org/techniques/T1110/003/"
-- tests:
--   - {fixture: demo, rows: "1"}
-- ---
WITH failed AS (
  SELECT
    file_id, record_index, recipient_account_id, source_ip_address, ct_epoch(event_time) AS second, event_time,
    coalesce(user_identity_on_behalf_of_user_id, nullif(user_identity_user_name, ''), user_identity_arn, user_identity_principal_id, 'unknown') AS user_name
  FROM all_events
  WHERE service = 'signin' AND event_base_name IN ('ConsoleLogin', 'CredentialVerification') AND outcome IN ('failure', 'denied') AND event_time IS NOT NULL
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
-- Each failure twice: guesses come from one address at many users, or from many addresses at one user.
sides AS (
  SELECT file_id, record_index, recipient_account_id, 'address' AS side, coalesce(source_ip_address, '') AS subject, source_ip_address, second, event_time, user_name
  FROM failed
  UNION ALL
  SELECT file_id, record_index, recipient_account_id, 'user', user_name, source_ip_address, second, event_time, user_name
  FROM failed
  WHERE user_name NOT IN ('unknown', 'HIDDEN_DUE_TO_SECURITY_REASONS')
),
windows AS (
  SELECT
    file_id, record_index, recipient_account_id, side, subject, source_ip_address, second, event_time, user_name,
    count(*) OVER (PARTITION BY side, subject, recipient_account_id ORDER BY second RANGE BETWEEN CAST($window AS BIGINT) PRECEDING AND CURRENT ROW) AS n_window,
    CASE WHEN coalesce(second - lag(second) OVER (PARTITION BY side, subject, recipient_account_id ORDER BY second, file_id, record_index) > CAST($window AS BIGINT), true)
      THEN 1 ELSE 0 END AS is_start
  FROM sides
),
numbered AS (
  SELECT
    file_id, record_index, recipient_account_id, side, subject, source_ip_address, event_time, user_name, n_window,
    sum(is_start) OVER (PARTITION BY side, subject, recipient_account_id ORDER BY second, file_id, record_index ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS burst
  FROM windows
),
bursts AS (
  SELECT
    recipient_account_id, side, subject, burst,
    count(*) AS n_failures, max(n_window) AS most_in_window, count(DISTINCT user_name) AS n_users, count(DISTINCT source_ip_address) AS n_source_ips,
    substr(ct_set(user_name), 1, 1000) AS user_names, substr(ct_set(source_ip_address), 1, 1000) AS source_ips,
    min(event_time) AS burst_begins, max(event_time) AS burst_ends
  FROM numbered
  GROUP BY recipient_account_id, side, subject, burst
  HAVING max(n_window) >= CAST($min_failures AS BIGINT) AND (side = 'address' OR count(DISTINCT source_ip_address) > 1)
),
successes AS (
  SELECT
    recipient_account_id, source_ip_address, event_time,
    coalesce(user_identity_on_behalf_of_user_id, nullif(user_identity_user_name, ''), user_identity_arn, user_identity_principal_id, 'unknown') AS user_name
  FROM all_events
  WHERE service IN ('signin', 'sso') AND event_base_name IN ('ConsoleLogin', 'UserAuthentication') AND outcome = 'no-error'
),
-- Of a user who was tried; or of anybody from that address, when many were tried there or AWS hides who: a spray is right at the first try.
entries AS (
  SELECT b.recipient_account_id, b.side, b.subject, b.burst, min(s.event_time) AS success_after, ct_min_by(s.user_name, s.event_time) AS success_of
  FROM bursts b
  JOIN successes s ON s.recipient_account_id IS NOT DISTINCT FROM b.recipient_account_id
    AND s.event_time >= b.burst_begins AND s.event_time <= b.burst_ends + INTERVAL '1' DAY
  LEFT JOIN (SELECT DISTINCT recipient_account_id, side, subject, burst, user_name FROM numbered) t
    ON t.recipient_account_id IS NOT DISTINCT FROM b.recipient_account_id AND t.side = b.side AND t.subject = b.subject AND t.burst = b.burst AND t.user_name = s.user_name
  WHERE t.user_name IS NOT NULL
    OR (b.side = 'address' AND s.source_ip_address = b.subject AND (b.n_users > 2 OR contains(b.user_names, 'HIDDEN_DUE_TO_SECURITY_REASONS') OR contains(b.user_names, 'unknown')))
  GROUP BY b.recipient_account_id, b.side, b.subject, b.burst
),
reported AS (
  SELECT
    n.recipient_account_id, n.side, n.subject, n.burst,
    count(*) AS n_records,
    count(DISTINCT e.action_id) + count(*) FILTER (WHERE e.action_id IS NULL) AS n_actions,
    count(*) FILTER (WHERE e.outcome = 'denied') AS n_denied,
    min(e.event_time) AS first_seen, max(e.event_time) AS last_seen,
    ct_first_event(e.event_id, e.event_time, e.same_second_rank) AS first_event_id,
    ct_last_event(e.event_id, e.event_time, e.same_second_rank) AS last_event_id
  FROM events e
  JOIN numbered n ON n.file_id = e.file_id AND n.record_index = e.record_index
  WHERE e.service = 'signin' AND e.event_base_name IN ('ConsoleLogin', 'CredentialVerification')
  GROUP BY n.recipient_account_id, n.side, n.subject, n.burst
)
SELECT
  b.recipient_account_id AS account, b.side AS alike_in, CASE WHEN b.side = 'address' THEN nullif(b.subject, '') END AS source_ip, b.source_ips, b.n_source_ips, b.n_users, b.user_names,
  r.n_records, r.n_actions, r.n_records AS n_failed, r.n_denied, b.n_failures AS n_in_whole_burst, b.most_in_window,
  r.first_seen, r.last_seen, r.first_event_id, r.last_event_id, a.success_after, a.success_of,
  CASE
    WHEN a.success_after IS NOT NULL AND (b.n_users > 2 OR b.side = 'user') THEN 'high'
    WHEN a.success_after IS NOT NULL OR b.n_users > 2 OR b.side = 'user' THEN 'medium'
    ELSE 'low'
  END AS severity,
  CASE WHEN b.side = 'user' THEN 'failed sign-ins of one user from several addresses' WHEN b.n_users > 2 THEN 'several users tried from one address' ELSE 'failed sign-ins from one address' END
    || ': ' || CAST(b.most_in_window AS VARCHAR) || ' within the window; in the whole burst: ' || CAST(b.n_failures AS VARCHAR) || ', users: ' || CAST(b.n_users AS VARCHAR)
    || CASE WHEN b.side = 'user' THEN ', addresses: ' || CAST(b.n_source_ips AS VARCHAR) ELSE '' END
    || CASE WHEN a.success_after IS NOT NULL THEN '; a sign-in went through within a day: ' || a.success_of ELSE '' END AS why
FROM reported r
JOIN bursts b ON b.recipient_account_id IS NOT DISTINCT FROM r.recipient_account_id AND b.side = r.side AND b.subject = r.subject AND b.burst = r.burst
LEFT JOIN entries a ON a.recipient_account_id IS NOT DISTINCT FROM b.recipient_account_id AND a.side = b.side AND a.subject = b.subject AND a.burst = b.burst
ORDER BY r.first_seen, b.side, b.subject, b.recipient_account_id, b.burst;
