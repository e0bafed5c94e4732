-- ---
-- id: top-principals
-- title: Who was active
-- question: Who was active, and how unlike the others are they?
-- phase: triage
-- kind: overview
-- requires: [management, data]
-- counts: records
-- columns: {actor: principal, ref: first_event_id}
-- next:
--   - {query: principal-dossier, with: {principal: principal}}
--   - {query: access-denied}
-- false_positives:
--   - Pipelines, backup jobs and security scanners use many calls, clients and addresses as a matter of course
--   - Service-linked roles and AWS services act by themselves; `types` and the name tell
--   - The calls of `n_abused_apis` are favoured by attackers and made every day by others; a whole list of them at once is less common
-- cannot_show: who sat behind a role or a shared key, nor what a principal did where nothing was recorded
-- references:
--   - "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html"
--   - "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html"
--   - "https://traildiscover.cloud"
-- tests:
--   - {fixture: demo, rows: "50"}
-- ---
WITH calls AS (
  SELECT
    -- The id that AWS gives once: a user made anew under an old name is another principal.
    coalesce(e.principal_unique_id, e.actor) AS principal_key,
    e.principal_unique_id, e.principal_arn, e.actor, e.user_identity_type, e.session_group, e.user_identity_access_key_id,
    e.source_ip, e.user_agent, e.aws_region, e.recipient_account_id, e.error_code,
    coalesce(e.service, '') || ':' || coalesce(e.event_base_name, '') AS api,
    a.event_name AS abused_api,
    e.event_time, e.same_second_rank, e.event_id, e.action_id, e.event_copies, ct_is_read(e.read_only, e.event_base_name) AS is_read, e.outcome
  FROM events e
  LEFT JOIN ref_abused_apis a ON a.event_source = e.event_source AND a.event_name = e.event_base_name
  WHERE coalesce(e.event_category, '') NOT IN ('Insight', 'NetworkActivity')
)
SELECT
  -- The copy of a call that another account received names the caller by id alone, so the ARN may stand in some records only.
  coalesce(max(principal_arn), min(actor)) AS principal,
  max(principal_unique_id) AS principal_unique_id,
  ct_set(user_identity_type) AS types,
  count(*) AS n_records,
  ct_actions(action_id, event_copies) AS n_actions,
  count(*) FILTER (WHERE NOT is_read) AS n_writes,
  count(*) FILTER (WHERE outcome IN ('failure', 'denied', 'partial')) AS n_failed,
  count(*) FILTER (WHERE outcome = 'denied') AS n_denied,
  count(DISTINCT api) AS n_apis,
  -- Calls that attackers are known to make; most of them are made every day by others too.
  count(DISTINCT api) FILTER (WHERE abused_api IS NOT NULL) AS n_abused_apis,
  count(*) FILTER (WHERE abused_api IS NOT NULL) AS n_abused_records,
  count(DISTINCT session_group) AS n_sessions,
  count(DISTINCT user_identity_access_key_id) FILTER (WHERE user_identity_access_key_id <> '') AS n_keys,
  count(DISTINCT source_ip) AS n_source_ips,
  count(DISTINCT user_agent) AS n_user_agents,
  count(DISTINCT aws_region) AS n_regions,
  count(DISTINCT recipient_account_id) AS n_accounts,
  min(event_time) AS first_seen,
  max(event_time) AS last_seen,
  ct_first_event(event_id, event_time, same_second_rank) AS first_event_id,
  ct_last_event(event_id, event_time, same_second_rank) AS last_event_id
FROM calls
GROUP BY principal_key
ORDER BY n_records DESC, principal_key;
