-- ---
-- id: security-services-off
-- title: Detectors blinded
-- question: Were GuardDuty, Security Hub, Config and the like, or alarms and firewalls, switched off, narrowed or made to look away?
-- phase: defense-impairment
-- kind: finding
-- severity: high
-- attack: [T1685]
-- requires: [management:write]
-- counts: records
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: cloudtrail-tampering}
--   - {query: log-sources-off}
--   - {query: security-tooling-recon}
--   - {query: principal-dossier, with: {principal: actor}}
-- false_positives:
--   - Security teams archive findings and write suppression rules every day; alarms come and go with what they watch
--   - An administrator account takes members over from another, which shows as members that leave
--   - Tearing an environment down deletes its rules and alarms; rows of a deployment tool are medium at most
--   - Refused and failed attempts changed nothing
-- cannot_show: what was on before the archive begins, what a detector would have found, and detectors that others run outside AWS
-- references:
--   - "https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_suspend-disable.html"
--   - "https://docs.aws.amazon.com/config/latest/developerguide/stop-start-recorder.html"
--   - "https://attack.mitre.org/techniques/T1685/"
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
    ct_is_deployment_tool(user_agent) OR coalesce(user_identity_invoked_by, '') IN ('cloudformation.amazonaws.com', 'controltower.amazonaws.com') AS is_by_deployment_tool
  FROM events
  WHERE service IN ('guardduty', 'securityhub', 'config', 'macie2', 'macie', 'inspector', 'inspector2', 'access-analyzer', 'detective', 'wafv2', 'waf',
      'waf-regional', 'shield', 'fms', 'network-firewall', 'monitoring', 'events', 'securitylake', 'security-ir', 'auditmanager', 'route53resolver', 'cloudwatch')
    AND event_base_name IN (
      -- GuardDuty
      'DeleteDetector', 'UpdateDetector', 'CreateFilter', 'UpdateFilter', 'CreateIPSet', 'UpdateIPSet', 'CreateTrustedEntitySet', 'UpdateTrustedEntitySet',
      'DeleteThreatIntelSet', 'DeleteThreatEntitySet', 'StopMonitoringMembers', 'DisassociateMembers', 'DeleteMembers', 'DisassociateFromMasterAccount',
      'DisassociateFromAdministratorAccount', 'DeletePublishingDestination', 'DisableOrganizationAdminAccount', 'ArchiveFindings', 'UpdateMemberDetectors',
      'UpdateOrganizationConfiguration', 'DeleteMalwareProtectionPlan', 'CreatePublishingDestination',
      -- Security Hub, Inspector, Macie, Access Analyzer, Detective, Security Lake
      'DisableSecurityHub', 'DisableSecurityHubV2', 'BatchDisableStandards', 'DisableImportFindingsForProduct', 'UpdateStandardsControl',
      'BatchUpdateStandardsControlAssociations', 'BatchUpdateFindings', 'UpdateFindings', 'DeleteInsight', 'DeleteActionTarget', 'CreateAutomationRule',
      'DeleteConfigurationPolicy', 'StartConfigurationPolicyDisassociation', 'Disable', 'DisableMacie', 'DisableDelegatedAdminAccount', 'DisassociateMember',
      'DisassociateMembership', 'DisassociateS3Resources', 'CreateSuppressionRule', 'CreateFindingsFilter', 'UpdateFindingsFilter', 'UpdateMacieSession',
      'UpdateMemberSession', 'DeleteAssessmentTarget', 'DeleteAssessmentTemplate', 'CreateArchiveRule', 'DeleteAnalyzer', 'DeleteGraph', 'DeleteDataLake',
      'DeleteAwsLogSource', 'DeleteSubscriber', 'UpdateDataLake', 'DeregisterAccount', 'CancelMembership',
      -- Config
      'StopConfigurationRecorder', 'DeleteConfigurationRecorder', 'DeleteDeliveryChannel', 'DeleteConfigRule', 'DeleteOrganizationConfigRule',
      'DeleteConformancePack', 'DeleteOrganizationConformancePack', 'DeleteRemediationConfiguration', 'DeleteConfigurationAggregator',
      'DeleteRetentionConfiguration', 'PutRetentionConfiguration', 'PutConfigurationRecorder',
      -- Firewalls
      'DeleteWebACL', 'DisassociateWebACL', 'DeleteRuleGroup', 'DeleteIPSet', 'DeleteRule', 'DeleteSubscription', 'DeleteProtection', 'DisassociateDRTRole',
      'DisassociateDRTLogBucket', 'DeletePolicy', 'DisassociateAdminAccount', 'DeleteFirewall', 'DeleteFirewallPolicy', 'DisassociateFirewallRuleGroup',
      'DeleteFirewallRuleGroup', 'DeleteFirewallRule', 'DeleteFirewallDomainList',
      -- Alarms and event rules
      'DeleteAlarms', 'DisableAlarmActions', 'DeleteAnomalyDetector', 'DeleteInsightRules', 'DisableInsightRules', 'DisableRule', 'RemoveTargets',
      'DeleteArchive', 'DeleteEventBus', 'SetAlarmState')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
named AS (
  SELECT
    event_time, same_second_rank, file_id, record_index, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_id,
    call, is_attempt, is_by_service, is_by_deployment_tool,
    CASE service
      WHEN 'guardduty' THEN CASE
        WHEN call = 'DeleteDetector' THEN 'GuardDuty switched off here, its findings gone'
        WHEN call = 'UpdateDetector' AND ct_json(request_parameters, 'enable') = 'false' THEN 'GuardDuty suspended here'
        WHEN call = 'UpdateDetector' AND ct_matches(request, '"(status|autoenable)":"?(disabled|none|false)|"enable":false') THEN 'a source or feature of GuardDuty switched off'
        WHEN call = 'UpdateDetector' AND is_attempt AND request_parameters IS NULL THEN 'settings of GuardDuty'
        WHEN call IN ('CreateFilter', 'UpdateFilter') AND (contains(request, '"action":"archive"') OR (is_attempt AND request_parameters IS NULL))
          THEN 'GuardDuty findings of a kind archived unseen'
        WHEN call IN ('CreateIPSet', 'UpdateIPSet') AND coalesce(ct_json(request_parameters, 'activate'), 'true') <> 'false' THEN 'addresses that GuardDuty is to trust'
        WHEN call IN ('CreateTrustedEntitySet', 'UpdateTrustedEntitySet') THEN 'addresses or names that GuardDuty is to trust'
        WHEN call IN ('DeleteThreatIntelSet', 'DeleteThreatEntitySet') THEN 'a list of threats deleted from GuardDuty'
        WHEN call IN ('StopMonitoringMembers', 'DisassociateMembers', 'DeleteMembers', 'UpdateMemberDetectors') THEN 'members of GuardDuty changed or no longer watched'
        WHEN call IN ('DisassociateFromMasterAccount', 'DisassociateFromAdministratorAccount') THEN 'this account left its GuardDuty administrator'
        WHEN call = 'DeletePublishingDestination' THEN 'GuardDuty findings no longer exported'
        WHEN call = 'DisableOrganizationAdminAccount' THEN 'the organization''s GuardDuty administrator removed'
        WHEN call = 'ArchiveFindings' THEN 'GuardDuty findings archived'
        WHEN call = 'DeleteMalwareProtectionPlan' THEN 'malware scans of a bucket switched off'
        WHEN call = 'UpdateOrganizationConfiguration' AND ct_matches(request, '"autoenable(organizationmembers)?":(false|"none")') THEN 'GuardDuty no longer switched on for new accounts'
      END
      WHEN 'securityhub' THEN CASE
        WHEN call IN ('DisableSecurityHub', 'DisableSecurityHubV2') THEN 'Security Hub switched off here'
        WHEN call = 'BatchDisableStandards' THEN 'standards of Security Hub switched off'
        WHEN call = 'DisableImportFindingsForProduct' THEN 'findings of a product no longer taken in'
        WHEN call IN ('UpdateStandardsControl', 'BatchUpdateStandardsControlAssociations') AND (contains(request, '"disabled"') OR request_parameters IS NULL) THEN 'controls of Security Hub switched off'
        WHEN call IN ('BatchUpdateFindings', 'UpdateFindings') AND (ct_matches(request, '"(suppressed|resolved|archived)"') OR request_parameters IS NULL) THEN 'findings of Security Hub closed or suppressed'
        WHEN call IN ('DeleteInsight', 'DeleteActionTarget') THEN 'an insight or action of Security Hub deleted'
        WHEN call = 'CreateAutomationRule' THEN 'findings of Security Hub changed by a rule from now on'
        WHEN call IN ('DeleteConfigurationPolicy', 'StartConfigurationPolicyDisassociation') THEN 'central settings of Security Hub removed'
        WHEN call IN ('DisassociateMembers', 'DeleteMembers') THEN 'members of Security Hub no longer watched'
        WHEN call IN ('DisassociateFromMasterAccount', 'DisassociateFromAdministratorAccount') THEN 'this account left its Security Hub administrator'
        WHEN call = 'DisableOrganizationAdminAccount' THEN 'the organization''s Security Hub administrator removed'
      END
      WHEN 'config' THEN CASE
        WHEN call = 'StopConfigurationRecorder' THEN 'AWS Config stopped recording'
        WHEN call = 'DeleteConfigurationRecorder' THEN 'recorder of AWS Config deleted'
        WHEN call = 'DeleteDeliveryChannel' THEN 'AWS Config no longer delivers'
        WHEN call IN ('DeleteConfigRule', 'DeleteOrganizationConfigRule', 'DeleteConformancePack', 'DeleteOrganizationConformancePack') THEN 'rules of AWS Config deleted'
        WHEN call = 'DeleteRemediationConfiguration' THEN 'an automatic repair deleted'
        WHEN call = 'DeleteConfigurationAggregator' THEN 'an aggregator of AWS Config deleted'
        WHEN call = 'PutRetentionConfiguration' AND ct_number(ct_json(request_parameters, 'retentionPeriodInDays')) <= 30 THEN 'history of AWS Config cut short'
        WHEN call = 'PutConfigurationRecorder' AND ct_matches(request, '"allsupported":false') AND contains(request, '"exclusionbyresourcetypes"') AND NOT contains(request, '"resourcetypes":[]')
          THEN 'AWS Config leaves out kinds of resources'
      END
      WHEN 'access-analyzer' THEN CASE
        WHEN call = 'CreateArchiveRule' THEN 'findings of Access Analyzer of a kind archived unseen'
        WHEN call = 'DeleteAnalyzer' THEN 'Access Analyzer deleted'
        WHEN call = 'UpdateFindings' THEN 'findings of Access Analyzer archived'
      END
      WHEN 'events' THEN CASE
        WHEN call = 'DisableRule' THEN 'a rule on events switched off'
        WHEN call = 'DeleteRule' THEN 'a rule on events deleted'
        WHEN call = 'RemoveTargets' THEN 'a rule on events no longer acts'
        WHEN call IN ('DeleteArchive', 'DeleteEventBus') THEN 'an event bus or archive deleted'
      END
      WHEN 'monitoring' THEN CASE
        WHEN call = 'DeleteAlarms' THEN 'alarms deleted'
        WHEN call = 'DisableAlarmActions' THEN 'alarms no longer act'
        WHEN call = 'SetAlarmState' AND coalesce(ct_json(request_parameters, 'stateValue'), '') <> 'ALARM' THEN 'an alarm set to another state by hand'
        WHEN call LIKE 'D%' THEN 'rules that watch metrics deleted or switched off'
      END
      WHEN 'macie2' THEN CASE
        WHEN call = 'DisableMacie' THEN 'Macie switched off here'
        WHEN call IN ('UpdateMacieSession', 'UpdateMemberSession') AND contains(request, '"paused"') THEN 'Macie paused'
        WHEN call IN ('CreateFindingsFilter', 'UpdateFindingsFilter') AND contains(request, '"archive"') THEN 'findings of Macie of a kind archived unseen'
        WHEN call LIKE 'Dis%' OR call LIKE 'Delete%' THEN 'accounts no longer watched by Macie'
      END
      WHEN 'macie' THEN CASE WHEN call LIKE 'Dis%' THEN 'accounts or buckets no longer watched by Macie' END
      WHEN 'inspector2' THEN CASE
        WHEN call = 'Disable' THEN 'Inspector switched off'
        WHEN call IN ('DisableDelegatedAdminAccount', 'DisassociateMember') THEN 'accounts no longer watched by Inspector'
        WHEN call = 'CreateFilter' AND contains(request, '"suppress"') THEN 'findings of Inspector of a kind suppressed'
        WHEN call = 'UpdateFilter' AND contains(request, '"suppress"') THEN 'findings of Inspector of a kind suppressed'
      END
      WHEN 'inspector' THEN CASE WHEN call LIKE 'Delete%' THEN 'an assessment of Inspector deleted' END
      WHEN 'detective' THEN CASE
        WHEN call = 'DeleteGraph' THEN 'Detective switched off'
        WHEN call IN ('DeleteMembers', 'DisassociateMembership', 'DisableOrganizationAdminAccount') THEN 'accounts no longer watched by Detective'
      END
      WHEN 'securitylake' THEN CASE WHEN call LIKE 'De%' THEN 'sources, readers or all of Security Lake removed' END
      WHEN 'shield' THEN CASE WHEN call LIKE 'D%' THEN 'protection by Shield removed' END
      WHEN 'fms' THEN CASE WHEN call IN ('DeletePolicy', 'DisassociateAdminAccount') THEN 'policies or administrator of Firewall Manager removed' END
      WHEN 'network-firewall' THEN CASE WHEN call LIKE 'Delete%' THEN 'network firewall or its rules deleted' END
      WHEN 'route53resolver' THEN CASE WHEN call LIKE 'D%' THEN 'rules against DNS names deleted or detached' END
      WHEN 'security-ir' THEN CASE WHEN call = 'CancelMembership' THEN 'AWS''s incident response service cancelled' END
      WHEN 'auditmanager' THEN CASE WHEN call = 'DeregisterAccount' THEN 'Audit Manager switched off' END
      ELSE CASE
        WHEN service IN ('wafv2', 'waf', 'waf-regional') AND call = 'DisassociateWebACL' THEN 'a web firewall taken off what it protects'
        WHEN service IN ('wafv2', 'waf', 'waf-regional') AND call IN ('DeleteWebACL', 'DeleteRuleGroup', 'DeleteIPSet', 'DeleteRule') THEN 'a web firewall or its rules deleted'
      END
    END AS what,
    CASE
      WHEN call IN ('DeleteDetector', 'StopMonitoringMembers', 'DisassociateFromMasterAccount', 'DisassociateFromAdministratorAccount', 'DisableOrganizationAdminAccount',
        'DisableSecurityHub', 'DisableSecurityHubV2', 'StopConfigurationRecorder', 'DeleteConfigurationRecorder', 'DeleteDeliveryChannel', 'DisableMacie',
        'DeleteGraph', 'DeleteDataLake', 'DeleteAnalyzer', 'DeletePublishingDestination') THEN 3
      WHEN service = 'inspector2' AND call = 'Disable' THEN 3
      WHEN call = 'UpdateDetector' AND ct_json(request_parameters, 'enable') = 'false' THEN 3
      WHEN service = 'guardduty' AND call IN ('DisassociateMembers', 'DeleteMembers', 'CreateIPSet', 'UpdateIPSet', 'CreateTrustedEntitySet', 'UpdateTrustedEntitySet') THEN 2
      WHEN service IN ('events', 'monitoring') AND ct_matches(lower(target), 'guardduty|security|cloudtrail|trail|threat|incident|alert|root|iam|unauthori|compliance|detect') THEN 2
      WHEN service IN ('events', 'monitoring') THEN 1
      WHEN call IN ('ArchiveFindings', 'BatchUpdateFindings', 'UpdateFindings', 'DeleteInsight', 'DeleteActionTarget', 'DeleteAssessmentTarget', 'DeleteAssessmentTemplate') THEN 1
      ELSE 2
    END AS weight
  FROM calls
)
SELECT
  event_time, recipient_account_id AS account, aws_region AS region, service, event_name, outcome, actor,
  nullif(user_identity_access_key_id, '') AS access_key, source_ip_address AS source_ip, user_agent, target,
  coalesce(nullif(error_code, ''), error_message, substr(CAST(request_parameters AS VARCHAR), 1, 500)) AS detail,
  event_id,
  CASE WHEN is_attempt THEN 'attempted' WHEN call LIKE 'Delete%' THEN 'removed' ELSE 'weakened' END AS effect,
  CASE
    WHEN is_attempt THEN CASE WHEN weight = 3 THEN 'medium' ELSE 'low' END
    WHEN is_by_service THEN 'informational'
    WHEN weight = 3 AND NOT is_by_deployment_tool THEN 'high'
    WHEN weight = 3 THEN 'medium'
    WHEN weight = 2 AND NOT is_by_deployment_tool THEN 'medium'
    ELSE 'low'
  END AS severity,
  CASE outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' WHEN 'dry-run' THEN 'dry run: ' ELSE '' END
    || what
    || CASE WHEN is_by_deployment_tool THEN '; client names itself a deployment tool' ELSE '' END
    || CASE WHEN is_by_service THEN '; by a service of itself' ELSE '' END AS why
FROM named
WHERE what IS NOT NULL
ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index;
