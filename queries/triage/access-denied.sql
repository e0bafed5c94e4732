-- ---
-- id: access-denied
-- title: Who was refused
-- question: Who is probing for permissions, and for which?
-- phase: triage
-- kind: finding
-- severity: medium
-- attack: [T1580, T1087.004]
-- requires: [management, data]
-- context: all
-- counts: records
-- params:
--   min_apis: {type: int, default: 1, help: "Leave out principals that were refused fewer different calls, counted over the whole case"}
-- columns: {actor: principal, target: resources, ref: first_event_id, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: principal}}
--   - {query: error-summary}
-- false_positives:
--   - The console asks for more than a user may see, and every page leaves a few refusals
--   - A pipeline that lost a permission is refused the same call over and over; a prober is refused many different ones
-- cannot_show: refusals that leave no record in the account called, such as a role in another account or a call with a deactivated key, nor what EC2 wrote into an encoded message
-- references:
--   - "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"
--   - "https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html"
-- tests:
--   - {fixture: demo, rows: "7"}
-- ---
WITH refused AS (
  -- Of the whole case: what is said about a principal must not change with the scope.
  SELECT
    coalesce(principal_unique_id, actor) AS principal_key, principal_arn, actor, file_id, record_index,
    coalesce(service, '') || ':' || coalesce(event_base_name, '') AS api,
    ct_extract(error_message, 'authorized to perform:? ([a-z0-9-]+:[A-Za-z0-9*]+)', 1) AS action,
    -- The message names what the policy judged; without one, what the request was about.
    coalesce(nullif(ct_extract(error_message, 'on resource:? +["'']?([^ "'']+)', 1), '*'), target) AS resource,
    ct_extract(error_message, '((?:no|explicit deny in an?) (?:[a-z-]+ )*(?:policy|boundary))', 1) AS reason,
    -- Every page of the console asks for more than most users may see.
    coalesce(ct_client(user_agent, session_credential_from_console) IN ('console', 'browser'), false) AS is_console,
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn) AS is_by_service,
    ct_bucket(event_time, 86400) AS day
  FROM all_events
  WHERE outcome = 'denied' AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
case_refusals AS (
  SELECT
    principal_key, coalesce(max(principal_arn), min(actor)) AS principal,
    count(*) AS n_denied, count(DISTINCT api) AS n_apis, count(DISTINCT resource) AS n_resources,
    count(DISTINCT api) FILTER (WHERE NOT is_console) AS n_apis_outside, count(DISTINCT resource) FILTER (WHERE NOT is_console) AS n_resources_outside,
    bool_and(is_console) AS is_console, bool_and(is_by_service) AS is_by_service
  FROM refused
  GROUP BY principal_key
),
-- What is refused day after day is a scanner or a program with too few rights.
recurring AS (
  SELECT principal_key, count(*) AS n_apis_again
  FROM (SELECT principal_key, api FROM refused WHERE NOT is_console GROUP BY principal_key, api HAVING count(DISTINCT day) >= 3) again
  GROUP BY principal_key
),
case_calls AS (
  SELECT coalesce(principal_unique_id, actor) AS principal_key, count(*) AS n_records
  FROM all_events
  WHERE coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
  GROUP BY coalesce(principal_unique_id, actor)
),
reported AS (
  SELECT
    r.principal_key,
    max(e.principal_unique_id) AS principal_unique_id,
    count(DISTINCT r.api) AS n_apis,
    count(DISTINCT e.service) AS n_services,
    count(DISTINCT r.resource) AS n_resources,
    count(DISTINCT e.aws_region) AS n_regions,
    count(*) AS n_records,
    ct_actions(e.action_id, e.event_copies) AS n_actions,
    ct_set(r.api) AS apis, ct_set(r.action) AS actions, ct_set(r.resource) AS resources, ct_set(r.reason) AS reasons,
    ct_set(e.source_ip_address) AS source_ips, ct_set(nullif(e.user_identity_access_key_id, '')) AS access_keys,
    min(e.event_time) AS first_seen, max(e.event_time) AS last_seen,
    ct_first_event(e.event_id, e.event_time, e.same_second_rank) AS first_event_id,
    ct_last_event(e.event_id, e.event_time, e.same_second_rank) AS last_event_id
  FROM events e
  JOIN refused r ON r.file_id = e.file_id AND r.record_index = e.record_index
  GROUP BY r.principal_key
)
SELECT
  c.principal, p.principal_unique_id, p.n_apis, p.n_services, p.n_resources, p.n_regions,
  p.n_records, p.n_actions, p.n_records AS n_failed, p.n_records AS n_denied,
  -- Cells end after 1,000 characters; the counts beside them are whole.
  substr(p.apis, 1, 1000) AS apis,
  substr(p.actions, 1, 1000) AS actions,
  substr(p.resources, 1, 1000) AS resources,
  substr(p.reasons, 1, 1000) AS reasons,
  substr(p.source_ips, 1, 1000) AS source_ips,
  substr(p.access_keys, 1, 1000) AS access_keys,
  p.first_seen, p.last_seen, p.first_event_id, p.last_event_id,
  CASE
    WHEN c.is_by_service THEN 'informational'
    WHEN (c.n_apis_outside >= 10 OR c.n_resources_outside >= 10) AND coalesce(g.n_apis_again, 0) * 2 < c.n_apis_outside THEN 'high'
    WHEN c.n_apis >= 3 OR c.n_resources >= 3 THEN 'medium'
    ELSE 'low'
  END AS severity,
  'in the whole case: different calls refused ' || CAST(c.n_apis AS VARCHAR)
    || ', resources ' || CAST(c.n_resources AS VARCHAR)
    || ', refusals ' || CAST(c.n_denied AS VARCHAR) || ' of ' || CAST(a.n_records AS VARCHAR) || ' records'
    || CASE WHEN c.is_console THEN '; all of them in the console' ELSE '' END
    || CASE WHEN g.n_apis_again > 0 THEN '; calls refused on three days or more: ' || CAST(g.n_apis_again AS VARCHAR) ELSE '' END
    || CASE WHEN c.is_by_service THEN '; by a service of itself' ELSE '' END AS why
FROM reported p
JOIN case_refusals c ON c.principal_key = p.principal_key
JOIN case_calls a ON a.principal_key = p.principal_key
LEFT JOIN recurring g ON g.principal_key = p.principal_key
WHERE c.n_apis >= CAST($min_apis AS BIGINT)
ORDER BY p.n_apis DESC, p.n_records DESC, p.principal_key;
