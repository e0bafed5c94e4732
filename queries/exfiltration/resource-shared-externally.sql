-- ---
-- id: resource-shared-externally
-- title: Resources opened to others
-- question: Which resource policies, access lists and shares now let in others than your own accounts?
-- phase: exfiltration
-- kind: finding
-- severity: high
-- attack: [T1537, T1530]
-- requires: [management:write]
-- context: all
-- counts: records
-- params:
--   trusted: {type: string, default: "", help: "Accounts that are no news, with commas between, beside those of the case and of own-accounts.txt"}
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: resource-pivot, with: {resource: target}}
--   - {query: s3-bulk-download}
--   - {query: anonymous-s3}
-- false_positives:
--   - Vendors and sister companies are let in on purpose; name their accounts in own-accounts.txt
--   - A web site, a public image registry or a public topic is open by intent
--   - A policy is written whole each time; what it opens may have been open before
-- cannot_show: what a policy was before, who came in by it (see data events), objects that were uploaded open (PutObject with an access list), and grants by roles (see trust-policy-changes)
-- references:
--   - "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html"
--   - "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html"
--   - "https://attack.mitre.org/techniques/T1537/"
-- tests:
--   - {fixture: demo, rows: "0"}
--   - {fixture: stratus/persistence.lambda-backdoor-function, rows: "1"}
-- ---
WITH own_accounts AS (
  SELECT coalesce(ct_set(account_id), '') || ', ' || replace(replace(CAST($trusted AS VARCHAR), ' ', ''), ',', ', ') AS own FROM known_accounts
),
policies AS (
  SELECT
    event_time, same_second_rank, file_id, record_index, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_id,
    event_base_name AS call,
    lower(CAST(request_parameters AS VARCHAR)) AS request,
    CASE
      WHEN event_base_name = 'PutBucketPolicy' THEN ct_policy(ct_json_doc(request_parameters, 'bucketPolicy'))
      WHEN event_base_name IN ('SetQueueAttributes', 'CreateQueue', 'CreateTopic') THEN ct_policy(ct_json_doc(request_parameters, 'attributes.Policy'))
      WHEN event_base_name = 'SetTopicAttributes' AND ct_json(request_parameters, 'attributeName') = 'Policy'
        THEN ct_policy(ct_json_doc(request_parameters, 'attributeValue'))
      WHEN event_base_name IN ('SetRepositoryPolicy', 'PutRegistryPolicy') THEN ct_policy(ct_json_doc(request_parameters, 'policyText'))
      WHEN event_base_name IN ('UpdateDomainConfig', 'UpdateElasticsearchDomainConfig', 'CreateDomain', 'CreateElasticsearchDomain')
        THEN ct_policy(ct_json_doc(request_parameters, 'accessPolicies'))
      WHEN event_base_name LIKE '%Policy' OR event_base_name IN ('PutPermission', 'CreateKey', 'PutRepositoryPermissionsPolicy', 'CreateRepository') THEN coalesce(
        ct_policy(ct_json_doc(request_parameters, 'policy')), ct_policy(ct_json_doc(request_parameters, 'resourcePolicy')),
        ct_policy(ct_json_doc(request_parameters, 'policyInJson')), ct_policy(ct_json_doc(request_parameters, 'policyDocument')),
        ct_policy(ct_json_doc(request_parameters, 'accessPolicy')), ct_policy(ct_json_doc(request_parameters, 'policy.policy')),
        ct_policy(ct_json_doc(request_parameters, 'Policy')))
    END AS policy,
    -- Whom calls without a policy name.
    CASE
      WHEN event_base_name IN ('AddPermission', 'AddLayerVersionPermission', 'PutPermission') AND service IN ('lambda', 'events')
        THEN ct_json(request_parameters, 'principal')
      WHEN event_base_name = 'AddPermission' THEN coalesce(ct_json_all(request_parameters, 'aWSAccountId[*]'), ct_json_all(request_parameters, 'aWSAccountIds[*]'),
        ct_json_all(request_parameters, 'AWSAccountIds[*]'), ct_json_all(request_parameters, 'accountIds[*]'))
      WHEN event_base_name = 'ModifyDocumentPermission' THEN ct_json_all(request_parameters, 'accountIdsToAdd[*]')
      WHEN event_base_name = 'CreateGrant' THEN ct_json(request_parameters, 'granteePrincipal')
      WHEN event_base_name IN ('CreateResourceShare', 'AssociateResourceShare') THEN ct_json_all(request_parameters, 'principals[*]')
      WHEN event_base_name = 'ModifyVpcEndpointServicePermissions' THEN coalesce(
        ct_json_all(request_parameters, 'ModifyVpcEndpointServicePermissionsRequest.AddAllowedPrincipals[*].content'),
        ct_json_all(request_parameters, 'ModifyVpcEndpointServicePermissionsRequest.AddAllowedPrincipals.content'),
        ct_json_all(request_parameters, 'addAllowedPrincipals.items[*]'))
    END AS named,
    coalesce(ct_json(request_parameters, 'sourceAccount'), ct_json(request_parameters, 'principalOrgID'), ct_json(request_parameters, 'organizationId'),
      ct_json(request_parameters, 'condition.value'), ct_extract(ct_json(request_parameters, 'sourceArn'), '^(arn:[^:]*:[^:]*:[^:]*:[^:*]+:.*)$', 1)) AS limit_named,
    CASE
      WHEN event_base_name IN ('PutBucketAcl', 'PutObjectAcl') THEN ct_not_among(
        ct_json_all(request_parameters, 'AccessControlPolicy.AccessControlList.Grant[*].Grantee.ID'),
        -- CloudFront writes its logs as this user.
        coalesce(ct_json(request_parameters, 'AccessControlPolicy.Owner.ID'), '') || ', c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0')
    END AS canonical_users,
    outcome IN ('failure', 'denied', 'dry-run') AS is_attempt,
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn) AS is_by_service,
    ct_is_deployment_tool(user_agent) OR coalesce(user_identity_invoked_by, '') = 'cloudformation.amazonaws.com' AS is_by_deployment_tool
  FROM all_events
  WHERE service IN ('s3', 's3control', 'ecr', 'kms', 'sns', 'sqs', 'secretsmanager', 'glue', 'dynamodb', 'kinesis', 'backup', 'lambda', 'es', 'opensearch',
      'ssm', 'logs', 'events', 'ram', 'elasticfilesystem', 'glacier', 'codeartifact', 'codebuild', 'acm-pca', 'ec2', 'serverlessrepo', 'mediastore', 'imagebuilder')
    AND event_base_name IN ('PutBucketPolicy', 'CreateBucket', 'PutBucketAcl', 'PutObjectAcl', 'PutBucketPublicAccessBlock', 'DeleteBucketPublicAccessBlock',
      'PutAccountPublicAccessBlock', 'DeleteAccountPublicAccessBlock', 'PutPublicAccessBlock', 'DeletePublicAccessBlock', 'PutAccessPointPolicy',
      'SetRepositoryPolicy', 'PutRegistryPolicy', 'PutKeyPolicy', 'CreateKey', 'CreateGrant', 'AddPermission', 'AddLayerVersionPermission',
      'SetTopicAttributes', 'CreateTopic', 'SetQueueAttributes', 'CreateQueue', 'PutResourcePolicy', 'PutBackupVaultAccessPolicy',
      'UpdateDomainConfig', 'UpdateElasticsearchDomainConfig', 'CreateDomain', 'CreateElasticsearchDomain', 'ModifyDocumentPermission',
      'PutDestinationPolicy', 'PutPermission', 'CreateResourceShare', 'AssociateResourceShare', 'PutFileSystemPolicy', 'SetVaultAccessPolicy',
      'PutRepositoryPermissionsPolicy', 'PutDomainPermissionsPolicy', 'UpdateProjectVisibility', 'PutPolicy', 'ModifyVpcEndpointServicePermissions', 'PutApplicationPolicy',
      'PutContainerPolicy', 'PutComponentPolicy', 'PutImagePolicy', 'PutImageRecipePolicy')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
opened AS (
  SELECT
    p.event_time, p.same_second_rank, p.file_id, p.record_index, p.recipient_account_id, p.aws_region, p.service, p.event_name,
    p.outcome, p.actor, p.user_identity_access_key_id, p.source_ip_address, p.user_agent, p.target, p.error_code,
    p.error_message, p.request_parameters, p.event_id, p.call, p.request, p.policy, p.named, p.is_attempt, p.is_by_service, p.is_by_deployment_tool, p.canonical_users,
    coalesce(ct_policy_principals(p.policy), p.named, CASE WHEN p.canonical_users IS NOT NULL THEN 'canonical users ' || p.canonical_users END) AS principals,
    CASE
      WHEN p.policy IS NOT NULL THEN ct_policy_is_public(p.policy)
      WHEN p.call IN ('PutBucketAcl', 'PutObjectAcl', 'CreateBucket')
        THEN ct_matches(p.request, '"x-amz-acl":\[?"(public-read|public-read-write|authenticated-read)"|"acl":\[?"public-|groups/global/(allusers|authenticatedusers)')
      WHEN p.call = 'UpdateProjectVisibility' THEN contains(p.request, '"public_read"')
      WHEN p.named IN ('*', 'all', 'All') THEN p.limit_named IS NULL
      ELSE false
    END AS is_public,
    -- Whoever's trail recorded the call, and whoever owns the thing, is no stranger to it.
    ct_strangers(coalesce(ct_policy_accounts(p.policy), ct_principal_accounts(p.named)), o.own || coalesce(', ' || p.recipient_account_id, '')
      || coalesce(', ' || ct_extract(p.target, '^arn:[^:]*:[^:]*:[^:]*:([^:]+):', 1), '')) AS unknown_accounts,
    p.call LIKE 'Delete%' OR (p.call LIKE '%PublicAccessBlock' AND contains(p.request, 'false')) AS is_block_lifted
  FROM policies p
  CROSS JOIN own_accounts o
),
-- The policy written next decides; some calls take a policy or a member of it away.
endings AS (
  SELECT service, target AS thing, event_time, call AS by_call, 'replaced' AS kind
  FROM opened
  WHERE NOT is_attempt AND NOT coalesce(is_public, false) AND unknown_accounts IS NULL AND NOT coalesce(is_block_lifted, false) AND canonical_users IS NULL
    AND (policy IS NOT NULL OR call IN ('PutBucketAcl', 'PutObjectAcl', 'UpdateProjectVisibility') OR call LIKE '%PublicAccessBlock')
  UNION ALL
  SELECT service, target, event_time, event_base_name, 'deleted'
  FROM all_events
  WHERE service IN ('s3', 's3control', 'ecr', 'kms', 'sns', 'sqs', 'secretsmanager', 'glue', 'dynamodb', 'backup', 'lambda', 'es', 'ssm', 'logs', 'events', 'ram', 'elasticfilesystem')
    AND event_base_name IN ('DeleteBucketPolicy', 'DeleteBucket', 'DeleteAccessPointPolicy', 'DeleteRepositoryPolicy', 'DeleteRepository', 'RemovePermission',
      'DeleteTopic', 'DeleteQueue', 'DeleteResourcePolicy', 'DeleteSecret', 'DeleteBackupVaultAccessPolicy', 'DeleteFunction', 'DeleteFileSystemPolicy',
      'DeleteResourceShare', 'DisassociateResourceShare', 'RetireGrant', 'RevokeGrant', 'ScheduleKeyDeletion', 'DeleteObject')
    AND outcome = 'no-error'
),
undone AS (
  SELECT c.file_id, c.record_index, min(n.event_time) AS undone_at
  FROM opened c
  JOIN endings n ON n.service = c.service AND n.thing = c.target AND n.event_time >= c.event_time
    AND (n.kind = 'deleted' OR n.by_call = c.call OR (c.call LIKE 'Delete%PublicAccessBlock' AND n.by_call LIKE 'Put%PublicAccessBlock'))
  WHERE coalesce(c.is_public, false) OR c.unknown_accounts IS NOT NULL OR coalesce(c.is_block_lifted, false) OR c.canonical_users IS NOT NULL
  GROUP BY c.file_id, c.record_index
),
told AS (
  SELECT
    c.file_id, c.record_index, c.call, c.principals, c.is_public, c.unknown_accounts, c.is_attempt, c.is_by_service, c.is_by_deployment_tool, u.undone_at,
    CASE
      WHEN c.is_public THEN 'open to everybody'
      WHEN c.is_block_lifted AND c.call LIKE '%Account%' OR c.is_block_lifted AND c.service = 's3control' THEN 'the block on public access lifted for the whole account'
      WHEN c.is_block_lifted THEN 'the block on public access lifted for a bucket'
      WHEN c.unknown_accounts IS NOT NULL THEN 'lets in an account not known as yours: ' || c.unknown_accounts
      WHEN c.canonical_users IS NOT NULL THEN 'access list names another user than the owner; its account cannot be told'
      WHEN c.call IN ('CreateResourceShare') AND contains(c.request, '"allowexternalprincipals":true') AND c.named IS NOT NULL THEN 'shared, and accounts outside the organization may be added'
      WHEN c.is_attempt AND c.request IS NULL AND c.call NOT IN ('CreateGrant', 'CreateBucket', 'CreateKey', 'CreateQueue', 'CreateTopic', 'CreateDomain', 'SetTopicAttributes', 'SetQueueAttributes',
        'UpdateDomainConfig', 'UpdateElasticsearchDomainConfig', 'CreateElasticsearchDomain') THEN 'change of who may use it; the record does not say for whom'
    END AS what
  FROM opened c
  LEFT JOIN undone u ON u.file_id = c.file_id AND u.record_index = c.record_index
)
SELECT
  e.event_time, e.recipient_account_id AS account, e.aws_region AS region, e.service, e.event_name, e.outcome, e.actor,
  nullif(e.user_identity_access_key_id, '') AS access_key, e.source_ip_address AS source_ip, e.user_agent, e.target,
  coalesce(nullif(e.error_code, ''), e.error_message, substr(CAST(e.request_parameters AS VARCHAR), 1, 500)) AS detail,
  e.event_id,
  CASE WHEN t.is_attempt THEN 'attempted' ELSE 'weakened' END AS effect,
  substr(t.principals, 1, 1000) AS principals,
  t.is_public,
  t.unknown_accounts,
  CASE WHEN NOT t.is_attempt THEN t.undone_at END AS undone_at,
  CASE
    WHEN t.is_attempt AND (t.is_public OR t.unknown_accounts IS NOT NULL OR t.what LIKE '%whole account') THEN 'medium'
    WHEN t.is_attempt THEN 'low'
    WHEN t.is_by_service THEN 'informational'
    WHEN t.is_public OR t.what LIKE '%whole account' THEN CASE WHEN t.is_by_deployment_tool THEN 'medium' ELSE 'high' END
    WHEN t.call = 'CreateGrant' THEN 'medium'
    WHEN t.unknown_accounts IS NOT NULL THEN CASE WHEN t.is_by_deployment_tool THEN 'medium' ELSE 'high' END
    WHEN t.is_by_deployment_tool THEN 'low'
    ELSE 'medium'
  END AS severity,
  CASE e.outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' WHEN 'dry-run' THEN 'dry run: ' ELSE '' END
    || t.what
    || CASE WHEN t.is_by_deployment_tool THEN '; client names itself a deployment tool' ELSE '' END
    || CASE WHEN t.is_by_service THEN '; by a service of itself' ELSE '' END
    || CASE WHEN t.undone_at IS NOT NULL AND NOT t.is_attempt THEN '; closed later' ELSE '' END AS why
FROM events e
JOIN told t ON t.file_id = e.file_id AND t.record_index = e.record_index
WHERE e.service IN ('s3', 's3control', 'ecr', 'kms', 'sns', 'sqs', 'secretsmanager', 'glue', 'dynamodb', 'kinesis', 'backup', 'lambda', 'es', 'opensearch',
    'ssm', 'logs', 'events', 'ram', 'elasticfilesystem', 'glacier', 'codeartifact', 'codebuild', 'acm-pca', 'ec2', 'serverlessrepo', 'mediastore', 'imagebuilder')
  AND e.event_base_name IN ('PutBucketPolicy', 'CreateBucket', 'PutBucketAcl', 'PutObjectAcl', 'PutBucketPublicAccessBlock', 'DeleteBucketPublicAccessBlock',
    'PutAccountPublicAccessBlock', 'DeleteAccountPublicAccessBlock', 'PutPublicAccessBlock', 'DeletePublicAccessBlock', 'PutAccessPointPolicy',
    'SetRepositoryPolicy', 'PutRegistryPolicy', 'PutKeyPolicy', 'CreateKey', 'CreateGrant', 'AddPermission', 'AddLayerVersionPermission',
    'SetTopicAttributes', 'CreateTopic', 'SetQueueAttributes', 'CreateQueue', 'PutResourcePolicy', 'PutBackupVaultAccessPolicy',
    'UpdateDomainConfig', 'UpdateElasticsearchDomainConfig', 'CreateDomain', 'CreateElasticsearchDomain', 'ModifyDocumentPermission',
    'PutDestinationPolicy', 'PutPermission', 'CreateResourceShare', 'AssociateResourceShare', 'PutFileSystemPolicy', 'SetVaultAccessPolicy',
    'PutRepositoryPermissionsPolicy', 'PutDomainPermissionsPolicy', 'UpdateProjectVisibility', 'PutPolicy', 'ModifyVpcEndpointServicePermissions', 'PutApplicationPolicy',
    'PutContainerPolicy', 'PutComponentPolicy', 'PutImagePolicy', 'PutImageRecipePolicy')
  AND t.what IS NOT NULL
ORDER BY e.event_time NULLS LAST, e.same_second_rank, e.event_id, e.file_id, e.record_index;
