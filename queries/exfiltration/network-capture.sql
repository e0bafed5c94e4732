-- ---
-- id: network-capture
-- title: Traffic mirrored, networks joined
-- question: Was network traffic mirrored, or a network joined with another one?
-- phase: exfiltration
-- kind: finding
-- severity: medium
-- attack: [T1040]
-- requires: [management:write]
-- counts: records
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: network-openings}
--   - {query: resource-pivot, with: {resource: target}}
-- false_positives:
--   - Intrusion detection and network analysis mirror traffic on purpose
--   - Networks of one company are joined by peering and transit gateways
-- cannot_show: what traffic was seen, and mirrors that were there before the archive begins
-- references:
--   - "https://docs.aws.amazon.com/vpc/latest/mirroring/what-is-traffic-mirroring.html"
--   - "https://attack.mitre.org/techniques/T1040/"
-- tests:
--   - {fixture: demo, rows: "0"}
-- ---
WITH own_accounts AS (
  SELECT coalesce(ct_set(account_id), '') AS own FROM known_accounts
),
calls AS (
  SELECT
    event_time, same_second_rank, file_id, record_index, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_id,
    event_base_name AS call, own,
    lower(CAST(request_parameters AS VARCHAR)) AS request,
    coalesce(ct_json(request_parameters, 'peerOwnerId'), ct_json(response_elements, 'vpcPeeringConnection.accepterVpcInfo.ownerId'),
      ct_json(request_parameters, 'PeerAccountId'), ct_extract(CAST(request_parameters AS VARCHAR), '(?i)"peer(?:account|owner)id":"([^"]+)"', 1)) AS peer,
    outcome IN ('failure', 'denied', 'dry-run') AS is_attempt,
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn) AS is_by_service,
    ct_is_deployment_tool(user_agent) OR coalesce(user_identity_invoked_by, '') = 'cloudformation.amazonaws.com' AS is_by_deployment_tool
  FROM events
  CROSS JOIN own_accounts
  WHERE service IN ('ec2', 'networkmanager', 'directconnect')
    AND event_base_name IN ('CreateTrafficMirrorSession', 'CreateTrafficMirrorTarget', 'CreateTrafficMirrorFilter', 'CreateTrafficMirrorFilterRule', 'ModifyTrafficMirrorSession',
      'ModifyTrafficMirrorFilterRule', 'CreateVpcPeeringConnection', 'CreateTransitGatewayVpcAttachment', 'CreateTransitGatewayPeeringAttachment', 'AcceptTransitGatewayPeeringAttachment',
      'AcceptTransitGatewayVpcAttachment', 'CreateVpnConnection', 'CreateCustomerGateway', 'CreateClientVpnEndpoint')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
judged AS (
  SELECT
    event_time, same_second_rank, file_id, record_index, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, event_id,
    call, is_attempt, is_by_service, is_by_deployment_tool,
    ct_not_among(peer, own || coalesce(', ' || recipient_account_id, '')) AS unknown_account
  FROM calls
)
SELECT
  event_time, recipient_account_id AS account, aws_region AS region, service, event_name, outcome, actor,
  nullif(user_identity_access_key_id, '') AS access_key, source_ip_address AS source_ip, user_agent, target,
  coalesce(nullif(error_code, ''), error_message, substr(CAST(request_parameters AS VARCHAR), 1, 500)) AS detail,
  event_id,
  CASE WHEN is_attempt THEN 'attempted' WHEN call LIKE 'Modify%' THEN 'weakened' ELSE 'created' END AS effect,
  unknown_account,
  CASE
    WHEN is_attempt THEN CASE WHEN call LIKE '%MirrorSession' THEN 'medium' ELSE 'low' END
    WHEN is_by_service THEN 'informational'
    WHEN call LIKE '%MirrorSession' AND NOT is_by_deployment_tool THEN 'high'
    WHEN call LIKE '%MirrorSession' THEN 'medium'
    WHEN unknown_account IS NOT NULL AND NOT is_by_deployment_tool THEN 'medium'
    ELSE 'low'
  END AS severity,
  CASE outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' WHEN 'dry-run' THEN 'dry run: ' ELSE '' END
    || CASE
      WHEN call LIKE '%MirrorSession' THEN 'traffic of a network interface mirrored'
      WHEN call LIKE '%Mirror%' THEN 'part of a mirror of traffic made or changed'
      WHEN unknown_account IS NOT NULL THEN 'network joined with one of an account not known as yours: ' || unknown_account
      WHEN call IN ('CreateVpnConnection', 'CreateCustomerGateway', 'CreateClientVpnEndpoint') THEN 'way into the network from outside made'
      ELSE 'network joined with another one'
    END
    || CASE WHEN is_by_deployment_tool THEN '; client names itself a deployment tool' ELSE '' END
    || CASE WHEN is_by_service THEN '; by a service of itself' ELSE '' END AS why
FROM judged
ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index;
