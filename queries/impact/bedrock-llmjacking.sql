-- ---
-- id: bedrock-llmjacking
-- title: Language models opened and used
-- question: Was access to language models looked for, opened or used, and by whom?
-- phase: impact
-- kind: finding
-- severity: medium
-- attack: [T1496.004]
-- requires: [management]
-- context: all
-- counts: records
-- params:
--   window: {type: duration, default: 1d, help: "How far apart opening a model and using it belong together"}
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: multi-region-enumeration}
-- false_positives:
--   - Teams that build on Bedrock open models once and call them all day
--   - The console looks up what every model offers when its page is opened
-- cannot_show: what was asked and answered (only model invocation logs hold it), how much was used, and calls to models of other services
-- references:
--   - "https://docs.aws.amazon.com/bedrock/latest/userguide/logging-using-cloudtrail.html"
--   - "https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html"
--   - "https://attack.mitre.org/techniques/T1496/004/"
-- tests:
--   - {fixture: demo, rows: "0"}
--   - {fixture: stratus/impact.bedrock-invoke-model, rows: "15"}
-- ---
WITH calls AS (
  SELECT
    file_id, record_index, event_time, same_second_rank, event_id, service, event_base_name AS call, outcome, error_code, target, aws_region, user_agent,
    session_credential_from_console AS from_console,
    coalesce(principal_unique_id, actor) AS caller, ct_epoch(event_time) AS second,
    coalesce(ct_json(request_parameters, 'modelId'), '') AS model,
    coalesce(contains(CAST(additional_event_data AS VARCHAR), '"callWithBearerToken":true'), false) AS has_bearer_token,
    CASE WHEN service = 'iam' THEN lower(CAST(request_parameters AS VARCHAR)) END AS request,
    CASE
      WHEN event_base_name IN ('InvokeModel', 'InvokeModelWithResponseStream', 'InvokeModelWithBidirectionalStream', 'Converse', 'ConverseStream', 'StartAsyncInvoke',
        'CreateModelInvocationJob', 'InvokeAgent', 'InvokeInlineAgent', 'RetrieveAndGenerate', 'RetrieveAndGenerateStream') THEN 'use'
      WHEN event_base_name IN ('PutUseCaseForModelAccess', 'CreateFoundationModelAgreement', 'PutFoundationModelEntitlement', 'AcceptAgreementRequest', 'CreateAgreementRequest',
        'CreateProvisionedModelThroughput', 'CreateInferenceProfile') THEN 'opening'
      WHEN event_base_name IN ('CreateUser', 'CreateServiceSpecificCredential') THEN 'credential'
      WHEN event_base_name IN ('DeleteModelInvocationLoggingConfiguration', 'PutModelInvocationLoggingConfiguration') THEN 'logging'
      WHEN event_base_name LIKE '%Guardrail%' AND event_base_name NOT LIKE 'Get%' AND event_base_name NOT LIKE 'List%' AND event_base_name NOT LIKE 'Apply%' THEN 'guardrail'
      ELSE 'search'
    END AS phase,
    outcome IN ('failure', 'denied', 'dry-run') AS is_attempt,
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn) AS is_by_service,
    ct_is_deployment_tool(user_agent) OR coalesce(user_identity_invoked_by, '') = 'cloudformation.amazonaws.com' AS is_by_deployment_tool
  FROM all_events
  WHERE service IN ('bedrock', 'bedrock-runtime', 'bedrock-agent-runtime', 'agreement-marketplace', 'aws-marketplace', 'iam')
    AND event_base_name IN ('InvokeModel', 'InvokeModelWithResponseStream', 'InvokeModelWithBidirectionalStream', 'Converse', 'ConverseStream', 'StartAsyncInvoke', 'CreateModelInvocationJob',
      'InvokeAgent', 'InvokeInlineAgent', 'RetrieveAndGenerate', 'RetrieveAndGenerateStream', 'PutUseCaseForModelAccess', 'CreateFoundationModelAgreement',
      'PutFoundationModelEntitlement', 'AcceptAgreementRequest', 'CreateAgreementRequest', 'CreateProvisionedModelThroughput', 'CreateInferenceProfile', 'CreateUser', 'CreateServiceSpecificCredential',
      'DeleteModelInvocationLoggingConfiguration', 'PutModelInvocationLoggingConfiguration', 'CreateGuardrail', 'UpdateGuardrail', 'DeleteGuardrail', 'ListFoundationModels', 'GetFoundationModel',
      'GetFoundationModelAvailability', 'ListFoundationModelAgreementOffers', 'GetUseCaseForModelAccess', 'GetModelInvocationLoggingConfiguration', 'ListInferenceProfiles',
      'ListProvisionedModelThroughputs', 'ListCustomModels', 'ListImportedModels', 'GetAgreementTerms', 'ListGuardrails')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
-- A program that uses models calls them without end: of its calls alike in one day the first stands for all.
numbered AS (
  SELECT
    file_id, record_index, call, phase, caller, second, outcome, error_code, model, aws_region, user_agent, has_bearer_token, is_attempt, is_by_service, is_by_deployment_tool,
    coalesce(ct_client(user_agent, from_console) IN ('console', 'browser'), false) AS is_by_console,
    CASE WHEN phase = 'use' THEN coalesce(caller || ' ' || call || ' ' || model || ' ' || outcome || ' ' || coalesce(error_code, '') || ' ' || coalesce(aws_region, '') || ' ' || CAST(second - second % 86400 AS VARCHAR), '') ELSE CAST(file_id AS VARCHAR) || '-' || CAST(record_index AS VARCHAR) END AS alike,
    CASE WHEN phase = 'use' THEN count(*) OVER (PARTITION BY caller, call, model, outcome, error_code, aws_region, phase, second - second % 86400) ELSE 1 END AS n_alike
  FROM calls
  WHERE NOT (service = 'iam' AND NOT ct_matches(request, 'bedrock'))
),
judged AS (
  SELECT
    file_id, record_index, call, phase, caller, model, error_code, has_bearer_token, is_attempt, is_by_service, is_by_deployment_tool, is_by_console, alike, n_alike,
    sum(CASE WHEN phase = 'use' AND NOT is_attempt THEN 1 ELSE 0 END) OVER near AS n_uses,
    sum(CASE WHEN phase = 'opening' AND NOT is_attempt AND NOT is_by_console THEN 1 ELSE 0 END) OVER near AS n_openings,
    sum(CASE WHEN phase = 'use' AND outcome = 'denied' THEN 1 ELSE 0 END) OVER near AS n_refused,
    sum(CASE WHEN phase = 'use' AND outcome = 'failure' AND error_code = 'ValidationException' THEN 1 ELSE 0 END) OVER near AS n_invalid,
    sum(CASE WHEN phase = 'search' AND NOT is_by_console THEN 1 ELSE 0 END) OVER near AS n_searches,
    sum(CASE WHEN call = 'GetModelInvocationLoggingConfiguration' AND NOT is_by_console THEN 1 ELSE 0 END) OVER near AS n_checks,
    sum(CASE WHEN phase = 'use' THEN 1 ELSE 0 END) OVER near AS n_asked
  FROM numbered
  WINDOW near AS (PARTITION BY caller ORDER BY second RANGE BETWEEN CAST($window AS BIGINT) PRECEDING AND CAST($window AS BIGINT) FOLLOWING)
),
reported AS (
  SELECT
    e.file_id, e.record_index,
    row_number() OVER (PARTITION BY j.alike ORDER BY e.event_time NULLS LAST, e.same_second_rank, e.event_id, e.file_id, e.record_index) AS place
  FROM events e
  JOIN judged j ON j.file_id = e.file_id AND j.record_index = e.record_index
  WHERE e.service IN ('bedrock', 'bedrock-runtime', 'bedrock-agent-runtime', 'agreement-marketplace', 'aws-marketplace', 'iam')
  AND e.event_base_name IN ('InvokeModel', 'InvokeModelWithResponseStream', 'InvokeModelWithBidirectionalStream', 'Converse', 'ConverseStream', 'StartAsyncInvoke', 'CreateModelInvocationJob',
    'InvokeAgent', 'InvokeInlineAgent', 'RetrieveAndGenerate', 'RetrieveAndGenerateStream', 'PutUseCaseForModelAccess', 'CreateFoundationModelAgreement',
    'PutFoundationModelEntitlement', 'AcceptAgreementRequest', 'CreateAgreementRequest', 'CreateProvisionedModelThroughput', 'CreateInferenceProfile', 'CreateUser', 'CreateServiceSpecificCredential',
    'DeleteModelInvocationLoggingConfiguration', 'PutModelInvocationLoggingConfiguration', 'CreateGuardrail', 'UpdateGuardrail', 'DeleteGuardrail', 'ListFoundationModels', 'GetFoundationModel',
    'GetFoundationModelAvailability', 'ListFoundationModelAgreementOffers', 'GetUseCaseForModelAccess', 'GetModelInvocationLoggingConfiguration', 'ListInferenceProfiles',
    'ListProvisionedModelThroughputs', 'ListCustomModels', 'ListImportedModels', 'GetAgreementTerms', 'ListGuardrails')
)
SELECT
  e.event_time, e.recipient_account_id AS account, e.aws_region AS region, e.service, e.event_name, e.outcome, e.actor,
  nullif(e.user_identity_access_key_id, '') AS access_key, e.source_ip_address AS source_ip, e.user_agent, e.target,
  coalesce(nullif(e.error_code, ''), e.error_message, substr(CAST(e.request_parameters AS VARCHAR), 1, 500)) AS detail,
  e.event_id,
  j.phase,
  nullif(j.model, '') AS model,
  j.n_alike AS n_like_it_that_day,
  j.n_searches AS n_searches_near,
  j.n_openings AS n_openings_near,
  j.n_uses AS n_uses_near,
  j.n_refused AS n_refused_near,
  j.has_bearer_token,
  CASE
    WHEN j.is_by_service THEN 'informational'
    -- Who uses models does not ask whether that is logged, and who watches the logs does not use models.
    WHEN j.phase IN ('search', 'use') AND j.n_checks > 0 AND j.n_asked > 0 AND j.n_openings = 0 AND (j.phase = 'use' OR j.call = 'GetModelInvocationLoggingConfiguration') AND NOT j.is_by_console
      AND NOT j.is_by_deployment_tool THEN 'medium'
    WHEN j.phase = 'search' THEN CASE WHEN NOT j.is_by_console AND (j.n_openings > 0 OR j.n_refused > 2) THEN 'medium' WHEN j.is_by_console OR j.n_uses > 10 THEN 'informational' ELSE 'low' END
    WHEN j.phase = 'opening' THEN CASE
      WHEN j.is_attempt OR j.is_by_deployment_tool THEN 'low'
      WHEN NOT j.is_by_console AND j.n_uses > 0 AND j.n_searches > 0 THEN 'high'
      ELSE 'medium' END
    WHEN j.phase = 'credential' THEN CASE WHEN j.is_attempt THEN 'low' ELSE 'medium' END
    WHEN j.phase = 'logging' THEN CASE WHEN j.is_attempt OR j.is_by_deployment_tool OR j.call LIKE 'Put%' THEN 'low' ELSE 'medium' END
    WHEN j.phase = 'guardrail' THEN CASE WHEN j.is_attempt OR j.is_by_deployment_tool OR j.call LIKE 'Create%' THEN 'low' ELSE 'medium' END
    WHEN NOT j.is_attempt AND j.n_openings > 0 AND j.n_searches > 0 AND NOT j.is_by_console THEN 'high'
    WHEN j.is_attempt AND (j.n_refused > 2 OR j.n_invalid > 2) THEN 'medium'
    WHEN j.is_attempt THEN 'low'
    WHEN j.has_bearer_token THEN 'low'
    ELSE 'informational'
  END AS severity,
  CASE e.outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' WHEN 'dry-run' THEN 'dry run: ' ELSE '' END
    || CASE j.phase
      WHEN 'search' THEN 'looked up what models there are and which can be used'
      WHEN 'opening' THEN 'a model opened for the account'
      WHEN 'credential' THEN 'a key for Bedrock alone, or its user, made'
      WHEN 'logging' THEN CASE WHEN j.call LIKE 'Delete%' THEN 'logs of what models are asked switched off' ELSE 'logs of what models are asked set' END
      WHEN 'guardrail' THEN 'a guardrail of models created, changed or deleted'
      ELSE 'model asked; calls alike that day: ' || CAST(j.n_alike AS VARCHAR)
    END
    || CASE WHEN j.phase IN ('use', 'opening') AND j.n_openings > 0 AND j.n_uses > 0 AND NOT j.is_by_console THEN '; the same caller opened models by program and used them' ELSE '' END
    || CASE WHEN j.phase = 'use' AND j.n_checks > 0 AND NOT j.is_by_console THEN '; the same caller asked whether such calls are logged' ELSE '' END
    || CASE WHEN j.has_bearer_token THEN '; with a bearer token' ELSE '' END
    || CASE WHEN j.error_code = 'ValidationException' AND j.phase = 'use' THEN '; a call made to fail still tells whether the model is open' ELSE '' END
    || CASE WHEN j.is_by_service THEN '; by a service of itself' ELSE '' END AS why
FROM events e
JOIN judged j ON j.file_id = e.file_id AND j.record_index = e.record_index
JOIN reported r ON r.file_id = e.file_id AND r.record_index = e.record_index AND r.place = 1
WHERE e.service IN ('bedrock', 'bedrock-runtime', 'bedrock-agent-runtime', 'agreement-marketplace', 'aws-marketplace', 'iam')
  AND e.event_base_name IN ('InvokeModel', 'InvokeModelWithResponseStream', 'InvokeModelWithBidirectionalStream', 'Converse', 'ConverseStream', 'StartAsyncInvoke', 'CreateModelInvocationJob',
    'InvokeAgent', 'InvokeInlineAgent', 'RetrieveAndGenerate', 'RetrieveAndGenerateStream', 'PutUseCaseForModelAccess', 'CreateFoundationModelAgreement',
    'PutFoundationModelEntitlement', 'AcceptAgreementRequest', 'CreateAgreementRequest', 'CreateProvisionedModelThroughput', 'CreateInferenceProfile', 'CreateUser', 'CreateServiceSpecificCredential',
    'DeleteModelInvocationLoggingConfiguration', 'PutModelInvocationLoggingConfiguration', 'CreateGuardrail', 'UpdateGuardrail', 'DeleteGuardrail', 'ListFoundationModels', 'GetFoundationModel',
    'GetFoundationModelAvailability', 'ListFoundationModelAgreementOffers', 'GetUseCaseForModelAccess', 'GetModelInvocationLoggingConfiguration', 'ListInferenceProfiles',
    'ListProvisionedModelThroughputs', 'ListCustomModels', 'ListImportedModels', 'GetAgreementTerms', 'ListGuardrails')
ORDER BY e.event_time NULLS LAST, e.same_second_rank, e.event_id, e.file_id, e.record_index;
