-- ---
-- id: s3-ransom
-- title: Buckets encrypted, emptied or held to ransom
-- question: Was a bucket encrypted with somebody else's key, emptied, or left with a ransom note?
-- phase: impact
-- kind: finding
-- severity: high
-- attack: [T1485, T1486, T1490]
-- requires: [data:s3:write($bucket), management:write($bucket)]
-- context: all
-- counts: records
-- params:
--   bucket: {type: string, default: null, suggest: target, help: "Only this bucket, by its name or ARN"}
--   min: {type: int, default: 20, help: "So many objects deleted or encrypted within the window are a burst"}
--   window: {type: duration, default: 10m, help: "How far apart calls of a burst are at most"}
-- columns: {actor: actors, ip: source_ips, target: bucket, ref: first_event_id, severity: severity, why: why}
-- next:
--   - {query: s3-bulk-download, with: {bucket: bucket}}
--   - {query: resource-pivot, with: {resource: bucket}}
--   - {query: recovery-inhibited}
-- false_positives:
--   - Programs delete their old objects in bulk, and Terraform empties a bucket before it deletes it
--   - Some companies encrypt with keys that they send along (SSE-C), or with a key of another account of theirs
--   - A file may be named for recovery without being a note
-- cannot_show: which objects a batch delete named (DeleteObjects does not record its list), what lifecycle rules delete of themselves, whether versions are left, and buckets whose data events were not recorded
-- references:
--   - "https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html"
--   - "https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html"
--   - "https://attack.mitre.org/techniques/T1486/"
-- tests:
--   - {fixture: demo, rows: "1"}
-- ---
WITH own_accounts AS (
  SELECT coalesce(ct_set(account_id), '') AS own FROM known_accounts
),
calls AS (
  SELECT
    file_id, record_index, event_id, event_time, event_base_name AS call, outcome, target, user_agent, action_id, event_copies, recipient_account_id,
    coalesce(principal_unique_id, actor) AS caller,
    coalesce(ct_extract(target, '^(arn:[^/]+/[^/]+|[^/]+)/', 1), target) AS bucket,
    CASE WHEN event_base_name IN ('CopyObject', 'PutObject', 'UploadPart', 'CreateMultipartUpload', 'PutBucketVersioning', 'PutBucketEncryption', 'PutBucketLifecycle')
      THEN lower(CAST(request_parameters AS VARCHAR)) END AS request,
    event_base_name = 'GetObject' AND coalesce(contains(CAST(request_parameters AS VARCHAR), 'server-side-encryption-customer-algorithm'), false) AS is_keyed_read
  FROM all_events
  WHERE service = 's3'
    AND event_base_name IN ('GetObject', 'ListObjectVersions', 'ListBucketVersions', 'DeleteObject', 'DeleteObjectVersion', 'DeleteObjects', 'CopyObject', 'PutObject', 'CreateMultipartUpload', 'UpdateObjectEncryption',
      'PutBucketVersioning', 'PutBucketEncryption')
    AND outcome IN ('no-error', 'partial')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
    AND ct_is_in_bucket(target, CAST($bucket AS VARCHAR))
    AND NOT ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn)
),
kinds AS (
  SELECT
    file_id, record_index, event_id, event_time, ct_epoch(event_time) AS second, caller, bucket, target, user_agent, action_id, event_copies, is_keyed_read,
    CASE
      WHEN call = 'GetObject' THEN 'download'
      WHEN call IN ('ListObjectVersions', 'ListBucketVersions') THEN 'listing'
      WHEN call IN ('DeleteObject', 'DeleteObjectVersion') THEN 'deletion'
      WHEN call = 'DeleteObjects' THEN 'batch'
      -- A note is a text for people: programs, archives and tables are named for decryption and recovery too.
      WHEN call IN ('PutObject', 'CreateMultipartUpload')
        AND NOT ct_matches(lower(ct_extract(target, '([^/]*)$', 1)), '[.](mjs|jsx?|tsx?|css|map|zip|gz|tgz|tar|bz2|7z|jar|war|whl|py|rb|go|rs|java|class|sh|ps1|exe|dll|so|bin|parquet|avro|orc|csv|tsv|jsonl?|ya?ml|xml|log|sql|bak|dump|svg|gif|webp|ico|mp4|png|jpe?g|tf|sha256|sig)$')
        AND ct_matches(lower(ct_extract(target, '([^/]*)$', 1)),
        'ransom([^w]|$)|ransomware[-_ ]?(note|warning|demand|read)|(files?|data|bucket)[-_ ]?deleted|how[-_ ]?to[-_ ]?(recover|restore|get|decrypt)([-_ ]?(back|your|my|the|files?|data|bucket|s3|encrypted)){0,5}[^a-z]*([.][a-z]+)?$|recover[-_ ]?(your|my|files|data)|restore[-_ ]?(your|my)[-_ ]?(files|data)|your[-_ ]?(files|data)[-_ ]|read[-_ ]?me[-_ ]?(now|to[-_ ]|for)|!+read|warning.*(files|data)|decrypt[-_ ]?(me|my|your|files?|data|instruct|info|read|note|now|all|guide)|(instruct|readme|files?|data|your|how)[a-z]*[-_ ](.*[-_ ])?decrypt|^[^a-z]*decrypt(ion)?([.][a-z]+)?$')
        THEN 'note'
      WHEN call = 'UpdateObjectEncryption' THEN 'own-key'
      -- Onto itself, or at least within the bucket: what is copied from elsewhere is still there.
      WHEN call IN ('CopyObject', 'PutObject', 'CreateMultipartUpload') AND contains(request, '"x-amz-server-side-encryption-customer-algorithm"')
        THEN CASE WHEN call <> 'CopyObject' THEN 'customer-key-upload'
          WHEN coalesce(ct_extract(request, '"x-amz-copy-source":\[?"/?([^/%"?]+)', 1) = ct_extract(request, '"bucketname":"([^"]+)"', 1), true) THEN 'customer-key' ELSE 'customer-key-copy' END
      WHEN call IN ('PutObject', 'CreateMultipartUpload') AND contains(request, '"x-amz-server-side-encryption-aws-kms-key-id"') THEN
        CASE WHEN ct_not_among(ct_extract(request, '"x-amz-server-side-encryption-aws-kms-key-id":\[?"arn:[^:]*:kms:[^:]*:([^:]+):', 1),
          own || coalesce(', ' || recipient_account_id, '')) IS NOT NULL THEN 'foreign-key-upload' END
      WHEN call = 'CopyObject' AND ct_not_among(ct_extract(request, '"x-amz-server-side-encryption-aws-kms-key-id":\[?"arn:[^:]*:kms:[^:]*:([^:]+):', 1),
        own || coalesce(', ' || recipient_account_id, '')) IS NOT NULL
        THEN CASE WHEN coalesce(ct_extract(request, '"x-amz-copy-source":\[?"/?([^/%"?]+)', 1) = ct_extract(request, '"bucketname":"([^"]+)"', 1), true) THEN 'foreign-key' ELSE 'foreign-key-copy' END
      WHEN call = 'PutBucketEncryption' AND ct_not_among(ct_extract(request, '"kmsmasterkeyid":"arn:[^:]*:kms:[^:]*:([^:]+):', 1),
        own || coalesce(', ' || recipient_account_id, '')) IS NOT NULL THEN 'foreign-default-key'
      WHEN call = 'PutBucketVersioning' AND ct_matches(request, '"(status)":"suspended"|"mfadelete":"disabled"') THEN 'versioning-off'
    END AS kind
  FROM calls
  CROSS JOIN own_accounts
),
-- Read by somebody, then written over by the same with a key that is not the owner's: encryption in two steps.
uploads AS (
  SELECT caller, target, max(second) AS last_written
  FROM kinds
  WHERE kind IN ('customer-key-upload', 'foreign-key-upload')
  GROUP BY caller, target
),
rewritten AS (
  SELECT u.caller, u.target, min(d.second) AS first_read
  FROM uploads u
  JOIN kinds d ON d.caller = u.caller AND d.target = u.target AND d.kind = 'download' AND NOT d.is_keyed_read AND d.second <= u.last_written
  GROUP BY u.caller, u.target
),
marked AS (
  SELECT
    k.file_id, k.record_index, k.event_id, k.event_time, k.second, k.caller, k.bucket, k.target, k.user_agent, k.action_id, k.event_copies,
    CASE WHEN k.kind = 'customer-key-upload' AND w.first_read <= k.second THEN 'customer-key'
      WHEN k.kind = 'foreign-key-upload' AND w.first_read <= k.second THEN 'foreign-key'
      ELSE k.kind END AS kind
  FROM kinds k
  LEFT JOIN rewritten w ON w.caller = k.caller AND w.target = k.target AND k.kind IN ('customer-key-upload', 'foreign-key-upload')
  WHERE k.kind IS NOT NULL AND k.bucket IS NOT NULL AND (k.kind <> 'foreign-key-upload' OR w.first_read <= k.second)
),
-- An action recorded in two accounts counts once; few are, so only these are put in order.
later_copies AS (
  SELECT file_id, record_index
  FROM (
    SELECT file_id, record_index, row_number() OVER (PARTITION BY action_id ORDER BY event_id, file_id, record_index) AS place
    FROM marked
    WHERE event_copies > 1
  ) copies
  WHERE place > 1
),
counted AS (
  SELECT
    m.file_id, m.record_index, m.event_time, m.second, m.caller, m.bucket, m.target, m.user_agent, m.kind,
    k.file_id IS NULL AS is_counted
  FROM marked m
  LEFT JOIN later_copies k ON k.file_id = m.file_id AND k.record_index = m.record_index
),
-- Reads are only counted; they fill no burst.
bursts AS (
  SELECT
    file_id, record_index, event_time, caller, bucket, target, user_agent, kind, is_counted,
    -- A batch names up to a thousand objects.
    sum(CASE WHEN NOT is_counted THEN 0 WHEN kind = 'batch' THEN CAST($min AS BIGINT) WHEN kind = 'deletion' THEN 1 ELSE 0 END) OVER near AS n_deleted_near,
    sum(CASE WHEN is_counted AND kind IN ('customer-key', 'foreign-key', 'own-key') THEN 1 ELSE 0 END) OVER near AS n_encrypted_near,
    sum(CASE WHEN is_counted AND kind = 'customer-key-upload' THEN 1 ELSE 0 END) OVER near AS n_uploaded_near
  FROM counted
  WHERE kind NOT IN ('download', 'listing')
  WINDOW near AS (PARTITION BY bucket, caller ORDER BY second RANGE BETWEEN CAST($window AS BIGINT) PRECEDING AND CURRENT ROW)
),
buckets AS (
  SELECT
    bucket,
    count(DISTINCT target) FILTER (WHERE kind = 'download') AS n_downloaded,
    count(*) FILTER (WHERE kind = 'listing' AND is_counted) AS n_version_listings,
    count(*) FILTER (WHERE kind = 'deletion' AND is_counted) AS n_deletions,
    count(*) FILTER (WHERE kind = 'batch' AND is_counted) AS n_batch_deletions,
    count(*) FILTER (WHERE kind IN ('customer-key', 'customer-key-copy') AND is_counted) AS n_customer_key,
    count(*) FILTER (WHERE kind IN ('foreign-key', 'foreign-key-copy') AND is_counted) AS n_foreign_key,
    count(*) FILTER (WHERE kind = 'note' AND is_counted) AS n_notes,
    count(*) FILTER (WHERE kind = 'versioning-off' AND is_counted) AS n_versioning_off,
    count(*) FILTER (WHERE kind = 'foreign-default-key' AND is_counted) AS n_foreign_default,
    max(n_deleted_near) AS most_deleted, max(n_encrypted_near) AS most_encrypted, max(n_uploaded_near) AS most_uploaded,
    min(CASE WHEN kind = 'download' THEN event_time END) AS first_download,
    min(CASE WHEN kind IN ('deletion', 'batch', 'customer-key', 'foreign-key', 'own-key') THEN event_time END) AS first_destruction,
    max(CASE WHEN kind IN ('deletion', 'batch', 'customer-key', 'foreign-key', 'own-key') THEN event_time END) AS last_destruction,
    min(CASE WHEN kind = 'note' THEN event_time END) AS first_note,
    bool_and(CASE WHEN kind NOT IN ('download', 'listing') THEN ct_is_deployment_tool(user_agent) END) AS is_by_deployment_tool,
    max(CASE WHEN kind = 'note' THEN target END) AS note
  FROM (
    SELECT bucket, event_time, target, user_agent, kind, is_counted, n_deleted_near, n_encrypted_near, n_uploaded_near FROM bursts
    UNION ALL
    SELECT bucket, event_time, target, user_agent, kind, is_counted, 0, 0, 0 FROM counted WHERE kind IN ('download', 'listing')
  ) all_marked
  GROUP BY bucket
),
judged AS (
  SELECT
    bucket, n_downloaded, n_version_listings, n_deletions, n_batch_deletions, n_customer_key, n_foreign_key, n_notes, n_versioning_off, note,
    coalesce(is_by_deployment_tool, false) AS is_by_deployment_tool, most_deleted, most_encrypted, most_uploaded, n_foreign_default,
    most_deleted >= CAST($min AS BIGINT) AS is_emptied,
    most_encrypted >= CAST($min AS BIGINT) AS is_encrypted,
    coalesce(first_download < last_destruction, false) AS is_taken_before,
    -- Notes follow the deed, or stand beside it.
    n_notes > 0 AND coalesce(abs(ct_seconds_between(last_destruction, first_note)) < 86400 OR first_note BETWEEN first_destruction AND last_destruction, false) AS has_note
  FROM buckets
),
chosen AS (
  SELECT bucket FROM judged
  WHERE is_emptied OR is_encrypted OR n_customer_key + n_foreign_key + n_foreign_default + n_notes > 0 OR most_uploaded >= CAST($min AS BIGINT)
),
reported AS (
  SELECT
    m.bucket,
    count(*) AS n_records,
  count(DISTINCT action_id) + count(*) FILTER (WHERE action_id IS NULL) AS n_actions,
  count(*) FILTER (WHERE outcome IN ('failure', 'denied', 'partial')) AS n_failed,
  count(*) FILTER (WHERE outcome = 'denied') AS n_denied,
    ct_set(actor) AS actors, ct_set(source_ip_address) AS source_ips, ct_set(nullif(user_identity_access_key_id, '')) AS access_keys,
    min(event_time) AS first_seen,
  max(event_time) AS last_seen,
  ct_first_event(event_id, event_time, same_second_rank) AS first_event_id,
  ct_last_event(event_id, event_time, same_second_rank) AS last_event_id
  FROM (
    SELECT
      k.bucket, e.event_id, e.event_time, e.same_second_rank, e.action_id, e.outcome, e.actor, e.source_ip_address, e.user_identity_access_key_id
    FROM events e
    JOIN marked k ON k.file_id = e.file_id AND k.record_index = e.record_index
    JOIN chosen b ON b.bucket = k.bucket
    WHERE e.service = 's3'
  AND e.event_base_name IN ('GetObject', 'ListObjectVersions', 'ListBucketVersions', 'DeleteObject', 'DeleteObjectVersion', 'DeleteObjects', 'CopyObject', 'PutObject', 'CreateMultipartUpload', 'UpdateObjectEncryption',
    'PutBucketVersioning', 'PutBucketEncryption')
  ) m
  GROUP BY m.bucket
)
SELECT
  r.bucket,
  CASE WHEN j.is_encrypted OR j.n_customer_key + j.n_foreign_key > 0 THEN 'weakened' WHEN j.n_deletions + j.n_batch_deletions > 0 THEN 'removed' ELSE 'weakened' END AS effect,
  j.n_downloaded, j.n_version_listings, j.n_deletions, j.n_batch_deletions, j.n_customer_key, j.n_foreign_key, j.n_notes, j.n_versioning_off, j.note,
  substr(r.actors, 1, 1000) AS actors, substr(r.source_ips, 1, 1000) AS source_ips, substr(r.access_keys, 1, 1000) AS access_keys,
  r.n_records, r.n_actions, r.n_failed, r.n_denied, r.first_seen, r.last_seen, r.first_event_id, r.last_event_id,
  CASE
    WHEN j.has_note AND (j.is_emptied OR j.is_encrypted) THEN 'critical'
    WHEN j.is_encrypted AND NOT j.is_by_deployment_tool THEN 'high'
    WHEN j.has_note THEN 'high'
    WHEN j.n_foreign_key + j.n_foreign_default > 0 OR j.n_customer_key > 0 THEN 'medium'
    WHEN j.is_emptied AND j.n_versioning_off > 0 AND NOT j.is_by_deployment_tool THEN 'medium'
    WHEN j.is_emptied AND j.is_taken_before AND j.n_version_listings > 0 AND NOT j.is_by_deployment_tool THEN 'medium'
    WHEN j.n_notes > 0 THEN 'medium'
    ELSE 'low'
  END AS severity,
  'in the whole case:'
    || CASE WHEN j.n_downloaded > 0 THEN ' objects read ' || CAST(j.n_downloaded AS VARCHAR) || ',' ELSE '' END
    || CASE WHEN j.n_deletions > 0 THEN ' objects deleted one by one ' || CAST(j.n_deletions AS VARCHAR) || ',' ELSE '' END
    || CASE WHEN j.n_batch_deletions > 0 THEN ' batch deletions of up to 1,000 objects ' || CAST(j.n_batch_deletions AS VARCHAR) || ',' ELSE '' END
    || CASE WHEN j.n_customer_key > 0 THEN ' objects encrypted with a key that AWS does not keep ' || CAST(j.n_customer_key AS VARCHAR) || ',' ELSE '' END
    || CASE WHEN j.n_foreign_key > 0 THEN ' objects encrypted with a key of an account not known as yours ' || CAST(j.n_foreign_key AS VARCHAR) || ',' ELSE '' END
    || CASE WHEN j.n_foreign_default > 0 THEN ' new objects are encrypted with a key of an account not known as yours,' ELSE '' END
    || CASE WHEN j.n_versioning_off > 0 THEN ' versioning suspended,' ELSE '' END
    || CASE WHEN j.n_notes > 0 THEN ' objects named like a ransom note ' || CAST(j.n_notes AS VARCHAR) || ',' ELSE '' END
    || CASE WHEN j.is_taken_before THEN ' reads came before the destruction' ELSE ' no reads before it were recorded' END
    || CASE WHEN j.is_by_deployment_tool THEN '; client names itself a deployment tool' ELSE '' END AS why
FROM reported r
JOIN judged j ON j.bucket = r.bucket
ORDER BY r.first_seen NULLS LAST, r.bucket;
