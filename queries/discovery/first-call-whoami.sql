-- ---
-- id: first-call-whoami
-- title: Who am I, as a first act
-- question: Whose first act with a key, or with a key from a new address, was to ask who it is?
-- phase: discovery
-- kind: finding
-- severity: low
-- attack: [T1087.004]
-- requires: [management:read]
-- context: all
-- counts: records
-- params:
--   within: {type: duration, default: 5m, help: "How long after the first call of the key from that address it may come"}
--   max_before: {type: int, default: 2, help: "How many calls of the key from that address may come before it"}
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: ip-pivot, with: {ip: source_ip}}
--   - {query: principal-dossier, with: {principal: actor}}
-- false_positives:
--   - Terraform, CDK and many scripts begin every run so
--   - A user who has just set up the command line tries it so
-- cannot_show: keys that were tried and refused before AWS knew whose they are
-- references:
--   - "https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html"
--   - "https://attack.mitre.org/techniques/T1087/004/"
-- tests:
--   - {fixture: demo, rows: "23"}
--   - {fixture: stratus/credential-access.ec2-steal-instance-credentials, rows: ">=1"}
--   - {fixture: stratus/persistence.sts-federation-token, rows: ">=1"}
-- ---
WITH asked AS (
  SELECT
    file_id, record_index, user_identity_access_key_id AS access_key, source_ip_address AS address, event_time,
    row_number() OVER (
      PARTITION BY user_identity_access_key_id, source_ip_address
      ORDER BY event_time, same_second_rank, event_id, file_id, record_index
    ) AS place
  FROM all_events
  WHERE service = 'sts' AND event_base_name = 'GetCallerIdentity' AND user_identity_access_key_id <> ''
    AND coalesce(user_identity_invoked_by, '') = '' AND event_time IS NOT NULL AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
firsts AS (
  SELECT file_id, record_index, access_key, address, event_time FROM asked WHERE place = 1
),
-- What the same keys did at the same address. Few of the firsts were among the first calls there; only of these the rest is asked.
here AS (
  SELECT
    f.file_id, f.record_index, f.access_key, f.event_time,
    ct_epoch(f.event_time) - mod(ct_epoch(f.event_time), 900) AS slot,
    count(*) FILTER (WHERE a.event_time < f.event_time) AS n_before,
    count(*) FILTER (WHERE a.event_time < f.event_time AND a.source_ip_kind IN ('public', 'private', 'invalid')) AS n_placed_before
  FROM firsts f
  JOIN all_events a ON a.user_identity_access_key_id = f.access_key AND a.source_ip_address = f.address
  WHERE a.event_time IS NOT NULL
  GROUP BY f.file_id, f.record_index, f.access_key, f.event_time
  HAVING count(*) FILTER (WHERE a.event_time < f.event_time) <= CAST($max_before AS BIGINT)
    AND ct_seconds_between(min(a.event_time), f.event_time) <= CAST($within AS BIGINT)
),
-- What they did at any address: whole slots of time are counted together, the calls of the slot itself one by one.
uses AS (
  SELECT a.user_identity_access_key_id AS access_key, a.event_time, ct_epoch(a.event_time) - mod(ct_epoch(a.event_time), 900) AS slot
  FROM all_events a
  JOIN (SELECT access_key, max(event_time) AS last_asked FROM here GROUP BY access_key) k ON k.access_key = a.user_identity_access_key_id
  WHERE a.event_time < k.last_asked AND a.source_ip_address IS NOT NULL AND a.source_ip_kind IN ('public', 'private', 'invalid')
),
earlier AS (
  SELECT access_key, slot, sum(n) OVER (PARTITION BY access_key ORDER BY slot ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - n AS n
  FROM (
    SELECT access_key, slot, sum(n) AS n
    FROM (
      SELECT access_key, slot, count(*) AS n FROM uses GROUP BY access_key, slot
      UNION ALL
      SELECT access_key, slot, 0 AS n FROM here
    ) counted
    GROUP BY access_key, slot
  ) slots
),
same_slot AS (
  SELECT h.file_id, h.record_index, count(*) AS n
  FROM here h
  JOIN uses u ON u.access_key = h.access_key AND u.slot = h.slot
  WHERE u.event_time < h.event_time
  GROUP BY h.file_id, h.record_index
),
surroundings AS (
  SELECT h.file_id, h.record_index, h.n_before, CAST(s.n + coalesce(c.n, 0) - h.n_placed_before AS BIGINT) AS n_elsewhere_before
  FROM here h
  JOIN earlier s ON s.access_key = h.access_key AND s.slot = h.slot
  LEFT JOIN same_slot c ON c.file_id = h.file_id AND c.record_index = h.record_index
),
judged AS (
  SELECT
    file_id, record_index, event_time, same_second_rank, event_id, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, s.n_before, s.n_elsewhere_before,
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn) AS is_by_service,
    ct_is_deployment_tool(user_agent) OR coalesce(user_identity_invoked_by, '') = 'cloudformation.amazonaws.com' AS is_by_tool,
    ct_client(user_agent, session_credential_from_console) AS client
  FROM events e
  JOIN surroundings s USING (file_id, record_index)
  WHERE e.service = 'sts' AND e.event_base_name = 'GetCallerIdentity'
)
SELECT
  event_time, recipient_account_id AS account, aws_region AS region, service, event_name, outcome, actor,
  nullif(user_identity_access_key_id, '') AS access_key, source_ip_address AS source_ip, user_agent, target,
  coalesce(nullif(error_code, ''), error_message, substr(CAST(request_parameters AS VARCHAR), 1, 500)) AS detail,
  event_id,
  n_before, n_elsewhere_before,
  CASE
    WHEN is_by_service OR is_by_tool OR client IN ('console', 'browser', 'cdk') THEN 'informational'
    WHEN client = 'attack-tool' OR n_elsewhere_before > 0 THEN 'medium'
    ELSE 'low'
  END AS severity,
  'asked who it is'
    || CASE WHEN n_before = 0 THEN ', as the first call of this key from this address' ELSE ', among the first calls of this key from this address' END
    || CASE WHEN n_elsewhere_before > 0 THEN '; the key had been used from other addresses before: ' || CAST(n_elsewhere_before AS VARCHAR) || ' calls' ELSE '' END
    || CASE WHEN is_by_tool THEN '; client names itself a deployment tool' ELSE '' END
    || CASE WHEN client = 'attack-tool' THEN '; client names itself a tool for attacks or audits' ELSE '' END AS why
FROM judged
ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index;
