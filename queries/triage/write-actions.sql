-- ---
-- id: write-actions
-- title: Changes, and attempts at changes
-- question: What was changed, or meant to be changed, and by whom?
-- phase: triage
-- kind: overview
-- requires: [management:write, data:*:write]
-- counts: records
-- params:
--   include_services: {type: bool, default: false, help: "Also what AWS services did of themselves, by service principals and service-linked roles"}
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: ip-pivot, with: {ip: source_ip}}
-- false_positives:
--   - Sign-ins and some harmless calls are no reads for AWS and stand here too
--   - A record with invoked_by was sent by that service for the caller
-- cannot_show: whether a call without an error had the effect it was meant to have, nor changes made by calls that AWS marks as reads, such as AssumeRole
-- references:
--   - "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html"
-- tests:
--   - {fixture: demo, rows: "2027"}
-- ---
SELECT
  event_time, recipient_account_id AS account, aws_region AS region, service, event_name, outcome, actor,
  nullif(user_identity_access_key_id, '') AS access_key, source_ip_address AS source_ip, user_agent, target,
  CASE
    WHEN read_only IS NULL THEN 'readOnly not recorded' || coalesce('; ' || error_code, '')
    ELSE coalesce(nullif(error_code, ''), error_message)
  END AS detail,
  event_id,
  user_identity_invoked_by AS invoked_by,
  action_id
FROM events
WHERE coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
  AND (
    read_only = false
    -- Without AWS's own mark the name decides.
    OR (read_only IS NULL
      AND NOT ct_matches(event_name, '^(Get|List|Describe|Head|Lookup|Search|BatchGet|Query|Scan|Check|Validate|Preview|View|AssumeRole)'))
  )
  AND (
    CAST($include_services AS BOOLEAN)
    OR NOT (
      coalesce(user_identity_type, '') = 'AWSService'
      -- With a caller beside it, invokedBy is a service at work for somebody.
      OR (coalesce(user_identity_type, '') = '' AND coalesce(user_identity_invoked_by, '') <> '')
      OR coalesce(session_issuer_arn, '') LIKE '%:role/aws-service-role/%'
    )
  )
ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index;
