-- ---
-- id: database-exfil
-- title: Databases exposed or emptied out
-- question: Were databases restored, exposed, given a new password, or read whole?
-- phase: exfiltration
-- kind: finding
-- severity: medium
-- attack: [T1213.006]
-- requires: [management, data:dynamodb:read]
-- context: all
-- counts: records
-- params:
--   window: {type: duration, default: 1d, help: "How long after a restore a new password or exposure of the copy counts with it"}
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: snapshot-and-image-sharing}
--   - {query: network-openings}
--   - {query: resource-pivot, with: {resource: target}}
-- false_positives:
--   - Copies for tests are restored from snapshots, with a password of their own
--   - Athena and the Data API are the daily tools of analysts
--   - Backups make snapshots every night
-- cannot_show: queries over a database connection (they are no AWS calls), what a query returned, and scans of tables whose data events were not recorded
-- references:
--   - "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/logging-using-cloudtrail.html"
--   - "https://attack.mitre.org/techniques/T1213/006/"
-- tests:
--   - {fixture: demo, rows: "1"}
-- ---
WITH calls AS (
  SELECT
    event_time, same_second_rank, file_id, record_index, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_id,
    event_base_name AS call, coalesce(principal_unique_id, actor) AS caller, ct_epoch(event_time) AS second,
    lower(CAST(request_parameters AS VARCHAR)) AS request,
    outcome IN ('failure', 'denied', 'dry-run') AS is_attempt,
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn) AS is_by_service,
    ct_is_deployment_tool(user_agent) OR coalesce(user_identity_invoked_by, '') = 'cloudformation.amazonaws.com' AS is_by_deployment_tool
  FROM all_events
  WHERE service IN ('rds', 'rds-data', 'redshift', 'redshift-data', 'redshift-serverless', 'dynamodb', 'athena', 'docdb', 'neptune', 'qldb', 'timestream')
    AND event_base_name IN ('RestoreDBInstanceFromDBSnapshot', 'RestoreDBClusterFromSnapshot', 'RestoreDBInstanceToPointInTime', 'RestoreDBClusterToPointInTime', 'RestoreDBInstanceFromS3',
      'CreateDBInstanceReadReplica', 'RestoreFromClusterSnapshot', 'RestoreTableFromClusterSnapshot', 'RestoreFromSnapshot', 'RestoreTableFromBackup', 'RestoreTableToPointInTime', 'ModifyDBInstance', 'ModifyDBCluster',
      'ModifyCluster', 'CreateDBSnapshot', 'CreateDBClusterSnapshot', 'CreateClusterSnapshot', 'Scan', 'ExecuteStatement', 'BatchExecuteStatement', 'PartiQLSelect', 'StartQueryExecution',
      'GetQueryResults', 'GetStatementResult', 'EnableHttpEndpoint', 'StartExportTask', 'ExportTableToPointInTime', 'UpdateWorkgroup')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
kinds AS (
  SELECT
    event_time, same_second_rank, file_id, record_index, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_id,
    call, caller, second, is_attempt, is_by_service, is_by_deployment_tool,
    CASE
      WHEN call LIKE 'Restore%' OR call = 'CreateDBInstanceReadReplica' THEN 'restore'
      WHEN call LIKE 'Modify%' AND ct_matches(request, '"publiclyaccessible":"?true') THEN 'exposure'
      WHEN call LIKE 'Modify%' AND ct_matches(request, '"masteruserpassword":"[^"]|"rotatemasteruserpassword":"?true') THEN 'password'
      WHEN call = 'EnableHttpEndpoint' OR call LIKE 'Modify%' AND ct_matches(request, '"enablehttpendpoint":"?true') THEN 'endpoint'
      WHEN call LIKE 'Create%Snapshot' THEN 'snapshot'
      WHEN call IN ('StartExportTask', 'ExportTableToPointInTime') THEN 'export'
      WHEN call IN ('Scan', 'ExecuteStatement', 'BatchExecuteStatement', 'PartiQLSelect', 'StartQueryExecution', 'GetQueryResults', 'GetStatementResult') THEN 'query'
    END AS kind,
    ct_matches(request, '"publiclyaccessible":"?true') AS is_public
  FROM calls
),
counted AS (
  SELECT
    file_id, record_index, event_id, event_time, same_second_rank, call, kind, is_public, is_attempt, is_by_service, is_by_deployment_tool,
    coalesce(caller, '') || ' ' || coalesce(call, '') || ' ' || coalesce(target, '') || ' ' || outcome || ' ' || CAST(second - second % 86400 AS VARCHAR) AS alike,
    count(*) OVER (PARTITION BY kind, caller, call, target, outcome, second - second % 86400) AS n_alike,
    -- A copy that gets another password at once is one that somebody wants to look into.
    sum(CASE WHEN kind = 'restore' AND NOT is_attempt THEN 1 ELSE 0 END) OVER (
      PARTITION BY caller, target ORDER BY second RANGE BETWEEN CAST($window AS BIGINT) PRECEDING AND CURRENT ROW) AS n_restored_before,
    sum(CASE WHEN kind IN ('password', 'exposure') AND NOT is_attempt THEN 1 ELSE 0 END) OVER (
      PARTITION BY caller, target ORDER BY second RANGE BETWEEN CURRENT ROW AND CAST($window AS BIGINT) FOLLOWING) AS n_opened_after
  FROM kinds
  WHERE kind IS NOT NULL
),
reported AS (
  SELECT
    c.file_id, c.record_index, c.call, c.kind, c.is_public, c.is_attempt, c.is_by_service, c.is_by_deployment_tool, c.n_alike, c.n_restored_before, c.n_opened_after,
    CASE WHEN c.kind = 'query' THEN row_number() OVER (
      PARTITION BY c.kind, c.alike ORDER BY e.event_time NULLS LAST, e.same_second_rank, e.event_id, e.file_id, e.record_index) ELSE 1 END AS place
  FROM events e
  JOIN counted c ON c.file_id = e.file_id AND c.record_index = e.record_index
  WHERE e.service IN ('rds', 'rds-data', 'redshift', 'redshift-data', 'redshift-serverless', 'dynamodb', 'athena', 'docdb', 'neptune', 'qldb', 'timestream')
  AND e.event_base_name IN ('RestoreDBInstanceFromDBSnapshot', 'RestoreDBClusterFromSnapshot', 'RestoreDBInstanceToPointInTime', 'RestoreDBClusterToPointInTime', 'RestoreDBInstanceFromS3',
    'CreateDBInstanceReadReplica', 'RestoreFromClusterSnapshot', 'RestoreTableFromClusterSnapshot', 'RestoreFromSnapshot', 'RestoreTableFromBackup', 'RestoreTableToPointInTime', 'ModifyDBInstance', 'ModifyDBCluster',
    'ModifyCluster', 'CreateDBSnapshot', 'CreateDBClusterSnapshot', 'CreateClusterSnapshot', 'Scan', 'ExecuteStatement', 'BatchExecuteStatement', 'PartiQLSelect', 'StartQueryExecution',
    'GetQueryResults', 'GetStatementResult', 'EnableHttpEndpoint', 'StartExportTask', 'ExportTableToPointInTime', 'UpdateWorkgroup')
)
SELECT
  e.event_time, e.recipient_account_id AS account, e.aws_region AS region, e.service, e.event_name, e.outcome, e.actor,
  nullif(e.user_identity_access_key_id, '') AS access_key, e.source_ip_address AS source_ip, e.user_agent, e.target,
  coalesce(nullif(e.error_code, ''), e.error_message, substr(CAST(e.request_parameters AS VARCHAR), 1, 500)) AS detail,
  e.event_id,
  CASE WHEN r.is_attempt THEN 'attempted' WHEN r.kind IN ('exposure', 'password', 'endpoint') THEN 'weakened' ELSE 'created' END AS effect,
  r.kind,
  r.n_alike AS n_like_it_that_day,
  CASE
    WHEN r.is_attempt THEN CASE WHEN r.kind IN ('exposure', 'password', 'export') OR r.is_public THEN 'medium' ELSE 'low' END
    WHEN r.is_by_service THEN 'informational'
    WHEN r.kind = 'exposure' OR (r.kind = 'restore' AND r.is_public) THEN CASE WHEN r.is_by_deployment_tool THEN 'medium' ELSE 'high' END
    WHEN r.is_by_deployment_tool THEN CASE WHEN r.kind IN ('restore', 'password', 'endpoint') THEN 'low' ELSE 'informational' END
    WHEN r.kind = 'password' AND r.n_restored_before > 0 OR r.kind = 'restore' AND r.n_opened_after > 0 THEN 'high'
    WHEN r.kind IN ('password', 'restore', 'export', 'endpoint') THEN 'medium'
    WHEN r.kind = 'snapshot' THEN 'low'
    ELSE 'informational'
  END AS severity,
  CASE e.outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' WHEN 'dry-run' THEN 'dry run: ' ELSE '' END
    || CASE
      WHEN r.kind = 'exposure' THEN 'database made reachable from the internet'
      WHEN r.kind = 'restore' AND r.is_public THEN 'database restored, reachable from the internet'
      WHEN r.kind = 'restore' THEN 'database restored as a copy'
      WHEN r.kind = 'password' THEN 'master password set anew'
      WHEN r.kind = 'endpoint' THEN 'database opened to queries over the AWS API'
      WHEN r.kind = 'snapshot' THEN 'snapshot made'
      WHEN r.kind = 'export' THEN 'exported to a bucket'
      ELSE 'queried or scanned over the AWS API; alike that day: ' || CAST(r.n_alike AS VARCHAR)
    END
    || CASE WHEN r.kind = 'password' AND r.n_restored_before > 0 THEN '; the same caller had restored it shortly before' ELSE '' END
    || CASE WHEN r.kind = 'restore' AND r.n_opened_after > 0 THEN '; then the same caller set its password or exposed it' ELSE '' END
    || CASE WHEN r.is_by_deployment_tool THEN '; client names itself a deployment tool' ELSE '' END
    || CASE WHEN r.is_by_service THEN '; by a service of itself' ELSE '' END AS why
FROM events e
JOIN reported r ON r.file_id = e.file_id AND r.record_index = e.record_index AND r.place = 1
WHERE e.service IN ('rds', 'rds-data', 'redshift', 'redshift-data', 'redshift-serverless', 'dynamodb', 'athena', 'docdb', 'neptune', 'qldb', 'timestream')
  AND e.event_base_name IN ('RestoreDBInstanceFromDBSnapshot', 'RestoreDBClusterFromSnapshot', 'RestoreDBInstanceToPointInTime', 'RestoreDBClusterToPointInTime', 'RestoreDBInstanceFromS3',
    'CreateDBInstanceReadReplica', 'RestoreFromClusterSnapshot', 'RestoreTableFromClusterSnapshot', 'RestoreFromSnapshot', 'RestoreTableFromBackup', 'RestoreTableToPointInTime', 'ModifyDBInstance', 'ModifyDBCluster',
    'ModifyCluster', 'CreateDBSnapshot', 'CreateDBClusterSnapshot', 'CreateClusterSnapshot', 'Scan', 'ExecuteStatement', 'BatchExecuteStatement', 'PartiQLSelect', 'StartQueryExecution',
    'GetQueryResults', 'GetStatementResult', 'EnableHttpEndpoint', 'StartExportTask', 'ExportTableToPointInTime', 'UpdateWorkgroup')
ORDER BY e.event_time NULLS LAST, e.same_second_rank, e.event_id, e.file_id, e.record_index;
