-- ---
-- id: log-coverage
-- title: Holes in the record
-- question: When is nothing recorded of an account and region that is busy otherwise, and why?
-- phase: coverage
-- kind: coverage
-- severity: low
-- attack: [T1685.002]
-- requires: [management]
-- context: all
-- counts: records
-- params:
--   gap: {type: duration, default: 1h, help: "The shortest silence to report"}
--   factor: {type: int, default: 10, help: "Only silences so many times as long as the mean one of this account and region"}
--   max_alike: {type: int, default: 5, help: "Leave out silences of which more are at least half as long, unless a trail was changed beside them"}
-- columns: {ref: first_event_id, severity: severity, why: why}
-- next:
--   - {query: cloudtrail-tampering}
--   - {query: activity-histogram}
--   - {query: category-coverage}
-- false_positives:
--   - Nights, week-ends and idle accounts are silent; n_gaps_as_long tells how often that is so
--   - An export for some hours or some regions has an end and a begin of its own
-- cannot_show: whether something took place in a silence, files that were delivered and are missing from the evidence (see `coldtrail evidence`), and selectors that leave out part of what is recorded
-- references:
--   - "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-intro.html"
--   - "https://attack.mitre.org/techniques/T1685/002/"
-- tests:
--   - {fixture: demo, rows: "1"}
-- ---
WITH minutes AS (
  SELECT
    coalesce(recipient_account_id, '') AS account, coalesce(aws_region, '') AS region, ct_bucket(event_time, 60) AS minute,
    count(*) AS n_records,
    ct_actions(action_id, event_copies) AS n_actions,
    count(*) FILTER (WHERE outcome IN ('failure', 'denied', 'partial')) AS n_failed,
    count(*) FILTER (WHERE outcome = 'denied') AS n_denied,
    min(event_time) AS first_seen, max(event_time) AS last_seen, min(event_id) AS some_event_id
  FROM all_events
  WHERE coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
    AND event_time IS NOT NULL
  GROUP BY coalesce(recipient_account_id, ''), coalesce(aws_region, ''), ct_bucket(event_time, 60)
),
span AS (
  SELECT max(last_seen) AS case_end, min(first_seen) AS case_begin FROM minutes
),
neighbours AS (
  SELECT
    account, region, n_records, n_actions, n_failed, n_denied, last_seen AS quiet_from, some_event_id AS event_before,
    lead(first_seen) OVER (PARTITION BY account, region ORDER BY minute) AS quiet_until,
    lead(some_event_id) OVER (PARTITION BY account, region ORDER BY minute) AS event_after
  FROM minutes
),
silences AS (
  SELECT
    n.account, n.region, n.quiet_from, n.event_before, n.quiet_until, n.event_after,
    ct_seconds_between(n.quiet_from, coalesce(n.quiet_until, s.case_end)) AS quiet_seconds,
    CASE WHEN n.quiet_until IS NULL THEN 'to the end' ELSE 'between' END AS kind
  FROM neighbours n
  CROSS JOIN span s
),
-- How many of the account and region are at least half as long: itself not counted.
ranked AS (
  SELECT
    account, region, quiet_from, quiet_until, event_before, event_after, quiet_seconds, kind,
    count(*) OVER (
      PARTITION BY account, region ORDER BY quiet_seconds
      RANGE BETWEEN CAST(floor(quiet_seconds / 2.0) AS BIGINT) PRECEDING AND UNBOUNDED FOLLOWING
    ) - 1 AS n_gaps_as_long
  FROM silences
  WHERE quiet_seconds * 2 >= CAST($gap AS BIGINT)
),
rhythm AS (
  SELECT
    account, region,
    avg(CASE WHEN kind = 'between' THEN quiet_seconds END) AS mean_seconds
  FROM silences
  GROUP BY account, region
),
totals AS (
  SELECT account, region, sum(n_records) AS n_records, sum(n_actions) AS n_actions, sum(n_failed) AS n_failed, sum(n_denied) AS n_denied FROM minutes GROUP BY account, region
),
switches AS (
  SELECT recipient_account_id AS account, event_time, event_base_name AS call, event_id
  FROM all_events
  WHERE service = 'cloudtrail' AND outcome = 'no-error'
    AND event_base_name IN ('StopLogging', 'DeleteTrail', 'StartLogging', 'CreateTrail', 'UpdateTrail', 'PutEventSelectors', 'StopEventDataStoreIngestion')
),
chosen AS (
  SELECT s.account, s.region, s.quiet_from, s.quiet_until, s.event_before, s.event_after, s.quiet_seconds, s.kind, s.n_gaps_as_long
  FROM ranked s
  JOIN rhythm r ON r.account = s.account AND r.region = s.region
  WHERE s.quiet_seconds >= CAST($gap AS BIGINT)
    AND (s.quiet_seconds >= CAST($factor AS BIGINT) * r.mean_seconds OR r.mean_seconds IS NULL)
),
explained AS (
  SELECT
    c.account, c.region, c.quiet_from,
    ct_set(CASE WHEN abs(ct_seconds_between(c.quiet_from, w.event_time)) <= 900 AND w.call NOT IN ('StartLogging', 'CreateTrail') THEN w.call END) AS before_it,
    ct_set(CASE WHEN abs(ct_seconds_between(c.quiet_until, w.event_time)) <= 900 AND w.call IN ('StartLogging', 'CreateTrail', 'UpdateTrail', 'PutEventSelectors') THEN w.call END) AS after_it
  FROM chosen c
  JOIN switches w ON w.account = c.account
  GROUP BY c.account, c.region, c.quiet_from
),
-- What the scope asks for: silences that begin or end in it, of its accounts and regions.
reported AS (
  SELECT coalesce(recipient_account_id, '') AS account, coalesce(aws_region, '') AS region, min(event_time) AS first_in_scope, max(event_time) AS last_in_scope
  FROM events
  WHERE coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
  GROUP BY coalesce(recipient_account_id, ''), coalesce(aws_region, '')
)
SELECT
  nullif(c.account, '') AS account,
  nullif(c.region, '') AS region,
  c.kind,
  c.quiet_from, c.quiet_until,
  c.quiet_seconds,
  CAST(round(r.mean_seconds) AS BIGINT) AS mean_quiet_seconds,
  c.n_gaps_as_long,
  x.before_it AS calls_before,
  x.after_it AS calls_after,
  CAST(t.n_records AS BIGINT) AS n_records, CAST(t.n_actions AS BIGINT) AS n_actions, CAST(t.n_failed AS BIGINT) AS n_failed, CAST(t.n_denied AS BIGINT) AS n_denied,
  c.quiet_from AS first_seen, c.quiet_until AS last_seen, c.event_before AS first_event_id, c.event_after AS last_event_id,
  CASE
    WHEN x.before_it LIKE '%StopLogging%' OR x.before_it LIKE '%DeleteTrail%' OR x.before_it LIKE '%StopEventDataStore%' THEN 'medium'
    WHEN c.n_gaps_as_long = 0 AND r.mean_seconds IS NOT NULL THEN 'low'
    ELSE 'informational'
  END AS severity,
  'no record for seconds: ' || CAST(c.quiet_seconds AS VARCHAR)
    || CASE WHEN c.kind = 'to the end' THEN ', up to the last event of the case' ELSE '' END
    || coalesce('; at its begin: ' || x.before_it, '')
    || coalesce('; at its end: ' || x.after_it, '')
    || '; other silences at least half as long: ' || CAST(c.n_gaps_as_long AS VARCHAR) AS why
FROM chosen c
JOIN reported e ON e.account = c.account AND e.region = c.region AND c.quiet_from <= e.last_in_scope AND coalesce(c.quiet_until, c.quiet_from) >= e.first_in_scope
JOIN rhythm r ON r.account = c.account AND r.region = c.region
JOIN totals t ON t.account = c.account AND t.region = c.region
LEFT JOIN explained x ON x.account = c.account AND x.region = c.region AND x.quiet_from = c.quiet_from
WHERE c.n_gaps_as_long <= CAST($max_alike AS BIGINT) OR x.before_it IS NOT NULL
ORDER BY c.quiet_from, c.account, c.region;
