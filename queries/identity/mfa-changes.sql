-- ---
-- id: mfa-changes
-- title: MFA changed
-- question: Were MFA devices taken away, added or resynchronised?
-- phase: identity
-- kind: finding
-- severity: medium
-- attack: [T1556.006]
-- requires: [management:write]
-- context: scope
-- counts: records
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: console-logins}
-- false_positives:
--   - A new phone is a new device, and the old one goes
-- cannot_show: who holds the device
-- references:
--   - "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa.html"
--   - "https://attack.mitre.org/techniques/T1556/006/"
-- tests:
--   - {fixture: demo, rows: "0"}
-- ---
WITH calls AS (
  SELECT
    file_id, record_index, event_time, same_second_rank, event_id, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_base_name AS call,
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn) AS is_by_service,
    ct_is_deployment_tool(user_agent) OR coalesce(user_identity_invoked_by, '') = 'cloudformation.amazonaws.com' AS is_by_tool,
    outcome IN ('failure', 'denied', 'dry-run') AS is_attempt,
    coalesce(ct_json(request_parameters, 'userName'), ct_extract(ct_json(request_parameters, 'serialNumber'), ':mfa/(.+)$', 1)) AS owner,
    coalesce(user_identity_user_name, ct_extract(user_identity_arn, ':user/(?:.*/)?([^/]+)$', 1)) AS caller_name,
    user_identity_access_key_id <> '' AND (session_created_at IS NOT NULL OR user_identity_access_key_id LIKE 'ASIA%') AND coalesce(session_credential_from_console, false) = false
      AND ct_agent_family(user_agent) NOT IN ('console', 'browser') AS is_temporary_key
  FROM events
  WHERE service = 'iam' AND event_base_name IN ('DeactivateMFADevice', 'DeleteVirtualMFADevice', 'CreateVirtualMFADevice', 'EnableMFADevice', 'ResyncMFADevice') AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
)
SELECT
  event_time, recipient_account_id AS account, aws_region AS region, service, event_name, outcome, actor,
  nullif(user_identity_access_key_id, '') AS access_key, source_ip_address AS source_ip, user_agent, target,
  coalesce(nullif(error_code, ''), error_message, substr(CAST(request_parameters AS VARCHAR), 1, 500)) AS detail,
  event_id,
  CASE WHEN is_attempt THEN 'attempted' WHEN call IN ('DeactivateMFADevice', 'DeleteVirtualMFADevice') THEN 'removed' WHEN call = 'ResyncMFADevice' THEN NULL ELSE 'created' END AS effect,
  owner, CASE WHEN owner IS NULL OR owner = caller_name THEN 'self' ELSE 'other' END AS whose, is_temporary_key,
  CASE
    WHEN is_attempt OR is_by_service OR is_by_tool THEN 'low'
    WHEN call = 'DeactivateMFADevice' THEN 'medium'
    WHEN call IN ('EnableMFADevice', 'CreateVirtualMFADevice') AND is_temporary_key THEN 'medium'
    ELSE 'informational'
  END AS severity,
  CASE outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' WHEN 'dry-run' THEN 'dry run: ' ELSE '' END || CASE call WHEN 'DeactivateMFADevice' THEN 'MFA device taken from a user' WHEN 'DeleteVirtualMFADevice' THEN 'MFA device deleted'
      WHEN 'CreateVirtualMFADevice' THEN 'MFA device made' WHEN 'EnableMFADevice' THEN 'MFA device given to a user' ELSE 'MFA device resynchronised' END
    || CASE WHEN owner <> coalesce(caller_name, '') THEN ': ' || owner ELSE '' END
    || CASE WHEN is_temporary_key THEN '; with a temporary key, outside the console' ELSE '' END AS why
FROM calls
ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index;
