-- ---
-- id: startup-code
-- title: Code planted for the next start
-- question: Was code put where a machine runs it when it starts?
-- phase: persistence
-- kind: finding
-- severity: high
-- attack: [T1037, T1059.009]
-- requires: [management:write]
-- context: all
-- counts: records
-- params:
--   window: {type: duration, default: 1h, help: "How long before and after a change a stop and a start belong to it"}
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: ip-pivot, with: {ip: source_ip}}
--   - {query: instance-credentials-misuse}
--   - {query: ec2-userdata-reads}
-- false_positives:
--   - Most instances are started with user data; a new version of a launch template holds it as well
--   - Terraform stops, changes and starts an instance when its user data differ
-- cannot_show: the code itself, which AWS keeps out of the record, and whether it ran (user data run at the first start alone unless written to run at each)
-- references:
--   - "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html"
--   - "https://docs.aws.amazon.com/sagemaker/latest/dg/notebook-lifecycle-config.html"
--   - "https://attack.mitre.org/techniques/T1037/"
-- tests:
--   - {fixture: demo, rows: "0"}
--   - {fixture: stratus/execution.ec2-user-data, rows: "1"}
-- ---
WITH calls AS (
  SELECT
    event_time, same_second_rank, file_id, record_index, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_id,
    event_base_name AS call,
    outcome IN ('failure', 'denied', 'dry-run') AS is_attempt,
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn)
      OR coalesce(user_identity_invoked_by, '') IN ('autoscaling.amazonaws.com', 'eks-nodegroup.amazonaws.com', 'spot.amazonaws.com') AS is_by_service,
    ct_is_deployment_tool(user_agent) OR coalesce(user_identity_invoked_by, '') = 'cloudformation.amazonaws.com' AS is_by_deployment_tool,
    CASE
      WHEN service = 'ec2' AND event_base_name = 'ModifyInstanceAttribute'
        AND (ct_json_has(request_parameters, 'userData') OR ct_json(request_parameters, 'attribute') = 'userData') THEN 'user data of an instance replaced'
      WHEN service = 'ec2' AND event_base_name = 'RunInstances' AND ct_json_has(request_parameters, 'userData') THEN 'instances started with user data'
      WHEN service IN ('ec2', 'autoscaling') AND event_base_name IN ('CreateLaunchTemplate', 'CreateLaunchTemplateVersion', 'CreateLaunchConfiguration', 'RequestSpotInstances', 'RequestSpotFleet')
        AND ct_matches(CAST(request_parameters AS VARCHAR), '(?i)"userdata":') THEN 'user data for instances to come'
      WHEN service = 'lightsail' AND event_base_name = 'CreateInstances' AND ct_json_has(request_parameters, 'userData') THEN 'instances started with user data'
      WHEN service = 'sagemaker' AND event_base_name IN ('CreateNotebookInstanceLifecycleConfig', 'CreateStudioLifecycleConfig') THEN 'script for notebooks written'
      WHEN service = 'sagemaker' AND event_base_name = 'UpdateNotebookInstanceLifecycleConfig' THEN 'script for notebooks replaced'
      WHEN service = 'sagemaker' AND event_base_name = 'UpdateNotebookInstance' AND (ct_json_has(request_parameters, 'lifecycleConfigName') OR request_parameters IS NULL)
        THEN 'script tied to a notebook'
      WHEN service = 'sagemaker' AND event_base_name = 'CreateNotebookInstance' AND ct_json_has(request_parameters, 'lifecycleConfigName') THEN 'notebook made with a script'
      WHEN service = 'sagemaker' AND event_base_name IN ('UpdateDomain', 'UpdateUserProfile', 'UpdateSpace') AND contains(CAST(request_parameters AS VARCHAR), '"lifecycleConfigArn')
        THEN 'script tied to Studio'
    END AS what
  FROM events
  WHERE service IN ('ec2', 'autoscaling', 'lightsail', 'sagemaker')
    AND event_base_name IN ('ModifyInstanceAttribute', 'RunInstances', 'CreateLaunchTemplate', 'CreateLaunchTemplateVersion', 'CreateLaunchConfiguration',
      'RequestSpotInstances', 'RequestSpotFleet', 'CreateInstances', 'CreateNotebookInstanceLifecycleConfig', 'CreateStudioLifecycleConfig',
      'UpdateNotebookInstanceLifecycleConfig', 'UpdateNotebookInstance', 'CreateNotebookInstance', 'UpdateDomain', 'UpdateUserProfile', 'UpdateSpace')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
-- Stops and starts of the machines whose code was changed; a call may name several, and then its target is a list.
switches AS (
  SELECT
    target, event_time, event_base_name IN ('StopInstances', 'StopNotebookInstance') AS is_stop
  FROM all_events
  WHERE service IN ('ec2', 'sagemaker') AND outcome = 'no-error'
    AND event_base_name IN ('StopInstances', 'StartInstances', 'RebootInstances', 'StopNotebookInstance', 'StartNotebookInstance')
),
restarts AS (
  SELECT
    c.file_id, c.record_index,
    max(CASE WHEN s.is_stop AND s.event_time <= c.event_time THEN s.event_time END) AS stopped_at,
    min(CASE WHEN NOT s.is_stop AND s.event_time >= c.event_time THEN s.event_time END) AS started_at
  FROM calls c
  JOIN switches s ON (s.target = c.target OR contains(s.target, '"' || c.target || '"'))
    AND abs(ct_seconds_between(s.event_time, c.event_time)) <= CAST($window AS BIGINT)
  WHERE c.call IN ('ModifyInstanceAttribute', 'UpdateNotebookInstance') AND c.what IS NOT NULL AND NOT c.is_attempt
  GROUP BY c.file_id, c.record_index
)
SELECT
  e.event_time, e.recipient_account_id AS account, e.aws_region AS region, e.service, e.event_name, e.outcome, e.actor,
  nullif(e.user_identity_access_key_id, '') AS access_key, e.source_ip_address AS source_ip, e.user_agent, e.target,
  coalesce(nullif(e.error_code, ''), e.error_message, substr(CAST(e.request_parameters AS VARCHAR), 1, 500)) AS detail,
  e.event_id,
  CASE WHEN e.is_attempt THEN 'attempted' ELSE 'created' END AS effect,
  r.stopped_at,
  r.started_at,
  CASE
    WHEN e.is_attempt THEN CASE WHEN e.call = 'ModifyInstanceAttribute' THEN 'medium' ELSE 'low' END
    WHEN e.is_by_service THEN 'informational'
    WHEN e.call = 'ModifyInstanceAttribute' AND NOT e.is_by_deployment_tool AND r.started_at IS NOT NULL THEN 'high'
    WHEN e.call IN ('RunInstances', 'CreateInstances', 'RequestSpotInstances', 'RequestSpotFleet') THEN CASE WHEN e.is_by_deployment_tool THEN 'informational' ELSE 'low' END
    WHEN e.is_by_deployment_tool THEN 'low'
    WHEN e.call IN ('CreateLaunchTemplate', 'CreateLaunchConfiguration', 'CreateStudioLifecycleConfig', 'CreateNotebookInstanceLifecycleConfig', 'CreateNotebookInstance') THEN 'low'
    ELSE 'medium'
  END AS severity,
  CASE e.outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' WHEN 'dry-run' THEN 'dry run: ' ELSE '' END
    || e.what
    || CASE
      WHEN r.stopped_at IS NOT NULL AND r.started_at IS NOT NULL THEN '; stopped before and started after'
      WHEN r.started_at IS NOT NULL THEN '; started after'
      WHEN r.stopped_at IS NOT NULL THEN '; stopped before'
      ELSE ''
    END
    || CASE WHEN e.is_by_deployment_tool THEN '; client names itself a deployment tool' ELSE '' END
    || CASE WHEN e.is_by_service THEN '; by a service' ELSE '' END AS why
FROM calls e
LEFT JOIN restarts r ON r.file_id = e.file_id AND r.record_index = e.record_index
WHERE e.what IS NOT NULL
ORDER BY e.event_time NULLS LAST, e.same_second_rank, e.event_id, e.file_id, e.record_index;
