-- ---
-- id: root-activity
-- title: Activity of the root user
-- question: Was the root user of an account used, and for what?
-- phase: triage
-- kind: finding
-- severity: high
-- attack: [T1078.004]
-- requires: [management]
-- counts: records
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: console-logins}
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: ip-pivot, with: {ip: source_ip}}
-- false_positives:
--   - Rows with invoked_by are AWS acting for the account, not somebody signed in as root
--   - Closing an account, changing its payment, and a few other tasks can be done by root alone
-- cannot_show: root use in accounts, regions and times whose log files are not in the case, nor a password reset, which is an event of its own
-- references:
--   - "https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-tasks.html"
--   - "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html"
-- tests:
--   - {fixture: demo, rows: "7"}
-- ---
SELECT
  event_time, recipient_account_id AS account, aws_region AS region, service, event_name, outcome, actor,
  nullif(user_identity_access_key_id, '') AS access_key, source_ip_address AS source_ip, user_agent, target,
  coalesce(nullif(error_code, ''), error_message, 'MFAUsed ' || ct_json(additional_event_data, 'MFAUsed')) AS detail,
  event_id,
  user_identity_invoked_by AS invoked_by,
  CASE
    -- Old records name the console as what sent a call.
    WHEN coalesce(user_identity_invoked_by, '') NOT IN ('', 'signin.amazonaws.com') THEN 'informational'
    WHEN outcome IN ('failure', 'denied') THEN 'medium'
    -- Looking at bills and sign-in with a second factor are what root is for; the first change is another matter.
    WHEN service = 'signin' AND event_base_name = 'ConsoleLogin' AND lower(ct_json(additional_event_data, 'MFAUsed')) = 'yes' THEN 'medium'
    WHEN user_identity_invoked_by = 'signin.amazonaws.com' AND session_mfa_authenticated AND NOT ct_is_read(read_only, event_base_name) THEN 'medium'
    WHEN ct_is_read(read_only, event_base_name) AND session_mfa_authenticated AND NOT coalesce(session_assumed_root, false) THEN 'low'
    ELSE 'high'
  END AS severity,
  CASE
    WHEN coalesce(user_identity_invoked_by, '') NOT IN ('', 'signin.amazonaws.com') THEN 'AWS on behalf of root: ' || user_identity_invoked_by
    WHEN session_assumed_root THEN 'privileged root session, opened from another account with AssumeRoot'
    WHEN service = 'signin' AND outcome IN ('failure', 'denied') THEN 'attempt to sign in as root'
    WHEN service = 'signin' AND lower(ct_json(additional_event_data, 'MFAUsed')) = 'no' THEN 'signed in as root without MFA'
    WHEN service = 'signin' THEN 'signed in as root' || CASE WHEN lower(ct_json(additional_event_data, 'MFAUsed')) = 'yes' THEN ' with MFA' ELSE '' END
    WHEN session_credential_from_console OR user_identity_invoked_by = 'signin.amazonaws.com' THEN 'root in the console'
    WHEN user_identity_access_key_id LIKE 'AKIA%' OR (user_identity_access_key_id <> '' AND session_created_at IS NULL) THEN 'root with a long-term access key'
    ELSE 'root'
  END AS why
FROM events
WHERE (user_identity_type = 'Root' OR session_assumed_root)
  AND coalesce(event_type, '') <> 'AwsServiceEvent'
  AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index;
