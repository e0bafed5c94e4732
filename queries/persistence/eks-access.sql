-- ---
-- id: eks-access
-- title: Access to Kubernetes clusters
-- question: Who was let into clusters, and was their door opened to the internet?
-- phase: persistence
-- kind: finding
-- severity: medium
-- attack: [T1098.006]
-- requires: [management:write]
-- counts: records
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: ip-pivot, with: {ip: source_ip}}
--   - {query: log-sources-off}
-- false_positives:
--   - Whoever sets a cluster up gives its administrators and pipelines access, mostly through Terraform
--   - The public endpoint is on by default; what counts is which addresses may reach it
-- cannot_show: what was done inside a cluster (see its audit log), and access given in the cluster itself, as in aws-auth
-- references:
--   - "https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html"
--   - "https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html"
--   - "https://attack.mitre.org/techniques/T1098/006/"
-- tests:
--   - {fixture: demo, rows: "0"}
-- ---
WITH own_accounts AS (
  SELECT DISTINCT account_id AS account FROM known_accounts
),
calls AS (
  SELECT
    event_time, same_second_rank, file_id, record_index, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_id,
    outcome IN ('failure', 'denied', 'dry-run') AS is_attempt,
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn) AS is_by_service,
    ct_is_deployment_tool(user_agent) OR coalesce(user_identity_invoked_by, '') = 'cloudformation.amazonaws.com' AS is_by_deployment_tool,
    event_base_name AS call,
    lower(CAST(request_parameters AS VARCHAR)) AS request,
    -- A part of the address of a call comes as it was written there.
    replace(replace(coalesce(ct_json(request_parameters, 'principalArn'), ct_json(request_parameters, 'roleArn')), '%3A', ':'), '%2F', '/') AS grantee,
    ct_json(request_parameters, 'policyArn') AS policy
  FROM events
  WHERE service = 'eks'
    AND event_base_name IN ('CreateAccessEntry', 'UpdateAccessEntry', 'AssociateAccessPolicy', 'CreatePodIdentityAssociation', 'UpdatePodIdentityAssociation',
      'AssociateIdentityProviderConfig', 'UpdateClusterConfig', 'CreateCluster', 'CreateNodegroup', 'AccessKubernetesApi')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
named AS (
  SELECT
    c.event_time, c.same_second_rank, c.file_id, c.record_index, c.recipient_account_id, c.aws_region, c.service, c.event_name, c.outcome, c.actor,
    c.user_identity_access_key_id, c.source_ip_address, c.user_agent, c.target, c.error_code, c.error_message, c.request_parameters, c.event_id,
    c.is_attempt, c.is_by_service, c.is_by_deployment_tool, c.call, c.grantee, c.policy,
    ct_extract(c.grantee, '^arn:[^:]*:[^:]*:[^:]*:([^:]+):', 1) IS NOT NULL AND o.account IS NULL AS is_foreign,
    ct_matches(c.request, 'clusteradminpolicy|system:masters') AS is_admin,
    CASE
      WHEN c.call = 'AssociateAccessPolicy' THEN 'rights in a cluster: ' || coalesce(ct_extract(c.policy, '([^/]+)$', 1), 'not recorded')
      WHEN c.call IN ('CreateAccessEntry', 'UpdateAccessEntry') THEN 'principal let into a cluster'
      WHEN c.call LIKE '%PodIdentityAssociation' THEN 'role given to pods'
      WHEN c.call = 'AssociateIdentityProviderConfig' THEN 'identity provider trusted by a cluster'
      WHEN c.call IN ('UpdateClusterConfig', 'CreateCluster') AND ct_matches(c.request, '"endpointpublicaccess":true')
        AND (ct_matches(c.request, '"publicaccesscidrs":\["[^\]]*/[01]"') OR NOT contains(c.request, '"publicaccesscidrs"')) THEN 'cluster''s API reachable from the internet'
      WHEN c.call = 'UpdateClusterConfig' AND ct_matches(c.request, '"publicaccesscidrs":\[[^\]]*"[^"]*/[01]"') THEN 'cluster''s API reachable from the internet'
      WHEN c.call = 'UpdateClusterConfig' AND c.is_attempt AND c.request IS NULL THEN 'settings of a cluster'
      WHEN c.call = 'UpdateClusterConfig' AND contains(c.request, '"authenticationmode"')
        THEN 'how a cluster is told who may do what: ' || coalesce(ct_json(c.request_parameters, 'accessConfig.authenticationMode'), 'changed')
      WHEN c.call = 'CreateNodegroup' AND contains(c.request, '"ec2sshkey"') THEN 'nodes that an SSH key opens'
      WHEN c.call = 'AccessKubernetesApi' THEN 'inside of a cluster looked at in the console'
    END AS what
  FROM calls c
  LEFT JOIN own_accounts o ON o.account = ct_extract(c.grantee, '^arn:[^:]*:[^:]*:[^:]*:([^:]+):', 1)
)
SELECT
  event_time, recipient_account_id AS account, aws_region AS region, service, event_name, outcome, actor,
  nullif(user_identity_access_key_id, '') AS access_key, source_ip_address AS source_ip, user_agent, target,
  coalesce(nullif(error_code, ''), error_message, substr(CAST(request_parameters AS VARCHAR), 1, 500)) AS detail,
  event_id,
  CASE WHEN call = 'AccessKubernetesApi' THEN NULL WHEN is_attempt THEN 'attempted' WHEN call IN ('UpdateClusterConfig', 'UpdateAccessEntry') THEN 'weakened' ELSE 'created' END AS effect,
  grantee,
  policy,
  CASE
    WHEN is_attempt THEN CASE WHEN is_foreign OR is_admin THEN 'medium' ELSE 'low' END
    WHEN is_by_service THEN 'informational'
    WHEN call = 'AccessKubernetesApi' THEN 'informational'
    WHEN is_foreign THEN CASE WHEN is_by_deployment_tool THEN 'medium' ELSE 'high' END
    WHEN is_by_deployment_tool THEN 'low'
    WHEN call = 'UpdateClusterConfig' AND what LIKE 'how a cluster%' THEN 'low'
    WHEN is_admin OR call IN ('AssociateIdentityProviderConfig', 'UpdateClusterConfig') THEN 'medium'
    ELSE 'low'
  END AS severity,
  CASE outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' WHEN 'dry-run' THEN 'dry run: ' ELSE '' END
    || what
    || CASE WHEN is_foreign THEN '; of an account not known as yours' ELSE '' END
    || CASE WHEN is_by_deployment_tool THEN '; client names itself a deployment tool' ELSE '' END
    || CASE WHEN is_by_service THEN '; by a service of itself' ELSE '' END AS why
FROM named
WHERE what IS NOT NULL
ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index;
