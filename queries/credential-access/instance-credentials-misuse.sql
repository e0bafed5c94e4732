-- ---
-- id: instance-credentials-misuse
-- title: Instance credentials used elsewhere
-- question: Were the credentials of an instance's role used from anywhere but that instance?
-- phase: credential-access
-- kind: finding
-- severity: high
-- attack: [T1552.005, T1078.004]
-- requires: [management, data]
-- context: all
-- counts: records
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: key-usage, with: {access_key: access_key}}
--   - {query: ip-pivot, with: {ip: source_ip}}
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: ssm-remote-execution}
-- false_positives:
--   - An instance that was stopped and started has another public address than before, and one behind several gateways has all of theirs
--   - A build host may hold the keys of users as well, and make their calls from its own address
-- cannot_show: use from the instance itself or through its network (a thief who works on the instance looks like it), and use through a VPC endpoint when its account is not recorded
-- references:
--   - "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html"
--   - "https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-types-iam.html"
--   - "https://attack.mitre.org/techniques/T1552/005/"
-- tests:
--   - {fixture: demo, rows: "0"}
--   - {fixture: stratus/credential-access.ec2-steal-instance-credentials, rows: "2"}
-- ---
-- Sessions of instance roles: the session's name is the instance, and since 2022 the record says how it got its key.
WITH instance_calls AS (
  SELECT
    file_id, record_index, event_time, service, user_agent, vpc_endpoint_id, vpc_endpoint_account_id,
    nullif(user_identity_access_key_id, '') AS access_key, user_identity_account_id, user_identity_arn, ec2_role_delivery,
    source_ip_address AS address, source_ip_kind,
    user_identity_principal_id AS session,
    CASE WHEN source_ip_key IS NULL OR source_ip_key LIKE '00000000000000000000ffff%' THEN 'v4' ELSE 'v6' END AS family,
    CASE WHEN source_ip_key IS NULL OR source_ip_key LIKE '00000000000000000000ffff%'
      THEN ct_extract(source_ip_address, '^([0-9]+\.[0-9]+)\.', 1)
      ELSE substr(source_ip_key, 1, 8) END AS network,
    -- Traffic over a VPC endpoint has a private address, and says nothing about the public one.
    CASE WHEN coalesce(vpc_endpoint_id, '') <> '' THEN 'endpoint' ELSE 'internet' END AS way,
    ct_matches(user_agent, 'amazon-ssm-agent|Amazon ECS Agent|amazon-cloudwatch-agent|CWAgent|aws-codedeploy-agent|EC2Launch|AmazonInspector|amazon-vpc-cni|kubelet')
      OR (service = 'ssm' AND event_base_name IN ('UpdateInstanceInformation', 'UpdateInstanceAssociationStatus', 'ListInstanceAssociations', 'PutInventory')) AS is_agent,
    ct_matches(user_agent, '(?i)\bdarwin/|md/distrib#(kali|parrot)|\b(kali|parrot|pentoo|pacu|scoutsuite|cloudfox|trufflehog)\b|os/macos|os/windows') AS is_odd_client,
    ct_matches(user_agent, '(?i)\bwindows/|os/windows') AS is_windows_client
  FROM all_events
  WHERE (user_identity_principal_id LIKE '%:i-%' OR ec2_role_delivery IS NOT NULL)
    AND (ct_matches(user_identity_principal_id, ':i-[0-9A-Za-z]{8,17}$') OR ec2_role_delivery IS NOT NULL)
    AND coalesce(user_identity_invoked_by, '') = ''
    AND coalesce(source_ip_kind, '') NOT IN ('aws-service', 'aws-internal')
    AND source_ip_address IS NOT NULL
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
-- Where agents speak, there are instances, whichever of them it is; and where many instances speak, there is a gateway.
infrastructure AS (
  SELECT address
  FROM instance_calls
  GROUP BY address
  HAVING bool_or(is_agent AND NOT is_odd_client) OR count(DISTINCT session) > 3
),
homes AS (
  SELECT
    session, family, way, ct_set(address) AS addresses, count(*) AS n_records,
    min(event_time) AS first_seen, max(event_time) AS last_seen
  FROM instance_calls
  WHERE is_agent AND NOT is_odd_client
    -- A private address without an endpoint in the record was one all the same, of an agent.
    AND NOT (way = 'internet' AND coalesce(source_ip_kind, '') = 'private')
  GROUP BY session, family, way
),
keys AS (
  SELECT access_key, count(DISTINCT network) AS n_networks, ct_set(address) AS addresses
  FROM instance_calls
  WHERE way = 'internet' AND address NOT IN (SELECT address FROM infrastructure)
  GROUP BY access_key
),
-- The same address in the hands of somebody who is no instance.
others AS (
  SELECT e.source_ip_address AS address, min(e.actor) AS actor
  FROM all_events e
  -- Keys of instances last for hours: an address that one has for longer is its own.
  JOIN (
    SELECT DISTINCT address
    FROM (
      SELECT session, address FROM instance_calls WHERE NOT is_agent
      GROUP BY session, address HAVING max(event_time) <= min(event_time) + INTERVAL '12' HOUR
    ) brief_use
  ) a ON a.address = e.source_ip_address
  WHERE e.user_identity_type IN ('IAMUser', 'Root', 'FederatedUser')
    AND coalesce(e.user_identity_invoked_by, '') = ''
  GROUP BY e.source_ip_address
),
windows_hosts AS (
  SELECT DISTINCT session FROM instance_calls WHERE is_windows_client AND is_agent
),
signs AS (
  SELECT
    c.file_id, c.record_index, c.session, c.address, c.access_key, c.ec2_role_delivery, c.way, c.vpc_endpoint_account_id,
    h.addresses AS home, k.n_networks, o.actor AS other_actor,
    c.vpc_endpoint_account_id IS NOT NULL AND c.vpc_endpoint_account_id <> c.user_identity_account_id AS is_foreign_endpoint,
    c.way = 'internet' AND h.session IS NOT NULL AND i.address IS NULL AS is_away,
    c.event_time BETWEEN h.first_seen - INTERVAL '12' HOUR AND h.last_seen + INTERVAL '12' HOUR AS is_home_alive,
    i.address IS NULL AND h.session IS NULL AND k.n_networks >= 2 AS is_spread,
    i.address IS NULL AND o.address IS NOT NULL AS is_shared,
    i.address IS NULL AND c.is_odd_client AND NOT (c.is_windows_client AND (w.session IS NOT NULL OR h.session IS NULL)) AS is_odd_client,
    coalesce(c.user_identity_arn, '') LIKE '%:assumed-role/aws:%' AND c.service NOT IN ('ssm', 'ssmmessages', 'ec2messages', 'sts', 's3', 'kms') AS is_host_role
  FROM instance_calls c
  LEFT JOIN homes h ON h.session = c.session AND h.family = c.family AND h.way = c.way
  LEFT JOIN infrastructure i ON i.address = c.address
  LEFT JOIN keys k ON k.access_key = c.access_key
  LEFT JOIN others o ON o.address = c.address
  LEFT JOIN windows_hosts w ON w.session = c.session
  WHERE NOT c.is_agent OR c.is_odd_client
)
SELECT
  e.event_time, e.recipient_account_id AS account, e.aws_region AS region, e.service, e.event_name, e.outcome, e.actor,
  nullif(e.user_identity_access_key_id, '') AS access_key, e.source_ip_address AS source_ip, e.user_agent, e.target,
  coalesce(nullif(e.error_code, ''), e.error_message, substr(CAST(e.request_parameters AS VARCHAR), 1, 500)) AS detail,
  e.event_id,
  ct_extract(e.user_identity_principal_id, ':(i-[0-9A-Za-z]+)$', 1) AS instance,
  substr(s.home, 1, 1000) AS home_addresses,
  s.ec2_role_delivery AS metadata_version,
  s.vpc_endpoint_account_id AS endpoint_account,
  s.other_actor AS address_also_used_by,
  CASE
    WHEN s.is_foreign_endpoint THEN 'high'
    WHEN s.is_away AND s.is_home_alive THEN 'high'
    WHEN s.is_odd_client THEN 'high'
    WHEN s.is_spread AND s.n_networks >= 3 THEN 'high'
    ELSE 'medium'
  END AS severity,
  substr(
    CASE WHEN s.is_foreign_endpoint THEN '; through a VPC endpoint of another account than the instance''s' ELSE '' END
    || CASE
      WHEN s.is_away AND s.is_home_alive THEN '; not the address from which this instance''s agents speak'
      WHEN s.is_away THEN '; not the address from which this instance''s agents spoke at another time'
      ELSE ''
    END
    || CASE WHEN s.is_odd_client THEN '; client says it runs on a system that is not the instance''s' ELSE '' END
    || CASE WHEN s.is_spread THEN '; one key of the instance used from different networks: ' || CAST(s.n_networks AS VARCHAR) ELSE '' END
    || CASE WHEN s.is_shared THEN '; the same address was used by somebody who is no instance' ELSE '' END
    || CASE WHEN s.is_host_role THEN '; the role of Systems Manager''s agent used for something else' ELSE '' END
    || CASE WHEN s.ec2_role_delivery = '1.0' THEN '; key taken through version 1 of the metadata service, which a request forged on the server can reach' ELSE '' END,
    3) AS why
FROM events e
JOIN signs s ON s.file_id = e.file_id AND s.record_index = e.record_index
WHERE (e.user_identity_principal_id LIKE '%:i-%' OR e.ec2_role_delivery IS NOT NULL)
  AND (s.is_foreign_endpoint OR s.is_away OR s.is_odd_client OR s.is_spread OR s.is_shared OR s.is_host_role)
ORDER BY e.event_time NULLS LAST, e.same_second_rank, e.event_id, e.file_id, e.record_index;
