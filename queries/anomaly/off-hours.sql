-- ---
-- id: off-hours
-- title: Work at odd hours
-- question: Who made changes by hand outside of working hours?
-- phase: anomaly
-- kind: anomaly
-- severity: informational
-- attack: [T1078.004]
-- requires: [management:write]
-- context: all
-- counts: records
-- params:
--   tz: {type: string, default: UTC, help: "Time zone of those who work, such as Europe/Berlin"}
--   start: {type: int, default: 7, help: "Hour of the day at which work begins, 0 to 23"}
--   end: {type: int, default: 20, help: "Hour of the day at which it ends, 1 to 24"}
--   weekends: {type: bool, default: true, help: "Whether Saturday and Sunday are odd hours throughout"}
-- columns: {actor: principal, ip: source_ips, target: event_names, ref: first_event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: principal}}
--   - {query: console-actions}
--   - {query: new-behaviour}
-- false_positives:
--   - People on duty, and people in other time zones
--   - A script on somebody's machine uses the same client as they do
-- cannot_show: where people are, and whether a script or a hand made a call
-- references:
--   - "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html"
--   - "https://attack.mitre.org/techniques/T1078/004/"
-- tests:
--   - {fixture: demo, rows: "3"}
-- ---
WITH changes AS (
  SELECT
    file_id, record_index, coalesce(principal_unique_id, actor) AS caller,
    NOT (ct_local_minute(event_time, CAST($tz AS VARCHAR)) >= CAST($start AS BIGINT) * 60 AND ct_local_minute(event_time, CAST($tz AS VARCHAR)) < CAST($end AS BIGINT) * 60)
      OR (CAST($weekends AS BOOLEAN) AND ct_local_day(event_time, CAST($tz AS VARCHAR)) >= 6) AS is_odd
  FROM all_events
  -- A sign-in is marked as no reading call, and changes nothing.
  WHERE NOT ct_is_read(read_only, event_base_name) AND event_time IS NOT NULL AND coalesce(service, '') <> 'signin'
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
    AND ct_agent_family(user_agent) IN ('console', 'browser', 'aws-cli', 'cloudshell', 'powershell', 's3-client', 'attack-tool')
    AND NOT ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn)
    AND NOT ct_matches(user_identity_principal_id, ':i-[0-9a-f]{8,17}$')
),
habits AS (
  SELECT caller, count(*) AS n_changes, count(*) FILTER (WHERE is_odd) AS n_odd FROM changes GROUP BY caller
),
reported AS (
  SELECT
    c.caller, e.actor, e.principal_arn, e.source_ip_address, e.event_base_name, e.service, e.outcome, e.event_time, e.same_second_rank, e.event_id, e.action_id,
    date_trunc('day', e.event_time) AS day
  FROM events e
  JOIN changes c ON c.file_id = e.file_id AND c.record_index = e.record_index AND c.is_odd
  WHERE NOT ct_is_read(e.read_only, e.event_base_name)
)
SELECT
  coalesce(max(r.principal_arn), min(r.actor)) AS principal,
  r.day,
  count(*) AS n_records,
  count(DISTINCT action_id) + count(*) FILTER (WHERE action_id IS NULL) AS n_actions,
  count(*) FILTER (WHERE outcome IN ('failure', 'denied', 'partial')) AS n_failed,
  count(*) FILTER (WHERE outcome = 'denied') AS n_denied,
  min(h.n_odd) AS n_odd_in_case,
  min(h.n_changes) AS n_changes_in_case,
  substr(ct_set(coalesce(r.service, '') || ':' || coalesce(r.event_base_name, '')), 1, 1000) AS event_names,
  substr(ct_set(r.source_ip_address), 1, 1000) AS source_ips,
  min(event_time) AS first_seen,
  max(event_time) AS last_seen,
  ct_first_event(event_id, event_time, same_second_rank) AS first_event_id,
  ct_last_event(event_id, event_time, same_second_rank) AS last_event_id,
  -- Odd is what is odd for this principal.
  CASE WHEN min(h.n_odd) * 5 <= min(h.n_changes) AND min(h.n_changes) >= 20 THEN 'low' ELSE 'informational' END AS severity,
  'changes at odd hours, of all changes by hand of this principal in the case: ' || CAST(min(h.n_odd) AS VARCHAR) || ' of ' || CAST(min(h.n_changes) AS VARCHAR) AS why
FROM reported r
JOIN habits h ON h.caller = r.caller
GROUP BY r.caller, r.day
ORDER BY r.day, r.caller;
