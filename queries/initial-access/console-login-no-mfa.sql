-- ---
-- id: console-login-no-mfa
-- title: Console sign-ins without MFA
-- question: Who signed in to the console with a password alone?
-- phase: initial-access
-- kind: finding
-- severity: medium
-- attack: [T1078.004]
-- requires: [management:write]
-- context: scope
-- counts: records
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: ip-pivot, with: {ip: source_ip}}
--   - {query: console-logins}
-- false_positives:
--   - Accounts that never asked for MFA, and users who have not set theirs up yet
--   - Federated sign-ins ask for MFA elsewhere, say No here, and are left out
-- cannot_show: whether the password was the user's own, and MFA that an identity provider asked for
-- references:
--   - "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html"
--   - "https://attack.mitre.org/techniques/T1078/004/"
-- tests:
--   - {fixture: demo, rows: "1"}
--   - {fixture: stratus/initial-access.console-login-without-mfa, rows: "1"}
-- ---
SELECT
  event_time, recipient_account_id AS account, aws_region AS region, service, event_name, outcome, actor,
  nullif(user_identity_access_key_id, '') AS access_key, source_ip_address AS source_ip, user_agent, target,
  coalesce(nullif(error_code, ''), error_message, substr(CAST(request_parameters AS VARCHAR), 1, 500)) AS detail,
  event_id,
  ct_json(additional_event_data, 'LoginTo') AS login_to,
  CASE WHEN user_identity_type = 'Root' THEN 'high' ELSE 'medium' END AS severity,
  CASE WHEN user_identity_type = 'Root' THEN 'root signed in without MFA' ELSE 'signed in without MFA' END AS why
FROM events
WHERE service = 'signin' AND event_base_name = 'ConsoleLogin' AND outcome = 'no-error'
  AND user_identity_type IN ('IAMUser', 'Root')
  AND lower(ct_json(additional_event_data, 'MFAUsed')) = 'no'
  AND ct_json(additional_event_data, 'SamlProviderArn') IS NULL
ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index;
