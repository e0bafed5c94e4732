-- ---
-- id: network-openings
-- title: Doors opened to the network
-- question: What was opened to the world, or let the network reach further than before?
-- phase: persistence
-- kind: finding
-- severity: high
-- attack: [T1686.001, T1133]
-- requires: [management:write]
-- context: all
-- counts: records
-- params:
--   ports: {type: string, default: "20,21,22,23,135,139,445,1433,1521,2375,2376,2379,3306,3389,5432,5601,5900,5985,5986,6379,6443,9200,9300,10250,11211,27017", help: "Ports that nobody ought to open to the internet, with commas between"}
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: ip-pivot, with: {ip: source_ip}}
--   - {query: instance-connect}
--   - {query: database-exfil}
-- false_positives:
--   - Web servers and load balancers take traffic from everywhere on ports 80 and 443
--   - Networks are made with an internet gateway and a route to it
--   - Rows of a deployment tool are medium at most; what it opened is as open as any
-- cannot_show: what was open before the archive begins, whether anything listens behind an opening, and who came through it (see flow logs)
-- references:
--   - "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html"
--   - "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html"
--   - "https://attack.mitre.org/techniques/T1686/001/"
-- tests:
--   - {fixture: demo, rows: "0"}
--   - {fixture: stratus/exfiltration.ec2-security-group-open-port-22-ingress, rows: "1"}
-- ---
WITH own_accounts AS (
  SELECT coalesce(ct_set(account_id), '') AS own, CAST($ports AS VARCHAR) AS wanted_ports FROM known_accounts
),
calls AS (
  SELECT
    event_time, same_second_rank, file_id, record_index, recipient_account_id, aws_region, service, event_name, outcome, actor,
    user_identity_access_key_id, source_ip_address, user_agent, target, error_code, error_message, request_parameters, response_elements, event_id,
    event_base_name AS call,
    lower(CAST(request_parameters AS VARCHAR)) AS request,
    outcome IN ('failure', 'denied', 'dry-run') AS is_attempt,
    ct_is_service_alone(user_identity_type, user_identity_invoked_by, session_issuer_arn) AS is_by_service,
    ct_is_deployment_tool(user_agent) OR coalesce(user_identity_invoked_by, '') = 'cloudformation.amazonaws.com' AS is_by_deployment_tool,
    CASE
      WHEN event_base_name IN ('AuthorizeSecurityGroupIngress', 'ModifySecurityGroupRules') THEN ct_world_ports(request_parameters, response_elements)
      -- Lightsail opens to everybody when no addresses are given.
      WHEN event_base_name IN ('OpenInstancePublicPorts', 'PutInstancePublicPorts')
        AND (NOT ct_matches(CAST(request_parameters AS VARCHAR), '(?i)"cidrs"') OR ct_matches(CAST(request_parameters AS VARCHAR), '(?i)"cidrs":\[[^\]]*/0*[01]"'))
        THEN coalesce(CASE WHEN ct_json(request_parameters, 'portInfo.protocol') = 'all' THEN 'all' END,
          ct_json(request_parameters, 'portInfo.fromPort') || '-' || ct_json(request_parameters, 'portInfo.toPort'),
          ct_json_all(request_parameters, 'portInfos[*].fromPort'))
    END AS ports
  FROM events
  WHERE service IN ('ec2', 'rds', 'redshift', 'redshift-serverless', 'lightsail')
    AND event_base_name IN ('OpenInstancePublicPorts', 'PutInstancePublicPorts', 'AuthorizeSecurityGroupIngress', 'ModifySecurityGroupRules', 'CreateNetworkAclEntry', 'ReplaceNetworkAclEntry',
      'CreateInternetGateway', 'CreateRoute', 'ReplaceRoute', 'AcceptVpcPeeringConnection', 'ModifyVpcEndpoint', 'ModifyInstanceMetadataOptions',
      'CreateDBInstance', 'ModifyDBInstance', 'CreateDBCluster', 'ModifyDBCluster', 'RestoreDBInstanceFromDBSnapshot', 'RestoreDBInstanceToPointInTime',
      'CreateDBInstanceReadReplica', 'AuthorizeDBSecurityGroupIngress', 'AuthorizeClusterSecurityGroupIngress', 'CreateCluster', 'ModifyCluster',
      'CreateWorkgroup', 'UpdateWorkgroup')
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
-- By the same ports, by the id of the rule, or with the whole group.
closings AS (
  SELECT
    ct_json(request_parameters, 'groupId') AS group_id, event_time, event_base_name AS call,
    ct_world_ports(request_parameters, '{}') AS ports, lower(CAST(request_parameters AS VARCHAR)) AS request
  FROM all_events
  WHERE service = 'ec2' AND event_base_name IN ('RevokeSecurityGroupIngress', 'DeleteSecurityGroup') AND outcome = 'no-error'
),
closed AS (
  SELECT c.file_id, c.record_index, min(r.event_time) AS closed_at
  FROM calls c
  JOIN closings r ON r.group_id = ct_json(c.request_parameters, 'groupId') AND r.event_time >= c.event_time
  WHERE c.ports IS NOT NULL
    AND (r.call = 'DeleteSecurityGroup' OR r.ports = c.ports
      OR contains(r.request, coalesce(ct_json(c.response_elements, 'securityGroupRuleSet.items[0].securityGroupRuleId'), 'none')))
  GROUP BY c.file_id, c.record_index
),
named AS (
  SELECT
    c.event_time, c.same_second_rank, c.file_id, c.record_index, c.recipient_account_id, c.aws_region, c.service, c.event_name, c.outcome, c.actor,
    c.user_identity_access_key_id, c.source_ip_address, c.user_agent, c.target, c.error_code, c.error_message, c.request_parameters, c.event_id,
    c.call, c.is_attempt, c.is_by_service, c.is_by_deployment_tool, c.ports, x.closed_at,
    ct_extract(c.request, '"cidr(?:ip|ipv4|ipv6|block|rip)?":"([^"]*/[01])"', 1) AS cidr,
    -- What ICMP has in the place of ports says which messages; a ping reaches nothing.
    coalesce(ct_includes_port(c.ports, o.wanted_ports), false)
      AND NOT (ct_matches(c.request, '"ipprotocol":"(icmp|icmpv6|1|58)"') AND NOT ct_matches(c.request, '"ipprotocol":"(tcp|udp|-1|6|17)"')) AS is_sensitive,
    CASE
      WHEN c.ports IS NOT NULL AND c.service = 'lightsail' THEN 'firewall of a Lightsail instance lets the internet in on ports: ' || c.ports
      WHEN c.ports IS NOT NULL THEN 'security group lets the internet in on ports: ' || c.ports
      WHEN c.call IN ('AuthorizeSecurityGroupIngress', 'ModifySecurityGroupRules') AND c.is_attempt AND c.request IS NULL THEN 'rules of a security group'
      WHEN c.call IN ('CreateNetworkAclEntry', 'ReplaceNetworkAclEntry') AND ct_matches(c.request, '"cidrblock":"[^"]*/[01]"|"ipv6cidrblock":"[^"]*/[01]"')
        AND contains(c.request, '"ruleaction":"allow"') AND ct_matches(c.request, '"egress":"?false') THEN 'network ACL lets the internet in'
      WHEN c.call = 'CreateInternetGateway' THEN 'internet gateway created'
      WHEN c.call IN ('CreateRoute', 'ReplaceRoute') AND ct_matches(c.request, '"destination(ipv6)?cidrblock":"[^"]*/[01]"') AND ct_matches(c.request, '"gatewayid":"[^"]|"egressonlyinternetgatewayid"') AND NOT contains(c.request, '"gatewayid":"vgw-')
        THEN 'route to the internet'
      WHEN c.call = 'AcceptVpcPeeringConnection' THEN 'connection with another VPC accepted'
        || coalesce('; of account ' || ct_json(c.response_elements, 'vpcPeeringConnection.requesterVpcInfo.ownerId'), '')
      WHEN c.call = 'ModifyVpcEndpoint' AND ct_matches(c.request, '"resetpolicy":true|"policydocument"') THEN 'policy of a VPC endpoint replaced'
      WHEN c.call = 'ModifyInstanceMetadataOptions' AND ct_matches(c.request, '"httptokens":"optional"') THEN 'version 1 of the metadata service switched on: a request forged on the server can reach its credentials'
      WHEN c.call = 'ModifyInstanceMetadataOptions' AND ct_number(ct_extract(c.request, '"httpputresponsehoplimit":"?([0-9]+)', 1)) > 2 THEN 'metadata service answers across hops'
      WHEN c.service IN ('rds', 'redshift', 'redshift-serverless') AND ct_matches(c.request, '"publiclyaccessible":"?true') THEN 'database reachable from the internet'
      WHEN c.call IN ('AuthorizeDBSecurityGroupIngress', 'AuthorizeClusterSecurityGroupIngress') AND ct_matches(c.request, '"cidrip":"[^"]*/[01]"') THEN 'security group of a database lets the internet in'
    END AS what,
    ct_json(c.response_elements, 'vpcPeeringConnection.requesterVpcInfo.ownerId') IS NOT NULL
      AND NOT contains(', ' || o.own || ', ', ', ' || ct_json(c.response_elements, 'vpcPeeringConnection.requesterVpcInfo.ownerId') || ', ') AS is_foreign_peer
  FROM calls c
  CROSS JOIN own_accounts o
  LEFT JOIN closed x ON x.file_id = c.file_id AND x.record_index = c.record_index
)
SELECT
  event_time, recipient_account_id AS account, aws_region AS region, service, event_name, outcome, actor,
  nullif(user_identity_access_key_id, '') AS access_key, source_ip_address AS source_ip, user_agent, target,
  coalesce(nullif(error_code, ''), error_message, substr(CAST(request_parameters AS VARCHAR), 1, 500)) AS detail,
  event_id,
  CASE
    WHEN is_attempt THEN 'attempted'
    WHEN call IN ('CreateInternetGateway', 'CreateRoute', 'AcceptVpcPeeringConnection', 'CreateDBInstance', 'CreateDBCluster', 'CreateCluster', 'CreateWorkgroup') THEN 'created'
    ELSE 'weakened'
  END AS effect,
  cidr,
  ports,
  CASE WHEN NOT is_attempt THEN closed_at END AS closed_at,
  CASE
    WHEN is_attempt THEN CASE WHEN is_sensitive THEN 'medium' ELSE 'low' END
    WHEN is_by_service THEN 'informational'
    WHEN is_sensitive AND NOT is_by_deployment_tool THEN 'high'
    WHEN is_sensitive THEN 'medium'
    WHEN call IN ('AuthorizeDBSecurityGroupIngress', 'AuthorizeClusterSecurityGroupIngress') AND NOT is_by_deployment_tool THEN 'high'
    WHEN is_foreign_peer THEN 'medium'
    WHEN service IN ('rds', 'redshift', 'redshift-serverless') THEN 'medium'
    WHEN call = 'ModifyInstanceMetadataOptions' AND NOT is_by_deployment_tool THEN 'medium'
    ELSE 'low'
  END AS severity,
  CASE outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' WHEN 'dry-run' THEN 'dry run: ' ELSE '' END
    || what
    || CASE WHEN is_foreign_peer THEN ', not known as yours' ELSE '' END
    || CASE WHEN is_by_deployment_tool THEN '; client names itself a deployment tool' ELSE '' END
    || CASE WHEN is_by_service THEN '; by a service of itself' ELSE '' END
    || CASE WHEN closed_at IS NOT NULL AND NOT is_attempt THEN '; closed later' ELSE '' END AS why
FROM named
WHERE what IS NOT NULL
ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index;
