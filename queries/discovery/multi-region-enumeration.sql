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
--   window: {type: duration, default: 10m, help: "Length of the window; two that follow on each other count together"}
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
-- tests:
--   - {fixture: demo, rows: "0"}
-- ---
-- Who called what where, in slots as long as the window: any window lies in two neighbouring slots.
WITH places AS (
  SELECT DISTINCT
    coalesce(nullif(user_identity_access_key_id, ''), actor) AS caller, service, event_base_name, aws_region,
    ct_epoch(event_time) - mod(ct_epoch(event_time), CAST($window AS BIGINT)) AS slot
  FROM events
  WHERE event_time IS NOT NULL AND coalesce(event_category, 'Management') = 'Management' AND coalesce(user_identity_invoked_by, '') = ''
    AND coalesce(user_identity_type, '') NOT IN ('', 'AWSService') AND coalesce(session_issuer_arn, '') NOT LIKE '%:role/aws-service-role/%'
    AND service <> 'signin'
),
pairs AS (
  SELECT caller, service, event_base_name, slot, count(DISTINCT aws_region) AS n_regions
  FROM (
    SELECT caller, service, event_base_name, slot, aws_region FROM places
    UNION ALL
    SELECT caller, service, event_base_name, slot + CAST($window AS BIGINT) AS slot, aws_region FROM places
  ) both_slots
  GROUP BY caller, service, event_base_name, slot
  HAVING count(DISTINCT aws_region) >= CAST($min_regions AS BIGINT)
),
-- Pairs of one caller that follow on each other are one sweep, named by its first.
sweeps AS (
  SELECT caller, slot, sum(CASE WHEN slot - slot_before <= CAST($window AS BIGINT) THEN 0 ELSE 1 END) OVER (PARTITION BY caller ORDER BY slot ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS sweep
  FROM (SELECT caller, slot, lag(slot) OVER (PARTITION BY caller ORDER BY slot) AS slot_before FROM (SELECT DISTINCT caller, slot FROM pairs) slots) ordered
),
swept AS (
  SELECT caller, sweep, service, event_base_name, slot, max(n_regions) AS n_regions
  FROM (
    SELECT p.caller, s.sweep, p.service, p.event_base_name, p.slot, p.n_regions
    FROM pairs p JOIN sweeps s ON s.caller = p.caller AND s.slot = p.slot
    UNION ALL
    SELECT p.caller, s.sweep, p.service, p.event_base_name, p.slot - CAST($window AS BIGINT) AS slot, p.n_regions
    FROM pairs p JOIN sweeps s ON s.caller = p.caller AND s.slot = p.slot
  ) both_slots
  GROUP BY caller, sweep, service, event_base_name, slot
),
calls AS (
  SELECT
    w.caller, w.sweep, w.n_regions, e.user_identity_access_key_id, e.actor, e.service, e.event_base_name, e.aws_region, e.event_time, e.same_second_rank,
    e.event_id, e.action_id, e.outcome, e.source_ip_address, e.user_agent, ct_is_read(e.read_only, e.event_base_name) AS is_read,
    -- An action recorded in two accounts counts once, in the row of the record that knows its caller best.
    k.file_id IS NULL AS is_counted
  FROM events e
  JOIN swept w ON w.caller = coalesce(nullif(e.user_identity_access_key_id, ''), e.actor) AND w.service = e.service AND w.event_base_name = e.event_base_name
    AND w.slot = ct_epoch(e.event_time) - mod(ct_epoch(e.event_time), CAST($window AS BIGINT))
  LEFT JOIN later_copies k ON k.file_id = e.file_id AND k.record_index = e.record_index
  WHERE e.event_time IS NOT NULL AND coalesce(e.event_category, 'Management') = 'Management' AND coalesce(e.user_identity_invoked_by, '') = ''
    AND coalesce(e.event_category, '') NOT IN ('Insight', 'NetworkActivity')
    AND coalesce(e.user_identity_type, '') NOT IN ('', 'AWSService') AND coalesce(e.session_issuer_arn, '') NOT LIKE '%:role/aws-service-role/%'
),
clients AS (
  SELECT user_agent, ct_agent_family(user_agent) AS client, ct_is_deployment_tool(user_agent) AS is_by_tool
  FROM (SELECT DISTINCT user_agent FROM calls WHERE user_agent <> '') agents
),
groups AS (
  SELECT
    c.caller, c.sweep, max(c.user_identity_access_key_id) AS access_key, min(c.actor) AS actor, count(*) AS n_records, count(*) FILTER (WHERE c.is_counted) AS n_actions,
    count(DISTINCT c.action_id) FILTER (WHERE c.outcome IN ('failure', 'denied')) AS n_failed,
    count(DISTINCT c.action_id) FILTER (WHERE c.outcome = 'denied') AS n_denied,
    count(DISTINCT c.action_id) FILTER (WHERE NOT c.is_read) AS n_changes,
    max(c.n_regions) AS n_regions, substr(ct_set(c.aws_region), 1, 1000) AS regions,
    count(DISTINCT c.service || ' ' || c.event_base_name) AS n_apis, substr(ct_set(c.service || ' ' || c.event_base_name), 1, 1000) AS apis,
    substr(ct_set(c.source_ip_address), 1, 500) AS source_ips, ct_set(k.client) AS clients,
    bool_and(coalesce(k.is_by_tool, false)) AS is_by_tool, bool_and(coalesce(k.client, '') IN ('console', 'browser')) AS is_console,
    bool_or(coalesce(k.client, '') = 'attack-tool') AS is_attack_tool,
    min(c.event_time) AS first_seen, max(c.event_time) AS last_seen,
    ct_first_event(c.event_id, c.event_time, c.same_second_rank) AS first_event_id,
    ct_last_event(c.event_id, c.event_time, c.same_second_rank) AS last_event_id
  FROM calls c
  LEFT JOIN clients k ON k.user_agent = c.user_agent
  GROUP BY c.caller, c.sweep
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
ORDER BY n_regions DESC, first_seen, caller, sweep;
