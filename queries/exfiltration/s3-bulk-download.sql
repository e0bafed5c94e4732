-- ---
-- id: s3-bulk-download
-- title: Objects taken from buckets
-- question: How much left which bucket, to whom and where?
-- phase: exfiltration
-- kind: finding
-- severity: medium
-- attack: [T1530]
-- requires: [data:s3:read($bucket)]
-- context: all
-- counts: records
-- params:
--   bucket: {type: string, default: null, suggest: target, help: "Only this bucket, by its name or ARN"}
--   min_objects: {type: int, default: 20, help: "Leave out callers that read fewer different objects of a bucket"}
-- columns: {actor: actor, ip: source_ip, target: bucket, ref: first_event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: ip-pivot, with: {ip: source_ip}}
--   - {query: s3-ransom, with: {bucket: bucket}}
--   - {query: sensitive-object-reads, with: {bucket: bucket}}
-- false_positives:
--   - Backups, web front ends, data pipelines and log readers read many objects every day; n_days and first_read_in_case tell
--   - A new application reads its bucket for the first time on the day it starts
-- cannot_show: reads of buckets whose data events were not recorded, reads through a content network or a presigned link's true user, and what the objects held
-- references:
--   - "https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html"
--   - "https://attack.mitre.org/techniques/T1530/"
-- tests:
--   - {fixture: demo, rows: "3"}
-- ---
WITH beginning AS (
  SELECT min(event_time) AS first_seen FROM all_events
),
-- First who read much, then what is to be said of them: most callers read little, and there are many. Whoever changes
-- addresses or session names all the while is one caller still.
readers AS (
  SELECT
    coalesce(e.principal_unique_id, e.actor) AS caller, coalesce(ct_extract(e.target, '^(arn:[^/]+/[^/]+|[^/]+)/', 1), '') AS bucket,
    count(DISTINCT e.target) FILTER (WHERE e.outcome = 'no-error') AS n_objects
  FROM events e
  LEFT JOIN later_copies k ON k.file_id = e.file_id AND k.record_index = e.record_index
  WHERE e.service = 's3' AND e.event_base_name IN ('GetObject', 'SelectObjectContent', 'RestoreObject')
    AND coalesce(e.event_category, '') NOT IN ('Insight', 'NetworkActivity')
    AND ct_is_in_bucket(e.target, CAST($bucket AS VARCHAR))
  GROUP BY coalesce(e.principal_unique_id, e.actor), coalesce(ct_extract(e.target, '^(arn:[^/]+/[^/]+|[^/]+)/', 1), '')
  HAVING count(*) >= CAST($min_objects AS BIGINT)
    AND (count(DISTINCT e.target) FILTER (WHERE e.outcome = 'no-error') >= CAST($min_objects AS BIGINT)
      OR count(*) FILTER (WHERE e.outcome = 'denied' AND k.file_id IS NULL) >= CAST($min_objects AS BIGINT))
),
past AS (
  SELECT r.caller, r.bucket, min(e.event_time) AS first_read
  FROM all_events e
  JOIN readers r ON r.caller = coalesce(e.principal_unique_id, e.actor) AND r.bucket = ct_extract(e.target, '^(arn:[^/]+/[^/]+|[^/]+)/', 1)
  WHERE e.service = 's3' AND e.event_base_name IN ('GetObject', 'SelectObjectContent', 'RestoreObject') AND e.outcome = 'no-error'
  GROUP BY r.caller, r.bucket
),
reads AS (
  SELECT
    r.caller, r.bucket, r.n_objects AS n_objects_by_caller, coalesce(e.source_ip_address, '') AS source, e.target, e.actor, e.principal_arn, e.outcome,
    e.event_time, e.same_second_rank, e.event_id, e.user_agent, e.user_identity_access_key_id, e.recipient_account_id,
    ct_is_service_alone(e.user_identity_type, e.user_identity_invoked_by, e.session_issuer_arn) AS is_by_service,
    -- An action recorded in two accounts counts once.
    k.file_id IS NULL AS is_counted,
    CASE WHEN e.outcome = 'no-error' AND k.file_id IS NULL
      THEN ct_number(ct_extract(CAST(e.additional_event_data AS VARCHAR), '"bytesTransferredOut":"?([0-9.eE+]+)', 1)) END AS bytes
  FROM events e
  JOIN readers r ON r.caller = coalesce(e.principal_unique_id, e.actor) AND r.bucket = coalesce(ct_extract(e.target, '^(arn:[^/]+/[^/]+|[^/]+)/', 1), '')
  LEFT JOIN later_copies k ON k.file_id = e.file_id AND k.record_index = e.record_index
  WHERE e.service = 's3' AND e.event_base_name IN ('GetObject', 'SelectObjectContent', 'RestoreObject')
    AND coalesce(e.event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
-- An address that much was read from has a row of its own; the others of a caller share one.
busy_addresses AS (
  SELECT caller, bucket, source
  FROM reads
  GROUP BY caller, bucket, source
  HAVING count(DISTINCT target) FILTER (WHERE outcome = 'no-error') >= CAST($min_objects AS BIGINT)
    OR count(*) FILTER (WHERE outcome = 'denied' AND is_counted) >= CAST($min_objects AS BIGINT)
),
-- Far fewer clients than reads.
clients AS (
  SELECT user_agent, ct_agent_family(user_agent) AS client
  FROM (SELECT DISTINCT user_agent FROM reads WHERE user_agent <> '') agents
),
grouped AS (
  SELECT
    r.caller, r.bucket, b.source AS busy_source,
    CASE WHEN count(DISTINCT r.actor) = 1 THEN min(r.actor) ELSE coalesce(max(r.principal_arn), min(r.actor)) END AS actor,
    CASE WHEN count(DISTINCT r.source) = 1 THEN nullif(min(r.source), '') END AS source_ip,
    count(DISTINCT nullif(r.source, '')) AS n_source_ips,
    ct_set(nullif(r.source, '')) AS source_ips,
    count(DISTINCT r.target) FILTER (WHERE r.outcome = 'no-error') AS n_objects,
    max(r.n_objects_by_caller) AS n_objects_by_caller,
    sum(r.bytes) AS bytes,
    count(DISTINCT date_trunc('day', r.event_time)) AS n_days,
    count(*) AS n_records,
    count(*) FILTER (WHERE r.is_counted) AS n_actions,
    count(*) FILTER (WHERE r.outcome IN ('failure', 'denied', 'partial')) AS n_failed,
    count(*) FILTER (WHERE r.outcome = 'denied') AS n_denied,
    count(*) FILTER (WHERE r.outcome = 'denied' AND r.is_counted) AS n_refusals,
    bool_and(r.is_by_service) AS is_by_service,
    ct_set(nullif(r.user_identity_access_key_id, '')) AS access_keys,
    ct_set(c.client) AS clients,
    ct_set(r.recipient_account_id) AS accounts,
    min(r.event_time) AS first_seen,
    max(r.event_time) AS last_seen,
    ct_first_event(r.event_id, r.event_time, r.same_second_rank) AS first_event_id,
    ct_last_event(r.event_id, r.event_time, r.same_second_rank) AS last_event_id
  FROM reads r
  LEFT JOIN busy_addresses b ON b.caller = r.caller AND b.bucket = r.bucket AND b.source = r.source
  LEFT JOIN clients c ON c.user_agent = r.user_agent
  GROUP BY r.caller, r.bucket, b.source
)
SELECT
  g.actor, nullif(g.bucket, '') AS bucket, g.source_ip, g.n_objects, CAST(g.bytes AS BIGINT) AS bytes_out, g.n_days,
  g.n_source_ips, substr(g.source_ips, 1, 1000) AS source_ips, g.n_objects_by_caller,
  g.n_records, g.n_actions, g.n_failed, g.n_denied, g.accounts,
  substr(g.access_keys, 1, 1000) AS access_keys, g.clients,
  p.first_read AS first_read_in_case,
  g.first_seen, g.last_seen, g.first_event_id, g.last_event_id,
  CASE
    WHEN g.is_by_service OR g.n_objects_by_caller < 100 THEN 'informational'
    WHEN ct_seconds_between(p.first_read, g.last_seen) < 86400 AND ct_seconds_between(b.first_seen, p.first_read) >= 86400 THEN 'medium'
    ELSE 'low'
  END AS severity,
  'different objects read: ' || CAST(g.n_objects AS VARCHAR)
    || CASE WHEN g.n_source_ips > 1 THEN ', from addresses that change: ' || CAST(g.n_source_ips AS VARCHAR) ELSE '' END
    || CASE WHEN g.n_objects_by_caller > g.n_objects THEN ', from all addresses of this caller: ' || CAST(g.n_objects_by_caller AS VARCHAR) ELSE '' END
    || coalesce(', bytes: ' || CAST(CAST(g.bytes AS BIGINT) AS VARCHAR), '')
    || CASE WHEN g.n_refusals > 0 THEN ', refused: ' || CAST(g.n_refusals AS VARCHAR) ELSE '' END
    || CASE
      WHEN p.first_read IS NULL THEN ''
      WHEN ct_seconds_between(b.first_seen, p.first_read) < 86400 THEN '; the case does not reach back far enough to say whether that is new'
      WHEN ct_seconds_between(p.first_read, g.last_seen) < 86400 THEN '; this caller had read nothing of the bucket before'
      ELSE '; this caller had read from the bucket before'
    END
    || CASE WHEN g.is_by_service THEN '; by a service of itself' ELSE '' END AS why
FROM grouped g
CROSS JOIN beginning b
LEFT JOIN past p ON p.caller = g.caller AND p.bucket = g.bucket
WHERE g.busy_source IS NOT NULL OR g.n_objects >= CAST($min_objects AS BIGINT) OR g.n_refusals >= CAST($min_objects AS BIGINT)
ORDER BY g.n_objects DESC, g.actor, g.bucket, g.busy_source NULLS LAST, g.caller;
