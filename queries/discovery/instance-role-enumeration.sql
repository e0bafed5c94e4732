-- ---
-- id: instance-role-enumeration
-- title: Workloads that look around
-- question: Which instance, function or container role asked what else there is?
-- phase: discovery
-- kind: finding
-- severity: medium
-- attack: [T1580]
-- requires: [management:read]
-- context: scope
-- counts: actions
-- params:
--   min_apis: {type: int, default: 4, help: "So many different calls of one session look like a survey"}
-- columns: {time: first_seen, actor: actor, key: access_key, ip: source_ips, ref: first_event_id, severity: severity, why: why}
-- next:
--   - {query: instance-credentials-misuse}
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: principal-dossier, with: {principal: actor}}
-- false_positives:
--   - Agents and exporters that describe their surroundings
--   - Self-hosted build runners do their whole work with the role of their machine
-- cannot_show: what is done with the answers, and calls of services whose events are not recorded
-- references:
--   - "https://attack.mitre.org/techniques/T1580/"
-- tests:
--   - {fixture: demo, rows: "0"}
-- ---
WITH calls AS (
  SELECT
    actor, user_identity_access_key_id AS access_key, service, event_base_name, event_time, same_second_rank, event_id, action_id, outcome,
    source_ip_address, ct_is_deployment_tool(user_agent) AS is_by_tool, ec2_role_delivery,
    CASE WHEN ct_matches(user_identity_principal_id, ':i-[0-9A-Za-z]+$') OR ec2_role_delivery IS NOT NULL THEN 'instance'
      WHEN ct_matches(CAST(user_identity_in_scope_of AS VARCHAR), 'lambda') OR ct_matches(user_agent, 'exec-env/AWS_Lambda') THEN 'function'
      ELSE 'container' END AS workload,
    event_base_name IN ('GetCallerIdentity', 'GetAccountAuthorizationDetails', 'ListUsers', 'ListRoles', 'GetAccountSummary', 'ListBuckets', 'ListSecrets',
      'DescribeTrails', 'ListDetectors', 'ListAccounts', 'DescribeOrganization', 'SimulatePrincipalPolicy', 'ListAttachedRolePolicies') AS is_telling
  FROM events
  WHERE user_identity_type = 'AssumedRole' AND ct_is_read(read_only, event_base_name) AND coalesce(user_identity_invoked_by, '') = ''
    AND service IN ('iam', 'sts', 's3', 'ec2', 'cloudtrail', 'guardduty', 'organizations', 'secretsmanager', 'ssm', 'rds', 'lambda', 'kms', 'securityhub')
    AND (event_base_name LIKE 'List%' OR event_base_name LIKE 'Describe%' OR event_base_name LIKE 'Get%' OR event_base_name LIKE 'Simulate%')
    AND event_base_name NOT IN ('GetParameter', 'GetParameters', 'GetSecretValue', 'GetObject', 'GetParametersByPath', 'GetCommandInvocation', 'GetDeployablePatchSnapshotForInstance', 'GetManifest')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
    AND (ct_matches(user_identity_principal_id, ':i-[0-9A-Za-z]+$') OR ec2_role_delivery IS NOT NULL OR user_identity_in_scope_of IS NOT NULL
      OR ct_matches(user_agent, 'exec-env/AWS_(Lambda|ECS)'))
    AND coalesce(event_category, 'Management') = 'Management'
),
groups AS (
  SELECT
    actor, access_key, workload,
    count(*) AS n_records,
  count(*) FILTER (WHERE action_id IS NULL) + count(DISTINCT action_id) AS n_actions,
  count(*) FILTER (WHERE outcome IN ('failure', 'denied', 'partial')) AS n_failed,
  count(*) FILTER (WHERE outcome = 'denied') AS n_denied,
    count(DISTINCT service || ' ' || event_base_name) AS n_apis, count(DISTINCT CASE WHEN is_telling THEN event_base_name END) AS n_telling,
    substr(ct_set(event_base_name), 1, 1000) AS apis, substr(ct_set(source_ip_address), 1, 500) AS source_ips,
    bool_and(is_by_tool) AS is_by_tool,
    min(event_time) AS first_seen,
  max(event_time) AS last_seen,
  ct_first_event(event_id, event_time, same_second_rank) AS first_event_id,
  ct_last_event(event_id, event_time, same_second_rank) AS last_event_id
  FROM calls
  GROUP BY actor, access_key, workload
)
SELECT
  actor, access_key, workload, n_records, n_actions, n_failed, n_denied, n_apis, apis, source_ips, first_seen, last_seen, first_event_id, last_event_id,
  CASE WHEN is_by_tool THEN 'low' WHEN n_telling >= 2 AND n_apis >= CAST($min_apis AS BIGINT) THEN 'medium' ELSE 'low' END AS severity,
  'role of a workload (' || workload || ')' || ' made ' || CAST(n_apis AS VARCHAR) || ' different reading calls'
    || CASE WHEN n_telling > 0 THEN ', of identities, buckets or defences among them' ELSE '' END
    || CASE WHEN n_denied > 0 THEN '; refused: ' || CAST(n_denied AS VARCHAR) ELSE '' END AS why
FROM groups
WHERE n_apis >= CAST($min_apis AS BIGINT) OR n_telling > 0
ORDER BY n_telling DESC, n_apis DESC, first_seen, actor, access_key;
