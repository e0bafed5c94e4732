-- ---
-- id: kms-key-grants
-- title: Rights over keys of KMS given
-- question: Who was given the use of an encryption key, or was a key put in the place of another?
-- phase: privilege-escalation
-- kind: finding
-- severity: medium
-- attack: [T1098]
-- requires: [management:write]
-- context: scope
-- counts: records
-- params:
--   trusted: {type: string, default: null, help: "Accounts that may use keys, with commas between them, beside those of the case and of own-accounts.txt"}
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: resource-pivot, with: {resource: key_id}}
--   - {query: resource-shared-externally}
--   - {query: snapshot-and-image-sharing}
-- false_positives:
--   - Backups and copies for another account of one's own need its key to be shared, as long as that account is not known
--   - Volumes, databases and scaling groups get grants whenever they start
-- cannot_show: what was decrypted (Decrypt is recorded, its text is not), and grants that a service made where no trail of this case records
-- references:
--   - "https://docs.aws.amazon.com/kms/latest/developerguide/grants.html"
--   - "https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html"
--   - "https://attack.mitre.org/techniques/T1098/"
-- tests:
--   - {fixture: demo, rows: "0"}
-- ---
WITH own AS (
  SELECT coalesce(ct_set(account_id), '') AS own FROM (SELECT DISTINCT account_id FROM known_accounts) known
),
calls AS (
  SELECT
    file_id, record_index, event_time, same_second_rank, event_id, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters,
    event_base_name AS call,
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn) AS is_by_service,
    ct_is_deployment_tool(user_agent) OR coalesce(user_identity_invoked_by, '') = 'cloudformation.amazonaws.com' AS is_by_tool,
    outcome IN ('failure', 'denied', 'dry-run') AS is_attempt, coalesce(user_identity_invoked_by, '') <> '' AS is_forwarded,
    coalesce(ct_json(request_parameters, 'keyId'), ct_json(request_parameters, 'targetKeyId'), ct_json(request_parameters, 'destinationKeyId'), ct_json(response_elements, 'keyMetadata.keyId')) AS key_id,
    ct_json(request_parameters, 'granteePrincipal') AS grantee_principal,
    ct_json_all(request_parameters, 'operations[*]') AS operations,
    ct_json(request_parameters, 'policy') AS policy,
    ct_json(request_parameters, 'bypassPolicyLockoutSafetyCheck') = 'true' AS is_lockout_allowed,
    ct_json(request_parameters, 'aliasName') AS alias_name,
    -- What such a key encrypts can be read only as long as somebody outside AWS wants it so.
    event_base_name = 'ImportKeyMaterial' OR (event_base_name = 'CreateCustomKeyStore' AND ct_json(request_parameters, 'customKeyStoreType') = 'EXTERNAL_KEY_STORE')
      OR (event_base_name = 'CreateKey' AND ct_json(request_parameters, 'origin') IN ('EXTERNAL', 'EXTERNAL_KEY_STORE')) AS is_held_outside,
    ct_extract(ct_json(request_parameters, 'destinationKeyId'), ':kms:[^:]*:([^:]+):', 1) AS destination_account,
    o.own || ', ' || coalesce(recipient_account_id, '') || coalesce(', ' || replace(replace(CAST($trusted AS VARCHAR), ' ', ''), ',', ', '), '') AS own
  FROM events
  CROSS JOIN own o
  WHERE service = 'kms' AND event_base_name IN ('PutKeyPolicy', 'CreateGrant', 'CreateKey', 'ReplicateKey', 'UpdateAlias', 'ReEncrypt', 'ImportKeyMaterial', 'CreateCustomKeyStore') AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
read AS (
  SELECT
    file_id, record_index, event_time, same_second_rank, event_id, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters,
    call, is_by_service, is_by_tool, is_attempt, is_forwarded, key_id, operations, policy, alias_name, coalesce(is_lockout_allowed, false) AS is_lockout_allowed, coalesce(is_held_outside, false) AS is_held_outside,
    coalesce(grantee_principal, CASE WHEN policy IS NOT NULL THEN ct_policy_principals(policy) END) AS grantee,
    CASE
      WHEN call = 'CreateGrant' THEN ct_not_among(ct_principal_accounts(CASE WHEN ct_matches(grantee_principal, '[.]amazonaws[.]com') THEN NULL ELSE grantee_principal END), own)
      WHEN call = 'ReEncrypt' THEN ct_not_among(destination_account, own)
      WHEN policy IS NOT NULL THEN ct_foreign_accounts(policy, own)
    END AS foreign_accounts,
    policy IS NOT NULL AND ct_policy_is_public(policy) AS is_public
  FROM calls
)
SELECT
  event_time, recipient_account_id AS account, aws_region AS region, service, event_name, outcome, actor,
  nullif(user_identity_access_key_id, '') AS access_key, source_ip_address AS source_ip, user_agent, target,
  coalesce(nullif(error_code, ''), error_message, substr(CAST(request_parameters AS VARCHAR), 1, 500)) AS detail,
  event_id,
  CASE
    WHEN is_attempt THEN 'attempted'
    WHEN call IN ('CreateKey', 'ReplicateKey', 'CreateGrant', 'CreateCustomKeyStore') AND foreign_accounts IS NULL AND NOT is_public THEN 'created'
    WHEN foreign_accounts IS NOT NULL OR is_public OR is_lockout_allowed THEN 'weakened'
  END AS effect,
  key_id, grantee, operations, foreign_accounts, is_public,
  CASE
    WHEN is_by_service THEN 'informational'
    WHEN is_attempt AND (foreign_accounts IS NOT NULL OR is_public) THEN 'medium'
    WHEN is_attempt THEN 'low'
    WHEN is_public AND NOT is_by_tool THEN 'high'
    WHEN foreign_accounts IS NOT NULL AND NOT is_by_tool AND NOT is_forwarded THEN 'high'
    WHEN is_public OR foreign_accounts IS NOT NULL THEN 'medium'
    WHEN is_lockout_allowed AND NOT is_by_tool THEN 'medium'
    WHEN is_held_outside AND NOT is_by_tool THEN CASE WHEN call = 'CreateKey' THEN 'low' ELSE 'medium' END
    WHEN is_by_tool OR is_forwarded OR call IN ('CreateKey', 'ReplicateKey') THEN 'informational'
    ELSE 'low'
  END AS severity,
  CASE outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' WHEN 'dry-run' THEN 'dry run: ' ELSE '' END
    || CASE call
      WHEN 'PutKeyPolicy' THEN 'policy of a key replaced'
      WHEN 'CreateGrant' THEN 'use of a key granted'
      WHEN 'CreateKey' THEN 'key made'
      WHEN 'ImportKeyMaterial' THEN 'material of a key brought in from outside'
      WHEN 'CreateCustomKeyStore' THEN 'store made for keys that are held outside AWS'
      WHEN 'ReplicateKey' THEN 'key copied to another region'
      WHEN 'UpdateAlias' THEN 'name of a key given to another key'
      ELSE 'encrypted again under another key' END
    || coalesce(': ' || coalesce(alias_name, key_id), '')
    || CASE WHEN is_public THEN '; anybody may use it' ELSE '' END
    || coalesce('; lets in accounts not known as yours: ' || foreign_accounts, '')
    || CASE WHEN call = 'CreateGrant' THEN coalesce('; for ' || grantee, '') || coalesce('; to ' || operations, '') ELSE '' END
    || CASE WHEN is_held_outside AND call = 'CreateKey' THEN '; its material is held outside AWS' ELSE '' END
    || CASE WHEN is_lockout_allowed THEN '; the check against locking everybody out was passed over' ELSE '' END
    || CASE WHEN is_forwarded AND NOT is_by_service THEN '; sent by a service for the caller' ELSE '' END
    || CASE WHEN is_by_tool THEN '; client names itself a deployment tool' ELSE '' END
    || CASE WHEN is_by_service THEN '; by a service of itself' ELSE '' END AS why
FROM read
-- Services grant and encrypt again all day; a key or copy with an ordinary policy gives nobody anything.
WHERE call IN ('PutKeyPolicy', 'UpdateAlias')
  OR foreign_accounts IS NOT NULL OR is_public OR is_lockout_allowed OR is_held_outside
  OR (call = 'CreateGrant' AND NOT is_by_service AND NOT is_forwarded)
ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index;
