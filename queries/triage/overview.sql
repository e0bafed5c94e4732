-- ---
-- id: overview
-- title: What was recorded, by account, region and category
-- question: What is in this archive?
-- phase: triage
-- kind: overview
-- requires: [management, data]
-- counts: records
-- columns: {account: account, region: region, ref: first_event_id}
-- next:
--   - {query: activity-histogram}
--   - {query: top-principals}
--   - {query: cloudtrail-tampering}
-- false_positives:
--   - Insight and NetworkActivity rows report on calls and are no calls; their n_actions is empty for that reason
-- cannot_show: what no trail recorded or nobody handed over; an account or a region without a row is not an account or a region without activity
-- references:
--   - "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html"
-- tests:
--   - {fixture: demo, rows: "14"}
-- ---
WITH recorded AS (
  SELECT
    recipient_account_id AS account, aws_region AS region,
    -- Records older than event version 1.07 name no category.
    CASE
      WHEN event_category <> '' THEN event_category
      WHEN management_event THEN 'Management'
      WHEN NOT management_event THEN 'Data'
      ELSE 'not stated'
    END AS category,
    coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity') AS is_call,
    event_time, same_second_rank, event_id, action_id, event_copies, ct_is_read(read_only, event_base_name) AS is_read, outcome, source_ip,
    coalesce(service, '') || ':' || coalesce(event_base_name, '') AS api,
    coalesce(principal_unique_id, actor) AS principal
  FROM events
)
SELECT
  account, region, category,
  count(*) AS n_records,
  CASE
    WHEN is_call THEN ct_actions(action_id, event_copies)
  END AS n_actions,
  count(*) FILTER (WHERE is_call AND NOT is_read) AS n_writes,
  count(*) FILTER (WHERE is_call AND outcome IN ('failure', 'denied', 'partial')) AS n_failed,
  count(*) FILTER (WHERE is_call AND outcome = 'denied') AS n_denied,
  count(DISTINCT api) FILTER (WHERE is_call) AS n_apis,
  count(DISTINCT principal) FILTER (WHERE is_call) AS n_principals,
  count(DISTINCT source_ip) FILTER (WHERE is_call) AS n_source_ips,
  min(event_time) AS first_seen,
  max(event_time) AS last_seen,
  ct_first_event(event_id, event_time, same_second_rank) AS first_event_id,
  ct_last_event(event_id, event_time, same_second_rank) AS last_event_id
FROM recorded
GROUP BY account, region, category, is_call
ORDER BY account NULLS LAST, region NULLS LAST, category, is_call;
