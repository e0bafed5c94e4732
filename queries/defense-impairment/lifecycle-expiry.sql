-- ---
-- id: lifecycle-expiry
-- title: Objects set to expire
-- question: Were logs or data set to delete themselves?
-- phase: defense-impairment
-- kind: finding
-- severity: medium
-- attack: [T1685.002, T1485.001]
-- requires: [management:write]
-- context: all
-- counts: records
-- params:
--   max_days: {type: int, default: 30, help: "Only rules by which objects are gone after so many days or sooner, or on a date"}
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: cloudtrail-tampering}
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: resource-pivot, with: {resource: target}}
--   - {query: s3-ransom}
-- false_positives:
--   - Build caches, uploads in progress and temporary results expire by design, mostly under a prefix of their own
--   - A rule that is Disabled expires nothing; it is reported as low
-- cannot_show: which objects expired (AWS deletes them without an event of its own in the trail), and rules that were there before the archive begins
-- references:
--   - "https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html"
--   - "https://attack.mitre.org/techniques/T1485/001/"
-- tests:
--   - {fixture: demo, rows: "0"}
-- ---
WITH rules AS (
  SELECT
    event_time, same_second_rank, file_id, record_index, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_id,
    coalesce(ct_json(request_parameters, 'bucketName'), ct_extract(target, '^(?:arn:[^:]*:s3:::)?([^/]+)', 1)) AS bucket,
    coalesce(ct_json_doc(request_parameters, 'LifecycleConfiguration'), ct_json_doc(request_parameters, 'lifecycleConfiguration'), '') AS rule_text
  FROM events
  WHERE service = 's3' AND event_base_name IN ('PutBucketLifecycle', 'PutBucketLifecycleConfiguration')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
read_rules AS (
  SELECT
    event_time, same_second_rank, file_id, record_index, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_id, bucket, rule_text,
    -- One rule is an object and several are an array; the shortest counts.
    ct_least_number(rule_text, '(?i)"Expiration":\{[^{}]*"Days":"?([0-9]+)') AS days,
    ct_extract(rule_text, '(?i)"Expiration":\{[^{}]*"Date":"([^"]+)', 1) AS on_date,
    ct_least_number(rule_text, '(?i)"(?:Noncurrent|Newer)[A-Za-z]*Expiration":\{[^{}]*"NoncurrentDays":"?([0-9]+)') AS old_version_days,
    NOT ct_matches(rule_text, '(?i)"Status":"Enabled"') AND rule_text <> '' AS is_disabled,
    -- A prefix of a star or none means the whole bucket; tags and sizes narrow it too.
    NOT ct_matches(rule_text, '(?i)"Prefix":"[^"*]|"Tag":|"ObjectSize[A-Za-z]+":') AS is_whole_bucket,
    outcome IN ('failure', 'denied', 'dry-run') AS is_attempt
  FROM rules
),
-- Buckets to which somebody delivers logs, as far as the case shows.
log_buckets AS (
  SELECT coalesce(ct_json(response_elements, 's3BucketName'), ct_json(request_parameters, 's3BucketName')) AS bucket, min(event_time) AS known_since, 'a trail' AS holds
  FROM all_events
  WHERE service = 'cloudtrail' AND event_base_name IN ('CreateTrail', 'UpdateTrail') AND outcome = 'no-error'
  GROUP BY coalesce(ct_json(response_elements, 's3BucketName'), ct_json(request_parameters, 's3BucketName'))
  UNION ALL
  SELECT ct_json(request_parameters, 'bucketName'), min(event_time), 'logs of ' || min(user_identity_invoked_by)
  FROM all_events
  WHERE service = 's3' AND event_base_name IN ('GetBucketAcl', 'PutObject') AND outcome = 'no-error'
    AND user_identity_invoked_by IN ('cloudtrail.amazonaws.com', 'config.amazonaws.com', 'delivery.logs.amazonaws.com', 'logging.s3.amazonaws.com')
  GROUP BY ct_json(request_parameters, 'bucketName')
  UNION ALL
  SELECT ct_json(request_parameters, 'BucketLoggingStatus.LoggingEnabled.TargetBucket'), min(event_time), 'access logs'
  FROM all_events
  WHERE service = 's3' AND event_base_name = 'PutBucketLogging' AND outcome = 'no-error'
  GROUP BY ct_json(request_parameters, 'BucketLoggingStatus.LoggingEnabled.TargetBucket')
),
known_logs AS (
  SELECT bucket, min(known_since) AS known_since, ct_set(holds) AS holds FROM log_buckets WHERE bucket IS NOT NULL GROUP BY bucket
),
-- By another rule without a short term, or by none.
undoings AS (
  SELECT r.file_id, r.record_index, min(u.event_time) AS undone_at
  FROM rules r
  JOIN (
    SELECT
      event_time, event_base_name,
      coalesce(ct_json(request_parameters, 'bucketName'), ct_extract(target, '^(?:arn:[^:]*:s3:::)?([^/]+)', 1)) AS bucket,
      ct_least_number(CAST(request_parameters AS VARCHAR), '(?i)"Expiration":\{[^{}]*"Days":"?([0-9]+)') AS days
    FROM all_events
    WHERE service = 's3' AND event_base_name IN ('PutBucketLifecycle', 'PutBucketLifecycleConfiguration', 'DeleteBucketLifecycle', 'DeleteBucket')
      AND outcome = 'no-error'
  ) u ON u.bucket = r.bucket AND u.event_time > r.event_time
  WHERE u.event_base_name IN ('DeleteBucketLifecycle', 'DeleteBucket') OR coalesce(u.days, 1000000) > CAST($max_days AS BIGINT)
  GROUP BY r.file_id, r.record_index
)
SELECT
  e.event_time, e.recipient_account_id AS account, e.aws_region AS region, e.service, e.event_name, e.outcome, e.actor,
  nullif(e.user_identity_access_key_id, '') AS access_key, e.source_ip_address AS source_ip, e.user_agent, e.target,
  coalesce(nullif(e.error_code, ''), e.error_message, substr(CAST(e.request_parameters AS VARCHAR), 1, 500)) AS detail,
  e.event_id,
  CASE WHEN e.is_attempt THEN 'attempted' ELSE 'weakened' END AS effect,
  e.bucket,
  CAST(e.days AS BIGINT) AS days,
  k.holds AS bucket_holds,
  CASE WHEN NOT e.is_attempt THEN u.undone_at END AS undone_at,
  CASE
    WHEN e.is_attempt AND k.bucket IS NOT NULL THEN 'medium'
    WHEN e.is_attempt OR e.is_disabled THEN 'low'
    -- What is set while a log bucket is being made is its retention.
    WHEN k.known_since < e.event_time - INTERVAL '1' HOUR AND e.is_whole_bucket AND (e.days <= 7 OR e.on_date IS NOT NULL) THEN 'high'
    -- Old versions go so in many a well-kept bucket, unless at once; what is current stays.
    WHEN e.days IS NULL AND e.on_date IS NULL AND NOT (e.is_whole_bucket AND coalesce(e.old_version_days, 0) <= 3) THEN 'low'
    WHEN k.bucket IS NOT NULL THEN 'medium'
    WHEN e.is_whole_bucket AND coalesce(e.days, 0) <= 7 AND NOT ct_is_deployment_tool(e.user_agent) THEN 'medium'
    ELSE 'low'
  END AS severity,
  CASE e.outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' WHEN 'dry-run' THEN 'dry run: ' ELSE '' END
    || CASE
      WHEN e.rule_text = '' THEN 'lifecycle of a bucket; the record does not say which'
      WHEN e.days IS NOT NULL THEN 'objects expire after days: ' || CAST(CAST(e.days AS BIGINT) AS VARCHAR)
      WHEN e.on_date IS NOT NULL THEN 'objects expire on ' || e.on_date
      ELSE 'old versions expire after days: ' || CAST(CAST(e.old_version_days AS BIGINT) AS VARCHAR)
    END
    || CASE WHEN e.is_disabled THEN '; the rule is disabled' ELSE '' END
    || CASE WHEN e.rule_text = '' THEN '' WHEN e.is_whole_bucket THEN '; whole bucket' ELSE '; part of the bucket' END
    || coalesce('; the bucket holds ' || k.holds, '') AS why
FROM read_rules e
LEFT JOIN known_logs k ON k.bucket = e.bucket
LEFT JOIN undoings u ON u.file_id = e.file_id AND u.record_index = e.record_index
WHERE e.days <= CAST($max_days AS BIGINT) OR e.on_date IS NOT NULL OR e.old_version_days <= CAST($max_days AS BIGINT)
  OR (e.is_attempt AND e.rule_text = '')
ORDER BY e.event_time NULLS LAST, e.same_second_rank, e.event_id, e.file_id, e.record_index;
