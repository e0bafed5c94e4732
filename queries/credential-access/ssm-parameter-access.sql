-- ---
-- id: ssm-parameter-access
-- title: Parameters decrypted
-- question: Which encrypted parameters of Systems Manager were read in clear text, by whom, and was that new?
-- phase: credential-access
-- kind: finding
-- severity: medium
-- attack: [T1555.006]
-- requires: [management:read]
-- context: all
-- counts: records
-- params:
--   min_names: {type: int, default: 10, help: "So many parameters, in calls that the caller had not made before, within the window are a harvest"}
--   window: {type: duration, default: 1h, help: "How far apart, before and after, calls count together"}
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: ip-pivot, with: {ip: source_ip}}
--   - {query: secrets-access}
-- false_positives:
--   - Terraform and other deployment tools read every parameter they keep, each time they run
--   - Services read their own parameters whenever they start; clients ask for decryption out of habit, of plain parameters as well
--   - Everything is new at the begin of an archive
-- cannot_show: which of the parameters named were encrypted at all, which ones a call by path returned, and what they held
-- references:
--   - "https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html"
--   - "https://attack.mitre.org/techniques/T1555/006/"
-- tests:
--   - {fixture: demo, rows: "0"}
--   - {fixture: stratus/credential-access.ssm-retrieve-securestring-parameters, rows: "5"}
-- ---
WITH calls AS (
  SELECT
    file_id, record_index, event_time, same_second_rank, event_id, outcome, target, request_parameters,
    -- What a deployment tool reads for somebody is not yet known to them.
    coalesce(principal_unique_id, actor) || CASE WHEN ct_is_deployment_tool(user_agent) THEN ' with a tool' ELSE '' END AS caller,
    CASE
      WHEN event_base_name = 'GetParametersByPath' THEN 'path'
      WHEN event_base_name = 'GetParameterHistory' THEN 'history'
      ELSE 'name'
    END AS way
  FROM all_events
  WHERE service = 'ssm' AND event_base_name IN ('GetParameter', 'GetParameters', 'GetParametersByPath', 'GetParameterHistory')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
decrypting AS (
  SELECT
    file_id, record_index, event_time, same_second_rank, event_id, outcome, target, caller, way,
    ct_json(request_parameters, 'path') AS path,
    coalesce(ct_json(request_parameters, 'recursive'), 'false') = 'true' AS is_recursive,
    coalesce(nullif(ct_item_count(request_parameters, 'names'), 0), 1) AS n_names,
    -- AWS publishes image ids and the like as parameters for everybody.
    request_parameters IS NOT NULL AND ct_matches(target, '^(\[")?(arn:[^"]*:parameter)?/aws/(service|reference/secretsmanager)/') AS is_known_place
  FROM calls
  -- A refused call has no parameters, and may have asked for decryption.
  WHERE ct_json(request_parameters, 'withDecryption') = 'true' OR request_parameters IS NULL
),
numbered AS (
  SELECT
    file_id, record_index, caller, way, path, is_recursive, n_names, outcome, is_known_place, ct_epoch(event_time) AS second,
    outcome = 'no-error' AND NOT is_known_place AND row_number() OVER (
      PARTITION BY caller, way, target, CASE WHEN outcome = 'no-error' THEN 1 ELSE 0 END
      ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index
    ) = 1 AS is_first
  FROM decrypting
),
counted AS (
  SELECT
    file_id, record_index, way, path, is_recursive, n_names, is_known_place, is_first,
    sum(CASE WHEN is_first THEN n_names ELSE 0 END) OVER (
      PARTITION BY caller ORDER BY second
      RANGE BETWEEN CAST($window AS BIGINT) PRECEDING AND CAST($window AS BIGINT) FOLLOWING
    ) AS n_new,
    sum(CASE WHEN is_first THEN n_names ELSE 0 END) OVER (PARTITION BY caller) AS n_of_caller,
    sum(CASE WHEN outcome = 'denied' THEN 1 ELSE 0 END) OVER (
      PARTITION BY caller ORDER BY second
      RANGE BETWEEN CAST($window AS BIGINT) PRECEDING AND CAST($window AS BIGINT) FOLLOWING
    ) AS n_denied
  FROM numbered
),
beginning AS (
  SELECT min(event_time) AS first_seen FROM all_events
),
judged AS (
  SELECT
    e.event_time, e.recipient_account_id, e.aws_region, e.service, e.event_name, e.event_base_name, e.outcome, e.actor,
    e.user_identity_access_key_id, e.source_ip_address, e.user_agent, e.target, e.error_code, e.error_message,
    e.request_parameters, e.event_id, e.same_second_rank, e.file_id, e.record_index,
    c.way, c.path, c.is_recursive, c.n_names, c.is_known_place, c.is_first, c.n_new, c.n_of_caller, c.n_denied,
    e.outcome IN ('failure', 'denied', 'dry-run') AS is_attempt,
    ct_is_service_alone(e.user_identity_type, e.user_identity_invoked_by, e.session_issuer_arn) AS is_by_service,
    ct_is_deployment_tool(e.user_agent) AS is_by_deployment_tool,
    ct_seconds_between(b.first_seen, e.event_time) >= 86400 AS has_past
  FROM events e
  JOIN counted c ON c.file_id = e.file_id AND c.record_index = e.record_index
  CROSS JOIN beginning b
  WHERE e.service = 'ssm' AND e.event_base_name IN ('GetParameter', 'GetParameters', 'GetParametersByPath', 'GetParameterHistory')
)
SELECT
  event_time, recipient_account_id AS account, aws_region AS region, service, event_name, outcome, actor,
  nullif(user_identity_access_key_id, '') AS access_key, source_ip_address AS source_ip, user_agent, target,
  coalesce(nullif(error_code, ''), error_message, substr(CAST(request_parameters AS VARCHAR), 1, 500)) AS detail,
  event_id,
  is_first AS is_first_read,
  n_names,
  n_new AS n_first_reads_in_window,
  n_of_caller AS n_names_of_caller,
  n_denied AS n_denied_in_window,
  CASE
    WHEN is_attempt AND n_denied >= CAST($min_names AS BIGINT) THEN 'medium'
    WHEN is_attempt THEN 'low'
    WHEN is_by_service OR is_known_place THEN 'informational'
    WHEN n_new >= 4 * CAST($min_names AS BIGINT) AND is_first AND has_past AND NOT is_by_deployment_tool THEN 'high'
    WHEN way = 'path' AND path = '/' AND is_recursive AND NOT is_by_deployment_tool THEN 'medium'
    WHEN n_new >= CAST($min_names AS BIGINT) AND is_first AND NOT is_by_deployment_tool THEN 'medium'
    WHEN is_first THEN 'low'
    ELSE 'informational'
  END AS severity,
  CASE
    WHEN is_attempt THEN 'not read: ' || coalesce(nullif(error_code, ''), error_message, outcome)
    WHEN is_known_place THEN 'parameters that AWS publishes, or secrets by another name'
    WHEN way = 'path' AND path = '/' AND is_recursive THEN 'every parameter of the region asked for with decryption'
    WHEN way = 'path' THEN 'all parameters under a path asked for with decryption'
    WHEN way = 'history' THEN 'old values of a parameter asked for with decryption'
    WHEN is_first THEN 'asked for with decryption, by this caller for the first time in the case'
    ELSE 'asked for with decryption, as this caller did before'
  END
    || CASE WHEN is_by_service THEN '; by a service of itself' ELSE '' END
    || CASE WHEN is_by_deployment_tool THEN '; client names itself a deployment tool' ELSE '' END
    || '; parameters in first reads of this caller in the window: ' || CAST(n_new AS VARCHAR)
    || CASE WHEN n_denied > 0 THEN ', refusals: ' || CAST(n_denied AS VARCHAR) ELSE '' END AS why
FROM judged
ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index;
