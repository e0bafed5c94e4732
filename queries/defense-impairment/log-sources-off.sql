-- ---
-- id: log-sources-off
-- title: Logs switched off
-- question: Were logs other than the trail switched off, deleted or cut short, such as flow logs, DNS queries, access logs or log groups?
-- phase: defense-impairment
-- kind: finding
-- severity: high
-- attack: [T1685.002]
-- requires: [management:write]
-- context: all
-- counts: records
-- params:
--   max_days: {type: int, default: 7, help: "A log group that is kept for so many days or fewer is cut short"}
--   teardown: {type: duration, default: 1h, help: "A log that goes within so long of what it was about, by the same caller, is part of a teardown"}
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: cloudtrail-tampering}
--   - {query: security-services-off}
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: key-usage, with: {access_key: access_key}}
-- false_positives:
--   - Taking an environment down deletes its flow logs and log groups with it; rows of a teardown or of a deployment tool are medium at most
--   - Tools that clean up delete log groups of functions that are gone
--   - Refused and failed attempts changed nothing
-- cannot_show: what would have been logged, changes of settings that were off before the archive begins, and logs switched off on the host
-- references:
--   - "https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html"
--   - "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-query-logs.html"
--   - "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/WhatIsCloudWatchLogs.html"
--   - "https://attack.mitre.org/techniques/T1685/002/"
-- tests:
--   - {fixture: demo, rows: "0"}
--   - {fixture: stratus/defense-evasion.vpc-remove-flow-logs, rows: "1"}
--   - {fixture: stratus/defense-evasion.dns-delete-logs, rows: "1"}
-- ---
WITH calls AS (
  SELECT
    event_time, same_second_rank, file_id, record_index, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_id,
    event_base_name AS call, coalesce(principal_unique_id, actor) AS caller,
    lower(CAST(request_parameters AS VARCHAR)) AS request,
    outcome IN ('failure', 'denied', 'dry-run') AS is_attempt,
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn) AS is_by_service,
    ct_is_deployment_tool(user_agent) OR coalesce(user_identity_invoked_by, '') IN ('cloudformation.amazonaws.com', 'controltower.amazonaws.com') AS is_by_deployment_tool
  FROM events
  WHERE service IN ('ec2', 'route53resolver', 'route53', 'logs', 's3', 'eks', 'rds', 'redshift', 'redshift-serverless', 'bedrock', 'wafv2', 'waf',
      'waf-regional', 'elasticloadbalancing', 'apigateway', 'network-firewall', 'vpc-lattice', 'states', 'cloudfront')
    AND event_base_name IN ('DeleteFlowLogs', 'DeleteResolverQueryLogConfig', 'DisassociateResolverQueryLogConfig', 'DeleteQueryLoggingConfig',
      'DeleteLogGroup', 'DeleteLogStream', 'PutRetentionPolicy', 'DeleteSubscriptionFilter', 'DeleteMetricFilter', 'DeleteDestination',
      'DeleteDelivery', 'DeleteDeliverySource', 'DeleteDeliveryDestination', 'DeleteAccountPolicy', 'PutBucketLogging', 'UpdateClusterConfig',
      'StopActivityStream', 'ModifyDBInstance', 'ModifyDBCluster', 'DisableLogging', 'DeleteModelInvocationLoggingConfiguration',
      'PutModelInvocationLoggingConfiguration', 'DeleteLoggingConfiguration', 'PutLoggingConfiguration', 'UpdateLoggingConfiguration',
      'ModifyLoadBalancerAttributes', 'DeleteAccessLogSettings', 'UpdateStage', 'DeleteAccessLogSubscription', 'DeleteRealtimeLogConfig')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
-- What a change leaves behind is asked of the request alone; weight is how much a defender loses.
named AS (
  SELECT
    event_time, same_second_rank, file_id, record_index, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_id,
    call, caller, is_attempt, is_by_service, is_by_deployment_tool,
    CASE
      WHEN service = 'ec2' AND call = 'DeleteFlowLogs' THEN 'flow logs deleted'
      WHEN service = 'route53resolver' AND call = 'DeleteResolverQueryLogConfig' THEN 'logging of DNS queries deleted'
      WHEN service = 'route53resolver' AND call = 'DisassociateResolverQueryLogConfig' THEN 'a VPC''s DNS queries no longer logged'
      WHEN service = 'route53' AND call = 'DeleteQueryLoggingConfig' THEN 'DNS queries of a zone no longer logged'
      WHEN service = 'logs' AND call = 'DeleteLogGroup' THEN 'log group deleted with all it held'
      WHEN service = 'logs' AND call = 'DeleteLogStream' THEN 'log stream deleted with all it held'
      WHEN service = 'logs' AND call = 'PutRetentionPolicy'
        AND (is_attempt OR ct_number(ct_json(request_parameters, 'retentionInDays')) <= CAST($max_days AS BIGINT))
        THEN 'log group kept for days: ' || coalesce(ct_json(request_parameters, 'retentionInDays'), 'not recorded')
      WHEN service = 'logs' AND call = 'DeleteSubscriptionFilter' THEN 'a log group no longer passed on'
      WHEN service = 'logs' AND call = 'DeleteMetricFilter' THEN 'what alarms count in a log group deleted'
      WHEN service = 'logs' AND call = 'DeleteAccountPolicy' THEN 'a policy on all log groups deleted'
      WHEN service = 'logs' AND call IN ('DeleteDestination', 'DeleteDelivery', 'DeleteDeliverySource', 'DeleteDeliveryDestination') THEN 'delivery of logs deleted'
      WHEN service = 's3' AND call = 'PutBucketLogging' AND request_parameters IS NULL AND is_attempt THEN 'access logs of a bucket; the record does not say which way'
      WHEN service = 's3' AND call = 'PutBucketLogging' AND request_parameters IS NOT NULL AND NOT contains(request, '"loggingenabled"')
        THEN 'access logs of a bucket switched off'
      WHEN service = 'eks' AND call = 'UpdateClusterConfig' AND ct_matches(request, '"clusterlogging":\[[^\[]*\{[^{}]*"enabled":false|"enabled":false[^{}]*"types"')
        THEN 'logs of a cluster''s control plane switched off'
      WHEN service = 'rds' AND call = 'StopActivityStream' THEN 'activity stream of a database stopped'
      WHEN service = 'rds' AND call IN ('ModifyDBInstance', 'ModifyDBCluster') AND ct_matches(request, '"disablelogtypes":\["') THEN 'logs of a database no longer exported'
      WHEN service IN ('redshift', 'redshift-serverless') AND call = 'DisableLogging' THEN 'audit logs of a data warehouse switched off'
      WHEN service = 'bedrock' AND call = 'DeleteModelInvocationLoggingConfiguration' THEN 'calls of AI models no longer logged'
      WHEN service = 'bedrock' AND call = 'PutModelInvocationLoggingConfiguration' AND ct_matches(request, '"(text|image|embedding|video)datadeliveryenabled":false')
        THEN 'contents of calls of AI models no longer logged'
      WHEN service IN ('wafv2', 'waf', 'waf-regional') AND call = 'DeleteLoggingConfiguration' THEN 'logs of a web firewall switched off'
      WHEN service IN ('wafv2', 'waf', 'waf-regional') AND call = 'PutLoggingConfiguration' AND contains(request, '"defaultbehavior":"drop"') THEN 'logs of a web firewall left out unless they match'
      WHEN service = 'network-firewall' AND call = 'UpdateLoggingConfiguration' AND ct_matches(request, '"logdestinationconfigs":\[\]') THEN 'logs of a network firewall switched off'
      WHEN service = 'elasticloadbalancing' AND call = 'ModifyLoadBalancerAttributes'
        AND ct_matches(request, '"key":"(access|connection)_logs\.s3\.enabled","value":"false"|"value":"false","key":"(access|connection)_logs\.s3\.enabled"|"accesslog":\{[^{}]*"enabled":false')
        THEN 'access logs of a load balancer switched off'
      WHEN service = 'apigateway' AND call = 'DeleteAccessLogSettings' THEN 'access logs of an API switched off'
      WHEN service = 'apigateway' AND call = 'UpdateStage' AND ct_matches(request, '"op":"remove"[^{}]*"path":"/accesslogsettings|"path":"/accesslogsettings[^{}]*"op":"remove"')
        THEN 'access logs of an API switched off'
      WHEN service = 'vpc-lattice' AND call = 'DeleteAccessLogSubscription' THEN 'access logs of a service network switched off'
      WHEN service = 'cloudfront' AND call = 'DeleteRealtimeLogConfig' THEN 'real-time logs of a distribution deleted'
    END AS what,
    CASE
      WHEN call IN ('DeleteFlowLogs', 'DeleteResolverQueryLogConfig', 'DisassociateResolverQueryLogConfig', 'DeleteModelInvocationLoggingConfiguration',
        'StopActivityStream', 'DeleteLoggingConfiguration', 'UpdateLoggingConfiguration') THEN 3
      WHEN service = 'eks' THEN 3
      -- The logs of a function are about the function, whatever it is called.
      WHEN service = 'logs' AND NOT contains(lower(target), '/aws/lambda/')
        AND ct_matches(lower(target), 'cloudtrail|(^|[^a-z])audit|flow-?_?logs?|guardduty|route53|resolver-?_?quer|(^|[^a-z])waf([^a-z]|$)|securityhub|(^|[^a-z])siem|(^|[^a-z])vpn|firewall')
        THEN CASE WHEN call = 'PutRetentionPolicy' AND ct_number(ct_json(request_parameters, 'retentionInDays')) > 3 THEN 2 ELSE 3 END
      WHEN call IN ('DeleteLogStream', 'DeleteMetricFilter', 'PutLoggingConfiguration') THEN 1
      WHEN service = 'logs' AND call IN ('DeleteLogGroup', 'PutRetentionPolicy') THEN 1
      ELSE 2
    END AS weight
  FROM calls
),
-- What such logs are about, being taken down.
takedowns AS (
  -- Network logs go with a network, not with whatever else the caller deletes.
  SELECT file_id, record_index, 1 AS is_takedown, CASE WHEN event_base_name IN ('DeleteVpc', 'DeleteSubnet', 'DeleteNetworkInterface', 'DeleteTransitGateway', 'DeleteStack') THEN 1 ELSE 0 END AS is_network, coalesce(principal_unique_id, actor) AS caller, ct_epoch(event_time) AS second
  FROM all_events
  WHERE service IN ('ec2', 'eks', 'rds', 'redshift', 'wafv2', 'elasticloadbalancing', 'network-firewall', 'lambda', 'cloudformation')
    AND event_base_name IN ('DeleteVpc', 'DeleteSubnet', 'DeleteNetworkInterface', 'DeleteCluster', 'DeleteDBCluster', 'DeleteDBInstance', 'DeleteWebACL',
      'DeleteLoadBalancer', 'DeleteFirewall', 'DeleteFunction', 'DeleteStack', 'DeleteTransitGateway')
    AND outcome = 'no-error'
  UNION ALL
  SELECT file_id, record_index, 0, CASE WHEN service IN ('ec2', 'route53resolver') THEN 1 ELSE 0 END, caller, ct_epoch(event_time) FROM named WHERE what IS NOT NULL
),
surroundings AS (
  SELECT
    file_id, record_index, is_takedown,
    CASE WHEN is_network = 1 THEN max(is_takedown * is_network) OVER near ELSE max(is_takedown) OVER near END AS has_takedown
  FROM takedowns
  WINDOW near AS (PARTITION BY caller ORDER BY second RANGE BETWEEN CAST($teardown AS BIGINT) PRECEDING AND CAST($teardown AS BIGINT) FOLLOWING)
),
torn_down AS (
  SELECT file_id, record_index FROM surroundings WHERE is_takedown = 0 AND has_takedown = 1
)
SELECT
  e.event_time, e.recipient_account_id AS account, e.aws_region AS region, e.service, e.event_name, e.outcome, e.actor,
  nullif(e.user_identity_access_key_id, '') AS access_key, e.source_ip_address AS source_ip, e.user_agent, e.target,
  coalesce(nullif(e.error_code, ''), e.error_message, substr(CAST(e.request_parameters AS VARCHAR), 1, 500)) AS detail,
  e.event_id,
  CASE WHEN e.is_attempt THEN 'attempted' WHEN e.call LIKE 'Delete%' THEN 'removed' ELSE 'weakened' END AS effect,
  t.file_id IS NOT NULL AS is_teardown,
  CASE
    WHEN e.is_attempt THEN CASE WHEN e.weight = 3 THEN 'medium' ELSE 'low' END
    WHEN e.is_by_service THEN 'informational'
    WHEN e.weight = 3 AND t.file_id IS NULL AND NOT e.is_by_deployment_tool THEN 'high'
    WHEN e.weight = 3 THEN 'medium'
    WHEN e.weight = 2 AND t.file_id IS NULL AND NOT e.is_by_deployment_tool THEN 'medium'
    ELSE 'low'
  END AS severity,
  CASE e.outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' WHEN 'dry-run' THEN 'dry run: ' ELSE '' END
    || e.what
    || CASE WHEN t.file_id IS NOT NULL THEN '; the same caller was taking things down at the time' ELSE '' END
    || CASE WHEN e.is_by_deployment_tool THEN '; client names itself a deployment tool' ELSE '' END
    || CASE WHEN e.is_by_service THEN '; by a service of itself' ELSE '' END AS why
FROM named e
LEFT JOIN torn_down t ON t.file_id = e.file_id AND t.record_index = e.record_index
WHERE e.what IS NOT NULL
ORDER BY e.event_time NULLS LAST, e.same_second_rank, e.event_id, e.file_id, e.record_index;
