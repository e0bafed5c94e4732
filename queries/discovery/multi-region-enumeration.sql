-- ---
-- id: multi-region-enumeration
-- title: One call in many regions
-- question: Who made the same call in region after region?
-- phase: discovery
-- kind: anomaly
-- severity: low
-- attack: [T1580]
-- requires: [management]
-- context: scope
-- counts: actions
-- params:
--   min_regions: {type: int, default: 4, help: "So many different regions for one call"}
--   window: {type: duration, default: 10m, help: "Length of the window, and the longest pause within one sweep"}
-- columns: {time: first_seen, actor: actor, key: access_key, ip: source_ips, ref: first_event_id, severity: severity, why: why}
-- next:
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: unused-regions}
--   - {query: compute-hijack}
-- false_positives:
--   - Scanners of posture and cost ask every region, day by day
--   - Deployments go to many regions
--   - Pages of the console that show all regions at once
-- cannot_show: regions that no trail of this case records
-- references:
--   - "https://attack.mitre.org/techniques/T1580/"
-- ---
-- Only what one caller called in that many regions at all is looked at in order.
WITH swept AS (
  SELECT coalesce(user_identity_access_key_id, '') AS access_key, actor, service, event_base_name
  FROM events
  WHERE event_time IS NOT NULL AND coalesce(event_category, 'Management') = 'Management' AND coalesce(user_identity_invoked_by, '') = ''
    AND coalesce(user_identity_type, '') NOT IN ('', 'AWSService') AND coalesce(session_issuer_arn, '') NOT LIKE '%:role/aws-service-role/%'
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity') AND service <> 'signin'
  GROUP BY coalesce(user_identity_access_key_id, ''), actor, service, event_base_name
  HAVING count(DISTINCT aws_region) >= CAST($min_regions AS BIGINT)
),
calls AS (
  SELECT
    s.access_key, s.actor, s.service, s.event_base_name, e.aws_region, e.event_time, e.same_second_rank, e.event_id, e.action_id, e.outcome,
    e.source_ip_address, e.user_agent, e.read_only,
    ct_seconds_between(lag(e.event_time) OVER (PARTITION BY s.access_key, s.actor ORDER BY e.event_time, e.same_second_rank, e.event_id), e.event_time) AS pause,
    lag(e.aws_region) OVER (PARTITION BY s.access_key, s.actor, s.service, s.event_base_name ORDER BY e.event_time, e.same_second_rank, e.event_id) AS region_before
  FROM swept s
  JOIN events e ON e.actor = s.actor AND e.service = s.service AND e.event_base_name = s.event_base_name AND coalesce(e.user_identity_access_key_id, '') = s.access_key
  WHERE e.event_time IS NOT NULL AND coalesce(e.event_category, 'Management') = 'Management' AND coalesce(e.user_identity_invoked_by, '') = ''
),
chained AS (
  SELECT
    access_key, actor, service, event_base_name, aws_region, event_time, same_second_rank, event_id, action_id, outcome, source_ip_address, user_agent, read_only,
    sum(CASE WHEN pause <= CAST($window AS BIGINT) THEN 0 ELSE 1 END) OVER (
      PARTITION BY access_key, actor ORDER BY event_time, same_second_rank, event_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS sweep,
    -- Steps from one region to another within the window: regions met one a day make no sweep.
    sum(CASE WHEN aws_region = region_before THEN 0 ELSE 1 END) OVER (
      PARTITION BY access_key, actor, service, event_base_name ORDER BY ct_epoch(event_time)
      RANGE BETWEEN CAST($window AS BIGINT) PRECEDING AND CURRENT ROW
    ) AS n_steps
  FROM calls
),
apis AS (
  SELECT
    access_key, actor, sweep, service, event_base_name, count(DISTINCT aws_region) AS n_regions
  FROM chained
  GROUP BY access_key, actor, sweep, service, event_base_name
  HAVING count(DISTINCT aws_region) >= CAST($min_regions AS BIGINT) AND max(n_steps) >= CAST($min_regions AS BIGINT) - 1
),
clients AS (
  SELECT user_agent, ct_agent_family(user_agent) AS client, ct_is_deployment_tool(user_agent) AS is_by_tool
  FROM (SELECT DISTINCT user_agent FROM calls) agents
),
groups AS (
  SELECT
    c.access_key, c.actor, c.sweep, count(*) AS n_records, count(DISTINCT c.action_id) AS n_actions,
    count(DISTINCT c.action_id) FILTER (WHERE c.outcome IN ('failure', 'denied')) AS n_failed,
    count(DISTINCT c.action_id) FILTER (WHERE c.outcome = 'denied') AS n_denied,
    count(DISTINCT c.action_id) FILTER (WHERE c.read_only = false) AS n_changes,
    max(a.n_regions) AS n_regions, substr(ct_set(c.aws_region), 1, 1000) AS regions,
    count(DISTINCT c.service || ' ' || c.event_base_name) AS n_apis, substr(ct_set(c.service || ' ' || c.event_base_name), 1, 1000) AS apis,
    substr(ct_set(c.source_ip_address), 1, 500) AS source_ips, ct_set(k.client) AS clients,
    bool_and(k.is_by_tool) AS is_by_tool, bool_and(k.client IN ('console', 'browser')) AS is_console, bool_or(k.client = 'attack-tool') AS is_attack_tool,
    min(c.event_time) AS first_seen, max(c.event_time) AS last_seen,
    ct_first_event(c.event_id, c.event_time, c.same_second_rank) AS first_event_id,
    ct_last_event(c.event_id, c.event_time, c.same_second_rank) AS last_event_id
  FROM chained c
  JOIN apis a ON a.access_key = c.access_key AND a.actor = c.actor AND a.sweep = c.sweep AND a.service = c.service AND a.event_base_name = c.event_base_name
  LEFT JOIN clients k ON k.user_agent = c.user_agent
  GROUP BY c.access_key, c.actor, c.sweep
)
SELECT
  nullif(access_key, '') AS access_key, actor, clients, source_ips, n_regions, regions, n_apis, apis, n_records, n_actions, n_failed, n_denied, n_changes,
  first_seen, last_seen, first_event_id, last_event_id,
  CASE
    WHEN is_attack_tool THEN 'medium'
    WHEN is_by_tool OR is_console THEN 'informational'
    WHEN n_changes > 0 THEN 'medium'
    ELSE 'low'
  END AS severity,
  'the same call in ' || CAST(n_regions AS VARCHAR) || ' regions, different calls: ' || CAST(n_apis AS VARCHAR)
    || CASE WHEN n_changes > 0 THEN ', changes: ' || CAST(n_changes AS VARCHAR) ELSE '' END
    || CASE WHEN n_denied > 0 THEN ', refused: ' || CAST(n_denied AS VARCHAR) ELSE '' END
    || CASE WHEN is_attack_tool THEN '; client names itself a tool for attacks or audits' ELSE '' END
    || CASE WHEN is_console THEN '; in the console' ELSE '' END
    || CASE WHEN is_by_tool THEN '; client names itself a deployment tool' ELSE '' END AS why
FROM groups
ORDER BY n_regions DESC, first_seen, actor, access_key, sweep;
