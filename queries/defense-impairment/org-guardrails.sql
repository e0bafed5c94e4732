-- ---
-- id: org-guardrails
-- title: Guardrails of accounts and the organization
-- question: Were the guardrails of an account or an organization removed, or accounts moved in or out?
-- phase: defense-impairment
-- kind: finding
-- severity: high
-- attack: [T1666, T1535, T1685]
-- requires: [management:write]
-- counts: records
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: unused-regions}
--   - {query: resource-shared-externally}
-- false_positives:
--   - Account factories create, move and close accounts, and attach and detach policies as they do
--   - A bucket for a public website needs public access allowed, though not for the whole account
--   - A bucket that never had a key of its own loses nothing when its setting is deleted
--   - Refused and failed attempts changed nothing
-- cannot_show: which guardrails were there before the archive begins, and calls in the management account when its trail is not in the case
-- references:
--   - "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_security_incident-response.html"
--   - "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html"
--   - "https://attack.mitre.org/techniques/T1666/"
-- tests:
--   - {fixture: demo, rows: "0"}
--   - {fixture: stratus/defense-evasion.organizations-leave, rows: "1"}
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
  WHERE service IN ('organizations', 'iam', 's3', 's3control', 'ec2', 'account', 'ram', 'controltower', 'sso', 'billingconsole', 'ssm')
    AND event_base_name IN (
      'LeaveOrganization', 'RemoveAccountFromOrganization', 'DeleteOrganization', 'DetachPolicy', 'DeletePolicy', 'UpdatePolicy', 'DisablePolicyType',
      'InviteAccountToOrganization', 'AcceptHandshake', 'CreateAccount', 'CreateGovCloudAccount', 'CloseAccount', 'MoveAccount',
      'RegisterDelegatedAdministrator', 'DeregisterDelegatedAdministrator', 'EnableAWSServiceAccess', 'DisableAWSServiceAccess', 'DeleteResourcePolicy', 'PutResourcePolicy',
      'DeleteAccountPasswordPolicy', 'UpdateAccountPasswordPolicy', 'DisableOrganizationsRootCredentialsManagement', 'DisableOrganizationsRootSessions',
      'PutAccountPublicAccessBlock', 'DeleteAccountPublicAccessBlock', 'DeleteBucketEncryption',
      'DisableEbsEncryptionByDefault', 'DisableSnapshotBlockPublicAccess', 'DisableImageBlockPublicAccess', 'DisableAllowedImagesSettings',
      'ModifyInstanceMetadataDefaults', 'ModifyVpcBlockPublicAccessOptions', 'CreateVpcBlockPublicAccessExclusion', 'EnableRegion', 'DisableRegion',
      'DisableControl', 'ResetLandingZone', 'DeleteLandingZone', 'DeregisterOrganizationalUnit', 'DeleteAlternateContact', 'PutAlternateContact',
      'UpdateServiceSetting')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
named AS (
  SELECT
    event_time, same_second_rank, file_id, record_index, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_id,
    call, is_attempt, is_by_service, is_by_deployment_tool,
    CASE
      WHEN service = 'organizations' THEN CASE
        WHEN call = 'LeaveOrganization' THEN 'account leaves its organization, out of reach of its policies'
        WHEN call = 'RemoveAccountFromOrganization' THEN 'account put out of the organization'
        WHEN call = 'DeleteOrganization' THEN 'organization deleted'
        WHEN call = 'DetachPolicy' THEN 'policy detached'
        WHEN call = 'DeletePolicy' THEN 'policy deleted'
        WHEN call = 'UpdatePolicy' THEN 'policy rewritten'
        WHEN call = 'DisablePolicyType' THEN 'policies of a type switched off: ' || coalesce(ct_json(request_parameters, 'policyType'), 'not recorded')
        WHEN call = 'InviteAccountToOrganization' THEN 'account invited'
        WHEN call = 'AcceptHandshake' THEN 'invitation accepted, as to join another organization'
        WHEN call IN ('CreateAccount', 'CreateGovCloudAccount') THEN 'account created'
        WHEN call = 'CloseAccount' THEN 'account closed'
        WHEN call = 'MoveAccount' THEN 'account moved, to where other policies hold'
        WHEN call = 'RegisterDelegatedAdministrator' THEN 'account made an administrator of a service: ' || coalesce(ct_json(request_parameters, 'servicePrincipal'), 'not recorded')
        WHEN call = 'DeregisterDelegatedAdministrator' THEN 'account no longer an administrator of a service: ' || coalesce(ct_json(request_parameters, 'servicePrincipal'), 'not recorded')
        WHEN call = 'EnableAWSServiceAccess' THEN 'service let into all accounts: ' || coalesce(ct_json(request_parameters, 'servicePrincipal'), 'not recorded')
        WHEN call = 'DisableAWSServiceAccess' THEN 'service shut out of all accounts: ' || coalesce(ct_json(request_parameters, 'servicePrincipal'), 'not recorded')
        WHEN call IN ('DeleteResourcePolicy', 'PutResourcePolicy') THEN 'who may manage the organization'
      END
      WHEN service = 'iam' AND call = 'DeleteAccountPasswordPolicy' THEN 'rules for passwords deleted'
      WHEN service = 'iam' AND call = 'UpdateAccountPasswordPolicy'
        AND (ct_number(ct_json(request_parameters, 'minimumPasswordLength')) < 8 OR (is_attempt AND request_parameters IS NULL)) THEN 'rules for passwords loosened'
      WHEN service = 'iam' AND call LIKE 'DisableOrganizations%' THEN 'central control of root users switched off'
      WHEN service IN ('s3', 's3control') AND call = 'DeleteAccountPublicAccessBlock' THEN 'block on public access to all buckets of the account deleted'
      WHEN service IN ('s3', 's3control') AND call = 'PutAccountPublicAccessBlock' AND contains(request, 'false') THEN 'block on public access to all buckets of the account loosened'
      WHEN service IN ('s3', 's3control') AND call = 'PutAccountPublicAccessBlock' AND is_attempt AND request_parameters IS NULL THEN 'block on public access to all buckets of the account'
      -- S3 encrypts with its own keys then, which whoever may read an object need not ask for.
      WHEN service = 's3' AND call = 'DeleteBucketEncryption' THEN 'new objects of a bucket no longer encrypted with a key of its own'
      WHEN service = 'ec2' AND call = 'DisableEbsEncryptionByDefault' THEN 'new disks no longer encrypted by default'
      WHEN service = 'ec2' AND call = 'DisableSnapshotBlockPublicAccess' THEN 'snapshots may be made public'
      WHEN service = 'ec2' AND call = 'DisableImageBlockPublicAccess' THEN 'images may be made public'
      WHEN service = 'ec2' AND call = 'DisableAllowedImagesSettings' THEN 'images of anybody may be started'
      WHEN service = 'ec2' AND call = 'ModifyInstanceMetadataDefaults' AND ct_matches(request, '"httptokens":"(optional|no-preference)"') THEN 'new instances answer version 1 of the metadata service'
      WHEN service = 'ec2' AND call = 'ModifyVpcBlockPublicAccessOptions' AND contains(request, '"off"') THEN 'block on traffic between VPCs and the internet switched off'
      WHEN service = 'ec2' AND call = 'CreateVpcBlockPublicAccessExclusion' THEN 'exception from the block on traffic between VPCs and the internet'
      WHEN service = 'account' AND call = 'EnableRegion' THEN 'region switched on: ' || coalesce(ct_json(request_parameters, 'RegionName'), ct_json(request_parameters, 'regionName'), 'not recorded')
      WHEN service = 'account' AND call IN ('DeleteAlternateContact', 'PutAlternateContact') AND (contains(request, 'security') OR request_parameters IS NULL) THEN 'whom AWS tells about security changed'
      WHEN service = 'controltower' THEN 'guardrails of Control Tower removed'
      WHEN service = 'ssm' AND call = 'UpdateServiceSetting' AND contains(request, 'public-sharing-permission') AND contains(request, '"enable"') THEN 'documents may be made public'
    END AS what,
    CASE
      WHEN call IN ('LeaveOrganization', 'DeleteOrganization', 'RemoveAccountFromOrganization', 'DeleteAccountPublicAccessBlock', 'DisablePolicyType', 'ResetLandingZone',
        'DeleteLandingZone', 'DisableSnapshotBlockPublicAccess', 'DisableImageBlockPublicAccess') THEN 3
      WHEN call = 'PutAccountPublicAccessBlock' THEN 3
      WHEN call IN ('CloseAccount', 'DetachPolicy', 'AcceptHandshake', 'EnableRegion', 'DeleteAccountPasswordPolicy', 'DisableEbsEncryptionByDefault',
        'ModifyVpcBlockPublicAccessOptions', 'DisableOrganizationsRootCredentialsManagement', 'DisableOrganizationsRootSessions', 'DeregisterDelegatedAdministrator',
        'DisableControl', 'DeregisterOrganizationalUnit', 'DeletePolicy', 'DisableAllowedImagesSettings', 'RegisterDelegatedAdministrator', 'DeleteAlternateContact',
        'InviteAccountToOrganization', 'UpdateServiceSetting', 'ModifyInstanceMetadataDefaults', 'UpdateAccountPasswordPolicy') THEN 2
      ELSE 1
    END AS weight
  FROM calls
)
SELECT
  event_time, recipient_account_id AS account, aws_region AS region, service, event_name, outcome, actor,
  nullif(user_identity_access_key_id, '') AS access_key, source_ip_address AS source_ip, user_agent, target,
  coalesce(nullif(error_code, ''), error_message, substr(CAST(request_parameters AS VARCHAR), 1, 500)) AS detail,
  event_id,
  CASE
    WHEN is_attempt THEN 'attempted'
    WHEN call = 'DeleteBucketEncryption' THEN 'weakened'
    WHEN call LIKE 'Delete%' OR call LIKE 'Remove%' OR call IN ('LeaveOrganization', 'CloseAccount', 'DetachPolicy') THEN 'removed'
    WHEN call IN ('CreateAccount', 'CreateGovCloudAccount', 'InviteAccountToOrganization', 'AcceptHandshake', 'RegisterDelegatedAdministrator', 'EnableAWSServiceAccess',
      'EnableRegion', 'CreateVpcBlockPublicAccessExclusion') THEN 'created'
    ELSE 'weakened'
  END AS effect,
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
