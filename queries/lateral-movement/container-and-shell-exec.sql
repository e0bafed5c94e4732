-- ---
-- id: container-and-shell-exec
-- title: Code run in containers, jobs and shells
-- question: Was code run in containers, batch jobs, builds, notebooks or CloudShell?
-- phase: lateral-movement
-- kind: finding
-- severity: low
-- attack: [T1059.009, T1610, T1609]
-- requires: [management:write]
-- counts: records
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: ip-pivot, with: {ip: source_ip}}
--   - {query: compute-hijack}
-- false_positives:
--   - Administrators open CloudShell; schedulers and pipelines run tasks, jobs and builds with commands of their own
-- cannot_show: what was typed in a shell or a container, and what a job did
-- references:
--   - "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html"
--   - "https://docs.aws.amazon.com/cloudshell/latest/userguide/logging-and-monitoring.html"
--   - "https://attack.mitre.org/techniques/T1059/009/"
-- tests:
--   - {fixture: demo, rows: "0"}
-- ---
WITH calls AS (
  SELECT
    event_time, same_second_rank, file_id, record_index, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_id,
    outcome IN ('failure', 'denied', 'dry-run') AS is_attempt,
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn) AS is_by_service,
    ct_is_deployment_tool(user_agent) OR coalesce(user_identity_invoked_by, '') = 'cloudformation.amazonaws.com' AS is_by_deployment_tool,
    event_base_name AS call,
    lower(CAST(request_parameters AS VARCHAR)) AS request
  FROM events
  WHERE service IN ('ecs', 'batch', 'cloudshell', 'glue', 'elasticmapreduce', 'emr-serverless', 'emr-containers', 'codebuild', 'sagemaker', 'lightsail', 'apprunner')
    AND event_base_name IN ('ExecuteCommand', 'RunTask', 'StartTask', 'RegisterTaskDefinition', 'SubmitJob', 'RegisterJobDefinition', 'CreateEnvironment', 'CreateSession',
      'GetFileDownloadUrls', 'GetFileUploadUrls', 'RunStatement', 'CreateJob', 'StartJobRun', 'CreateDevEndpoint', 'UpdateDevEndpoint', 'AddJobFlowSteps', 'RunJobFlow', 'StartBuild', 'StartBuildBatch',
      'CreatePresignedNotebookInstanceUrl', 'CreatePresignedDomainUrl')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
named AS (
  SELECT
    event_time, same_second_rank, file_id, record_index, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_id,
    is_attempt, is_by_service, is_by_deployment_tool, call,
    ct_matches(request, 'aws_container_credentials|169\.254\.170\.2(/v2/credentials|[$])|meta-data/iam|security-credentials|(curl|wget) [^"]*\| *(ba)?sh\b|base64 -d|/dev/tcp/|xmrig|stratum\+') AS is_telling,
    CASE
      WHEN service = 'ecs' AND call = 'ExecuteCommand' THEN 'command in a running container: ' || coalesce(ct_json(request_parameters, 'command'), 'not recorded')
      WHEN service = 'ecs' AND call IN ('RunTask', 'StartTask') AND ct_matches(request, '"containeroverrides":\[.*"command":\["') THEN 'task run with another command than its definition has'
      WHEN service = 'ecs' AND call = 'RegisterTaskDefinition' AND ct_matches(request, 'aws_container_credentials|169\.254\.1|(curl|wget) |base64 -d|/dev/tcp/|xmrig|stratum\+')
        THEN 'task definition whose command fetches credentials or code'
      WHEN service = 'batch' AND call = 'SubmitJob' AND ct_matches(request, '"(containeroverrides|ecspropertiesoverride|ekspropertiesoverride|nodeoverrides)":\{.*"command":\["') THEN 'job run with another command than its definition has'
      WHEN service = 'cloudshell' AND call = 'CreateEnvironment' THEN 'CloudShell made'
      WHEN service = 'cloudshell' AND call = 'CreateSession' THEN 'CloudShell opened'
      WHEN service = 'cloudshell' AND call IN ('GetFileDownloadUrls', 'GetFileUploadUrls') THEN 'file moved out of or into CloudShell'
      WHEN service = 'glue' AND call IN ('CreateSession', 'RunStatement', 'CreateDevEndpoint') THEN 'interactive session of Glue'
      WHEN service = 'glue' AND call = 'UpdateDevEndpoint' AND ct_matches(request, '"(addpublickeys|publickey)":') THEN 'SSH key put on a machine of Glue'
      WHEN service IN ('elasticmapreduce', 'emr-serverless', 'emr-containers') AND call IN ('AddJobFlowSteps', 'RunJobFlow', 'StartJobRun') THEN 'job run on EMR'
      WHEN service = 'codebuild' AND call IN ('StartBuild', 'StartBuildBatch') AND ct_matches(request, '"(buildspecoverride|imageoverride|sourcelocationoverride|servicerole[a-z]*override|environmentvariablesoverride)":')
        THEN 'build run with settings of the caller'
      WHEN service = 'sagemaker' AND call LIKE 'CreatePresigned%' THEN 'notebook opened by a link'
    END AS what
  FROM calls
)
SELECT
  event_time, recipient_account_id AS account, aws_region AS region, service, event_name, outcome, actor,
  nullif(user_identity_access_key_id, '') AS access_key, source_ip_address AS source_ip, user_agent, target,
  coalesce(nullif(error_code, ''), error_message, substr(CAST(request_parameters AS VARCHAR), 1, 500)) AS detail,
  event_id,
  CASE
    WHEN is_attempt THEN 'low'
    WHEN is_by_service THEN 'informational'
    WHEN is_telling THEN CASE WHEN call = 'RegisterTaskDefinition' AND is_by_deployment_tool THEN 'medium' ELSE 'high' END
    WHEN call IN ('ExecuteCommand', 'UpdateDevEndpoint') THEN 'medium'
    WHEN call = 'GetFileDownloadUrls' THEN 'medium'
    WHEN service IN ('elasticmapreduce', 'emr-serverless', 'emr-containers', 'batch') THEN 'informational'
    ELSE 'low'
  END AS severity,
  CASE outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' WHEN 'dry-run' THEN 'dry run: ' ELSE '' END
    || what
    || CASE WHEN is_telling THEN '; it asks for the credentials of the container, or fetches code to run' ELSE '' END
    || CASE WHEN is_by_deployment_tool THEN '; client names itself a deployment tool' ELSE '' END
    || CASE WHEN is_by_service THEN '; by a service of itself' ELSE '' END AS why
FROM named
WHERE what IS NOT NULL
ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index;
