-- ---
-- id: new-credentials
-- title: New credentials
-- question: Which credentials were made or switched on, for whom, and were they used?
-- phase: identity
-- kind: finding
-- severity: medium
-- attack: [T1098.001]
-- requires: [management:write]
-- context: all
-- counts: records
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: key-usage, with: {access_key: new_credential_id}}
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: login-profile-changes}
-- false_positives:
--   - Administrators make keys and passwords for new users
--   - Keys are rotated, by their owners or by a tool
-- cannot_show: uses that no trail of this case records, and who holds a key once it is made
-- references:
--   - "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html"
--   - "https://attack.mitre.org/techniques/T1098/001/"
-- tests:
--   - {fixture: demo, rows: "3"}
--   - {fixture: stratus/persistence.iam-backdoor-user, rows: "1"}
--   - {fixture: stratus/persistence.iam-create-admin-user, rows: ">=1"}
--   - {fixture: stratus/persistence.iam-create-user-login-profile, rows: ">=1"}
-- ---
WITH calls AS (
  SELECT
    file_id, record_index, event_time, same_second_rank, event_id, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_base_name AS call,
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn) AS is_by_service,
    ct_is_deployment_tool(user_agent) OR coalesce(user_identity_invoked_by, '') = 'cloudformation.amazonaws.com' AS is_by_tool,
    outcome IN ('failure', 'denied', 'dry-run') AS is_attempt,
    user_identity_type,
    coalesce(user_identity_user_name, ct_extract(user_identity_arn, ':user/(?:.*/)?([^/]+)$', 1)) AS caller_name,
    coalesce(ct_json(request_parameters, 'userName'), ct_json(response_elements, 'accessKey.userName'),
      ct_json(response_elements, 'serviceSpecificCredential.userName'), ct_json(response_elements, 'loginProfile.userName')) AS owner_named,
    coalesce(issued_access_key_id, ct_json(response_elements, 'accessKey.accessKeyId'), ct_json(request_parameters, 'accessKeyId'),
      ct_json(response_elements, 'serviceSpecificCredential.serviceSpecificCredentialId'),
      ct_json(response_elements, 'sSHPublicKey.sSHPublicKeyId'), ct_json(response_elements, 'certificate.certificateId'),
      ct_json(response_elements, 'virtualMFADevice.serialNumber'), ct_json(request_parameters, 'serialNumber'),
      ct_json(response_elements, 'keyPairId'), ct_json(request_parameters, 'keyName')) AS new_credential_id
  FROM events
  WHERE coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
    AND ((service = 'iam' AND event_base_name IN ('CreateAccessKey', 'CreateLoginProfile', 'UpdateLoginProfile', 'ChangePassword',
        'CreateServiceSpecificCredential', 'ResetServiceSpecificCredential', 'UploadSSHPublicKey', 'UploadSigningCertificate',
        'CreateVirtualMFADevice', 'EnableMFADevice'))
      OR (service = 'iam' AND event_base_name IN ('UpdateAccessKey', 'UpdateServiceSpecificCredential', 'UpdateSSHPublicKey')
        AND coalesce(ct_json(request_parameters, 'status'), 'Active') = 'Active')
      OR (service = 'sts' AND event_base_name IN ('GetFederationToken', 'GetSessionToken'))
      OR (service = 'ec2' AND event_base_name IN ('CreateKeyPair', 'ImportKeyPair'))
      OR (service = 'lightsail' AND event_base_name = 'DownloadDefaultKeyPair'))
    AND service IN ('iam', 'sts', 'ec2', 'lightsail')
    AND event_base_name IN ('CreateAccessKey', 'CreateLoginProfile', 'UpdateLoginProfile', 'ChangePassword', 'CreateServiceSpecificCredential',
      'ResetServiceSpecificCredential', 'UploadSSHPublicKey', 'UploadSigningCertificate', 'CreateVirtualMFADevice', 'EnableMFADevice', 'UpdateAccessKey',
      'UpdateServiceSpecificCredential', 'UpdateSSHPublicKey', 'GetFederationToken', 'GetSessionToken', 'CreateKeyPair', 'ImportKeyPair', 'DownloadDefaultKeyPair')
),
uses AS (
  SELECT c.new_credential_id, count(*) AS n_uses, min(a.event_time) AS first_use
  FROM (SELECT DISTINCT new_credential_id FROM calls WHERE new_credential_id IS NOT NULL) c
  JOIN all_events a ON a.user_identity_access_key_id = c.new_credential_id
  GROUP BY c.new_credential_id
),
judged AS (
  SELECT
    file_id, record_index, event_time, same_second_rank, event_id, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, call, is_attempt, is_by_service, is_by_tool, user_identity_type,
    c.new_credential_id, u.n_uses, u.first_use,
    coalesce(owner_named, CASE WHEN user_identity_type = 'Root' AND call IN ('CreateAccessKey', 'CreateLoginProfile') THEN 'root' ELSE caller_name END) AS owner,
    CASE WHEN owner_named IS NULL OR owner_named = caller_name THEN 'self' ELSE 'other' END AS whose
  FROM calls c
  LEFT JOIN uses u ON u.new_credential_id = c.new_credential_id
)
SELECT
  event_time, recipient_account_id AS account, aws_region AS region, service, event_name, outcome, actor,
  nullif(user_identity_access_key_id, '') AS access_key, source_ip_address AS source_ip, user_agent, target,
  coalesce(nullif(error_code, ''), error_message, substr(CAST(request_parameters AS VARCHAR), 1, 500)) AS detail,
  event_id,
  CASE WHEN is_attempt THEN 'attempted' ELSE 'created' END AS effect,
  owner, whose, new_credential_id,
  coalesce(n_uses, 0) AS uses_in_case, first_use,
  CASE
    WHEN is_by_service THEN 'informational'
    WHEN is_attempt THEN 'low'
    WHEN user_identity_type = 'Root' AND call = 'CreateAccessKey' AND whose = 'self' THEN 'high'
    WHEN call IN ('CreateAccessKey', 'CreateLoginProfile', 'UpdateLoginProfile', 'UpdateAccessKey', 'CreateServiceSpecificCredential',
      'ResetServiceSpecificCredential', 'UploadSSHPublicKey', 'UploadSigningCertificate') AND whose = 'other' AND NOT is_by_tool THEN 'medium'
    WHEN call = 'GetFederationToken' THEN 'medium'
    WHEN is_by_tool OR call IN ('GetSessionToken', 'ChangePassword', 'CreateKeyPair', 'ImportKeyPair') THEN 'informational'
    ELSE 'low'
  END AS severity,
  CASE outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' WHEN 'dry-run' THEN 'dry run: ' ELSE '' END || CASE call
      WHEN 'CreateAccessKey' THEN 'access key made'
      WHEN 'UpdateAccessKey' THEN 'access key switched on'
      WHEN 'CreateLoginProfile' THEN 'console password made'
      WHEN 'UpdateLoginProfile' THEN 'console password replaced'
      WHEN 'ChangePassword' THEN 'own password changed'
      WHEN 'GetFederationToken' THEN 'federation token issued'
      WHEN 'GetSessionToken' THEN 'session token issued'
      WHEN 'CreateVirtualMFADevice' THEN 'MFA device made'
      WHEN 'EnableMFADevice' THEN 'MFA device put to use'
      WHEN 'CreateKeyPair' THEN 'SSH key pair made by EC2'
      WHEN 'ImportKeyPair' THEN 'SSH key brought into EC2'
      WHEN 'DownloadDefaultKeyPair' THEN 'default SSH key of Lightsail fetched'
      ELSE 'credential of a user made or switched on' END
    || CASE WHEN whose = 'other' THEN ' for another user: ' || owner ELSE '' END
    || CASE WHEN n_uses > 0 THEN '; used in this case: ' || CAST(n_uses AS VARCHAR) || ' records' ELSE '' END
    || CASE WHEN is_by_tool THEN '; client names itself a deployment tool' ELSE '' END
    || CASE WHEN is_by_service THEN '; by a service of itself' ELSE '' END AS why
FROM judged
ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index;
