-- ---
-- id: domain-hijack
-- title: Domains and DNS taken
-- question: Were domains transferred or unlocked, or DNS records changed?
-- phase: impact
-- kind: finding
-- severity: high
-- attack: [T1584.001]
-- requires: [management:write]
-- counts: records
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: resource-pivot, with: {resource: target}}
-- false_positives:
--   - Deployments and certificates change DNS records all day; these rows are low
--   - Domains move when companies do
-- cannot_show: transfers by another registrar, and what a name pointed to before
-- references:
--   - "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/logging-using-cloudtrail.html"
--   - "https://attack.mitre.org/techniques/T1584/001/"
-- tests:
--   - {fixture: demo, rows: "0"}
-- ---
WITH calls AS (
  SELECT
    event_time, same_second_rank, file_id, record_index, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_id,
    event_base_name AS call,
    lower(CAST(request_parameters AS VARCHAR)) AS request,
    outcome IN ('failure', 'denied', 'dry-run') AS is_attempt,
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn) AS is_by_service,
    ct_is_deployment_tool(user_agent) OR coalesce(user_identity_invoked_by, '') = 'cloudformation.amazonaws.com' AS is_by_deployment_tool
  FROM events
  WHERE service IN ('route53domains', 'route53')
    AND event_base_name IN ('TransferDomainToAnotherAwsAccount', 'AcceptDomainTransferFromAnotherAwsAccount', 'DisableDomainTransferLock', 'RetrieveDomainAuthCode', 'RegisterDomain', 'TransferDomain',
      'UpdateDomainNameservers', 'UpdateDomainContact', 'UpdateDomainContactPrivacy', 'DeleteDomain', 'DisableDomainAutoRenew', 'PushDomain', 'AssociateDelegationSignerToDomain',
      'DisassociateDelegationSignerFromDomain', 'ChangeResourceRecordSets', 'AssociateVPCWithHostedZone', 'CreateVPCAssociationAuthorization', 'CreateHostedZone', 'DeleteHostedZone', 'DisableHostedZoneDNSSEC', 'DeactivateKeySigningKey')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
weighed AS (
  SELECT
    event_time, same_second_rank, file_id, record_index, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_id,
    call, is_attempt, is_by_service, is_by_deployment_tool,
    call = 'ChangeResourceRecordSets' AND ct_matches(request, '"type":"ns"|"type":"mx"') AS is_delegation,
    CASE
      WHEN call IN ('TransferDomainToAnotherAwsAccount', 'RetrieveDomainAuthCode', 'DisableDomainTransferLock', 'PushDomain', 'DeleteDomain') THEN 3
      WHEN service = 'route53domains' AND call IN ('UpdateDomainNameservers', 'UpdateDomainContact', 'DisassociateDelegationSignerFromDomain', 'AcceptDomainTransferFromAnotherAwsAccount') THEN 2
      WHEN call IN ('DisableHostedZoneDNSSEC', 'DeactivateKeySigningKey', 'RegisterDomain', 'CreateVPCAssociationAuthorization') THEN 2
      ELSE 1
    END AS weight
  FROM calls
)
SELECT
  event_time, recipient_account_id AS account, aws_region AS region, service, event_name, outcome, actor,
  nullif(user_identity_access_key_id, '') AS access_key, source_ip_address AS source_ip, user_agent, target,
  coalesce(nullif(error_code, ''), error_message, substr(CAST(request_parameters AS VARCHAR), 1, 500)) AS detail,
  event_id,
  CASE WHEN is_attempt THEN 'attempted' WHEN call LIKE 'Create%' OR call LIKE 'Register%' OR call LIKE 'Associate%' THEN 'created' WHEN call LIKE 'Delete%' THEN 'removed' ELSE 'weakened' END AS effect,
  CASE
    WHEN is_attempt THEN CASE WHEN weight = 3 THEN 'medium' ELSE 'low' END
    WHEN is_by_service THEN 'informational'
    WHEN weight = 3 THEN 'high'
    WHEN weight = 2 THEN CASE WHEN is_by_deployment_tool THEN 'low' ELSE 'medium' END
    WHEN is_delegation AND NOT is_by_deployment_tool THEN 'medium'
    WHEN is_by_deployment_tool OR call = 'ChangeResourceRecordSets' THEN 'informational'
    ELSE 'low'
  END AS severity,
  CASE outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' WHEN 'dry-run' THEN 'dry run: ' ELSE '' END
    || CASE call
      WHEN 'TransferDomainToAnotherAwsAccount' THEN 'domain given to another account'
      WHEN 'PushDomain' THEN 'domain given to another registrar'
      WHEN 'RetrieveDomainAuthCode' THEN 'code for taking the domain to another registrar read'
      WHEN 'DisableDomainTransferLock' THEN 'domain unlocked for transfer'
      WHEN 'DeleteDomain' THEN 'domain deleted'
      WHEN 'UpdateDomainNameservers' THEN 'domain is answered by other name servers'
      WHEN 'UpdateDomainContact' THEN 'owner of the domain on record changed'
      WHEN 'RegisterDomain' THEN 'domain registered'
      WHEN 'ChangeResourceRecordSets' THEN 'DNS records changed' || CASE WHEN is_delegation THEN ', among them name servers or mail servers' ELSE '' END
      WHEN 'DisableHostedZoneDNSSEC' THEN 'signatures of a zone switched off'
      WHEN 'AssociateVPCWithHostedZone' THEN 'network answered by this zone'
      WHEN 'CreateVPCAssociationAuthorization' THEN 'network of another account let in to a zone'
      ELSE 'domain or zone changed'
    END
    || CASE WHEN is_by_deployment_tool THEN '; client names itself a deployment tool' ELSE '' END
    || CASE WHEN is_by_service THEN '; by a service of itself' ELSE '' END AS why
FROM weighed
ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index;
