-- ---
-- id: lambda-backdoors
-- title: Functions changed or opened
-- question: Was a function's code, layers, role or access changed so that it serves somebody else?
-- phase: persistence
-- kind: finding
-- severity: high
-- attack: [T1648, T1546]
-- requires: [management:write]
-- context: all
-- counts: records
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: resource-shared-externally}
--   - {query: pass-role-to-compute}
-- false_positives:
--   - Every deployment replaces code; it is medium only when the caller had never done so in a case that goes back a day or more
--   - Vendors' monitoring comes as a layer of an account that is not yours
--   - A function URL without authentication is how some webhooks work
-- cannot_show: the code, what a layer holds, the environment's values, and who called a function through its URL
-- references:
--   - "https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html"
--   - "https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"
--   - "https://attack.mitre.org/techniques/T1648/"
-- tests:
--   - {fixture: demo, rows: "50"}
--   - {fixture: stratus/persistence.lambda-backdoor-function, rows: "1"}
--   - {fixture: stratus/persistence.lambda-layer-extension, rows: "1"}
--   - {fixture: stratus/persistence.lambda-overwrite-code, rows: "1"}
-- ---
WITH own_accounts AS (
  SELECT DISTINCT account_id AS account FROM known_accounts
),
beginning AS (
  SELECT min(event_time) AS first_seen FROM all_events
),
-- Who had updated functions before, and since when.
updaters AS (
  SELECT coalesce(principal_unique_id, actor) AS caller, min(event_time) AS updates_since
  FROM all_events
  WHERE service = 'lambda' AND event_base_name IN ('UpdateFunctionCode', 'UpdateFunctionConfiguration', 'CreateFunction') AND outcome = 'no-error'
  GROUP BY coalesce(principal_unique_id, actor)
),
removals AS (
  SELECT
    coalesce(ct_extract(ct_json(request_parameters, 'functionName'), ':function:([^:]+)', 1), ct_json(request_parameters, 'functionName')) AS function_name,
    ct_json(request_parameters, 'statementId') AS statement_id, recipient_account_id AS account, aws_region, event_time
  FROM all_events
  WHERE service = 'lambda' AND event_base_name = 'RemovePermission' AND outcome = 'no-error'
),
calls AS (
  SELECT
    event_time, same_second_rank, file_id, record_index, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_id,
    event_base_name AS call, coalesce(principal_unique_id, actor) AS caller,
    coalesce(ct_extract(ct_json(request_parameters, 'functionName'), ':function:([^:]+)', 1), ct_json(request_parameters, 'functionName')) AS function_name,
    outcome IN ('failure', 'denied', 'dry-run') AS is_attempt,
    coalesce(ct_json(request_parameters, 'dryRun'), 'false') = 'true' AS is_dry_run,
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn) AS is_by_service,
    ct_is_deployment_tool(user_agent) OR coalesce(user_identity_invoked_by, '') = 'cloudformation.amazonaws.com' AS is_by_deployment_tool,
    ct_json(request_parameters, 'principal') AS principal,
    -- With a source, an organization or a token, `*` and a service stand for fewer.
    ct_json_has(request_parameters, 'sourceArn') OR ct_json_has(request_parameters, 'sourceAccount') OR ct_json_has(request_parameters, 'principalOrgID')
      OR ct_json_has(request_parameters, 'organizationId') OR ct_json_has(request_parameters, 'eventSourceToken') AS is_limited,
    coalesce(ct_json(request_parameters, 'functionUrlAuthType'), ct_json(request_parameters, 'authType')) AS url_auth,
    nullif(ct_json_doc(request_parameters, 'layers'), '[]') AS layers,
    ct_json(request_parameters, 'role') AS role,
    nullif(nullif(ct_json_doc(request_parameters, 'environment'), '{}'), 'null') AS environment
  FROM events
  WHERE service = 'lambda'
    AND event_base_name IN ('UpdateFunctionCode', 'UpdateFunctionConfiguration', 'AddPermission', 'CreateFunctionUrlConfig', 'UpdateFunctionUrlConfig',
      'CreateEventSourceMapping', 'UpdateEventSourceMapping', 'PublishLayerVersion', 'AddLayerVersionPermission', 'PutRuntimeManagementConfig', 'DeleteFunctionCodeSigningConfig')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
opened AS (
  SELECT
    file_id, record_index,
    -- A principal is an account, an ARN in an account, a service or everybody.
    CASE
      WHEN call = 'AddPermission' AND ct_matches(principal, '^arn:') THEN ct_extract(principal, '^arn:[^:]*:[^:]*:[^:]*:([^:]+):', 1)
      WHEN call IN ('AddPermission', 'AddLayerVersionPermission') AND principal <> '*' AND NOT ct_matches(principal, '\.amazon(aws)?\.com(\.cn)?$') THEN principal
      -- Of several layers, those of others.
      WHEN call = 'UpdateFunctionConfiguration' THEN ct_not_among(ct_principal_accounts(ct_json_all(request_parameters, 'layers[*]')), own)
    END AS other_account
  FROM calls
  CROSS JOIN (SELECT coalesce(ct_set(account), '') AS own FROM own_accounts) known
),
removed AS (
  SELECT c.file_id, c.record_index, min(r.event_time) AS removed_at
  FROM calls c
  JOIN removals r ON r.function_name = c.function_name AND r.statement_id = ct_json(c.request_parameters, 'statementId')
    AND r.account = c.recipient_account_id AND r.aws_region = c.aws_region AND r.event_time >= c.event_time
  WHERE c.call = 'AddPermission'
  GROUP BY c.file_id, c.record_index
),
named AS (
  SELECT
    c.event_time, c.same_second_rank, c.file_id, c.record_index, c.recipient_account_id, c.aws_region, c.service, c.event_name, c.outcome, c.actor,
    c.user_identity_access_key_id, c.source_ip_address, c.user_agent, c.target, c.error_code, c.error_message, c.request_parameters, c.event_id,
    c.call, c.is_attempt, c.is_dry_run, c.is_by_service, c.is_by_deployment_tool, c.principal, c.is_limited, c.url_auth,
    o.other_account IS NOT NULL AND a.account IS NULL AS is_foreign, o.other_account, x.removed_at,
    -- The function's own answer to its first deployment does not make its deployer new.
    u.updates_since >= c.event_time AND ct_seconds_between(b.first_seen, c.event_time) >= 86400 AS is_new_updater,
    CASE
      WHEN c.call = 'UpdateFunctionCode' THEN 'code of a function replaced'
      WHEN c.call = 'UpdateFunctionConfiguration' AND c.request_parameters IS NULL THEN 'settings of a function'
      WHEN c.call = 'UpdateFunctionConfiguration' AND (c.layers IS NOT NULL OR c.role IS NOT NULL OR c.environment IS NOT NULL)
        THEN 'changed of a function: ' || substr(
          CASE WHEN c.layers IS NOT NULL THEN ', layers' ELSE '' END
          || CASE WHEN c.role IS NOT NULL THEN ', role' ELSE '' END
          || CASE WHEN c.environment IS NOT NULL THEN ', environment' ELSE '' END, 3)
      WHEN c.call = 'AddPermission' AND c.principal = '*' AND c.url_auth = 'NONE' THEN 'anybody may call the function by its URL'
      WHEN c.call = 'AddPermission' AND c.principal = '*' AND NOT c.is_limited THEN 'anybody may use the function'
      WHEN c.call = 'AddPermission' AND ct_matches(c.principal, '\.amazon(aws)?\.com(\.cn)?$') AND NOT c.is_limited
        THEN 'a service may call the function for any account: ' || c.principal
      WHEN c.call = 'AddPermission' THEN 'who may use the function: ' || coalesce(c.principal, 'not recorded')
      WHEN c.call IN ('CreateFunctionUrlConfig', 'UpdateFunctionUrlConfig') AND c.url_auth = 'NONE' THEN 'URL of a function without authentication'
      WHEN c.call = 'CreateFunctionUrlConfig' THEN 'URL of a function'
      WHEN c.call IN ('CreateEventSourceMapping', 'UpdateEventSourceMapping') THEN 'function fed from ' || coalesce(ct_json(c.request_parameters, 'eventSourceArn'), 'a source')
      WHEN c.call = 'PublishLayerVersion' THEN 'layer published'
      WHEN c.call = 'AddLayerVersionPermission' THEN 'who may use a layer: ' || coalesce(c.principal, 'not recorded')
      WHEN c.call = 'DeleteFunctionCodeSigningConfig' THEN 'code need no longer be signed'
    END AS what
  FROM calls c
  CROSS JOIN beginning b
  LEFT JOIN opened o ON o.file_id = c.file_id AND o.record_index = c.record_index
  LEFT JOIN own_accounts a ON a.account = o.other_account
  LEFT JOIN removed x ON x.file_id = c.file_id AND x.record_index = c.record_index
  LEFT JOIN updaters u ON u.caller = c.caller
)
SELECT
  event_time, recipient_account_id AS account, aws_region AS region, service, event_name, outcome, actor,
  nullif(user_identity_access_key_id, '') AS access_key, source_ip_address AS source_ip, user_agent, target,
  coalesce(nullif(error_code, ''), error_message, substr(CAST(request_parameters AS VARCHAR), 1, 500)) AS detail,
  event_id,
  CASE
    WHEN is_attempt OR is_dry_run THEN 'attempted'
    WHEN call IN ('AddPermission', 'AddLayerVersionPermission', 'DeleteFunctionCodeSigningConfig', 'UpdateFunctionUrlConfig') THEN 'weakened'
    WHEN call IN ('CreateFunctionUrlConfig', 'CreateEventSourceMapping', 'PublishLayerVersion') THEN 'created'
  END AS effect,
  principal,
  CASE WHEN is_foreign THEN other_account END AS foreign_account,
  CASE WHEN NOT is_attempt THEN removed_at END AS removed_at,
  CASE
    WHEN is_attempt OR is_dry_run THEN CASE WHEN principal = '*' AND NOT is_limited THEN 'medium' ELSE 'low' END
    WHEN is_by_service THEN 'informational'
    WHEN call = 'AddPermission' AND principal = '*' AND NOT is_limited AND coalesce(url_auth, '') = '' THEN 'high'
    WHEN url_auth = 'NONE' THEN CASE WHEN is_by_deployment_tool THEN 'low' ELSE 'medium' END
    WHEN is_foreign THEN CASE WHEN is_by_deployment_tool THEN 'low' ELSE 'medium' END
    WHEN call IN ('UpdateFunctionCode', 'UpdateFunctionConfiguration') AND is_new_updater AND NOT is_by_deployment_tool THEN 'medium'
    WHEN call = 'DeleteFunctionCodeSigningConfig' THEN 'medium'
    WHEN call = 'AddPermission' AND is_limited THEN 'informational'
    ELSE 'low'
  END AS severity,
  CASE WHEN outcome = 'denied' THEN 'refused: ' WHEN outcome = 'failure' THEN 'failed: ' WHEN outcome = 'dry-run' OR is_dry_run THEN 'dry run: ' ELSE '' END
    || what
    || CASE WHEN is_foreign AND call = 'UpdateFunctionConfiguration' THEN '; a layer of an account not known as yours: ' || other_account
      WHEN is_foreign THEN '; an account not known as yours' ELSE '' END
    || CASE WHEN call IN ('UpdateFunctionCode', 'UpdateFunctionConfiguration') AND is_new_updater THEN '; the caller had not deployed functions before in this case' ELSE '' END
    || CASE WHEN is_by_deployment_tool THEN '; client names itself a deployment tool' ELSE '' END
    || CASE WHEN is_by_service THEN '; by a service of itself' ELSE '' END
    || CASE WHEN removed_at IS NOT NULL THEN '; taken back later' ELSE '' END AS why
FROM named
WHERE what IS NOT NULL
ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index;
