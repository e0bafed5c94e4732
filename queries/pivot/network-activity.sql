-- ---
-- id: network-activity
-- title: Calls through VPC endpoints
-- question: What was refused at VPC endpoints, and which strangers came through them?
-- phase: pivot
-- kind: finding
-- severity: low
-- attack: [T1537]
-- requires: [network]
-- counts: records
-- columns: {actor: actor, key: access_keys, ip: source_ips, target: vpc_endpoint_id, ref: first_event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: ip-summary}
--   - {query: network-openings}
-- false_positives:
--   - Accounts of one company share endpoints; name them in own-accounts.txt
--   - A new endpoint policy refuses programs that nobody had thought of
-- cannot_show: what the calls asked for (these records hold no parameters), and endpoints whose activity was not recorded
-- references:
--   - "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-network-events-with-cloudtrail.html"
--   - "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html"
-- tests:
--   - {fixture: demo, rows: "0"}
-- ---
WITH own_accounts AS (
  SELECT coalesce(ct_set(account_id), '') AS own FROM known_accounts
),
calls AS (
  SELECT
    vpc_endpoint_id, vpc_endpoint_account_id, actor, coalesce(principal_unique_id, actor) AS caller, user_identity_account_id, service, event_base_name, outcome, error_code,
    source_ip_address, user_identity_access_key_id, recipient_account_id, event_time, same_second_rank, event_id, action_id, own,
    coalesce(outcome = 'denied' OR error_code = 'VpceAccessDenied', false) AS is_refused,
    -- The copy that the owner of the endpoint received and the one of the caller are one call.
    action_id IS NULL OR row_number() OVER (PARTITION BY action_id ORDER BY CASE WHEN principal_arn IS NULL THEN 1 ELSE 0 END, event_id, file_id, record_index) = 1 AS is_counted
  FROM events
  CROSS JOIN own_accounts
  WHERE event_category = 'NetworkActivity'
),
grouped AS (
  SELECT
    vpc_endpoint_id, actor, caller, service, is_refused,
    min(vpc_endpoint_account_id) AS vpc_endpoint_account_id,
    min(user_identity_account_id) AS caller_account,
    ct_not_among(min(user_identity_account_id), min(own) || coalesce(', ' || min(recipient_account_id), '') || coalesce(', ' || min(vpc_endpoint_account_id), '')) AS unknown_account,
    sum(1) AS n_records,
    sum(CASE WHEN is_counted THEN 1 ELSE 0 END) AS n_actions,
    sum(CASE WHEN outcome IN ('failure', 'denied', 'partial') THEN 1 ELSE 0 END) AS n_failed,
    sum(CASE WHEN outcome = 'denied' THEN 1 ELSE 0 END) AS n_denied,
    ct_set(event_base_name) AS event_names, ct_set(error_code) AS error_codes, ct_set(source_ip_address) AS source_ips, ct_set(nullif(user_identity_access_key_id, '')) AS access_keys,
    ct_set(recipient_account_id) AS accounts,
    min(event_time) AS first_seen,
  max(event_time) AS last_seen,
  ct_first_event(event_id, event_time, same_second_rank) AS first_event_id,
  ct_last_event(event_id, event_time, same_second_rank) AS last_event_id
  FROM calls
  GROUP BY vpc_endpoint_id, actor, caller, service, is_refused
)
SELECT
  vpc_endpoint_id, vpc_endpoint_account_id, actor, caller_account, unknown_account, service,
  substr(event_names, 1, 1000) AS event_names,
  CAST(n_records AS BIGINT) AS n_records, CAST(n_actions AS BIGINT) AS n_actions, CAST(n_failed AS BIGINT) AS n_failed, CAST(n_denied AS BIGINT) AS n_denied,
  error_codes,
  substr(source_ips, 1, 1000) AS source_ips,
  substr(access_keys, 1, 1000) AS access_keys,
  accounts, first_seen, last_seen, first_event_id, last_event_id,
  CASE
    WHEN unknown_account IS NOT NULL AND NOT is_refused THEN 'medium'
    WHEN unknown_account IS NOT NULL OR is_refused THEN 'low'
    ELSE 'informational'
  END AS severity,
  CASE WHEN is_refused THEN 'refused by the policy of the endpoint' ELSE 'passed through the endpoint' END
    || CASE WHEN unknown_account IS NOT NULL THEN '; with credentials of an account not known as yours: ' || unknown_account ELSE '' END AS why
FROM grouped
ORDER BY n_records DESC, vpc_endpoint_id NULLS LAST, caller, actor, service NULLS LAST, is_refused;
