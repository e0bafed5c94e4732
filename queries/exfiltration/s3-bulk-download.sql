-- ---
-- id: s3-bulk-download
-- title: Objects taken from buckets
-- question: How much left which bucket, to whom and where?
-- phase: exfiltration
-- kind: finding
-- severity: medium
-- attack: [T1530]
-- requires: [data:s3:read]
-- context: all
-- counts: records
-- params:
--   min_objects: {type: int, default: 20, help: "Leave out callers that read fewer different objects of a bucket from one address"}
-- columns: {actor: actor, ip: source_ip, target: bucket, ref: first_event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: ip-pivot, with: {ip: source_ip}}
--   - {query: s3-ransom}
--   - {query: sensitive-object-reads}
-- false_positives:
--   - Backups, web front ends, data pipelines and log readers read many objects every day; n_days and first_read_in_case tell
--   - A new application reads its bucket for the first time on the day it starts
-- cannot_show: reads of buckets whose data events were not recorded, reads through a content network or a presigned link's true user, and what the objects held
-- references:
--   - "https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html"
--   - "https://attack.mitre.org/techniques/T1530/"
-- ---
WITH beginning AS (
  SELECT min(event_time) AS first_seen FROM all_events
),
-- First who read much, then what is to be said of them: most callers read little, and there are many.
readers AS (
  SELECT
    actor, coalesce(principal_unique_id, actor) AS caller, coalesce(ct_extract(target, '^(arn:[^/]+/[^/]+|[^/]+)/', 1), '') AS bucket, coalesce(source_ip_address, '') AS source,
    count(DISTINCT target) FILTER (WHERE outcome = 'no-error') AS n_objects
  FROM events
  WHERE service = 's3' AND event_base_name IN ('GetObject', 'SelectObjectContent', 'RestoreObject')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
  GROUP BY actor, coalesce(principal_unique_id, actor), coalesce(ct_extract(target, '^(arn:[^/]+/[^/]+|[^/]+)/', 1), ''), coalesce(source_ip_address, '')
  HAVING count(*) >= CAST($min_objects AS BIGINT)
    AND (count(DISTINCT target) FILTER (WHERE outcome = 'no-error') >= CAST($min_objects AS BIGINT) OR count(*) FILTER (WHERE outcome = 'denied') >= CAST($min_objects AS BIGINT))
),
pairs AS (
  SELECT DISTINCT caller, bucket FROM readers
),
past AS (
  SELECT p.caller, p.bucket, min(e.event_time) AS first_read
  FROM all_events e
  JOIN pairs p ON p.caller = coalesce(e.principal_unique_id, e.actor) AND p.bucket = ct_extract(e.target, '^(arn:[^/]+/[^/]+|[^/]+)/', 1)
  WHERE e.service = 's3' AND e.event_base_name IN ('GetObject', 'SelectObjectContent', 'RestoreObject') AND e.outcome = 'no-error'
  GROUP BY p.caller, p.bucket
),
-- An action recorded in two accounts counts once; few are, so only these are put in order.
later_copies AS (
  SELECT file_id, record_index
  FROM (
    SELECT file_id, record_index, row_number() OVER (PARTITION BY action_id ORDER BY event_id, file_id, record_index) AS place
    FROM events
    WHERE service = 's3' AND event_base_name IN ('GetObject', 'SelectObjectContent', 'RestoreObject') AND event_copies > 1
  ) copies
  WHERE place > 1
),
reads AS (
  SELECT
    r.actor, r.caller, r.bucket, r.source, r.n_objects, e.outcome, e.event_time, e.same_second_rank, e.event_id,
    e.user_agent, e.user_identity_access_key_id, e.recipient_account_id,
    ct_is_service_alone(e.user_identity_type, e.user_identity_invoked_by, e.session_issuer_arn) AS is_by_service,
    k.file_id IS NULL AS is_counted,
    CASE WHEN e.outcome = 'no-error' AND k.file_id IS NULL
      THEN ct_number(ct_extract(CAST(e.additional_event_data AS VARCHAR), '"bytesTransferredOut":"?([0-9.eE+]+)', 1)) END AS bytes
  FROM events e
  JOIN readers r ON r.actor = e.actor AND r.caller = coalesce(e.principal_unique_id, e.actor) AND r.source = coalesce(e.source_ip_address, '')
    AND r.bucket = coalesce(ct_extract(e.target, '^(arn:[^/]+/[^/]+|[^/]+)/', 1), '')
  LEFT JOIN later_copies k ON k.file_id = e.file_id AND k.record_index = e.record_index
  WHERE e.service = 's3' AND e.event_base_name IN ('GetObject', 'SelectObjectContent', 'RestoreObject')
    AND coalesce(e.event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
grouped AS (
  SELECT
    actor, caller, bucket, source,
    max(n_objects) AS n_objects,
    sum(bytes) AS bytes,
    count(DISTINCT date_trunc('day', event_time)) AS n_days,
    count(*) AS n_records,
    count(*) FILTER (WHERE is_counted) AS n_actions,
    count(*) FILTER (WHERE outcome IN ('failure', 'denied', 'partial')) AS n_failed,
    count(*) FILTER (WHERE outcome = 'denied') AS n_denied,
    bool_and(is_by_service) AS is_by_service,
    ct_set(nullif(user_identity_access_key_id, '')) AS access_keys,
    ct_set(ct_agent_family(user_agent)) AS clients,
    ct_set(recipient_account_id) AS accounts,
    min(event_time) AS first_seen,
  max(event_time) AS last_seen,
  ct_first_event(event_id, event_time, same_second_rank) AS first_event_id,
  ct_last_event(event_id, event_time, same_second_rank) AS last_event_id
  FROM reads
  GROUP BY actor, caller, bucket, source
)
SELECT
  g.actor, nullif(g.bucket, '') AS bucket, nullif(g.source, '') AS source_ip, g.n_objects, CAST(g.bytes AS BIGINT) AS bytes_out, g.n_days,
  g.n_records, g.n_actions, g.n_failed, g.n_denied, g.accounts,
  substr(g.access_keys, 1, 1000) AS access_keys, g.clients,
  p.first_read AS first_read_in_case,
  g.first_seen, g.last_seen, g.first_event_id, g.last_event_id,
  CASE
    WHEN g.is_by_service OR g.n_objects < 100 THEN 'informational'
    WHEN ct_seconds_between(p.first_read, g.last_seen) < 86400 AND ct_seconds_between(b.first_seen, p.first_read) >= 86400 THEN 'medium'
    ELSE 'low'
  END AS severity,
  'different objects read: ' || CAST(g.n_objects AS VARCHAR)
    || coalesce(', bytes: ' || CAST(CAST(g.bytes AS BIGINT) AS VARCHAR), '')
    || CASE WHEN g.n_denied > 0 THEN ', refused: ' || CAST(g.n_denied AS VARCHAR) ELSE '' END
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
ORDER BY g.n_objects DESC, g.actor, g.bucket, g.source, g.caller;
