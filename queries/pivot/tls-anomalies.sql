-- ---
-- id: tls-anomalies
-- title: Weak encryption and odd host names
-- question: Which calls came with an old version of TLS, or to a host name that is not AWS's?
-- phase: pivot
-- kind: anomaly
-- severity: low
-- attack: [T1557]
-- requires: [management, data]
-- counts: records
-- columns: {actor: actor, ip: source_ips, target: host_header, ref: first_event_id, severity: severity, why: why}
-- next:
--   - {query: principal-dossier, with: {principal: actor}}
--   - {query: ua-pivot, with: {ua: user_agent}}
--   - {query: ip-summary}
-- false_positives:
--   - Old devices and programs speak old versions of TLS
--   - Endpoints of one's own in a VPC have names of their own
-- cannot_show: what stood between the caller and AWS, and calls whose record holds no tlsDetails
-- references:
--   - "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html"
--   - "https://attack.mitre.org/techniques/T1557/"
-- ---
WITH calls AS (
  SELECT
    actor, coalesce(principal_unique_id, actor) AS caller, ct_agent(user_agent) AS user_agent, tls_version, tls_host_header AS host_header, service, source_ip_address, outcome,
    event_time, same_second_rank, event_id, action_id,
    coalesce(tls_version IN ('TLSv1', 'TLSv1.0', 'TLSv1.1', 'SSLv3', 'SSLv2'), false) AS is_old,
    coalesce(tls_host_header <> '' AND NOT ct_matches(lower(tls_host_header), '(^|\.)(amazonaws\.com(\.cn)?|aws\.amazon\.com|api\.aws|on\.aws|amazonaws\.eu|c2s\.ic\.gov|sc2s\.sgov\.gov|aws|amazoncognito\.com|amazon\.com)(:[0-9]+)?$'), false) AS is_odd_host
  FROM events
  WHERE (tls_version IN ('TLSv1', 'TLSv1.0', 'TLSv1.1', 'SSLv3', 'SSLv2')
      OR (tls_host_header <> '' AND tls_host_header NOT LIKE '%.amazonaws.com'))
    AND coalesce(event_category, '') NOT IN ('Insight', 'NetworkActivity')
)
SELECT
  actor, user_agent, tls_version, host_header,
  count(*) AS n_records,
  count(DISTINCT action_id) + count(*) FILTER (WHERE action_id IS NULL) AS n_actions,
  count(*) FILTER (WHERE outcome IN ('failure', 'denied', 'partial')) AS n_failed,
  count(*) FILTER (WHERE outcome = 'denied') AS n_denied,
  substr(ct_set(service), 1, 1000) AS services,
  count(DISTINCT source_ip_address) AS n_source_ips,
  substr(ct_set(source_ip_address), 1, 1000) AS source_ips,
  min(event_time) AS first_seen,
  max(event_time) AS last_seen,
  ct_first_event(event_id, event_time, same_second_rank) AS first_event_id,
  ct_last_event(event_id, event_time, same_second_rank) AS last_event_id,
  CASE WHEN is_odd_host THEN 'low' ELSE 'informational' END AS severity,
  CASE
    WHEN is_old AND is_odd_host THEN 'old version of TLS, and a host name that is not AWS''s'
    WHEN is_old THEN 'old version of TLS'
    ELSE 'host name that is not AWS''s'
  END AS why
FROM calls
WHERE is_old OR is_odd_host
GROUP BY actor, caller, user_agent, tls_version, host_header, is_old, is_odd_host
ORDER BY n_records DESC, caller, actor, user_agent NULLS LAST, tls_version NULLS LAST, host_header NULLS LAST;
