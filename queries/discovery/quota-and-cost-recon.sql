-- ---
-- id: quota-and-cost-recon
-- title: Quotas and costs looked up
-- question: Who asked what the account may run and what it costs, or asked for more?
-- phase: discovery
-- kind: finding
-- severity: low
-- attack: [T1580]
-- requires: [management]
-- context: scope
-- counts: records
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: compute-hijack}
--   - {query: messaging-abuse}
--   - {query: multi-region-enumeration}
-- false_positives:
--   - Those who pay the bill look at it, and cost tools do so every hour
--   - Growing systems need higher quotas
-- cannot_show: whether AWS granted what was asked for, and what a support case says
-- references:
--   - "https://docs.aws.amazon.com/servicequotas/latest/userguide/intro.html"
--   - "https://attack.mitre.org/techniques/T1580/"
-- tests:
--   - {fixture: demo, rows: "15"}
-- ---
WITH calls AS (
  SELECT
    file_id, record_index, event_time, same_second_rank, event_id, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters,
    event_base_name AS call,
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn) AS is_by_service,
    ct_is_deployment_tool(user_agent) OR coalesce(user_identity_invoked_by, '') = 'cloudformation.amazonaws.com' AS is_by_tool,
    ct_client(user_agent, session_credential_from_console) AS client, outcome IN ('failure', 'denied', 'dry-run') AS is_attempt,
    ct_json(request_parameters, 'quotaCode') AS quota_code, ct_json(request_parameters, 'serviceCode') AS quota_service,
    ct_json(request_parameters, 'desiredValue') AS desired_value,
    -- Virtual processors that may run, on demand and as spot, of ordinary and of graphics machines.
    coalesce(ct_json(request_parameters, 'quotaCode'), '') IN ('L-1216C47A', 'L-34B43A08', 'L-417A185B', 'L-7212CCBC', 'L-DB2E81BA', 'L-3819A6DF') AS is_compute
  FROM events
  WHERE service IN ('servicequotas', 'ce', 'account', 'support', 'freetier', 'ec2')
    AND event_base_name IN ('GetServiceQuota', 'ListServiceQuotas', 'GetAWSDefaultServiceQuota', 'ListAWSDefaultServiceQuotas', 'ListServices',
      'ListRequestedServiceQuotaChangeHistory', 'ListRequestedServiceQuotaChangeHistoryByQuota', 'GetRequestedServiceQuotaChange',
      'RequestServiceQuotaIncrease', 'PutServiceQuotaIncreaseRequestIntoTemplate', 'AssociateServiceQuotaTemplate',
      'GetCostAndUsage', 'GetCostAndUsageWithResources', 'GetCostForecast', 'GetUsageForecast', 'GetDimensionValues', 'GetFreeTierUsage', 'GetAccountPlanState',
      'GetRegionOptStatus', 'ListRegions', 'CreateCase', 'DescribeAccountAttributes')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
)
SELECT
  event_time, recipient_account_id AS account, aws_region AS region, service, event_name, outcome, actor,
  nullif(user_identity_access_key_id, '') AS access_key, source_ip_address AS source_ip, user_agent, target,
  coalesce(nullif(error_code, ''), error_message, substr(CAST(request_parameters AS VARCHAR), 1, 500)) AS detail,
  event_id,
  CASE
    WHEN call NOT IN ('RequestServiceQuotaIncrease', 'PutServiceQuotaIncreaseRequestIntoTemplate', 'AssociateServiceQuotaTemplate', 'CreateCase') THEN NULL
    WHEN is_attempt THEN 'attempted'
    ELSE 'created'
  END AS effect,
  quota_service, quota_code, desired_value,
  CASE
    WHEN is_by_service OR is_by_tool THEN 'informational'
    WHEN call IN ('RequestServiceQuotaIncrease', 'PutServiceQuotaIncreaseRequestIntoTemplate') AND is_compute THEN 'medium'
    WHEN call IN ('RequestServiceQuotaIncrease', 'PutServiceQuotaIncreaseRequestIntoTemplate', 'AssociateServiceQuotaTemplate', 'CreateCase') THEN 'low'
    WHEN client = 'attack-tool' THEN 'medium'
    WHEN client IN ('console', 'browser') THEN 'informational'
    WHEN call IN ('GetServiceQuota', 'GetAWSDefaultServiceQuota') AND is_compute THEN 'low'
    ELSE 'informational'
  END AS severity,
  CASE outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' WHEN 'dry-run' THEN 'dry run: ' ELSE '' END
    || CASE
      WHEN call IN ('RequestServiceQuotaIncrease', 'PutServiceQuotaIncreaseRequestIntoTemplate') THEN 'a higher quota asked for'
      WHEN call = 'AssociateServiceQuotaTemplate' THEN 'template of quotas put to use for new accounts'
      WHEN call = 'CreateCase' THEN 'support case opened'
      WHEN service IN ('ce', 'freetier') THEN 'costs or use looked up'
      WHEN service = 'account' THEN 'regions of the account looked up'
      ELSE 'quotas looked up'
    END
    || CASE WHEN is_compute THEN ', how many virtual processors may run' ELSE '' END
    || coalesce(': ' || quota_service || coalesce(' ' || quota_code, '') || coalesce(' to ' || desired_value, ''), '')
    || CASE WHEN client = 'attack-tool' THEN '; client names itself a tool for attacks or audits' ELSE '' END
    || CASE WHEN is_by_tool THEN '; client names itself a deployment tool' ELSE '' END
    || CASE WHEN is_by_service THEN '; by a service of itself' ELSE '' END AS why
FROM calls
WHERE (service = 'servicequotas' AND (call LIKE '%Quota%' OR call = 'ListServices'))
  OR (service = 'ce' AND call LIKE 'Get%')
  OR (service = 'freetier' AND call LIKE 'Get%')
  OR (service = 'account' AND call IN ('GetRegionOptStatus', 'ListRegions'))
  OR (service = 'support' AND call = 'CreateCase')
  OR (service = 'ec2' AND call = 'DescribeAccountAttributes'
    AND ct_matches(CAST(request_parameters AS VARCHAR), 'max-instances|max-elastic-ips'))
ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index;
