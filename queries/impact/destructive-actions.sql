-- ---
-- id: destructive-actions
-- title: Things destroyed
-- question: What was destroyed, by whom, and how much at once?
-- phase: impact
-- kind: finding
-- severity: medium
-- attack: [T1485, T1485.001]
-- requires: [management:write]
-- context: all
-- counts: records
-- params:
--   min_burst: {type: int, default: 5, help: "So many stores of data destroyed by one caller within the window are a burst"}
--   window: {type: duration, default: 1h, help: "How far back deletions count together"}
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: recovery-inhibited}
--   - {query: s3-ransom}
-- false_positives:
--   - Environments are taken down every day; what the same caller had created shortly before is low
--   - Auto scaling ends instances, and backup jobs delete their old snapshots and images
--   - A key that is set to be deleted can be saved until the waiting time ends
-- cannot_show: objects and rows deleted inside a store (data events), what lifecycle rules delete of themselves, and whether copies are left
-- references:
--   - "https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html"
--   - "https://attack.mitre.org/techniques/T1485/"
-- tests:
--   - {fixture: demo, rows: "39"}
-- ---
WITH calls AS (
  SELECT
    event_time, same_second_rank, file_id, record_index, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_id,
    event_base_name AS call, coalesce(principal_unique_id, actor) AS caller,
    lower(CAST(request_parameters AS VARCHAR)) AS request,
    coalesce(session_issuer_type, '') = 'Role' AND ct_matches(user_identity_principal_id, ':i-[0-9a-f]{8,17}$') AS is_by_instance,
    outcome IN ('failure', 'denied', 'dry-run') AS is_attempt,
    -- Backup services delete what is too old with a role of the account, which nobody else acts by then.
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn)
      OR (coalesce(user_identity_invoked_by, '') IN ('backup.amazonaws.com', 'dlm.amazonaws.com') AND event_base_name LIKE '%Snapshot') AS is_by_service,
    ct_is_deployment_tool(user_agent) OR coalesce(user_identity_invoked_by, '') = 'cloudformation.amazonaws.com' AS is_by_deployment_tool
  FROM all_events
  WHERE service IN ('s3', 'rds', 'docdb', 'neptune', 'redshift', 'redshift-serverless', 'dynamodb', 'ec2', 'kms', 'secretsmanager', 'elasticfilesystem', 'fsx',
      'cloudformation', 'lambda', 'eks', 'ecs', 'ecr', 'elasticache', 'memorydb', 'es', 'opensearch', 'sqs', 'sns', 'route53', 'backup', 'glacier', 'kinesis', 'glue', 'timestream',
      'cognito-idp', 'workspaces', 'elasticbeanstalk', 'sagemaker', 'lightsail', 'qldb', 'cassandra', 'ds', 'logs', 'autoscaling', 'apigateway', 'codecommit', 'acm-pca')
    AND event_base_name IN ('DeleteBucket', 'DeleteDBInstance', 'DeleteDBCluster', 'DeleteGlobalCluster', 'DeleteDBSnapshot', 'DeleteDBClusterSnapshot', 'DeleteTable', 'DeleteGlobalTable',
      'DeleteSnapshot', 'DeregisterImage', 'DeleteVolume', 'TerminateInstances', 'DeleteStack', 'DeleteStackSet', 'DeleteFileSystem', 'DeleteFunction', 'DeleteCluster', 'DeleteClusterSnapshot',
      'DeleteSecret', 'ScheduleKeyDeletion', 'DisableKey', 'DeleteImportedKeyMaterial', 'DeleteCustomKeyStore', 'DisconnectCustomKeyStore', 'PurgeQueue', 'DeleteQueue', 'DeleteTopic', 'DeleteHostedZone', 'DeleteRecoveryPoint',
      'DeleteBackupVault', 'DeleteVault', 'DeleteArchive', 'DeleteRepository', 'BatchDeleteImage', 'DeleteReplicationGroup', 'DeleteCacheCluster', 'DeleteDomain', 'DeleteElasticsearchDomain',
      'DeleteStream', 'DeleteDatabase', 'DeleteUserPool', 'TerminateWorkspaces', 'TerminateEnvironment', 'DeleteApplication', 'DeleteInstance', 'DeleteRelationalDatabase', 'DeleteLedger',
      'DeleteKeyspace', 'DeleteDirectory', 'DeleteNodegroup', 'DeleteAutoScalingGroup', 'DeleteRestApi', 'DeleteCertificateAuthority',
      'DeleteNamespace', 'DeleteWorkgroup', 'DeleteService', 'DeleteNotebookInstance', 'DeleteModel')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
created AS (
  SELECT target AS thing, coalesce(principal_unique_id, actor) AS caller, min(event_time) AS created_at
  FROM all_events
  WHERE outcome = 'no-error' AND event_base_name LIKE 'Create%' AND service IN ('s3', 'rds', 'docdb', 'neptune', 'redshift', 'dynamodb', 'ec2', 'kms', 'secretsmanager', 'elasticfilesystem', 'fsx', 'cloudformation',
    'lambda', 'eks', 'ecs', 'ecr', 'elasticache', 'es', 'opensearch', 'sqs', 'sns', 'route53', 'backup', 'kinesis', 'glue')
  GROUP BY target, coalesce(principal_unique_id, actor)
),
weighed AS (
  SELECT
    c.event_time, c.same_second_rank, c.file_id, c.record_index, c.recipient_account_id, c.aws_region, c.service, c.event_name,
    c.outcome, c.actor, c.user_identity_access_key_id, c.source_ip_address, c.user_agent, c.target, c.error_code,
    c.error_message, c.request_parameters, c.event_id,
    c.call, c.caller, c.is_attempt, c.is_by_service, c.is_by_instance, c.is_by_deployment_tool,
    -- A key of one's own that is made, used and cut off is how data is held to ransom.
    coalesce(ct_seconds_between(m.created_at, c.event_time) BETWEEN 0 AND 86400, false) AND c.call NOT IN ('DisconnectCustomKeyStore', 'DeleteImportedKeyMaterial') AS is_own_young,
    coalesce(CASE WHEN c.call IN ('DeleteSecret') THEN contains(c.request, '"forcedeletewithoutrecovery":true') END, false) AS is_forced,
    coalesce(contains(c.request, '"skipfinalsnapshot":true') OR contains(c.request, '"skipfinalclustersnapshot":true'), false) AS is_without_snapshot,
    CASE
      WHEN c.call IN ('ScheduleKeyDeletion', 'DeleteImportedKeyMaterial', 'DeleteCustomKeyStore', 'DisconnectCustomKeyStore', 'DeleteRecoveryPoint', 'DeleteBackupVault', 'DeleteDBInstance', 'DeleteDBCluster',
        'DeleteGlobalCluster', 'DeleteCluster', 'DeleteFileSystem', 'DeleteTable', 'DeleteGlobalTable', 'DeleteBucket', 'DeleteVault', 'DeleteUserPool', 'DeleteLedger', 'DeleteKeyspace',
        'DeleteDirectory', 'DeleteDBClusterSnapshot', 'DeleteClusterSnapshot', 'DeleteDBSnapshot', 'DeleteHostedZone', 'DeleteDomain', 'DeleteElasticsearchDomain', 'DeleteReplicationGroup', 'DeleteCertificateAuthority')
        AND NOT (c.call = 'DeleteCluster' AND c.service = 'ecs') AND NOT (c.call = 'DeleteTable' AND c.service = 'glue') THEN 3
      WHEN c.call IN ('DeleteStack', 'DeleteStackSet', 'DisableKey', 'DeleteSecret', 'PurgeQueue', 'DeleteRepository', 'DeleteDatabase', 'DeleteStream', 'TerminateWorkspaces', 'DeregisterImage',
        'DeleteSnapshot', 'DeleteVolume', 'TerminateInstances', 'TerminateEnvironment', 'DeleteInstance', 'DeleteRelationalDatabase', 'DeleteNamespace') THEN 2
      ELSE 1
    END AS weight
  FROM calls c
  LEFT JOIN created m ON m.thing = c.target AND m.caller = c.caller
),
-- What is deleted about as much on other days too is tidied up: old snapshots every night, say.
stores_by_day AS (
  SELECT caller, ct_bucket(event_time, 86400) AS day, count(*) AS n
  FROM weighed
  WHERE weight = 3 AND NOT is_attempt AND NOT is_own_young AND caller IS NOT NULL
  GROUP BY caller, ct_bucket(event_time, 86400)
),
routines AS (
  SELECT d.caller, d.day
  FROM stores_by_day d
  JOIN stores_by_day o ON o.caller = d.caller AND o.day <> d.day AND o.n * 2 >= d.n
  GROUP BY d.caller, d.day
  HAVING count(*) >= 3
),
counted AS (
  SELECT
    file_id, record_index, call, is_attempt, is_by_service, is_by_instance, is_by_deployment_tool, is_own_young, is_forced, is_without_snapshot, weight, caller,
    ct_bucket(event_time, 86400) AS day,
    sum(CASE WHEN weight = 3 AND NOT is_attempt AND NOT is_own_young THEN 1 ELSE 0 END) OVER near AS n_stores,
    sum(CASE WHEN NOT is_attempt THEN 1 ELSE 0 END) OVER near AS n_in_window,
    sum(CASE WHEN NOT is_attempt THEN 1 ELSE 0 END) OVER (PARTITION BY caller) AS n_of_caller
  FROM weighed
  WINDOW near AS (PARTITION BY caller ORDER BY ct_epoch(event_time) RANGE BETWEEN CAST($window AS BIGINT) PRECEDING AND CAST($window AS BIGINT) FOLLOWING)
)
SELECT
  e.event_time, e.recipient_account_id AS account, e.aws_region AS region, e.service, e.event_name, e.outcome, e.actor,
  nullif(e.user_identity_access_key_id, '') AS access_key, e.source_ip_address AS source_ip, e.user_agent, e.target,
  coalesce(nullif(e.error_code, ''), e.error_message, substr(CAST(e.request_parameters AS VARCHAR), 1, 500)) AS detail,
  e.event_id,
  CASE WHEN t.is_attempt THEN 'attempted' WHEN t.call IN ('DisableKey', 'DisconnectCustomKeyStore') THEN 'weakened' ELSE 'removed' END AS effect,
  t.n_in_window AS n_destroyed_in_window,
  t.n_stores AS n_stores_in_window,
  t.n_of_caller AS n_destroyed_by_caller,
  t.is_own_young AS created_by_caller_in_last_day,
  CASE
    WHEN t.is_attempt THEN CASE WHEN t.weight = 3 THEN 'low' ELSE 'informational' END
    WHEN t.is_by_service THEN 'informational'
    WHEN t.is_by_deployment_tool THEN CASE WHEN t.weight >= 2 THEN 'low' ELSE 'informational' END
    WHEN t.is_own_young THEN CASE WHEN t.weight = 3 THEN 'low' ELSE 'informational' END
    WHEN t.weight = 3 AND t.n_stores >= CAST($min_burst AS BIGINT) AND NOT t.is_by_instance AND r.caller IS NULL THEN 'high'
    WHEN t.weight = 3 OR t.is_forced THEN 'medium'
    WHEN t.weight = 2 AND t.n_in_window >= 4 * CAST($min_burst AS BIGINT) AND NOT t.is_by_instance THEN 'medium'
    WHEN t.weight = 2 THEN 'low'
    ELSE 'informational'
  END AS severity,
  CASE e.outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' WHEN 'dry-run' THEN 'dry run: ' ELSE '' END
    || CASE
      WHEN t.call = 'ScheduleKeyDeletion' THEN 'key set to be deleted: what it encrypted cannot be read'
      WHEN t.call = 'DisableKey' THEN 'key switched off: what it encrypted cannot be read until it is on again'
      WHEN t.call = 'DeleteImportedKeyMaterial' THEN 'key material deleted: what it encrypted cannot be read, at once'
      WHEN t.call = 'DisconnectCustomKeyStore' THEN 'store of keys cut off: what its keys encrypted cannot be read until it is connected again'
      WHEN t.call = 'PurgeQueue' THEN 'all messages of a queue deleted'
      WHEN t.call = 'DeregisterImage' THEN 'image taken away'
      WHEN t.call = 'TerminateInstances' THEN 'instances ended'
      WHEN t.call IN ('DeleteRecoveryPoint', 'DeleteBackupVault', 'DeleteSnapshot', 'DeleteDBSnapshot', 'DeleteDBClusterSnapshot', 'DeleteClusterSnapshot') THEN 'backup deleted'
      ELSE 'deleted'
    END
    || CASE WHEN t.is_forced THEN ', without the time to take it back' ELSE '' END
    || CASE WHEN t.is_without_snapshot THEN ', without a last snapshot' ELSE '' END
    || CASE WHEN t.is_own_young THEN '; the same caller had created it within a day' ELSE '' END
    || CASE WHEN NOT t.is_attempt THEN '; deletions by this caller in the window: ' || CAST(t.n_in_window AS VARCHAR) ELSE '' END
    || CASE WHEN r.caller IS NOT NULL AND t.weight = 3 THEN '; this caller deletes about as many on other days' ELSE '' END
    || CASE WHEN t.is_by_deployment_tool THEN '; client names itself a deployment tool' ELSE '' END
    || CASE WHEN t.is_by_service THEN '; by a service of itself' ELSE '' END AS why
FROM events e
JOIN counted t ON t.file_id = e.file_id AND t.record_index = e.record_index
LEFT JOIN routines r ON r.caller = t.caller AND r.day = t.day
WHERE e.service IN ('s3', 'rds', 'docdb', 'neptune', 'redshift', 'redshift-serverless', 'dynamodb', 'ec2', 'kms', 'secretsmanager', 'elasticfilesystem', 'fsx',
    'cloudformation', 'lambda', 'eks', 'ecs', 'ecr', 'elasticache', 'memorydb', 'es', 'opensearch', 'sqs', 'sns', 'route53', 'backup', 'glacier', 'kinesis', 'glue', 'timestream',
    'cognito-idp', 'workspaces', 'elasticbeanstalk', 'sagemaker', 'lightsail', 'qldb', 'cassandra', 'ds', 'logs', 'autoscaling', 'apigateway', 'codecommit', 'acm-pca')
  AND e.event_base_name IN ('DeleteBucket', 'DeleteDBInstance', 'DeleteDBCluster', 'DeleteGlobalCluster', 'DeleteDBSnapshot', 'DeleteDBClusterSnapshot', 'DeleteTable', 'DeleteGlobalTable',
    'DeleteSnapshot', 'DeregisterImage', 'DeleteVolume', 'TerminateInstances', 'DeleteStack', 'DeleteStackSet', 'DeleteFileSystem', 'DeleteFunction', 'DeleteCluster', 'DeleteClusterSnapshot',
    'DeleteSecret', 'ScheduleKeyDeletion', 'DisableKey', 'DeleteImportedKeyMaterial', 'DeleteCustomKeyStore', 'DisconnectCustomKeyStore', 'PurgeQueue', 'DeleteQueue', 'DeleteTopic', 'DeleteHostedZone', 'DeleteRecoveryPoint',
    'DeleteBackupVault', 'DeleteVault', 'DeleteArchive', 'DeleteRepository', 'BatchDeleteImage', 'DeleteReplicationGroup', 'DeleteCacheCluster', 'DeleteDomain', 'DeleteElasticsearchDomain',
    'DeleteStream', 'DeleteDatabase', 'DeleteUserPool', 'TerminateWorkspaces', 'TerminateEnvironment', 'DeleteApplication', 'DeleteInstance', 'DeleteRelationalDatabase', 'DeleteLedger',
    'DeleteKeyspace', 'DeleteDirectory', 'DeleteNodegroup', 'DeleteAutoScalingGroup', 'DeleteRestApi', 'DeleteCertificateAuthority',
    'DeleteNamespace', 'DeleteWorkgroup', 'DeleteService', 'DeleteNotebookInstance', 'DeleteModel')
ORDER BY e.event_time NULLS LAST, e.same_second_rank, e.event_id, e.file_id, e.record_index;
