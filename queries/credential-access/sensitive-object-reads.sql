-- ---
-- id: sensitive-object-reads
-- title: Files with credentials read
-- question: Were files that hold keys, passwords or copies of databases read from buckets?
-- phase: credential-access
-- kind: finding
-- severity: medium
-- attack: [T1552.001, T1530]
-- requires: [data:s3:read($bucket)]
-- context: all
-- counts: records
-- params:
--   bucket: {type: string, default: null, suggest: target, help: "Only this bucket, by its name or ARN"}
--   keys: {type: regex, default: '(?i)(^|[/._-])(\.env(\.[a-z]+)?|\.?aws/credentials|credentials(\.(csv|json|ya?ml|txt|ini))?|id_(rsa|dsa|ecdsa|ed25519)|\.?htpasswd|\.?netrc|\.?pgpass|\.git-credentials|\.npmrc|\.pypirc|kubeconfig|\.kube/config|shadow|ntds\.dit|wp-config\.php|secrets?\.(ya?ml|json|env|txt)|passwords?\.(txt|csv|xlsx?|kdbx))$|\.(pem|ppk|p12|pfx|jks|keystore|kdbx?|ovpn|tfstate|tfvars|rdp)$|\.(sql|dump|bak)(\.(gz|zip|xz|bz2|zst))?$', help: "What the end of an object's key looks like"}
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: s3-bulk-download}
--   - {query: ip-pivot, with: {ip: source_ip}}
-- false_positives:
--   - Terraform reads its state with every run, and services their settings whenever they start
--   - A name promises, and need not keep it; what matters is who reads a file for the first time
-- cannot_show: what an object held, reads in buckets whose data events are not recorded, and keys that AWS left out of the record
-- references:
--   - "https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html"
--   - "https://attack.mitre.org/techniques/T1552/001/"
-- tests:
--   - {fixture: demo, rows: "0"}
-- ---
WITH reads AS (
  SELECT
    file_id, record_index,
    coalesce(user_identity_account_id, '') IN ('ANONYMOUS_PRINCIPAL', 'anonymous') OR actor = 'anonymous' AS is_anonymous,
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn) AS is_by_service,
    ct_is_deployment_tool(user_agent) AS is_by_deployment_tool,
    ct_matches(target, '(?i)\.(sql|dump|bak)(\.[a-z0-9]+)?$') AS is_copy,
    row_number() OVER (
      PARTITION BY coalesce(principal_unique_id, actor), target, CASE WHEN outcome = 'no-error' THEN 1 ELSE 0 END
      ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index
    ) = 1 AS is_first
  FROM all_events
  WHERE service = 's3' AND event_base_name IN ('GetObject', 'SelectObjectContent', 'RestoreObject', 'GetObjectTorrent')
    -- A key alone: the bucket's name stands before it.
    AND ct_matches(ct_extract(target, '^(?:arn:[^:]*:s3:::)?[^/]+/(.+)$', 1), CAST($keys AS VARCHAR))
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
)
SELECT
  e.event_time, e.recipient_account_id AS account, e.aws_region AS region, e.service, e.event_name, e.outcome, e.actor,
  nullif(e.user_identity_access_key_id, '') AS access_key, e.source_ip_address AS source_ip, e.user_agent, e.target,
  coalesce(nullif(e.error_code, ''), e.error_message, substr(CAST(e.request_parameters AS VARCHAR), 1, 500)) AS detail,
  e.event_id,
  r.is_first AS is_first_read,
  -- Of an action recorded in two accounts, in one row: so that a sum is what left.
  CASE WHEN e.outcome = 'no-error' AND k.file_id IS NULL THEN ct_number(ct_json(e.additional_event_data, 'bytesTransferredOut')) END AS bytes_out,
  CASE
    WHEN e.outcome IN ('failure', 'denied', 'dry-run') THEN 'low'
    WHEN r.is_anonymous THEN 'high'
    WHEN r.is_by_service OR r.is_by_deployment_tool OR NOT r.is_first THEN 'informational'
    WHEN r.is_copy THEN 'low'
    ELSE 'medium'
  END AS severity,
  CASE e.outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' ELSE '' END
    || CASE WHEN r.is_copy THEN 'file that looks like a copy of a database' ELSE 'file that looks like keys or passwords' END
    || CASE WHEN r.is_first THEN '; read by this caller for the first time in the case' ELSE '; as this caller did before' END
    || CASE WHEN r.is_anonymous THEN '; without credentials' ELSE '' END
    || CASE WHEN r.is_by_deployment_tool THEN '; client names itself a deployment tool' ELSE '' END AS why
FROM events e
JOIN reads r ON r.file_id = e.file_id AND r.record_index = e.record_index
LEFT JOIN later_copies k ON k.file_id = e.file_id AND k.record_index = e.record_index
WHERE e.service = 's3' AND e.event_base_name IN ('GetObject', 'SelectObjectContent', 'RestoreObject', 'GetObjectTorrent')
  AND ct_is_in_bucket(e.target, CAST($bucket AS VARCHAR))
ORDER BY e.event_time NULLS LAST, e.same_second_rank, e.event_id, e.file_id, e.record_index;
