-- ---
-- id: dormant-principal
-- title: Who woke up
-- question: Which principals or keys were used again after a long silence?
-- phase: anomaly
-- kind: anomaly
-- severity: low
-- attack: [T1078.004]
-- requires: [management]
-- context: all
-- counts: records
-- params:
--   gap: {type: duration, default: 30d, help: "How long a silence is long"}
-- columns: {actor: principal, key: access_key, ip: source_ips, target: event_names, ref: first_event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: principal}}
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: new-behaviour}
-- false_positives:
--   - Yearly and quarterly jobs, and people back from leave
--   - A silence that runs through a hole in the record may be none (see log-coverage)
-- cannot_show: silences longer than the archive, and use where nothing was recorded
-- references:
--   - "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html"
--   - "https://attack.mitre.org/techniques/T1078/004/"
-- tests:
--   - {fixture: demo, rows: "0"}
-- ---
WITH hours AS (
  -- Keys that last: those of sessions live for hours.
  SELECT 'key' AS kind, user_identity_access_key_id AS thing, ct_bucket(event_time, 3600) AS hour, min(event_time) AS first_at, max(event_time) AS last_at
  FROM all_events
  WHERE user_identity_access_key_id <> '' AND NOT starts_with(user_identity_access_key_id, 'ASIA') AND event_time IS NOT NULL
    AND (starts_with(user_identity_access_key_id, 'AKIA') OR (user_identity_type IN ('IAMUser', 'Root') AND session_created_at IS NULL))
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
  GROUP BY user_identity_access_key_id, ct_bucket(event_time, 3600)
  UNION ALL
  SELECT 'principal', coalesce(principal_unique_id, actor), ct_bucket(event_time, 3600), min(event_time), max(event_time)
  FROM all_events
  WHERE event_time IS NOT NULL
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
    AND NOT ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn)
  GROUP BY coalesce(principal_unique_id, actor), ct_bucket(event_time, 3600)
),
gaps AS (
  SELECT
    kind, thing, first_at AS woke_at,
    lag(last_at) OVER (PARTITION BY kind, thing ORDER BY hour) AS quiet_from
  FROM hours
),
awakenings AS (
  SELECT kind, thing, quiet_from, woke_at, ct_seconds_between(quiet_from, woke_at) AS quiet_seconds
  FROM gaps
  WHERE ct_seconds_between(quiet_from, woke_at) >= CAST($gap AS BIGINT)
),
-- What it did in its first day awake.
calls AS (
  SELECT
    a.kind, a.thing, a.quiet_from, a.woke_at, a.quiet_seconds,
    e.actor, e.principal_arn, e.user_identity_access_key_id, e.source_ip_address, e.service, e.event_base_name, e.outcome, e.read_only, e.event_time, e.same_second_rank, e.event_id, e.action_id
  FROM awakenings a
  JOIN events e ON e.user_identity_access_key_id = a.thing
  WHERE a.kind = 'key' AND ct_seconds_between(a.woke_at, e.event_time) BETWEEN 0 AND 86399
    AND coalesce(e.event_category, '') NOT IN ('Insight', 'NetworkActivity')
  UNION ALL
  SELECT
    a.kind, a.thing, a.quiet_from, a.woke_at, a.quiet_seconds,
    e.actor, e.principal_arn, e.user_identity_access_key_id, e.source_ip_address, e.service, e.event_base_name, e.outcome, e.read_only, e.event_time, e.same_second_rank, e.event_id, e.action_id
  FROM awakenings a
  JOIN events e ON coalesce(e.principal_unique_id, e.actor) = a.thing
  WHERE a.kind = 'principal' AND ct_seconds_between(a.woke_at, e.event_time) BETWEEN 0 AND 86399
    AND coalesce(e.event_category, '') NOT IN ('Insight', 'NetworkActivity')
)
SELECT
  kind,
  coalesce(max(principal_arn), min(actor)) AS principal,
  CASE WHEN kind = 'key' THEN thing END AS access_key,
  quiet_from, woke_at,
  round(quiet_seconds / 86400.0, 1) AS quiet_days,
  count(*) AS n_records,
  count(DISTINCT action_id) + count(*) FILTER (WHERE action_id IS NULL) AS n_actions,
  count(*) FILTER (WHERE outcome IN ('failure', 'denied', 'partial')) AS n_failed,
  count(*) FILTER (WHERE outcome = 'denied') AS n_denied,
  count(*) FILTER (WHERE NOT ct_is_read(read_only, event_base_name)) AS n_writes,
  substr(ct_set(coalesce(service, '') || ':' || coalesce(event_base_name, '')), 1, 1000) AS event_names,
  substr(ct_set(source_ip_address), 1, 1000) AS source_ips,
  min(event_time) AS first_seen,
  max(event_time) AS last_seen,
  ct_first_event(event_id, event_time, same_second_rank) AS first_event_id,
  ct_last_event(event_id, event_time, same_second_rank) AS last_event_id,
  CASE WHEN kind = 'key' THEN 'medium' ELSE 'low' END AS severity,
  CASE kind WHEN 'key' THEN 'long-term key' ELSE 'principal' END || ' used again after days: ' || CAST(round(quiet_seconds / 86400.0, 1) AS VARCHAR)
    || '; counted is its first day awake' AS why
FROM calls
GROUP BY kind, thing, quiet_from, woke_at, quiet_seconds
ORDER BY woke_at, kind, thing;
