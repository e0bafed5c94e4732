-- ---
-- id: s3-bucket-recon
-- title: Buckets surveyed
-- question: Who looked over many buckets, or guessed at names?
-- phase: discovery
-- kind: anomaly
-- severity: low
-- attack: [T1619]
-- requires: [management:read]
-- context: scope
-- counts: records
-- params:
--   window: {type: duration, default: 10m, help: "Length of the window"}
--   min_buckets: {type: int, default: 5, help: "So many different buckets of one caller within it"}
-- columns: {time: first_seen, actor: actor, key: access_key, ip: source_ips, ref: first_event_id, severity: severity, why: why}
-- next:
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: s3-bulk-download}
-- false_positives:
--   - The S3 console and compliance tools ask for the settings of every bucket
-- cannot_show: listing of objects, which is a data event, and guesses at buckets of other accounts
-- references:
--   - "https://attack.mitre.org/techniques/T1619/"
-- tests:
--   - {fixture: demo, rows: "0"}
-- ---
WITH reads AS (
  SELECT
    e.actor, e.user_identity_access_key_id AS access_key, e.event_base_name, e.event_time, e.same_second_rank, e.event_id, e.outcome, e.source_ip_address,
    coalesce(ct_json(e.request_parameters, 'bucketName'), ct_extract(e.target, '^(?:arn:[^:]*:s3:::)?([^/]+)', 1)) AS bucket_name,
    ct_bucket(e.event_time, CAST($window AS BIGINT)) AS bucket, ct_client(e.user_agent, e.session_credential_from_console) AS client, ct_is_deployment_tool(e.user_agent) AS is_by_tool,
    -- An action recorded in two accounts counts once, in the row of the record that knows its caller best.
    k.file_id IS NULL AS is_counted
  FROM events e
  LEFT JOIN later_copies k ON k.file_id = e.file_id AND k.record_index = e.record_index
  WHERE e.service = 's3' AND coalesce(e.user_identity_invoked_by, '') = '' AND e.event_time IS NOT NULL
    AND (e.event_base_name IN ('ListBuckets', 'HeadBucket', 'GetAccountPublicAccessBlock') OR e.event_base_name LIKE 'GetBucket%')
    AND coalesce(e.event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
groups AS (
  SELECT
    actor, access_key, bucket,
    count(*) AS n_records, count(*) FILTER (WHERE is_counted) AS n_actions,
    count(DISTINCT bucket_name) AS n_buckets, count(DISTINCT event_base_name) AS n_apis,
    count(*) FILTER (WHERE outcome IN ('failure', 'denied', 'partial')) AS n_failed,
    count(*) FILTER (WHERE outcome = 'denied') AS n_denied,
    substr(ct_set(bucket_name), 1, 1000) AS buckets, substr(ct_set(source_ip_address), 1, 500) AS source_ips, ct_set(client) AS clients,
    bool_and(is_by_tool) AS is_by_tool, bool_and(client IN ('console', 'browser')) AS is_console,
    min(event_time) AS first_seen, max(event_time) AS last_seen, ct_first_event(event_id, event_time, same_second_rank) AS first_event_id,
    ct_last_event(event_id, event_time, same_second_rank) AS last_event_id
  FROM reads
  GROUP BY actor, access_key, bucket
)
SELECT
  actor, access_key, clients, source_ips, n_records, n_actions, n_buckets, buckets, n_apis, n_failed, n_denied, first_seen, last_seen, first_event_id, last_event_id,
  CASE WHEN is_by_tool OR is_console THEN 'informational' WHEN n_denied >= CAST($min_buckets AS BIGINT) THEN 'medium' ELSE 'low' END AS severity,
  CAST(n_buckets AS VARCHAR) || ' buckets looked over within the window'
    || CASE WHEN n_denied > 0 THEN ', refused: ' || CAST(n_denied AS VARCHAR) ELSE '' END
    || CASE WHEN is_console THEN '; in the console' ELSE '' END
    || CASE WHEN is_by_tool THEN '; client names itself a deployment tool' ELSE '' END AS why
FROM groups
WHERE n_buckets >= CAST($min_buckets AS BIGINT)
ORDER BY n_buckets DESC, first_seen, actor, access_key, bucket;
