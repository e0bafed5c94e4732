-- ---
-- id: ec2-userdata-reads
-- title: User data of instances read
-- question: Was the user data of instances or launch templates read, and of how many?
-- phase: discovery
-- kind: finding
-- severity: medium
-- attack: [T1580, T1552.005]
-- requires: [management:read]
-- context: all
-- counts: records
-- params:
--   min_instances: {type: int, default: 5, help: "So many different instances or templates within the window are a sweep"}
--   window: {type: duration, default: 1h, help: "How far apart, before and after, calls count together"}
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: access-denied}
-- false_positives:
--   - Terraform reads the user data of every instance that it manages
--   - The console shows it on request, one instance at a time
-- cannot_show: what stood in the user data, and which attribute a refused call asked for when AWS logged no request
-- references:
--   - "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceAttribute.html"
--   - "https://attack.mitre.org/techniques/T1552/005/"
-- tests:
--   - {fixture: demo, rows: "0"}
--   - {fixture: stratus/discovery.ec2-download-user-data, rows: "15"}
-- ---
WITH calls AS (
  SELECT
    file_id, record_index, coalesce(principal_unique_id, actor) AS caller, ct_epoch(event_time) AS second, outcome,
    target IS NOT NULL AND row_number() OVER (
      PARTITION BY coalesce(principal_unique_id, actor), target
      ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index
    ) = 1 AS is_first
  FROM all_events
  WHERE service = 'ec2'
    AND (event_base_name IN ('GetLaunchTemplateData', 'DescribeLaunchTemplateVersions')
      OR (event_base_name = 'DescribeInstanceAttribute' AND ct_json(request_parameters, 'attribute') = 'userData'))
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
counted AS (
  SELECT
    file_id, record_index,
    sum(CASE WHEN is_first THEN 1 ELSE 0 END) OVER (
      PARTITION BY caller ORDER BY second
      RANGE BETWEEN CAST($window AS BIGINT) PRECEDING AND CAST($window AS BIGINT) FOLLOWING
    ) AS n_window,
    sum(CASE WHEN is_first THEN 1 ELSE 0 END) OVER (PARTITION BY caller) AS n_all,
    sum(CASE WHEN outcome = 'denied' THEN 1 ELSE 0 END) OVER (PARTITION BY caller) AS n_denied
  FROM calls
),
-- Scanners read it day after day.
days AS (
  SELECT caller, count(DISTINCT second - second % 86400) AS n_days FROM calls GROUP BY caller
),
judged AS (
  SELECT
    file_id, record_index, event_time, same_second_rank, event_id, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, c.n_window, c.n_all, c.n_denied, d.n_days,
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn) AS is_by_service,
    ct_is_deployment_tool(user_agent) OR coalesce(user_identity_invoked_by, '') = 'cloudformation.amazonaws.com' AS is_by_tool,
    ct_client(user_agent, session_credential_from_console) AS client
  FROM events e
  JOIN counted c USING (file_id, record_index)
  LEFT JOIN days d ON d.caller = coalesce(e.principal_unique_id, e.actor)
  WHERE e.service = 'ec2' AND e.event_base_name IN ('DescribeInstanceAttribute', 'GetLaunchTemplateData', 'DescribeLaunchTemplateVersions')
)
SELECT
  event_time, recipient_account_id AS account, aws_region AS region, service, event_name, outcome, actor,
  nullif(user_identity_access_key_id, '') AS access_key, source_ip_address AS source_ip, user_agent, target,
  coalesce(nullif(error_code, ''), error_message, substr(CAST(request_parameters AS VARCHAR), 1, 500)) AS detail,
  event_id,
  n_window AS n_things_in_window, n_all AS n_things_of_caller, n_denied AS n_denied_of_caller,
  CASE
    WHEN is_by_service OR is_by_tool THEN 'informational'
    WHEN event_name = 'DescribeInstanceAttribute' AND outcome = 'no-error' AND n_window >= CAST($min_instances AS BIGINT) AND coalesce(n_days, 0) < 4 THEN 'high'
    WHEN event_name = 'DescribeInstanceAttribute' AND n_window >= CAST($min_instances AS BIGINT) THEN 'medium'
    WHEN client IN ('console', 'browser') THEN 'informational'
    ELSE 'low'
  END AS severity,
  CASE outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' WHEN 'dry-run' THEN 'dry run: ' ELSE '' END || CASE event_name WHEN 'DescribeInstanceAttribute' THEN 'user data of an instance asked for' ELSE 'launch template read, with the user data in it' END
    || '; different ones in the window: ' || CAST(n_window AS VARCHAR) || ', in the whole case: ' || CAST(n_all AS VARCHAR)
    || CASE WHEN n_denied > 0 THEN ', refusals: ' || CAST(n_denied AS VARCHAR) ELSE '' END
    || CASE WHEN n_days >= 4 THEN ', days on which this caller asked for it: ' || CAST(n_days AS VARCHAR) ELSE '' END
    || CASE WHEN is_by_tool THEN '; client names itself a deployment tool' ELSE '' END AS why
FROM judged
ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index;
