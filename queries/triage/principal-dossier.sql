-- ---
-- id: principal-dossier
-- title: Everything about one principal
-- question: What did this principal do, from where, with what, and when?
-- phase: triage
-- kind: pivot
-- attack: [T1078.004]
-- requires: [management(principal=$principal), data(principal=$principal)]
-- context: all
-- counts: records
-- params:
--   principal: {type: glob, suggest: principal_arn, help: "A user, role or session: ARN, principal id or name; * and ? are wildcards"}
-- columns: {ref: first_event_id}
-- next:
--   - {query: key-usage, with: {access_key: value}}
--   - {query: ip-pivot, with: {ip: value}}
--   - {query: write-actions}
-- false_positives:
--   - A pattern, or a name that was used again, gathers several principals; the rows `principal id` tell how many
--   - Rows `invoked by` are calls that an AWS service made on the principal's behalf, not calls that the principal sent
-- cannot_show: who held the principal's credentials, nor calls in accounts, regions and categories that were not recorded
-- references:
--   - "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html"
--   - "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html"
-- tests:
--   - {fixture: demo, rows: "89", params: {principal: "arn:aws:iam::077788889999:user/backup-sync"}}
-- ---
WITH identities AS (
  SELECT DISTINCT
    user_identity_principal_id, actor, principal_arn, user_identity_arn, principal_unique_id, user_identity_user_name,
    session_issuer_user_name
  FROM all_events
),
named AS (
  SELECT DISTINCT user_identity_principal_id AS principal_id, actor
  FROM identities
  WHERE ct_glob(actor, CAST($principal AS VARCHAR))
    OR ct_glob(principal_arn, CAST($principal AS VARCHAR))
    OR ct_glob(user_identity_arn, CAST($principal AS VARCHAR))
    OR ct_glob(user_identity_principal_id, CAST($principal AS VARCHAR))
    OR ct_glob(principal_unique_id, CAST($principal AS VARCHAR))
    OR ct_glob(user_identity_user_name, CAST($principal AS VARCHAR))
    OR ct_glob(session_issuer_user_name, CAST($principal AS VARCHAR))
),
-- By the id behind the name: a failed sign-in and the copy that another account received have no ARN, and a user made
-- anew under an old name has another id.
mine AS (
  SELECT
    e.actor, e.principal_unique_id, e.user_identity_type, e.recipient_account_id, e.aws_region, e.user_identity_access_key_id,
    e.source_ip_address, e.user_agent, e.session_mfa_authenticated, e.user_identity_invoked_by, e.error_code, e.error_message,
    coalesce(e.service, '') || ':' || coalesce(e.event_base_name, '') AS api,
    e.outcome, e.event_time, e.same_second_rank, e.event_id, e.action_id, e.event_copies,
    -- An action recorded in two accounts counts once, in the row of the record that knows its caller best.
    k.file_id IS NULL AS is_counted
  FROM events e
  LEFT JOIN later_copies k ON k.file_id = e.file_id AND k.record_index = e.record_index
  WHERE coalesce(e.event_category, '') NOT IN ('Insight', 'NetworkActivity')
    AND (
      e.user_identity_principal_id IN (SELECT principal_id FROM named WHERE principal_id <> '')
      OR (coalesce(e.user_identity_principal_id, '') = ''
        AND e.actor IN (SELECT actor FROM named WHERE coalesce(principal_id, '') = ''))
    )
),
facts AS (
  SELECT 1 AS position, 'principal id' AS section, principal_unique_id AS value,
    outcome, event_time, same_second_rank, event_id, is_counted, action_id, event_copies FROM mine
  UNION ALL SELECT 2, 'actor', actor, outcome, event_time, same_second_rank, event_id, is_counted, action_id, event_copies FROM mine
  UNION ALL SELECT 3, 'identity type', user_identity_type, outcome, event_time, same_second_rank, event_id, is_counted, action_id, event_copies FROM mine
  UNION ALL SELECT 4, 'recorded in account', recipient_account_id, outcome, event_time, same_second_rank, event_id, is_counted, action_id, event_copies FROM mine
  UNION ALL SELECT 5, 'region', aws_region, outcome, event_time, same_second_rank, event_id, is_counted, action_id, event_copies FROM mine
  UNION ALL SELECT 6, 'access key', user_identity_access_key_id, outcome, event_time, same_second_rank, event_id, is_counted, action_id, event_copies FROM mine
  UNION ALL SELECT 7, 'source address', source_ip_address, outcome, event_time, same_second_rank, event_id, is_counted, action_id, event_copies FROM mine
  UNION ALL SELECT 8, 'user agent', user_agent, outcome, event_time, same_second_rank, event_id, is_counted, action_id, event_copies FROM mine
  UNION ALL SELECT 9, 'session with MFA',
    CASE WHEN session_mfa_authenticated THEN 'true' WHEN NOT session_mfa_authenticated THEN 'false' ELSE 'not recorded' END,
    outcome, event_time, same_second_rank, event_id, is_counted, action_id, event_copies FROM mine
  UNION ALL SELECT 10, 'invoked by', user_identity_invoked_by, outcome, event_time, same_second_rank, event_id, is_counted, action_id, event_copies FROM mine
  UNION ALL SELECT 11, 'api', api, outcome, event_time, same_second_rank, event_id, is_counted, action_id, event_copies FROM mine
  UNION ALL SELECT 12, 'error', coalesce(nullif(error_code, ''), error_message),
    outcome, event_time, same_second_rank, event_id, is_counted, action_id, event_copies FROM mine
)
SELECT
  section, value,
  count(*) AS n_records,
  CASE
    -- What was recorded in an account is that account's own.
    WHEN section = 'recorded in account' THEN ct_actions(action_id, event_copies)
    ELSE count(*) FILTER (WHERE is_counted)
  END AS n_actions,
  count(*) FILTER (WHERE outcome IN ('failure', 'denied', 'partial')) AS n_failed,
  count(*) FILTER (WHERE outcome = 'denied') AS n_denied,
  min(event_time) AS first_seen,
  max(event_time) AS last_seen,
  ct_first_event(event_id, event_time, same_second_rank) AS first_event_id,
  ct_last_event(event_id, event_time, same_second_rank) AS last_event_id
FROM facts
WHERE value <> ''
GROUP BY position, section, value
ORDER BY position, n_records DESC, value;
