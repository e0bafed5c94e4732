-- ---
-- id: identity-center-grants
-- title: Rights given in Identity Center
-- question: Who was given rights over accounts through Identity Center, or let into its directory?
-- phase: privilege-escalation
-- kind: finding
-- severity: medium
-- attack: [T1098.003, T1136.003]
-- requires: [management:write]
-- context: all
-- counts: records
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: identity-center-logins}
--   - {query: iam-privilege-grants}
-- false_positives:
--   - New colleagues are given accounts, and a provisioning system writes users and groups by itself
-- cannot_show: who a user or group id is when its making is not in this case, and rights that a permission set had before it
-- references:
--   - "https://docs.aws.amazon.com/singlesignon/latest/userguide/sso-info-in-cloudtrail.html"
--   - "https://attack.mitre.org/techniques/T1098/003/"
--   - "https://attack.mitre.org/techniques/T1136/003/"
-- tests:
--   - {fixture: demo, rows: "0"}
-- ---
WITH calls AS (
  SELECT
    file_id, record_index, event_time, same_second_rank, event_id, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters,
    event_base_name AS call,
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn) AS is_by_service,
    ct_is_deployment_tool(user_agent) OR coalesce(user_identity_invoked_by, '') = 'cloudformation.amazonaws.com' AS is_by_tool,
    outcome IN ('failure', 'denied', 'dry-run') AS is_attempt,
    ct_json(request_parameters, 'permissionSetArn') AS permission_set,
    coalesce(ct_json(request_parameters, 'principalId'), ct_json(request_parameters, 'memberId.userId'), ct_json(request_parameters, 'member.memberId'), ct_json(request_parameters, 'memberId'),
      ct_json(request_parameters, 'accessorId'), ct_json(request_parameters, 'userName'), ct_json(request_parameters, 'userId')) AS grantee,
    coalesce(ct_json(request_parameters, 'targetId'), ct_json(request_parameters, 'groupId'), ct_json(request_parameters, 'profileId')) AS granted,
    user_identity_on_behalf_of_user_id AS caller_id,
    coalesce(ct_json(request_parameters, 'managedPolicyArn'), ct_json(request_parameters, 'customerManagedPolicyReference.name'), ct_json(request_parameters, 'permissionsBoundary.managedPolicyArn')) AS policy,
    ct_policy_is_admin(coalesce(ct_json(request_parameters, 'inlinePolicy'), ct_json(request_parameters, 'permissionsPolicy')))
      OR ct_matches(ct_json(request_parameters, 'managedPolicyArn'), ':policy/(job-function/)?(AdministratorAccess|PowerUserAccess|IAMFullAccess)$') AS is_admin_policy
  FROM events
  WHERE service IN ('sso', 'sso-directory', 'identitystore')
    AND event_base_name IN ('CreateAccountAssignment', 'CreatePermissionSet', 'UpdatePermissionSet', 'ProvisionPermissionSet', 'AttachManagedPolicyToPermissionSet',
      'AttachCustomerManagedPolicyReferenceToPermissionSet', 'PutInlinePolicyToPermissionSet', 'PutPermissionsBoundaryToPermissionSet',
      'DeletePermissionsBoundaryFromPermissionSet', 'CreateApplicationAssignment', 'CreateUser', 'CreateGroup', 'AddMemberToGroup',
      'CreateGroupMembership', 'UpdatePassword', 'EnableUser', 'DisableMfaDeviceForUser', 'DeleteMfaDeviceForUser', 'UpdateSsoConfiguration',
      -- What the console called before the API was there to be called.
      'AssociateProfile', 'PutPermissionsPolicy')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
-- Permission sets that hold every right at some time up to the last event of the case.
admin_sets AS (
  SELECT DISTINCT ct_json(request_parameters, 'permissionSetArn') AS permission_set
  FROM all_events
  WHERE service = 'sso' AND event_base_name IN ('AttachManagedPolicyToPermissionSet', 'PutInlinePolicyToPermissionSet') AND outcome = 'no-error'
    AND (ct_policy_is_admin(ct_json(request_parameters, 'inlinePolicy'))
      OR ct_matches(ct_json(request_parameters, 'managedPolicyArn'), ':policy/(job-function/)?(AdministratorAccess|PowerUserAccess|IAMFullAccess)$'))
),
judged AS (
  SELECT
    file_id, record_index, event_time, same_second_rank, event_id, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters,
    call, is_by_service, is_by_tool, is_attempt, c.permission_set, grantee, granted, policy,
    coalesce(is_admin_policy, false) OR (call IN ('CreateAccountAssignment', 'ProvisionPermissionSet') AND a.permission_set IS NOT NULL) AS is_admin,
    call IN ('CreateAccountAssignment', 'AssociateProfile', 'AddMemberToGroup', 'CreateGroupMembership') AND grantee = caller_id AS is_to_self
  FROM calls c
  LEFT JOIN admin_sets a ON a.permission_set = c.permission_set
)
SELECT
  event_time, recipient_account_id AS account, aws_region AS region, service, event_name, outcome, actor,
  nullif(user_identity_access_key_id, '') AS access_key, source_ip_address AS source_ip, user_agent, target,
  coalesce(nullif(error_code, ''), error_message, substr(CAST(request_parameters AS VARCHAR), 1, 500)) AS detail,
  event_id,
  CASE
    WHEN is_attempt THEN 'attempted'
    WHEN call IN ('CreatePermissionSet', 'CreateUser', 'CreateGroup') THEN 'created'
    WHEN call IN ('PutPermissionsBoundaryToPermissionSet', 'UpdatePermissionSet', 'ProvisionPermissionSet', 'UpdateSsoConfiguration') THEN NULL
    ELSE 'weakened'
  END AS effect,
  grantee, granted, permission_set, policy, is_admin, coalesce(is_to_self, false) AS is_to_self,
  CASE
    WHEN is_by_service THEN 'informational'
    WHEN is_attempt AND (is_admin OR is_to_self) THEN 'medium'
    WHEN is_attempt THEN 'low'
    WHEN is_by_tool AND (is_admin OR is_to_self) THEN 'medium'
    WHEN is_by_tool THEN 'informational'
    WHEN is_to_self THEN 'high'
    -- A provisioned set gives nobody anything that its policy and its assignment did not.
    WHEN is_admin AND call <> 'ProvisionPermissionSet' THEN 'high'
    WHEN call IN ('DeletePermissionsBoundaryFromPermissionSet', 'UpdatePassword', 'DisableMfaDeviceForUser', 'DeleteMfaDeviceForUser', 'UpdateSsoConfiguration') THEN 'medium'
    WHEN call IN ('CreatePermissionSet', 'UpdatePermissionSet', 'ProvisionPermissionSet', 'CreateGroup', 'PutPermissionsBoundaryToPermissionSet') THEN 'informational'
    ELSE 'low'
  END AS severity,
  CASE outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' WHEN 'dry-run' THEN 'dry run: ' ELSE '' END
    || CASE call
      WHEN 'CreateAccountAssignment' THEN 'user or group given an account with a permission set'
      WHEN 'AssociateProfile' THEN 'user or group given an account with a permission set'
      WHEN 'CreatePermissionSet' THEN 'permission set made'
      WHEN 'UpdatePermissionSet' THEN 'permission set changed'
      WHEN 'ProvisionPermissionSet' THEN 'permission set brought into accounts'
      WHEN 'PutPermissionsBoundaryToPermissionSet' THEN 'limit on a permission set written'
      WHEN 'DeletePermissionsBoundaryFromPermissionSet' THEN 'limit on a permission set taken away'
      WHEN 'CreateApplicationAssignment' THEN 'user or group given an application'
      WHEN 'CreateUser' THEN 'user made in the directory'
      WHEN 'CreateGroup' THEN 'group made in the directory'
      WHEN 'AddMemberToGroup' THEN 'user put into a group'
      WHEN 'CreateGroupMembership' THEN 'user put into a group'
      WHEN 'UpdatePassword' THEN 'password of a user replaced'
      WHEN 'EnableUser' THEN 'user let in again'
      WHEN 'DisableMfaDeviceForUser' THEN 'MFA device of a user switched off'
      WHEN 'DeleteMfaDeviceForUser' THEN 'MFA device taken from a user'
      WHEN 'UpdateSsoConfiguration' THEN 'settings of Identity Center changed'
      ELSE 'policy given to a permission set' END
    || CASE WHEN is_admin THEN ', every right or every right over IAM' ELSE '' END
    || CASE WHEN is_to_self THEN ', the caller''s own' ELSE '' END
    || coalesce(': ' || grantee, '') || coalesce(' in ' || granted, '') || coalesce(' with ' || policy, '')
    || CASE WHEN is_by_tool THEN '; client names itself a deployment tool' ELSE '' END
    || CASE WHEN is_by_service THEN '; by a service of itself' ELSE '' END AS why
FROM judged
ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index;
