-- ---
-- id: snapshot-and-image-sharing
-- title: Snapshots and images given away
-- question: Were disks, images or databases shared with others, copied, exported or mounted?
-- phase: exfiltration
-- kind: finding
-- severity: high
-- attack: [T1537, T1578.001]
-- requires: [management:write]
-- context: all
-- counts: records
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: resource-pivot, with: {resource: target}}
--   - {query: database-exfil}
-- false_positives:
--   - Image pipelines share with accounts of the same company; name these in own-accounts.txt
--   - Backup plans copy snapshots, and cluster storage mounts volumes made from them
--   - An image that is meant for everybody is public by intent
-- cannot_show: what the other account did with a copy (only AWS's notices that a shared snapshot was used), nor sharing before the archive begins
-- references:
--   - "https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html"
--   - "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ShareSnapshot.html"
--   - "https://attack.mitre.org/techniques/T1537/"
-- tests:
--   - {fixture: demo, rows: "4"}
--   - {fixture: stratus/exfiltration.ec2-share-ami, rows: "1"}
--   - {fixture: stratus/exfiltration.ec2-share-ebs-snapshot, rows: "1"}
--   - {fixture: stratus/exfiltration.rds-share-snapshot, rows: "1"}
-- ---
WITH own_accounts AS (
  SELECT coalesce(ct_set(account_id), '') AS own FROM known_accounts
),
calls AS (
  SELECT
    event_time, same_second_rank, file_id, record_index, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_id,
    response_elements, event_base_name AS call,
    outcome IN ('failure', 'denied', 'dry-run') AS is_attempt,
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn) AS is_by_service,
    ct_is_deployment_tool(user_agent) OR coalesce(user_identity_invoked_by, '') = 'cloudformation.amazonaws.com' AS is_by_deployment_tool
  FROM events
  WHERE service IN ('ec2', 'rds', 'redshift', 'dynamodb', 'lightsail', 'ebs')
    AND event_base_name IN ('ModifySnapshotAttribute', 'ModifyImageAttribute', 'ModifyFpgaImageAttribute', 'ModifyDBSnapshotAttribute',
      'ModifyDBClusterSnapshotAttribute', 'AuthorizeSnapshotAccess', 'AuthorizeDataShare', 'SharedSnapshotCopyInitiated', 'SharedSnapshotVolumeCreated',
      'CopySnapshot', 'CopyImage', 'CopyDBSnapshot', 'CopyDBClusterSnapshot', 'CreateStoreImageTask', 'CreateInstanceExportTask', 'ExportImage',
      'StartExportTask', 'ExportTableToPointInTime', 'ExportSnapshot', 'ListSnapshotBlocks', 'ListChangedBlocks', 'AttachVolume',
      'ModifyEbsDefaultKmsKeyId', 'DisableSnapshotBlockPublicAccess', 'DisableImageBlockPublicAccess')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
volumes AS (
  SELECT ct_json(response_elements, 'volumeId') AS volume, min(ct_json(request_parameters, 'snapshotId')) AS snapshot
  FROM all_events
  WHERE service = 'ec2' AND event_base_name = 'CreateVolume' AND outcome = 'no-error'
    AND coalesce(ct_json(request_parameters, 'snapshotId'), '') <> ''
  GROUP BY ct_json(response_elements, 'volumeId')
),
shares AS (
  SELECT
    c.file_id, c.record_index,
    CASE
      WHEN c.call = 'ModifySnapshotAttribute' THEN ct_json_all(c.request_parameters, 'createVolumePermission.add.items[*].userId')
      WHEN c.call = 'ModifyImageAttribute' THEN ct_json_all(c.request_parameters, 'launchPermission.add.items[*].userId')
      WHEN c.call = 'ModifyFpgaImageAttribute' THEN ct_json_all(c.request_parameters, 'loadPermission.add.items[*].userId')
      WHEN c.call IN ('ModifyDBSnapshotAttribute', 'ModifyDBClusterSnapshotAttribute')
        AND coalesce(ct_json(c.request_parameters, 'attributeName'), 'restore') = 'restore' THEN ct_json_all(c.request_parameters, 'valuesToAdd[*]')
      WHEN c.call = 'AuthorizeSnapshotAccess' THEN ct_json(c.request_parameters, 'accountWithRestoreAccess')
      WHEN c.call = 'AuthorizeDataShare' THEN ct_json(c.request_parameters, 'consumerIdentifier')
    END AS accounts,
    CASE
      WHEN c.call = 'ModifySnapshotAttribute' THEN ct_json_all(c.request_parameters, 'createVolumePermission.add.items[*].group')
      WHEN c.call = 'ModifyImageAttribute' THEN ct_json_all(c.request_parameters, 'launchPermission.add.items[*].group')
      WHEN c.call = 'ModifyFpgaImageAttribute' THEN ct_json_all(c.request_parameters, 'loadPermission.add.items[*].group')
    END AS groups,
    CASE
      WHEN c.call = 'ModifyImageAttribute' THEN coalesce(
        ct_json_all(c.request_parameters, 'launchPermission.add.items[*].organizationArn'),
        ct_json_all(c.request_parameters, 'launchPermission.add.items[*].organizationalUnitArn'))
    END AS organization
  FROM calls c
),
removals AS (
  SELECT
    target AS thing, event_time, event_base_name AS call,
    coalesce(
      ct_json_all(request_parameters, 'createVolumePermission.remove.items[*].userId'),
      ct_json_all(request_parameters, 'createVolumePermission.remove.items[*].group'),
      ct_json_all(request_parameters, 'launchPermission.remove.items[*].userId'),
      ct_json_all(request_parameters, 'launchPermission.remove.items[*].group'),
      ct_json_all(request_parameters, 'valuesToRemove[*]'),
      ct_json(request_parameters, 'accountWithRestoreAccess')
    ) AS removed
  FROM all_events
  WHERE service IN ('ec2', 'rds', 'redshift') AND outcome = 'no-error'
    AND event_base_name IN ('ModifySnapshotAttribute', 'ModifyImageAttribute', 'ModifyDBSnapshotAttribute', 'ModifyDBClusterSnapshotAttribute',
      'ResetSnapshotAttribute', 'ResetImageAttribute', 'RevokeSnapshotAccess', 'DeleteSnapshot', 'DeregisterImage', 'DeleteDBSnapshot',
      'DeleteDBClusterSnapshot', 'DeleteClusterSnapshot')
),
taken_back AS (
  SELECT c.file_id, c.record_index, min(r.event_time) AS unshared_at
  FROM calls c
  JOIN shares s ON s.file_id = c.file_id AND s.record_index = c.record_index
  JOIN removals r ON r.thing = c.target AND r.event_time >= c.event_time
  WHERE coalesce(s.accounts, s.groups, s.organization) IS NOT NULL
    AND (r.call LIKE 'Reset%' OR r.call LIKE 'De%' OR (r.removed IS NOT NULL AND ct_not_among(coalesce(s.accounts, s.groups), r.removed) IS NULL))
  GROUP BY c.file_id, c.record_index
),
named AS (
  SELECT
    c.event_time, c.same_second_rank, c.file_id, c.record_index, c.recipient_account_id, c.aws_region, c.service, c.event_name,
    c.outcome, c.actor, c.user_identity_access_key_id, c.source_ip_address, c.user_agent, c.target, c.error_code,
    c.error_message, c.request_parameters, c.event_id,
    c.call, c.is_attempt, c.is_by_service,
    c.is_by_deployment_tool OR ct_matches(lower(c.user_agent), 'packer') AS is_by_deployment_tool,
    CASE WHEN s.accounts = 'all' OR s.groups = 'all' THEN 'everybody' ELSE coalesce(s.accounts, s.groups, s.organization) END AS given_to,
    coalesce(s.accounts = 'all' OR s.groups = 'all', false) AS is_public,
    -- What stands where an account is named is one, whatever it looks like.
    ct_not_among(CASE WHEN c.call = 'AuthorizeDataShare' THEN ct_principal_accounts(s.accounts) ELSE s.accounts END, o.own || ', all' || coalesce(', ' || c.recipient_account_id, '')) AS unknown_accounts,
    s.organization IS NOT NULL AS is_organization,
    -- A copy under a key of somebody else is theirs to read, and theirs alone when the first is deleted.
    CASE WHEN c.call IN ('CopySnapshot', 'CopyImage', 'CopyDBSnapshot', 'CopyDBClusterSnapshot', 'ModifyEbsDefaultKmsKeyId') THEN ct_not_among(
      ct_extract(CAST(c.request_parameters AS VARCHAR), '(?i)"kmsKeyId":"arn:[^:]*:kms:[^:]*:([^:]+):', 1), o.own || coalesce(', ' || c.recipient_account_id, '')) END AS key_account,
    b.unshared_at,
    v.snapshot,
    coalesce(ct_json(c.request_parameters, 's3BucketName'), ct_json(c.request_parameters, 's3Bucket'), ct_json(c.request_parameters, 'bucket'),
      ct_json(c.request_parameters, 's3ExportLocation.s3Bucket'), ct_json(c.request_parameters, 'exportToS3.s3Bucket'),
      ct_extract(CAST(c.request_parameters AS VARCHAR), '(?i)"s3Bucket(?:Name)?":"([^"]+)"', 1)) AS bucket
  FROM calls c
  CROSS JOIN own_accounts o
  JOIN shares s ON s.file_id = c.file_id AND s.record_index = c.record_index
  LEFT JOIN taken_back b ON b.file_id = c.file_id AND b.record_index = c.record_index
  LEFT JOIN volumes v ON c.call = 'AttachVolume' AND v.volume = coalesce(ct_json(c.request_parameters, 'volumeId'), c.target)
),
told AS (
  SELECT
    event_time, same_second_rank, file_id, record_index, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_id, call, is_attempt, is_by_service, is_by_deployment_tool, given_to, is_public, unknown_accounts, is_organization, unshared_at, bucket, key_account,
    CASE
      WHEN is_public THEN 'shared with everybody'
      WHEN unknown_accounts IS NOT NULL THEN 'shared with an account not known as yours: ' || unknown_accounts
      WHEN is_organization THEN 'shared with an organization or a part of it'
      WHEN given_to IS NOT NULL THEN 'shared with an account of yours'
      WHEN is_attempt AND request_parameters IS NULL AND (call LIKE 'Modify%' OR call LIKE 'Authorize%') THEN 'change of who may use it; the record does not say for whom'
      WHEN call = 'SharedSnapshotCopyInitiated' THEN 'AWS reports that somebody copied this shared snapshot'
      WHEN call = 'SharedSnapshotVolumeCreated' THEN 'AWS reports that somebody made a volume from this shared snapshot'
      WHEN call = 'DisableSnapshotBlockPublicAccess' THEN 'snapshots of the region may be made public again'
      WHEN call = 'DisableImageBlockPublicAccess' THEN 'images of the region may be made public again'
      WHEN call = 'ModifyEbsDefaultKmsKeyId' AND key_account IS NOT NULL THEN 'new disks are encrypted with a key of an account not known as yours: ' || key_account
      WHEN key_account IS NOT NULL THEN 'copied, and encrypted with a key of an account not known as yours: ' || key_account
      WHEN call IN ('CopySnapshot', 'CopyImage', 'CopyDBSnapshot', 'CopyDBClusterSnapshot', 'ExportSnapshot') THEN 'copied'
      WHEN call IN ('CreateStoreImageTask', 'CreateInstanceExportTask', 'ExportImage', 'StartExportTask', 'ExportTableToPointInTime')
        THEN 'exported to a bucket' || coalesce(': ' || bucket, '')
      WHEN call IN ('ListSnapshotBlocks', 'ListChangedBlocks') THEN 'blocks of a snapshot listed, as one does to read it without a volume'
      WHEN snapshot IS NOT NULL THEN 'volume made from a snapshot attached to an instance; snapshot: ' || snapshot
    END AS what
  FROM named
)
SELECT
  event_time, recipient_account_id AS account, aws_region AS region, service, event_name, outcome, actor,
  nullif(user_identity_access_key_id, '') AS access_key, source_ip_address AS source_ip, user_agent, target,
  coalesce(nullif(error_code, ''), error_message, substr(CAST(request_parameters AS VARCHAR), 1, 500)) AS detail,
  event_id,
  CASE WHEN is_attempt THEN 'attempted' WHEN call LIKE 'Disable%' OR call = 'ModifyEbsDefaultKmsKeyId' OR given_to IS NOT NULL THEN 'weakened' ELSE 'created' END AS effect,
  given_to,
  is_public,
  unknown_accounts,
  CASE WHEN NOT is_attempt THEN unshared_at END AS unshared_at,
  CASE
    WHEN is_attempt AND (is_public OR unknown_accounts IS NOT NULL) THEN 'medium'
    WHEN is_attempt THEN 'low'
    WHEN call LIKE 'SharedSnapshot%' THEN 'medium'
    WHEN is_by_service THEN 'informational'
    WHEN (is_public OR unknown_accounts IS NOT NULL) AND NOT is_by_deployment_tool THEN 'high'
    WHEN is_public OR unknown_accounts IS NOT NULL OR is_organization THEN 'medium'
    WHEN what LIKE 'exported%' AND NOT is_by_deployment_tool THEN 'medium'
    WHEN call LIKE 'Disable%' AND NOT is_by_deployment_tool THEN 'medium'
    WHEN key_account IS NOT NULL AND NOT is_by_deployment_tool THEN 'medium'
    WHEN what = 'copied' THEN 'informational'
    ELSE 'low'
  END AS severity,
  CASE outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' WHEN 'dry-run' THEN 'dry run: ' ELSE '' END
    || what
    || CASE WHEN is_by_deployment_tool THEN '; client names itself a deployment tool' ELSE '' END
    || CASE WHEN is_by_service THEN '; by a service of itself' ELSE '' END
    || CASE WHEN unshared_at IS NOT NULL AND NOT is_attempt THEN '; taken back later' ELSE '' END AS why
FROM told
WHERE what IS NOT NULL
ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index;
