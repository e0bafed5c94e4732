-- ---
-- id: root-takeover
-- title: Root taken over or changed
-- question: Was the root user's password recovered, its e-mail changed, or its access handed around?
-- phase: initial-access
-- kind: finding
-- severity: high
-- attack: [T1098]
-- requires: [management:write]
-- context: scope
-- counts: records
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: root-activity}
--   - {query: ip-pivot, with: {ip: source_ip}}
-- false_positives:
--   - Owners recover a forgotten root password, and companies move root to another mailbox
--   - Central management of root access opens short root sessions in member accounts
-- cannot_show: mail and support cases through which a root user can be recovered too
-- references:
--   - "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user.html"
--   - "https://attack.mitre.org/techniques/T1098/"
-- tests:
--   - {fixture: demo, rows: "0"}
-- ---
WITH calls AS (
  SELECT
    file_id, record_index, event_time, same_second_rank, event_id, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_base_name AS call, user_identity_type, outcome IN ('failure', 'denied', 'dry-run') AS is_attempt,
    ct_json(request_parameters, 'userName') AS named
  FROM events
  WHERE coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
    AND event_base_name IN ('PasswordRecoveryRequested', 'PasswordRecoveryCompleted', 'PasswordUpdated', 'EmailUpdated', 'AssumeRoot',
      'EnableOrganizationsRootSessions', 'DisableOrganizationsRootSessions', 'EnableOrganizationsRootCredentialsManagement',
      'DisableOrganizationsRootCredentialsManagement', 'CreateAccessKey', 'CreateLoginProfile', 'UpdateLoginProfile', 'DeactivateMFADevice',
      'StartPrimaryEmailUpdate', 'AcceptPrimaryEmailUpdate')
    AND service IN ('signin', 'iam', 'sts', 'account')
)
SELECT
  event_time, recipient_account_id AS account, aws_region AS region, service, event_name, outcome, actor,
  nullif(user_identity_access_key_id, '') AS access_key, source_ip_address AS source_ip, user_agent, target,
  coalesce(nullif(error_code, ''), error_message, substr(CAST(request_parameters AS VARCHAR), 1, 500)) AS detail,
  event_id,
  CASE WHEN is_attempt THEN 'attempted' WHEN call LIKE 'Disable%' OR call = 'DeactivateMFADevice' THEN 'removed'
    WHEN call IN ('CreateAccessKey', 'CreateLoginProfile') THEN 'created' WHEN call = 'PasswordRecoveryRequested' THEN NULL ELSE 'weakened' END AS effect,
  CASE
    WHEN is_attempt OR call = 'PasswordRecoveryRequested' THEN 'medium'
    WHEN call IN ('EnableOrganizationsRootSessions', 'DisableOrganizationsRootSessions', 'EnableOrganizationsRootCredentialsManagement',
      'DisableOrganizationsRootCredentialsManagement', 'AssumeRoot', 'StartPrimaryEmailUpdate') THEN 'medium'
    ELSE 'high'
  END AS severity,
  CASE outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' WHEN 'dry-run' THEN 'dry run: ' ELSE '' END || CASE call
    WHEN 'PasswordRecoveryRequested' THEN 'recovery of the root password asked for'
    WHEN 'PasswordRecoveryCompleted' THEN 'root password set anew by recovery'
    WHEN 'PasswordUpdated' THEN 'root password changed'
    WHEN 'EmailUpdated' THEN 'mail address of the root user changed'
    WHEN 'StartPrimaryEmailUpdate' THEN 'change of the root mail address begun'
    WHEN 'AcceptPrimaryEmailUpdate' THEN 'mail address of the root user changed'
    WHEN 'AssumeRoot' THEN 'root session opened in a member account'
    WHEN 'CreateAccessKey' THEN 'access key made for root'
    WHEN 'CreateLoginProfile' THEN 'console password made for root'
    WHEN 'UpdateLoginProfile' THEN 'console password of root replaced'
    WHEN 'DeactivateMFADevice' THEN 'MFA device taken from root'
    ELSE 'central management of root access changed' END AS why
FROM calls
WHERE call NOT IN ('CreateAccessKey', 'CreateLoginProfile', 'UpdateLoginProfile', 'DeactivateMFADevice')
  OR (user_identity_type = 'Root' AND (named IS NULL OR upper(named) = 'AWS ROOT USER'))
ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index;
