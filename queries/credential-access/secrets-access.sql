-- ---
-- id: secrets-access
-- title: Secrets read
-- question: Which secrets were read, by whom, and was that new?
-- phase: credential-access
-- kind: finding
-- severity: medium
-- attack: [T1555.006]
-- requires: [management:read]
-- context: all
-- counts: records
-- params:
--   min_secrets: {type: int, default: 5, help: "So many secrets, none of which the caller had read before, within the window are a harvest"}
--   window: {type: duration, default: 1h, help: "How far apart, before and after, reads count together"}
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: ip-pivot, with: {ip: source_ip}}
--   - {query: ssm-parameter-access}
-- false_positives:
--   - Terraform and other deployment tools read every secret they keep, each time they run
--   - A new service reads its secrets for the first time on the day it starts
--   - Everything is new at the begin of an archive; see how much of it lies before
-- cannot_show: what the secrets held, which of them a batch read by a filter returned, and reads from a cache or by a service that had them already
-- references:
--   - "https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieve-ct-entries.html"
--   - "https://attack.mitre.org/techniques/T1555/006/"
-- tests:
--   - {fixture: demo, rows: "63"}
--   - {fixture: stratus/credential-access.secretsmanager-retrieve-secrets, rows: "21"}
--   - {fixture: stratus/credential-access.secretsmanager-batch-retrieve-secrets, rows: "5"}
-- ---
WITH reads AS (
  SELECT
    file_id, record_index, event_time, same_second_rank, event_id, outcome,
    -- What a deployment tool reads for somebody is not yet known to them.
    coalesce(principal_unique_id, actor) || CASE WHEN ct_is_deployment_tool(user_agent) THEN ' with a tool' ELSE '' END AS caller,
    -- By name here, by ARN there: the name without the six characters that AWS adds.
    CASE
      WHEN event_base_name = 'GetSecretValue'
        THEN coalesce(ct_extract(target, ':secret:(.+)-[A-Za-z0-9]{6}$', 1), ct_extract(target, ':secret:(.+)$', 1), target)
    END AS secret
  FROM all_events
  WHERE service = 'secretsmanager' AND event_base_name IN ('GetSecretValue', 'BatchGetSecretValue', 'ListSecrets')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
numbered AS (
  SELECT
    file_id, record_index, caller, secret, outcome, ct_epoch(event_time) AS second,
    secret IS NOT NULL AND outcome = 'no-error' AND row_number() OVER (
      PARTITION BY caller, secret, CASE WHEN outcome = 'no-error' THEN 1 ELSE 0 END
      ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index
    ) = 1 AS is_first
  FROM reads
),
counted AS (
  SELECT
    file_id, record_index, is_first,
    sum(CASE WHEN is_first THEN 1 ELSE 0 END) OVER (
      PARTITION BY caller ORDER BY second
      RANGE BETWEEN CAST($window AS BIGINT) PRECEDING AND CAST($window AS BIGINT) FOLLOWING
    ) AS n_new,
    sum(CASE WHEN is_first THEN 1 ELSE 0 END) OVER (PARTITION BY caller) AS n_secrets,
    sum(CASE WHEN outcome = 'denied' THEN 1 ELSE 0 END) OVER (
      PARTITION BY caller ORDER BY second
      RANGE BETWEEN CAST($window AS BIGINT) PRECEDING AND CAST($window AS BIGINT) FOLLOWING
    ) AS n_denied
  FROM numbered
),
beginning AS (
  SELECT min(event_time) AS first_seen FROM all_events
),
judged AS (
  SELECT
    e.event_time, e.recipient_account_id, e.aws_region, e.service, e.event_name, e.event_base_name, e.outcome, e.actor,
    e.user_identity_access_key_id, e.source_ip_address, e.user_agent, e.target, e.error_code, e.error_message,
    e.request_parameters, e.event_id, e.same_second_rank, e.file_id, e.record_index,
    c.is_first, c.n_new, c.n_secrets, c.n_denied,
    e.outcome IN ('failure', 'denied', 'dry-run') AS is_attempt,
    ct_is_service_alone(e.user_identity_type, e.user_identity_invoked_by, e.session_issuer_arn) AS is_by_service,
    ct_is_deployment_tool(e.user_agent) AS is_by_deployment_tool,
    ct_seconds_between(b.first_seen, e.event_time) >= 86400 AS has_past
  FROM events e
  JOIN counted c ON c.file_id = e.file_id AND c.record_index = e.record_index
  CROSS JOIN beginning b
  WHERE e.service = 'secretsmanager' AND e.event_base_name IN ('GetSecretValue', 'BatchGetSecretValue', 'ListSecrets')
)
SELECT
  event_time, recipient_account_id AS account, aws_region AS region, service, event_name, outcome, actor,
  nullif(user_identity_access_key_id, '') AS access_key, source_ip_address AS source_ip, user_agent, target,
  coalesce(nullif(error_code, ''), error_message, substr(CAST(request_parameters AS VARCHAR), 1, 500)) AS detail,
  event_id,
  is_first AS is_first_read,
  n_new AS n_first_reads_in_window,
  n_secrets AS n_secrets_of_caller,
  n_denied AS n_denied_in_window,
  CASE
    WHEN is_attempt AND n_denied >= CAST($min_secrets AS BIGINT) THEN 'medium'
    WHEN is_attempt THEN 'low'
    WHEN event_base_name = 'ListSecrets' OR is_by_service THEN 'informational'
    WHEN n_new >= 4 * CAST($min_secrets AS BIGINT) AND is_first AND has_past AND NOT is_by_deployment_tool THEN 'high'
    WHEN event_base_name = 'BatchGetSecretValue' AND NOT is_by_deployment_tool THEN 'medium'
    WHEN n_new >= CAST($min_secrets AS BIGINT) AND is_first AND NOT is_by_deployment_tool THEN 'medium'
    WHEN is_first THEN 'low'
    ELSE 'informational'
  END AS severity,
  CASE
    WHEN is_attempt THEN 'not read: ' || coalesce(nullif(error_code, ''), error_message, outcome)
    WHEN event_base_name = 'ListSecrets' THEN 'secrets listed by name, not read'
    WHEN event_base_name = 'BatchGetSecretValue' AND target IS NULL THEN 'up to 20 secrets read at once by a filter; the record does not say which'
    WHEN event_base_name = 'BatchGetSecretValue' THEN 'up to 20 secrets read at once, by name'
    WHEN is_first THEN 'secret read by this caller for the first time in the case'
    ELSE 'secret that this caller had read before'
  END
    || CASE WHEN is_by_service THEN '; by a service of itself' ELSE '' END
    || CASE WHEN is_by_deployment_tool THEN '; client names itself a deployment tool' ELSE '' END
    || '; first reads of this caller in the window: ' || CAST(n_new AS VARCHAR)
    || CASE WHEN n_denied > 0 THEN ', refused: ' || CAST(n_denied AS VARCHAR) ELSE '' END AS why
FROM judged
ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index;
