-- ---
-- id: key-inventory
-- title: Keys
-- question: Which keys occur, whose are they, since when, and from where were they used?
-- phase: identity
-- kind: overview
-- severity: informational
-- attack: [T1078.004]
-- requires: [management]
-- context: all
-- counts: actions
-- params:
--   kind: {type: string, default: all, choices: [all, long-term, temporary], help: "Long-term keys begin with AKIA, temporary ones with ASIA"}
-- columns: {time: first_seen, actor: actors, key: access_key, ref: first_event_id}
-- next:
--   - {query: key-usage, with: {access_key: access_key}}
-- false_positives:
--   - A key with many addresses and clients may be shared by many machines, and temporary keys are many as a matter of course
-- cannot_show: keys that were never used and never made within the archive
-- references:
--   - "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html"
-- tests:
--   - {fixture: demo, rows: "3", params: {kind: "long-term"}}
-- ---
WITH made AS (
  -- The copy of another account has the same time, and may know the caller by an id alone.
  SELECT
    issued_access_key_id AS access_key, min(event_time) AS made_at,
    ct_min_by(actor, CAST(event_time AS VARCHAR) || CASE WHEN user_identity_arn <> '' THEN ' 1 ' ELSE ' 2 ' END || coalesce(event_id, '')) AS made_by,
    ct_min_by(event_name, CAST(event_time AS VARCHAR) || CASE WHEN user_identity_arn <> '' THEN ' 1 ' ELSE ' 2 ' END || coalesce(event_id, '')) AS made_with
  FROM all_events
  WHERE issued_access_key_id IS NOT NULL
  GROUP BY issued_access_key_id
),
changed AS (
  SELECT ct_json(request_parameters, 'accessKeyId') AS access_key,
    max(CASE WHEN event_base_name = 'DeleteAccessKey' THEN event_time END) AS deleted_at,
    max(CASE WHEN event_base_name = 'UpdateAccessKey' AND ct_json(request_parameters, 'status') = 'Inactive' THEN event_time END) AS deactivated_at
  FROM all_events
  WHERE service = 'iam' AND event_base_name IN ('DeleteAccessKey', 'UpdateAccessKey') AND outcome = 'no-error'
  GROUP BY ct_json(request_parameters, 'accessKeyId')
),
used AS (
  SELECT
    user_identity_access_key_id AS access_key,
    count(*) AS n_records,
  ct_actions(action_id, event_copies) AS n_actions,
  count(*) FILTER (WHERE outcome IN ('failure', 'denied', 'partial')) AS n_failed,
  count(*) FILTER (WHERE outcome = 'denied') AS n_denied,
    count(*) FILTER (WHERE NOT ct_is_read(read_only, event_base_name)) AS n_writes,
    count(DISTINCT event_base_name) AS n_apis,
    count(DISTINCT source_ip) AS n_source_ips,
    count(DISTINCT user_agent) AS n_user_agents,
    substr(ct_set(actor), 1, 1000) AS actors,
    min(event_time) AS first_seen,
  max(event_time) AS last_seen,
  ct_first_event(event_id, event_time, same_second_rank) AS first_event_id,
  ct_last_event(event_id, event_time, same_second_rank) AS last_event_id
  FROM events
  WHERE user_identity_access_key_id <> '' AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
  GROUP BY user_identity_access_key_id
)
SELECT
  u.access_key,
  CASE WHEN u.access_key LIKE 'AKIA%' THEN 'long-term' WHEN u.access_key LIKE 'ASIA%' THEN 'temporary' ELSE 'other' END AS kind,
  u.actors, u.n_records, u.n_actions, u.n_writes, u.n_failed, u.n_denied, u.n_apis, u.n_source_ips, u.n_user_agents,
  u.first_seen, u.last_seen, m.made_at, m.made_by, m.made_with, c.deactivated_at, c.deleted_at, u.first_event_id, u.last_event_id
FROM used u
LEFT JOIN made m ON m.access_key = u.access_key
LEFT JOIN changed c ON c.access_key = u.access_key
WHERE CAST($kind AS VARCHAR) = 'all'
  OR (CAST($kind AS VARCHAR) = 'long-term' AND u.access_key LIKE 'AKIA%')
  OR (CAST($kind AS VARCHAR) = 'temporary' AND u.access_key LIKE 'ASIA%')
ORDER BY u.n_actions DESC, u.access_key;
