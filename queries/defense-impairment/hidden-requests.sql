-- ---
-- id: hidden-requests
-- title: Requests that hide their content
-- question: Which changes hide what was asked for, and is AWS hiding it or did somebody make it too large to record?
-- phase: defense-impairment
-- kind: finding
-- severity: medium
-- attack: [T1685.002]
-- requires: [management:write]
-- counts: records
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: ssm-remote-execution}
--   - {query: ip-pivot, with: {ip: source_ip}}
-- false_positives:
--   - AWS hides passwords, keys and the parameters of commands by design; those rows are informational
--   - Deployments send templates and code that are too large to record
-- cannot_show: what was asked for; ask the service for the thing's present state
-- references:
--   - "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html"
--   - "https://attack.mitre.org/techniques/T1685/002/"
-- tests:
--   - {fixture: demo, rows: "0"}
-- ---
WITH calls AS (
  SELECT
    event_time, same_second_rank, file_id, record_index, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_id,
    outcome IN ('failure', 'denied', 'dry-run') AS is_attempt,
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn) AS is_by_service,
    ct_is_deployment_tool(user_agent) AS is_by_deployment_tool,
    CASE
      WHEN contains(CAST(request_parameters AS VARCHAR), '"omitted"') AND ct_json(request_parameters, 'omitted') = 'true' THEN 'omitted'
      WHEN contains(CAST(response_elements AS VARCHAR), '"omitted"') AND ct_json(response_elements, 'omitted') = 'true' THEN 'answer omitted'
      WHEN contains(CAST(request_parameters AS VARCHAR), 'HIDDEN_DUE_TO_SECURITY_REASONS') THEN 'hidden'
      WHEN contains(CAST(request_parameters AS VARCHAR), 'sensitiveDataRemoved') THEN 'removed'
    END AS hidden
  FROM events
  WHERE NOT ct_is_read(read_only, event_base_name) AND outcome IN ('no-error', 'partial', 'failure', 'denied', 'dry-run')
    AND coalesce(event_category, 'Management') = 'Management'
)
SELECT
  event_time, recipient_account_id AS account, aws_region AS region, service, event_name, outcome, actor,
  nullif(user_identity_access_key_id, '') AS access_key, source_ip_address AS source_ip, user_agent, target,
  coalesce(nullif(error_code, ''), error_message, substr(CAST(request_parameters AS VARCHAR), 1, 500)) AS detail,
  event_id,
  hidden,
  CASE
    WHEN hidden NOT IN ('omitted', 'answer omitted') THEN 'informational'
    WHEN is_attempt OR is_by_service OR is_by_deployment_tool THEN 'low'
    -- Requests to these are short by nature.
    WHEN hidden = 'omitted' AND service IN ('iam', 'organizations', 'sts', 'cloudtrail', 'guardduty', 'kms', 'config') THEN 'medium'
    ELSE 'low'
  END AS severity,
  CASE hidden
    WHEN 'omitted' THEN 'the request was too large for the record' || coalesce('; bytes: ' || ct_json(request_parameters, 'originalSize'), '')
    WHEN 'answer omitted' THEN 'the answer was too large for the record'
    ELSE 'AWS keeps parts of such requests out of the record'
  END
    || CASE WHEN hidden = 'omitted' AND service IN ('iam', 'organizations', 'sts', 'cloudtrail', 'guardduty', 'kms', 'config')
      THEN '; requests to this service are short, unless white space or the like was put in' ELSE '' END
    || CASE WHEN is_by_deployment_tool THEN '; client names itself a deployment tool' ELSE '' END AS why
FROM calls
WHERE hidden IS NOT NULL
ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index;
