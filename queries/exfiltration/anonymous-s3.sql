-- ---
-- id: anonymous-s3
-- title: Buckets used without signing in
-- question: Did anybody read or write objects without credentials?
-- phase: exfiltration
-- kind: finding
-- severity: medium
-- attack: [T1530]
-- requires: [data:s3($bucket)]
-- counts: records
-- params:
--   bucket: {type: string, default: null, suggest: target, help: "Only this bucket, by its name or ARN"}
-- columns: {actor: callers, ip: source_ips, target: bucket, ref: first_event_id, severity: severity, why: why}
-- next:
--   - {query: resource-shared-externally}
--   - {query: resource-pivot, with: {resource: bucket}}
--   - {query: s3-bulk-download, with: {bucket: bucket}}
-- false_positives:
--   - Public web sites and downloads are read without credentials all day
--   - The internet tries the names of buckets; refusals are everyday noise
-- cannot_show: who it was, reads through a content network (they come with its credentials), and buckets whose data events were not recorded
-- references:
--   - "https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html"
--   - "https://attack.mitre.org/techniques/T1530/"
-- tests:
--   - {fixture: demo, rows: "0"}
-- ---
WITH calls AS (
  SELECT
    coalesce(ct_extract(target, '^(arn:[^/]+/[^/]+|[^/]+)/', 1), target) AS bucket, target, event_base_name, outcome, actor, source_ip_address, user_agent,
    event_time, same_second_rank, event_id, action_id,
    CASE
      WHEN event_base_name IN ('PutObject', 'DeleteObject', 'DeleteObjects', 'CompleteMultipartUpload', 'CopyObject', 'PutObjectAcl', 'PutBucketAcl', 'PutBucketPolicy', 'PostObject') THEN 'write'
      WHEN event_base_name IN ('ListObjects', 'ListObjectsV2', 'ListObjectVersions', 'ListBucket', 'GetBucketAcl', 'GetBucketPolicy') THEN 'list'
      WHEN event_base_name IN ('GetObject', 'SelectObjectContent', 'GetObjectAcl', 'GetObjectTorrent') THEN 'read'
      ELSE 'other'
    END AS access,
    CASE WHEN outcome = 'no-error' THEN ct_number(ct_extract(CAST(additional_event_data AS VARCHAR), '"bytesTransferredOut":"?([0-9.eE+]+)', 1)) END AS bytes
  FROM events
  WHERE service = 's3'
    AND (user_identity_account_id IN ('ANONYMOUS_PRINCIPAL', 'anonymous') OR user_identity_principal_id IN ('Anonymous', 'ANONYMOUS_PRINCIPAL')
      OR (user_identity_type IN ('AWSAccount', 'Unknown') AND coalesce(user_identity_principal_id, '') = '' AND coalesce(user_identity_account_id, '') IN ('', 'anonymous')
        AND coalesce(user_identity_invoked_by, '') = ''))
    AND coalesce(user_identity_access_key_id, '') = ''
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
    AND ct_is_in_bucket(target, CAST($bucket AS VARCHAR))
),
grouped AS (
  SELECT
    bucket, access,
    count(*) AS n_records,
  count(DISTINCT action_id) + count(*) FILTER (WHERE action_id IS NULL) AS n_actions,
  count(*) FILTER (WHERE outcome IN ('failure', 'denied', 'partial')) AS n_failed,
  count(*) FILTER (WHERE outcome = 'denied') AS n_denied,
    count(*) FILTER (WHERE outcome = 'no-error') AS n_answered,
    count(DISTINCT target) FILTER (WHERE outcome = 'no-error') AS n_objects,
    sum(bytes) AS bytes,
    count(DISTINCT source_ip_address) AS n_source_ips,
    ct_set(source_ip_address) AS source_ips, ct_set(event_base_name) AS calls, ct_set(user_agent) AS user_agents, ct_set(actor) AS callers,
    min(event_time) AS first_seen,
  max(event_time) AS last_seen,
  ct_first_event(event_id, event_time, same_second_rank) AS first_event_id,
  ct_last_event(event_id, event_time, same_second_rank) AS last_event_id
  FROM calls
  GROUP BY bucket, access
)
SELECT
  bucket, access, n_answered, n_objects, CAST(bytes AS BIGINT) AS bytes_out,
  n_records, n_actions, n_failed, n_denied, n_source_ips,
  substr(source_ips, 1, 1000) AS source_ips,
  calls, callers,
  substr(user_agents, 1, 1000) AS user_agents,
  first_seen, last_seen, first_event_id, last_event_id,
  CASE
    WHEN n_answered = 0 THEN 'informational'
    WHEN access = 'write' THEN 'high'
    WHEN access = 'list' THEN 'medium'
    ELSE 'low'
  END AS severity,
  CASE
    WHEN n_answered = 0 THEN 'tried without credentials, and nothing was answered'
    WHEN access = 'write' THEN 'written or deleted without credentials'
    WHEN access = 'list' THEN 'contents listed without credentials: all that is in it can be found'
    WHEN access = 'read' THEN 'objects read without credentials'
    ELSE 'used without credentials'
  END
    || '; answered ' || CAST(n_answered AS VARCHAR) || ' of ' || CAST(n_records AS VARCHAR)
    || ', different objects ' || CAST(n_objects AS VARCHAR) AS why
FROM grouped
ORDER BY n_answered DESC, n_records DESC, bucket NULLS LAST, access;
