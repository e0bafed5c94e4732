-- ---
-- id: category-coverage
-- title: What was recorded at all
-- question: Which kinds of events does the case hold of each account, and which could it not show?
-- phase: coverage
-- kind: coverage
-- attack: [T1685.002]
-- requires: [management]
-- context: all
-- counts: records
-- columns: {ref: first_event_id}
-- next:
--   - {query: log-coverage}
--   - {query: cloudtrail-tampering}
--   - {query: overview}
-- false_positives:
--   - A kind without records may be recorded and simply not have been used
--   - Data events are chosen by bucket, function or table; that some are here does not mean that all are
-- cannot_show: which selectors a trail had (see PutEventSelectors), and whether something took place that no trail recorded
-- references:
--   - "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html"
--   - "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html"
-- tests:
--   - {fixture: demo, rows: "24"}
-- ---
WITH sorted AS (
  SELECT
    coalesce(recipient_account_id, '') AS account,
    -- Before version 1.07 a record names no category.
    coalesce(event_category, CASE WHEN management_event = false THEN 'Data' ELSE 'Management' END) AS category,
    service, read_only, aws_region, outcome, event_time, same_second_rank, event_id, action_id, event_copies, event_category
  FROM events
),
kinds AS (
  SELECT
    account, category,
    CASE WHEN category = 'Data' THEN coalesce(service, 'unknown') ELSE 'all' END AS service,
    CASE
      WHEN category NOT IN ('Management', 'Data') THEN 'all'
      WHEN read_only THEN 'read'
      ELSE 'write'
    END AS access,
    aws_region, outcome, event_time, same_second_rank, event_id, action_id, event_copies, event_category
  FROM sorted
),
counted AS (
  SELECT
    account, category, service, access,
    count(*) AS n_records,
    -- API calls alone: Insight and network activity records are none.
    CASE WHEN category IN ('Insight', 'NetworkActivity') THEN 0 ELSE ct_actions(action_id, event_copies) END AS n_actions,
    count(*) FILTER (WHERE outcome IN ('failure', 'denied', 'partial')) AS n_failed,
    count(*) FILTER (WHERE outcome = 'denied') AS n_denied,
    count(DISTINCT aws_region) AS n_regions,
    count(DISTINCT date_trunc('day', event_time)) AS n_days,
    min(event_time) AS first_seen,
  max(event_time) AS last_seen,
  ct_first_event(event_id, event_time, same_second_rank) AS first_event_id,
  ct_last_event(event_id, event_time, same_second_rank) AS last_event_id
  FROM kinds
  GROUP BY account, category, service, access
),
accounts AS (
  SELECT DISTINCT account FROM counted
),
expected AS (
  SELECT 'Management' AS category, 'all' AS service, 'read' AS access
  UNION ALL SELECT 'Management', 'all', 'write'
  UNION ALL SELECT 'Data', 's3', 'read'
  UNION ALL SELECT 'Data', 's3', 'write'
  UNION ALL SELECT 'Data', 'lambda', 'write'
  UNION ALL SELECT 'Data', 'dynamodb', 'read'
  UNION ALL SELECT 'NetworkActivity', 'all', 'all'
  UNION ALL SELECT 'Insight', 'all', 'all'
),
in_case AS (
  SELECT DISTINCT
    coalesce(recipient_account_id, '') AS account,
    coalesce(event_category, CASE WHEN management_event = false THEN 'Data' ELSE 'Management' END) AS category,
    CASE WHEN event_category = 'Data' OR (event_category IS NULL AND management_event = false) THEN coalesce(service, 'unknown') ELSE 'all' END AS service
  FROM all_events
),
matrix AS (
  SELECT account, category, service, access FROM counted
  UNION
  SELECT a.account, x.category, x.service, x.access FROM accounts a CROSS JOIN expected x
)
SELECT
  nullif(m.account, '') AS account, m.category, m.service, m.access,
  CASE
    WHEN c.account IS NOT NULL THEN 'recorded'
    WHEN i.account IS NOT NULL THEN 'recorded in this account, but nothing like it in this scope'
    ELSE 'no record of this category at all'
  END AS answer,
  coalesce(c.n_records, 0) AS n_records, coalesce(c.n_actions, 0) AS n_actions, coalesce(c.n_failed, 0) AS n_failed, coalesce(c.n_denied, 0) AS n_denied,
  coalesce(c.n_regions, 0) AS n_regions, coalesce(c.n_days, 0) AS n_days,
  c.first_seen, c.last_seen, c.first_event_id, c.last_event_id
FROM matrix m
LEFT JOIN counted c ON c.account = m.account AND c.category = m.category AND c.service = m.service AND c.access = m.access
LEFT JOIN in_case i ON i.account = m.account AND i.category = m.category AND i.service = m.service
ORDER BY m.account, m.category, m.service, m.access;
