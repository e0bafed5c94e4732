-- ---
-- id: idp-and-trust-anchors
-- title: Identity providers and trust anchors
-- question: Was a new way into accounts registered, such as an identity provider or a certificate authority?
-- phase: persistence
-- kind: finding
-- severity: medium
-- attack: [T1484.002, T1556.007]
-- requires: [management:write]
-- context: all
-- counts: records
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: trust-policy-changes}
--   - {query: console-logins}
-- false_positives:
--   - Clusters and build systems register an OpenID Connect provider when they are set up, mostly through Terraform or CloudFormation
--   - Identity Center makes a SAML provider AWSSSO_…_DO_NOT_DELETE in every account it is given
--   - Certificates and metadata are renewed now and then
-- cannot_show: whose keys stand behind a certificate or provider, and logins through it to accounts that are not in the case
-- references:
--   - "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers.html"
--   - "https://docs.aws.amazon.com/rolesanywhere/latest/userguide/introduction.html"
--   - "https://attack.mitre.org/techniques/T1484/002/"
-- tests:
--   - {fixture: demo, rows: "0"}
--   - {fixture: stratus/persistence.rolesanywhere-create-trust-anchor, rows: "2"}
-- ---
WITH calls AS (
  SELECT
    event_time, same_second_rank, file_id, record_index, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, response_elements, event_id,
    event_base_name AS call,
    outcome IN ('failure', 'denied', 'dry-run') AS is_attempt,
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn)
      OR coalesce(user_identity_invoked_by, '') IN ('sso.amazonaws.com', 'eks.amazonaws.com') AS is_by_service,
    ct_is_deployment_tool(user_agent) OR coalesce(user_identity_invoked_by, '') = 'cloudformation.amazonaws.com' AS is_by_deployment_tool
  FROM events
  WHERE service IN ('iam', 'rolesanywhere', 'sso', 'sso-directory', 'identitystore', 'cognito-identity', 'cognito-idp')
    AND event_base_name IN ('CreateSAMLProvider', 'UpdateSAMLProvider', 'DeleteSAMLProvider', 'CreateOpenIDConnectProvider', 'DeleteOpenIDConnectProvider',
      'AddClientIDToOpenIDConnectProvider', 'UpdateOpenIDConnectProviderThumbprint', 'CreateTrustAnchor', 'UpdateTrustAnchor', 'EnableTrustAnchor',
      'CreateProfile', 'UpdateProfile', 'EnableProfile', 'ImportCrl', 'UpdateCrl', 'DeleteCrl', 'DisableCrl',
      'EnableExternalIdPConfigurationForDirectory', 'DisableExternalIdPConfigurationForDirectory', 'CreateExternalIdPConfigurationForDirectory',
      'UpdateExternalIdPConfigurationForDirectory', 'DeleteExternalIdPConfigurationForDirectory', 'ImportExternalIdPCertificate',
      'DeleteExternalIdPCertificate', 'StartSSO', 'AssociateDirectory', 'DisassociateDirectory', 'UpdateExternalIdPConfiguration',
      'CreateTrustedTokenIssuer', 'UpdateTrustedTokenIssuer', 'CreateIdentityProvider', 'UpdateIdentityProvider', 'CreateProvisioningTenant', 'CreateBearerToken',
      'CreateIdentityPool', 'UpdateIdentityPool', 'SetIdentityPoolRoles')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
-- What was made here and deleted later, by its id or ARN.
deletions AS (
  SELECT coalesce(ct_json(request_parameters, 'trustAnchorId'), ct_json(request_parameters, 'profileId'), ct_json(request_parameters, 'sAMLProviderArn'),
      ct_json(request_parameters, 'openIDConnectProviderArn')) AS thing, min(event_time) AS deleted_at
  FROM all_events
  WHERE service IN ('iam', 'rolesanywhere')
    AND event_base_name IN ('DeleteTrustAnchor', 'DisableTrustAnchor', 'DeleteProfile', 'DisableProfile', 'DeleteSAMLProvider', 'DeleteOpenIDConnectProvider')
    AND outcome = 'no-error'
  GROUP BY coalesce(ct_json(request_parameters, 'trustAnchorId'), ct_json(request_parameters, 'profileId'), ct_json(request_parameters, 'sAMLProviderArn'),
      ct_json(request_parameters, 'openIDConnectProviderArn'))
),
named AS (
  SELECT
    c.event_time, c.same_second_rank, c.file_id, c.record_index, c.recipient_account_id, c.aws_region, c.service, c.event_name, c.outcome, c.actor,
    c.user_identity_access_key_id, c.source_ip_address, c.user_agent, c.target, c.error_code, c.error_message, c.request_parameters, c.event_id,
    c.call, c.is_attempt, c.is_by_service, c.is_by_deployment_tool,
    coalesce(ct_json(c.request_parameters, 'url'), ct_json(c.request_parameters, 'source.sourceData.acmPcaArn'),
      ct_json(c.request_parameters, 'roleArns[0]'), ct_json(c.request_parameters, 'roles.unauthenticated'), ct_json(c.request_parameters, 'trustedTokenIssuerConfiguration.oidcJwtConfiguration.issuerUrl')) AS source,
    ct_json_has(c.request_parameters, 'source.sourceData.x509CertificateData') AS is_own_certificate,
    CASE WHEN NOT c.is_attempt THEN d.deleted_at END AS deleted_at,
    CASE
      WHEN c.call = 'CreateSAMLProvider' THEN 'SAML identity provider registered'
      WHEN c.call = 'UpdateSAMLProvider' THEN 'metadata of a SAML identity provider replaced, with the keys it trusts'
      WHEN c.call = 'DeleteSAMLProvider' THEN 'SAML identity provider deleted'
      WHEN c.call = 'CreateOpenIDConnectProvider' THEN 'OpenID Connect provider registered'
      WHEN c.call = 'DeleteOpenIDConnectProvider' THEN 'OpenID Connect provider deleted'
      WHEN c.call = 'AddClientIDToOpenIDConnectProvider' THEN 'OpenID Connect provider accepts one more audience'
      WHEN c.call = 'UpdateOpenIDConnectProviderThumbprint' THEN 'certificate of an OpenID Connect provider replaced'
      WHEN c.call IN ('CreateTrustAnchor', 'UpdateTrustAnchor', 'EnableTrustAnchor') THEN 'certificate authority trusted by IAM Roles Anywhere'
      WHEN c.call IN ('CreateProfile', 'UpdateProfile', 'EnableProfile') AND c.service = 'rolesanywhere' THEN 'roles opened to certificates by IAM Roles Anywhere'
      WHEN c.call IN ('ImportCrl', 'UpdateCrl', 'DeleteCrl', 'DisableCrl') THEN 'list of revoked certificates changed'
      WHEN c.call IN ('CreateTrustedTokenIssuer', 'UpdateTrustedTokenIssuer') THEN 'issuer of tokens trusted by Identity Center'
      WHEN c.call IN ('CreateProvisioningTenant', 'CreateBearerToken') THEN 'token that lets a program outside write users and groups of Identity Center'
      WHEN c.call IN ('CreateIdentityPool', 'UpdateIdentityPool') AND ct_json(c.request_parameters, 'allowUnauthenticatedIdentities') = 'true'
        THEN 'identity pool that gives credentials to anybody'
      WHEN c.call = 'SetIdentityPoolRoles' AND ct_json_has(c.request_parameters, 'roles.unauthenticated') THEN 'role that an identity pool gives to anybody'
      WHEN c.call LIKE 'Disable%' OR c.call LIKE 'Delete%' OR c.call LIKE 'Disassociate%' THEN 'identity source of Identity Center taken away'
      WHEN c.service IN ('sso', 'sso-directory', 'identitystore') THEN 'identity source of Identity Center changed'
      WHEN c.service = 'cognito-idp' THEN 'identity provider of a Cognito user pool'
    END AS what
  FROM calls c
  LEFT JOIN deletions d ON d.thing = coalesce(ct_json(c.response_elements, 'trustAnchor.trustAnchorId'), ct_json(c.response_elements, 'profile.profileId'),
    ct_json(c.response_elements, 'sAMLProviderArn'), ct_json(c.response_elements, 'openIDConnectProviderArn')) AND d.deleted_at >= c.event_time
)
SELECT
  event_time, recipient_account_id AS account, aws_region AS region, service, event_name, outcome, actor,
  nullif(user_identity_access_key_id, '') AS access_key, source_ip_address AS source_ip, user_agent, target,
  coalesce(nullif(error_code, ''), error_message, substr(CAST(request_parameters AS VARCHAR), 1, 500)) AS detail,
  event_id,
  CASE
    WHEN is_attempt THEN 'attempted'
    WHEN call LIKE 'Delete%' OR call LIKE 'Disable%' OR call LIKE 'Disassociate%' THEN 'removed'
    WHEN call LIKE 'Update%' OR call LIKE 'Add%' OR call LIKE 'Import%' OR call LIKE 'Set%' THEN 'weakened'
    ELSE 'created'
  END AS effect,
  source,
  deleted_at,
  CASE
    WHEN is_attempt THEN 'low'
    WHEN is_by_service THEN 'informational'
    WHEN call LIKE 'Delete%' OR call LIKE 'Disable%' OR call LIKE 'Disassociate%' THEN 'low'
    -- A certificate brought along is anybody's; one of AWS Private CA, and whatever code deploys, has a history.
    WHEN service = 'rolesanywhere' AND is_own_certificate AND NOT is_by_deployment_tool THEN 'high'
    WHEN is_by_deployment_tool THEN 'low'
    WHEN service = 'cognito-idp' THEN 'low'
    ELSE 'medium'
  END AS severity,
  CASE outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' WHEN 'dry-run' THEN 'dry run: ' ELSE '' END
    || what
    || CASE WHEN is_own_certificate THEN '; the certificate came with the call' ELSE '' END
    || coalesce('; ' || source, '')
    || CASE WHEN is_by_deployment_tool THEN '; client names itself a deployment tool' ELSE '' END
    || CASE WHEN is_by_service THEN '; by a service of itself' ELSE '' END
    || CASE WHEN deleted_at IS NOT NULL THEN '; deleted or switched off later' ELSE '' END AS why
FROM named
WHERE what IS NOT NULL
ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index;
