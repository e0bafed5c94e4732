-- ---
-- id: resource-pivot
-- title: One resource
-- question: What touched this thing, asked for it, or was answered with it?
-- phase: pivot
-- kind: pivot
-- attack: [T1580]
-- requires: [management($resource), data($resource)]
-- counts: records
-- params:
--   resource: {type: string, suggest: target, help: "An ARN, an id or a name: arn:aws:s3:::bucket, i-0123456789abcdef0, a role's name"}
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: resources-created}
-- false_positives:
--   - A short name stands in many places; `match` says whether the whole text was found or only the name at the end of an ARN
--   - Answers list things that nobody asked for by name
-- cannot_show: calls that name the thing otherwise (by another id, a tag or a pattern), reads where data events are off, and what a response left out
-- references:
--   - "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html"
-- tests:
--   - {fixture: demo, rows: "146", params: {resource: "backup-sync"}}
-- ---
WITH found AS (
  SELECT
    event_time, same_second_rank, file_id, record_index, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_id,
    event_category, user_identity_invoked_by,
    CASE
      WHEN target = CAST($resource AS VARCHAR) THEN 'target'
      WHEN contains(CAST(resources AS VARCHAR), CAST($resource AS VARCHAR)) THEN 'resources'
      WHEN contains(CAST(request_parameters AS VARCHAR), CAST($resource AS VARCHAR)) THEN 'requestParameters'
      WHEN contains(CAST(response_elements AS VARCHAR), CAST($resource AS VARCHAR)) THEN 'responseElements'
      WHEN contains(target, CAST($resource AS VARCHAR)) THEN 'target'
      WHEN contains(error_message, CAST($resource AS VARCHAR)) THEN 'errorMessage'
      WHEN contains(CAST(service_event_details AS VARCHAR), CAST($resource AS VARCHAR)) THEN 'serviceEventDetails'
      WHEN contains(CAST(additional_event_data AS VARCHAR), CAST($resource AS VARCHAR)) THEN 'additionalEventData'
      WHEN contains(user_identity_arn, CAST($resource AS VARCHAR)) OR contains(session_issuer_arn, CAST($resource AS VARCHAR)) THEN 'userIdentity'
    END AS whole_in,
    -- Of an ARN the name at its end, as a whole JSON text: that is how most calls write it.
    CASE
      WHEN NOT starts_with(CAST($resource AS VARCHAR), 'arn:') THEN NULL
      WHEN target = ct_extract(CAST($resource AS VARCHAR), '([^/:]+)$', 1) THEN 'target'
      WHEN contains(CAST(request_parameters AS VARCHAR), '"' || ct_extract(CAST($resource AS VARCHAR), '([^/:]+)$', 1) || '"') THEN 'requestParameters'
      WHEN contains(CAST(response_elements AS VARCHAR), '"' || ct_extract(CAST($resource AS VARCHAR), '([^/:]+)$', 1) || '"') THEN 'responseElements'
    END AS name_in
  FROM events
)
SELECT
  event_time, recipient_account_id AS account, aws_region AS region, service, event_name, outcome, actor,
  nullif(user_identity_access_key_id, '') AS access_key, source_ip_address AS source_ip, user_agent, target,
  coalesce(nullif(error_code, ''), error_message, substr(CAST(request_parameters AS VARCHAR), 1, 500)) AS detail,
  event_id,
  coalesce(whole_in, name_in) AS found_in,
  CASE WHEN whole_in IS NOT NULL THEN 'whole' ELSE 'name' END AS match,
  user_identity_invoked_by AS invoked_by,
  event_category
FROM found
WHERE (whole_in IS NOT NULL OR name_in IS NOT NULL)
  AND CAST($resource AS VARCHAR) <> ''
ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index;
