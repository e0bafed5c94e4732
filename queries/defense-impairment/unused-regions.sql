-- ---
-- id: unused-regions
-- title: Regions used little or late
-- question: Was anything done where next to nothing ever is?
-- phase: defense-impairment
-- kind: finding
-- severity: medium
-- attack: [T1535]
-- requires: [management:write]
-- context: all
-- counts: records
-- params:
--   max_events: {type: int, default: 50, help: "A region of an account with so many calls or fewer in the whole case, of people and programs, is used little"}
-- columns: {time: first_seen, actor: actors, target: region, ref: first_event_id, severity: severity, why: why}
-- next:
--   - {query: write-actions}
--   - {query: compute-hijack}
--   - {query: activity-histogram}
-- false_positives:
--   - The console and inventory tools look into every region; rows without changes are informational
--   - Global services record their calls in one region, whoever is where
--   - A part of an archive has little of every region
-- cannot_show: regions whose events are not in the case, and whether a region is in use without calls being made
-- references:
--   - "https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html"
--   - "https://attack.mitre.org/techniques/T1535/"
-- tests:
--   - {fixture: demo, rows: "2"}
-- ---
WITH case_regions AS (
  SELECT
    recipient_account_id, aws_region,
    count(*) AS n_case, count(*) FILTER (WHERE NOT ct_is_read(read_only, event_base_name) AND outcome IN ('no-error', 'partial')) AS n_changes,
    count(*) FILTER (WHERE NOT ct_is_read(read_only, event_base_name) AND outcome IN ('failure', 'denied')) AS n_tried,
    count(*) FILTER (WHERE outcome IN ('no-error', 'partial', 'failure', 'denied') AND service IN ('ec2', 'ecs', 'batch', 'sagemaker', 'bedrock', 'lightsail', 'eks', 'ses', 'lambda')
      AND event_base_name IN ('RunInstances', 'CreateFleet', 'RequestSpotInstances', 'RequestSpotFleet', 'CreateCluster', 'RunTask', 'CreateService', 'SubmitJob',
        'CreateNotebookInstance', 'CreateTrainingJob', 'CreateEndpoint', 'InvokeModel', 'InvokeModelWithResponseStream', 'Converse', 'ConverseStream', 'CreateInstances',
        'CreateNodegroup', 'SendEmail', 'SendRawEmail', 'CreateFunction', 'CreateKeyPair', 'ImportKeyPair')) AS n_capacity,
    min(event_time) AS begins
  FROM all_events
  WHERE coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
    AND NOT ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn)
    AND service NOT IN ('iam', 'sts', 'signin', 'organizations', 'cloudfront', 'route53', 'support', 'sso', 'account', 'budgets', 'ce')
  GROUP BY recipient_account_id, aws_region
),
shares AS (
  SELECT
    recipient_account_id, aws_region, n_case, n_changes, n_tried, n_capacity, begins,
    sum(n_case) OVER (PARTITION BY recipient_account_id) AS n_account,
    min(begins) OVER (PARTITION BY recipient_account_id) AS account_begins,
    max(n_case) OVER (PARTITION BY recipient_account_id) AS n_busiest
  FROM case_regions
)
SELECT
  e.recipient_account_id AS account, e.aws_region AS region,
  count(*) AS n_records,
  count(DISTINCT e.action_id) + count(*) FILTER (WHERE e.action_id IS NULL) AS n_actions,
  count(*) FILTER (WHERE e.outcome IN ('failure', 'denied', 'partial')) AS n_failed,
  count(*) FILTER (WHERE e.outcome = 'denied') AS n_denied,
  max(s.n_changes) AS n_changes,
  max(s.n_capacity) AS n_capacity,
  round(100.0 * max(s.n_case) / max(s.n_account), 3) AS percent_of_account,
  substr(ct_set(e.actor), 1, 1000) AS actors,
  substr(ct_set(CASE WHEN NOT ct_is_read(e.read_only, e.event_base_name) THEN coalesce(e.service, '') || ':' || coalesce(e.event_base_name, '') END), 1, 1000) AS changes,
  substr(ct_set(e.source_ip_address), 1, 1000) AS source_ips,
  min(e.event_time) AS first_seen, max(e.event_time) AS last_seen,
  ct_first_event(e.event_id, e.event_time, e.same_second_rank) AS first_event_id,
  ct_last_event(e.event_id, e.event_time, e.same_second_rank) AS last_event_id,
  CASE
    WHEN max(s.n_capacity) > 0 THEN 'medium'
    WHEN max(s.n_changes) > 0 THEN 'low'
    ELSE 'informational'
  END AS severity,
  'calls in the whole case: ' || CAST(max(s.n_case) AS VARCHAR) || ' of ' || CAST(max(s.n_account) AS VARCHAR) || ' of this account, changes: ' || CAST(max(s.n_changes) AS VARCHAR)
    || CASE WHEN max(s.n_tried) > 0 THEN ', changes refused or failed: ' || CAST(max(s.n_tried) AS VARCHAR) ELSE '' END
    || CASE WHEN max(s.n_capacity) > 0 THEN ', machines, models or functions asked for: ' || CAST(max(s.n_capacity) AS VARCHAR) ELSE '' END
    || CASE WHEN ct_seconds_between(max(s.account_begins), max(s.begins)) >= 86400 THEN '; nothing here on the first day of the account''s records' ELSE '' END AS why
FROM events e
JOIN shares s ON s.recipient_account_id = e.recipient_account_id AND s.aws_region = e.aws_region
WHERE coalesce(e.event_category, '') NOT IN ('Insight', 'NetworkActivity')
  AND NOT ct_is_service_alone(e.user_identity_type, e.user_identity_invoked_by, e.session_issuer_arn)
  AND e.service NOT IN ('iam', 'sts', 'signin', 'organizations', 'cloudfront', 'route53', 'support', 'sso', 'account', 'budgets', 'ce')
  -- Little, and far less than where the account is at home.
  AND s.n_case <= CAST($max_events AS BIGINT) AND s.n_case * 10 <= s.n_busiest
GROUP BY e.recipient_account_id, e.aws_region
ORDER BY min(e.event_time) NULLS LAST, e.recipient_account_id, e.aws_region;
