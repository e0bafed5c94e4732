-- ---
-- id: activity-histogram
-- title: Activity over time
-- question: When did it get busy?
-- phase: triage
-- kind: overview
-- requires: [management, data]
-- counts: records
-- params:
--   interval: {type: duration, default: 1h, help: "Length of a bucket, such as 10m, 1h or 1d; buckets start at 1970-01-01T00:00:00Z plus a multiple of it"}
-- columns: {time: bucket_start, ref: first_event_id}
-- next:
--   - {query: top-principals}
--   - {query: write-actions}
--   - {query: error-summary}
-- false_positives:
--   - Backups, nightly jobs and deployments are busy at fixed hours; compare the same hour of other days
-- cannot_show: buckets without a record have no row, and a missing row may mean no activity, no logging or no delivery
-- references:
--   - "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html"
-- tests:
--   - {fixture: demo, rows: "240"}
-- ---
WITH calls AS (
  SELECT
    -- Undated events are kept, in a last row without a start.
    ct_bucket(event_time, greatest(CAST($interval AS BIGINT), 1)) AS bucket_start,
    event_time, same_second_rank, event_id, action_id, event_copies, ct_is_read(read_only, event_base_name) AS is_read, outcome, source_ip,
    coalesce(service, '') || ':' || coalesce(event_base_name, '') AS api,
    coalesce(principal_unique_id, actor) AS principal
  FROM events
  WHERE coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
)
SELECT
  bucket_start,
  count(*) AS n_records,
  ct_actions(action_id, event_copies) AS n_actions,
  count(*) FILTER (WHERE NOT is_read) AS n_writes,
  count(*) FILTER (WHERE outcome IN ('failure', 'denied', 'partial')) AS n_failed,
  count(*) FILTER (WHERE outcome = 'denied') AS n_denied,
  count(DISTINCT api) AS n_apis,
  count(DISTINCT principal) AS n_principals,
  count(DISTINCT source_ip) AS n_source_ips,
  min(event_time) AS first_seen,
  max(event_time) AS last_seen,
  ct_first_event(event_id, event_time, same_second_rank) AS first_event_id,
  ct_last_event(event_id, event_time, same_second_rank) AS last_event_id
FROM calls
GROUP BY bucket_start
ORDER BY bucket_start NULLS LAST;
