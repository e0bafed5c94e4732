-- ---
-- id: cli-commands
-- title: Commands of the AWS CLI
-- question: Which commands of the AWS CLI were typed, on what machine, and by whom?
-- phase: pivot
-- kind: pivot
-- attack: [T1059.009]
-- requires: [management(principal=$principal), data(principal=$principal)]
-- counts: records
-- params:
--   principal: {type: glob, default: null, suggest: principal_arn, help: "Only commands of this principal: an ARN, user name or principal id, with * and ?"}
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id}
-- next:
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: ip-pivot, with: {ip: source_ip}}
--   - {query: principal-dossier, with: {principal: actor}}
-- false_positives:
--   - Scripts run the CLI too; typed commands have gaps between them
--   - One command may make many calls, such as a listing in pages or a copy of a folder
-- cannot_show: arguments beyond what the call itself asked for, commands that ended before they called AWS, and commands of version 1, which does not name them
-- references:
--   - "https://docs.aws.amazon.com/cli/latest/userguide/cli-chap-welcome.html"
--   - "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html"
-- tests:
--   - {fixture: demo, rows: "730"}
-- ---
SELECT
  event_time, recipient_account_id AS account, aws_region AS region, service, event_name, outcome, actor,
  nullif(user_identity_access_key_id, '') AS access_key, source_ip_address AS source_ip, user_agent, target,
  coalesce(nullif(error_code, ''), error_message, substr(CAST(request_parameters AS VARCHAR), 1, 500)) AS detail,
  event_id,
  ct_cli_command(user_agent) AS command,
  ct_agent_part(user_agent, 'aws-cli') AS cli_version,
  ct_agent_part(user_agent, 'os') AS os,
  ct_agent_part(user_agent, 'md/distrib') AS distribution,
  ct_agent_part(user_agent, 'lang') AS language,
  ct_agent_part(user_agent, 'exec-env') AS execution_environment,
  ct_agent_part(user_agent, 'md/prompt') AS prompt
FROM events
WHERE (starts_with(user_agent, 'aws-cli/') OR starts_with(user_agent, '[aws-cli/'))
  AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
  AND (CAST($principal AS VARCHAR) IS NULL OR ct_glob(actor, CAST($principal AS VARCHAR)) OR ct_glob(principal_arn, CAST($principal AS VARCHAR))
    OR ct_glob(user_identity_arn, CAST($principal AS VARCHAR)) OR ct_glob(user_identity_user_name, CAST($principal AS VARCHAR))
    OR ct_glob(principal_unique_id, CAST($principal AS VARCHAR)))
ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index;
