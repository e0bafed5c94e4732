-- ---
-- id: ip-summary
-- title: Every source address
-- question: From which addresses did calls come, of what kind are they, and who used them?
-- phase: pivot
-- kind: overview
-- attack: [T1078.004]
-- requires: [management, data]
-- counts: records
-- columns: {actor: principals, ip: source_ip, ref: first_event_id}
-- next:
--   - {query: ip-pivot, with: {ip: source_ip}}
--   - {query: key-from-many-ips}
--   - {query: impossible-travel}
-- false_positives:
--   - One public address may stand for a whole office, a VPN or a cloud provider
--   - A service's name in place of an address means that the service made the call for somebody
-- cannot_show: where an address lies and whom it belongs to (no geography is built in), and the address behind a proxy
-- references:
--   - "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html"
-- tests:
--   - {fixture: demo, rows: "43"}
-- ---
WITH calls AS (
  SELECT
    coalesce(source_ip, source_ip_address) AS source, source_ip_kind, source_ip_key, actor, coalesce(principal_unique_id, actor) AS caller, principal_arn,
    user_identity_access_key_id, service, event_base_name, outcome, read_only, recipient_account_id, aws_region, user_agent, vpc_endpoint_id, event_time, same_second_rank, event_id, action_id, event_copies
  FROM events
  WHERE coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
)
SELECT
  source AS source_ip,
  coalesce(min(source_ip_kind), 'none') AS kind,
  min(ct_ip_prefix(source_ip_key)) AS network,
  count(*) AS n_records,
  ct_actions(action_id, event_copies) AS n_actions,
  count(*) FILTER (WHERE outcome IN ('failure', 'denied', 'partial')) AS n_failed,
  count(*) FILTER (WHERE outcome = 'denied') AS n_denied,
  count(*) FILTER (WHERE NOT ct_is_read(read_only, event_base_name)) AS n_writes,
  count(DISTINCT caller) AS n_principals,
  -- Cells end after 1,000 characters; the counts beside them are whole.
  substr(ct_set(coalesce(principal_arn, actor)), 1, 1000) AS principals,
  count(DISTINCT user_identity_access_key_id) FILTER (WHERE user_identity_access_key_id <> '') AS n_keys,
  count(DISTINCT coalesce(service, '') || ':' || coalesce(event_base_name, '')) AS n_apis,
  count(DISTINCT user_agent) AS n_user_agents,
  ct_set(recipient_account_id) AS accounts,
  substr(ct_set(aws_region), 1, 1000) AS regions,
  substr(ct_set(vpc_endpoint_id), 1, 1000) AS vpc_endpoints,
  min(event_time) AS first_seen,
  max(event_time) AS last_seen,
  ct_first_event(event_id, event_time, same_second_rank) AS first_event_id,
  ct_last_event(event_id, event_time, same_second_rank) AS last_event_id
FROM calls
GROUP BY source
ORDER BY n_records DESC, source NULLS LAST;
