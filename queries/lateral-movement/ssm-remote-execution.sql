-- ---
-- id: ssm-remote-execution
-- title: Commands and sessions on hosts
-- question: Who ran commands or opened sessions on hosts through Systems Manager, on how many, and was the output fetched?
-- phase: lateral-movement
-- kind: finding
-- severity: medium
-- attack: [T1651, T1021.008]
-- requires: [management:read, management:write]
-- context: all
-- counts: records
-- params:
--   min_instances: {type: int, default: 10, help: "A command to so many instances by name, or to all with a tag, is sent wide"}
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: ip-pivot, with: {ip: source_ip}}
--   - {query: instance-credentials-misuse}
--   - {query: instance-connect}
-- false_positives:
--   - Patch and inventory runs, and what State Manager does on its own
--   - Administrators who use Session Manager in place of SSH
-- cannot_show: the command itself (AWS hides its parameters), what was typed in a session unless session logs are kept, and on which instances a command sent by tag ran
-- references:
--   - "https://docs.aws.amazon.com/systems-manager/latest/userguide/monitoring-cloudtrail-logs.html"
--   - "https://attack.mitre.org/techniques/T1651/"
-- tests:
--   - {fixture: demo, rows: "0"}
--   - {fixture: stratus/execution.ssm-send-command, rows: "1"}
--   - {fixture: stratus/execution.ssm-start-session, rows: "3"}
--   - {fixture: stratus/credential-access.ec2-steal-instance-credentials, rows: "1"}
-- ---
WITH own_accounts AS (
  SELECT DISTINCT account_id AS account FROM known_accounts
),
-- When a command's output was fetched, and when a session was ended.
output_reads AS (
  SELECT ct_json(request_parameters, 'commandId') AS command_id, min(event_time) AS read_at
  FROM all_events
  WHERE service = 'ssm' AND event_base_name IN ('GetCommandInvocation', 'ListCommandInvocations') AND outcome = 'no-error'
  GROUP BY ct_json(request_parameters, 'commandId')
),
session_ends AS (
  SELECT ct_json(request_parameters, 'sessionId') AS session_id, min(event_time) AS ended_at
  FROM all_events
  WHERE service = 'ssm' AND event_base_name = 'TerminateSession' AND outcome = 'no-error'
  GROUP BY ct_json(request_parameters, 'sessionId')
),
calls AS (
  SELECT
    event_time, same_second_rank, file_id, record_index, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_id,
    event_base_name AS call,
    coalesce(ct_json(request_parameters, 'documentName'), ct_json(request_parameters, 'name'),
      CASE WHEN event_base_name = 'StartSession' AND request_parameters IS NOT NULL THEN 'SSM-SessionManagerRunShell' END) AS document,
    coalesce(ct_item_count(request_parameters, 'instanceIds'), 0) AS n_instances,
    coalesce(ct_item_count(request_parameters, 'targets'), 0) AS n_targets,
    ct_json(response_elements, 'command.commandId') AS command_id,
    coalesce(ct_json(response_elements, 'sessionId'), ct_json(request_parameters, 'sessionId')) AS session_id,
    outcome IN ('failure', 'denied', 'dry-run') AS is_attempt,
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn) AS is_by_service,
    ct_is_deployment_tool(user_agent) OR coalesce(user_identity_invoked_by, '') = 'cloudformation.amazonaws.com' AS is_by_deployment_tool
  FROM events
  WHERE (service = 'ssm'
      AND event_base_name IN ('SendCommand', 'StartSession', 'ResumeSession', 'StartAutomationExecution', 'StartChangeRequestExecution',
        'CreateAssociation', 'CreateAssociationBatch', 'StartAssociationsOnce', 'CreateActivation')
    -- Remote desktops by way of Fleet Manager.
    OR service = 'ssm-guiconnect' AND event_base_name = 'StartConnection')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
described AS (
  SELECT
    c.event_time, c.same_second_rank, c.file_id, c.record_index, c.recipient_account_id, c.aws_region, c.service, c.event_name,
    c.outcome, c.actor, c.user_identity_access_key_id, c.source_ip_address, c.user_agent, c.target, c.error_code, c.error_message,
    c.request_parameters, c.event_id, c.call, c.document, c.n_instances, c.n_targets, c.command_id, c.session_id,
    c.is_attempt, c.is_by_service, c.is_by_deployment_tool, r.read_at, t.ended_at,
    ct_extract(c.document, '^arn:[^:]*:ssm:[^:]*:([^:]+):document/', 1) AS document_account,
    ct_matches(c.document, '(^|/)AWS-(Run(Shell|PowerShell|Remote)?Script|RunAnsiblePlaybook|ApplyAnsiblePlaybooks|RunDocument|RunSaltState|ApplyDSCMofs|InstallApplication|InstallPowerShellModule)$')
      AS runs_anything,
    ct_matches(c.document, '(^|/)(AWS|Amazon[A-Za-z]+|AWS[A-Za-z]+)-') AS is_of_aws,
    ct_matches(c.document, 'StartPortForwarding|StartSSHSession|StartInteractiveCommand|StartNonInteractiveCommand') AS is_tunnel
  FROM calls c
  LEFT JOIN output_reads r ON r.command_id = c.command_id
  LEFT JOIN session_ends t ON t.session_id = c.session_id
),
judged AS (
  SELECT
    d.event_time, d.same_second_rank, d.file_id, d.record_index, d.recipient_account_id, d.aws_region, d.service, d.event_name,
    d.outcome, d.actor, d.user_identity_access_key_id, d.source_ip_address, d.user_agent, d.target, d.error_code, d.error_message,
    d.request_parameters, d.event_id, d.call, d.document, d.n_instances, d.n_targets, d.command_id, d.session_id,
    d.is_attempt, d.is_by_service, d.is_by_deployment_tool, d.read_at, d.ended_at, d.document_account, d.runs_anything, d.is_of_aws, d.is_tunnel,
    d.n_instances >= CAST($min_instances AS BIGINT) OR d.n_targets > 0 AS is_wide,
    d.document_account NOT IN ('aws', 'amazon') AND o.account IS NULL AS is_foreign_document
  FROM described d
  LEFT JOIN own_accounts o ON o.account = d.document_account
)
SELECT
  event_time, recipient_account_id AS account, aws_region AS region, service, event_name, outcome, actor,
  nullif(user_identity_access_key_id, '') AS access_key, source_ip_address AS source_ip, user_agent, target,
  coalesce(nullif(error_code, ''), error_message, substr(CAST(request_parameters AS VARCHAR), 1, 500)) AS detail,
  event_id,
  document,
  CASE WHEN n_targets > 0 THEN NULL ELSE nullif(n_instances, 0) END AS n_instances,
  command_id, session_id,
  read_at AS output_read_at,
  ended_at AS session_ended_at,
  CASE
    WHEN is_by_service THEN 'informational'
    WHEN is_attempt THEN 'low'
    WHEN is_foreign_document THEN CASE WHEN is_by_deployment_tool THEN 'medium' ELSE 'high' END
    WHEN call IN ('CreateActivation', 'StartConnection') THEN CASE WHEN is_by_deployment_tool THEN 'low' ELSE 'medium' END
    WHEN call = 'StartAssociationsOnce' THEN 'low'
    WHEN call IN ('SendCommand', 'CreateAssociation', 'CreateAssociationBatch') AND (runs_anything OR document IS NULL) THEN 'medium'
    WHEN call IN ('SendCommand', 'StartAutomationExecution', 'StartChangeRequestExecution') AND NOT is_of_aws THEN 'medium'
    WHEN call IN ('StartSession', 'ResumeSession') AND is_tunnel THEN 'medium'
    ELSE 'low'
  END AS severity,
  CASE
    WHEN outcome = 'denied' THEN 'refused: '
    WHEN outcome = 'dry-run' THEN 'dry run: '
    WHEN is_attempt THEN 'failed: '
    ELSE ''
  END
    || CASE
      WHEN call IN ('StartSession', 'ResumeSession') AND is_tunnel THEN 'session that forwards a port or runs a command: ' || document
      WHEN call = 'StartSession' THEN 'shell session on a host'
      WHEN call = 'StartConnection' THEN 'remote desktop of a host'
      WHEN call = 'CreateActivation' THEN 'code made by which machines outside join as hosts'
      WHEN call = 'ResumeSession' THEN 'shell session taken up again'
      WHEN call = 'StartAssociationsOnce' THEN 'associations run at once'
      WHEN call IN ('CreateAssociation', 'CreateAssociationBatch') THEN 'document tied to hosts, run now and again: ' || coalesce(document, 'not recorded')
      WHEN call IN ('StartAutomationExecution', 'StartChangeRequestExecution') THEN 'automation run: ' || coalesce(document, 'not recorded')
      WHEN runs_anything THEN 'commands of the caller''s choice on hosts: ' || document
      ELSE 'document run on hosts: ' || coalesce(document, 'not recorded')
    END
    || CASE WHEN is_foreign_document THEN '; document of an account not known as yours: ' || document_account ELSE '' END
    || CASE WHEN n_targets > 0 THEN '; hosts chosen by tag or group' WHEN n_instances > 1 THEN '; instances named: ' || CAST(n_instances AS VARCHAR) ELSE '' END
    || CASE WHEN is_wide THEN ', sent wide' ELSE '' END
    || CASE WHEN is_by_deployment_tool THEN '; client names itself a deployment tool' ELSE '' END
    || CASE WHEN is_by_service THEN '; by a service of itself' ELSE '' END
    || CASE WHEN read_at IS NOT NULL THEN '; its output was fetched' ELSE '' END AS why
FROM judged
ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index;
