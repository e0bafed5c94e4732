-- ---
-- id: console-logins
-- title: Sign-ins to the console
-- question: Who signed in to the console, from where, and with a second factor?
-- phase: initial-access
-- kind: finding
-- severity: medium
-- attack: [T1078.004]
-- requires: [management]
-- counts: records
-- params:
--   result: {type: string, default: any, choices: [any, success, failure, unknown], help: Only sign-ins that ended so}
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: ip-pivot, with: {ip: source_ip}}
-- false_positives:
--   - For a federated sign-in AWS writes MFAUsed No whatever happened at the identity provider; mfa is empty then
--   - Programs that keep keys for people, such as aws-vault, open the console by a link made from keys
--   - People mistype; a failure followed by a success from the same address is ordinary
-- cannot_show: sign-ins recorded in a region that is not in the case (each is recorded where its endpoint lies), which user was meant when AWS hides the name, and what happened at an identity provider
-- references:
--   - "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html"
-- tests:
--   - {fixture: demo, rows: "69"}
-- ---
WITH sign_ins AS (
  SELECT
    event_time, same_second_rank, file_id, record_index, recipient_account_id, aws_region, service, event_name, outcome,
    actor, actor_inferred, user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message,
    event_id, user_identity_type, additional_event_data,
    CASE
      WHEN outcome = 'no-error' THEN 'success'
      WHEN outcome IN ('failure', 'denied') THEN 'failure'
      ELSE 'unknown'
    END AS verdict,
    ct_json(additional_event_data, 'MFAUsed') AS mfa_used,
    coalesce(user_identity_type, '') IN ('AssumedRole', 'FederatedUser', 'SAMLUser', 'WebIdentityUser')
      OR ct_json_has(additional_event_data, 'SamlProviderArn') AS is_federated
  FROM events
  WHERE (event_type = 'AwsConsoleSignIn' OR service = 'signin' OR service LIKE 'signin.%')
    AND event_name IN ('ConsoleLogin', 'SwitchRole', 'CheckMfa', 'GetSigninToken')
)
SELECT
  event_time, recipient_account_id AS account, aws_region AS region, service, event_name, outcome, actor,
  nullif(user_identity_access_key_id, '') AS access_key, source_ip_address AS source_ip, user_agent, target,
  coalesce(
    nullif(error_code, ''),
    error_message,
    'switched from ' || ct_json(additional_event_data, 'SwitchFrom'),
    ct_json(additional_event_data, 'MfaType')
  ) AS detail,
  event_id,
  verdict,
  CASE WHEN NOT is_federated THEN mfa_used END AS mfa,
  coalesce(ct_json(additional_event_data, 'LoginTo'), ct_json(additional_event_data, 'RedirectTo')) AS login_to,
  CASE
    WHEN verdict <> 'success' THEN 'low'
    WHEN event_name = 'ConsoleLogin' AND user_identity_type = 'Root' AND lower(mfa_used) = 'yes' THEN 'medium'
    WHEN event_name = 'ConsoleLogin' AND user_identity_type = 'Root' THEN 'high'
    WHEN event_name = 'ConsoleLogin' AND NOT is_federated AND lower(mfa_used) = 'no' THEN 'medium'
    -- Identity Center makes such a link of its own for whoever opens an account in its portal.
    WHEN event_name = 'GetSigninToken' AND NOT ct_matches(user_agent, '^Jersey/') THEN 'low'
    ELSE 'informational'
  END AS severity,
  CASE
    WHEN verdict = 'unknown' THEN 'the record does not say how it ended'
    WHEN verdict = 'failure' THEN 'sign-in failed'
    WHEN event_name = 'CheckMfa' THEN 'second factor asked for; the sign-in is an event of its own'
    WHEN event_name = 'GetSigninToken' THEN 'link into the console made from temporary keys'
    WHEN event_name = 'SwitchRole' THEN 'switched to a role in the console'
    WHEN user_identity_type = 'Root' AND lower(mfa_used) = 'no' THEN 'signed in as root without MFA'
    WHEN user_identity_type = 'Root' AND lower(mfa_used) = 'yes' THEN 'signed in as root with MFA'
    WHEN user_identity_type = 'Root' THEN 'signed in as root'
    WHEN is_federated THEN 'federated sign-in; a second factor would be known to the identity provider alone'
    WHEN lower(mfa_used) = 'no' THEN 'signed in without MFA'
    WHEN lower(mfa_used) = 'yes' THEN 'signed in with MFA'
    ELSE 'signed in; MFA not recorded'
  END || CASE WHEN actor_inferred THEN '; actor inferred from the principal id' ELSE '' END AS why
FROM sign_ins
WHERE lower(CAST($result AS VARCHAR)) = 'any' OR verdict = lower(CAST($result AS VARCHAR))
ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index;
