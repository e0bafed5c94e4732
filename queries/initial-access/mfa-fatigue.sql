-- ---
-- id: mfa-fatigue
-- title: Second factors that failed
-- question: Who failed at the second factor again and again, and came in at last?
-- phase: initial-access
-- kind: finding
-- severity: low
-- attack: [T1621]
-- requires: [management:write]
-- context: all
-- counts: actions
-- params:
--   min_failures: {type: int, default: 2, help: "So many failed second factors of one user within the window"}
--   window: {type: duration, default: 10m, help: "Length of the window"}
-- columns: {time: first_seen, actor: person, ip: source_ips, ref: first_event_id, severity: severity, why: why}
-- next:
--   - {query: console-logins}
--   - {query: login-bruteforce}
--   - {query: mfa-changes}
--   - {query: principal-dossier, with: {principal: person}}
-- false_positives:
--   - Codes are mistyped, and devices lose the time
-- cannot_show: prompts of an outside identity provider, and which of password and code was wrong
-- references:
--   - "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html"
--   - "https://docs.aws.amazon.com/singlesignon/latest/userguide/understanding-sign-in-events.html"
--   - "https://attack.mitre.org/techniques/T1621/"
-- tests:
--   - {fixture: demo, rows: "0"}
-- ---
WITH failed AS (
  SELECT
    recipient_account_id, person, source_ip_address, event_time, same_second_rank, event_id, action_id, outcome,
    count(*) OVER (
      PARTITION BY recipient_account_id, person ORDER BY ct_epoch(event_time)
      RANGE BETWEEN CAST($window AS BIGINT) PRECEDING AND CURRENT ROW
    ) AS n_window
  FROM (
    SELECT
      recipient_account_id, source_ip_address, event_time, same_second_rank, event_id, action_id, outcome,
      coalesce(user_identity_on_behalf_of_user_id, nullif(user_identity_user_name, ''), user_identity_arn, user_identity_principal_id, 'unknown') AS person
    FROM events
    WHERE service = 'signin' AND event_base_name IN ('ConsoleLogin', 'CredentialVerification') AND outcome IN ('failure', 'denied') AND event_time IS NOT NULL
      AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
      AND (
        (event_base_name = 'ConsoleLogin' AND lower(ct_json(additional_event_data, 'MFAUsed')) = 'yes')
        -- Identity Center verifies each credential by itself, and names it.
        OR (event_base_name = 'CredentialVerification'
          AND upper(coalesce(ct_json(additional_event_data, 'CredentialType'), ct_json(service_event_details, 'CredentialType')))
            NOT IN ('PASSWORD', 'EXTERNAL_IDP', 'RESYNC_TOTP'))
      )
  ) verifications
),
groups AS (
  SELECT
    recipient_account_id, person, count(*) AS n_records, count(DISTINCT action_id) AS n_actions,
    count(DISTINCT action_id) FILTER (WHERE outcome = 'denied') AS n_denied, max(n_window) AS most_in_window,
    substr(ct_set(source_ip_address), 1, 1000) AS source_ips, count(DISTINCT source_ip_address) AS n_ips,
    min(event_time) AS first_seen, max(event_time) AS last_seen,
    ct_first_event(event_id, event_time, same_second_rank) AS first_event_id,
    ct_last_event(event_id, event_time, same_second_rank) AS last_event_id
  FROM failed
  GROUP BY recipient_account_id, person
),
successes AS (
  SELECT g.recipient_account_id, g.person, min(a.event_time) AS success_after, ct_min_by(a.source_ip_address, CAST(a.event_time AS VARCHAR) || ' ' || coalesce(a.event_id, '')) AS success_from
  FROM groups g
  JOIN all_events a ON a.recipient_account_id IS NOT DISTINCT FROM g.recipient_account_id
    AND coalesce(a.user_identity_on_behalf_of_user_id, nullif(a.user_identity_user_name, ''), a.user_identity_arn, a.user_identity_principal_id, 'unknown') = g.person
    AND a.event_time >= g.last_seen AND a.event_time <= g.last_seen + INTERVAL '1' DAY
  WHERE a.service IN ('signin', 'sso') AND a.event_base_name IN ('ConsoleLogin', 'UserAuthentication') AND a.outcome = 'no-error'
  GROUP BY g.recipient_account_id, g.person
)
SELECT
  g.recipient_account_id AS account, g.person, g.source_ips, g.n_ips, g.most_in_window, g.n_records, g.n_actions, g.n_actions AS n_failed, g.n_denied,
  g.first_seen, g.last_seen, g.first_event_id, g.last_event_id, s.success_after, s.success_from,
  CASE WHEN g.most_in_window >= 5 OR (s.success_after IS NOT NULL AND g.n_ips > 1) THEN 'medium' ELSE 'low' END AS severity,
  'sign-ins that failed with a second factor asked for: ' || CAST(g.most_in_window AS VARCHAR) || ' within the window'
    || CASE WHEN g.n_ips > 1 THEN ', addresses: ' || CAST(g.n_ips AS VARCHAR) ELSE '' END
    || CASE WHEN s.success_after IS NOT NULL THEN '; this user came in within a day' ELSE '' END AS why
FROM groups g
LEFT JOIN successes s ON s.recipient_account_id IS NOT DISTINCT FROM g.recipient_account_id AND s.person = g.person
WHERE g.most_in_window >= CAST($min_failures AS BIGINT)
ORDER BY g.first_seen, g.recipient_account_id, g.person;
