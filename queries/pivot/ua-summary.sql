-- ---
-- id: ua-summary
-- title: Every client
-- question: With which clients were calls made, of what family are they, and who used them?
-- phase: pivot
-- kind: overview
-- attack: [T1078.004]
-- requires: [management, data]
-- counts: records
-- columns: {actor: principals, ip: source_ips, ref: first_event_id}
-- next:
--   - {query: ua-pivot, with: {ua: user_agent}}
--   - {query: suspicious-user-agents}
--   - {query: cli-commands}
-- false_positives:
--   - A client writes what it likes as its name; tools take the names of others
--   - Each version of an SDK is a client of its own here
-- cannot_show: which program really made a call, and clients of calls that an AWS service made for somebody
-- references:
--   - "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html"
-- tests:
--   - {fixture: demo, rows: "49"}
-- ---
WITH clients AS (
  SELECT
    ct_agent(user_agent) AS client,
    count(*) AS n_records,
  ct_actions(action_id, event_copies) AS n_actions,
  count(*) FILTER (WHERE outcome IN ('failure', 'denied', 'partial')) AS n_failed,
  count(*) FILTER (WHERE outcome = 'denied') AS n_denied,
    count(*) FILTER (WHERE NOT ct_is_read(read_only, event_base_name)) AS n_writes,
    count(DISTINCT coalesce(principal_unique_id, actor)) AS n_principals,
    ct_set(coalesce(principal_arn, actor)) AS principals,
    count(DISTINCT user_identity_access_key_id) FILTER (WHERE user_identity_access_key_id <> '') AS n_keys,
    count(DISTINCT source_ip_address) AS n_source_ips,
    ct_set(source_ip_address) AS source_ips,
    count(DISTINCT coalesce(service, '') || ':' || coalesce(event_base_name, '')) AS n_apis,
    min(event_time) AS first_seen,
  max(event_time) AS last_seen,
  ct_first_event(event_id, event_time, same_second_rank) AS first_event_id,
  ct_last_event(event_id, event_time, same_second_rank) AS last_event_id
  FROM events
  WHERE coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
  GROUP BY ct_agent(user_agent)
)
SELECT
  client AS user_agent,
  ct_agent_family(client) AS family,
  ct_agent_part(client, 'os') AS os,
  ct_agent_part(client, 'md/distrib') AS distribution,
  n_records, n_actions, n_failed, n_denied, n_writes, n_principals,
  -- Cells end after 1,000 characters; the counts beside them are whole.
  substr(principals, 1, 1000) AS principals,
  n_keys, n_source_ips,
  substr(source_ips, 1, 1000) AS source_ips,
  n_apis, first_seen, last_seen, first_event_id, last_event_id
FROM clients
ORDER BY n_records DESC, client NULLS LAST;
