-- ---
-- id: pass-role-to-compute
-- title: Roles handed to compute
-- question: Was a role handed to a machine, function or job that the caller controls?
-- phase: privilege-escalation
-- kind: finding
-- severity: low
-- attack: [T1548.005]
-- requires: [management:write]
-- context: all
-- counts: records
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: resource-pivot, with: {resource: role}}
-- false_positives:
--   - Every deployment of a function, container or machine hands it a role
-- cannot_show: what the role may do, and what was then done with it when its calls are not in the case
-- references:
--   - "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html"
--   - "https://attack.mitre.org/techniques/T1548/005/"
-- tests:
--   - {fixture: demo, rows: "0"}
-- ---
WITH calls AS (
  SELECT
    file_id, record_index, event_time, same_second_rank, event_id, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_base_name AS call, coalesce(principal_unique_id, actor) AS caller,
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn) AS is_by_service,
    ct_is_deployment_tool(user_agent) OR coalesce(user_identity_invoked_by, '') = 'cloudformation.amazonaws.com' AS is_by_tool,
    outcome IN ('failure', 'denied', 'dry-run') AS is_attempt,
    coalesce(ct_json(request_parameters, 'iamInstanceProfile.arn'), ct_json(request_parameters, 'iamInstanceProfile.name'),
      ct_json(request_parameters, 'AssociateIamInstanceProfileRequest.IamInstanceProfile.Name'),
      ct_json(request_parameters, 'AssociateIamInstanceProfileRequest.IamInstanceProfile.Arn'),
      ct_json(request_parameters, 'ReplaceIamInstanceProfileAssociationRequest.IamInstanceProfile.Name'),
      ct_json(request_parameters, 'role'), ct_json(request_parameters, 'roleArn'), ct_json(request_parameters, 'roleARN'),
      ct_json(request_parameters, 'executionRoleArn'), ct_json(request_parameters, 'taskRoleArn'), ct_json(request_parameters, 'serviceRole'),
      ct_json(request_parameters, 'agentResourceRoleArn'), ct_json(request_parameters, 'jobRoleArn'), ct_json(request_parameters, 'pipeline.roleArn'),
      ct_extract(error_message, 'iam:PassRole on resource: ([^ ]+)', 1)) AS role
  FROM all_events
  WHERE coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity') AND event_base_name IN ('RunInstances', 'AssociateIamInstanceProfile', 'ReplaceIamInstanceProfileAssociation', 'CreateFunction',
      'UpdateFunctionConfiguration', 'CreateNotebookInstance', 'CreateTrainingJob', 'CreateProcessingJob', 'CreateDevEndpoint', 'CreateSession', 'CreateJob',
      'CreateStack', 'UpdateStack', 'RegisterTaskDefinition', 'CreateProject', 'UpdateProject', 'CreatePipeline', 'UpdatePipeline', 'CreateAgent',
      'CreateStateMachine', 'UpdateStateMachine', 'RunJobFlow', 'CreateSchedule', 'PutTargets', 'RunTask', 'CreateLaunchTemplate')
    AND service IN ('ec2', 'lambda', 'sagemaker', 'glue', 'cloudformation', 'ecs', 'codebuild', 'codepipeline', 'bedrock', 'states', 'elasticmapreduce', 'scheduler', 'events')
),
handed AS (
  SELECT file_id, record_index, event_time, same_second_rank, event_id, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, call, caller, is_by_service, is_by_tool, is_attempt, role FROM calls WHERE role IS NOT NULL
),
-- Whether a caller had ever handed over this role before: in the whole case, an attempt that failed is no habit.
habits AS (
  SELECT file_id, record_index, row_number() OVER (PARTITION BY caller, role, is_attempt ORDER BY event_time, same_second_rank, event_id, file_id, record_index) AS place
  FROM handed
)
SELECT
  c.event_time, c.recipient_account_id AS account, c.aws_region AS region, c.service, c.event_name, c.outcome, c.actor,
  nullif(c.user_identity_access_key_id, '') AS access_key, c.source_ip_address AS source_ip, c.user_agent, c.target,
  coalesce(nullif(c.error_code, ''), c.error_message, substr(CAST(c.request_parameters AS VARCHAR), 1, 500)) AS detail,
  c.event_id,
  CASE WHEN c.is_attempt THEN 'attempted' ELSE 'created' END AS effect,
  c.role, h.place = 1 AS is_first_time,
  CASE
    WHEN c.is_by_service OR c.is_by_tool THEN 'informational'
    WHEN c.outcome = 'denied' AND ct_matches(c.error_message, 'iam:PassRole') THEN 'medium'
    WHEN c.is_attempt THEN 'low'
    WHEN h.place = 1 THEN 'low'
    ELSE 'informational'
  END AS severity,
  CASE c.outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' WHEN 'dry-run' THEN 'dry run: ' ELSE '' END
    || 'role ' || c.role || ' handed to ' || c.service || ' by ' || c.call
    || CASE WHEN h.place = 1 AND NOT c.is_attempt THEN '; for the first time by this caller' ELSE '' END
    || CASE WHEN c.is_by_tool THEN '; client names itself a deployment tool' ELSE '' END AS why
FROM handed c
JOIN habits h ON h.file_id = c.file_id AND h.record_index = c.record_index
JOIN events e ON e.file_id = c.file_id AND e.record_index = c.record_index
ORDER BY c.event_time NULLS LAST, c.same_second_rank, c.event_id, c.file_id, c.record_index;
