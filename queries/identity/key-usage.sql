-- ---
-- id: key-usage
-- title: One access key
-- question: What did this access key do, where did it come from, and what was done to it?
-- phase: identity
-- kind: pivot
-- attack: [T1078.004]
-- requires: [management(key=$access_key), data(key=$access_key)]
-- counts: records
-- params:
--   access_key: {type: string, suggest: user_identity_access_key_id, help: "An access key id, whole: AKIA… or ASIA…"}
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: ip-pivot, with: {ip: source_ip}}
-- false_positives:
--   - A key may have been used by its owner and by a thief; addresses and clients tell them apart, the key does not
--   - Rows with role named are mostly about the key, such as its deactivation, and were made with another one
-- cannot_show: calls with the key once it was inactive or deleted (they leave no record), calls in accounts and categories that were not recorded, and console work, whose temporary keys are others
-- references:
--   - "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html"
--   - "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html"
-- tests:
--   - {fixture: demo, rows: "114", params: {access_key: "AKIADEVAFLR7WEXAMPLE"}}
-- ---
WITH found AS (
  SELECT
    event_time, same_second_rank, file_id, record_index, recipient_account_id, aws_region, service, event_name, outcome,
    actor, actor_inferred, user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message,
    event_id, user_identity_invoked_by, event_category,
    coalesce(user_identity_access_key_id = CAST($access_key AS VARCHAR), false) AS is_used,
    coalesce(issued_access_key_id = CAST($access_key AS VARCHAR), false) AS is_issued,
    -- As a whole JSON text: a part of a key is no key.
    CASE
      WHEN contains(CAST(request_parameters AS VARCHAR), '"' || CAST($access_key AS VARCHAR) || '"') THEN 'requestParameters'
      WHEN contains(CAST(response_elements AS VARCHAR), '"' || CAST($access_key AS VARCHAR) || '"') THEN 'responseElements'
      WHEN contains(CAST(additional_event_data AS VARCHAR), '"' || CAST($access_key AS VARCHAR) || '"') THEN 'additionalEventData'
      WHEN contains(CAST(service_event_details AS VARCHAR), '"' || CAST($access_key AS VARCHAR) || '"') THEN 'serviceEventDetails'
      WHEN contains(' ' || error_message || ' ', ' ' || CAST($access_key AS VARCHAR) || ' ') THEN 'errorMessage'
    END AS named_in
  FROM events
)
SELECT
  event_time, recipient_account_id AS account, aws_region AS region, service, event_name, outcome, actor,
  nullif(user_identity_access_key_id, '') AS access_key, source_ip_address AS source_ip, user_agent, target,
  CASE
    WHEN is_used THEN coalesce(nullif(error_code, ''), error_message)
    ELSE 'named in ' || named_in || coalesce('; ' || nullif(error_code, ''), '')
  END AS detail,
  event_id,
  CASE WHEN is_used THEN 'used' WHEN is_issued THEN 'issued' ELSE 'named' END AS role,
  user_identity_invoked_by AS invoked_by,
  actor_inferred,
  event_category
FROM found
WHERE is_used OR is_issued OR named_in IS NOT NULL
ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index;
