-- ---
-- id: error-summary
-- title: What failed, for whom
-- question: Which calls did not go through, with which error, and for whom?
-- phase: triage
-- kind: overview
-- requires: [management, data]
-- counts: records
-- columns: {actor: actor, ref: first_event_id}
-- next:
--   - {query: access-denied}
--   - {query: principal-dossier, with: {principal: actor}}
-- false_positives:
--   - Throttling, and asking for policies, tags and settings that are not there, are part of ordinary work
--   - A row with outcome dry-run did not fail; it asked whether it would be allowed, and learned that it would
-- cannot_show: calls refused before they reach CloudTrail, for example with a key that does not exist, and refusals by VPC endpoint policies
-- references:
--   - "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html"
--   - "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html"
-- tests:
--   - {fixture: demo, rows: "79"}
-- ---
WITH not_done AS (
  SELECT
    nullif(error_code, '') AS error_code, outcome, service, event_name, actor, error_message, target,
    source_ip, nullif(user_identity_access_key_id, '') AS access_key, event_time, same_second_rank, event_id,
    -- An action recorded in two accounts counts once, in the row of the record that knows its caller best.
    action_id IS NULL OR row_number() OVER (
      PARTITION BY action_id
      ORDER BY CASE WHEN principal_arn IS NULL THEN 1 ELSE 0 END, event_id, file_id, record_index
    ) = 1 AS is_counted
  FROM events
  WHERE outcome IN ('failure', 'denied', 'partial', 'dry-run')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
)
SELECT
  error_code, outcome, f.service, n.service_name, event_name, actor,
  count(*) AS n_records,
  count(*) FILTER (WHERE is_counted) AS n_actions,
  count(*) FILTER (WHERE outcome IN ('failure', 'denied', 'partial')) AS n_failed,
  count(*) FILTER (WHERE outcome = 'denied') AS n_denied,
  count(DISTINCT target) AS n_targets,
  count(DISTINCT source_ip) AS n_source_ips,
  count(DISTINCT access_key) AS n_keys,
  -- One of them, always the same: a cell of every message would be endless.
  substr(min(error_message), 1, 300) AS sample_message,
  min(event_time) AS first_seen,
  max(event_time) AS last_seen,
  ct_first_event(event_id, event_time, same_second_rank) AS first_event_id,
  ct_last_event(event_id, event_time, same_second_rank) AS last_event_id
FROM not_done f
LEFT JOIN ref_service_names n ON n.service = f.service
GROUP BY error_code, outcome, f.service, n.service_name, event_name, actor
ORDER BY n_records DESC, error_code NULLS LAST, outcome, f.service NULLS LAST, event_name NULLS LAST, actor;
