-- ---
-- id: impossible-travel
-- title: One identity, two networks within minutes
-- question: Was one key or sign-in used from networks far apart, within minutes?
-- phase: anomaly
-- kind: anomaly
-- severity: low
-- attack: [T1078.004, T1550.001]
-- requires: [management]
-- context: all
-- counts: records
-- params:
--   within: {type: duration, default: 10m, help: "How close together the two calls are at most"}
-- columns: {actor: actor, key: access_key, ip: source_ip_after, target: source_ip_before, ref: first_event_id, severity: severity, why: why}
-- next:
--   - {query: key-from-many-ips}
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: ip-pivot, with: {ip: source_ip_after}}
-- false_positives:
--   - No geography is built in; different /16 networks are a weak sign, and a phone beside an office line, a VPN or a load-balanced way out looks the same
--   - Build services hand one key to machines in several networks
-- cannot_show: where addresses lie, and how far apart
-- references:
--   - "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html"
--   - "https://attack.mitre.org/techniques/T1078/004/"
-- tests:
--   - {fixture: demo, rows: "0"}
-- ---
WITH minutes AS (
  -- Who came from where in which minute: far fewer rows than calls.
  SELECT
    coalesce(nullif(user_identity_access_key_id, ''), coalesce(principal_unique_id, actor)) AS credential,
    ct_wide_prefix(source_ip_key) AS network, ct_bucket(event_time, 60) AS minute,
    min(event_time) AS first_at, max(event_time) AS last_at
  FROM all_events
  WHERE source_ip_kind = 'public' AND event_time IS NOT NULL
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
    AND coalesce(user_identity_invoked_by, '') = ''
    AND user_identity_type IN ('IAMUser', 'Root', 'AssumedRole', 'FederatedUser', 'IdentityCenterUser', 'SAMLUser', 'WebIdentityUser')
  GROUP BY coalesce(nullif(user_identity_access_key_id, ''), coalesce(principal_unique_id, actor)), ct_wide_prefix(source_ip_key), ct_bucket(event_time, 60)
),
steps AS (
  SELECT
    credential, network, minute, first_at,
    lag(network) OVER (PARTITION BY credential ORDER BY first_at, network, minute) AS network_before,
    lag(last_at) OVER (PARTITION BY credential ORDER BY first_at, network, minute) AS left_at
  FROM minutes
),
moves AS (
  SELECT credential, network_before, network, min(first_at) AS first_move, max(first_at) AS last_move, count(*) AS n_moves, min(ct_seconds_between(left_at, first_at)) AS least_seconds
  FROM steps
  WHERE network_before <> network AND ct_seconds_between(left_at, first_at) <= CAST($within AS BIGINT)
  GROUP BY credential, network_before, network
),
networks AS (
  SELECT credential, count(DISTINCT network) AS n_networks FROM minutes GROUP BY credential
),
-- Both ends of each move, at times in slots a little longer than the window: a call near the move lies in its slot or in
-- one beside it. Busy credentials have too many moves and calls to compare all with all.
ends AS (
  SELECT credential, network_before, network, network_before AS network_of_call, first_move, n_moves, least_seconds,
    ct_epoch(first_move) - mod(ct_epoch(first_move), CAST($within AS BIGINT) + 1) AS slot
  FROM moves
  UNION ALL
  SELECT credential, network_before, network, network AS network_of_call, first_move, n_moves, least_seconds,
    ct_epoch(first_move) - mod(ct_epoch(first_move), CAST($within AS BIGINT) + 1) AS slot
  FROM moves
),
places AS (
  SELECT credential, network_before, network, network_of_call, first_move, n_moves, least_seconds, slot FROM ends
  UNION ALL
  SELECT credential, network_before, network, network_of_call, first_move, n_moves, least_seconds, slot - CAST($within AS BIGINT) - 1 AS slot FROM ends
  UNION ALL
  SELECT credential, network_before, network, network_of_call, first_move, n_moves, least_seconds, slot + CAST($within AS BIGINT) + 1 AS slot FROM ends
),
calls AS (
  SELECT
    m.credential, m.network_before, m.network, m.first_move, m.n_moves, m.least_seconds, n.n_networks,
    e.actor, e.user_identity_access_key_id, e.source_ip, e.user_agent, e.outcome, e.event_time, e.same_second_rank, e.event_id, e.action_id,
    m.network_of_call
  FROM places m
  JOIN networks n ON n.credential = m.credential
  JOIN events e ON coalesce(nullif(e.user_identity_access_key_id, ''), coalesce(e.principal_unique_id, e.actor)) = m.credential
    AND ct_wide_prefix(e.source_ip_key) = m.network_of_call
    AND ct_epoch(e.event_time) - mod(ct_epoch(e.event_time), CAST($within AS BIGINT) + 1) = m.slot
  WHERE abs(ct_seconds_between(m.first_move, e.event_time)) <= CAST($within AS BIGINT)
    AND coalesce(e.event_category, '') NOT IN ('Insight', 'NetworkActivity')
)
SELECT
  min(actor) AS actor,
  min(nullif(user_identity_access_key_id, '')) AS access_key,
  network_before, network AS network_after,
  ct_min_by(source_ip, CASE WHEN network_of_call = network_before THEN CAST(event_time AS VARCHAR) || event_id END) AS source_ip_before,
  ct_min_by(source_ip, CASE WHEN network_of_call = network THEN CAST(event_time AS VARCHAR) || event_id END) AS source_ip_after,
  first_move AS first_moved_at,
  n_moves, least_seconds AS least_seconds_between, n_networks AS n_networks_of_credential,
  count(*) AS n_records,
  count(DISTINCT action_id) + count(*) FILTER (WHERE action_id IS NULL) AS n_actions,
  count(*) FILTER (WHERE outcome IN ('failure', 'denied', 'partial')) AS n_failed,
  count(*) FILTER (WHERE outcome = 'denied') AS n_denied,
  count(DISTINCT ct_agent_family(user_agent)) AS n_client_families,
  substr(ct_set(ct_agent_family(user_agent)), 1, 1000) AS clients,
  min(event_time) AS first_seen,
  max(event_time) AS last_seen,
  ct_first_event(event_id, event_time, same_second_rank) AS first_event_id,
  ct_last_event(event_id, event_time, same_second_rank) AS last_event_id,
  CASE
    WHEN n_networks > 5 OR n_moves > 10 THEN 'informational'
    WHEN count(DISTINCT ct_agent_family(user_agent)) > 1 THEN 'medium'
    ELSE 'low'
  END AS severity,
  'weak sign, without geography: from ' || network_before || ' to ' || network || ' within seconds: ' || CAST(least_seconds AS VARCHAR)
    || '; such moves in the case: ' || CAST(n_moves AS VARCHAR) || ', networks of this credential: ' || CAST(n_networks AS VARCHAR) AS why
FROM calls
GROUP BY credential, network_before, network, first_move, n_moves, least_seconds, n_networks
ORDER BY first_move, credential, network_before, network;
