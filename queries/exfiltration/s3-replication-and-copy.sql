-- ---
-- id: s3-replication-and-copy
-- title: Objects sent to other accounts
-- question: Was data copied out of buckets by AWS itself, by replication, copies, jobs or transfer servers?
-- phase: exfiltration
-- kind: finding
-- severity: high
-- attack: [T1537]
-- requires: [management:write, data:s3:write]
-- counts: records
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: resource-pivot, with: {resource: target}}
--   - {query: s3-bulk-download}
-- false_positives:
--   - Logs and backups are replicated to a central account; name it in own-accounts.txt
--   - Partners are sent files by agreement
-- cannot_show: what a replication or a job then copied (only where the data events of the destination were recorded), and copies by a caller of another account into a bucket whose data events are off
-- references:
--   - "https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html"
--   - "https://docs.aws.amazon.com/datasync/latest/userguide/logging-using-cloudtrail.html"
--   - "https://attack.mitre.org/techniques/T1537/"
-- tests:
--   - {fixture: demo, rows: "0"}
-- ---
WITH own_accounts AS (
  SELECT coalesce(ct_set(account_id), '') AS own FROM known_accounts
),
calls AS (
  SELECT
    event_time, same_second_rank, file_id, record_index, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_id,
    event_base_name AS call, coalesce(principal_unique_id, actor) AS caller,
    CASE
      WHEN event_base_name = 'PutBucketReplication' THEN coalesce(
        ct_json_all(request_parameters, 'ReplicationConfiguration.Rule[*].Destination.Account'),
        ct_json_all(request_parameters, 'ReplicationConfiguration.Rule.Destination.Account'),
        ct_json_all(request_parameters, 'replicationConfiguration.rules[*].destination.account'))
      -- The bucket written to has its owner among the resources.
      WHEN event_base_name IN ('CopyObject', 'PutObject', 'CompleteMultipartUpload', 'UploadPartCopy')
        THEN ct_extract(CAST(resources AS VARCHAR), '"accountId":"([^"]+)"', 1)
      WHEN event_base_name = 'CreateLocationS3' THEN ct_extract(ct_json(request_parameters, 's3BucketArn'), '^arn:[^:]*:[^:]*:[^:]*:([^:]+):', 1)
    END AS receiver,
    coalesce(
      ct_json_all(request_parameters, 'ReplicationConfiguration.Rule[*].Destination.Bucket'),
      ct_json_all(request_parameters, 'ReplicationConfiguration.Rule.Destination.Bucket'),
      ct_json(request_parameters, 's3BucketArn'), ct_json(request_parameters, 'serverHostname')
    ) AS destination,
    coalesce(ct_extract(target, '^(arn:[^/]+/[^/]+|[^/]+)/', 1), target) AS bucket,
    outcome IN ('failure', 'denied', 'dry-run') AS is_attempt,
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn) AS is_by_service,
    ct_is_deployment_tool(user_agent) OR coalesce(user_identity_invoked_by, '') = 'cloudformation.amazonaws.com' AS is_by_deployment_tool
  FROM events
  WHERE service IN ('s3', 's3control', 'datasync', 'transfer')
    AND event_base_name IN ('PutBucketReplication', 'CopyObject', 'PutObject', 'CompleteMultipartUpload', 'UploadPartCopy', 'CreateJob', 'CreateTask', 'StartTaskExecution', 'CreateLocationS3',
      'CreateLocationObjectStorage', 'CreateLocationAzureBlob', 'CreateLocationNfs', 'CreateLocationSmb', 'CreateServer', 'CreateUser', 'ImportSshPublicKey', 'CreateConnector', 'StartFileTransfer')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
weighed AS (
  SELECT
    c.event_time, c.same_second_rank, c.file_id, c.record_index, c.recipient_account_id, c.aws_region, c.service, c.event_name,
    c.outcome, c.actor, c.user_identity_access_key_id, c.source_ip_address, c.user_agent, c.target, c.error_code,
    c.error_message, c.request_parameters, c.event_id,
    c.call, c.caller, c.destination, c.bucket, c.is_attempt, c.is_by_service, c.is_by_deployment_tool, c.receiver,
    ct_not_among(c.receiver, o.own || coalesce(', ' || c.recipient_account_id, '')) AS unknown_accounts,
    CASE WHEN c.call IN ('CopyObject', 'PutObject', 'CompleteMultipartUpload', 'UploadPartCopy') THEN 'object' ELSE 'setting' END AS kind
  FROM calls c
  CROSS JOIN own_accounts o
),
-- Of objects sent to one bucket in a day the first stands for all.
numbered AS (
  SELECT
    event_time, same_second_rank, file_id, record_index, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_id,
    call, destination, bucket, is_attempt, is_by_service, is_by_deployment_tool, receiver, unknown_accounts, kind,
    CASE WHEN kind = 'object' THEN row_number() OVER (
      PARTITION BY kind, caller, bucket, outcome, call, ct_bucket(event_time, 86400) ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index) ELSE 1 END AS place,
    CASE WHEN kind = 'object' THEN count(*) OVER (PARTITION BY kind, caller, bucket, outcome, call, ct_bucket(event_time, 86400)) ELSE 1 END AS n_alike
  FROM weighed
  WHERE kind = 'setting' OR (unknown_accounts IS NOT NULL AND NOT is_by_service)
)
SELECT
  event_time, recipient_account_id AS account, aws_region AS region, service, event_name, outcome, actor,
  nullif(user_identity_access_key_id, '') AS access_key, source_ip_address AS source_ip, user_agent, target,
  coalesce(nullif(error_code, ''), error_message, substr(CAST(request_parameters AS VARCHAR), 1, 500)) AS detail,
  event_id,
  CASE WHEN is_attempt THEN 'attempted' ELSE 'created' END AS effect,
  coalesce(destination, CASE WHEN kind = 'object' THEN bucket END) AS destination,
  unknown_accounts,
  n_alike AS n_like_it_that_day,
  CASE
    WHEN is_attempt THEN CASE WHEN unknown_accounts IS NOT NULL THEN 'medium' ELSE 'low' END
    WHEN is_by_service THEN 'informational'
    WHEN call = 'PutBucketReplication' AND unknown_accounts IS NOT NULL AND NOT is_by_deployment_tool THEN 'high'
    WHEN unknown_accounts IS NOT NULL THEN 'medium'
    WHEN is_by_deployment_tool THEN 'informational'
    WHEN call IN ('CreateLocationObjectStorage', 'CreateLocationAzureBlob', 'StartFileTransfer', 'CreateServer') THEN 'medium'
    ELSE 'low'
  END AS severity,
  CASE outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' WHEN 'dry-run' THEN 'dry run: ' ELSE '' END
    || CASE
      WHEN call = 'PutBucketReplication' AND unknown_accounts IS NOT NULL THEN 'new objects of the bucket go to an account not known as yours: ' || unknown_accounts
      WHEN call = 'PutBucketReplication' AND receiver IS NOT NULL THEN 'new objects of the bucket go to an account of yours'
      WHEN call = 'PutBucketReplication' AND destination IS NOT NULL THEN 'new objects of the bucket go to another bucket, whose account is not said'
      WHEN call = 'PutBucketReplication' THEN 'replication of a bucket; the record does not say where to'
      WHEN kind = 'object' THEN 'objects written to a bucket of an account not known as yours: ' || unknown_accounts || '; alike that day: ' || CAST(n_alike AS VARCHAR)
      WHEN call = 'CreateJob' THEN 'job over many objects'
      WHEN call LIKE 'CreateLocation%' THEN 'end point for copying files: ' || coalesce(destination, 'not said')
      WHEN service = 'datasync' THEN 'copying of files set up or started'
      WHEN service = 'transfer' THEN 'server or user for transferring files'
      ELSE 'copying set up'
    END
    || CASE WHEN is_by_deployment_tool THEN '; client names itself a deployment tool' ELSE '' END
    || CASE WHEN is_by_service THEN '; by a service of itself' ELSE '' END AS why
FROM numbered
WHERE place = 1
ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index;
