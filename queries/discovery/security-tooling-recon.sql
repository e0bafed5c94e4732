-- ---
-- id: security-tooling-recon
-- title: Defences looked up
-- question: Who asked how the account is watched and logged?
-- phase: discovery
-- kind: finding
-- severity: low
-- attack: [T1518.001]
-- requires: [management:read]
-- context: scope
-- counts: records
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: cloudtrail-tampering}
--   - {query: security-services-off}
-- false_positives:
--   - Compliance tools ask all of this every day, and so does Terraform for what it manages
--   - Consoles of the security services
-- cannot_show: what the answers held
-- references:
--   - "https://attack.mitre.org/techniques/T1518/001/"
-- tests:
--   - {fixture: demo, rows: "8"}
-- ---
WITH calls AS (
  SELECT
    file_id, record_index, event_time, same_second_rank, event_id, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters,
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn) AS is_by_service,
    ct_is_deployment_tool(user_agent) OR coalesce(user_identity_invoked_by, '') = 'cloudformation.amazonaws.com' AS is_by_tool,
    ct_client(user_agent, session_credential_from_console) AS client,
    ct_matches(user_identity_principal_id, ':i-[0-9A-Za-z]+$') AS is_instance
  FROM events
  WHERE service IN ('cloudtrail', 'guardduty', 'securityhub', 'config', 'macie2', 'inspector2', 'access-analyzer', 'detective', 'ec2', 'bedrock', 'logs', 'wafv2', 'route53resolver')
    AND event_base_name IN ('DescribeTrails', 'GetTrail', 'GetTrailStatus', 'ListTrails', 'GetEventSelectors', 'GetInsightSelectors', 'LookupEvents', 'ListEventDataStores', 'GetEventDataStore',
      'ListDetectors', 'GetDetector', 'ListFindings', 'GetFindings', 'ListFilters', 'ListIPSets', 'ListPublishingDestinations', 'DescribeHub', 'GetEnabledStandards',
      'DescribeConfigurationRecorders', 'DescribeConfigurationRecorderStatus', 'DescribeDeliveryChannels', 'GetMacieSession', 'ListAnalyzers', 'ListGraphs', 'BatchGetAccountStatus',
      'DescribeFlowLogs', 'GetModelInvocationLoggingConfiguration', 'ListLoggingConfigurations', 'GetLoggingConfiguration', 'ListResolverQueryLogConfigs', 'DescribeSubscriptionFilters')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
)
SELECT
  event_time, recipient_account_id AS account, aws_region AS region, service, event_name, outcome, actor,
  nullif(user_identity_access_key_id, '') AS access_key, source_ip_address AS source_ip, user_agent, target,
  coalesce(nullif(error_code, ''), error_message, substr(CAST(request_parameters AS VARCHAR), 1, 500)) AS detail,
  event_id,
  CASE
    WHEN is_by_service OR is_by_tool OR client IN ('console', 'browser') THEN 'informational'
    WHEN is_instance OR client = 'attack-tool' THEN 'medium'
    ELSE 'low'
  END AS severity,
  CASE outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' WHEN 'dry-run' THEN 'dry run: ' ELSE '' END || service || ' ' || event_name
    || CASE WHEN is_instance THEN '; with the role of an instance' ELSE '' END
    || CASE WHEN is_by_tool THEN '; client names itself a deployment tool' ELSE '' END
    || CASE WHEN is_by_service THEN '; by a service of itself' ELSE '' END
    || CASE WHEN client = 'attack-tool' THEN '; client names itself a tool for attacks or audits' ELSE '' END AS why
FROM calls
ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index;
