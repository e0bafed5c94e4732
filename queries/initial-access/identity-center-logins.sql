-- ---
-- id: identity-center-logins
-- title: Identity Center
-- question: Who came in through Identity Center, from where, and to which accounts and roles?
-- phase: initial-access
-- kind: finding
-- severity: informational
-- attack: [T1528]
-- requires: [management]
-- context: all
-- counts: records
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: ip-pivot, with: {ip: source_ip}}
--   - {query: console-logins}
-- false_positives:
--   - Every day's work of whoever uses single sign-on
--   - The command line gets its token at another address when a VPN is switched on between
-- cannot_show: sign-ins at an outside identity provider, and names that AWS hides
-- references:
--   - "https://docs.aws.amazon.com/singlesignon/latest/userguide/logging-using-cloudtrail.html"
--   - "https://attack.mitre.org/techniques/T1528/"
-- tests:
--   - {fixture: demo, rows: "142"}
-- ---
WITH calls AS (
  SELECT
    file_id, record_index, event_time, same_second_rank, event_id, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_base_name AS call,
    coalesce(user_identity_on_behalf_of_user_id, user_identity_user_name, user_identity_principal_id, actor) AS person,
    coalesce(ct_json(service_event_details, 'account_id'), ct_json(request_parameters, 'accountId')) AS to_account,
    coalesce(ct_json(service_event_details, 'role_name'), ct_json(request_parameters, 'roleName')) AS to_role
  FROM events
  WHERE service IN ('sso', 'sso-oauth', 'signin')
    AND event_base_name IN ('Authenticate', 'UserAuthentication', 'CredentialChallenge', 'CredentialVerification', 'Federate', 'CreateToken',
      'CreateTokenWithIAM', 'StartDeviceAuthorization', 'RegisterClient', 'GetRoleCredentials', 'ListApplications', 'ListProfilesForApplication', 'Logout')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
-- Addresses at which a person proved who they are.
proven AS (
  SELECT DISTINCT coalesce(user_identity_on_behalf_of_user_id, user_identity_user_name, user_identity_principal_id, actor) AS person, source_ip_address
  FROM all_events
  WHERE service IN ('sso', 'signin') AND event_base_name IN ('Authenticate', 'UserAuthentication', 'CredentialVerification') AND outcome NOT IN ('failure', 'denied')
),
people AS (
  SELECT DISTINCT person FROM proven
)
SELECT
  c.event_time, c.recipient_account_id AS account, c.aws_region AS region, c.service, c.event_name, c.outcome, c.actor,
  nullif(c.user_identity_access_key_id, '') AS access_key, c.source_ip_address AS source_ip, c.user_agent, c.target,
  coalesce(nullif(c.error_code, ''), c.error_message, substr(CAST(c.request_parameters AS VARCHAR), 1, 500)) AS detail,
  c.event_id,
  c.person, c.to_account, c.to_role,
  CASE
    WHEN c.outcome IN ('failure', 'denied') THEN 'low'
    WHEN c.call = 'CreateToken' AND h.person IS NOT NULL AND p.person IS NULL THEN 'medium'
    ELSE 'informational'
  END AS severity,
  CASE c.outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' ELSE '' END
    || CASE c.call WHEN 'Federate' THEN 'went on to an account' WHEN 'CreateToken' THEN 'token for a program handed out' WHEN 'GetRoleCredentials' THEN 'keys of a role handed out'
      WHEN 'StartDeviceAuthorization' THEN 'a program asked to be let in' WHEN 'ListApplications' THEN 'portal opened' ELSE 'sign-in step ' || c.call END
    || coalesce(': ' || c.to_account, '') || coalesce(' as ' || c.to_role, '')
    || CASE WHEN c.call = 'CreateToken' AND h.person IS NOT NULL AND p.person IS NULL THEN '; at an address where this person never signed in' ELSE '' END AS why
FROM calls c
LEFT JOIN proven p ON p.person = c.person AND p.source_ip_address = c.source_ip_address
LEFT JOIN people h ON h.person = c.person
ORDER BY c.event_time NULLS LAST, c.same_second_rank, c.event_id, c.file_id, c.record_index;
