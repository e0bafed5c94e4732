-- ---
-- id: resources-created
-- title: Things made
-- question: What was made, by whom, and was it taken away again?
-- phase: triage
-- kind: finding
-- severity: informational
-- attack: [T1578]
-- requires: [management:write]
-- context: all
-- counts: records
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, why: why}
-- next:
--   - {query: resource-pivot, with: {resource: target}}
--   - {query: principal-dossier, with: {principal: actor}}
-- false_positives:
--   - Making things is what accounts are for; read it for one principal or one night
-- cannot_show: what was made before the archive begins or after it ends, and things whose id AWS does not log
-- references:
--   - "https://attack.mitre.org/techniques/T1578/"
-- tests:
--   - {fixture: demo, rows: "85"}
-- ---
WITH made AS (
  SELECT
    file_id, record_index, event_time, same_second_rank, event_id, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_base_name AS call,
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn) AS is_by_service,
    ct_is_deployment_tool(user_agent) OR coalesce(user_identity_invoked_by, '') = 'cloudformation.amazonaws.com' AS is_by_tool,
    coalesce(ct_json(response_elements, 'instancesSet.items[0].instanceId'), ct_json(response_elements, 'user.userName'),
      ct_json(response_elements, 'role.roleName'), ct_json(response_elements, 'accessKey.accessKeyId'), ct_json(response_elements, 'groupId'),
      ct_json(response_elements, 'snapshotId'), ct_json(response_elements, 'imageId'), ct_json(response_elements, 'volumeId'),
      ct_json(response_elements, 'functionName'), ct_json(response_elements, 'policy.arn'), target) AS thing
  FROM events
  WHERE NOT ct_is_read(read_only, event_base_name) AND outcome = 'no-error' AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
    AND (event_base_name LIKE 'Create%' OR event_base_name LIKE 'Run%' OR event_base_name LIKE 'Register%' OR event_base_name LIKE 'Allocate%'
      OR event_base_name LIKE 'Import%' OR event_base_name LIKE 'Request%')
    AND event_base_name NOT LIKE 'CreateTags%' AND (service <> 's3' OR event_base_name = 'CreateBucket')
),
gone AS (
  SELECT
    service, recipient_account_id, event_time, actor,
    coalesce(ct_json(request_parameters, 'instancesSet.items[0].instanceId'), ct_json(request_parameters, 'accessKeyId'), ct_json(request_parameters, 'userName'),
      ct_json(request_parameters, 'roleName'), ct_json(request_parameters, 'groupId'), ct_json(request_parameters, 'snapshotId'),
      ct_json(request_parameters, 'imageId'), ct_json(request_parameters, 'volumeId'), ct_json(request_parameters, 'policyArn'), target) AS thing,
    target
  FROM all_events
  WHERE NOT ct_is_read(read_only, event_base_name) AND outcome = 'no-error'
    AND (event_base_name LIKE 'Delete%' OR event_base_name LIKE 'Terminate%' OR event_base_name LIKE 'Deregister%' OR event_base_name LIKE 'Release%')
),
matched AS (
  SELECT m.file_id, m.record_index, min(g.event_time) AS deleted_at, ct_min_by(g.actor, g.event_time) AS deleted_by
  FROM made m
  JOIN gone g ON g.service = m.service AND g.recipient_account_id = m.recipient_account_id AND g.thing = m.thing AND g.event_time >= m.event_time
  GROUP BY m.file_id, m.record_index
)
SELECT
  c.event_time, c.recipient_account_id AS account, c.aws_region AS region, c.service, c.event_name, c.outcome, c.actor,
  nullif(c.user_identity_access_key_id, '') AS access_key, c.source_ip_address AS source_ip, c.user_agent, c.target,
  coalesce(nullif(c.error_code, ''), c.error_message, substr(CAST(c.request_parameters AS VARCHAR), 1, 500)) AS detail,
  c.event_id,
  'created' AS effect,
  c.thing, g.deleted_at, g.deleted_by,
  'informational' AS severity,
  'made' || coalesce(': ' || c.thing, '')
    || CASE WHEN g.deleted_at IS NULL THEN '; not taken away as of the last event in the case' ELSE '; taken away later' END
    || CASE WHEN c.is_by_tool THEN '; client names itself a deployment tool' ELSE '' END
    || CASE WHEN c.is_by_service THEN '; by a service of itself' ELSE '' END AS why
FROM made c
LEFT JOIN matched g ON g.file_id = c.file_id AND g.record_index = c.record_index
ORDER BY c.event_time NULLS LAST, c.same_second_rank, c.event_id, c.file_id, c.record_index;
