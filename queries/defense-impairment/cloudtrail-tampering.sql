-- ---
-- id: cloudtrail-tampering
-- title: Tampering with CloudTrail
-- question: Was the audit trail itself attacked, by switching it off, narrowing or deleting it, or damaging its storage?
-- phase: defense-impairment
-- kind: finding
-- severity: high
-- attack: [T1685.002]
-- requires: [management:write, data:s3:write]
-- context: all
-- counts: records
-- params:
--   setup: {type: duration, default: 1h, help: "What the creator of a trail does to its bucket and key within so long of its creation is set-up and not reported; 0s reports it too"}
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: activity-histogram}
-- false_positives:
--   - Taking down a test environment deletes its trail; `removed` says that it went, not why
--   - A trail for data events alone has its management events off from the start
--   - Refused and failed attempts changed nothing
-- cannot_show: changes made while nothing recorded them, what a refused call asked for, how a trail was set before its first change in the case, which objects a batch delete named, and (see `setup`) what the maker of a trail did to its storage while making it
-- references:
--   - "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Operations.html"
--   - "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html"
--   - "https://attack.mitre.org/techniques/T1685/002/"
-- tests:
--   - {fixture: demo, rows: "5"}
-- ---
WITH trail_calls AS (
  SELECT
    file_id, record_index, event_time, outcome, event_base_name AS call, request_parameters, response_elements,
    coalesce(principal_unique_id, actor) AS caller, aws_region, recipient_account_id,
    coalesce(
      ct_json(response_elements, 'trailARN'), ct_json(request_parameters, 'name'), ct_json(request_parameters, 'trailName'),
      ct_json(request_parameters, 'eventDataStore'), ct_json(request_parameters, 'channel'),
      ct_json(request_parameters, 'delegatedAdminAccountId'), target, ''
    ) AS named,
    -- The answer has the settings whole; without one there is only what was asked for.
    coalesce(ct_json_doc(response_elements, 'eventSelectors'), ct_json_doc(request_parameters, 'eventSelectors')) AS basic,
    coalesce(ct_json_doc(response_elements, 'advancedEventSelectors'),
      ct_json_doc(request_parameters, 'advancedEventSelectors')) AS advanced,
    coalesce(ct_json(response_elements, 's3BucketName'), ct_json(request_parameters, 's3BucketName')) AS bucket,
    coalesce(ct_json(response_elements, 'kmsKeyId'), ct_json(request_parameters, 'kmsKeyId')) AS kms_key
  FROM all_events
  WHERE service = 'cloudtrail'
),
-- One name for a trail that is called by ARN here and by name there: region:account:trail/name.
calls AS (
  SELECT
    file_id, record_index, event_time, outcome, call, request_parameters, response_elements, caller, basic, advanced, bucket, kms_key,
    coalesce(
      ct_extract(named, '^arn:[^:]*:cloudtrail:(.+)$', 1),
      coalesce(aws_region, '') || ':' || coalesce(recipient_account_id, '') || ':trail/' || named
    ) AS thing
  FROM trail_calls
),
-- A trail has at most five basic selectors. What a selector leaves out has its default: true, and All.
selectors AS (
  SELECT file_id, record_index, ct_json_doc(basic, '[0]') AS selector FROM calls WHERE basic IS NOT NULL
  UNION ALL SELECT file_id, record_index, ct_json_doc(basic, '[1]') FROM calls WHERE basic IS NOT NULL
  UNION ALL SELECT file_id, record_index, ct_json_doc(basic, '[2]') FROM calls WHERE basic IS NOT NULL
  UNION ALL SELECT file_id, record_index, ct_json_doc(basic, '[3]') FROM calls WHERE basic IS NOT NULL
  UNION ALL SELECT file_id, record_index, ct_json_doc(basic, '[4]') FROM calls WHERE basic IS NOT NULL
),
logged AS (
  SELECT
    file_id, record_index,
    bool_or(is_management AND kind <> 'WriteOnly') AS reads,
    bool_or(is_management AND kind <> 'ReadOnly') AS writes,
    bool_or(is_management AND excluded LIKE '["%') AS excludes_sources
  FROM (
    SELECT
      file_id, record_index,
      coalesce(ct_json(selector, 'includeManagementEvents'), 'true') <> 'false' AS is_management,
      coalesce(ct_json(selector, 'readWriteType'), 'All') AS kind,
      coalesce(ct_json_doc(selector, 'excludeManagementEventSources'), '') AS excluded
    FROM selectors
    WHERE selector IS NOT NULL
  ) one_selector
  GROUP BY file_id, record_index
),
-- Fields of one advanced selector stand side by side, `},{`; between two selectors there is a `]`.
settings AS (
  SELECT
    c.file_id, c.record_index,
    coalesce(l.reads, false) OR (ct_matches(c.advanced, '"Management"')
      AND NOT ct_matches(c.advanced, '"Management"[^\]]*\](,"[^}]*)?\}(,\{[^{}]*\})*,\{[^{}]*"readOnly"[^{}]*"false"')
      AND NOT ct_matches(c.advanced, '\{[^{}]*"readOnly"[^{}]*"false"[^{}]*\}(,\{[^{}]*\})*,\{[^{}]*"Management"')) AS reads,
    coalesce(l.writes, false) OR (ct_matches(c.advanced, '"Management"')
      AND NOT ct_matches(c.advanced, '"Management"[^\]]*\](,"[^}]*)?\}(,\{[^{}]*\})*,\{[^{}]*"readOnly"[^{}]*"true"')
      AND NOT ct_matches(c.advanced, '\{[^{}]*"readOnly"[^{}]*"true"[^{}]*\}(,\{[^{}]*\})*,\{[^{}]*"Management"')) AS writes,
    coalesce(l.excludes_sources, false)
      OR ct_matches(c.advanced, '"eventSource"[^{}]*"not') OR ct_matches(c.advanced, '"not[A-Za-z]*"[^{}]*"eventSource"') AS excludes_sources
  FROM calls c
  LEFT JOIN logged l ON l.file_id = c.file_id AND l.record_index = c.record_index
  WHERE c.basic IS NOT NULL OR c.advanced IS NOT NULL
),
redirected AS (
  SELECT DISTINCT u.file_id, u.record_index
  FROM calls u
  JOIN calls b ON b.thing = u.thing AND b.bucket <> u.bucket AND b.event_time < u.event_time AND b.outcome = 'no-error'
  WHERE u.call = 'UpdateTrail' AND ct_json_has(u.request_parameters, 's3BucketName')
),
-- The console and CloudFormation send every setting along with the one that is changed: what was off before is not switched off.
said AS (
  SELECT file_id, record_index, thing, event_time, 'global' AS setting, outcome, ct_json(request_parameters, 'includeGlobalServiceEvents') AS asked,
    coalesce(ct_json(response_elements, 'includeGlobalServiceEvents'), ct_json(request_parameters, 'includeGlobalServiceEvents')) AS value
  FROM calls WHERE call IN ('CreateTrail', 'UpdateTrail')
  UNION ALL
  SELECT file_id, record_index, thing, event_time, 'regions', outcome, ct_json(request_parameters, 'isMultiRegionTrail'),
    coalesce(ct_json(response_elements, 'isMultiRegionTrail'), ct_json(request_parameters, 'isMultiRegionTrail'))
  FROM calls WHERE call IN ('CreateTrail', 'UpdateTrail')
  UNION ALL
  SELECT file_id, record_index, thing, event_time, 'validation', outcome, ct_json(request_parameters, 'enableLogFileValidation'),
    coalesce(ct_json(response_elements, 'logFileValidationEnabled'), ct_json(request_parameters, 'enableLogFileValidation'))
  FROM calls WHERE call IN ('CreateTrail', 'UpdateTrail')
  UNION ALL
  SELECT file_id, record_index, thing, event_time, 'organization', outcome, ct_json(request_parameters, 'isOrganizationTrail'),
    coalesce(ct_json(response_elements, 'isOrganizationTrail'), ct_json(request_parameters, 'isOrganizationTrail'))
  FROM calls WHERE call IN ('CreateTrail', 'UpdateTrail')
),
turned_off AS (
  SELECT file_id, record_index
  FROM (
    SELECT file_id, record_index, asked, lag(value) OVER (PARTITION BY thing, setting ORDER BY event_time, file_id, record_index) AS value_before
    FROM said
    WHERE value IS NOT NULL AND outcome = 'no-error'
  ) one_setting
  WHERE asked = 'false' AND coalesce(value_before, 'true') <> 'false'
  GROUP BY file_id, record_index
),
trail_changes AS (
  SELECT
    c.file_id, c.record_index, c.event_time, c.outcome, c.thing,
    CASE
      WHEN c.call IN ('StopLogging', 'StartLogging', 'StopEventDataStoreIngestion', 'StartEventDataStoreIngestion') THEN 'logging'
      WHEN c.call IN ('PutEventSelectors', 'PutInsightSelectors', 'UpdateTrail', 'UpdateEventDataStore') THEN c.call
      ELSE 'existence'
    END AS aspect,
    CASE
      WHEN c.call IN ('DeleteTrail', 'DeleteEventDataStore', 'DeleteChannel', 'DeregisterOrganizationDelegatedAdmin') THEN 'removal'
      WHEN c.call IN ('StopLogging', 'StopEventDataStoreIngestion') THEN 'weakening'
      WHEN c.call IN ('CreateTrail', 'StartLogging', 'StartEventDataStoreIngestion', 'RestoreEventDataStore',
        'RegisterOrganizationDelegatedAdmin') THEN 'strengthening'
      WHEN r.file_id IS NOT NULL THEN 'weakening'
      WHEN c.call IN ('UpdateTrail', 'UpdateEventDataStore') AND (
        o.file_id IS NOT NULL
        OR ct_json(c.request_parameters, 'cloudWatchLogsLogGroupArn') = ''
        OR ct_json(c.request_parameters, 'multiRegionEnabled') = 'false'
        OR ct_json(c.request_parameters, 'organizationEnabled') = 'false'
        OR ct_json(c.request_parameters, 'terminationProtectionEnabled') = 'false') THEN 'weakening'
      WHEN c.call = 'PutInsightSelectors' AND coalesce(ct_json_doc(c.request_parameters, 'insightSelectors'), '') = '[]' THEN 'weakening'
      WHEN c.call = 'PutInsightSelectors' AND c.request_parameters IS NOT NULL THEN 'strengthening'
      WHEN c.call = 'PutEventSelectors' AND s.file_id IS NOT NULL AND NOT (s.reads AND s.writes) THEN 'weakening'
      WHEN c.call = 'PutEventSelectors' AND s.excludes_sources THEN 'weakening'
      WHEN c.call = 'PutEventSelectors' AND s.file_id IS NOT NULL THEN 'strengthening'
      WHEN c.call IN ('UpdateTrail', 'UpdateEventDataStore') AND (
        ct_json(c.request_parameters, 'includeGlobalServiceEvents') = 'true'
        OR ct_json(c.request_parameters, 'isMultiRegionTrail') = 'true'
        OR ct_json(c.request_parameters, 'enableLogFileValidation') = 'true'
        OR ct_json(c.request_parameters, 'isOrganizationTrail') = 'true') THEN 'strengthening'
    END AS direction,
    -- Ordinary work unless something of the kind was weakened before.
    c.call NOT IN ('UpdateTrail', 'UpdateEventDataStore', 'PutEventSelectors') AS is_quiet,
    coalesce(s.excludes_sources AND s.reads AND s.writes, false) AS is_minor,
    CASE
      WHEN c.call = 'PutEventSelectors' AND s.file_id IS NULL THEN 'change of what the trail records'
      WHEN c.call = 'PutEventSelectors' AND NOT s.reads AND NOT s.writes THEN 'the trail records no management events'
      WHEN c.call = 'PutEventSelectors' AND NOT s.writes THEN 'the trail records reads alone, no changes'
      WHEN c.call = 'PutEventSelectors' AND NOT s.reads THEN 'the trail records changes alone, no reads'
      WHEN c.call = 'PutEventSelectors' AND s.excludes_sources THEN 'the trail leaves out management events of some services'
      WHEN c.call = 'PutEventSelectors' THEN 'the trail records all management events'
      WHEN r.file_id IS NOT NULL THEN 'the trail delivers to another bucket: ' || c.bucket
      WHEN c.call = 'UpdateTrail' THEN 'settings of the trail'
      WHEN c.call = 'UpdateEventDataStore' THEN 'settings of the event data store'
      WHEN c.call = 'PutInsightSelectors' THEN 'what Insights looks for'
      WHEN c.call = 'StopLogging' THEN 'logging stopped'
      WHEN c.call = 'StartLogging' THEN 'logging started'
      WHEN c.call = 'StopEventDataStoreIngestion' THEN 'event data store takes no more events'
      WHEN c.call = 'StartEventDataStoreIngestion' THEN 'event data store takes events again'
      WHEN c.call = 'DeleteTrail' THEN 'trail deleted; what it delivered before is not'
      WHEN c.call = 'CreateTrail' THEN 'trail created'
      WHEN c.call = 'DeleteEventDataStore' THEN 'event data store deleted; AWS keeps it for seven days'
      WHEN c.call = 'RestoreEventDataStore' THEN 'event data store taken back'
      WHEN c.call = 'DeleteChannel' THEN 'channel deleted'
      ELSE 'delegated administrator of CloudTrail'
    END AS what
  FROM calls c
  LEFT JOIN settings s ON s.file_id = c.file_id AND s.record_index = c.record_index
  LEFT JOIN redirected r ON r.file_id = c.file_id AND r.record_index = c.record_index
  LEFT JOIN turned_off o ON o.file_id = c.file_id AND o.record_index = c.record_index
  WHERE c.call IN ('CreateTrail', 'DeleteTrail', 'UpdateTrail', 'StopLogging', 'StartLogging', 'PutEventSelectors',
    'PutInsightSelectors', 'DeleteEventDataStore', 'UpdateEventDataStore', 'RestoreEventDataStore',
    'StopEventDataStoreIngestion', 'StartEventDataStoreIngestion', 'DeleteChannel',
    'DeregisterOrganizationDelegatedAdmin', 'RegisterOrganizationDelegatedAdmin')
),
-- Buckets and keys of trails: named by calls to CloudTrail, or visited by CloudTrail itself.
evidence AS (
  SELECT 'bucket ' || bucket AS thing, event_time, CASE WHEN call = 'CreateTrail' THEN caller END AS creator
  FROM calls WHERE outcome = 'no-error' AND bucket <> ''
  UNION ALL
  SELECT 'key ' || ct_extract(kms_key, '([^/:]+)$', 1), event_time, CASE WHEN call = 'CreateTrail' THEN caller END
  FROM calls WHERE outcome = 'no-error' AND kms_key <> ''
  UNION ALL
  SELECT 'bucket ' || ct_json(request_parameters, 'bucketName'), event_time, CAST(NULL AS VARCHAR)
  FROM all_events
  WHERE service = 's3' AND user_identity_invoked_by = 'cloudtrail.amazonaws.com' AND outcome = 'no-error'
    AND event_base_name IN ('GetBucketAcl', 'PutObject')
  UNION ALL
  SELECT 'key ' || ct_extract(coalesce(ct_json(request_parameters, 'keyId'), target), '([^/:]+)$', 1), event_time, CAST(NULL AS VARCHAR)
  FROM all_events
  WHERE service = 'kms' AND user_identity_invoked_by = 'cloudtrail.amazonaws.com' AND outcome = 'no-error'
    AND event_base_name = 'GenerateDataKey'
),
storage AS (
  SELECT thing, min(event_time) AS known_since FROM evidence WHERE thing IS NOT NULL GROUP BY thing
),
-- Who made the first trail on it. CloudTrail visits a bucket while the trail is being made, hence the seconds.
creators AS (
  SELECT e.thing, e.creator, min(e.event_time) AS created_at
  FROM evidence e
  JOIN storage s ON s.thing = e.thing AND e.event_time <= s.known_since + INTERVAL '10' SECOND
  WHERE e.creator IS NOT NULL
  GROUP BY e.thing, e.creator
),
storage_calls AS (
  SELECT
    file_id, record_index, event_time, outcome, event_base_name AS call, request_parameters,
    coalesce(principal_unique_id, actor) AS caller,
    coalesce(ct_json(request_parameters, 'key'), ct_extract(target, '^(?:arn:[^:]*:s3:::)?[^/]+/(.+)$', 1), '') AS object_key,
    CASE
      WHEN service = 'kms' THEN 'key ' || ct_extract(coalesce(ct_json(request_parameters, 'keyId'), target), '([^/:]+)$', 1)
      ELSE 'bucket ' || coalesce(ct_json(request_parameters, 'bucketName'), ct_extract(target, '^(?:arn:[^:]*:s3:::)?([^/]+)', 1))
    END AS thing,
    -- As text, so that neither a policy inside a string nor one written as JSON is missed.
    lower(coalesce(ct_json_doc(request_parameters, 'bucketPolicy'), ct_json_doc(request_parameters, 'policy'), '')) AS policy
  FROM all_events
  WHERE (service = 's3' AND event_base_name IN ('DeleteBucket', 'PutBucketPolicy', 'DeleteBucketPolicy', 'PutBucketLifecycle',
      'PutBucketLifecycleConfiguration', 'DeleteBucketLifecycle', 'PutBucketVersioning', 'PutBucketAcl',
      'PutBucketPublicAccessBlock', 'DeleteBucketPublicAccessBlock', 'PutBucketEncryption', 'DeleteBucketEncryption',
      'PutBucketObjectLockConfiguration', 'DeleteObjects'))
    OR (service = 's3' AND event_base_name = 'DeleteObject' AND target LIKE '%CloudTrail%')
    -- AWS's own deliveries of other logs into the same bucket are no tampering.
    OR (service = 's3' AND event_base_name IN ('PutObject', 'CopyObject', 'CompleteMultipartUpload') AND target LIKE '%CloudTrail%'
      AND coalesce(user_identity_type, '') <> 'AWSService' AND coalesce(user_identity_invoked_by, '') = '')
    OR (service = 'kms' AND event_base_name IN ('DisableKey', 'EnableKey', 'ScheduleKeyDeletion', 'CancelKeyDeletion',
      'DeleteImportedKeyMaterial', 'DeleteKey', 'PutKeyPolicy'))
),
storage_changes AS (
  SELECT
    c.file_id, c.record_index, c.event_time, c.outcome, c.thing,
    CASE
      WHEN c.call IN ('PutBucketPolicy', 'DeleteBucketPolicy', 'PutKeyPolicy') THEN 'policy'
      WHEN c.call LIKE '%Lifecycle%' THEN 'lifecycle'
      WHEN c.call LIKE '%PublicAccessBlock' THEN 'public access'
      WHEN c.call LIKE '%Encryption' THEN 'encryption'
      WHEN c.call IN ('DisableKey', 'EnableKey', 'ScheduleKeyDeletion', 'CancelKeyDeletion') THEN 'key state'
      ELSE c.call
    END AS aspect,
    CASE
      WHEN c.call IN ('DeleteBucket', 'DeleteObject', 'DeleteObjects', 'DeleteKey', 'DeleteImportedKeyMaterial') THEN 'removal'
      WHEN c.call IN ('PutObject', 'CopyObject', 'CompleteMultipartUpload') THEN 'planting'
      WHEN c.call IN ('DeleteBucketPolicy', 'DeleteBucketPublicAccessBlock', 'DisableKey', 'ScheduleKeyDeletion') THEN 'weakening'
      WHEN c.call IN ('DeleteBucketLifecycle', 'EnableKey', 'CancelKeyDeletion') THEN 'strengthening'
      WHEN c.call IN ('PutBucketPolicy', 'PutKeyPolicy') AND c.policy = '' THEN NULL
      WHEN c.call IN ('PutBucketPolicy', 'PutKeyPolicy') AND contains(c.policy, 'cloudtrail.amazonaws.com') THEN 'strengthening'
      WHEN c.call IN ('PutBucketPolicy', 'PutKeyPolicy') THEN 'weakening'
      WHEN c.call LIKE 'PutBucketLifecycle%'
        AND ct_matches(CAST(c.request_parameters AS VARCHAR), '"Expiration":\{[^{}]*"Days":"?[0-9]{1,2}[",}]') THEN 'weakening'
      WHEN c.call = 'PutBucketVersioning' AND ct_json(c.request_parameters, 'VersioningConfiguration.Status') = 'Suspended' THEN 'weakening'
      WHEN c.call = 'PutBucketVersioning' AND ct_json(c.request_parameters, 'VersioningConfiguration.Status') = 'Enabled' THEN 'strengthening'
      WHEN c.call = 'PutBucketPublicAccessBlock' AND contains(CAST(c.request_parameters AS VARCHAR), 'false') THEN 'weakening'
      WHEN c.call = 'PutBucketPublicAccessBlock' AND c.request_parameters IS NOT NULL THEN 'strengthening'
    END AS direction,
    c.call NOT IN ('PutBucketPolicy', 'PutKeyPolicy', 'PutBucketAcl', 'PutBucketEncryption', 'DeleteBucketEncryption',
      'PutBucketObjectLockConfiguration', 'PutBucketLifecycle', 'PutBucketLifecycleConfiguration') AS is_quiet,
    CASE
      WHEN c.call = 'DeleteBucket' THEN 'bucket of a trail deleted'
      WHEN c.call IN ('DeleteObject', 'DeleteObjects') THEN 'objects deleted from the bucket of a trail'
      WHEN c.call IN ('PutObject', 'CopyObject', 'CompleteMultipartUpload') THEN 'object put among log files by somebody else than CloudTrail'
      WHEN c.call = 'DeleteBucketPolicy' THEN 'bucket policy deleted: CloudTrail may no longer deliver'
      WHEN c.call = 'PutBucketPolicy' AND contains(c.policy, 'cloudtrail.amazonaws.com') THEN 'bucket policy of a trail replaced; it names CloudTrail'
      WHEN c.call = 'PutBucketPolicy' AND c.policy <> '' THEN 'bucket policy of a trail replaced by one that does not name CloudTrail'
      WHEN c.call = 'PutKeyPolicy' AND contains(c.policy, 'cloudtrail.amazonaws.com') THEN 'policy of a trail''s key replaced; it names CloudTrail'
      WHEN c.call = 'PutKeyPolicy' AND c.policy <> '' THEN 'policy of a trail''s key replaced by one that does not name CloudTrail'
      WHEN c.call = 'DeleteBucketLifecycle' THEN 'lifecycle of the bucket of a trail deleted: objects no longer expire'
      WHEN c.call LIKE 'PutBucketLifecycle%' THEN 'lifecycle of the bucket of a trail; objects expire after days: '
        || coalesce(ct_extract(CAST(c.request_parameters AS VARCHAR), '"Expiration":\{[^{}]*"Days":"?([0-9]+)', 1), 'none said')
      WHEN c.call = 'DeleteKey' THEN 'key of a trail deleted: its log files cannot be read any more'
      WHEN c.call = 'ScheduleKeyDeletion' THEN 'key of a trail set to be deleted: it cannot be used'
      WHEN c.call LIKE '%Bucket%' THEN 'settings of the bucket of a trail'
      ELSE 'key of a trail'
    END AS what
  FROM storage_calls c
  JOIN storage s ON s.thing = c.thing
  LEFT JOIN creators m ON m.thing = c.thing AND m.creator = c.caller
  WHERE NOT coalesce(abs(ct_seconds_between(m.created_at, c.event_time)) < CAST($setup AS BIGINT), false)
),
changes AS (
  SELECT file_id, record_index, event_time, ct_epoch(event_time) AS second, thing, aspect, direction, is_quiet, is_minor, what,
    outcome IN ('failure', 'denied', 'dry-run') AS is_attempt
  FROM trail_changes
  UNION ALL
  SELECT file_id, record_index, event_time, ct_epoch(event_time), thing, aspect, direction, is_quiet, false, what,
    outcome IN ('failure', 'denied', 'dry-run')
  FROM storage_changes
),
-- By whole seconds: inside one, CloudTrail does not say what came first.
ordered AS (
  SELECT
    file_id, record_index, thing, direction, is_quiet, is_minor, is_attempt, what,
    max(CASE WHEN NOT is_attempt AND direction IN ('weakening', 'removal') THEN second END)
      OVER (PARTITION BY thing, aspect ORDER BY second RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS weakened_before,
    max(CASE WHEN NOT is_attempt AND direction = 'strengthening' THEN second END)
      OVER (PARTITION BY thing, aspect ORDER BY second RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS strengthened_before,
    min(CASE WHEN NOT is_attempt AND direction = 'strengthening' THEN event_time END)
      OVER (PARTITION BY thing, aspect ORDER BY second RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS strengthened_after
  FROM changes
),
judged AS (
  SELECT
    file_id, record_index, thing, is_minor, what, strengthened_after,
    CASE
      WHEN is_attempt AND coalesce(direction, '') <> 'strengthening' THEN 'attempted'
      WHEN is_attempt THEN 'no finding'
      WHEN direction = 'removal' THEN 'removed'
      WHEN direction = 'weakening' THEN 'weakened'
      WHEN direction = 'planting' THEN 'created'
      WHEN direction = 'strengthening' AND weakened_before >= coalesce(strengthened_before, weakened_before) THEN 'restored'
      WHEN is_quiet THEN 'no finding'
      ELSE 'not judged'
    END AS effect
  FROM ordered
)
SELECT
  e.event_time, e.recipient_account_id AS account, e.aws_region AS region, e.service, e.event_name, e.outcome, e.actor,
  nullif(e.user_identity_access_key_id, '') AS access_key, e.source_ip_address AS source_ip, e.user_agent, e.target,
  coalesce(nullif(e.error_code, ''), e.error_message, substr(CAST(e.request_parameters AS VARCHAR), 1, 500)) AS detail,
  e.event_id,
  nullif(j.effect, 'not judged') AS effect,
  j.thing,
  CASE WHEN j.effect IN ('weakened', 'removed') THEN j.strengthened_after END AS undone_at,
  CASE
    WHEN j.effect = 'weakened' AND j.is_minor THEN 'medium'
    WHEN j.effect IN ('weakened', 'removed')
      AND coalesce(e.user_identity_invoked_by, '') IN ('cloudformation.amazonaws.com', 'controltower.amazonaws.com') THEN 'medium'
    WHEN j.effect IN ('weakened', 'removed') THEN 'high'
    WHEN j.effect IN ('attempted', 'created') THEN 'medium'
    WHEN j.effect = 'restored' THEN 'informational'
    ELSE 'low'
  END AS severity,
  CASE
    WHEN j.effect = 'attempted' THEN e.event_base_name || CASE e.outcome
      WHEN 'denied' THEN ' was refused' WHEN 'dry-run' THEN ' was a dry run' ELSE ' failed' END || '; nothing changed'
    WHEN j.effect = 'not judged' THEN 'for better or worse, the case does not tell: ' || j.what
    ELSE j.what
  END
    || CASE WHEN ct_is_deployment_tool(e.user_agent) THEN '; client names itself a deployment tool' ELSE '' END AS why
FROM events e
JOIN judged j ON j.file_id = e.file_id AND j.record_index = e.record_index
WHERE j.effect <> 'no finding'
ORDER BY e.event_time NULLS LAST, e.same_second_rank, e.event_id, e.file_id, e.record_index;
