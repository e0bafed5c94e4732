-- ---
-- id: console-actions
-- title: Clicked in the console
-- question: What was changed by hand in the console, and by whom?
-- phase: triage
-- kind: overview
-- requires: [management:write, data:*:write]
-- context: scope
-- counts: records
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: console-logins}
-- false_positives:
--   - In most accounts people work in the console every day
--   - One click makes several calls, and some are the console's own
--   - A client may call itself a browser
-- cannot_show: a click for which the console called nothing, and whether a person or a program drove the browser
-- references:
--   - "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html"
-- tests:
--   - {fixture: demo, rows: "0"}
-- ---
-- Few clients make many calls: each is looked at once.
WITH clients AS (
  SELECT user_agent, ct_agent_family(user_agent) AS client
  FROM (SELECT DISTINCT user_agent FROM events WHERE NOT ct_is_read(read_only, event_base_name) AND user_agent <> '') agents
)
SELECT
  e.event_time, e.recipient_account_id AS account, e.aws_region AS region, e.service, e.event_name, e.outcome, e.actor,
  nullif(e.user_identity_access_key_id, '') AS access_key, e.source_ip_address AS source_ip, e.user_agent, e.target,
  coalesce(nullif(e.error_code, ''), e.error_message, substr(CAST(e.request_parameters AS VARCHAR), 1, 500)) AS detail,
  e.event_id,
  CASE
    WHEN c.client = 'browser' THEN 'browser'
    WHEN coalesce(e.session_credential_from_console, false) THEN 'credential of a console session'
    ELSE 'client of the console'
  END AS how,
  e.user_identity_invoked_by AS invoked_by,
  e.action_id
FROM events e
LEFT JOIN clients c ON c.user_agent = e.user_agent
WHERE NOT ct_is_read(e.read_only, e.event_base_name)
  AND coalesce(e.event_category, '') NOT IN ('Insight', 'NetworkActivity')
  -- Signing in changes nothing, and has a question of its own.
  AND coalesce(e.service, '') NOT IN ('signin', 'sso', 'sso-oauth')
  AND coalesce(e.event_type, '') NOT IN ('AwsConsoleSignIn', 'AwsServiceEvent')
  -- A shell in the console types, and clicks nothing.
  AND coalesce(c.client, '') <> 'cloudshell'
  AND (coalesce(e.session_credential_from_console, false) OR c.client IN ('console', 'browser'))
  AND NOT ct_is_service_alone(e.user_identity_type, e.user_identity_invoked_by, e.session_issuer_arn)
ORDER BY e.event_time NULLS LAST, e.same_second_rank, e.event_id, e.file_id, e.record_index;
