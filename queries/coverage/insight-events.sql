-- ---
-- id: insight-events
-- title: What AWS found unusual
-- question: Which rates of calls or errors did CloudTrail Insights find unusual, and whom does it name for it?
-- phase: coverage
-- kind: finding
-- severity: medium
-- attack: [T1580]
-- requires: [insight]
-- context: all
-- counts: records
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: activity-histogram}
--   - {query: error-bursts}
--   - {query: top-principals}
-- false_positives:
--   - Releases and scheduled jobs raise rates too
--   - In the first day and a half of Insights there is little to compare with
-- cannot_show: single calls, reads (Insights looks at rates of changes and of errors, and of data events where asked), and what the calls were; see the events of those minutes
-- references:
--   - "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-insights-events-with-cloudtrail.html"
--   - "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-insights-fields-insight-details.html"
-- tests:
--   - {fixture: demo, rows: "0"}
-- ---
WITH insight_records AS (
  SELECT
    file_id, record_index, event_time, event_id, shared_event_id,
    ct_json(insight_details, 'state') AS state,
    ct_json(insight_details, 'insightType') AS insight_type,
    ct_json(insight_details, 'eventSource') AS about_source,
    ct_json(insight_details, 'eventName') AS about_name,
    nullif(ct_json(insight_details, 'errorCode'), 'null') AS about_error,
    ct_number(ct_json(insight_details, 'insightContext.statistics.baseline.average')) AS baseline_average,
    ct_number(ct_json(insight_details, 'insightContext.statistics.insight.average')) AS insight_average,
    ct_number(ct_json(insight_details, 'insightContext.statistics.insightDuration')) AS insight_minutes,
    -- Attributions come in this order, as far as they are there.
    coalesce(
      CASE WHEN ct_json(insight_details, 'insightContext.attributions[0].attribute') = 'userIdentityArn' THEN ct_json_all(insight_details, 'insightContext.attributions[0].insight[*].value') END,
      CASE WHEN ct_json(insight_details, 'insightContext.attributions[1].attribute') = 'userIdentityArn' THEN ct_json_all(insight_details, 'insightContext.attributions[1].insight[*].value') END,
      CASE WHEN ct_json(insight_details, 'insightContext.attributions[2].attribute') = 'userIdentityArn' THEN ct_json_all(insight_details, 'insightContext.attributions[2].insight[*].value') END
    ) AS principals,
    coalesce(
      CASE WHEN ct_json(insight_details, 'insightContext.attributions[0].attribute') = 'userAgent' THEN ct_json_all(insight_details, 'insightContext.attributions[0].insight[*].value') END,
      CASE WHEN ct_json(insight_details, 'insightContext.attributions[1].attribute') = 'userAgent' THEN ct_json_all(insight_details, 'insightContext.attributions[1].insight[*].value') END,
      CASE WHEN ct_json(insight_details, 'insightContext.attributions[2].attribute') = 'userAgent' THEN ct_json_all(insight_details, 'insightContext.attributions[2].insight[*].value') END
    ) AS clients
  FROM all_events
  WHERE event_category = 'Insight'
),
-- A start and an end have one shared id; either may be missing.
pairs AS (
  SELECT
    coalesce(shared_event_id, event_id) AS pair,
    min(CASE WHEN state = 'Start' THEN event_time END) AS started_at,
    max(CASE WHEN state = 'End' THEN event_time END) AS ended_at,
    max(CASE WHEN state = 'End' THEN insight_average END) AS average_to_end,
    max(insight_minutes) AS insight_minutes
  FROM insight_records
  GROUP BY coalesce(shared_event_id, event_id)
),
numbered AS (
  SELECT
    e.file_id, e.record_index, coalesce(e.shared_event_id, e.event_id) AS pair,
    row_number() OVER (
      PARTITION BY coalesce(e.shared_event_id, e.event_id)
      ORDER BY e.event_time NULLS LAST, CASE WHEN r.state = 'Start' THEN 0 ELSE 1 END, e.event_id, e.file_id, e.record_index
    ) AS place
  FROM events e
  JOIN insight_records r ON r.file_id = e.file_id AND r.record_index = e.record_index
  WHERE e.event_category = 'Insight'
)
SELECT
  e.event_time, e.recipient_account_id AS account, e.aws_region AS region,
  ct_extract(r.about_source, '^([^.]+)', 1) AS service, r.about_name AS event_name, e.outcome, e.actor,
  nullif(e.user_identity_access_key_id, '') AS access_key, e.source_ip_address AS source_ip, r.clients AS user_agent, e.target,
  coalesce(r.about_error, r.insight_type) AS detail,
  e.event_id,
  r.insight_type,
  r.about_error AS error_code,
  substr(r.principals, 1, 1000) AS principals,
  p.started_at,
  p.ended_at,
  CAST(p.insight_minutes AS BIGINT) AS duration_minutes,
  r.baseline_average,
  coalesce(p.average_to_end, r.insight_average) AS insight_average,
  'medium' AS severity,
  CASE r.insight_type WHEN 'ApiErrorRateInsight' THEN 'errors' WHEN 'ApiCallRateInsight' THEN 'calls' ELSE coalesce(r.insight_type, 'something') END
    || ' a minute, unusual: ' || coalesce(CAST(coalesce(p.average_to_end, r.insight_average) AS VARCHAR), 'not said')
    || ', before: ' || coalesce(CAST(r.baseline_average AS VARCHAR), 'not said')
    || CASE WHEN p.ended_at IS NULL THEN '; its end is not in the case' ELSE '' END
    || CASE WHEN p.started_at IS NULL THEN '; its start is not in the case' ELSE '' END AS why
FROM events e
JOIN numbered n ON n.file_id = e.file_id AND n.record_index = e.record_index AND n.place = 1
JOIN insight_records r ON r.file_id = e.file_id AND r.record_index = e.record_index
JOIN pairs p ON p.pair = n.pair
WHERE e.event_category = 'Insight'
ORDER BY e.event_time NULLS LAST, e.same_second_rank, e.event_id, e.file_id, e.record_index;
