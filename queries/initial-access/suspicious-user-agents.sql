-- ---
-- id: suspicious-user-agents
-- title: Unusual clients
-- question: Which clients name an attack tool, a file browser for S3, a bare HTTP library, or a system that is made for attacks?
-- phase: initial-access
-- kind: finding
-- severity: low
-- attack: [T1059.009]
-- requires: [management]
-- context: all
-- counts: actions
-- params:
--   pattern: {type: regex, default: null, help: "Another pattern to look for in user agents"}
-- columns: {time: first_seen, actor: actor, key: access_key, ip: source_ips, ref: first_event_id, severity: severity, why: why}
-- next:
--   - {query: ua-pivot, with: {ua: user_agent}}
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: key-usage, with: {access_key: access_key}}
-- false_positives:
--   - Auditors run Prowler and ScoutSuite, and people look after buckets with Cyberduck or WinSCP
--   - Scripts are written with curl and requests
-- cannot_show: clients that call themselves something else, which anybody can
-- references:
--   - "https://attack.mitre.org/techniques/T1059/009/"
-- tests:
--   - {fixture: demo, rows: "13"}
--   - {fixture: stratus/persistence.iam-backdoor-user, rows: ">=1"}
-- ---
WITH agents AS (
  SELECT
    user_agent, ct_agent_family(user_agent) AS client,
    CASE
      WHEN ct_agent_family(user_agent) = 'attack-tool' THEN 'names itself a tool for attacks or audits'
      WHEN ct_matches(lower(user_agent), 'kali|parrot|pentoo|blackarch') THEN 'runs on a system made for attacks'
      WHEN ct_agent_family(user_agent) = 's3-client' THEN 'file browser or copier for S3'
      WHEN ct_agent_family(user_agent) = 'http-library' THEN 'bare HTTP library'
      WHEN ct_agent_family(user_agent) = 'cloudshell' THEN 'CloudShell'
      WHEN CAST($pattern AS VARCHAR) IS NOT NULL AND ct_matches(user_agent, CAST($pattern AS VARCHAR)) THEN 'matches the pattern given'
    END AS sign
  FROM (SELECT DISTINCT user_agent FROM all_events WHERE user_agent IS NOT NULL) known
)
SELECT
  a.user_agent, a.client, e.actor, nullif(e.user_identity_access_key_id, '') AS access_key,
  count(*) AS n_records,
  -- An action recorded in two accounts counts once, in the row of the record that knows its caller best.
  count(*) FILTER (WHERE k.file_id IS NULL) AS n_actions,
  count(*) FILTER (WHERE outcome IN ('failure', 'denied', 'partial')) AS n_failed,
  count(*) FILTER (WHERE outcome = 'denied') AS n_denied,
  count(*) FILTER (WHERE read_only = false) AS n_writes,
  count(DISTINCT event_base_name) AS n_apis,
  substr(ct_set(source_ip_address), 1, 1000) AS source_ips,
  min(event_time) AS first_seen,
  max(event_time) AS last_seen,
  ct_first_event(event_id, event_time, same_second_rank) AS first_event_id,
  ct_last_event(event_id, event_time, same_second_rank) AS last_event_id,
  CASE
    WHEN ct_is_deployment_tool(a.user_agent) THEN 'low'
    WHEN a.client = 'attack-tool' OR ct_matches(lower(a.user_agent), 'kali|parrot|pentoo|blackarch') THEN 'medium'
    WHEN a.client = 'cloudshell' THEN 'informational'
    ELSE 'low'
  END AS severity,
  a.sign AS why
FROM events e
JOIN agents a ON a.user_agent = e.user_agent
LEFT JOIN later_copies k ON k.file_id = e.file_id AND k.record_index = e.record_index
WHERE a.sign IS NOT NULL AND e.user_agent IS NOT NULL AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
GROUP BY a.user_agent, a.client, a.sign, e.actor, nullif(e.user_identity_access_key_id, '')
ORDER BY n_actions DESC, a.user_agent, e.actor, access_key NULLS LAST;
