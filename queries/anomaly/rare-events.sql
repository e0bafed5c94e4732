-- ---
-- id: rare-events
-- title: What almost never happens
-- question: Which calls and which errors stand only a few times in the whole case?
-- phase: anomaly
-- kind: anomaly
-- severity: informational
-- attack: [T1078.004]
-- requires: [management]
-- context: all
-- counts: records
-- params:
--   max_n: {type: int, default: 3, help: "At most so many records in the whole case"}
--   max_principals: {type: int, default: 1, help: "By at most so many principals"}
-- columns: {actor: principals, ip: source_ips, target: targets, ref: first_event_id, severity: severity, why: why}
-- next:
--   - {query: abused-api-summary}
--   - {query: error-summary}
--   - {query: new-behaviour}
-- false_positives:
--   - In a short archive most things are rare
--   - Setting something up happens once, by somebody who may
-- cannot_show: what is rare elsewhere but common here, since an attacker who repeats a call makes it common
-- references:
--   - "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html"
-- tests:
--   - {fixture: demo, rows: "40"}
-- ---
WITH rare_calls AS (
  SELECT service, event_base_name, ct_actions(action_id, event_copies) AS n, count(DISTINCT coalesce(principal_unique_id, actor)) AS n_principals
  FROM all_events
  WHERE coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
  GROUP BY service, event_base_name
  HAVING ct_actions(action_id, event_copies) <= CAST($max_n AS BIGINT)
),
rare_errors AS (
  SELECT service, error_code, ct_actions(action_id, event_copies) AS n, count(DISTINCT coalesce(principal_unique_id, actor)) AS n_principals
  FROM all_events
  WHERE error_code <> '' AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
  GROUP BY service, error_code
  HAVING ct_actions(action_id, event_copies) <= CAST($max_n AS BIGINT)
),
found AS (
  SELECT
    'call' AS kind, e.service, e.event_base_name AS value, r.n, r.n_principals,
    e.actor, e.principal_arn, e.source_ip_address, e.target, e.outcome, ct_is_read(e.read_only, e.event_base_name) AS is_read, e.event_time, e.same_second_rank, e.event_id, e.action_id
  FROM events e
  JOIN rare_calls r ON r.event_base_name = e.event_base_name AND coalesce(r.service, '') = coalesce(e.service, '')
  WHERE coalesce(e.event_category, '') NOT IN ('Insight', 'NetworkActivity')
  UNION ALL
  SELECT
    'error', e.service, e.error_code, r.n, r.n_principals,
    e.actor, e.principal_arn, e.source_ip_address, e.target, e.outcome, ct_is_read(e.read_only, e.event_base_name) AS is_read, e.event_time, e.same_second_rank, e.event_id, e.action_id
  FROM events e
  JOIN rare_errors r ON r.error_code = e.error_code AND coalesce(r.service, '') = coalesce(e.service, '')
  WHERE coalesce(e.event_category, '') NOT IN ('Insight', 'NetworkActivity')
)
SELECT
  kind, service, value,
  max(n) AS n_in_case,
  count(*) AS n_records,
  count(DISTINCT action_id) + count(*) FILTER (WHERE action_id IS NULL) AS n_actions,
  count(*) FILTER (WHERE outcome IN ('failure', 'denied', 'partial')) AS n_failed,
  count(*) FILTER (WHERE outcome = 'denied') AS n_denied,
  count(*) FILTER (WHERE NOT is_read) AS n_writes,
  substr(ct_set(coalesce(principal_arn, actor)), 1, 1000) AS principals,
  substr(ct_set(source_ip_address), 1, 1000) AS source_ips,
  substr(ct_set(target), 1, 1000) AS targets,
  min(event_time) AS first_seen,
  max(event_time) AS last_seen,
  ct_first_event(event_id, event_time, same_second_rank) AS first_event_id,
  ct_last_event(event_id, event_time, same_second_rank) AS last_event_id,
  CASE WHEN bool_or(NOT is_read) AND kind = 'call' THEN 'low' ELSE 'informational' END AS severity,
  CASE kind WHEN 'call' THEN 'call' ELSE 'error of this service' END || ' that stands in the whole case times: ' || CAST(max(n) AS VARCHAR) AS why
FROM found
WHERE n_principals <= CAST($max_principals AS BIGINT)
GROUP BY kind, service, value
ORDER BY first_seen NULLS LAST, kind, service NULLS LAST, value;
