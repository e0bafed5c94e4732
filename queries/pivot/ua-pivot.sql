-- ---
-- id: ua-pivot
-- title: One client
-- question: What was done with this client, by whom and from where?
-- phase: pivot
-- kind: pivot
-- attack: [T1078.004]
-- requires: [management(client=$ua), data(client=$ua)]
-- counts: records
-- params:
--   ua: {type: glob, suggest: user_agent, help: "A user agent, or a pattern of it such as *kali* or aws-cli/1.*"}
-- columns: {actor: actor, key: access_key, ip: source_ip, target: event_name, ref: first_event_id}
-- next:
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: ip-pivot, with: {ip: source_ip}}
--   - {query: principal-dossier, with: {principal: actor}}
-- false_positives:
--   - A client writes what it likes as its name; the same name is not the same machine
--   - Everybody in a company may use the same version of the same tool
-- cannot_show: which program really made a call, and calls that an AWS service made for this client
-- references:
--   - "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html"
-- tests:
--   - {fixture: demo, rows: "226", params: {ua: "aws-cli/2*"}}
-- ---
WITH calls AS (
  SELECT
    e.actor, nullif(e.user_identity_access_key_id, '') AS access_key, e.source_ip_address AS source_ip, e.service, e.event_name, e.outcome, e.user_agent,
    e.recipient_account_id, e.aws_region, e.event_time, e.same_second_rank, e.event_id,
    -- An action recorded in two accounts counts once, in the row of the record that knows its caller best.
    k.file_id IS NULL AS is_counted
  FROM events e
  LEFT JOIN later_copies k ON k.file_id = e.file_id AND k.record_index = e.record_index
  WHERE (ct_glob(e.user_agent, CAST($ua AS VARCHAR)) OR ct_glob(ct_agent(e.user_agent), CAST($ua AS VARCHAR)))
    AND coalesce(e.event_category, '') NOT IN ('Insight', 'NetworkActivity')
)
SELECT
  actor, access_key, source_ip, service, event_name,
  count(*) AS n_records,
  count(*) FILTER (WHERE is_counted) AS n_actions,
  count(*) FILTER (WHERE outcome IN ('failure', 'denied', 'partial')) AS n_failed,
  count(*) FILTER (WHERE outcome = 'denied') AS n_denied,
  ct_set(recipient_account_id) AS accounts,
  ct_set(aws_region) AS regions,
  count(DISTINCT user_agent) AS n_user_agents,
  -- Cells end after 1,000 characters; the count beside is whole.
  substr(ct_set(user_agent), 1, 1000) AS user_agents,
  min(event_time) AS first_seen,
  max(event_time) AS last_seen,
  ct_first_event(event_id, event_time, same_second_rank) AS first_event_id,
  ct_last_event(event_id, event_time, same_second_rank) AS last_event_id
FROM calls
GROUP BY actor, access_key, source_ip, service, event_name
ORDER BY actor, access_key NULLS LAST, source_ip NULLS LAST, service NULLS LAST, event_name NULLS LAST;
