-- ---
-- id: key-from-many-ips
-- title: Keys used from several places
-- question: Which credential was used from several addresses at about the same time?
-- phase: identity
-- kind: anomaly
-- severity: medium
-- attack: [T1550.001]
-- requires: [management]
-- context: scope
-- counts: records
-- params:
--   window: {type: duration, default: 1h, help: "How near each other the uses must be"}
--   min_ips: {type: int, default: 2, help: "From so many networks (the first 24 bits of IPv4, 48 of IPv6)"}
-- columns: {time: first_seen, actor: actors, key: access_key, ip: networks, ref: first_event_id, severity: severity, why: why}
-- next:
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: principal-dossier, with: {principal: actors}}
-- false_positives:
--   - A laptop that changes from one network to another, or a VPN that is switched on
--   - Build systems with many runners share one key
-- cannot_show: whether two addresses are one place
-- references:
--   - "https://attack.mitre.org/techniques/T1550/001/"
-- tests:
--   - {fixture: demo, rows: "1"}
-- ---
WITH uses AS (
  SELECT
    user_identity_access_key_id AS access_key, actor, event_id, action_id, event_copies, outcome, event_time, same_second_rank, ct_bucket(event_time, CAST($window AS BIGINT)) AS bucket,
    -- IPv4 keys begin with 24 hex digits that are the same for all.
    -- Where addresses were replaced before the archive was handed over, each text stands for one.
    CASE WHEN source_ip_key IS NULL THEN source_ip_address WHEN source_ip_key LIKE '00000000000000000000ffff%' THEN substr(source_ip_key, 1, 30) ELSE substr(source_ip_key, 1, 12) END AS network,
    coalesce(source_ip, source_ip_address) AS source_ip, session_created_at, ct_agent_family(user_agent) AS client
  FROM events
  WHERE user_identity_access_key_id <> '' AND coalesce(user_identity_invoked_by, '') IN ('', 'signin.amazonaws.com')
    AND (source_ip_key IS NOT NULL OR (source_ip_address <> '' AND source_ip_address NOT LIKE '%.amazonaws.com%' AND source_ip_address <> 'AWS Internal'))
    AND event_time IS NOT NULL AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
crowded AS (
  SELECT access_key, bucket, count(DISTINCT network) AS n_networks
  FROM uses
  GROUP BY access_key, bucket
  HAVING count(DISTINCT network) >= CAST($min_ips AS BIGINT)
)
SELECT
  u.access_key, substr(ct_set(u.actor), 1, 1000) AS actors, max(c.n_networks) AS most_networks, count(DISTINCT c.bucket) AS n_windows,
  substr(ct_set(u.source_ip), 1, 1000) AS networks, ct_set(u.client) AS clients, count(DISTINCT u.client) AS n_clients,
  count(*) AS n_records,
  ct_actions(u.action_id, u.event_copies) AS n_actions,
  count(*) FILTER (WHERE u.outcome IN ('failure', 'denied', 'partial')) AS n_failed,
  count(*) FILTER (WHERE u.outcome = 'denied') AS n_denied,
  min(u.event_time) AS first_seen, max(u.event_time) AS last_seen,
  ct_first_event(u.event_id, u.event_time, u.same_second_rank) AS first_event_id,
  ct_last_event(u.event_id, u.event_time, u.same_second_rank) AS last_event_id,
  CASE WHEN count(DISTINCT u.client) > 1 AND (u.access_key LIKE 'ASIA%' OR max(u.session_created_at) IS NOT NULL) THEN 'medium' ELSE 'low' END AS severity,
  'used from ' || CAST(max(c.n_networks) AS VARCHAR) || ' networks within the window'
    || CASE WHEN count(DISTINCT u.client) > 1 THEN ', with different clients' ELSE '' END AS why
FROM uses u
JOIN crowded c ON c.access_key = u.access_key AND c.bucket = u.bucket
GROUP BY u.access_key
ORDER BY most_networks DESC, first_seen, u.access_key;
