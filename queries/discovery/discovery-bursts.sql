-- ---
-- id: discovery-bursts
-- title: Enumeration in bursts
-- question: Who asked for many different things in a short time?
-- phase: discovery
-- kind: anomaly
-- severity: low
-- attack: [T1580, T1526]
-- requires: [management:read]
-- context: scope
-- counts: records
-- params:
--   window: {type: duration, default: 10m, help: "Length of the window"}
--   min_apis: {type: int, default: 15, help: "So many different reading calls of one key within it"}
-- columns: {time: first_seen, actor: actor, key: access_key, ip: source_ips, ref: first_event_id, severity: severity, why: why}
-- next:
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: access-denied}
-- false_positives:
--   - Inventory, cost and security tools read everything on a schedule
--   - Terraform refreshes all that it manages before each plan
-- cannot_show: slow enumeration below the threshold, and what the answers held
-- references:
--   - "https://attack.mitre.org/techniques/T1580/"
--   - "https://attack.mitre.org/techniques/T1526/"
-- tests:
--   - {fixture: demo, rows: "100"}
-- ---
WITH reads AS (
  SELECT
    user_identity_access_key_id AS access_key, actor, service, event_base_name, event_time, same_second_rank, event_id, action_id, event_copies, outcome, source_ip_address,
    ct_bucket(event_time, CAST($window AS BIGINT)) AS bucket, user_agent, session_credential_from_console
  FROM events
  WHERE ct_is_read(read_only, event_base_name) AND user_identity_access_key_id <> '' AND coalesce(user_identity_invoked_by, '') = '' AND event_time IS NOT NULL
    AND (event_base_name LIKE 'List%' OR event_base_name LIKE 'Describe%' OR event_base_name LIKE 'Get%')
    AND coalesce(event_category, '') NOT IN ('Data', 'Insight', 'NetworkActivity')
),
-- Nearly all groups are small: only the others are looked at closely.
busy AS (
  SELECT access_key, actor, bucket
  FROM reads
  GROUP BY access_key, actor, bucket
  HAVING count(DISTINCT service || ' ' || event_base_name) >= CAST($min_apis AS BIGINT)
),
in_bursts AS (
  SELECT
    r.access_key, r.actor, r.bucket, r.service, r.event_base_name, r.event_time, r.same_second_rank, r.event_id, r.action_id, r.event_copies, r.outcome,
    r.source_ip_address, ct_client(r.user_agent, r.session_credential_from_console) AS client, ct_is_deployment_tool(r.user_agent) AS is_by_tool
  FROM reads r
  JOIN busy b ON b.access_key = r.access_key AND b.bucket = r.bucket AND b.actor = r.actor
),
groups AS (
  SELECT
    access_key, actor, bucket,
    count(*) AS n_records, ct_actions(action_id, event_copies) AS n_actions,
    count(DISTINCT service || ' ' || event_base_name) AS n_apis, count(DISTINCT service) AS n_services,
    count(*) FILTER (WHERE outcome IN ('failure', 'denied', 'partial')) AS n_failed,
    count(*) FILTER (WHERE outcome = 'denied') AS n_denied,
    substr(ct_set(source_ip_address), 1, 500) AS source_ips, ct_set(client) AS clients, bool_and(is_by_tool) AS is_by_tool,
    bool_and(client IN ('console', 'browser')) AS is_console,
    min(event_time) AS first_seen, max(event_time) AS last_seen,
    ct_first_event(event_id, event_time, same_second_rank) AS first_event_id,
    ct_last_event(event_id, event_time, same_second_rank) AS last_event_id
  FROM in_bursts
  GROUP BY access_key, actor, bucket
)
SELECT
  access_key, actor, clients, source_ips, n_records, n_actions, n_apis, n_services, n_failed, n_denied, first_seen, last_seen, first_event_id, last_event_id,
  CASE WHEN is_by_tool OR is_console THEN 'informational' WHEN n_denied > 0 AND n_services >= 5 THEN 'medium' ELSE 'low' END AS severity,
  CAST(n_apis AS VARCHAR) || ' different reading calls on ' || CAST(n_services AS VARCHAR) || ' services within the window'
    || CASE WHEN n_denied > 0 THEN ', refused: ' || CAST(n_denied AS VARCHAR) ELSE '' END
    || CASE WHEN is_by_tool THEN '; client names itself a deployment tool' ELSE '' END
    || CASE WHEN is_console THEN '; in the console' ELSE '' END AS why
FROM groups
ORDER BY n_apis DESC, first_seen, access_key, actor, bucket;
