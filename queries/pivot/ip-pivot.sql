-- ---
-- id: ip-pivot
-- title: One address or range
-- question: Who and what came from this address or range?
-- phase: pivot
-- kind: pivot
-- attack: [T1078.004]
-- requires: [management(ip=$ip), data(ip=$ip)]
-- counts: records
-- params:
--   ip: {type: cidr, suggest: source_ip, help: "An address or range, IPv4 or IPv6: 198.51.100.7, 10.0.0.0/8, 2001:db8::/32"}
-- columns: {actor: actor, key: access_key, ip: source_ip, target: event_name, ref: first_event_id}
-- next:
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: principal-dossier, with: {principal: actor}}
-- false_positives:
--   - One public address may stand for a whole office, a VPN or a cloud provider
--   - A private address with a VPC endpoint may lie in a network of vpc_endpoint_accounts, which need not be yours
-- cannot_show: calls that an AWS service sent for somebody at the address (they carry the service's name), and calls through endpoints and categories that were not recorded
-- references:
--   - "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html"
-- tests:
--   - {fixture: demo, rows: "63", params: {ip: "203.0.113.77"}}
-- ---
WITH calls AS (
  SELECT
    source_ip, actor, nullif(user_identity_access_key_id, '') AS access_key, service, event_name, outcome,
    recipient_account_id, aws_region, user_agent, vpc_endpoint_id, vpc_endpoint_account_id,
    event_time, same_second_rank, event_id,
    -- An action recorded in two accounts counts once, in the row of the record that knows its caller best.
    action_id IS NULL OR row_number() OVER (
      PARTITION BY action_id
      ORDER BY CASE WHEN principal_arn IS NULL THEN 1 ELSE 0 END, event_id, file_id, record_index
    ) = 1 AS is_counted
  FROM events
  WHERE source_ip_key BETWEEN CAST($ip_low AS VARCHAR) AND CAST($ip_high AS VARCHAR)
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
)
SELECT
  source_ip, actor, access_key, service, event_name,
  count(*) AS n_records,
  count(*) FILTER (WHERE is_counted) AS n_actions,
  count(*) FILTER (WHERE outcome IN ('failure', 'denied', 'partial')) AS n_failed,
  count(*) FILTER (WHERE outcome = 'denied') AS n_denied,
  ct_set(recipient_account_id) AS accounts,
  ct_set(aws_region) AS regions,
  count(DISTINCT user_agent) AS n_user_agents,
  -- Cells end after 1,000 characters; the count beside is whole.
  substr(ct_set(user_agent), 1, 1000) AS user_agents,
  substr(ct_set(vpc_endpoint_id), 1, 1000) AS vpc_endpoints,
  substr(ct_set(vpc_endpoint_account_id), 1, 1000) AS vpc_endpoint_accounts,
  min(event_time) AS first_seen,
  max(event_time) AS last_seen,
  ct_first_event(event_id, event_time, same_second_rank) AS first_event_id,
  ct_last_event(event_id, event_time, same_second_rank) AS last_event_id
FROM calls
GROUP BY source_ip, actor, access_key, service, event_name
ORDER BY source_ip, actor, access_key NULLS LAST, service NULLS LAST, event_name NULLS LAST;
