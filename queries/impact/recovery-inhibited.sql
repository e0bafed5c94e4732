-- ---
-- id: recovery-inhibited
-- title: Ways back taken away
-- question: Were backups, versions, protections or retention taken away before or while something was destroyed?
-- phase: impact
-- kind: finding
-- severity: medium
-- attack: [T1490]
-- requires: [management:write]
-- context: all
-- counts: records
-- params:
--   min_burst: {type: int, default: 3, help: "So many databases that one caller leaves without backups within an hour are a burst"}
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: destructive-actions}
--   - {query: s3-ransom}
-- false_positives:
--   - Environments are taken down with protection switched off first, and without a last snapshot
--   - Old backups are deleted by hand when a plan changes
-- cannot_show: backups that ended by their own retention, and what is left elsewhere
-- references:
--   - "https://docs.aws.amazon.com/aws-backup/latest/devguide/logging-using-cloudtrail.html"
--   - "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html"
--   - "https://attack.mitre.org/techniques/T1490/"
-- tests:
--   - {fixture: demo, rows: "0"}
-- ---
WITH calls AS (
  SELECT
    event_time, same_second_rank, file_id, record_index, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_id,
    event_base_name AS call, coalesce(principal_unique_id, actor) AS caller, ct_epoch(event_time) AS second,
    lower(CAST(request_parameters AS VARCHAR)) AS request,
    outcome IN ('failure', 'denied', 'dry-run') AS is_attempt,
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn)
      OR coalesce(user_identity_invoked_by, '') IN ('backup.amazonaws.com', 'dlm.amazonaws.com') AS is_by_service,
    ct_is_deployment_tool(user_agent) OR coalesce(user_identity_invoked_by, '') = 'cloudformation.amazonaws.com' AS is_by_deployment_tool
  FROM all_events
  WHERE service IN ('backup', 'rds', 'docdb', 'neptune', 's3', 'ec2', 'dynamodb', 'redshift', 'dlm', 'elasticfilesystem', 'fsx', 'elasticloadbalancing', 'cognito-idp', 'cloudformation', 'kms', 'secretsmanager', 'elasticache', 'drs')
    AND event_base_name IN ('DeleteRecoveryPoint', 'DisassociateRecoveryPoint', 'DeleteBackupVault', 'DeleteBackupVaultLockConfiguration', 'DeleteBackupVaultAccessPolicy', 'DeleteBackupPlan', 'DeleteBackupSelection',
      'UpdateRecoveryPointLifecycle', 'StopBackupJob', 'UpdateRegionSettings', 'ModifyDBInstance', 'ModifyDBCluster', 'DeleteDBInstance', 'DeleteDBCluster', 'DeleteDBInstanceAutomatedBackup',
      'DeleteDBClusterAutomatedBackup', 'ModifyGlobalCluster', 'PutBucketVersioning', 'DeleteBucketReplication', 'PutObjectLockConfiguration', 'PutBucketObjectLockConfiguration', 'PutObjectRetention', 'PutObjectLegalHold', 'ModifySnapshotTier',
      'UnlockSnapshot', 'DeleteFastSnapshotRestores', 'DisableFastSnapshotRestores', 'DisableSnapshotLock', 'UpdateContinuousBackups', 'UpdateTable', 'DeleteBackup', 'DeleteLifecyclePolicy', 'UpdateLifecyclePolicy', 'ModifyCluster',
      'DeleteCluster', 'PutBackupPolicy', 'DeleteFileSystem', 'UpdateFileSystem', 'ModifyLoadBalancerAttributes', 'UpdateTerminationProtection', 'DeleteSnapshotSchedule', 'DisableReplication', 'DeleteSourceServer')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
named AS (
  SELECT
    event_time, same_second_rank, file_id, record_index, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_id,
    call, caller, second, is_attempt, is_by_service, is_by_deployment_tool,
    CASE
      WHEN service = 'backup' AND call = 'DeleteRecoveryPoint' THEN 'a backup deleted'
      WHEN service = 'backup' AND call = 'DisassociateRecoveryPoint' THEN 'a backup let go from what manages it'
      WHEN service = 'backup' AND call LIKE 'DeleteBackupVaultLock%' THEN 'lock of a vault of backups removed'
      WHEN service = 'backup' AND call = 'DeleteBackupVault' THEN 'vault of backups deleted'
      WHEN service = 'backup' AND call = 'DeleteBackupVaultAccessPolicy' THEN 'policy of a vault of backups deleted'
      WHEN service = 'backup' AND call IN ('DeleteBackupPlan', 'DeleteBackupSelection') THEN 'plan of backups, or what it covers, deleted'
      WHEN service = 'backup' AND call = 'StopBackupJob' THEN 'a running backup stopped'
      WHEN service = 'backup' AND call = 'UpdateRegionSettings' AND contains(request, 'false') THEN 'kinds of resources left out of backups'
      WHEN service = 'backup' AND call = 'UpdateRecoveryPointLifecycle' AND ct_number(ct_extract(request, '"deleteafterdays":"?([0-9]+)', 1)) <= 7 THEN 'a backup set to be deleted within a week'
      WHEN call LIKE 'DeleteDB%AutomatedBackup' THEN 'automated backups of a database deleted'
      WHEN call LIKE 'Modify%' AND contains(request, '"backupretentionperiod":0') OR call = 'ModifyCluster' AND contains(request, '"automatedsnapshotretentionperiod":0') THEN 'automated backups of a database switched off'
      WHEN call LIKE 'Modify%' AND contains(request, '"deletionprotection":false') OR call = 'UpdateTable' AND contains(request, '"deletionprotectionenabled":false') THEN 'a database may be deleted again'
      WHEN call IN ('DeleteDBInstance', 'DeleteDBCluster', 'DeleteCluster') AND (contains(request, '"skipfinalsnapshot":true') OR contains(request, '"skipfinalclustersnapshot":true'))
        THEN 'a database deleted without a last snapshot' || CASE WHEN contains(request, '"deleteautomatedbackups":true') THEN ', and with its automated backups' ELSE '' END
      WHEN call = 'PutBucketVersioning' AND contains(request, '"suspended"') THEN 'versioning of a bucket suspended'
      WHEN call = 'PutBucketVersioning' AND contains(request, '"mfadelete":"disabled"') THEN 'second factor for deletions in a bucket switched off'
      WHEN call = 'DeleteBucketReplication' THEN 'copies of a bucket to another one ended'
      WHEN call IN ('PutObjectLegalHold') AND contains(request, '"off"') THEN 'legal hold of an object lifted'
      WHEN call IN ('PutObjectLockConfiguration', 'PutBucketObjectLockConfiguration') AND NOT contains(request, '"rule"') THEN 'retention rule of a bucket taken away'
      WHEN call = 'PutObjectRetention' AND contains(request, 'bypass') THEN 'retention of an object changed past its lock'
      WHEN call = 'ModifySnapshotTier' THEN 'a snapshot moved to the archive: restoring it takes days'
      WHEN call IN ('UnlockSnapshot', 'DisableSnapshotLock') THEN 'lock of a snapshot removed'
      WHEN call IN ('DisableFastSnapshotRestores', 'DeleteFastSnapshotRestores') THEN 'fast restore of snapshots switched off'
      WHEN call = 'UpdateContinuousBackups' AND contains(request, 'false') THEN 'continuous backups of a table switched off'
      WHEN service = 'dynamodb' AND call = 'DeleteBackup' OR service = 'fsx' AND call = 'DeleteBackup' THEN 'a backup deleted'
      WHEN service = 'dlm' AND (call = 'DeleteLifecyclePolicy' OR contains(request, '"disabled"')) THEN 'a plan that makes snapshots deleted or switched off'
      WHEN service = 'elasticfilesystem' AND call = 'PutBackupPolicy' AND contains(request, '"disabled"') THEN 'backups of a file system switched off'
      WHEN call = 'UpdateTerminationProtection' AND contains(request, 'false') THEN 'a stack may be deleted again'
      WHEN call IN ('DisableReplication', 'DeleteSourceServer') AND service = 'drs' THEN 'disaster recovery of a server ended'
      WHEN is_attempt AND request_parameters IS NULL AND service = 'backup' THEN 'change of backups'
    END AS what
  FROM calls
),
counted AS (
  SELECT
    file_id, record_index, call, is_attempt, is_by_service, is_by_deployment_tool, what,
    -- One database in the console is everyday work; several at once are not.
    sum(CASE WHEN NOT is_attempt AND (what = 'automated backups of a database deleted' OR what LIKE '%and with its automated backups') THEN 1 ELSE 0 END) OVER (
      PARTITION BY caller ORDER BY second RANGE BETWEEN 3600 PRECEDING AND 3600 FOLLOWING) AS n_databases
  FROM named
  WHERE what IS NOT NULL
)
SELECT
  e.event_time, e.recipient_account_id AS account, e.aws_region AS region, e.service, e.event_name, e.outcome, e.actor,
  nullif(e.user_identity_access_key_id, '') AS access_key, e.source_ip_address AS source_ip, e.user_agent, e.target,
  coalesce(nullif(e.error_code, ''), e.error_message, substr(CAST(e.request_parameters AS VARCHAR), 1, 500)) AS detail,
  e.event_id,
  CASE WHEN t.is_attempt THEN 'attempted' WHEN t.call LIKE 'Delete%' THEN 'removed' ELSE 'weakened' END AS effect,
  CASE
    WHEN t.is_attempt THEN CASE WHEN e.service = 'backup' THEN 'medium' ELSE 'low' END
    WHEN t.is_by_service THEN 'informational'
    WHEN t.is_by_deployment_tool THEN 'low'
    WHEN t.what IN ('a snapshot moved to the archive: restoring it takes days', 'fast restore of snapshots switched off', 'a running backup stopped', 'a stack may be deleted again',
      'a backup let go from what manages it') THEN 'low'
    WHEN t.what LIKE 'lock of a vault%' THEN 'high'
    WHEN (t.what = 'automated backups of a database deleted' OR t.what LIKE '%and with its automated backups') AND t.n_databases >= CAST($min_burst AS BIGINT) THEN 'high'
    ELSE 'medium'
  END AS severity,
  CASE e.outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' WHEN 'dry-run' THEN 'dry run: ' ELSE '' END
    || t.what
    || CASE WHEN NOT t.is_attempt AND t.n_databases > 1 AND (t.what = 'automated backups of a database deleted' OR t.what LIKE '%and with its automated backups')
      THEN '; databases left without by this caller within an hour: ' || CAST(t.n_databases AS VARCHAR) ELSE '' END
    || CASE WHEN t.is_by_deployment_tool THEN '; client names itself a deployment tool' ELSE '' END
    || CASE WHEN t.is_by_service THEN '; by a service of itself' ELSE '' END AS why
FROM events e
JOIN counted t ON t.file_id = e.file_id AND t.record_index = e.record_index
WHERE e.service IN ('backup', 'rds', 'docdb', 'neptune', 's3', 'ec2', 'dynamodb', 'redshift', 'dlm', 'elasticfilesystem', 'fsx', 'elasticloadbalancing', 'cognito-idp', 'cloudformation', 'kms', 'secretsmanager', 'elasticache', 'drs')
  AND e.event_base_name IN ('DeleteRecoveryPoint', 'DisassociateRecoveryPoint', 'DeleteBackupVault', 'DeleteBackupVaultLockConfiguration', 'DeleteBackupVaultAccessPolicy', 'DeleteBackupPlan', 'DeleteBackupSelection',
    'UpdateRecoveryPointLifecycle', 'StopBackupJob', 'UpdateRegionSettings', 'ModifyDBInstance', 'ModifyDBCluster', 'DeleteDBInstance', 'DeleteDBCluster', 'DeleteDBInstanceAutomatedBackup',
    'DeleteDBClusterAutomatedBackup', 'ModifyGlobalCluster', 'PutBucketVersioning', 'DeleteBucketReplication', 'PutObjectLockConfiguration', 'PutBucketObjectLockConfiguration', 'PutObjectRetention', 'PutObjectLegalHold', 'ModifySnapshotTier',
    'UnlockSnapshot', 'DeleteFastSnapshotRestores', 'DisableFastSnapshotRestores', 'DisableSnapshotLock', 'UpdateContinuousBackups', 'UpdateTable', 'DeleteBackup', 'DeleteLifecyclePolicy', 'UpdateLifecyclePolicy', 'ModifyCluster',
    'DeleteCluster', 'PutBackupPolicy', 'DeleteFileSystem', 'UpdateFileSystem', 'ModifyLoadBalancerAttributes', 'UpdateTerminationProtection', 'DeleteSnapshotSchedule', 'DisableReplication', 'DeleteSourceServer')
ORDER BY e.event_time NULLS LAST, e.same_second_rank, e.event_id, e.file_id, e.record_index;
