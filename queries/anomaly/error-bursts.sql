-- ---
-- id: error-bursts
-- title: Bursts of refusals and failures
-- question: When did refusals or failures pile up, from which address and with which key?
-- phase: anomaly
-- kind: anomaly
-- severity: medium
-- attack: [T1580, T1087.004]
-- requires: [management, data]
-- context: all
-- counts: records
-- params:
--   window: {type: duration, default: 10m, help: "How long a window is"}
--   min: {type: int, default: 10, help: "So many within one window are a burst"}
--   outcomes: {type: string, default: denied, choices: [denied, failed], help: "denied: what was refused; failed: refusals and all other failures but throttling"}
-- columns: {actor: actors, key: access_key, ip: source_ip, target: apis, ref: first_event_id, severity: severity, why: why}
-- next:
--   - {query: access-denied}
--   - {query: ip-pivot, with: {ip: source_ip}}
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: discovery-bursts}
-- false_positives:
--   - A pipeline that lost a permission is refused the same call over and over; n_apis is small then
--   - Security scanners ask for what they may not see
--   - The console asks for more than a user may see
-- cannot_show: refusals that leave no record in the account called, and slow probing that stays below the threshold
-- references:
--   - "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"
--   - "https://attack.mitre.org/techniques/T1580/"
-- tests:
--   - {fixture: demo, rows: "1"}
-- ---
WITH errors AS (
  SELECT
    file_id, record_index, event_id, same_second_rank, coalesce(source_ip_address, '') AS source, coalesce(user_identity_access_key_id, '') AS access_key, ct_epoch(event_time) AS second
  FROM all_events
  WHERE outcome IN ('denied', 'failure')
    AND (outcome = 'denied' OR CAST($outcomes AS VARCHAR) = 'failed')
    AND NOT ct_matches(error_code, 'Throttl|RequestLimitExceeded|SlowDown|TooManyRequests|^NoSuch|NotFound')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
    AND event_time IS NOT NULL
    AND NOT ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn)
),
dense AS (
  SELECT
    file_id, record_index, event_id, same_second_rank, source, access_key, second,
    -- A record belongs to a burst when a window that ends or begins with it is full, or one between.
    count(*) OVER (PARTITION BY source, access_key ORDER BY second RANGE BETWEEN CAST($window AS BIGINT) PRECEDING AND CURRENT ROW) AS n_before,
    count(*) OVER (PARTITION BY source, access_key ORDER BY second RANGE BETWEEN CURRENT ROW AND CAST($window AS BIGINT) FOLLOWING) AS n_after
  FROM errors
),
full_windows AS (
  SELECT
    file_id, record_index, event_id, same_second_rank, source, access_key, second,
    max(CASE WHEN n_before >= CAST($min AS BIGINT) THEN 1 ELSE 0 END) OVER (
      PARTITION BY source, access_key ORDER BY second RANGE BETWEEN CURRENT ROW AND CAST($window AS BIGINT) FOLLOWING) AS is_followed,
    max(CASE WHEN n_after >= CAST($min AS BIGINT) THEN 1 ELSE 0 END) OVER (
      PARTITION BY source, access_key ORDER BY second RANGE BETWEEN CAST($window AS BIGINT) PRECEDING AND CURRENT ROW) AS is_preceded
  FROM dense
),
steps AS (
  SELECT
    file_id, record_index, source, access_key, second, event_id, same_second_rank,
    CASE WHEN second - lag(second) OVER (PARTITION BY source, access_key ORDER BY second, same_second_rank, event_id, file_id, record_index) > CAST($window AS BIGINT) THEN 1 ELSE 0 END AS is_step
  FROM full_windows
  WHERE is_followed = 1 OR is_preceded = 1
),
numbered AS (
  SELECT
    file_id, record_index, source, access_key,
    sum(is_step) OVER (PARTITION BY source, access_key ORDER BY second, same_second_rank, event_id, file_id, record_index ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS burst
  FROM steps
),
sizes AS (
  SELECT source, access_key, burst, count(*) AS n_in_burst FROM numbered GROUP BY source, access_key, burst
),
reported AS (
  SELECT
    n.source, n.access_key, n.burst, e.actor, e.service, e.event_base_name, e.target, e.outcome, e.error_code, e.aws_region, e.event_time, e.same_second_rank, e.event_id,
    -- An action recorded in two accounts counts once, in the row of the record that knows its caller best.
    k.file_id IS NULL AS is_counted
  FROM events e
  JOIN numbered n ON n.file_id = e.file_id AND n.record_index = e.record_index
  LEFT JOIN later_copies k ON k.file_id = e.file_id AND k.record_index = e.record_index
  WHERE e.outcome IN ('denied', 'failure')
)
SELECT
  nullif(r.source, '') AS source_ip,
  nullif(r.access_key, '') AS access_key,
  count(*) AS n_records,
  count(*) FILTER (WHERE is_counted) AS n_actions,
  count(*) FILTER (WHERE outcome IN ('failure', 'denied', 'partial')) AS n_failed,
  count(*) FILTER (WHERE outcome = 'denied') AS n_denied,
  min(s.n_in_burst) AS n_in_whole_burst,
  count(DISTINCT coalesce(r.service, '') || ':' || coalesce(r.event_base_name, '')) AS n_apis,
  count(DISTINCT r.target) AS n_targets,
  count(DISTINCT r.aws_region) AS n_regions,
  substr(ct_set(r.actor), 1, 1000) AS actors,
  substr(ct_set(coalesce(r.service, '') || ':' || coalesce(r.event_base_name, '')), 1, 1000) AS apis,
  substr(ct_set(r.error_code), 1, 1000) AS error_codes,
  min(event_time) AS first_seen,
  max(event_time) AS last_seen,
  ct_first_event(event_id, event_time, same_second_rank) AS first_event_id,
  ct_last_event(event_id, event_time, same_second_rank) AS last_event_id,
  CASE
    WHEN count(DISTINCT coalesce(r.service, '') || ':' || coalesce(r.event_base_name, '')) >= 5 OR count(DISTINCT r.target) >= 10 THEN 'medium'
    ELSE 'low'
  END AS severity,
  'refused or failed: ' || CAST(min(s.n_in_burst) AS VARCHAR)
    || ', different calls: ' || CAST(count(DISTINCT coalesce(r.service, '') || ':' || coalesce(r.event_base_name, '')) AS VARCHAR)
    || ', different targets: ' || CAST(count(DISTINCT r.target) AS VARCHAR) AS why
FROM reported r
JOIN sizes s ON s.source = r.source AND s.access_key = r.access_key AND s.burst = r.burst
GROUP BY r.source, r.access_key, r.burst
ORDER BY first_seen NULLS LAST, r.source, r.access_key, r.burst;
