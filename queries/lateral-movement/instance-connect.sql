-- ---
-- id: instance-connect
-- title: SSH keys pushed, consoles opened
-- question: Were SSH keys pushed to instances, serial consoles opened, or tunnels made to them?
-- phase: lateral-movement
-- kind: finding
-- severity: medium
-- attack: [T1021.004, T1021.008]
-- requires: [management:write]
-- context: all
-- counts: records
-- params:
--   min_instances: {type: int, default: 3, help: "So many different instances reached by one caller within the window are a walk"}
--   window: {type: duration, default: 1h, help: "How far apart, before and after, calls count together"}
-- columns: {time: event_time, actor: actor, key: access_key, ip: source_ip, target: target, ref: event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: ip-pivot, with: {ip: source_ip}}
--   - {query: ssm-remote-execution}
--   - {query: instance-credentials-misuse}
-- false_positives:
--   - Administrators connect from the console and from the command line, one machine at a time; the console sends a new key each time
--   - Serial access is switched on for a whole account and region when somebody repairs a machine that does not boot
-- cannot_show: whether a login followed (the key works for a minute; see sshd on the instance, by the fingerprint), and what was typed
-- references:
--   - "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/connect-linux-inst-eic.html"
--   - "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-serial-console.html"
--   - "https://attack.mitre.org/techniques/T1021/008/"
-- tests:
--   - {fixture: demo, rows: "0"}
--   - {fixture: stratus/lateral-movement.ec2-instance-connect, rows: "3"}
--   - {fixture: stratus/lateral-movement.ec2-serial-console-send-ssh-public-key, rows: "4"}
-- ---
WITH calls AS (
  SELECT
    file_id, record_index, event_time, same_second_rank, event_id, outcome, target, event_base_name,
    coalesce(principal_unique_id, actor) AS caller
  FROM all_events
  WHERE (
      (service = 'ec2-instance-connect' AND event_base_name IN ('SendSSHPublicKey', 'SendSerialConsoleSSHPublicKey', 'OpenTunnel'))
      OR (service = 'ec2' AND event_base_name IN ('EnableSerialConsoleAccess', 'CreateInstanceConnectEndpoint', 'ModifyInstanceConnectEndpoint'))
    )
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
),
numbered AS (
  SELECT
    file_id, record_index, caller, ct_epoch(event_time) AS second,
    event_base_name IN ('SendSSHPublicKey', 'SendSerialConsoleSSHPublicKey', 'OpenTunnel') AND target IS NOT NULL
      AND row_number() OVER (
        PARTITION BY caller, target
        ORDER BY event_time NULLS LAST, same_second_rank, event_id, file_id, record_index
      ) = 1 AS is_first
  FROM calls
),
counted AS (
  SELECT
    file_id, record_index,
    sum(CASE WHEN is_first THEN 1 ELSE 0 END) OVER (
      PARTITION BY caller ORDER BY second
      RANGE BETWEEN CAST($window AS BIGINT) PRECEDING AND CAST($window AS BIGINT) FOLLOWING
    ) AS n_window,
    sum(CASE WHEN is_first THEN 1 ELSE 0 END) OVER (PARTITION BY caller) AS n_instances
  FROM numbered
)
SELECT
  e.event_time, e.recipient_account_id AS account, e.aws_region AS region, e.service, e.event_name, e.outcome, e.actor,
  nullif(e.user_identity_access_key_id, '') AS access_key, e.source_ip_address AS source_ip, e.user_agent, e.target,
  coalesce(nullif(e.error_code, ''), e.error_message, substr(CAST(e.request_parameters AS VARCHAR), 1, 500)) AS detail,
  e.event_id,
  CASE
    WHEN e.outcome IN ('failure', 'denied', 'dry-run') THEN 'attempted'
    WHEN e.event_base_name = 'EnableSerialConsoleAccess' THEN 'weakened'
    ELSE 'created'
  END AS effect,
  ct_json(e.request_parameters, 'instanceOSUser') AS os_user,
  ct_ssh_fingerprint(ct_json(e.request_parameters, 'sSHPublicKey')) AS key_fingerprint,
  c.n_window AS n_instances_in_window,
  c.n_instances AS n_instances_of_caller,
  CASE
    WHEN e.outcome IN ('failure', 'denied', 'dry-run') THEN CASE WHEN c.n_window >= CAST($min_instances AS BIGINT) THEN 'medium' ELSE 'low' END
    WHEN e.event_base_name IN ('EnableSerialConsoleAccess', 'SendSerialConsoleSSHPublicKey') THEN 'medium'
    WHEN c.n_window >= CAST($min_instances AS BIGINT) THEN 'medium'
    ELSE 'low'
  END AS severity,
  CASE e.outcome WHEN 'denied' THEN 'refused: ' WHEN 'failure' THEN 'failed: ' WHEN 'dry-run' THEN 'dry run: ' ELSE '' END
    || CASE e.event_base_name
      WHEN 'SendSSHPublicKey' THEN 'SSH key pushed to an instance, good for one minute'
      WHEN 'SendSerialConsoleSSHPublicKey' THEN 'SSH key pushed to the serial console of an instance, past its network rules'
      WHEN 'OpenTunnel' THEN 'tunnel to an instance through an endpoint'
      WHEN 'EnableSerialConsoleAccess' THEN 'serial console access switched on for the account in this region'
      WHEN 'CreateInstanceConnectEndpoint' THEN 'endpoint created, a way into instances without public addresses'
      ELSE 'endpoint changed, a way into instances without public addresses'
    END
    || CASE WHEN c.n_window > 0 THEN '; instances this caller reached for the first time in the window: ' || CAST(c.n_window AS VARCHAR) ELSE '' END AS why
FROM events e
JOIN counted c ON c.file_id = e.file_id AND c.record_index = e.record_index
WHERE e.service IN ('ec2', 'ec2-instance-connect')
  AND e.event_base_name IN ('SendSSHPublicKey', 'SendSerialConsoleSSHPublicKey', 'OpenTunnel', 'EnableSerialConsoleAccess',
    'CreateInstanceConnectEndpoint', 'ModifyInstanceConnectEndpoint')
ORDER BY e.event_time NULLS LAST, e.same_second_rank, e.event_id, e.file_id, e.record_index;
