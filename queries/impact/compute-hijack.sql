-- ---
-- id: compute-hijack
-- title: Computing power taken
-- question: Was computing power started of a kind or size that miners want, or was it tried?
-- phase: impact
-- kind: finding
-- severity: medium
-- attack: [T1496.001]
-- requires: [management:write]
-- context: all
-- counts: records
-- params:
--   min_vcpu: {type: int, default: 64, help: "So many virtual processors asked for by one call are worth a look"}
--   gpu: {type: bool, default: true, help: "Whether machines with graphics processors or accelerators count whatever their size"}
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: unused-regions}
--   - {query: quota-and-cost-recon}
-- false_positives:
--   - Training, rendering and batch clusters use such machines every day; first_in_region tells what is new
--   - Auto scaling and cluster autoscalers start many machines; their rows are informational
--   - A quota that is reached by ordinary growth leaves the same failures
-- cannot_show: what the machines computed, capacity used through services that do not name a size, and how long a machine ran (see its later stop)
-- references:
--   - "https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html"
--   - "https://attack.mitre.org/techniques/T1496/001/"
-- tests:
--   - {fixture: demo, rows: "0"}
--   - {fixture: stratus/execution.ec2-launch-unusual-instances, rows: "1"}
-- ---
WITH calls AS (
  SELECT
    event_time, same_second_rank, file_id, record_index, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_id,
    event_base_name AS call, coalesce(principal_unique_id, actor) AS caller, recipient_account_id AS account, aws_region AS region,
    lower(CAST(request_parameters AS VARCHAR)) AS request,
    -- What a launch template leaves out of the request stands in the answer.
    CASE WHEN event_base_name = 'RunInstances' THEN lower(ct_extract(CAST(response_elements AS VARCHAR), '"instanceType":"([^"]+)"', 1)) END AS answered_type,
    ct_item_count(request_parameters, 'instanceNames') AS n_names,
    -- A service that was told to, whose caller has a call of its own here.
    coalesce(user_identity_invoked_by, '') IN ('elasticmapreduce.amazonaws.com', 'batch.amazonaws.com', 'eks.amazonaws.com', 'eks-nodegroup.amazonaws.com', 'autoscaling.amazonaws.com',
      'ec2fleet.amazonaws.com', 'spotfleet.amazonaws.com', 'spot.amazonaws.com', 'ecs.amazonaws.com', 'sagemaker.amazonaws.com', 'elasticbeanstalk.amazonaws.com', 'imagebuilder.amazonaws.com') AS is_forwarded,
    coalesce(session_issuer_type, '') = 'Role' AND ct_matches(user_identity_principal_id, ':i-[0-9a-f]{8,17}$') AS is_by_instance,
    outcome IN ('failure', 'denied', 'dry-run') AS is_attempt,
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn) AS is_by_service,
    ct_is_deployment_tool(user_agent) OR coalesce(user_identity_invoked_by, '') = 'cloudformation.amazonaws.com' AS is_by_deployment_tool
  FROM all_events
  WHERE service IN ('ec2', 'autoscaling', 'ecs', 'eks', 'batch', 'sagemaker', 'lightsail', 'elasticmapreduce', 'gamelift', 'codebuild', 'glue', 'apprunner')
    AND event_base_name IN ('RunInstances', 'RequestSpotInstances', 'RequestSpotFleet', 'CreateFleet', 'StartInstances', 'CreateLaunchTemplate', 'CreateLaunchTemplateVersion', 'ModifyInstanceAttribute',
      'CreateLaunchConfiguration', 'CreateAutoScalingGroup', 'UpdateAutoScalingGroup', 'SetDesiredCapacity', 'RegisterTaskDefinition', 'RunTask', 'CreateService', 'UpdateService',
      'CreateNodegroup', 'CreateComputeEnvironment', 'RegisterJobDefinition', 'SubmitJob', 'CreateNotebookInstance', 'UpdateNotebookInstance', 'CreateTrainingJob', 'CreateProcessingJob',
      'CreateHyperParameterTuningJob', 'CreateTransformJob', 'CreateCluster', 'CreateEndpointConfig', 'CreateApp', 'CreateInstances', 'RunJobFlow', 'CreateProject', 'PurchaseReservedInstancesOffering')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
beginning AS (
  SELECT min(event_time) AS first_seen FROM all_events
),
first_launches AS (
  SELECT account, region, min(event_time) AS first_launch
  FROM calls
  WHERE call IN ('RunInstances', 'RequestSpotInstances', 'RequestSpotFleet', 'CreateFleet', 'CreateNodegroup', 'RunTask', 'CreateInstances')
  GROUP BY account, region
),
sized AS (
  SELECT
    c.file_id, c.record_index, c.event_time, c.call, c.service, c.caller, c.request, c.outcome, c.error_code, c.is_attempt, c.is_by_service, c.is_by_instance, c.is_by_deployment_tool, c.is_forwarded,
    c.account, c.region,
    -- The first type that a call names stands for all of them.
    coalesce(
      ct_extract(c.request, '"(?:(?:master|slave)?instance_?types?|bundleid)":\[?(?:\{"items":\[\{?(?:"instancetype":)?|\{"value":)?"?([a-z0-9.-]+\.[a-z0-9-]+)"', 1),
      'lightsail.' || ct_extract(c.request, '"bundleid":"(?:[a-z]+_)*([0-9]*x?(?:nano|micro|small|medium|large))_', 1),
      c.answered_type
    ) AS instance_type,
    coalesce(
      CASE WHEN c.service = 'lightsail' THEN c.n_names END,
      ct_number(ct_extract(c.request, '"maxcount":"?([0-9]+)', 1)),
      ct_number(ct_extract(c.request, '"(?:totaltargetcapacity|targetcapacity|instancecount|desiredcapacity|desiredcount|maxsize|initialinstancecount|count)":"?([0-9]+)', 1)),
      1
    ) AS n_machines,
    ct_number(ct_extract(c.request, '"maxsize":"?([0-9]+)', 1)) AS most_machines,
    ct_number(ct_extract(c.request, '"maxv?cpus":"?([0-9]+)', 1)) AS max_vcpus,
    greatest(coalesce(ct_number(ct_extract(c.request, '"cpu":"?([0-9]+)', 1)), 0), coalesce(ct_number(ct_extract(c.request, '"memory":"?([0-9]+)', 1)), 0) / 8) AS task_size,
    ct_matches(c.request, 'xmrig|xmr-?stak|monero|nicehash|minergate|nanopool|supportxmr|stratum\+|minexmr|c3pool|unmineable|hashvault|randomx|ethermine|2miners|lolminer|(^|[^a-z])t-rex([^a-z]|$)|nbminer|phoenixminer|srbminer|coinhive|cryptonight|kryptex') AS names_miner
  FROM calls c
),
judged AS (
  SELECT
    s.file_id, s.record_index, s.call, s.caller, s.event_time, s.instance_type, s.is_attempt, s.is_by_service, s.is_by_instance, s.is_by_deployment_tool, s.is_forwarded, s.names_miner, s.outcome,
    CAST(s.n_machines AS BIGINT) AS n_machines,
    CASE WHEN s.call IN ('RunTask', 'CreateService', 'UpdateService') THEN NULL ELSE CAST(coalesce(s.max_vcpus, ct_instance_vcpus(s.instance_type) * s.n_machines,
      -- Of machines whose type is said elsewhere, one each at the least.
      CASE WHEN s.call IN ('RunInstances', 'RequestSpotInstances', 'RequestSpotFleet', 'CreateFleet', 'CreateAutoScalingGroup', 'UpdateAutoScalingGroup') THEN greatest(s.n_machines, coalesce(s.most_machines, 0)) END) AS BIGINT) END AS n_vcpus,
    f.kind AS accelerator,
    l.first_launch >= s.event_time AND ct_seconds_between(b.first_seen, s.event_time) >= 86400 AS is_first_in_region,
    ct_matches(coalesce(s.error_code, ''), 'Limit|Quota|MaxSpot|InsufficientInstanceCapacity|InsufficientFreeAddresses|Unsupported|PendingVerification|OptInRequired|Blocked') AS is_at_limit,
    s.call = 'ModifyInstanceAttribute' AND ct_matches(s.request, '"disableapi(termination|stop)":\{?"?(value"?:)?"?true') AS is_locked,
    s.call IN ('RunTask', 'CreateService', 'UpdateService') AND s.n_machines >= 10 AS is_many_tasks,
    s.call IN ('RegisterTaskDefinition', 'RegisterJobDefinition', 'SubmitJob') AND s.task_size >= 8192 AS is_big_task
  FROM sized s
  LEFT JOIN ref_instance_families f ON f.family = ct_instance_family(s.instance_type)
  LEFT JOIN first_launches l ON l.account = s.account AND l.region = s.region
  CROSS JOIN beginning b
),
chosen AS (
  SELECT
    file_id, record_index, call, instance_type, is_attempt, is_by_service, is_by_instance, is_by_deployment_tool, is_forwarded, names_miner, n_machines, n_vcpus, accelerator, outcome,
    coalesce(is_first_in_region, false) AS is_first_in_region, is_at_limit, is_locked, is_many_tasks, is_big_task,
    coalesce(accelerator IS NOT NULL AND CAST($gpu AS BOOLEAN), false) AS is_accelerated,
    coalesce(n_vcpus >= CAST($min_vcpu AS BIGINT), false) AS is_large,
    is_attempt AND call IN ('RunInstances', 'RequestSpotInstances', 'RequestSpotFleet', 'CreateFleet', 'CreateNodegroup', 'CreateInstances', 'CreateComputeEnvironment', 'StartInstances')
      AND (is_at_limit OR outcome IN ('denied', 'dry-run')) AS is_tried
  FROM judged
),
counted AS (
  SELECT
    file_id, record_index, call, instance_type, is_attempt, is_by_service, is_by_instance, is_by_deployment_tool, is_forwarded, names_miner, n_machines, n_vcpus, accelerator,
    is_first_in_region, is_at_limit, is_locked, is_many_tasks, is_big_task, is_accelerated, is_large, is_tried
  FROM chosen
  WHERE names_miner OR is_accelerated OR is_large OR is_tried OR is_locked OR is_many_tasks OR is_big_task
    OR (is_first_in_region AND call = 'RunInstances')
)
SELECT
  e.event_time, e.recipient_account_id AS account, e.aws_region AS region, e.service, e.event_name, e.outcome, e.actor,
  nullif(e.user_identity_access_key_id, '') AS access_key, e.source_ip_address AS source_ip, e.user_agent, e.target,
  coalesce(nullif(e.error_code, ''), e.error_message, substr(CAST(e.request_parameters AS VARCHAR), 1, 500)) AS detail,
  e.event_id,
  CASE WHEN t.is_attempt THEN 'attempted' WHEN t.is_locked THEN 'weakened' ELSE 'created' END AS effect,
  t.instance_type,
  t.n_machines,
  t.n_vcpus AS n_vcpus_about,
  t.accelerator,
  t.is_first_in_region AS first_in_region,
  CASE
    WHEN t.is_attempt THEN CASE WHEN t.names_miner OR t.is_accelerated OR t.is_large THEN 'medium' ELSE 'low' END
    WHEN t.names_miner THEN 'high'
    WHEN t.is_by_service OR t.is_by_instance THEN 'informational'
    WHEN t.is_by_deployment_tool OR t.is_forwarded THEN 'low'
    WHEN (t.is_accelerated OR t.is_large) AND t.is_first_in_region THEN 'high'
    WHEN t.is_accelerated OR t.is_large THEN 'medium'
    WHEN t.is_many_tasks OR t.is_big_task OR t.is_first_in_region THEN 'low'
    ELSE 'low'
  END AS severity,
  CASE e.outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' WHEN 'dry-run' THEN 'dry run: ' ELSE '' END
    || CASE
      WHEN t.names_miner THEN 'the request names a mining program or pool'
      WHEN t.is_accelerated THEN 'machines with ' || CASE t.accelerator WHEN 'gpu' THEN 'graphics processors' WHEN 'hpc' THEN 'processors for high performance computing' ELSE 'accelerators' END
      WHEN t.is_large THEN 'large machines, or many'
      WHEN t.is_many_tasks THEN 'many containers at once'
      WHEN t.is_big_task THEN 'definition of a very large container'
      WHEN t.is_locked THEN 'instance protected from being ended or stopped'
      WHEN t.is_tried THEN 'machines asked for'
      ELSE 'machine started'
    END
    || CASE WHEN t.instance_type IS NOT NULL THEN ': ' || CAST(t.n_machines AS VARCHAR) || ' of ' || t.instance_type ELSE '' END
    || CASE WHEN t.n_vcpus IS NOT NULL THEN ', about ' || CAST(t.n_vcpus AS VARCHAR) || ' vCPUs' ELSE '' END
    || CASE WHEN t.is_at_limit THEN '; a limit of the account was met' ELSE '' END
    || CASE WHEN t.is_first_in_region THEN '; first launch in this region in the case' ELSE '' END
    || CASE WHEN t.is_by_deployment_tool THEN '; client names itself a deployment tool' ELSE '' END
    || CASE WHEN t.is_forwarded THEN '; sent by a service for the caller' ELSE '' END
    || CASE WHEN t.is_by_instance THEN '; by the role of an instance' ELSE '' END
    || CASE WHEN t.is_by_service THEN '; by a service of itself' ELSE '' END AS why
FROM events e
JOIN counted t ON t.file_id = e.file_id AND t.record_index = e.record_index
WHERE e.service IN ('ec2', 'autoscaling', 'ecs', 'eks', 'batch', 'sagemaker', 'lightsail', 'elasticmapreduce', 'gamelift', 'codebuild', 'glue', 'apprunner')
  AND e.event_base_name IN ('RunInstances', 'RequestSpotInstances', 'RequestSpotFleet', 'CreateFleet', 'StartInstances', 'CreateLaunchTemplate', 'CreateLaunchTemplateVersion', 'ModifyInstanceAttribute',
    'CreateLaunchConfiguration', 'CreateAutoScalingGroup', 'UpdateAutoScalingGroup', 'SetDesiredCapacity', 'RegisterTaskDefinition', 'RunTask', 'CreateService', 'UpdateService',
    'CreateNodegroup', 'CreateComputeEnvironment', 'RegisterJobDefinition', 'SubmitJob', 'CreateNotebookInstance', 'UpdateNotebookInstance', 'CreateTrainingJob', 'CreateProcessingJob',
    'CreateHyperParameterTuningJob', 'CreateTransformJob', 'CreateCluster', 'CreateEndpointConfig', 'CreateApp', 'CreateInstances', 'RunJobFlow', 'CreateProject', 'PurchaseReservedInstancesOffering')
ORDER BY e.event_time NULLS LAST, e.same_second_rank, e.event_id, e.file_id, e.record_index;
