-- ---
-- id: new-behaviour
-- title: What is new since a moment
-- question: What did principals begin to do, or where did they begin to come from, at or after this moment?
-- phase: anomaly
-- kind: anomaly
-- severity: low
-- attack: [T1078.004]
-- requires: [management]
-- context: all
-- counts: records
-- params:
--   pivot_time: {type: timestamp, help: "When the incident began, UTC; everything in the case before it is the baseline"}
--   dims: {type: string, default: "principal,api,service,ip,ua,region,account", help: "What to compare: principal, api, service, ip (network), ua (family of client), region, account"}
-- columns: {actor: principal, target: value, ref: first_event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: principal}}
--   - {query: ip-summary}
--   - {query: rare-events}
-- false_positives:
--   - A short baseline makes everything new; baseline_hours and n_baseline say how much there was
--   - Releases, new colleagues and monthly jobs are new too
-- cannot_show: what was done before the archive begins, and what stayed the same but was done by somebody else
-- references:
--   - "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html"
--   - "https://attack.mitre.org/techniques/T1078/004/"
-- tests:
--   - {fixture: demo, rows: "69", params: {pivot_time: "2026-03-29T00:00:00Z"}}
-- ---
WITH baseline AS (
  -- The kind of client is read here, where each text is looked at once, and not for each group.
  SELECT
    coalesce(principal_unique_id, actor) AS caller, service, event_base_name, ct_ip_prefix(source_ip_key) AS network, ct_agent_family(user_agent) AS agent_family, aws_region, recipient_account_id, count(*) AS n
  FROM all_events
  WHERE event_time < CAST($pivot_time AS TIMESTAMP)
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
  GROUP BY coalesce(principal_unique_id, actor), service, event_base_name, ct_ip_prefix(source_ip_key), ct_agent_family(user_agent), aws_region, recipient_account_id
),
known AS (
  SELECT caller, 'principal' AS dim, caller AS value, sum(n) AS n_baseline FROM baseline GROUP BY caller
  UNION ALL SELECT DISTINCT caller, 'api', coalesce(service, '') || ':' || coalesce(event_base_name, ''), 0 FROM baseline
  UNION ALL SELECT DISTINCT caller, 'service', service, 0 FROM baseline
  UNION ALL SELECT DISTINCT caller, 'ip', network, 0 FROM baseline
  UNION ALL SELECT DISTINCT caller, 'ua', agent_family, 0 FROM baseline
  UNION ALL SELECT DISTINCT caller, 'region', aws_region, 0 FROM baseline
  UNION ALL SELECT DISTINCT caller, 'account', recipient_account_id, 0 FROM baseline
),
span AS (
  SELECT ct_seconds_between(min(event_time), CAST($pivot_time AS TIMESTAMP)) / 3600.0 AS baseline_hours
  FROM all_events
  WHERE event_time < CAST($pivot_time AS TIMESTAMP)
),
calls AS (
  SELECT
    coalesce(e.principal_unique_id, e.actor) AS caller, e.principal_arn, e.actor, e.service, e.event_base_name, ct_ip_prefix(e.source_ip_key) AS network, e.user_agent, ct_agent_family(e.user_agent) AS agent_family, e.aws_region,
    e.recipient_account_id, e.outcome, ct_is_read(e.read_only, e.event_base_name) AS is_read, e.event_time, e.same_second_rank, e.event_id, e.action_id, e.event_copies,
    -- An action recorded in two accounts counts once, in the row of the record that knows its caller best.
    k.file_id IS NULL AS is_counted
  FROM events e
  LEFT JOIN later_copies k ON k.file_id = e.file_id AND k.record_index = e.record_index
  WHERE e.event_time >= CAST($pivot_time AS TIMESTAMP)
    AND coalesce(e.event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
since AS (
  SELECT
    caller, coalesce(max(principal_arn), min(actor)) AS principal, service, event_base_name, network, user_agent, agent_family, aws_region, recipient_account_id,
    count(*) AS n_records,
  count(*) FILTER (WHERE is_counted) AS n_actions,
  count(*) FILTER (WHERE coalesce(event_copies, 1) <= 1 OR action_id IS NULL) AS n_actions_there,
  count(*) FILTER (WHERE outcome IN ('failure', 'denied', 'partial')) AS n_failed,
  count(*) FILTER (WHERE outcome = 'denied') AS n_denied,
    count(*) FILTER (WHERE NOT is_read) AS n_writes,
    min(event_time) AS first_seen,
  max(event_time) AS last_seen,
  ct_first_event(event_id, event_time, same_second_rank) AS first_event_id,
  ct_last_event(event_id, event_time, same_second_rank) AS last_event_id
  FROM calls
  GROUP BY caller, service, event_base_name, network, user_agent, agent_family, aws_region, recipient_account_id
),
-- Actions with several records in one account; to tell apart those of one record would cost the most of all.
shared AS (
  SELECT caller, recipient_account_id, count(*) AS n
  FROM (
    SELECT DISTINCT
      coalesce(principal_unique_id, actor) AS caller, service, event_base_name, ct_ip_prefix(source_ip_key) AS network, user_agent, aws_region, recipient_account_id, action_id
    FROM events
    WHERE event_copies > 1 AND action_id IS NOT NULL
      AND event_time >= CAST($pivot_time AS TIMESTAMP)
      AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
  ) distinct_actions
  GROUP BY caller, recipient_account_id
),
-- What is new is found among the different values first: of most groups nothing is.
seen AS (
  SELECT DISTINCT caller, 'principal' AS dim, caller AS value FROM since
  UNION ALL SELECT DISTINCT caller, 'api', coalesce(service, '') || ':' || coalesce(event_base_name, '') FROM since
  UNION ALL SELECT DISTINCT caller, 'service', service FROM since
  UNION ALL SELECT DISTINCT caller, 'ip', network FROM since
  UNION ALL SELECT DISTINCT caller, 'ua', agent_family FROM since
  UNION ALL SELECT DISTINCT caller, 'region', aws_region FROM since
  UNION ALL SELECT DISTINCT caller, 'account', recipient_account_id FROM since
),
new_values AS (
  SELECT v.caller, v.dim, v.value
  FROM seen v
  LEFT JOIN known k ON k.caller = v.caller AND k.dim = v.dim AND k.value = v.value
  LEFT JOIN known p ON p.dim = 'principal' AND p.caller = v.caller
  WHERE k.caller IS NULL AND v.value IS NOT NULL
    AND contains(',' || replace(CAST($dims AS VARCHAR), ' ', '') || ',', ',' || v.dim || ',')
    -- Of a new principal everything is new: one row says it.
    AND (v.dim = 'principal' OR p.caller IS NOT NULL)
),
values_since AS (
  SELECT caller, 'principal' AS dim, caller AS value, principal, n_records, n_actions, n_failed, n_denied, n_writes, first_seen, last_seen, first_event_id, last_event_id FROM since
  UNION ALL SELECT caller, 'api', coalesce(service, '') || ':' || coalesce(event_base_name, ''), principal, n_records, n_actions, n_failed, n_denied, n_writes, first_seen, last_seen, first_event_id, last_event_id FROM since
  UNION ALL SELECT caller, 'service', service, principal, n_records, n_actions, n_failed, n_denied, n_writes, first_seen, last_seen, first_event_id, last_event_id FROM since
  UNION ALL SELECT caller, 'ip', network, principal, n_records, n_actions, n_failed, n_denied, n_writes, first_seen, last_seen, first_event_id, last_event_id FROM since
  UNION ALL SELECT caller, 'ua', agent_family, principal, n_records, n_actions, n_failed, n_denied, n_writes, first_seen, last_seen, first_event_id, last_event_id FROM since
  UNION ALL SELECT caller, 'region', aws_region, principal, n_records, n_actions, n_failed, n_denied, n_writes, first_seen, last_seen, first_event_id, last_event_id FROM since
  -- What was recorded in an account is that account's own.
  UNION ALL SELECT caller, 'account', recipient_account_id, principal, n_records, n_actions_there, n_failed, n_denied, n_writes, first_seen, last_seen, first_event_id, last_event_id FROM since
),
fresh AS (
  SELECT
    v.caller, v.dim, v.value, max(v.principal) AS principal,
    sum(v.n_records) AS n_records, sum(v.n_actions) AS n_actions, sum(v.n_failed) AS n_failed, sum(v.n_denied) AS n_denied, sum(v.n_writes) AS n_writes,
    min(v.first_seen) AS first_seen, max(v.last_seen) AS last_seen,
    ct_min_by(v.first_event_id, CAST(v.first_seen AS VARCHAR) || v.first_event_id) AS first_event_id,
    ct_max_by(v.last_event_id, CAST(v.last_seen AS VARCHAR) || v.last_event_id) AS last_event_id
  FROM values_since v
  JOIN new_values w ON w.caller = v.caller AND w.dim = v.dim AND w.value = v.value
  GROUP BY v.caller, v.dim, v.value
)
SELECT
  f.dim,
  CASE WHEN f.dim = 'principal' THEN f.principal ELSE f.value END AS value,
  f.principal,
  CAST(f.n_records AS BIGINT) AS n_records, CAST(f.n_actions + coalesce(a.n, 0) AS BIGINT) AS n_actions, CAST(f.n_failed AS BIGINT) AS n_failed, CAST(f.n_denied AS BIGINT) AS n_denied,
  CAST(f.n_writes AS BIGINT) AS n_writes,
  CAST(coalesce(p.n_baseline, 0) AS BIGINT) AS n_baseline,
  round(s.baseline_hours, 1) AS baseline_hours,
  f.first_seen, f.last_seen, f.first_event_id, f.last_event_id,
  CASE
    WHEN coalesce(s.baseline_hours, 0) < 24 OR (f.dim <> 'principal' AND p.n_baseline < 20) THEN 'informational'
    WHEN f.dim = 'principal' AND f.n_writes = 0 THEN 'informational'
    ELSE 'low'
  END AS severity,
  CASE f.dim
    WHEN 'principal' THEN 'not seen before'
    WHEN 'api' THEN 'a call that this principal had not made before'
    WHEN 'service' THEN 'a service that this principal had not used before'
    WHEN 'ip' THEN 'a network that this principal had not come from before'
    WHEN 'ua' THEN 'a kind of client that this principal had not used before'
    WHEN 'region' THEN 'a region that this principal had not used before'
    ELSE 'an account in which this principal had not been seen before'
  END || CASE WHEN coalesce(s.baseline_hours, 0) < 24 THEN '; the baseline is shorter than a day and proves little' ELSE '' END AS why
FROM fresh f
CROSS JOIN span s
LEFT JOIN known p ON p.dim = 'principal' AND p.caller = f.caller
LEFT JOIN shared a ON f.dim = 'account' AND a.caller = f.caller AND a.recipient_account_id = f.value
ORDER BY f.first_seen NULLS LAST, f.dim, f.caller, f.value;
