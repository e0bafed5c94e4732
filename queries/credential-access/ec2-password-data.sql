-- ---
-- id: ec2-password-data
-- title: Windows passwords asked for
-- question: Were the administrator passwords of Windows instances asked for, and of how many?
-- phase: credential-access
-- kind: finding
-- severity: medium
-- attack: [T1552.005]
-- requires: [management:read]
-- context: all
-- counts: records
-- params:
--   min_instances: {type: int, default: 5, help: "So many different instances within the window are a sweep"}
--   window: {type: duration, default: 1h, help: "How far apart, before and after, calls count together"}
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: ip-pivot, with: {ip: source_ip}}
--   - {query: access-denied}
-- false_positives:
--   - Image factories such as Packer ask for the password of the one instance they have just started, over and over until it is there
--   - An administrator of Windows machines asks now and then, for one instance at a time
-- cannot_show: whether the caller holds the private key that the password is encrypted with, nor whether the password was used
-- references:
--   - "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetPasswordData.html"
--   - "https://attack.mitre.org/techniques/T1552/005/"
-- tests:
--   - {fixture: demo, rows: "0"}
--   - {fixture: stratus/credential-access.ec2-get-password-data, rows: "30"}
-- ---
WITH calls AS (
  SELECT
    file_id, record_index, event_time, same_second_rank, event_id, outcome, target,
    coalesce(principal_unique_id, actor) AS caller
  FROM all_events
  WHERE service = 'ec2' AND event_base_name = 'GetPasswordData'
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
numbered AS (
  SELECT
    file_id, record_index, caller, outcome, ct_epoch(event_time) AS second,
    target IS NOT NULL AND row_number() OVER (
      PARTITION BY caller, target
      ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index
    ) = 1 AS is_first,
    target IS NOT NULL AND outcome = 'no-error' AND row_number() OVER (
      PARTITION BY caller, target, CASE WHEN outcome = 'no-error' THEN 1 ELSE 0 END
      ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index
    ) = 1 AS is_first_without_error
  FROM calls
),
counted AS (
  SELECT
    file_id, record_index,
    sum(CASE WHEN is_first THEN 1 ELSE 0 END) OVER (
      PARTITION BY caller ORDER BY second
      RANGE BETWEEN CAST($window AS BIGINT) PRECEDING AND CAST($window AS BIGINT) FOLLOWING
    ) AS n_window,
    sum(CASE WHEN is_first_without_error THEN 1 ELSE 0 END) OVER (
      PARTITION BY caller ORDER BY second
      RANGE BETWEEN CAST($window AS BIGINT) PRECEDING AND CAST($window AS BIGINT) FOLLOWING
    ) AS n_window_without_error,
    sum(CASE WHEN is_first THEN 1 ELSE 0 END) OVER (PARTITION BY caller) AS n_instances,
    sum(CASE WHEN outcome = 'denied' THEN 1 ELSE 0 END) OVER (PARTITION BY caller) AS n_denied
  FROM numbered
)
SELECT
  e.event_time, e.recipient_account_id AS account, e.aws_region AS region, e.service, e.event_name, e.outcome, e.actor,
  nullif(e.user_identity_access_key_id, '') AS access_key, e.source_ip_address AS source_ip, e.user_agent, e.target,
  coalesce(nullif(e.error_code, ''), e.error_message, substr(CAST(e.request_parameters AS VARCHAR), 1, 500)) AS detail,
  e.event_id,
  c.n_window AS n_instances_in_window,
  c.n_instances AS n_instances_of_caller,
  c.n_denied AS n_denied_of_caller,
  CASE
    WHEN ct_is_deployment_tool(e.user_agent) THEN 'low'
    WHEN e.outcome = 'no-error' AND c.n_window_without_error >= CAST($min_instances AS BIGINT) THEN 'high'
    WHEN c.n_window >= CAST($min_instances AS BIGINT) THEN 'medium'
    ELSE 'low'
  END AS severity,
  CASE e.outcome
    WHEN 'no-error' THEN 'password data of an instance asked for'
    WHEN 'denied' THEN 'refused'
    WHEN 'dry-run' THEN 'dry run: the permission is there, nothing was returned'
    ELSE 'failed'
  END
    || CASE WHEN ct_is_deployment_tool(e.user_agent) THEN '; client names itself a deployment tool' ELSE '' END
    || '; instances this caller asked about for the first time in the window: ' || CAST(c.n_window AS VARCHAR)
    || ', in the whole case: ' || CAST(c.n_instances AS VARCHAR)
    || CASE WHEN c.n_denied > 0 THEN ', refusals: ' || CAST(c.n_denied AS VARCHAR) ELSE '' END AS why
FROM events e
JOIN counted c ON c.file_id = e.file_id AND c.record_index = e.record_index
WHERE e.service = 'ec2' AND e.event_base_name = 'GetPasswordData'
ORDER BY e.event_time NULLS LAST, e.same_second_rank, e.event_id, e.file_id, e.record_index;
