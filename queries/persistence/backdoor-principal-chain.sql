-- ---
-- id: backdoor-principal-chain
-- title: Principals created, then empowered
-- question: Which users, roles and groups were created and soon given credentials or rights?
-- phase: persistence
-- kind: finding
-- severity: high
-- attack: [T1136.003, T1098.003]
-- requires: [management:write]
-- context: all
-- counts: records
-- params:
--   window: {type: duration, default: 1h, help: "How soon after its creation a principal must get its first rights or credentials; what follows within so long counts too"}
-- columns: {time: first_seen, actor: created_by, target: principal, ref: first_event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: principal}}
--   - {query: new-credentials}
--   - {query: iam-privilege-grants}
--   - {query: trust-policy-changes}
-- false_positives:
--   - Every deployment creates roles and gives them rights; for a service, without administrator rights, that is informational
--   - New colleagues get a user, a password and a group
-- cannot_show: rights that were given to a group beforehand, what a policy of your own allows, and principals created before the archive begins
-- references:
--   - "https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html"
--   - "https://attack.mitre.org/techniques/T1136/003/"
-- tests:
--   - {fixture: demo, rows: "1"}
--   - {fixture: stratus/persistence.iam-create-admin-user, rows: "1"}
--   - {fixture: stratus/persistence.iam-create-backdoor-role, rows: "1"}
-- ---
WITH own_accounts AS (
  SELECT coalesce(ct_set(account_id), '') AS own FROM known_accounts
),
-- Insight and network activity are no calls to IAM: their category is another.
-- Policies of one's own that allow everything, as far as they were written in this case.
admin_policies AS (
  SELECT coalesce(ct_json(response_elements, 'policy.arn'), ct_json(request_parameters, 'policyArn')) AS policy_arn, min(event_time) AS admin_since
  FROM all_events
  WHERE service = 'iam' AND event_base_name IN ('CreatePolicy', 'CreatePolicyVersion') AND outcome = 'no-error'
    AND ct_grants_everything(ct_json(request_parameters, 'policyDocument'))
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
  GROUP BY coalesce(ct_json(response_elements, 'policy.arn'), ct_json(request_parameters, 'policyArn'))
),
calls AS (
  SELECT
    file_id, record_index, event_time, same_second_rank, event_id, action_id, event_base_name AS call, outcome, actor,
    -- Old records and some exports lack the recipient.
    coalesce(recipient_account_id, user_identity_account_id, '') AS account,
    ct_is_deployment_tool(user_agent) OR coalesce(user_identity_invoked_by, '') = 'cloudformation.amazonaws.com' AS is_by_deployment_tool,
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn) OR coalesce(user_identity_invoked_by, '') = 'sso.amazonaws.com' AS is_by_service,
    issued_access_key_id AS issued_access_key,
    ct_json(request_parameters, 'policyArn') AS policy_arn,
    ct_json(request_parameters, 'policyDocument') AS policy,
    coalesce(ct_json(request_parameters, 'assumeRolePolicyDocument'),
      CASE WHEN event_base_name = 'UpdateAssumeRolePolicy' THEN ct_json(request_parameters, 'policyDocument') END) AS trust,
    coalesce(ct_json(response_elements, 'user.arn'), ct_json(response_elements, 'role.arn'), ct_json(response_elements, 'group.arn')) AS arn,
    CASE
      WHEN event_base_name LIKE '%Group%' AND event_base_name <> 'AddUserToGroup' THEN 'group'
      WHEN event_base_name LIKE '%Role%' THEN 'role'
      ELSE 'user'
    END AS kind,
    CASE
      WHEN event_base_name LIKE '%Group%' AND event_base_name <> 'AddUserToGroup' THEN ct_json(request_parameters, 'groupName')
      WHEN event_base_name LIKE '%Role%' THEN ct_json(request_parameters, 'roleName')
      ELSE coalesce(ct_json(request_parameters, 'userName'), ct_json(response_elements, 'accessKey.userName'))
    END AS name
  FROM all_events
  WHERE service = 'iam'
    AND event_base_name IN ('CreateUser', 'CreateRole', 'CreateGroup', 'CreateAccessKey', 'CreateLoginProfile', 'UpdateLoginProfile', 'AttachUserPolicy',
      'PutUserPolicy', 'AttachRolePolicy', 'PutRolePolicy', 'AttachGroupPolicy', 'PutGroupPolicy', 'AddUserToGroup', 'CreateServiceSpecificCredential',
      'UploadSSHPublicKey', 'UpdateAssumeRolePolicy', 'DeleteUser', 'DeleteRole', 'DeleteGroup')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
creations AS (
  SELECT
    file_id, record_index, event_time, same_second_rank, event_id, action_id, actor, account, kind, name, arn, trust, is_by_deployment_tool, is_by_service,
    lead(event_time) OVER (PARTITION BY account, kind, name ORDER BY event_time, same_second_rank, event_id, file_id, record_index) AS recreated_at
  FROM calls
  WHERE call IN ('CreateUser', 'CreateRole', 'CreateGroup') AND outcome = 'no-error' AND name IS NOT NULL
),
members AS (
  SELECT
    c.file_id AS chain_file, c.record_index AS chain_record, c.file_id, c.record_index, c.event_time, c.same_second_rank, c.event_id, c.action_id, c.actor,
    'no-error' AS outcome, 'creation' AS call, c.is_by_deployment_tool, c.is_by_service,
    CAST(NULL AS VARCHAR) AS issued_access_key, CAST(NULL AS VARCHAR) AS policy_arn, CAST(NULL AS VARCHAR) AS policy, c.trust
  FROM creations c
  UNION ALL
  SELECT
    c.file_id, c.record_index, s.file_id, s.record_index, s.event_time, s.same_second_rank, s.event_id, s.action_id, s.actor,
    s.outcome, s.call, s.is_by_deployment_tool, s.is_by_service, s.issued_access_key, s.policy_arn, s.policy, s.trust
  FROM creations c
  JOIN calls s ON s.account = c.account AND s.kind = c.kind AND s.name = c.name
    AND s.call NOT IN ('CreateUser', 'CreateRole', 'CreateGroup', 'DeleteUser', 'DeleteRole', 'DeleteGroup')
    AND s.event_time >= c.event_time
    AND ct_seconds_between(c.event_time, s.event_time) <= CAST($window AS BIGINT)
    AND (c.recreated_at IS NULL OR s.event_time < c.recreated_at)
),
deletions AS (
  SELECT c.file_id AS chain_file, c.record_index AS chain_record, min(d.event_time) AS deleted_at
  FROM creations c
  JOIN calls d ON d.account = c.account AND d.kind = c.kind AND d.name = c.name AND d.call IN ('DeleteUser', 'DeleteRole', 'DeleteGroup')
    AND d.outcome = 'no-error' AND d.event_time >= c.event_time AND (c.recreated_at IS NULL OR d.event_time <= c.recreated_at)
  GROUP BY c.file_id, c.record_index
),
chains AS (
  SELECT
    chain_file, chain_record,
    count(*) FILTER (WHERE call <> 'creation') AS n_steps,
    count(*) FILTER (WHERE call <> 'creation' AND outcome IN ('no-error', 'partial', 'unknown')) AS n_done,
    count(*) AS n_records,
    count(DISTINCT action_id) + count(*) FILTER (WHERE action_id IS NULL) AS n_actions,
    count(*) FILTER (WHERE outcome IN ('failure', 'denied', 'partial')) AS n_failed,
    count(*) FILTER (WHERE outcome = 'denied') AS n_denied,
    ct_set(CASE WHEN call <> 'creation' THEN call END) AS steps,
    ct_set(actor) AS actors,
    ct_set(issued_access_key) AS issued_access_keys,
    ct_set(ct_extract(m.policy_arn, ':policy/(.+)$', 1)) AS policies,
    min(event_time) AS first_seen, max(event_time) AS last_seen,
    ct_first_event(event_id, event_time, same_second_rank) AS first_event_id,
    ct_last_event(event_id, event_time, same_second_rank) AS last_event_id,
    bool_or(outcome = 'no-error' AND call IN ('CreateAccessKey', 'CreateLoginProfile', 'UpdateLoginProfile', 'CreateServiceSpecificCredential', 'UploadSSHPublicKey')) AS has_credential,
    bool_or(outcome = 'no-error' AND (ct_matches(m.policy_arn, ':policy/(AdministratorAccess|PowerUserAccess|IAMFullAccess)$')
      OR ct_grants_everything(policy) OR a.admin_since IS NOT NULL)) AS has_admin,
    bool_or(outcome = 'no-error' AND call IN ('AttachUserPolicy', 'PutUserPolicy', 'AttachRolePolicy', 'PutRolePolicy', 'AttachGroupPolicy', 'PutGroupPolicy', 'AddUserToGroup')) AS has_rights,
    bool_or(outcome = 'no-error' AND ct_is_open_to_all(trust)) AS is_open_to_all,
    ct_set(CASE WHEN outcome = 'no-error' THEN ct_foreign_accounts(trust, own) END) AS foreign_accounts,
    bool_or(ct_matches(trust, '"AWS"|"Federated"|"\*"')) AS is_for_principals,
    bool_or(ct_matches(trust, '"Service"')) AS is_for_services,
    bool_and(is_by_deployment_tool) AS is_by_deployment_tool,
    bool_and(is_by_service) AS is_by_service
  FROM members m
  CROSS JOIN own_accounts
  LEFT JOIN admin_policies a ON a.policy_arn = m.policy_arn AND a.admin_since <= m.event_time
  GROUP BY chain_file, chain_record
),
-- Reported when any of its calls is in scope; what is said is about the whole of it.
in_scope AS (
  SELECT DISTINCT m.chain_file, m.chain_record
  FROM events e
  JOIN members m ON m.file_id = e.file_id AND m.record_index = e.record_index
  WHERE e.service = 'iam'
    AND e.event_base_name IN ('CreateUser', 'CreateRole', 'CreateGroup', 'CreateAccessKey', 'CreateLoginProfile', 'UpdateLoginProfile', 'AttachUserPolicy',
      'PutUserPolicy', 'AttachRolePolicy', 'PutRolePolicy', 'AttachGroupPolicy', 'PutGroupPolicy', 'AddUserToGroup', 'CreateServiceSpecificCredential',
      'UploadSSHPublicKey', 'UpdateAssumeRolePolicy')
)
SELECT
  nullif(c.account, '') AS account, c.kind, coalesce(c.arn, c.name) AS principal, c.actor AS created_by, h.n_steps, h.steps,
  substr(h.actors, 1, 1000) AS actors,
  h.issued_access_keys,
  substr(h.policies, 1, 1000) AS managed_policies,
  h.foreign_accounts,
  ct_seconds_between(h.first_seen, h.last_seen) AS span_seconds,
  h.n_records, h.n_actions, h.n_failed, h.n_denied, h.first_seen, h.last_seen, h.first_event_id, h.last_event_id,
  d.deleted_at,
  CASE
    WHEN h.n_done = 0 THEN 'low'
    WHEN h.is_by_service THEN 'informational'
    WHEN c.kind = 'user' AND h.has_credential AND h.has_admin THEN CASE WHEN h.is_by_deployment_tool THEN 'medium' ELSE 'high' END
    WHEN c.kind = 'user' AND h.has_credential THEN CASE WHEN h.is_by_deployment_tool THEN 'low' ELSE 'medium' END
    WHEN c.kind = 'role' AND h.has_admin AND (h.is_open_to_all OR h.foreign_accounts IS NOT NULL) THEN CASE WHEN h.is_by_deployment_tool THEN 'medium' ELSE 'high' END
    WHEN c.kind = 'role' AND h.is_open_to_all AND h.has_rights THEN 'medium'
    WHEN c.kind = 'role' AND h.foreign_accounts IS NOT NULL AND h.has_rights THEN CASE WHEN h.is_by_deployment_tool THEN 'low' ELSE 'medium' END
    WHEN h.has_admin THEN CASE WHEN h.is_by_deployment_tool THEN 'low' ELSE 'medium' END
    WHEN c.kind = 'role' AND h.is_for_services AND NOT h.is_for_principals THEN 'informational'
    ELSE 'low'
  END AS severity,
  c.kind || ' created and '
    || CASE WHEN h.n_done = 0 THEN 'nothing given, though it was tried' ELSE substr(
      CASE WHEN h.has_credential THEN ', given credentials' ELSE '' END
      || CASE WHEN h.has_admin THEN ', made administrator' WHEN h.has_rights THEN ', given rights' ELSE '' END
      || CASE WHEN NOT h.has_credential AND NOT h.has_rights THEN ', changed' ELSE '' END, 3) END
    || CASE WHEN h.is_open_to_all THEN '; anybody may take the role' ELSE '' END
    || coalesce('; open to accounts not known as yours: ' || h.foreign_accounts, '')
    || CASE WHEN h.is_by_deployment_tool THEN '; client names itself a deployment tool' ELSE '' END
    || CASE WHEN d.deleted_at IS NOT NULL THEN '; deleted later' ELSE '' END AS why
FROM chains h
JOIN creations c ON c.file_id = h.chain_file AND c.record_index = h.chain_record
JOIN in_scope i ON i.chain_file = h.chain_file AND i.chain_record = h.chain_record
LEFT JOIN deletions d ON d.chain_file = h.chain_file AND d.chain_record = h.chain_record
WHERE h.n_steps > 0
ORDER BY h.first_seen, c.same_second_rank, c.event_id, c.file_id, c.record_index;
