-- ---
-- id: other-credential-reads
-- title: Other sources of credentials
-- question: Were credentials taken from anywhere else, such as registries, databases, function code, screens or identity pools?
-- phase: credential-access
-- kind: finding
-- severity: low
-- attack: [T1528, T1552]
-- requires: [management:read]
-- context: all
-- counts: records
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: secrets-access}
--   - {query: ssm-parameter-access}
-- false_positives:
--   - Build systems log in to their registries with every run; Terraform reads functions to compare them
--   - Applications fetch database logins all day long; a caller's first read of its kind says more than the hundredth
-- cannot_show: what was returned, and what function code, logs or screens held
-- references:
--   - "https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html"
--   - "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleOutput.html"
--   - "https://attack.mitre.org/techniques/T1552/"
-- tests:
--   - {fixture: demo, rows: "195"}
-- ---
WITH calls AS (
  SELECT
    event_time, same_second_rank, file_id, record_index, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_id,
    outcome IN ('failure', 'denied', 'dry-run') AS is_attempt,
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn) AS is_by_service,
    ct_is_deployment_tool(user_agent) OR coalesce(user_identity_invoked_by, '') = 'cloudformation.amazonaws.com' AS is_by_deployment_tool,
    event_base_name AS call,
    row_number() OVER (
      PARTITION BY coalesce(principal_unique_id, actor), service, event_base_name, CASE WHEN outcome = 'no-error' THEN 1 ELSE 0 END
      ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index
    ) = 1 AS is_first,
    CASE
      WHEN service IN ('ecr', 'ecr-public') AND event_base_name = 'GetAuthorizationToken' THEN 'login to container registries'
      WHEN service = 'codeartifact' AND event_base_name = 'GetAuthorizationToken' THEN 'login to package repositories'
      WHEN service IN ('redshift', 'redshift-serverless') THEN 'login to a data warehouse'
      WHEN service = 'lightsail' AND event_base_name = 'DownloadDefaultKeyPair' THEN 'private key of a region''s Lightsail instances'
      WHEN service = 'lightsail' THEN 'login to a Lightsail instance or database'
      WHEN service = 'ec2' AND event_base_name = 'GetConsoleScreenshot' THEN 'screen of an instance'
      WHEN service = 'ec2' THEN 'console output of an instance'
      WHEN service = 'lambda' THEN 'link to a function''s code, and its environment'
      WHEN service = 'rds' THEN 'log of a database'
      WHEN service = 'cognito-identity' THEN 'credentials or an identity of an identity pool'
      WHEN service = 'sso' THEN 'credentials of a role through Identity Center'
      WHEN service = 'apigateway' AND ct_matches(lower(CAST(request_parameters AS VARCHAR)), '"includevalues?":"?true') THEN 'keys of APIs, with their values'
      WHEN service = 'acm' THEN 'certificate with its private key'
      WHEN service = 'codebuild' THEN 'settings of build projects, with their environment'
      WHEN service = 'elasticbeanstalk' THEN 'settings of an application, with its environment'
      WHEN service = 'glue' AND event_base_name LIKE 'GetConnection%' AND coalesce(ct_json(request_parameters, 'hidePassword'), 'false') <> 'true' THEN 'logins to databases kept in Glue'
      WHEN service = 'sts' THEN 'token for an identity provider outside'
    END AS what
  FROM all_events
  WHERE service IN ('ecr', 'ecr-public', 'codeartifact', 'redshift', 'redshift-serverless', 'lightsail', 'ec2', 'lambda', 'rds', 'cognito-identity', 'sso', 'apigateway', 'acm', 'sts', 'codebuild', 'elasticbeanstalk', 'glue')
    AND event_base_name IN ('GetAuthorizationToken', 'GetClusterCredentials', 'GetClusterCredentialsWithIAM', 'GetCredentials', 'DownloadDefaultKeyPair', 'GetInstanceAccessDetails',
      'GetRelationalDatabaseMasterUserPassword', 'GetConsoleScreenshot', 'GetConsoleOutput', 'GetFunction', 'DownloadDBLogFilePortion', 'DownloadCompleteDBLogFile',
      'GetId', 'GetCredentialsForIdentity', 'GetOpenIdToken', 'GetOpenIdTokenForDeveloperIdentity', 'GetRoleCredentials', 'GetApiKeys', 'GetApiKey', 'ExportCertificate',
      'GetWebIdentityToken', 'GetDelegatedAccessToken', 'BatchGetProjects', 'DescribeConfigurationSettings', 'GetConnection', 'GetConnections')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
)
SELECT
  e.event_time, e.recipient_account_id AS account, e.aws_region AS region, e.service, e.event_name, e.outcome, e.actor,
  nullif(e.user_identity_access_key_id, '') AS access_key, e.source_ip_address AS source_ip, e.user_agent, e.target,
  coalesce(nullif(e.error_code, ''), e.error_message, substr(CAST(e.request_parameters AS VARCHAR), 1, 500)) AS detail,
  e.event_id,
  c.is_first AS is_first_of_caller,
  CASE
    WHEN c.is_attempt THEN 'low'
    WHEN c.is_by_service OR c.is_by_deployment_tool THEN 'informational'
    WHEN e.event_base_name IN ('DownloadDefaultKeyPair', 'GetInstanceAccessDetails', 'GetRelationalDatabaseMasterUserPassword', 'ExportCertificate', 'GetApiKeys', 'GetApiKey',
      'GetConsoleScreenshot') THEN 'medium'
    WHEN e.service IN ('ecr', 'ecr-public', 'codeartifact', 'sso', 'cognito-identity') OR NOT c.is_first THEN 'informational'
    ELSE 'low'
  END AS severity,
  CASE e.outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' WHEN 'dry-run' THEN 'dry run: ' ELSE '' END
    || c.what
    || CASE WHEN c.is_first THEN '; this caller''s first call of the kind in the case' ELSE '' END
    || CASE WHEN c.is_by_deployment_tool THEN '; client names itself a deployment tool' ELSE '' END
    || CASE WHEN c.is_by_service THEN '; by a service of itself' ELSE '' END AS why
FROM events e
JOIN calls c ON c.file_id = e.file_id AND c.record_index = e.record_index
WHERE e.service IN ('ecr', 'ecr-public', 'codeartifact', 'redshift', 'redshift-serverless', 'lightsail', 'ec2', 'lambda', 'rds', 'cognito-identity', 'sso', 'apigateway', 'acm', 'sts', 'codebuild', 'elasticbeanstalk', 'glue')
  AND e.event_base_name IN ('GetAuthorizationToken', 'GetClusterCredentials', 'GetClusterCredentialsWithIAM', 'GetCredentials', 'DownloadDefaultKeyPair', 'GetInstanceAccessDetails',
    'GetRelationalDatabaseMasterUserPassword', 'GetConsoleScreenshot', 'GetConsoleOutput', 'GetFunction', 'DownloadDBLogFilePortion', 'DownloadCompleteDBLogFile',
    'GetId', 'GetCredentialsForIdentity', 'GetOpenIdToken', 'GetOpenIdTokenForDeveloperIdentity', 'GetRoleCredentials', 'GetApiKeys', 'GetApiKey', 'ExportCertificate',
    'GetWebIdentityToken', 'GetDelegatedAccessToken', 'BatchGetProjects', 'DescribeConfigurationSettings', 'GetConnection', 'GetConnections')
  AND c.what IS NOT NULL
ORDER BY e.event_time NULLS LAST, e.same_second_rank, e.event_id, e.file_id, e.record_index;
