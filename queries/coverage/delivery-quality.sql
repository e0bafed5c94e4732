-- ---
-- id: delivery-quality
-- title: Late, corrected and repeated records
-- question: Which records came late, were corrected, stand twice, or have no time?
-- phase: coverage
-- kind: coverage
-- attack: [T1685.002]
-- requires: [management, data]
-- counts: records
-- columns: {ref: first_event_id}
-- next:
--   - {query: log-coverage}
--   - {query: category-coverage}
--   - {query: overview}
-- false_positives:
--   - AWS delivers some records late and corrects some; it says so in the record
--   - Copies of one action in two accounts are no repetition
-- cannot_show: files that are missing (see `coldtrail evidence`), repetitions in full (see `coldtrail show` for one event), and whether a record was changed (see digests)
-- references:
--   - "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html"
-- tests:
--   - {fixture: demo, rows: "6"}
-- ---
WITH records AS (
  SELECT
    coalesce(recipient_account_id, '') AS account, coalesce(source_fidelity, '') AS evidence_kind,
    addendum_reason, event_time, event_id, event_copies, shared_event_id, error_code, outcome, action_id, same_second_rank, shape
  FROM events
  WHERE coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
sorted AS (
  SELECT account, evidence_kind, 'all' AS quality, event_time, event_id, outcome, action_id, event_copies, same_second_rank FROM records
  UNION ALL SELECT account, evidence_kind, 'addendum: ' || addendum_reason, event_time, event_id, outcome, action_id, event_copies, same_second_rank FROM records WHERE addendum_reason <> ''
  UNION ALL SELECT account, evidence_kind, 'recorded in several accounts', event_time, event_id, outcome, action_id, event_copies, same_second_rank FROM records WHERE event_copies > 1
  UNION ALL SELECT account, evidence_kind, 'without a time', event_time, event_id, outcome, action_id, event_copies, same_second_rank FROM records WHERE event_time IS NULL
  UNION ALL SELECT account, evidence_kind, 'without an event id', event_time, event_id, outcome, action_id, event_copies, same_second_rank FROM records WHERE coalesce(event_id, '') = ''
)
SELECT
  nullif(account, '') AS account,
  evidence_kind,
  quality,
  count(*) AS n_records,
  ct_actions(action_id, event_copies) AS n_actions,
  count(*) FILTER (WHERE outcome IN ('failure', 'denied', 'partial')) AS n_failed,
  count(*) FILTER (WHERE outcome = 'denied') AS n_denied,
  min(event_time) AS first_seen,
  max(event_time) AS last_seen,
  ct_first_event(event_id, event_time, same_second_rank) AS first_event_id,
  ct_last_event(event_id, event_time, same_second_rank) AS last_event_id
FROM sorted
GROUP BY account, evidence_kind, quality
ORDER BY account, evidence_kind, quality;
