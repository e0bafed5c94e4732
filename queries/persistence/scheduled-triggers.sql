-- ---
-- id: scheduled-triggers
-- title: Automatic triggers
-- question: Was something planted that runs by itself, on a schedule, on an event, or in every account?
-- phase: persistence
-- kind: finding
-- severity: low
-- attack: [T1546, T1053.007]
-- requires: [management:write]
-- counts: records
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: lambda-backdoors}
--   - {query: ssm-remote-execution}
--   - {query: ip-pivot, with: {ip: source_ip}}
-- false_positives:
--   - Nearly all of these are deployments; look at who made them, and what the target runs
--   - AWS services keep rules of their own, mostly with AWS in front of the name
-- cannot_show: whether a trigger fired, what a target then did, and the templates and definitions that AWS leaves out of the record
-- references:
--   - "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rules.html"
--   - "https://attack.mitre.org/techniques/T1546/"
-- tests:
--   - {fixture: demo, rows: "0"}
-- ---
WITH own_accounts AS (
  SELECT DISTINCT account_id AS account FROM known_accounts
),
calls AS (
  SELECT
    event_time, same_second_rank, file_id, record_index, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_id,
    outcome IN ('failure', 'denied', 'dry-run') AS is_attempt,
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn) AS is_by_service,
    ct_is_deployment_tool(user_agent) OR coalesce(user_identity_invoked_by, '') = 'cloudformation.amazonaws.com' AS is_by_deployment_tool,
    event_base_name AS call,
    lower(CAST(request_parameters AS VARCHAR)) AS request,
    -- Where the trigger leads: the first target, of a rule, a schedule, a pipe or a bucket.
    ct_extract(coalesce(ct_json(request_parameters, 'targets[0].arn'), ct_json(request_parameters, 'target.arn'), ct_json(request_parameters, 'target'),
      ct_json(request_parameters, 'endpoint')), '^(arn:.+)$', 1) AS leads_to
  FROM events
  WHERE service IN ('events', 'scheduler', 'pipes', 'ssm', 'states', 'codebuild', 'cloudformation', 's3', 'sns', 'logs')
    AND event_base_name IN ('PutRule', 'EnableRule', 'PutTargets', 'PutPermission', 'CreateSchedule', 'UpdateSchedule', 'CreatePipe', 'UpdatePipe', 'CreateMaintenanceWindow',
      'RegisterTaskWithMaintenanceWindow', 'UpdateDocument', 'UpdateDocumentDefaultVersion', 'CreateStateMachine', 'UpdateStateMachine',
      'CreateProject', 'UpdateProject', 'CreateWebhook', 'CreateStack', 'CreateStackSet', 'UpdateStackSet', 'CreateStackInstances', 'PutBucketNotification',
      'PutBucketNotificationConfiguration', 'Subscribe', 'PutSubscriptionFilter')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
named AS (
  SELECT
    c.event_time, c.same_second_rank, c.file_id, c.record_index, c.recipient_account_id, c.aws_region, c.service, c.event_name, c.outcome, c.actor,
    c.user_identity_access_key_id, c.source_ip_address, c.user_agent, c.target, c.error_code, c.error_message, c.request_parameters, c.event_id,
    c.is_attempt, c.is_by_service, c.is_by_deployment_tool, c.call, c.leads_to,
    ct_extract(c.leads_to, '^arn:[^:]*:[^:]*:[^:]*:([^:]+):', 1) AS leads_to_account,
    ct_extract(c.leads_to, '^arn:[^:]*:[^:]*:[^:]*:([^:]+):', 1) IS NOT NULL AND o.account IS NULL AS is_foreign,
    CASE
      WHEN c.service = 'events' AND c.call IN ('PutRule', 'EnableRule') AND ct_matches(c.request, 'createuser|createaccesskey|createrole|consolelogin|createloginprofile|deletedetector|stoplogging')
        THEN 'rule that acts on changes of identities or of logging'
      WHEN c.service = 'events' AND c.call = 'PutRule' AND ct_json_has(c.request_parameters, 'scheduleExpression') THEN 'rule on a schedule: ' || coalesce(ct_json(c.request_parameters, 'scheduleExpression'), '')
      WHEN c.service = 'events' AND c.call IN ('PutRule', 'EnableRule') THEN 'rule on events'
      WHEN c.service = 'events' AND c.call = 'PutTargets' THEN 'what a rule sets off'
      WHEN c.service = 'events' AND c.call = 'PutPermission' THEN 'who may send events: ' || coalesce(ct_json(c.request_parameters, 'principal'), 'see the policy')
      WHEN c.service = 'scheduler' THEN 'schedule: ' || coalesce(ct_json(c.request_parameters, 'scheduleExpression'), 'not recorded')
      WHEN c.service = 'pipes' THEN 'pipe from a source to a target'
      WHEN c.service = 'ssm' AND c.call IN ('UpdateDocument', 'UpdateDocumentDefaultVersion') THEN 'document that hosts run changed'
      WHEN c.service = 'ssm' THEN 'maintenance window or a task in one'
      WHEN c.service = 'states' THEN 'workflow made or changed'
      WHEN c.service = 'codebuild' AND c.call = 'CreateWebhook' THEN 'builds set off from outside'
      WHEN c.service = 'codebuild' THEN 'build project made or changed'
      WHEN c.service = 'cloudformation' AND c.call IN ('CreateStackSet', 'UpdateStackSet', 'CreateStackInstances') THEN 'stacks for several accounts or regions'
      WHEN c.service = 'cloudformation' THEN 'stack made'
      WHEN c.service = 's3' AND ct_matches(c.request, 'arn:[^"]*:(lambda|sns|sqs):') THEN 'bucket that sets something off'
      WHEN c.service = 'sns' AND c.call = 'Subscribe' AND ct_matches(c.request, '"protocol":"(lambda|https?|sqs|firehose)"') THEN 'subscriber to a topic'
      WHEN c.service = 'logs' THEN 'log events passed on as they come'
    END AS what
  FROM calls c
  LEFT JOIN own_accounts o ON o.account = ct_extract(c.leads_to, '^arn:[^:]*:[^:]*:[^:]*:([^:]+):', 1)
)
SELECT
  event_time, recipient_account_id AS account, aws_region AS region, service, event_name, outcome, actor,
  nullif(user_identity_access_key_id, '') AS access_key, source_ip_address AS source_ip, user_agent, target,
  coalesce(nullif(error_code, ''), error_message, substr(CAST(request_parameters AS VARCHAR), 1, 500)) AS detail,
  event_id,
  CASE WHEN is_attempt THEN 'attempted' ELSE 'created' END AS effect,
  leads_to,
  CASE
    WHEN is_attempt THEN 'low'
    WHEN is_by_service THEN 'informational'
    WHEN is_foreign THEN 'medium'
    WHEN what LIKE 'rule that acts on changes%' AND NOT is_by_deployment_tool THEN 'medium'
    WHEN call IN ('UpdateDocument', 'UpdateDocumentDefaultVersion', 'CreateStackInstances', 'CreateWebhook', 'PutPermission') AND NOT is_by_deployment_tool THEN 'medium'
    WHEN is_by_deployment_tool THEN 'informational'
    ELSE 'low'
  END AS severity,
  CASE outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' WHEN 'dry-run' THEN 'dry run: ' ELSE '' END
    || what
    || CASE WHEN is_foreign THEN '; leads to an account not known as yours: ' || leads_to_account ELSE '' END
    || CASE WHEN is_by_deployment_tool THEN '; client names itself a deployment tool' ELSE '' END
    || CASE WHEN is_by_service THEN '; by a service of itself' ELSE '' END AS why
FROM named
WHERE what IS NOT NULL
ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index;
